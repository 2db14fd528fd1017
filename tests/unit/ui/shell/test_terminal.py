"""The shell as a person has it: real keys, a real screen."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.terminal import Terminal

LONG = "SELECT count(*) FROM range(100000000) a, range(1000000) b WHERE a.range % 7 = b.range % 11;"
ENTER, TAB, CTRL_C, CTRL_D, CTRL_R = "\r", "\t", "\x03", "\x04", "\x12"


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return {"XDG_STATE_HOME": str(tmp_path_factory.mktemp("state")), "PAGER": "less"}


def _start(data: Path, environment: dict[str, str], lines: int = 60) -> Terminal:
    words = [sys.executable, "-m", "minibroker", "shell", "--set", f"data={data}"]
    terminal = Terminal(words, environment, str(data), lines)
    terminal.prompted("SQL over the archive; \\? for help, \\q to leave")
    return terminal


@pytest.fixture(scope="module")
def opened(data: Path, environment: dict[str, str]) -> Iterator[Terminal]:
    terminal = _start(data, environment)
    yield terminal
    terminal.close()


@pytest.fixture
def terminal(opened: Terminal) -> Terminal:
    opened.clear()
    return opened


def test_a_statement_goes_on_until_its_semicolon(terminal: Terminal) -> None:
    terminal.keys("SELECT night, count(*) AS n", ENTER)
    terminal.until("minibroker->")
    terminal.keys("FROM ztf GROUP BY ALL ORDER BY ALL;", ENTER)
    terminal.prompted(" 2026-03-05 | 40", "(2 rows)")


def test_tab_completes_fields_that_are_nested(terminal: Terminal) -> None:
    terminal.keys("SELECT candidate.magps", TAB)
    terminal.until("candidate.magpsf")
    terminal.keys(" AS m FROM zt", TAB)
    terminal.until("FROM ztf")
    terminal.keys(" LIMIT 1;", ENTER)
    terminal.prompted("(1 row)")


def test_tab_shows_units(terminal: Terminal) -> None:
    terminal.keys("SELECT candidate.sigm", TAB, TAB)
    terminal.until("DOUBLE mag")
    terminal.keys(CTRL_C)
    terminal.prompted()


def test_ctrl_c_ends_a_query_and_not_the_shell(terminal: Terminal) -> None:
    terminal.keys(LONG, ENTER)
    terminal.busy()
    terminal.keys(CTRL_C)
    terminal.prompted("cancelled")
    terminal.keys("SELECT 6 * 7 AS answer;", ENTER)
    terminal.prompted("42")


def test_ctrl_c_clears_what_is_typed(terminal: Terminal) -> None:
    terminal.keys("SELECT nonsense", ENTER, "FROM", CTRL_C)
    terminal.prompted()
    terminal.keys("SELECT 1 AS clean;", ENTER)
    terminal.prompted("clean", "(1 row)")


def test_ctrl_r_finds_what_was_typed_before(terminal: Terminal) -> None:
    terminal.keys("SELECT 12345 AS found;", ENTER)
    terminal.prompted("(1 row)")
    terminal.keys("SELECT 6 * 7 AS other;", ENTER)
    # While it runs, the terminal keeps Ctrl-R to itself.
    terminal.prompted("42")
    terminal.clear()
    terminal.keys(CTRL_R, "12345")
    terminal.until("SELECT 12345 AS found;")
    terminal.keys(ENTER, ENTER)
    terminal.prompted("(1 row)")


def test_x_shows_records(terminal: Terminal) -> None:
    terminal.keys("\\x", ENTER)
    terminal.prompted("expanded display is on")
    terminal.keys("SELECT {'a': 1, 'b': NULL} AS s;", ENTER)
    terminal.prompted("-[ RECORD 1 ]", "s.a | 1", "s.b | NULL")
    terminal.keys("\\x off", ENTER)
    terminal.prompted("expanded display is off")


def test_a_mistake_is_told_and_the_shell_goes_on(terminal: Terminal) -> None:
    terminal.keys("SELECT * frm ztf;", ENTER)
    terminal.prompted("error[query-failed]", "--> query:1:14")
    terminal.keys("SELECT * FROM ztf WHERE candidate.rb > 0.9 \\check", ENTER)
    terminal.prompted("a filter on ztf: it reads 1 field")


def test_help_lists_the_commands(terminal: Terminal) -> None:
    terminal.keys("\\?", ENTER)
    terminal.prompted("\\submit NAME", "Ctrl-D leaves")


def test_a_long_cell_is_cut_and_told(terminal: Terminal) -> None:
    terminal.keys("SELECT prv_candidates FROM ztf LIMIT 1;", ENTER)
    terminal.prompted("…", "1 cell cut to 60 characters")


def test_an_unfinished_query_comes_back_from_the_editor(
    data: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    editor = tmp_path / "editor"
    editor.write_text("#!/bin/sh\nprintf 'SELECT 99 AS edited' > \"$1\"\n")
    editor.chmod(0o755)
    terminal = _start(data, environment | {"EDITOR": str(editor)})
    try:
        terminal.keys("\\e", ENTER)
        terminal.until("minibroker=> SELECT 99 AS edited")
        terminal.keys(";", ENTER)
        terminal.prompted("99", "(1 row)")
        terminal.keys(CTRL_D)
        assert terminal.ended() == 0
    finally:
        terminal.close()


def test_long_answers_are_paged(data: Path, environment: dict[str, str]) -> None:
    terminal = _start(data, environment, lines=20)
    try:
        terminal.keys("SELECT range AS n FROM range(500);", ENTER)
        terminal.until("\n:")
        terminal.keys("G")
        terminal.until("(500 rows)")
        terminal.keys("q")
        terminal.until("minibroker=>")
        terminal.keys("\\q", ENTER)
        assert terminal.ended() == 0
    finally:
        terminal.close()


def test_what_was_typed_is_kept_for_its_owner_alone(
    terminal: Terminal, environment: dict[str, str]
) -> None:
    terminal.keys("SELECT 1 AS kept;", ENTER)
    terminal.prompted("(1 row)")
    history = Path(environment["XDG_STATE_HOME"]) / "minibroker" / "shell_history"
    assert "SELECT 1 AS kept;" in history.read_text()
    assert history.stat().st_mode & 0o077 == 0
