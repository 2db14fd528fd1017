"""The Avro schema of the columns that a filter sends."""

from __future__ import annotations

import json
from typing import Any, assert_never

from minibroker.model.expression import Column, Expression
from minibroker.model.filter import Filter
from minibroker.model.survey import Survey
from minibroker.model.types import Array, Field, Map, Path, Scalar, Struct, Type

NAMESPACE = "minibroker"

_SCALARS = {
    Scalar.BOOLEAN: "boolean",
    Scalar.BIGINT: "long",
    Scalar.DOUBLE: "double",
    Scalar.VARCHAR: "string",
    Scalar.BYTES: "bytes",
}


def columns_schema(filter_: Filter, survey: Survey) -> str:
    """Return the schema as JSON: a record named as the filter, its fields null or the column.

    A record inside has the full name of its place, so that no two clash. Units of the survey are
    in ``doc``. Everything may be null and is so by default: a registry that asks for backward
    compatibility takes columns that come and go.
    """
    fields = [
        _field(column.name, column.expression.type, _unit(column.expression, survey), filter_.name)
        for column in filter_.projection.columns
    ]
    schema = {"type": "record", "name": filter_.name, "namespace": NAMESPACE, "fields": fields}
    return json.dumps(schema, separators=(",", ":"), ensure_ascii=False)


def _field(name: str, type: Type, unit: str, within: str) -> dict[str, Any]:
    """Return a field of the record ``within``, a dotted path below the namespace."""
    field: dict[str, Any] = {"name": name, "type": _or_null(type, name, within), "default": None}
    return field | {"doc": unit} if unit else field


def _or_null(type: Type, name: str, within: str) -> list[Any]:
    return ["null", _avro(type, name, within)]


def _avro(type: Type, name: str, within: str) -> Any:
    match type:
        case Scalar():
            return _SCALARS[type]
        case Struct(fields=fields):
            return {
                "type": "record",
                "name": name,
                "namespace": f"{NAMESPACE}.{within}",
                "fields": [
                    _field(each.name, each.type, each.unit, f"{within}.{name}") for each in fields
                ],
            }
        case Array(element=element):
            return {"type": "array", "items": _or_null(element, name, within)}
        case Map(value=value):
            return {"type": "map", "values": _or_null(value, name, within)}
        case _:
            assert_never(type)


def _unit(expression: Expression, survey: Survey) -> str:
    """Return the unit of a column that is a field of the alert, empty for any other."""
    field = _at(survey.alert, expression.path) if isinstance(expression, Column) else None
    return field.unit if field else ""


def _at(record: Struct, path: Path) -> Field | None:
    field = record.get(path[0])
    if field is None or not path[1:]:
        return field
    return _at(field.type, path[1:]) if isinstance(field.type, Struct) else None
