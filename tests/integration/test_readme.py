"""The first session of the README, and the tutorial's in the middle of it: all that they show."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from minibroker.broker import Broker
from minibroker.config import load_config
from minibroker.ui.demo import free_ports
from tests import readme

pytestmark = pytest.mark.stack

TUTORIAL = readme.ROOT / "docs" / "tutorial-first-filter.md"

PORTS = {
    "MINIBROKER_KAFKA_PORT": "9092",
    "MINIBROKER_KAFKA_CONTROLLER_PORT": "9093",
    "MINIBROKER_FLINK_PORT": "8081",
    "MINIBROKER_FLINK_RPC_PORT": "6123",
}


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """Settings of a newcomer's stack; whatever the session leaves running is stopped."""
    chosen = dict(zip(PORTS, map(str, free_ports(len(PORTS))), strict=True))
    chosen |= {
        "NO_COLOR": "1",
        "MINIBROKER_DATA": str(tmp_path),
        "MINIBROKER_OWNER": "ann",
    }
    yield chosen
    for name, value in chosen.items():
        monkeypatch.setenv(name, value)
    Broker(load_config()).stack.stop(lambda text: None)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the reader of the tutorial works: its filter is there as a file."""
    folder = tmp_path / "reader"
    folder.mkdir()
    (text,) = re.findall(r"```sql\n(.*?)```", TUTORIAL.read_text(), re.DOTALL)
    (folder / "bright_and_real.sql").write_text(text)
    return folder


def test_first_session(
    environment: dict[str, str], folder: Path, request: pytest.FixtureRequest
) -> None:
    (first,), (tutorial,) = readme.blocks("online"), readme.blocks("online", TUTORIAL)
    *begin, down = first.commands
    begun = readme.session(begin, environment, readme.ROOT)
    learnt = readme.session(tutorial.commands, environment, folder)
    ended = readme.session([down], environment, readme.ROOT)
    for block, text in ((first, f"{begun}\n{ended}"), (tutorial, learnt)):
        for name, usual in PORTS.items():
            text = text.replace(environment[name], usual)
        if request.config.getoption("--update"):
            readme.rewrite(block, text)
        else:
            assert readme.shape(text) == readme.shape(block.text)
