"""The alert topic as a Flink table: the fields that a job reads, and where they came from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import assert_never

from minibroker.model.survey import Survey
from minibroker.model.types import Array, Field, Map, Path, Scalar, Struct, Type

DISCOVERY = "10 s"
"""How soon a topic or a partition that was added is read."""

_SCALARS = {
    Scalar.BOOLEAN: "BOOLEAN",
    Scalar.BIGINT: "BIGINT",
    Scalar.DOUBLE: "DOUBLE",
    Scalar.VARCHAR: "STRING",
    Scalar.BYTES: "BYTES",
}

_UTC = "CAST(kafka_timestamp AS TIMESTAMP(3))"
RECEIVED_MJD = (
    f"(40587 + TIMESTAMPDIFF(DAY, TIMESTAMP '1970-01-01 00:00:00', {_UTC}))"
    f" + (EXTRACT(HOUR FROM {_UTC}) * 3600000 + EXTRACT(MINUTE FROM {_UTC}) * 60000"
    f" + EXTRACT(SECOND FROM {_UTC}) * 1000 + EXTRACT(MILLISECOND FROM {_UTC})) / 8.64E7"
)
"""Kafka's timestamp as a Modified Julian Date in UTC: 40587 is 1970-01-01.

Flink casts no timestamp to a number, and its differences in milliseconds are 32 bits wide.
"""


@dataclass(frozen=True)
class Stream:
    """Where a survey's packets are read from, and what decoding them needs."""

    topic: str
    """One topic, or several divided by ``;``; empty where a pattern is given."""
    bootstrap: str
    properties: Mapping[str, str]
    schemas: FilePath
    """Folder of ``<id>.avsc`` files, readable by the task managers."""
    registry: str = ""
    bare_schema: str = ""
    topic_pattern: str = ""
    """Topics whose whole name matches are read, also those that are made later."""


def source_table(survey: Survey, stream: Stream, group: str, columns: Struct) -> str:
    """Return the CREATE TABLE of the alert topic with these columns of the alert.

    Besides them the table has the packet (``packet``), why it could not be decoded (``error``,
    NULL when it could; else every column of the alert is NULL), and OWN_COLUMNS of the survey.
    """
    fields = ",\n".join(
        f"  {quoted(field.name)} {flink_type(field.type)}" for field in columns.fields
    )
    return f"""CREATE TABLE {quoted(survey.name)} (
  kafka_key BYTES,
{fields},
  kafka_topic STRING METADATA FROM 'topic' VIRTUAL,
  kafka_partition INT METADATA FROM 'partition' VIRTUAL,
  kafka_offset BIGINT METADATA FROM 'offset' VIRTUAL,
  kafka_timestamp TIMESTAMP_LTZ(3) METADATA FROM 'timestamp' VIRTUAL,
  packet BYTES METADATA FROM 'value.raw' VIRTUAL,
  packet_bytes INT METADATA FROM 'value.size' VIRTUAL,
  error STRING METADATA FROM 'value.error' VIRTUAL,
  schema_id INT METADATA FROM 'value.schema-id' VIRTUAL,
  received_mjd AS {RECEIVED_MJD}
) WITH ({with_options(_source_options(survey, stream, group))})"""


def _source_options(survey: Survey, stream: Stream, group: str) -> dict[str, str]:
    options = {
        "key.format": "raw",
        "key.fields": "kafka_key",
        "value.fields-include": "EXCEPT_KEY",
        "value.format": "alert-avro",
    }
    for key, value in decoder_options(survey, stream).items():
        options[f"value.alert-avro.{key}"] = value
    options = kafka_source_options(stream.topic, stream, group) | options
    if stream.topic_pattern:
        del options["topic"]
        options["topic-pattern"] = stream.topic_pattern
    return options


def kafka_source_options(topic: str, stream: Stream, group: str) -> dict[str, str]:
    """Return how a job reads a topic of a stream's Kafka, but for its format."""
    return {
        "connector": "kafka",
        "topic": topic,
        "properties.bootstrap.servers": stream.bootstrap,
        "properties.group.id": group,
        # Where the job stopped; for its first start, everything that the topic still has.
        "scan.startup.mode": "group-offsets",
        "properties.auto.offset.reset": "earliest",
        "properties.isolation.level": "read_committed",
        "scan.topic-partition-discovery.interval": DISCOVERY,
        # The client's own 1 MiB are a dozen packets: it would wait for the broker more than read.
        "properties.max.partition.fetch.bytes": str(8 * 1024 * 1024),
        "properties.receive.buffer.bytes": str(1024 * 1024),
        # They are 40 % of all that Flink collects whenever somebody looks at a job.
        "properties.register.consumer.metrics": "false",
    } | {f"properties.{key}": value for key, value in stream.properties.items()}


def decoder_options(survey: Survey, stream: Stream) -> dict[str, str]:
    """Return what the JVM must know to read a survey's packets."""
    options = {"framing": survey.framing, "schemas": str(stream.schemas)}
    if stream.registry:
        options["registry"] = stream.registry
    if stream.bare_schema:
        options["bare-schema"] = stream.bare_schema
    return options


def flink_type(type_: Type) -> str:
    """Spell a type in Flink SQL."""
    match type_:
        case Scalar():
            return _SCALARS[type_]
        case Struct(fields):
            inner = ", ".join(f"{quoted(field.name)} {flink_type(field.type)}" for field in fields)
            return f"ROW<{inner}>"
        case Array(element):
            return f"ARRAY<{flink_type(element)}>"
        case Map(value):
            return f"MAP<STRING, {flink_type(value)}>"
        case _:
            assert_never(type_)


def prune(record: Struct, paths: Iterable[Path]) -> Struct:
    """Keep of a record the fields on these paths, in the record's order.

    A path that ends at a record or an array keeps all of it.
    """
    wanted: dict[str, list[Path]] = {}
    for path in paths:
        wanted.setdefault(path[0], []).append(path[1:])
    return Struct(
        tuple(
            Field(field.name, _pruned(field.type, wanted[field.name]))
            for field in record.fields
            if field.name in wanted
        )
    )


def _pruned(type_: Type, rests: list[Path]) -> Type:
    if not all(rests):
        return type_
    match type_:
        case Struct():
            return prune(type_, rests)
        case Array(Struct() as element):
            return Array(prune(element, rests))
        case _:
            return type_


def quoted(name: str) -> str:
    """Quote an identifier for Flink."""
    return "`" + name.replace("`", "``") + "`"


def literal(text: str) -> str:
    """Quote a text for Flink."""
    return "'" + text.replace("'", "''") + "'"


def with_options(options: Mapping[str, str]) -> str:
    """Spell a table's options."""
    return ", ".join(f"{literal(key)} = {literal(value)}" for key, value in options.items())
