"""Real packets through a real Kafka and a real Flink: stream, archive and Python agree."""

from __future__ import annotations

import hashlib
import math
import tarfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from minibroker.broker import Broker
from minibroker.engine.archive import Place
from minibroker.engine.avro import AlertReader
from minibroker.model.filter import FilterSource
from minibroker.model.job import short_name
from minibroker.model.packet import Packet
from minibroker.model.shipped import shipped
from minibroker.service.audit import source_of
from minibroker.service.filter_job import dead_letter_topic
from tests.parity.proof import resolved
from tests.parity.referee import Look, judge
from tests.parity.rows import known

pytestmark = pytest.mark.stack

SECONDS = 300.0

Alert = Mapping[str, Any]


@dataclass(frozen=True)
class Case:
    """One condition, written twice: for the broker, and by hand in Python."""

    name: str
    survey: str
    sql: str
    python: Callable[[Alert], bool | None]


def _good(value: float | None, low: float, high: float) -> bool:
    return value is not None and low <= value <= high


CASES = (
    Case(
        "reliable",
        "ztf",
        "SELECT * FROM ztf WHERE candidate.rb >= 0.65 AND candidate.nbad = 0"
        " AND candidate.fwhm <= 5 AND abs(candidate.magdiff) <= 0.1",
        lambda a: (
            _good(a["candidate"].get("rb"), 0.65, 9)
            and a["candidate"].get("nbad") == 0
            and _good(a["candidate"].get("fwhm"), -1e9, 5)
            and _good(a["candidate"].get("magdiff"), -0.1, 0.1)
        ),
    ),
    Case(
        "asteroids",
        "ztf",
        "SELECT * FROM ztf WHERE candidate.ssdistnr BETWEEN 0 AND 12"
        " AND candidate.ssnamenr <> 'null'",
        lambda a: (
            _good(a["candidate"].get("ssdistnr"), 0, 12)
            and a["candidate"].get("ssnamenr") not in (None, "null")
        ),
    ),
    Case(
        "solar_system",
        "lsst",
        "SELECT * FROM lsst WHERE diaSource.ssObjectId <> 0",
        lambda a: a["diaSource"]["ssObjectId"] not in (None, 0),
    ),
    Case(
        "bright",
        "lsst",
        "SELECT * FROM lsst WHERE diaSource.psfFlux / diaSource.psfFluxErr >= 10"
        " AND diaSource.isDipole IS NOT TRUE",
        lambda a: (
            a["diaSource"]["psfFlux"] is not None
            and bool(a["diaSource"]["psfFluxErr"])
            and a["diaSource"]["psfFlux"] / a["diaSource"]["psfFluxErr"] >= 10
            and a["diaSource"].get("isDipole") is not True
        ),
    ),
)

NIGHT_OF_ZTF = "ztf/archive/ztf_public_20180819_mod1000.tar.gz"
SAMPLE = {"ztf": ("candidate.jd > 2458300", 266), "lsst": ("schema_id >= 900", 86)}
"""What the counts in sql/ refer to: the alerts that are meant, as DuckDB says it, and how many."""

NEVER = math.nan
"""When an alert was received, to filters that do not ask."""

GARBAGE = (b"", b"garbage", b"Obj\x01 and no more", b"\x00\x00\x00\x27\x0fof an unknown schema")


def _packets(data: Path, survey: str) -> list[Packet]:
    versions = ("v3.2", "v3.3", "v4.01", "v4.02", "history/vearly")
    folders = {
        "ztf": [f"ztf/{each}" for each in versions],
        "lsst": ["lsst/confluent", "lsst/native-reencoded"],
    }
    files = (file for each in folders[survey] for file in sorted((data / each).rglob("*.avro")))
    packets = [Packet(file.read_bytes()) for file in files]
    if survey == "ztf":
        with tarfile.open(data / NIGHT_OF_ZTF) as night:
            members = sorted(night.getnames())
            contents = (night.extractfile(each) for each in members if each.endswith(".avro"))
            packets += [Packet(content.read()) for content in contents if content]
    return packets


SHIPPED = [
    FilterSource(file.read_text(), file.name) for file in sorted(shipped("sql").glob("*.sql"))
]


@dataclass(frozen=True)
class Night:
    """Everything that was sent, and where Kafka put it."""

    packets: Mapping[Place, bytes]
    garbage: int


@pytest.fixture(scope="module")
def nights(broker: Broker, data: Path) -> Iterator[dict[str, Night]]:
    """Submit all cases, send all packets and garbage between them, wait for both jobs."""
    cases = [FilterSource(f"-- name: {case.name}\n{case.sql}", case.name) for case in CASES]
    submitted = broker.filters.submit([*cases, *SHIPPED])
    sent = {}
    for survey in broker.surveys:
        packets = _packets(data, survey)
        middle = len(packets) // 2
        garbage = [Packet(value) for value in GARBAGE]
        topic = broker.config.surveys[survey].topic
        count = broker.kafka.produce(topic, [*packets[:middle], *garbage, *packets[middle:]])
        assert count == len(packets) + len(garbage)
        broker.packets.await_stream(survey, SECONDS, lambda lag: None)
        broker.past.await_archive(survey, SECONDS)
        stored = {
            Place(p.topic, p.partition, p.offset): p.value for p in broker.kafka.read([topic])
        }
        assert len(stored) == count
        sent[survey] = Night(stored, len(garbage))
    yield sent
    # Dozens of filters make every later change of a filter slow.
    broker.filters.remove(*(each.filter.name for each in submitted))


