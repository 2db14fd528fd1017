"""The types of an alert's fields, the same in the compiler, the stream and the archive.

Avro's twelve become five scalars: int and long are BIGINT, float and double are DOUBLE
(widened exactly), enum is VARCHAR, fixed is BYTES. Logical timestamps stay BIGINT: the
registry of the survey strips logical types, so their meaning cannot be relied on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

Path = tuple[str, ...]
"""A field's place in the alert, from the top: ``("candidate", "rb")``."""


class Scalar(Enum):
    """A type without parts; the value is its name in the filter language and in DuckDB."""

    BOOLEAN = "BOOLEAN"
    BIGINT = "BIGINT"
    DOUBLE = "DOUBLE"
    VARCHAR = "VARCHAR"
    BYTES = "BLOB"

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class Field:
    """One named part of a record."""

    name: str
    type: Type
    unit: str = ""
    description: str = ""
    is_single: bool = field(default=False, compare=False)
    """Whether packets of every version have it in single precision; its type is DOUBLE."""


@dataclass(frozen=True)
class Struct:
    """A record: its fields in the packet's order."""

    fields: tuple[Field, ...]

    def get(self, name: str) -> Field | None:
        """Return the field of exactly this name, or None."""
        return next((field for field in self.fields if field.name == name), None)

    def at(self, path: Path) -> Type:
        """Return the type at a path through records; raise KeyError when there is none."""
        field = self.get(path[0])
        if field is None:
            raise KeyError(path[0])
        if not path[1:]:
            return field.type
        if not isinstance(field.type, Struct):
            raise KeyError(path[1])
        return field.type.at(path[1:])

    def __str__(self) -> str:
        return "STRUCT"


@dataclass(frozen=True)
class Array:
    """A list of elements of one type; 1-based in the filter language."""

    element: Type

    def __str__(self) -> str:
        return f"{self.element}[]"


@dataclass(frozen=True)
class Map:
    """A map from strings to values of one type."""

    value: Type

    def __str__(self) -> str:
        return f"MAP(VARCHAR, {self.value})"


Type = Scalar | Struct | Array | Map


def value_at(record: Any, path: Path) -> Any:
    """Return what a decoded alert has at a path, None where it has nothing."""
    for name in path:
        if not isinstance(record, Mapping):
            return None
        record = record.get(name)
    return record


def dotted(path: Path) -> str:
    """Spell a path the way a user writes it: ``candidate.rb``."""
    return ".".join(path)
