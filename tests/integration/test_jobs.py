"""Filters change and processes die while packets flow: nothing is lost, nothing comes twice."""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from minibroker.broker import Broker
from minibroker.config import Config
from minibroker.engine.process import wait_until
from minibroker.model.errors import ConfigError, JobError, OutsideError
from minibroker.model.filter import FilterSource
from minibroker.model.packet import Packet
from minibroker.service.audit import source_of
from minibroker.ui.demo import free_ports

pytestmark = pytest.mark.stack

SECONDS = 300.0
"""Without any progress; all that is waited for takes a small part of it, but on a slow machine."""
SURVEY = "ztf"


@pytest.fixture
def packets(data: Path) -> list[Packet]:
    return [Packet(file.read_bytes()) for file in sorted((data / "ztf/v3.3").rglob("*.avro"))]


@pytest.fixture(scope="module")
def everything(broker: Broker) -> Iterator[str]:
    """A filter that passes every alert, present all the time."""
    name = "everything"
    broker.filters.submit([_filter(name, "candidate.jd > 0")])
    yield name
    broker.filters.remove(name)


def _filter(name: str, condition: str) -> FilterSource:
    return FilterSource(f"-- name: {name}\nSELECT * FROM {SURVEY} WHERE {condition}", name)


def _delivered(broker: Broker, name: str) -> Counter[tuple[int, int]]:
    places = (source_of(packet) for packet in broker.kafka.read([f"minibroker.test.{name}"]))
    return Counter((place.partition, place.offset) for place in places)


def _assert_once(broker: Broker, name: str, before: dict[int, tuple[int, int]]) -> None:
    """Every alert sent since ``before`` was delivered, and only once."""
    places = _delivered(broker, name)
    sent = {
        (partition, offset): 1
        for partition, (_, end) in _sent(broker).items()
        for offset in range(before[partition][1], end)
    }
    # Packets without a key go to any partition, so one of them may have got none.
    assert sent
    assert {place: places[place] for place in sent} == sent


def _sent(broker: Broker) -> dict[int, tuple[int, int]]:
    return broker.kafka.ends(broker.config.surveys[SURVEY].topic)


def _send(broker: Broker, packets: list[Packet]) -> None:
    broker.kafka.produce(broker.config.surveys[SURVEY].topic, packets)


def _await(broker: Broker) -> None:
    broker.packets.await_stream(SURVEY, SECONDS, lambda lag: None)


def test_an_edit_loses_and_repeats_nothing_of_other_filters(
    broker: Broker, packets: list[Packet], everything: str
) -> None:
    _await(broker)
    before = _sent(broker)
    _send(broker, packets)
    broker.filters.submit([_filter("edited", "candidate.rb > 0.9")])
    _send(broker, packets)
    broker.filters.submit([_filter("edited", "candidate.rb > 0.5")])
    _send(broker, packets)
    broker.filters.remove("edited")
    _send(broker, packets)
    _await(broker)
    _assert_once(broker, everything, before)


def test_the_same_text_again_changes_nothing(broker: Broker, everything: str) -> None:
    running = {job.job_id for job in broker.jobs() if job.live}
    (again,) = broker.filters.submit([_filter(everything, "candidate.jd    >    0  -- as before")])
    assert not again.changed
    assert {job.job_id for job in broker.jobs() if job.live} == running


def test_a_removed_filter_is_unknown_and_its_name_is_told(broker: Broker, everything: str) -> None:
    with pytest.raises(ConfigError) as failure:
        broker.filters.remove("everythin")
    assert failure.value.message == ("test has no filter 'everythin'; did you mean 'everything'?")


