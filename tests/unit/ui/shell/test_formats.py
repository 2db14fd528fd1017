import json
import math
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from minibroker.ui.shell import formats
from minibroker.ui.shell.formats import Cut, Look

NAMES = ("id", "mag", "name", "band")
TYPES = ("BIGINT", "DOUBLE", "VARCHAR", "STRUCT(f INTEGER)")
ROWS = [(1, 18.25, "é|\n", {"f": 1}), (22, None, "", None)]


def _joined(pieces: Iterator[str]) -> str:
    return "".join(pieces)


def test_a_table_has_numbers_at_the_right_and_shows_null() -> None:
    drawn = _joined(formats.table(NAMES, TYPES, [ROWS], Look(), Cut()))
    assert drawn == (
        " id |  mag  | name |   band\n"
        "----+-------+------+----------\n"
        '  1 | 18.25 | é|\\n | {"f": 1}\n'
        " 22 |  NULL |      | NULL\n"
        "(2 rows)\n\n"
    )


def test_a_table_without_rows_has_its_heading() -> None:
    assert _joined(formats.table(("a",), ("INTEGER",), [], Look(), Cut())) == (
        " a\n---\n(0 rows)\n\n"
    )


def test_colour_marks_null_and_not_a_text_that_says_so() -> None:
    look = Look(color=True)
    drawn = _joined(formats.table(("a",), ("VARCHAR",), [[(None,), ("NULL",)]], look, Cut()))
    assert drawn.count(formats.DIM) == 1


def test_a_cell_that_is_too_long_is_cut_and_counted() -> None:
    cut = Cut()
    drawn = _joined(
        formats.table(("a",), ("VARCHAR",), [[("abcdef",), ("ab",)]], Look(cell=4), cut)
    )
    assert "abc…" in drawn
    assert cut.cells == 1


def test_a_terminal_is_not_moved_by_what_is_shown() -> None:
    assert "\x1b" not in _joined(
        formats.table(("a",), ("VARCHAR",), [[("\x1b[2J",)]], Look(), Cut())
    )


def test_expanded_records_show_what_is_nested() -> None:
    drawn = _joined(
        formats.expanded(("a", "c"), [[(1, {"x": {"y": 2}, "z": None})]], Look(), Cut())
    )
    assert drawn == "-[ RECORD 1 ]+------------\na     | 1\nc.x.y | 2\nc.z   | NULL\n\n"


def test_csv_tells_null_from_an_empty_text() -> None:
    assert _joined(formats.csv(NAMES, [ROWS])) == (
        'id,mag,name,band\n1,18.25,"é|\n","{""f"": 1}"\n22,,"",\n'
    )


def test_json_is_valid_whatever_there_is() -> None:
    row = (math.nan, b"\x00", Decimal("1.5"), datetime(2026, 3, 5, tzinfo=UTC))
    (told,) = json.loads(_joined(formats.json_array(NAMES, [[row]])))
    assert told == {"id": None, "mag": "AA==", "name": 1.5, "band": "2026-03-05T00:00:00+00:00"}
    assert json.loads(_joined(formats.json_array(NAMES, []))) == []


def test_jsonl_is_a_line_a_row() -> None:
    lines = _joined(formats.jsonl(NAMES, [ROWS])).splitlines()
    assert [json.loads(line)["id"] for line in lines] == [1, 22]


def test_markdown_escapes_its_bars() -> None:
    assert _joined(formats.markdown(NAMES, TYPES, [ROWS])) == (
        "| id | mag | name | band |\n| ---: | ---: | --- | --- |\n"
        '| 1 | 18.25 | é\\|\\n | {"f": 1} |\n| 22 | NULL |  | NULL |\n'
    )


@pytest.mark.parametrize(
    ("type_", "is_number"),
    [("UBIGINT", True), ("DECIMAL(4,1)", True), ("DOUBLE[]", False), ("VARCHAR", False)],
)
def test_numbers(type_: str, is_number: bool) -> None:
    assert formats.is_number(type_) is is_number
