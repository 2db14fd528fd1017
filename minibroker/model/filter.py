"""A filter, from the user's text to what the engines are given.

``FilterSource -> Filter -> FilterPlan``: a function that submits takes a FilterPlan, so a
filter that was not checked cannot reach an engine.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from minibroker.model.diagnostic import Diagnostic, Span
from minibroker.model.expression import Expression
from minibroker.model.types import Path


@dataclass(frozen=True)
class FilterSource:
    """A filter's text, byte for byte as the user wrote it; every span points into it."""

    text: str
    origin: str
    """Where it came from, as it is shown in messages: a file's name, or ``-e``."""


@dataclass(frozen=True)
class Conjunct:
    """One of the conditions that a filter joins by AND, outermost level only."""

    span: Span
    condition: Expression


class Format(Enum):
    """What a filter sends of an alert that passes; the value is its name in the headers."""

    PACKET = "packet"
    """The packet, byte for byte."""
    WITHOUT_CUTOUTS = "packet-without-cutouts"
    """The packet with some cutouts null, every other field's bytes as they came."""
    JSON = "json"
    AVRO = "avro"
    """The columns in Avro, by a schema of the registry, after a Confluent header."""


@dataclass(frozen=True)
class OutputColumn:
    """One column that a filter sends."""

    name: str
    expression: Expression
    """A single value, a whole record or a whole list; never NaN or infinite."""


@dataclass(frozen=True)
class Projection:
    """What the select list says."""

    format: Format = Format.PACKET
    columns: tuple[OutputColumn, ...] = ()
    """In the order of the text; none where the packet is sent."""
    excluded: tuple[str, ...] = ()
    """The cutouts that are left out, in the survey's order."""


@dataclass(frozen=True)
class Filter:
    """A checked filter: resolved, typed and lowered. Only the compiler makes one."""

    source: FilterSource
    name: str
    """From ``-- name:`` or the file's stem; empty for a text that has neither."""
    survey: str
    description: str
    expect: str
    """The ``expect`` comment as written, empty when absent."""
    condition: Expression
    conjuncts: tuple[Conjunct, ...]
    """The condition in its parts, in the order of the text; empty when every alert passes."""
    projection: Projection
    columns: tuple[Path, ...]
    """Fields of the alert that condition and projection read, in the survey's order: the last is
    deepest."""
    fingerprint: str
    """Hash of the lowered condition, the projection and the survey: a reformatted file keeps it."""
    warnings: tuple[Diagnostic, ...]


@dataclass(frozen=True)
class FilterPlan:
    """A filter with both spellings of its condition and columns, ready for either engine."""

    filter: Filter
    flink: str
    duckdb: str
    flink_columns: tuple[str, ...] = ()
    duckdb_columns: tuple[str, ...] = ()
    """The projection's columns, in its order."""
