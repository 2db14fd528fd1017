"""Functions and aggregates as people look them up, out of the tables of the compiler."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from minibroker.compiler.functions import SAME, reference
from minibroker.compiler.subquery import SHAPES, aggregate_names


@dataclass(frozen=True)
class FunctionRow:
    """One line of the list of functions."""

    names: tuple[str, ...]
    """What it may be called, aliases too."""
    group: str
    form: str
    result: str
    unit: str
    told: str


def list_functions() -> Iterator[FunctionRow]:
    """Yield every function in the reference's order, then what gathers a list in a sub-query."""
    for each in reference():
        names = (each.name, *each.aliases)
        told = each.summary
        yield FunctionRow(
            names, each.group.value, each.signature, str(each.result), each.unit, told
        )
    for gathering, shape in SHAPES.items():
        result = str(shape.result or SAME)
        told = f"In a sub-query, {shape.gives}."
        yield FunctionRow(aggregate_names(gathering), "Aggregates", shape.form, result, "", told)
