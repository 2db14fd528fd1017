"""Three Kafka brokers on this host: one is killed while packets flow, and `up` mends it."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from minibroker.broker import Broker
from minibroker.config import FlinkConfig, KafkaConfig, StackConfig, SurveyConfig, load_config
from minibroker.engine.process import wait_until
from minibroker.model.filter import FilterSource
from minibroker.model.packet import Packet
from minibroker.service.audit import source_of
from minibroker.ui.demo import free_ports

pytestmark = pytest.mark.stack

SECONDS = 300.0


def _free(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("localhost", port)) != 0


def _kafka_ports() -> tuple[int, int]:
    """Return a broker's and a controller's port whose next two, ten apart, are free too."""
    while True:
        first, second = free_ports(2)
        wanted = [port + step for port in (first, second) for step in (0, 10, 20)]
        if len(set(wanted)) == len(wanted) and max(wanted) < 2**16 and all(map(_free, wanted)):
            return first, second


@pytest.fixture
def three(tmp_path: Path) -> Iterator[Broker]:
    kafka, controller = _kafka_ports()
    flink, rpc = free_ports(2)
    config = replace(
        load_config(),
        data=tmp_path,
        owner="test",
        kafka=KafkaConfig(port=kafka, controller_port=controller, brokers=3),
        flink=FlinkConfig(port=flink, rpc_port=rpc, slots=4, archive_checkpoint="2 s"),
        stack=StackConfig(kafka_memory=512, job_manager_memory=768, task_manager_memory=1792),
        surveys={"ztf": SurveyConfig("ztf")},
    )
    broker = Broker(config)
    try:
        broker.up()
        yield broker
    finally:
        broker.stack.stop(lambda text: None)


def test_one_of_three_brokers_may_die(three: Broker, data: Path) -> None:
    packets = [Packet(file.read_bytes()) for file in sorted((data / "ztf/v3.3").rglob("*.avro"))]
    text = "-- name: everything\nSELECT * FROM ztf WHERE candidate.jd > 0"
    three.filters.submit([FilterSource(text, "everything")])
    three.kafka.produce("ztf", packets)
    second = three.stack.nodes[1].process
    victim = second.find()
    assert victim is not None
    os.kill(victim.pid, signal.SIGKILL)
    assert wait_until(lambda: second.find() is None, 60)
    states = {child.name: child.state for child in three.children()}
    assert states["kafka-2"] == "dead"
    assert states["kafka"] == states["kafka-3"] == "running"
    three.kafka.produce("ztf", packets)
    three.packets.await_stream("ztf", SECONDS, lambda lag: None)
    three.up()
    assert {child.state for child in three.children()} == {"running"}
    three.kafka.produce("ztf", packets)
    three.packets.await_stream("ztf", SECONDS, lambda lag: None)
    three.past.await_archive("ztf", SECONDS)
    places = [source_of(each) for each in three.kafka.read(["minibroker.test.everything"])]
    assert len(places) == len(set(places)) == 3 * len(packets)
    assert three.past.dead_letters("ztf") == (0, 0)

    three.stack.stop(lambda text: None)
    # What a node leaves that had the time to write everything down.
    clean = sorted(three.config.data.rglob(".kafka_cleanshutdown"))
    assert len(clean) == len(three.stack.nodes), clean
