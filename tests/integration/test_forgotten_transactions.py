"""A job that is away for longer than Kafka remembers its transactions goes on where it stood."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partialmethod
from pathlib import Path

import pytest

from minibroker.broker import Broker
from minibroker.config import FlinkConfig, KafkaConfig, StackConfig, SurveyConfig, load_config
from minibroker.engine import kafka_nodes
from minibroker.engine.flink_rest import FlinkRest
from minibroker.engine.process import wait_until
from minibroker.model.filter import FilterSource
from minibroker.model.packet import Packet
from minibroker.service.audit import source_of
from minibroker.service.filter_job import filter_job_name
from minibroker.ui.demo import free_ports
from tests.integration.transactions import known

pytestmark = pytest.mark.stack

SECONDS = 120.0
JOB = filter_job_name("ztf")
REMEMBERED = {
    "transactional.id.expiration.ms": "3000",
    "transaction.remove.expired.transaction.cleanup.interval.ms": "500",
}
TOLD = (
    f"{JOB}: Kafka has forgotten the transactions of its last state: it begins anew where that"
    " stood, its filters' quotas are counted from nothing, and what it had not committed when it"
    " was killed is named by `minibroker audit`"
)


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def forgetful(tmp_path: Path, told: list[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Broker]:
    """A stack whose Kafka remembers done transactions for seconds."""
    copies = kafka_nodes._copies
    monkeypatch.setattr(kafka_nodes, "_copies", lambda count: copies(count) | REMEMBERED)
    # The job fails at once and again: there is no need to look on for a minute.
    short = partialmethod(FlinkRest.await_running, seconds=20.0)
    monkeypatch.setattr(FlinkRest, "await_running", short)
    ports = free_ports(4)
    broker = Broker(
        replace(
            load_config(),
            data=tmp_path,
            owner="test",
            kafka=KafkaConfig(port=ports[0], controller_port=ports[1], partitions=2),
            flink=FlinkConfig(port=ports[2], rpc_port=ports[3], slots=4, archive_checkpoint="2 s"),
            stack=StackConfig(kafka_memory=512, job_manager_memory=768, task_manager_memory=1792),
            surveys={"ztf": SurveyConfig("ztf")},
        ),
        told.append,
    )
    try:
        broker.up()
        yield broker
    finally:
        broker.stack.stop(lambda text: None)


@contextmanager
def _sending(broker: Broker, packets: list[Packet]) -> Iterator[list[int]]:
    """Send packets one by one, again and again; yield a list that ends up with their number."""
    ended, sent = threading.Event(), [0]

    def evenly() -> Iterator[Packet]:
        while not ended.wait(0.02):
            sent[0] += 1
            yield packets[sent[0] % len(packets)]

    thread = threading.Thread(target=lambda: broker.kafka.produce("ztf", evenly()))
    thread.start()
    try:
        yield sent
    finally:
        ended.set()
        thread.join()


def test_a_job_whose_transactions_are_forgotten_begins_where_it_stood(
    forgetful: Broker, told: list[str], data: Path
) -> None:
    packets = [Packet(file.read_bytes()) for file in sorted((data / "ztf/v3.3").rglob("*.avro"))]
    text = "-- name: everything\nSELECT * FROM ztf WHERE candidate.jd > 0"
    forgetful.filters.submit([FilterSource(text, "everything")])
    topic = "minibroker.test.everything"
    with _sending(forgetful, packets) as sent:
        assert wait_until(lambda: any(forgetful.kafka.read([topic])), SECONDS)
        # Packets flow when it is stopped: its last transaction is in the savepoint.
        with forgetful.reconciler.alone():
            assert forgetful.reconciler.suspend(JOB)
    assert wait_until(lambda: known(forgetful, JOB) == [], SECONDS)

    forgetful.up()
    assert TOLD in told
    forgetful.packets.await_stream("ztf", SECONDS, lambda lag: None)
    counts = Counter(source_of(packet) for packet in forgetful.kafka.read([topic]))
    assert set(counts.values()) == {1}
    assert len(counts) == sent[0]
