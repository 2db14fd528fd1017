"""Messages of a filter's topic, decoded for people."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from minibroker.engine.avro import AlertReader, read_columns, schema_id
from minibroker.engine.kafka import Kafka
from minibroker.model.filter import Format
from minibroker.model.packet import Packet
from minibroker.model.survey import Survey
from minibroker.model.types import Path, dotted

FORMAT_HEADER = "minibroker.format"


@dataclass(frozen=True)
class Shown:
    """One delivered alert, for people and for programs."""

    offset: int
    columns: tuple[str, ...]
    """The filter's own columns; where it sends packets, the survey's default ones, dotted."""
    values: tuple[Any, ...]
    """What the alert has there, None where it has nothing; records and lists as JSON."""
    alert: Mapping[str, Any]
    """All that was sent, without cutouts."""


def tail(
    kafka: Kafka,
    survey: Survey,
    reader: AlertReader,
    topic: str,
    from_beginning: bool,
    limit: int | None,
    schema_of: Callable[[int], str],
) -> Iterator[Shown]:
    """Yield the alerts of a topic as they come, ``limit`` of them or without end.

    ``reader`` reads packets, ``schema_of`` finds the schema of columns that were sent in Avro.
    """
    arriving = (packet for packet in kafka.follow([topic], from_beginning) if packet is not None)
    for packet in islice(arriving, limit):
        match sent_format(packet):
            case Format.JSON:
                yield _of_columns(packet.offset, json.loads(packet.value))
            case Format.AVRO:
                schema = schema_of(schema_id(packet.value))
                yield _of_columns(packet.offset, read_columns(packet.value, schema))
            case Format.PACKET | Format.WITHOUT_CUTOUTS:
                yield _of_packet(packet.offset, reader.read(packet.value), survey)


def sent_format(packet: Packet) -> Format:
    """Return what a delivered message is; one without the header is a packet."""
    return Format(packet.header(FORMAT_HEADER) or Format.PACKET.value)


def _of_columns(offset: int, columns: Mapping[str, Any]) -> Shown:
    return Shown(offset, tuple(columns), tuple(map(_line, columns.values())), columns)


def _line(value: Any) -> Any:
    return json.dumps(value, default=str) if isinstance(value, dict | list) else value


def _of_packet(offset: int, alert: Mapping[str, Any], survey: Survey) -> Shown:
    return Shown(
        offset,
        tuple(dotted(path) for path in survey.default_columns),
        tuple(_at(alert, path) for path in survey.default_columns),
        {name: value for name, value in alert.items() if name not in survey.cutouts},
    )


def _at(value: Any, path: Path) -> Any:
    for name in path:
        if not isinstance(value, Mapping):
            return None
        value = value.get(name)
    return value
