"""Nightly topics by pattern beside Rubin's 45 partitions, and a schema new to the stream."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from minibroker.broker import Broker
from minibroker.config import SurveyConfig
from minibroker.model.errors import FilterError
from minibroker.model.filter import FilterSource
from minibroker.model.packet import Packet
from minibroker.model.shipped import shipped
from minibroker.service.simulate import simulate

pytestmark = pytest.mark.stack

SECONDS = 300.0
RUBIN = "lsst-alerts-v11"
PARTITIONS = 45
NIGHTS = [date(2026, 3, 5), date(2026, 3, 6)]


@pytest.fixture
def streams(broker: Broker, tmp_path: Path) -> Iterator[Broker]:
    """The run's Kafka and Flink with two more surveys, whose names leave the others as they are."""
    for copy, original in {"nightly": "ztf", "rubin": "lsst"}.items():
        shutil.copytree(shipped("schemas") / original, tmp_path / copy)
    _before_version_11(tmp_path / "rubin")
    config = replace(
        broker.config,
        schemas=tmp_path,
        kafka=replace(broker.config.kafka, partitions=PARTITIONS),
        flink=replace(broker.config.flink, parallelism=1),
        surveys={
            "nightly": SurveyConfig(topic_pattern="ztf_[0-9]{8}_programid1"),
            "rubin": SurveyConfig(RUBIN),
        },
    )
    chosen = Broker(config)
    yield chosen
    chosen.filters.remove(
        *(each.name for each in chosen.filters.held() if each.survey in config.surveys)
    )
    with chosen.reconciler.alone():
        for survey in config.surveys:
            for kind in (f"minibroker.filters.{survey}.0", f"minibroker.archive.{survey}"):
                chosen.reconciler.suspend(kind)
                chosen.store.forget_job(kind)


def _before_version_11(folder: Path) -> None:
    """Make of a copy of LSST's folder what it was before its fields of version 11 came."""
    shutil.rmtree(folder / "11")
    (folder / "latest.txt").write_text("10.0\n")
    new = ("exposureTime", "trailAlgorithm", "trail_flag", "reliabilityVersion")
    lines = (folder / "survey.toml").read_text().splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith(tuple(f"{each} = " for each in new))]
    (folder / "survey.toml").write_text("".join(kept))


def _filter(name: str, survey: str, condition: str) -> FilterSource:
    return FilterSource(f"-- name: {name}\nSELECT * FROM {survey} WHERE {condition}", name)


def _values(broker: Broker, name: str) -> list[bytes]:
    return sorted(each.value for each in broker.kafka.read([f"minibroker.test.{name}"]))


def test_topics_and_schemas_that_appear_while_jobs_run(
    broker: Broker, streams: Broker, data: Path, tmp_path: Path
) -> None:
    sent: list[bytes] = []

    def send(night: date) -> None:
        packets = [each.value for each in simulate(broker.surveys["ztf"], night, 40, 1)]
        topic = streams.topic_of_night("nightly", night)
        assert topic == f"ztf_{night:%Y%m%d}_programid1"
        streams.kafka.produce(topic, map(Packet, packets))
        sent.extend(packets)

    send(NIGHTS[0])
    streams.up()
    streams.filters.submit(
        [
            _filter("any_night", "nightly", "candidate.jd > 0"),
            _filter("any_visit", "rubin", "diaSource.midpointMjdTai > 0"),
        ]
    )
    assert streams.kafka.topics()[RUBIN] == PARTITIONS
    jobs = {job.job_id for job in streams.jobs() if job.live}
    old = [Packet((data / "lsst/confluent-small/1000_lsst.v10_0.avro").read_bytes())]
    new = [Packet(each.value) for each in simulate(broker.surveys["lsst"], NIGHTS[0], 20, 1)]
    # A second night's topic, and packets of a schema that the survey's folder does not have.
    streams.kafka.produce(RUBIN, old)
    send(NIGHTS[1])
    streams.kafka.produce(RUBIN, new)
    for survey in streams.surveys:
        streams.packets.await_stream(survey, SECONDS, lambda lag: None)
    assert _values(streams, "any_night") == sorted(sent)
    assert _values(streams, "any_visit") == sorted(each.value for each in [*old, *new])
    assert {job.job_id for job in streams.jobs() if job.live} == jobs, "nothing was restarted"
    streams.past.await_archive("nightly", SECONDS)
    streams.past.await_archive("rubin", SECONDS)
    assert streams.past.dead_letters("rubin") == (0, 0)

    # A field that is new can be used as soon as the survey's folder has it.
    exposure = _filter("exposure", "rubin", "diaSource.exposureTime > 0")
    with pytest.raises(FilterError):
        streams.filters.submit([exposure])
    shutil.copytree(shipped("schemas") / "lsst", tmp_path / "rubin", dirs_exist_ok=True)
    later = Broker(streams.config)
    later.filters.submit([exposure])
    streams.kafka.produce(RUBIN, [*old, *new])
    later.packets.await_stream("rubin", SECONDS, lambda lag: None)
    assert set(_values(later, "exposure")) == {each.value for each in new}
    assert len(_values(later, "any_visit")) == 2 * (len(old) + len(new))
