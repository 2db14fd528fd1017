"""Alerts made from a survey's own schemas, with every edge that a packet can have.

What the referee sees of an alert is taken from what was made, never from what was decoded.
"""

from __future__ import annotations

import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

import fastavro

from minibroker.model.survey import SchemaVersion, Survey
from minibroker.model.types import Array, Map, Struct, Type
from tests.parity import edges

LENGTHS = (0, 0, 1, 1, 2, 2, 3, 5, 8)
LONG = 60
"""Elements of a list in one of forty."""
DAYS = (61120.25, 61120.75, 61121.5)
"""MJD of most alerts, so that the archive has few nights; the rest are anything at all."""


@dataclass(frozen=True)
class Row:
    """One alert: its packet, and what a filter can know of it."""

    number: int
    packet: bytes
    alert: Mapping[str, Any]


def make_rows(survey: Survey, count: int, first: int, random: Random) -> list[Row]:
    """Return alerts of all versions of a survey, numbered from ``first``."""
    writers = [_Writer(survey, version) for version in survey.versions]
    return [writers[n % len(writers)].row(n, random) for n in range(first, first + count)]


class _Writer:
    """Makes alerts of one version."""

    def __init__(self, survey: Survey, version: SchemaVersion) -> None:
        self._survey = survey
        self._version = version
        self._parsed = fastavro.parse_schema(version.avro)
        self._named: dict[str, Any] = {}
        _gather_names(version.avro, self._named)

    def row(self, number: int, random: Random) -> Row:
        absent = random.choice((0.02, 0.05, 0.1, 0.5))
        alert = _Maker(self._named, absent, random).value(self._version.avro)
        _put(alert, self._survey.alert_id, number)
        if random.random() < 0.9:
            offset = 2400000.5 if self._survey.time.format == "jd" else 0.0
            _put(alert, self._survey.time.field, random.choice(DAYS) + offset)
        return Row(number, self._packet(alert), known(alert, self._survey.alert))

    def _packet(self, alert: Mapping[str, Any]) -> bytes:
        body = io.BytesIO()
        if self._version.schema_id is None:
            fastavro.writer(body, self._parsed, [alert], codec="null")
            return body.getvalue()
        body.write(b"\0" + self._version.schema_id.to_bytes(4, "big"))
        fastavro.schemaless_writer(body, self._parsed, alert)
        return body.getvalue()


def _gather_names(avro: Any, named: dict[str, Any], namespace: str = "") -> None:
    """Note every named type, by its full name and by its own."""
    if isinstance(avro, list):
        for branch in avro:
            _gather_names(branch, named, namespace)
    elif isinstance(avro, dict):
        inside = avro.get("namespace", namespace)
        if "name" in avro:
            named[avro["name"]] = named[f"{inside}.{avro['name']}"] = avro
        for part in (avro.get("items"), avro.get("values"), *avro.get("fields", ())):
            _gather_names(part["type"] if "type" in (part or ()) else part, named, inside)
        if isinstance(avro.get("type"), dict | list):
            _gather_names(avro["type"], named, inside)


@dataclass(frozen=True)
class _Maker:
    """Makes values of Avro types; ``absent`` is how often what may be NULL is."""

    named: Mapping[str, Any]
    absent: float
    random: Random

    def value(self, avro: Any) -> Any:
        if isinstance(avro, list):
            is_null = "null" in avro and self.random.random() < self.absent
            return None if is_null else self.value(next(each for each in avro if each != "null"))
        if isinstance(avro, str) and avro in self.named:
            avro = self.named[avro]
        kind = avro["type"] if isinstance(avro, dict) else avro
        match kind:
            case "record":
                return {field["name"]: self.value(field["type"]) for field in avro["fields"]}
            case "array":
                return [self.value(avro["items"]) for _ in range(self._length())]
            case "map":
                return {name: self.value(avro["values"]) for name in ("a", "", "\u00df")}
            case "enum":
                return self.random.choice(avro["symbols"])
            case "fixed":
                return self.random.randbytes(avro["size"])
            case dict() | list():
                return self.value(kind)
            case _:
                return self._scalar(kind)

    def _scalar(self, kind: str) -> Any:
        match kind:
            case "boolean":
                return self.random.random() < 0.5
            case "int":
                small = [n for n in edges.ODD_INTEGERS if -(2**31) <= n < 2**31]
                return self._either(edges.COMMON_INTEGERS, small)
            case "long":
                return self._either(edges.COMMON_INTEGERS, edges.ODD_INTEGERS)
            case "float":
                return self._number(edges.COMMON_DOUBLES, edges.SINGLES, edges.single)
            case "double":
                return self._number(edges.COMMON_DOUBLES, edges.ODD_DOUBLES, float)
            case "string":
                odd = (*edges.ODD_TEXTS, *edges.UNWRITTEN_TEXTS)
                return self._either(edges.COMMON_TEXTS, odd)
            case "bytes":
                return self.random.randbytes(self.random.choice((0, 1, 40)))
            case _:
                raise AssertionError(f"no values for the Avro type {kind}")

    def _number(self, common: Sequence[float], odd: Sequence[float], narrow: Any) -> float:
        chance = self.random.random()
        if chance < 0.03:
            return self.random.choice(edges.NOT_FINITE)
        if chance < 0.3:
            return float(narrow(self.random.uniform(-30.0, 30.0)))
        return float(narrow(self._either(common, odd)))

    def _either(self, common: Sequence[Any], odd: Sequence[Any]) -> Any:
        return self.random.choice(common if self.random.random() < 0.5 else odd)

    def _length(self) -> int:
        return LONG if self.random.random() < 1 / 40 else self.random.choice(LENGTHS)


def _put(alert: dict[str, Any], path: Sequence[str], value: Any) -> None:
    for name in path[:-1]:
        alert = alert[name]
    alert[path[-1]] = value


def known(value: Any, type: Type) -> Any:
    """Return what the language knows of a value: all fields of all versions, nothing not finite."""
    match type:
        case _ if value is None:
            return None
        case Struct(fields=fields):
            return {field.name: known(value.get(field.name), field.type) for field in fields}
        case Array(element=element):
            return [known(each, element) for each in value]
        case Map(value=inside):
            return {key: known(each, inside) for key, each in value.items()}
        case _ if type.name == "DOUBLE":
            return float(value) if math.isfinite(value) else None
        case _:
            return value
