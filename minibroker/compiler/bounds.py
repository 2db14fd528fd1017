"""Which DOUBLE expressions are certain to be finite: the rest is guarded where it matters.

Interval arithmetic in DOUBLE itself: rounding is monotone, so the result of an operation on
values within their intervals lies within the interval computed from the ends.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from minibroker.model.expression import (
    Aggregate,
    Call,
    Case,
    Column,
    Element,
    Expression,
    Gathering,
    Literal,
    Member,
    Null,
    OfElement,
    Operation,
    SubQuery,
)
from minibroker.model.types import Scalar

Bounds = tuple[float, float]
"""Lowest and highest value, both finite."""

LARGEST = 1.7976931348623157e308
ANY: Bounds = (-LARGEST, LARGEST)
_INTEGER: Bounds = (-(2.0**63), 2.0**63)


def bounds(expression: Expression) -> Bounds | None:
    """Return what a number's value lies between, None when it may be NaN or infinite."""
    # Kept with the node: lowering asks at every step, and shares what it repeats.
    kept: dict[str, Bounds | None] = vars(expression)
    if "bounds" not in kept:
        kept["bounds"] = _bounds(expression)
    return kept["bounds"]


def _bounds(expression: Expression) -> Bounds | None:
    match expression:
        case Literal(value=value):
            return (float(value), float(value))
        case Column() | Element() | Member() | OfElement() | SubQuery():
            return _INTEGER if expression.type is Scalar.BIGINT else ANY
        case Null():
            return (0.0, 0.0)
        case Aggregate(gathering=gathering, arguments=arguments):
            return _of_aggregate(gathering, expression.type, arguments)
        case Call(type=Scalar.BIGINT):
            return _INTEGER
        case Call(operation=operation, arguments=arguments):
            return _of_call(operation, arguments)
        case Case(branches=branches, otherwise=otherwise):
            return _hull([bounds(value) for _, value in branches] + [bounds(otherwise)])
        case _:
            return None


def is_finite(expression: Expression) -> bool:
    """Return whether an expression is finite or NULL, never NaN or infinite."""
    return bounds(expression) is not None


_CHOOSING = (
    Gathering.MINIMUM,
    Gathering.MAXIMUM,
    Gathering.AT_MINIMUM,
    Gathering.AT_MAXIMUM,
)


def _of_aggregate(
    gathering: Gathering, type: Scalar, arguments: tuple[Expression, ...]
) -> Bounds | None:
    if type is Scalar.BIGINT:
        return _INTEGER
    return bounds(arguments[0]) if gathering in _CHOOSING else None


def _of_call(operation: Operation, arguments: tuple[Expression, ...]) -> Bounds | None:
    if operation is Operation.FINITE:
        return bounds(arguments[0]) or ANY
    if operation is Operation.COALESCE:
        return _hull([bounds(argument) for argument in arguments])
    known = [bounds(argument) for argument in arguments]
    within: list[Bounds] = [each for each in known if each is not None]
    if len(within) < len(known):
        return None
    rule = _RULES.get(operation)
    return _checked(rule(*within)) if rule else None


def _checked(found: Bounds | None) -> Bounds | None:
    if found is None or not (math.isfinite(found[0]) and math.isfinite(found[1])):
        return None
    return found


def _hull(known: list[Bounds | None]) -> Bounds | None:
    within = [each for each in known if each is not None]
    if len(within) < len(known):
        return None
    return (min(low for low, _ in within), max(high for _, high in within))


def _multiply(left: Bounds, right: Bounds) -> Bounds:
    products = [a * b for a in left for b in right]
    return (min(products), max(products))


def _divide(left: Bounds, right: Bounds) -> Bounds | None:
    if right[0] <= 0.0 <= right[1]:
        return None
    quotients = [a / b for a in left for b in right]
    return (min(quotients), max(quotients))


def _absolute(value: Bounds) -> Bounds:
    low, high = value
    largest = max(abs(low), abs(high))
    return (0.0 if low <= 0.0 <= high else min(abs(low), abs(high)), largest)


def _power(base: Bounds, exponent: Bounds) -> Bounds | None:
    if exponent == (2.0, 2.0):
        return _multiply(_absolute(base), _absolute(base))
    return None


def _square_root(value: Bounds) -> Bounds | None:
    if value[0] < 0.0:
        return None
    return (0.0, max(1.0, value[1]))


def _exponential(value: Bounds) -> Bounds | None:
    return (0.0, math.exp(700.0)) if value[1] <= 700.0 else None


def _arc(value: Bounds) -> Bounds | None:
    return (-4.0, 4.0) if value[0] >= -1.0 and value[1] <= 1.0 else None


def _outward(value: Bounds) -> Bounds:
    return (math.floor(value[0]) - 1.0, math.ceil(value[1]) + 1.0)


def _logarithm(value: Bounds) -> Bounds | None:
    return (-2000.0, 2000.0) if value[0] > 0.0 else None


_RULES: Mapping[Operation, Callable[..., Bounds | None]] = {
    Operation.ADD: lambda a, b: (a[0] + b[0], a[1] + b[1]),
    Operation.SUBTRACT: lambda a, b: (a[0] - b[1], a[1] - b[0]),
    Operation.MULTIPLY: _multiply,
    Operation.DIVIDE: _divide,
    Operation.NEGATE: lambda a: (-a[1], -a[0]),
    Operation.TO_DOUBLE: lambda a: a,
    Operation.UNSIGNED_ZERO: lambda a: a,
    Operation.ABSOLUTE: _absolute,
    Operation.ROUND: _outward,
    Operation.FLOOR: _outward,
    Operation.CEILING: _outward,
    Operation.TRUNCATE: _outward,
    Operation.SQUARE_ROOT: _square_root,
    Operation.POWER: _power,
    Operation.EXPONENTIAL: _exponential,
    Operation.LOGARITHM: _logarithm,
    Operation.LOGARITHM_2: _logarithm,
    Operation.LOGARITHM_10: _logarithm,
    Operation.SINE: lambda a: (-1.0, 1.0),
    Operation.COSINE: lambda a: (-1.0, 1.0),
    Operation.ARC_SINE: _arc,
    Operation.ARC_COSINE: _arc,
    Operation.ARC_TANGENT: lambda a: (-2.0, 2.0),
    Operation.ARC_TANGENT_2: lambda y, x: (-4.0, 4.0),
    Operation.GREATEST: lambda *all: (max(a[0] for a in all), max(a[1] for a in all)),
    Operation.LEAST: lambda *all: (min(a[0] for a in all), min(a[1] for a in all)),
    Operation.NULL_IF: lambda a, b: a,
}
"""Operations whose result is bounded when their arguments are; any other may be NaN or infinite."""