def test_a_plan_that_flink_refuses_stops_no_job(
    broker: Broker, everything: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = {job.job_id for job in broker.jobs() if job.live}
    stored = broker.store.filters()
    monkeypatch.setattr("minibroker.service.filter_job.literal", lambda text: "no literal")
    with pytest.raises(JobError) as failure:
        broker.filters.submit([_filter("refused", "candidate.rb > 0.9")])
    assert failure.value.code == "flink-refused"
    assert {job.job_id for job in broker.jobs() if job.live} == running
    assert broker.store.filters() == stored


@pytest.mark.parametrize("away", ["flink", "kafka"])
def test_a_submit_that_finds_flink_or_kafka_away_says_so_and_stores_nothing(
    broker: Broker, config: Config, everything: str, away: str
) -> None:
    (port,) = free_ports(1)
    address, url = f"localhost:{port}", f"http://localhost:{port}"
    away_from = {
        "flink": replace(config, flink=replace(config.flink, url=url)),
        "kafka": replace(config, kafka=replace(config.kafka, bootstrap=address)),
    }
    stored = broker.store.filters()
    running = {job.job_id for job in broker.jobs() if job.live}
    with pytest.raises(OutsideError) as failure:
        Broker(away_from[away]).filters.submit([_filter("unheard", "candidate.rb > 0.9")])
    assert failure.value.code == f"{away}-away"
    assert failure.value.message.startswith(f"{away.title()} does not answer at ")
    assert f"localhost:{port}: " in failure.value.message
    assert failure.value.remedy.startswith("run `minibroker up`")
    assert broker.store.filters() == stored
    assert broker.store.filter("test", "unheard") is None
    assert {job.job_id for job in broker.jobs() if job.live} == running


def test_a_killed_task_manager_is_told_and_comes_back(
    broker: Broker, packets: list[Packet], everything: str
) -> None:
    _await(broker)
    before = _sent(broker)
    _send(broker, packets)
    worker = broker.stack.task_manager.find()
    assert worker is not None
    os.kill(worker.pid, signal.SIGKILL)
    assert wait_until(lambda: broker.stack.task_manager.find() is None, SECONDS)
    states = {child.name: child.state for child in broker.children()}
    assert states == {"kafka": "running", "jobmanager": "running", "taskmanager": "dead"}
    broker.up()
    _send(broker, packets)
    _await(broker)
    _assert_once(broker, everything, before)


def test_down_and_up_go_on_where_they_stopped(
    broker: Broker, packets: list[Packet], everything: str
) -> None:
    _await(broker)
    before = _sent(broker)
    _send(broker, packets)
    broker.down()
    assert {child.state for child in broker.children()} == {"stopped"}
    broker.up()
    _send(broker, packets)
    _await(broker)
    _assert_once(broker, everything, before)


def test_a_stack_is_out_of_reach_from_another_folder(
    broker: Broker, config: Config, everything: str, tmp_path: Path
) -> None:
    """Its settings are the same, so its ports are: it would stop our jobs for its own."""
    elsewhere = Broker(replace(config, data=tmp_path))
    running = {job.job_id for job in broker.jobs() if job.live}
    with pytest.raises(OutsideError) as failure:
        elsewhere.filters.submit([_filter(everything, "candidate.jd < 0")])
    assert failure.value.code == "not-ours"
    assert elsewhere.jobs() == []
    elsewhere.down()
    assert {job.job_id for job in broker.jobs() if job.live} == running


def test_named_kafka_and_flink_are_used_and_left_alone(
    broker: Broker, config: Config, packets: list[Packet], everything: str
) -> None:
    """The same commands on systems that somebody else runs: here, those of this run."""
    outside = Broker(
        replace(
            config,
            kafka=replace(config.kafka, bootstrap=config.bootstrap),
            flink=replace(config.flink, url=config.flink_url),
        )
    )
    running = {job.job_id for job in broker.jobs() if job.live}
    outside.up()
    assert outside.children() == []
    assert {job.job_id for job in outside.jobs() if job.live} == running
    before = _sent(broker)
    _send(outside, packets)
    _await(outside)
    _assert_once(outside, everything, before)
    outside.stack.stop(lambda text: pytest.fail(text))
    assert {child.state for child in broker.children()} == {"running"}
