"""What filters send besides whole packets: columns and packets without cutouts, on real packets."""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import fastavro
import httpx
import pytest

from minibroker.broker import Broker
from minibroker.config import Config
from minibroker.engine.archive import Place
from minibroker.engine.avro import AlertReader, schema_id
from minibroker.model.errors import ConfigError
from minibroker.model.filter import FilterSource, Format
from minibroker.model.night import Interval
from minibroker.model.packet import Packet
from minibroker.model.start import Edge
from minibroker.service.audit import source_of
from minibroker.service.tail import Wanted

pytestmark = pytest.mark.stack

SECONDS = 300.0

COLUMNS = {
    "ztf": """objectId, candid, candidate.ra, candidate.ssnamenr AS asteroid,
  candidate.magpsf - candidate.magnr AS rise, candidate.isdiffpos IN ('t', '1') AS is_positive,
  CASE candidate.fid WHEN 1 THEN 'g' WHEN 2 THEN 'r' END AS band, received_mjd() AS received,
  (SELECT count(*) FROM UNNEST(prv_candidates) AS p WHERE p.fid = candidate.fid) AS same_band,
  (SELECT max(p.magpsf) - min(p.magpsf) FROM UNNEST(prv_candidates) AS p) AS amplitude,
  candidate AS "all of it", prv_candidates AS history, prv_candidates[2] AS second,
  prv_candidates[1].jd AS first_jd, 7 AS seven""",
    "lsst": """diaSourceId, diaObject.diaObjectId AS object_id, diaSource.psfFlux AS flux,
  diaSource.psfFlux / diaSource.psfFluxErr AS snr, diaSource.isDipole AS dipole, diaSource,
  diaObject, prvDiaSources AS history, prvDiaForcedSources[1] AS forced, ssSource,
  (SELECT avg(p.psfFlux) FROM UNNEST(prvDiaSources) AS p WHERE p.band = diaSource.band) AS mean""",
}
CONDITION = {"ztf": "candidate.rb > 0.3 OR candidate.rb IS NULL", "lsst": "diaSource.psfFlux > 0"}


@dataclass(frozen=True)
class Sent:
    """What was sent since the filters run."""

    since: Mapping[int, int]
    """By partition, the first offset that is of these packets."""
    packets: Mapping[Place, bytes]


def _text(name: str, select: str, survey: str, format: str = "") -> FilterSource:
    header = f"-- name: {name}\n" + (f"-- format: {format}\n" if format else "")
    text = f"{header}SELECT {select} FROM {survey} WHERE {CONDITION[survey]}"
    return FilterSource(text, name)


def _filters(survey: str) -> list[FilterSource]:
    columns = COLUMNS[survey]
    avro = columns.replace('"all of it"', "all_of_it")
    return [
        _text(f"{survey}_whole", "*", survey),
        _text(f"{survey}_without", "* EXCLUDE (cutouts)", survey),
        _text(f"{survey}_json", columns, survey),
        _text(f"{survey}_avro", avro, survey, "avro"),
    ]


def _packets(data: Path, survey: str) -> list[Packet]:
    folders = {
        "ztf": ["ztf/v3.2", "ztf/v3.3", "ztf/v4.01", "ztf/v4.02", "ztf/history/vearly"],
        "lsst": ["lsst/confluent"],
    }
    files = (file for each in folders[survey] for file in sorted((data / each).rglob("*.avro")))
    return [Packet(file.read_bytes()) for file in files]


@pytest.fixture(scope="module")
def sent(broker: Broker, data: Path) -> Iterator[dict[str, Sent]]:
    """Run four filters of each survey over real packets, and take them out again."""
    filters = {survey: _filters(survey) for survey in COLUMNS}
    broker.filters.submit([each for group in filters.values() for each in group])
    found = {survey: _send(broker, data, survey) for survey in COLUMNS}
    yield found
    broker.filters.remove(*(each.origin for group in filters.values() for each in group))