@pytest.fixture(scope="module")
def sample(
    broker: Broker, readers: dict[str, AlertReader], nights: dict[str, Night]
) -> dict[str, dict[Place, Alert]]:
    """The alerts that the counts in sql/ refer to, decoded by fastavro."""
    return {
        survey: {
            place: known(readers[survey].read(night.packets[place]), broker.surveys[survey].alert)
            for place in broker.archive(survey).passing(SAMPLE[survey][0])
        }
        for survey, night in nights.items()
    }


def _expected(reader: AlertReader, case: Case, night: Night) -> Iterator[Place]:
    for place, packet in night.packets.items():
        if packet not in GARBAGE and case.python(reader.read(packet)):
            yield place


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_stream_archive_and_python_agree(
    broker: Broker, readers: dict[str, AlertReader], nights: dict[str, Night], case: Case
) -> None:
    delivered = list(broker.kafka.read([f"minibroker.test.{case.name}"]))
    places = [source_of(packet) for packet in delivered]
    assert len(places) == len(set(places)), "an alert was delivered twice"

    condition = broker.filters.check(FilterSource(case.sql, case.name)).duckdb
    assert set(places) == broker.archive(case.survey).passing(condition)

    expected = set(_expected(readers[case.survey], case, nights[case.survey]))
    assert expected, "a case that nothing passes proves nothing"
    assert set(places) == expected


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_delivered_bytes_are_the_packets_own(
    broker: Broker, nights: dict[str, Night], case: Case
) -> None:
    fingerprint = broker.filters.check(FilterSource(case.sql, case.name)).filter.fingerprint
    for packet in broker.kafka.read([f"minibroker.test.{case.name}"]):
        source = nights[case.survey].packets[source_of(packet)]
        assert hashlib.sha256(packet.value).digest() == hashlib.sha256(source).digest()
        assert packet.header("minibroker.filter") == case.name
        assert packet.header("minibroker.version") == fingerprint


@pytest.mark.parametrize("source", SHIPPED, ids=lambda source: source.origin)
def test_shipped_filters_pass_their_frozen_count_in_both_engines(
    broker: Broker, sample: dict[str, dict[Place, Alert]], source: FilterSource
) -> None:
    plan = broker.filters.check(source)
    archive = broker.archive(plan.filter.survey)
    alerts, (_, size) = sample[plan.filter.survey], SAMPLE[plan.filter.survey]
    assert len(alerts) == size
    passed = archive.passing(plan.duckdb)
    delivered = {source_of(p) for p in broker.kafka.read([f"minibroker.test.{plan.filter.name}"])}
    assert delivered == passed
    assert plan.filter.expect == f"{len(passed & alerts.keys())} of {size}"


@pytest.mark.parametrize("source", SHIPPED, ids=lambda source: source.origin)
def test_shipped_filters_pass_what_python_says(
    broker: Broker, sample: dict[str, dict[Place, Alert]], source: FilterSource
) -> None:
    """By fastavro and the interpreter of the proof, which share nothing with the engines."""
    plan = broker.filters.check(source)
    alerts = sample[plan.filter.survey]
    answer = judge(resolved(source.text, broker.surveys[plan.filter.survey]))
    passing = {place for place, alert in alerts.items() if answer(Look(alert, NEVER)) is True}
    delivered = {source_of(p) for p in broker.kafka.read([f"minibroker.test.{plan.filter.name}"])}
    assert delivered & alerts.keys() == passing


@pytest.mark.parametrize("survey", ["ztf", "lsst"])
def test_archive_has_every_packet_once(
    broker: Broker, nights: dict[str, Night], survey: str
) -> None:
    archived = list(broker.archive(survey).packets())
    assert len(archived) == len(nights[survey].packets)
    assert {place: packet for place, packet, _ in archived} == dict(nights[survey].packets)


@pytest.mark.parametrize("survey", ["ztf", "lsst"])
def test_garbage_reaches_the_dead_letter_topic_with_the_reason(
    broker: Broker, nights: dict[str, Night], survey: str
) -> None:
    dead = list(broker.kafka.read([dead_letter_topic(survey)]))
    assert sorted(packet.value for packet in dead) == sorted(GARBAGE)
    for packet in dead:
        assert packet.header("minibroker.error")
        assert nights[survey].packets[source_of(packet)] == packet.value
    assert broker.past.dead_letters(survey) == (len(GARBAGE), len(GARBAGE))


def test_a_field_of_another_type_is_null_and_the_packet_is_read(
    broker: Broker, nights: dict[str, Night]
) -> None:
    # In 2017 isdiffpos was an integer.
    early = broker.archive("ztf").passing("candidate.jd < 2458300")
    assert early
    assert early == broker.archive("ztf").passing(
        "candidate.jd < 2458300 AND candidate.isdiffpos IS NULL AND candidate.rb IS NOT NULL"
    )


def test_jobs_still_run(broker: Broker, nights: dict[str, Night]) -> None:
    running = {short_name(job.name) for job in broker.jobs() if job.state == "RUNNING"}
    assert {f"minibroker.filters.{survey}.0" for survey in nights} <= running
    assert {f"minibroker.archive.{survey}" for survey in nights} <= running
    assert all(broker.flink.root_cause(job.job_id) == "" for job in broker.jobs() if job.live)
