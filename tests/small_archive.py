"""A small archive in the real layout, of simulated packets decoded by fastavro."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import reduce
from pathlib import Path
from typing import Any

import duckdb

from minibroker.engine.avro import AlertReader
from minibroker.model.survey import Survey
from minibroker.model.types import Array, Map, Scalar, Struct, Type
from minibroker.service.simulate import simulate

PLACE = {
    "kafka_topic": "VARCHAR",
    "kafka_partition": "INTEGER",
    "kafka_offset": "BIGINT",
    "kafka_timestamp": "TIMESTAMPTZ",
    "received_mjd": "DOUBLE",
    "schema_id": "INTEGER",
}


def write_night(archive: Path, survey: Survey, night: date, alerts: int) -> None:
    """Write one night of a survey as the archive job would, one file a table."""
    reader = AlertReader(survey)
    kept = [field for field in survey.alert.fields if field.name not in survey.cutouts]
    rows, packets = [], []
    for offset, packet in enumerate(simulate(survey, night, alerts, 1)):
        alert = reader.read(packet.value)
        values = (survey.name, 0, offset, f"{night} 06:00:00+00", 61000.25, None)
        place = dict(zip(PLACE, values, strict=True))
        id_ = reduce(lambda record, name: record[name], survey.alert_id, alert)
        rows.append({field.name: alert.get(field.name) for field in kept} | place)
        packets.append({"alert_id": id_, **place, "error": None, "packet": packet.value.hex()})
    columns = {field.name: _duckdb(field.type) for field in kept} | PLACE
    _write(archive / survey.name / "alerts" / f"night={night}", rows, columns, "*")
    id_type = _duckdb(survey.alert.at(survey.alert_id))
    columns = {"alert_id": id_type} | PLACE | {"error": "VARCHAR", "packet": "VARCHAR"}
    unhexed = "* REPLACE (unhex(packet) AS packet)"
    _write(archive / survey.name / "packets" / f"night={night}", packets, columns, unhexed)


def _write(
    folder: Path, rows: Sequence[Mapping[str, Any]], columns: Mapping[str, str], selected: str
) -> None:
    folder.mkdir(parents=True)
    lines = folder / ".lines"
    lines.write_text("".join(json.dumps(row, default=_microseconds) + "\n" for row in rows))
    typed = ", ".join(f"\"{name}\": '{type_}'" for name, type_ in columns.items())
    with duckdb.connect() as database:
        database.execute("SET TimeZone = 'UTC'")
        database.execute(
            f"COPY (SELECT {selected} FROM read_json('{lines}', format = 'newline_delimited',"
            f" maximum_object_size = 100000000, columns = {{{typed}}}))"
            f" TO '{folder}/part-0' (FORMAT parquet, COMPRESSION zstd)"
        )
    lines.unlink()


def _microseconds(time: datetime) -> int:
    return int(time.timestamp() * 1e6)


def _duckdb(type_: Type) -> str:
    match type_:
        case Struct(fields):
            listed = ", ".join(f'"{each.name}" {_duckdb(each.type)}' for each in fields)
            return f"STRUCT({listed})"
        case Array(element):
            return f"{_duckdb(element)}[]"
        case Map(value):
            return f"MAP(VARCHAR, {_duckdb(value)})"
        case Scalar():
            return type_.value
