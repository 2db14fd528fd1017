"""What is outside fails for a while: nothing is lost, nothing comes twice, and it is told."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from minibroker.broker import Broker
from minibroker.engine.archive import Archive
from minibroker.engine.kafka import NewTopic
from minibroker.engine.process import wait_until
from minibroker.model.errors import Exit
from minibroker.model.filter import FilterSource
from minibroker.model.job import JobState, short_name
from minibroker.model.packet import Packet
from minibroker.service.archive_job import archive_job
from minibroker.service.audit import source_of
from minibroker.service.catch_up import await_growth
from minibroker.service.source_table import Stream
from minibroker.ui.cli import main
from tests.torture.settings import write_settings

pytestmark = pytest.mark.stack

SECONDS = 300.0
AWAY_SECONDS = 60.0
SMALL_DISK, LARGER_DISK = "6m", "256m"
"""Too little for the packets that are sent, and enough."""


@pytest.fixture
def packets(data: Path) -> list[Packet]:
    return [Packet(file.read_bytes()) for file in sorted((data / "ztf/v3.3").rglob("*.avro"))]


@contextmanager
def _disk(folder: Path) -> Iterator[None]:
    """Mount a disk of its own on a folder; skip where that is not allowed."""
    folder.mkdir()
    options = ["-t", "tmpfs", "-o", f"size={SMALL_DISK}", "none", str(folder)]
    if subprocess.run(["mount", *options], capture_output=True, check=False).returncode:
        pytest.skip("a small disk cannot be mounted here")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextmanager
def _archiving(
    broker: Broker, survey: str, stream: Stream, folder: Path
) -> Iterator[tuple[Archive, JobState]]:
    """Run an archive job of its own on a stream, as long as it is looked at."""
    name = f"{stream.topic}.archive"
    spec = archive_job(name, broker.surveys[survey], stream, folder, broker.job_settings("1 s"))
    broker.reconciler.match(spec)
    job = broker.reconciler.running(name)
    assert job is not None
    try:
        yield Archive(folder, survey), job
    finally:
        broker.flink.cancel(job.job_id)


def _status(settings: Path) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["status", "--config", str(settings)])
    return int(ended.value.code or 0)


def test_a_full_disk_is_told_and_nothing_is_lost_when_there_is_room_again(
    broker: Broker, packets: list[Packet], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    topic, folder = "faults.disk", tmp_path / "disk"
    broker.kafka.ensure_topics([NewTopic(topic, 2)])
    stream = replace(broker.stream(broker.surveys["ztf"]), topic=topic)
    with _disk(folder), _archiving(broker, "ztf", stream, folder) as (archive, job):
        # Not before: with the disk full from the beginning the job's start would be refused.
        sent = broker.kafka.produce(topic, packets * 4)
        name, reason = short_name(job.name), "No space left on device"
        assert wait_until(lambda: reason in broker.troubles().get(name, ""), SECONDS)
        settings = write_settings(broker.config, tmp_path / "minibroker.toml")
        assert wait_until(lambda: _status(settings) == Exit.JOB, SECONDS)
        told = capsys.readouterr().err
        assert f"{name}: RESTARTING: " in told
        assert f"{name}: not well, for the reason above" in told
        grown = ["mount", "-o", f"remount,size={LARGER_DISK}", str(folder)]
        subprocess.run(grown, check=True)
        await_growth(lambda: archive.size()[1], sent, SECONDS, job.name)
        places = Counter(place for place, _, _ in archive.packets())
        assert len(places) == places.total() == sent
        assert archive.size()[0] == sent


def test_kafka_away_for_a_minute_loses_and_repeats_nothing(
    broker: Broker, packets: list[Packet]
) -> None:
    name, source = "faults_minute", broker.config.surveys["ztf"].topic
    condition = "SELECT * FROM ztf WHERE candidate.jd > 0"
    broker.filters.submit([FilterSource(f"-- name: {name}\n{condition}", name)])
    before = broker.kafka.ends(source)
    sent = broker.kafka.produce(source, packets)
    kafka = broker.stack.kafka.find()
    assert kafka is not None
    os.kill(kafka.pid, signal.SIGKILL)
    back = time.monotonic() + AWAY_SECONDS
    assert wait_until(lambda: time.monotonic() > back, 2 * AWAY_SECONDS)
    broker.up()
    sent += broker.kafka.produce(source, packets)
    broker.packets.await_stream("ztf", SECONDS, lambda lag: None)
    places = Counter(map(source_of, broker.kafka.read([f"minibroker.test.{name}"])))
    new = {place: n for place, n in places.items() if place.offset >= before[place.partition][1]}
    assert len(new) == sum(new.values()) == sent
    broker.filters.remove(name)


@dataclass
class Outage:
    """A registry that answers 503 until it is mended."""

    url: str
    refused: int = 0
    is_over: bool = False


@pytest.fixture
def outage(registry: str) -> Iterator[Outage]:
    """The run's registry behind a door that is shut."""
    state = Outage("")

    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            state.refused += not state.is_over
            answer = httpx.get(registry + self.path) if state.is_over else httpx.Response(503)
            self.send_response(answer.status_code)
            self.send_header("Content-Length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("localhost", 0), Door)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    state.url = f"http://localhost:{server.server_port}"
    yield state
    server.shutdown()
    server.server_close()
    thread.join()


def test_packets_wait_for_a_registry_that_is_away(
    broker: Broker, data: Path, outage: Outage, tmp_path: Path
) -> None:
    """Of schema 7.4, which only the registry has."""
    topic = "faults.registry"
    files = sorted((data / "lsst/confluent").glob("704_*"))
    broker.kafka.ensure_topics([NewTopic(topic)])
    stream = replace(broker.stream(broker.surveys["lsst"]), topic=topic, registry=outage.url)
    with _archiving(broker, "lsst", stream, tmp_path) as (archive, job):
        sent = broker.kafka.produce(topic, (Packet(file.read_bytes()) for file in files))
        assert wait_until(lambda: outage.refused >= 3, SECONDS)
        assert archive.size() == (0, 0)
        outage.is_over = True
        await_growth(lambda: archive.size()[1], sent, SECONDS, job.name)
        assert archive.size() == (sent, sent)
