from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minibroker.model.diagnostic import Diagnostic, Severity, Span
from minibroker.ui.diagnostics import MAX_WIDTH, as_json, draw


def _fault(start: int, end: int, message: str = "wrong", hint: str = "") -> Diagnostic:
    return Diagnostic("some-code", message, Span(start, end), hint)


def test_the_shape() -> None:
    text = "SELECT *\nFROM ztf\n\nWHERE candidate.mag < 18\n"
    fault = Diagnostic(
        "unknown-field",
        "ztf has no field 'candidate.mag'",
        Span(25, 38),
        "did you mean 'candidate.magpsf' (in mag)?",
    )
    assert draw("bright.sql", text, (fault,)) == (
        "error[unknown-field]: ztf has no field 'candidate.mag'\n"
        "  --> bright.sql:4:7\n"
        "  4 | WHERE candidate.mag < 18\n"
        "            ^^^^^^^^^^^^^\n"
        "  help: did you mean 'candidate.magpsf' (in mag)?"
    )


def test_several_are_divided_by_a_blank_line() -> None:
    drawn = draw("f", "abc", (_fault(0, 1), _fault(1, 2)))
    assert drawn.count("\n\n") == 1
    assert not drawn.endswith("\n")


def test_a_warning_says_so() -> None:
    warning = Diagnostic("sentinel", "careful", Span(0, 1), severity=Severity.WARNING)
    assert draw("f", "abc", (warning,)).startswith("warning[sentinel]: careful\n")


def test_the_end_of_the_text_gets_one_caret() -> None:
    lines = draw("f", "rb >", (_fault(4, 4),)).split("\n")
    assert lines[2:] == ["  1 | rb >", "          ^"]


def test_the_end_of_a_text_with_a_last_newline() -> None:
    assert "  --> f:2:1\n" in draw("f", "rb >\n", (_fault(5, 5),))


def test_tabs_are_four_columns_in_the_line_and_under_it() -> None:
    lines = draw("f", "\ta\tbc", (_fault(3, 5),)).split("\n")
    assert lines[2:] == ["  1 |     a    bc", "               ^^"]


def test_wide_characters_are_two_columns() -> None:
    lines = draw("f", "'星' x", (_fault(4, 5),)).split("\n")
    assert lines[3] == "      " + " " * 5 + "^"


def test_a_span_of_several_lines_is_marked_in_its_first() -> None:
    lines = draw("f", "a + (b\n + c)", (_fault(4, 12),)).split("\n")
    assert lines[1] == "  --> f:1:5"
    assert lines[2:] == ["  1 | a + (b", "          ^^"]


def test_windows_line_ends() -> None:
    lines = draw("f", "a\r\nbcd\r\n", (_fault(4, 5),)).split("\n")
    assert lines[1:] == ["  --> f:2:2", "  2 | bcd", "       ^"]


def test_a_long_line_is_clipped_around_the_place() -> None:
    text = "x" * 500 + "HERE" + "y" * 500
    lines = draw("f", text, (_fault(500, 504),)).split("\n")
    assert len(lines[2]) < MAX_WIDTH + 20
    assert lines[2].index("HERE") == lines[3].index("^")
    assert lines[3].count("^") == 4


def test_a_long_place_is_clipped_itself() -> None:
    lines = draw("f", "x" * 1000, (_fault(0, 1000),)).split("\n")
    assert len(lines[2]) < MAX_WIDTH + 20
    assert len(lines[3]) < MAX_WIDTH + 20


@pytest.mark.parametrize("odd", ["\x1b", "\x00", "\u202e", "\u200b", "\ud800", "\u2028", "\x07"])
def test_control_characters_cannot_draw(odd: str) -> None:
    drawn = draw(f"f{odd}", f"a{odd}b", (_fault(0, 1, f"no {odd}", f"not {odd}"),))
    assert odd not in drawn
    drawn.encode()


def test_lines_of_two_digits_keep_the_carets_in_place() -> None:
    lines = draw("f", "\n" * 11 + "abc", (_fault(12, 13),)).split("\n")
    assert lines[2:] == ["  12 | abc", "        ^"]


def test_json_counts_from_one() -> None:
    found = as_json("ab\ncdef", (_fault(4, 6, "m", "h"),))
    assert found == [
        {
            "severity": "error",
            "code": "some-code",
            "message": "m",
            "line": 2,
            "column": 2,
            "end_line": 2,
            "end_column": 4,
            "hint": "h",
        }
    ]


@given(st.text(max_size=80), st.integers(0, 90), st.integers(0, 30))
def test_any_text_and_place_can_be_drawn(text: str, start: int, length: int) -> None:
    drawn = draw("f", text, (_fault(start, start + length),))
    assert "^" in drawn
    assert as_json(text, (_fault(start, start + length),))[0]["line"] >= 1
