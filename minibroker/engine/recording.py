"""A topic's messages in one file, with when each came: an Avro object container."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import fastavro

from minibroker.model.errors import ConfigError
from minibroker.model.packet import Packet

SCHEMA: Any = fastavro.parse_schema(
    {
        "type": "record",
        "namespace": "minibroker",
        "name": "Recorded",
        "doc": "One message of a Kafka topic.",
        "fields": [
            {"name": "milliseconds", "type": "long", "doc": "since the first message"},
            {"name": "timestamp", "type": "long", "doc": "Kafka's, milliseconds since 1970 UTC"},
            {"name": "topic", "type": "string"},
            {"name": "partition", "type": "int"},
            {"name": "offset", "type": "long"},
            {"name": "key", "type": ["null", "bytes"]},
            {"name": "value", "type": "bytes"},
            {
                "name": "headers",
                "type": {
                    "type": "array",
                    "items": {
                        "type": "record",
                        "name": "Header",
                        "fields": [
                            {"name": "name", "type": "string"},
                            {"name": "value", "type": "bytes"},
                        ],
                    },
                },
            },
        ],
    }
)
CODEC = "zstandard"
BLOCK = 1024 * 1024
"""Bytes of messages that are packed together: some ten alerts, so that what they share counts."""


def write_recording(file: BinaryIO, packets: Iterable[Packet]) -> None:
    """Write messages in the order in which they are given."""
    fastavro.writer(file, SCHEMA, _records(packets), codec=CODEC, sync_interval=BLOCK)


def read_recording(file: Path) -> Iterator[tuple[float, Packet]]:
    """Yield every message and how many seconds after the first it came.

    Raises ConfigError for a file that is no recording, or is broken: after the messages before.
    """
    done = 0
    try:
        with file.open("rb") as opened:
            reader = fastavro.reader(opened)
            schema: Any = reader.writer_schema
            if schema.get("name") != SCHEMA["name"]:
                raise ConfigError(
                    "not-a-recording",
                    f"{file}: Avro, but not what `minibroker record` writes",
                    "send files of alerts with `minibroker produce`",
                )
            for record in reader:
                yield _played(record)
                done += 1
    except (ConfigError, GeneratorExit):
        raise
    except OSError as error:
        raise ConfigError(
            "file-unreadable", f"{file}: {error.strerror}", "check the name and its permissions"
        ) from error
    except Exception as error:  # fastavro raises a dozen types, EOFError and KeyError among them
        reason = str(error)[:200] or type(error).__name__
        raise ConfigError(
            "recording-broken",
            f"{file}: broken after {done} messages: {reason}",
            "record it again: a recording that was killed has a name that begins with a dot",
        ) from error


def _records(packets: Iterable[Packet]) -> Iterator[dict[str, Any]]:
    first: int | None = None
    for packet in packets:
        first = packet.timestamp if first is None else first
        yield {
            "milliseconds": packet.timestamp - first,
            "timestamp": packet.timestamp,
            "topic": packet.topic,
            "partition": packet.partition,
            "offset": packet.offset,
            "key": packet.key,
            "value": packet.value,
            "headers": [{"name": name, "value": value} for name, value in packet.headers],
        }


def _played(record: Any) -> tuple[float, Packet]:
    headers = tuple((each["name"], each["value"]) for each in record["headers"])
    packet = Packet(
        record["value"],
        record["key"],
        headers,
        record["topic"],
        record["partition"],
        record["offset"],
        record["timestamp"],
    )
    return record["milliseconds"] / 1000, packet
