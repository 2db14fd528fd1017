"""One packet in Python by fastavro: for looking at an alert, never for the stream."""

from __future__ import annotations

import io
import json
import math
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import fastavro

from minibroker.engine.avro_container import MAGIC, SYNC_SIZE, Containers, Framing
from minibroker.engine.schema_folder import is_packaged, packaged_schema
from minibroker.model.errors import BrokerError, OutsideError
from minibroker.model.survey import Survey

CONFLUENT_HEADER = 5
"""Bytes: a zero and the schema id, 32 bits, big-endian."""


class AlertReader:
    """Decodes packets of one survey with the schema that each was written with.

    ``schema_of`` finds the schemas that neither the survey's folder nor its package has.
    """

    def __init__(self, survey: Survey, schema_of: Callable[[int], str] | None = None) -> None:
        self._survey = survey
        self._schema_of = schema_of
        self._schemas: dict[int, Any] = {}

    def read(self, packet: bytes) -> dict[str, Any]:
        """Return the alert; raise OutsideError when the packet cannot be decoded.

        NaN and infinities become None, as everywhere in minibroker.
        """
        with self._told():
            alert = self._container(packet) if packet.startswith(MAGIC) else self._confluent(packet)
        return {str(key): _finite(value) for key, value in alert.items()}

    def records(self, container: bytes) -> Iterator[dict[str, Any]]:
        """Yield the alerts of a file that holds one or many; OutsideError as for `read`."""
        with self._told():
            for alert in fastavro.reader(io.BytesIO(container)):
                yield {str(key): _finite(value) for key, value in dict(alert).items()}  # type: ignore[arg-type]

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except BrokerError:
            raise
        except (
            Exception
        ) as error:  # fastavro raises a dozen types, EOFError and KeyError among them
            raise OutsideError(
                "packet-undecodable", f"not a packet of {self._survey.name}: {error}"
            ) from error

    def as_container(self, packet: bytes) -> bytes:
        """Return a packet as a file that any Avro reader opens: an object container."""
        if packet.startswith(MAGIC):
            return packet
        schema = json.dumps(self._schema(schema_id(packet)), separators=(",", ":"))
        return container(schema, packet[CONFLUENT_HEADER:])

    def _container(self, packet: bytes) -> dict[str, Any]:
        (alert,) = fastavro.reader(io.BytesIO(packet))
        return dict(alert)  # type: ignore[arg-type]

    def _confluent(self, packet: bytes) -> dict[str, Any]:
        number = schema_id(packet)
        if number not in self._schemas:
            self._schemas[number] = fastavro.parse_schema(self._schema(number))
        body = io.BytesIO(packet[CONFLUENT_HEADER:])
        return dict(fastavro.schemaless_reader(body, self._schemas[number], None))  # type: ignore[arg-type]

    def _schema(self, number: int) -> Any:
        known = (each.avro for each in self._survey.versions if each.schema_id == number)
        avro = next(known, None) or packaged_schema(self._survey, number)
        if avro is not None:
            return avro
        if self._schema_of is None:
            raise LookupError(f"schema {number} is unknown")
        return json.loads(self._schema_of(number))


def alerts_in(packet: bytes) -> int:
    """Return how many alerts a packet holds: of a container its records, else one.

    A container that breaks off counts as one, so that whoever decodes it says why.
    """
    if not packet.startswith(MAGIC):
        return 1
    try:
        return sum(block.num_records for block in fastavro.block_reader(io.BytesIO(packet)))
    except Exception:  # fastavro raises a dozen types, EOFError and KeyError among them
        return 1


def container(schema: str, datum: bytes) -> bytes:
    """Return one record, encoded with a schema, as an object container."""
    return Containers(Framing(schema.encode(), bytes(SYNC_SIZE))).container(datum)


def confluent(number: int, datum: bytes) -> bytes:
    """Return a datum behind a Confluent header."""
    return b"\0" + number.to_bytes(4, "big") + datum


def payload(message: bytes) -> bytes:
    """Return what is behind a Confluent header."""
    return message[CONFLUENT_HEADER:]


def schema_id(message: bytes) -> int:
    """Return the schema id in a Confluent header."""
    return int.from_bytes(message[1:CONFLUENT_HEADER], "big")


def read_columns(message: bytes, schema: str) -> dict[str, Any]:
    """Return the columns that a filter sent in Avro; raise OutsideError when they are none."""
    try:
        body = io.BytesIO(message[CONFLUENT_HEADER:])
        return dict(fastavro.schemaless_reader(body, json.loads(schema), None))  # type: ignore[arg-type]
    except Exception as error:  # fastavro raises a dozen types, EOFError and KeyError among them
        raise OutsideError(
            "message-undecodable", f"not the columns of a filter: {error}"
        ) from error


def survey_of(packet: bytes, surveys: Iterable[Survey]) -> Survey | None:
    """Return the survey that a packet is of, by its schema id or the fields of its own schema.

    None when it is of none of them, or its frame cannot be read.
    """
    if packet.startswith(MAGIC):
        fields = _top_level(packet)
        return next(
            (each for each in surveys if {each.alert_id[0], each.time.field[0]} <= fields), None
        )
    number = schema_id(packet)
    known = packet.startswith(b"\0") and len(packet) > CONFLUENT_HEADER
    return next((each for each in surveys if known and _has_schema(each, number)), None)


def _has_schema(survey: Survey, number: int) -> bool:
    ids = (version.schema_id for version in survey.versions)
    return number in ids or is_packaged(survey, number)


def _top_level(container: bytes) -> set[str]:
    try:
        schema = json.loads(fastavro.reader(io.BytesIO(container)).metadata["avro.schema"])
        return {field["name"] for field in schema["fields"]}
    except Exception:  # whatever is wrong with it, it names no field
        return set()


def _finite(value: Any) -> Any:
    match value:
        case float():
            return value if math.isfinite(value) else None
        case dict():
            return {key: _finite(each) for key, each in value.items()}
        case list():
            return [_finite(each) for each in value]
        case _:
            return value
