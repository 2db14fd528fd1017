"""A query tried at the prompt runs as a filter: real keys, real archive, real job."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from minibroker.broker import Broker
from tests.terminal import Terminal
from tests.torture.settings import write_settings

pytestmark = pytest.mark.stack

NIGHT, ALERTS = date(2026, 9, 21), 40
QUERY = "SELECT * FROM ztf WHERE candidate.rb > 0.99 AND candidate.magpsf < 14"


@pytest.fixture
def terminal(broker: Broker, tmp_path: Path) -> Iterator[Terminal]:
    """The shell on the run's stack, whose archive has the night."""
    broker.packets.simulate("ztf", NIGHT, ALERTS, 3)
    broker.past.await_archive("ztf", 60.0)
    settings = write_settings(broker.config, tmp_path / "minibroker.toml")
    words = [sys.executable, "-m", "minibroker", "shell", "--config", str(settings)]
    terminal = Terminal(words, {"XDG_STATE_HOME": str(tmp_path)}, str(tmp_path))
    terminal.prompted("SQL over the archive")
    yield terminal
    terminal.close()


def test_a_query_tried_at_the_prompt_becomes_a_filter(terminal: Terminal, broker: Broker) -> None:
    terminal.line(f"SELECT count(*) AS n FROM ztf WHERE night = '{NIGHT}';")
    terminal.prompted(f" {ALERTS}\n(1 row)")
    terminal.line(f"{QUERY} \\check")
    terminal.prompted("a filter on ztf: it reads 2 fields")
    terminal.line("\\submit tried --anyway")
    try:
        terminal.prompted("minibroker.test.tried")
        assert QUERY in broker.filters.stored("tried").text
        terminal.line("SELECT name, version FROM filters WHERE name = 'tried';")
        terminal.prompted(" tried |       1")
        terminal.line("\\filters")
        terminal.prompted("tried")
    finally:
        broker.filters.remove("tried")
