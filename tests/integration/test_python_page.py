"""The Python of docs/python.md runs, on files and on the Kafka of the run."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from minibroker.broker import Broker
from minibroker.engine.kafka import NewTopic
from minibroker.model.night import parse_night
from minibroker.model.packet import Packet
from minibroker.service.simulate import SimulatedPacket, simulate
from tests.readme import ROOT, without_settings

pytestmark = pytest.mark.stack

PAGE = (ROOT / "docs" / "python.md").read_text()
FILES, STREAM, TABLE = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
ALERTS = 5
SECONDS = 300.0
"""How long an example may take to print what it should: the machine may be busy."""


@pytest.fixture(scope="module")
def packets(broker: Broker) -> list[SimulatedPacket]:
    return list(simulate(broker.surveys["ztf"], parse_night("2026-03-05"), ALERTS, 1))


@pytest.fixture
def folder(broker: Broker, packets: Sequence[SimulatedPacket], tmp_path: Path) -> Path:
    """Where somebody works whose settings name the Kafka of the run: with a night of files."""
    (tmp_path / "minibroker.toml").write_text(
        f'owner = "ann"\n[kafka]\nbootstrap = "{broker.config.bootstrap}"\n'
    )
    night = tmp_path / "ztf_public_20260305"
    night.mkdir()
    for packet in packets:
        (night / f"{packet.alert_id}.avro").write_bytes(packet.value)
    return tmp_path


def _printed(example: str, folder: Path, lines: int) -> list[str]:
    """Return the first lines that an example prints; it is interrupted if it goes on."""
    command = [sys.executable, "-u", "-c", example]
    running = subprocess.Popen(
        command, cwd=folder, env=without_settings(), stdout=subprocess.PIPE, text=True
    )
    with running:
        late = threading.Timer(SECONDS, running.kill)
        late.start()
        try:
            assert running.stdout is not None
            found = [running.stdout.readline().rstrip() for _ in range(lines)]
            running.send_signal(signal.SIGINT)
            running.wait()
        finally:
            late.cancel()
    return found


def test_files_are_read(folder: Path, packets: Sequence[SimulatedPacket]) -> None:
    shown = _printed(FILES, folder, ALERTS)
    assert all(re.fullmatch(r"ZTF\w+ \d+\.\d+", line) for line in shown), shown


def test_a_stream_is_read(broker: Broker, folder: Path, packets: Sequence[SimulatedPacket]) -> None:
    topic = "minibroker.ann.ztf_asteroids"
    broker.kafka.ensure_topics([NewTopic(topic, 1)])
    broker.kafka.produce(topic, [Packet(packet.value) for packet in packets])
    shown = _printed(STREAM, folder, ALERTS)
    assert all(re.fullmatch(r"ZTF\w+ [1-9]\d*", line) for line in shown), shown


def test_a_light_curve_is_a_table(folder: Path) -> None:
    head, first = _printed(TABLE, folder, 2)
    assert head.split() == ["mjd", "band", "magnitude", "limit"]
    assert re.match(r"0 +6\d{4}\.\d+ +[gr] ", first)
