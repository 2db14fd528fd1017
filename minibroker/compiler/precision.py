"""Warn where a field of single precision is held against a number that it can never be.

A FLOAT is widened exactly before anything sees it, and 0.65 widened from a FLOAT is
0.6499999761581421: ``rb = 0.65`` holds for no alert.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from minibroker.compiler.faults import Faults
from minibroker.compiler.meaning import (
    Apply,
    Choice,
    Constant,
    FieldOf,
    FieldOfElement,
    Meaning,
    Nested,
    walk,
)
from minibroker.model.survey import Survey
from minibroker.model.types import Array, Path, Struct

_EQUALITIES = frozenset({"=", "<>", "IN", "IS DISTINCT FROM", "IS NOT DISTINCT FROM"})


def warn_of_precision(condition: Meaning, survey: Survey, text: str, faults: Faults) -> None:
    """Note a warning for each number that a field of single precision never equals."""
    _warn(condition, ((),), survey, text, faults)
    for nested in walk(condition):
        if isinstance(nested, Nested):
            arrays = tuple(source.field.path for source in nested.sources)
            for part in (nested.where, nested.value):
                _warn(part, arrays, survey, text, faults)


def _warn(
    meaning: Meaning, arrays: tuple[Path, ...], survey: Survey, text: str, faults: Faults
) -> None:
    for field, constant in _held_against(meaning):
        is_of_element = isinstance(field, FieldOfElement)
        if is_of_element != (arrays != ((),)):
            continue
        nearest = _nearest_single(float(constant.value or 0))
        is_single = any(_is_single(survey.alert, (*array, *field.path)) for array in arrays)
        if nearest is None or nearest == constant.value or not is_single:
            continue
        name = text[field.span.start : field.span.end]
        written = text[constant.span.start : constant.span.end]
        message = f"{name} is never {written}: it has single precision"
        hint = f"the nearest that it can be is {nearest!r}; or compare with < and >"
        faults.warning("float-equality", message, constant.span, hint)


def _held_against(meaning: Meaning) -> Iterator[tuple[FieldOf | FieldOfElement, Constant]]:
    """Yield each field and each number that are asked to be equal, or not to be."""
    for part in walk(meaning):
        if isinstance(part, Apply) and part.function in _EQUALITIES:
            values = part.arguments
        elif isinstance(part, Choice) and part.subject is not None:
            values = (part.subject, *(test for test, _ in part.branches))
        else:
            continue
        fields = [value for value in values if isinstance(value, FieldOf | FieldOfElement)]
        for value in values:
            if isinstance(value, Constant) and isinstance(value.value, int | float) and fields:
                yield fields[0], value


def _nearest_single(value: float) -> float | None:
    try:
        (nearest,) = struct.unpack("<f", struct.pack("<f", value))
    except OverflowError:
        return None
    return float(nearest)


def _is_single(alert: Struct, path: Path) -> bool:
    """Return whether every version of a survey's schema has a field in single precision."""
    inside, is_single = alert, False
    for name in path:
        found = inside.get(name)
        if found is None:
            return False
        is_single, kind = found.is_single, found.type
        kind = kind.element if isinstance(kind, Array) else kind
        if isinstance(kind, Struct):
            inside = kind
    return is_single
