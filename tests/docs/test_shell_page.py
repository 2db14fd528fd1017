"""The session of docs/shell.md is a real one: typed again here, on the same simulated nights."""

import re
import sys
from datetime import date
from pathlib import Path

import pytest

from minibroker.model.survey import load_surveys
from tests.archived import write_night
from tests.terminal import Terminal

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "shell.md"
SESSION = re.compile(r"(?<=\$ minibroker shell\n)(.*?)(?=```)", re.DOTALL)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    ztf = load_surveys(ROOT / "schemas")["ztf"]
    for day in (5, 6):
        write_night(tmp_path / "archive", ztf, date(2026, 3, day), 60)
    return tmp_path


def _typed(data: Path, lines: list[str]) -> str:
    environment = {"XDG_STATE_HOME": str(data), "PAGER": "cat"}
    words = [sys.executable, "-m", "minibroker", "shell", "--set", f"data={data}"]
    terminal = Terminal(words, environment, str(data), lines=140)
    try:
        terminal.prompted()
        for line in lines:
            shown = terminal.line(line)
    finally:
        terminal.close()
    return shown.removesuffix("minibroker=>")


def test_the_session_is_real(data: Path, request: pytest.FixtureRequest) -> None:
    page = PAGE.read_text()
    (session,) = SESSION.findall(page)
    lines = re.findall(r"^minibroker[=-]> (.*)", session, re.MULTILINE)
    shown = _typed(data, lines).rstrip() + "\n"
    if request.config.getoption("--update"):
        PAGE.write_text(page.replace(session, shown))
    else:
        assert shown == session, "look at it, then: pytest tests/docs --update"


def test_every_command_is_in_the_page() -> None:
    from minibroker.ui.shell.commands import VERBS

    for name in VERBS:
        assert re.search(rf"`\\{re.escape(name)}(?!\w)", PAGE.read_text()), name
