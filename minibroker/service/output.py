"""What a filter sends of an alert that passes, as Flink SQL."""

from __future__ import annotations

import json
from collections.abc import Mapping

from minibroker.model.filter import FilterPlan, Format
from minibroker.service.source_table import literal

_FUNCTIONS: Mapping[Format, tuple[str, str]] = {
    Format.WITHOUT_CUTOUTS: ("WITHOUT_FIELDS", "minibroker.output.WithoutFields"),
    Format.JSON: ("COLUMNS_JSON", "minibroker.output.ColumnsJson"),
    Format.AVRO: ("COLUMNS_AVRO", "minibroker.output.ColumnsAvro"),
}
"""The functions of ours that write a message, and their classes."""


def create_output_function(format: Format) -> str:
    """Return the statement that makes a format's function known to a job, if it has one."""
    if format not in _FUNCTIONS:
        return ""
    name, java = _FUNCTIONS[format]
    return f"CREATE TEMPORARY SYSTEM FUNCTION {name} AS '{java}' LANGUAGE JAVA"


def spell_value(plan: FilterPlan, decoder: Mapping[str, str], schema_id: int | None) -> str:
    """Spell the message of an alert that passes; NULL where it is the packet itself.

    ``decoder`` is how packets are read, ``schema_id`` the registry's for columns in Avro.
    """
    projection = plan.filter.projection
    if projection.format is Format.PACKET:
        return "CAST(NULL AS BYTES)"
    name, _ = _FUNCTIONS[projection.format]
    row = f"ROW({', '.join(plan.flink_columns)})"
    match projection.format:
        case Format.WITHOUT_CUTOUTS:
            request = {"fields": projection.excluded, "options": decoder}
            return f"{name}({literal(json.dumps(request))}, packet)"
        case Format.AVRO:
            return f"{name}({literal(str(schema_id))}, {row})"
        case Format.JSON:
            names = json.dumps([column.name for column in projection.columns])
            return f"{name}({literal(names)}, {row})"