def _send(broker: Broker, data: Path, survey: str) -> Sent:
    topic = broker.config.surveys[survey].topic
    since = {number: end for number, (_, end) in broker.kafka.ends(topic).items()}
    broker.kafka.produce(topic, _packets(data, survey))
    broker.packets.await_stream(survey, SECONDS, lambda lag: None)
    broker.past.await_archive(survey, SECONDS)
    packets = {
        source: packet.value
        for packet in broker.kafka.read([topic])
        if (source := Place(packet.topic, packet.partition, packet.offset)).offset
        >= since[packet.partition]
    }
    return Sent(since, packets)


def _delivered(broker: Broker, name: str, sent: Sent) -> dict[Place, Packet]:
    """Return what a filter delivered of the packets, which is once each."""
    packets = list(broker.kafka.read([f"minibroker.test.{name}"]))
    found = {source_of(p): p for p in packets if source_of(p) in sent.packets}
    assert len(found) == sum(source_of(p) in sent.packets for p in packets)
    assert found, "a filter that nothing passes proves nothing"
    return found


def _answer(broker: Broker, name: str, survey: str, sent: Sent) -> dict[Place, dict[str, Any]]:
    """Return DuckDB's answer for the columns of a running filter, by packet."""
    stored = broker.store.filter("test", name)
    assert stored is not None
    plan = broker.filters.check(FilterSource(stored.text, stored.origin))
    place = ["kafka_topic", "kafka_partition", "kafka_offset"]
    archive = broker.archive(survey)
    rows = archive.sample(plan.duckdb, archive.nights(), [*place, *plan.duckdb_columns], 1_000_000)
    names = [column.name for column in plan.filter.projection.columns]
    by_place = {Place(*row[:3]): dict(zip(names, row[3:], strict=True)) for row in rows}
    return {place: row for place, row in by_place.items() if place in sent.packets}


def _assert_same(found: Mapping[Place, Any], wanted: Mapping[Place, Any]) -> None:
    assert found.keys() == wanted.keys()
    for place, columns in wanted.items():
        assert list(found[place]) == list(columns)
        for name, value in columns.items():
            # repr tells 1 from 1.0, and a zero's sign.
            assert repr(found[place][name]) == repr(value), (place, name)


@pytest.mark.parametrize("survey", COLUMNS)
def test_columns_in_json_are_duckdbs_answer(
    broker: Broker, sent: dict[str, Sent], survey: str
) -> None:
    delivered = _delivered(broker, f"{survey}_json", sent[survey])
    assert {p.header("minibroker.format") for p in delivered.values()} == {Format.JSON.value}
    found = {place: json.loads(packet.value) for place, packet in delivered.items()}
    _assert_same(found, _answer(broker, f"{survey}_json", survey, sent[survey]))


@pytest.mark.parametrize("survey", COLUMNS)
def test_columns_in_avro_are_duckdbs_answer(
    broker: Broker, registry: str, sent: dict[str, Sent], survey: str
) -> None:
    delivered = _delivered(broker, f"{survey}_avro", sent[survey])
    (number,) = {schema_id(packet.value) for packet in delivered.values()}
    told = httpx.get(f"{registry}/schemas/ids/{number}").json()["schema"]
    schema = fastavro.parse_schema(json.loads(told))
    found = {}
    for place, packet in delivered.items():
        assert packet.value[0] == 0
        body = io.BytesIO(packet.value[5:])
        found[place] = fastavro.schemaless_reader(body, schema, None)
        assert body.read() == b""
    _assert_same(found, _answer(broker, f"{survey}_avro", survey, sent[survey]))


@pytest.mark.parametrize("survey", COLUMNS)
def test_packets_without_cutouts_are_the_packets_otherwise(
    broker: Broker, readers: dict[str, AlertReader], sent: dict[str, Sent], survey: str
) -> None:
    cutouts = broker.surveys[survey].cutouts
    delivered = _delivered(broker, f"{survey}_without", sent[survey])
    assert delivered.keys() == _delivered(broker, f"{survey}_whole", sent[survey]).keys()
    shorter = 0
    for place, packet in delivered.items():
        source = sent[survey].packets[place]
        alert = readers[survey].read(source)
        shorter += len(packet.value) < len(source)
        wanted = {name: None if name in cutouts else alert[name] for name in alert}
        assert repr(readers[survey].read(packet.value)) == repr(wanted)
        assert packet.header("minibroker.format") == Format.WITHOUT_CUTOUTS.value
    assert shorter


