"""What a message of any topic holds, decoded for people."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from minibroker.engine.avro import (
    AlertReader,
    container,
    payload,
    read_columns,
    schema_id,
    survey_of,
)
from minibroker.model.errors import BrokerError, ConfigError
from minibroker.model.filter import Format
from minibroker.model.packet import Packet
from minibroker.model.survey import Survey, list_fields
from minibroker.model.toml_table import closest
from minibroker.model.types import Path, dotted, value_at

FORMAT_HEADER = "minibroker.format"
ERROR_HEADER = "minibroker.error"
"""Why a dead letter could not be decoded."""

_FIELD_FAULTS = ("field-unknown", "field-image")
"""What is the caller's mistake and no message's."""


@dataclass(frozen=True)
class Shown:
    """One message, for people and for programs."""

    packet: Packet
    columns: tuple[str, ...]
    """Those asked for; else the filter's own, or where packets are sent the survey's default."""
    values: tuple[Any, ...]
    """What the alert has there, None where it has nothing; records and lists as JSON."""
    alert: Mapping[str, Any]
    """All that was sent, or what was asked for; without cutouts."""
    whole: Mapping[str, Any]
    """All that was sent, with cutouts."""
    survey: Survey | None = None
    """The survey that a packet is of; None for a filter's own columns."""
    error: str = ""
    """Why there is nothing to show; empty where there is."""

    @property
    def offset(self) -> int:
        """The message's offset in its partition."""
        return self.packet.offset

    @property
    def name(self) -> str:
        """The alert's id, else the message's place: unique in its topic."""
        known = value_at(self.whole, self.survey.alert_id) if self.survey else None
        place = f"{self.packet.topic}-{self.packet.partition}-{self.packet.offset}"
        return place if known is None else str(known)


class Messages:
    """Decodes messages: packets of a survey, dead letters, a filter's columns, JSON.

    ``schema_of`` finds the schema of columns that a topic has in Avro. Where ``survey`` is None,
    each packet tells which it is of. ``fields`` are shown instead of the usual columns.
    """

    def __init__(
        self,
        surveys: Mapping[str, Survey],
        registered: Callable[[int], str],
        schema_of: Callable[[str, int], str],
        survey: Survey | None = None,
        fields: tuple[Path, ...] = (),
    ) -> None:
        self._surveys = surveys
        self._schema_of = schema_of
        self._survey = survey
        self._fields = fields
        self._readers = {name: AlertReader(each, registered) for name, each in surveys.items()}
        self._checked = cache(self._check)

    def shown(self, packet: Packet) -> Shown:
        """Return what a message holds; a broken one has its ``error``.

        Raises ConfigError for fields that the survey does not have.
        """
        reason = packet.header(ERROR_HEADER)
        if reason:
            return self._undecoded(packet, reason)
        try:
            return self._decoded(packet)
        except ConfigError as error:
            if error.code in _FIELD_FAULTS:
                raise
            return self._undecoded(packet, error.message)
        except BrokerError as error:
            return self._undecoded(packet, error.message)

    def container(self, shown: Shown) -> bytes:
        """Return a message as a file that any Avro reader opens; ConfigError where it is JSON."""
        packet = shown.packet
        if shown.survey is not None:
            return self._readers[shown.survey.name].as_container(packet.value)
        if sent_format(packet) is Format.AVRO:
            schema = self._schema_of(packet.topic, schema_id(packet.value))
            return container(schema, payload(packet.value))
        raise ConfigError(
            "not-avro", f"{packet.topic} holds no Avro", "save it with --format parquet"
        )

    def _decoded(self, packet: Packet) -> Shown:
        match sent_format(packet):
            case Format.JSON:
                return self._of_columns(packet, _object(packet))
            case Format.AVRO:
                schema = self._schema_of(packet.topic, schema_id(packet.value))
                return self._of_columns(packet, read_columns(packet.value, schema))
            case Format.PACKET | Format.WITHOUT_CUTOUTS:
                if packet.value.startswith(b"{"):
                    return self._of_columns(packet, _object(packet))
                return self._of_packet(packet)

    def _of_packet(self, packet: Packet) -> Shown:
        survey = self._survey or survey_of(packet.value, self._surveys.values())
        if survey is None:
            raise BrokerError("packet-stranger", f"of no survey ({', '.join(self._surveys)})")
        self._checked(survey.name)
        whole = self._readers[survey.name].read(packet.value)
        alert = {name: value for name, value in whole.items() if name not in survey.cutouts}
        return self._of(packet, whole, alert, self._fields or survey.default_columns, survey)

    def _of_columns(self, packet: Packet, columns: Mapping[str, Any]) -> Shown:
        paths = self._fields or tuple((name,) for name in columns)
        for path in paths:
            if path[0] not in columns:
                raise _unknown(packet.topic, path, list(columns))
        return self._of(packet, columns, columns, paths, None)

    def _of(
        self,
        packet: Packet,
        whole: Mapping[str, Any],
        alert: Mapping[str, Any],
        paths: tuple[Path, ...],
        survey: Survey | None,
    ) -> Shown:
        names, values = tuple(map(dotted, paths)), [value_at(alert, path) for path in paths]
        if self._fields:
            alert = dict(zip(names, values, strict=True))
        return Shown(packet, names, tuple(map(_line, values)), alert, whole, survey)

    def _undecoded(self, packet: Packet, reason: str) -> Shown:
        source = [packet.header(f"minibroker.{part}") for part in ("topic", "partition", "offset")]
        told: dict[str, Any] = {"error": reason, "bytes": len(packet.value)}
        if all(source):
            told |= {"source": source[0], "source_partition": int(source[1])}
            told |= {"source_offset": int(source[2])}
        return Shown(packet, tuple(told), tuple(told.values()), told, {}, None, reason)

    def _check(self, name: str) -> None:
        """Refuse fields that a survey does not have, and its images."""
        survey = self._surveys[name]
        for path in self._fields:
            if path[0] in survey.cutouts:
                raise ConfigError(
                    "field-image", f"{dotted(path)} is an image", "save it with --stamps DIR"
                )
            if not _is_field(survey, path):
                known = [row.path for row in list_fields(survey) if "[]" not in row.path]
                raise _unknown(name, path, known)


def sent_format(packet: Packet) -> Format:
    """Return what a delivered message is; one without the header is a packet."""
    return Format(packet.header(FORMAT_HEADER) or Format.PACKET.value)


def _is_field(survey: Survey, path: Path) -> bool:
    try:
        survey.alert.at(path)
    except KeyError:
        return False
    return True


def _unknown(place: str, path: Path, known: list[str]) -> ConfigError:
    return ConfigError(
        "field-unknown",
        f"{place} has no field {dotted(path)!r}" + closest(dotted(path), known),
        "`minibroker schema SURVEY` lists a survey's fields",
    )


def _object(packet: Packet) -> dict[str, Any]:
    try:
        value = json.loads(packet.value)
    except ValueError as error:
        raise BrokerError("message-undecodable", f"not JSON: {error}") from error
    if not isinstance(value, dict):
        raise BrokerError("message-undecodable", "JSON, but no object")
    return value


def _line(value: Any) -> Any:
    return json.dumps(value, default=str) if isinstance(value, dict | list) else value
