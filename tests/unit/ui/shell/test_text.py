import pytest

from minibroker.ui.shell.text import Command, Statement, divide


def _parts(text: str) -> list[str]:
    shown = []
    for part in divide(text).with_rest():
        match part:
            case Statement(query, _, is_held):
                shown.append(f"{query}…" if is_held else query)
            case Command(name, argument, _):
                shown.append(f"\\{name}:{argument}")
    return shown


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("SELECT 1;", ["SELECT 1"]),
        ("SELECT 1; SELECT 2", ["SELECT 1", "SELECT 2"]),
        (";;  ;", []),
        ("SELECT ';' AS a;", ["SELECT ';' AS a"]),
        ("SELECT 'it''s;' ;", ["SELECT 'it''s;'"]),
        (r"SELECT e'\';' ;", [r"SELECT e'\';'"]),
        ('SELECT 1 AS "a;b";', ['SELECT 1 AS "a;b"']),
        ("SELECT 1 -- one; two\n;", ["SELECT 1 -- one; two"]),
        ("SELECT /* ; */ 1;", ["SELECT /* ; */ 1"]),
        ("SELECT $$a;b$$;", ["SELECT $$a;b$$"]),
        ("SELECT $x$a;$$;$x$;", ["SELECT $x$a;$$;$x$"]),
        (r"\d ztf", [r"\d:ztf"]),
        ("\\x\nSELECT 1;\\timing on\n", [r"\x:", "SELECT 1", r"\timing:on"]),
        (r"FROM ztf \check", ["FROM ztf…", r"\check:"]),
        (r"SELECT 'a\d b';", [r"SELECT 'a\d b'"]),
        (r"\q;", [r"\q:"]),
    ],
)
def test_parts(text: str, parts: list[str]) -> None:
    assert _parts(text) == parts


@pytest.mark.parametrize(
    ("text", "is_finished"),
    [
        ("", True),
        ("SELECT 1;", True),
        ("SELECT 1;  \n", True),
        ("SELECT 1", False),
        ("SELECT 'a;", False),
        ("SELECT /* ;", False),
        ("SELECT $$;", False),
        (r"FROM ztf \check", True),
        ("SELECT 1; SELECT", False),
    ],
)
def test_what_waits_for_a_semicolon(text: str, is_finished: bool) -> None:
    assert divide(text).is_finished is is_finished


def test_a_statement_knows_where_it_begins() -> None:
    text = "SELECT 1;\n\n  SELECT é;"
    statements = [part for part in divide(text).parts if isinstance(part, Statement)]
    assert [text[each.start :][: len(each.text)] for each in statements] == ["SELECT 1", "SELECT é"]
