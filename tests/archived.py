"""A small archive in the real layout, of packets decoded by fastavro: as the archive job's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from minibroker.engine.archive import Archive
from minibroker.engine.avro import AlertReader
from minibroker.model.survey import Survey
from minibroker.model.types import Array, Map, Scalar, Struct, Type
from minibroker.service.simulate import simulate

TYPES = {
    Scalar.BOOLEAN: pa.bool_(),
    Scalar.BIGINT: pa.int64(),
    Scalar.DOUBLE: pa.float64(),
    Scalar.VARCHAR: pa.string(),
    Scalar.BYTES: pa.binary(),
}
OWN = {
    "kafka_topic": pa.string(),
    "kafka_partition": pa.int32(),
    "kafka_offset": pa.int64(),
    "kafka_timestamp": pa.timestamp("us", "UTC"),
    "received_mjd": pa.float64(),
    "schema_id": pa.int32(),
    "packet_bytes": pa.int32(),
}
OF_PACKETS = {"kafka_key": pa.binary(), "error": pa.string(), "packet": pa.binary()}


@dataclass(frozen=True)
class Archived:
    """One packet and where it is said to have been."""

    night: str
    value: bytes
    offset: int
    milliseconds: int
    partition: int = 0


def write_night(archive: Path, survey: Survey, night: date, alerts: int) -> None:
    """Write one simulated night of a survey, one file a table, received at 6 h UTC."""
    received = datetime(night.year, night.month, night.day, 6, tzinfo=UTC)
    milliseconds = int(received.timestamp() * 1000)
    packets = [
        Archived(str(night), packet.value, offset, milliseconds)
        for offset, packet in enumerate(simulate(survey, night, alerts, 1))
    ]
    write_archive(archive, survey, packets)


def write_archive(folder: Path, survey: Survey, packets: Sequence[Archived]) -> None:
    """Write both tables of a survey; packets that cannot be decoded are dead."""
    reader = AlertReader(survey)
    for night in {packet.night for packet in packets}:
        alerts, kept = [], []
        for packet in packets:
            if packet.night != night:
                continue
            try:
                alert = reader.read(packet.value)
            except Exception as error:
                alert, reason = None, str(error)
            else:
                reason = None
                alerts.append(alert | _own(survey, packet))
            kept.append(
                _own(survey, packet)
                | {"alert_id": alert and _at(alert, survey.alert_id)}
                | {"kafka_key": b"key", "error": reason, "packet": packet.value}
            )
        fields = {
            field.name: _arrow(field.type)
            for field in survey.alert.fields
            if field.name not in survey.cutouts
        }
        if alerts:
            _write(folder / survey.name / "alerts", night, alerts, fields | OWN)
        kind = {"alert_id": _arrow(survey.alert.at(survey.alert_id))}
        _write(folder / survey.name / "packets", night, kept, kind | OWN | OF_PACKETS)


def write_deliveries(archive: Archive, night: str, name: str, condition: str) -> None:
    """Record that version 1 of ann's filter was sent what passes, every fifth over its quota."""
    place = "kafka_topic, kafka_partition, kafka_offset"
    folder = archive.folder / "deliveries" / f"night={night}"
    folder.mkdir(parents=True, exist_ok=True)
    duckdb.execute(
        f"COPY (SELECT 'ann' AS owner, '{name}' AS filter, 1::BIGINT AS version, {place},"
        " CASE WHEN row_number() OVER (ORDER BY kafka_offset) % 5 = 0 THEN 'over quota' ELSE 'sent'"
        f" END AS state FROM {archive.table('alerts', [night])} WHERE {condition})"
        f" TO '{folder}/part-0' (FORMAT parquet)"
    )


def _own(survey: Survey, packet: Archived) -> dict[str, Any]:
    return {
        "kafka_topic": survey.name,
        "kafka_partition": packet.partition,
        "kafka_offset": packet.offset,
        "kafka_timestamp": packet.milliseconds * 1000,
        "received_mjd": 40587 + packet.milliseconds / 86_400_000,
        "schema_id": None,
        "packet_bytes": len(packet.value),
    }


def _at(value: Any, path: Sequence[str]) -> Any:
    for name in path:
        value = value[name]
    return value


def _write(folder: Path, night: str, rows: list[dict[str, Any]], columns: dict[str, Any]) -> None:
    place = folder / f"night={night}"
    place.mkdir(parents=True, exist_ok=True)
    schema = pa.schema(list(columns.items()))
    named = [{name: _plain(row.get(name)) for name in columns} for row in rows]
    number = len(list(place.iterdir()))
    pq.write_table(pa.Table.from_pylist(named, schema), place / f"part-{number}")


def _plain(value: Any) -> Any:
    """Return a value with times as the archive job has them: microseconds since 1970."""
    match value:
        case datetime():
            return round(value.timestamp() * 1_000_000)
        case dict():
            return {key: _plain(each) for key, each in value.items()}
        case list():
            return [_plain(each) for each in value]
        case _:
            return value


def _arrow(type_: Type) -> Any:
    match type_:
        case Scalar():
            return TYPES[type_]
        case Struct(fields):
            return pa.struct([(field.name, _arrow(field.type)) for field in fields])
        case Array(element):
            return pa.list_(_arrow(element))
        case Map(value):
            return pa.map_(pa.string(), _arrow(value))
