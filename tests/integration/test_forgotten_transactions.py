"""Jobs go on where they stood when Kafka does not know their last transactions any more."""

from __future__ import annotations

import os
import shutil
import signal
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from minibroker.broker import Broker
from minibroker.config import FlinkConfig, KafkaConfig, StackConfig, SurveyConfig, load_config
from minibroker.engine import kafka_nodes
from minibroker.engine.archive import Place
from minibroker.engine.process import wait_until
from minibroker.model.filter import FilterSource
from minibroker.model.packet import Packet
from minibroker.service.audit import source_of
from minibroker.service.filter_job import filter_job_name
from minibroker.ui.demo import free_ports
from tests.integration.transactions import known

pytestmark = pytest.mark.stack

SECONDS = 300.0
JOB = filter_job_name("ztf")
TOPIC = "minibroker.test.everything"
REMEMBERED = {
    "transactional.id.expiration.ms": "3000",
    "transaction.remove.expired.transaction.cleanup.interval.ms": "500",
}
TOLD = (
    f"{JOB}: Kafka has forgotten the transactions of its last state: it begins anew where that"
    " stood, its filters' quotas are counted from nothing, and what it had not committed when it"
    " was killed is named by `minibroker audit`"
)


@pytest.fixture(scope="module")
def told() -> list[str]:
    return []


@pytest.fixture(scope="module")
def patched() -> Iterator[pytest.MonkeyPatch]:
    with pytest.MonkeyPatch.context() as patched:
        yield patched


@pytest.fixture(scope="module")
def forgetful(
    tmp_path_factory: pytest.TempPathFactory, told: list[str], patched: pytest.MonkeyPatch
) -> Iterator[Broker]:
    """A stack with a filter that passes everything; its Kafka remembers what is done briefly."""
    copies = kafka_nodes._copies
    patched.setattr(kafka_nodes, "_copies", lambda count: copies(count) | REMEMBERED)
    patched.setattr("minibroker.service.hanging_transactions.OPEN_SECONDS", 1.0)
    ports = free_ports(4)
    broker = Broker(
        replace(
            load_config(),
            data=tmp_path_factory.mktemp("forgetful"),
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
        text = "-- name: everything\nSELECT * FROM ztf WHERE candidate.jd > 0"
        broker.filters.submit([FilterSource(text, "everything")])
        yield broker
    finally:
        broker.stack.stop(lambda text: None)


@pytest.fixture
def packets(data: Path) -> list[Packet]:
    return [Packet(file.read_bytes()) for file in sorted((data / "ztf/v3.3").rglob("*.avro"))]


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


def _delivered(broker: Broker) -> Counter[Place]:
    places = (source_of(packet) for packet in broker.kafka.read([TOPIC]))
    return Counter(places)


def test_a_job_whose_transactions_are_forgotten_begins_where_it_stood(
    forgetful: Broker, told: list[str], packets: list[Packet]
) -> None:
    with _sending(forgetful, packets) as sent:
        assert wait_until(lambda: any(forgetful.kafka.read([TOPIC])), SECONDS)
        # Packets flow when it is stopped: its last transaction is in the savepoint.
        with forgetful.reconciler.alone():
            assert forgetful.reconciler.suspend(JOB)
    assert wait_until(lambda: known(forgetful, JOB) == [], SECONDS)

    forgetful.up()
    assert TOLD in told
    forgetful.packets.await_stream("ztf", SECONDS, lambda lag: None)
    counts = _delivered(forgetful)
    assert set(counts.values()) == {1}
    assert len(counts) == sent[0]


def test_a_transaction_whose_owner_kafka_has_lost_is_ended(
    forgetful: Broker, told: list[str], packets: list[Packet]
) -> None:
    """Kafka dies and comes back with the messages, and without its memory of transactions."""
    told.clear()
    before = len(_delivered(forgetful))
    kafka = forgetful.stack.nodes[0]
    running = kafka.process.find()
    assert running is not None
    with _sending(forgetful, packets):
        assert wait_until(lambda: len(_delivered(forgetful)) > before, SECONDS)
        assert wait_until(lambda: bool(forgetful.kafka_watch.open({TOPIC: 1})), SECONDS)
        os.kill(running.pid, signal.SIGKILL)
        assert wait_until(lambda: kafka.process.find() is None, SECONDS)
        for folder in kafka.log.glob("__transaction_state-*"):
            shutil.rmtree(folder)
        forgetful.up()
    ended = [text for text in told if "Kafka had lost the owner" in text]
    assert any(f"{TOPIC} (partition 0)" in text for text in ended), told

    forgetful.packets.await_stream("ztf", SECONDS, lambda lag: None)
    forgetful.past.await_archive("ztf", SECONDS)
    forgetful.past.await_deliveries("ztf", SECONDS)
    counts = _delivered(forgetful)
    assert set(counts.values()) == {1}
    sent = {
        Place("ztf", partition, offset)
        for partition, (begin, end) in forgetful.kafka.ends("ztf").items()
        for offset in range(begin, end)
    }
    assert counts.keys() <= sent
    nights = map(date.fromisoformat, forgetful.archive("ztf").nights())
    audits = [forgetful.past.certify("ztf", night, "everything") for night in nights]
    named = {place for audit in audits for _, found in audit.filters for place in found.missing}
    assert named == sent - counts.keys()