@pytest.mark.parametrize("survey", COLUMNS)
def test_whole_packets_are_whole_beside_them(
    broker: Broker, sent: dict[str, Sent], survey: str
) -> None:
    for place, packet in _delivered(broker, f"{survey}_whole", sent[survey]).items():
        assert packet.value == sent[survey].packets[place]
        assert packet.header("minibroker.format") == Format.PACKET.value


def test_tail_and_backtest_show_the_columns(broker: Broker, sent: dict[str, Sent]) -> None:
    names = ("diaSourceId", "object_id", "flux", "snr", "dipole")
    for form in ("json", "avro"):
        (shown,) = broker.packets.tail(f"lsst_{form}", Wanted(Edge.EARLIEST, limit=1))
        assert shown.columns[:5] == names
        assert shown.values[0] == shown.alert["diaSourceId"]
        assert shown.values[5] == json.dumps(shown.alert["diaSource"])
    (shown,) = broker.packets.tail("lsst_without", Wanted(Edge.EARLIEST, limit=1))
    assert shown.columns[0] == "diaSourceId"
    assert not shown.alert.keys() & set(broker.surveys["lsst"].cutouts)
    (source,) = (each for each in _filters("lsst") if each.origin == "lsst_json")
    told = broker.past.backtest(source, Interval(), 3, None)
    assert told.columns[:5] == names
    assert len(told.sample) == 3


def test_the_audit_takes_every_format(broker: Broker, sent: dict[str, Sent]) -> None:
    verdicts = {each.name: each for each in broker.past.audit("lsst")}
    whole = verdicts["lsst_whole"]
    assert whole.packets == whole.identical == whole.delivered
    for form in ("without", "json", "avro"):
        verdict = verdicts[f"lsst_{form}"]
        assert (verdict.packets, verdict.identical, verdict.extra) == (0, 0, ())
        assert verdict.delivered == whole.delivered
        assert verdict.missing == whole.missing


def test_a_known_schema_needs_no_registry(
    broker: Broker, config: Config, sent: dict[str, Sent]
) -> None:
    alone = Broker(replace(config, registry=""))
    (same,) = alone.filters.submit([each for each in _filters("ztf") if each.origin == "ztf_avro"])
    assert not same.changed
    with pytest.raises(ConfigError) as refused:
        alone.filters.submit([_text("ztf_new", "objectId", "ztf", "avro")])
    assert refused.value.code == "registry-missing"
    assert broker.store.filter("test", "ztf_new") is None
    # `alone` planned without the registry's address; the job must have it again.
    broker.filters.submit(_filters("ztf"))


def test_an_edit_of_the_select_list_loses_and_repeats_nothing(
    broker: Broker, data: Path, sent: dict[str, Sent]
) -> None:
    topic = broker.config.surveys["ztf"].topic
    packets = _packets(data, "ztf")
    broker.filters.submit([_text("edited", "*", "ztf")])
    before = {number: end for number, (_, end) in broker.kafka.ends(topic).items()}
    for select in ("objectId, candid", "* EXCLUDE (cutouts)", "*"):
        broker.kafka.produce(topic, packets)
        broker.filters.submit([_text("edited", select, "ztf")])
    broker.kafka.produce(topic, packets)
    broker.packets.await_stream("ztf", SECONDS, lambda lag: None)
    places: dict[str, Counter[Place]] = {
        name: Counter(
            source
            for packet in broker.kafka.read([f"minibroker.test.{name}"])
            if (source := source_of(packet)).offset >= before[source.partition]
        )
        for name in ("edited", "ztf_whole")
    }
    assert places["edited"] == places["ztf_whole"]
    assert set(places["edited"].values()) == {1}
    formats = Counter(
        packet.header("minibroker.format")
        for packet in broker.kafka.read(["minibroker.test.edited"])
    )
    assert formats.keys() == {"packet", "json", "packet-without-cutouts"}
    broker.filters.remove("edited")
