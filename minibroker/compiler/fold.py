"""Evaluate what is constant once, here: both engines then read the same literal.

It also keeps Flink's planner alive: it evaluates constants itself, and a constant that is
infinite (``1E0 / 0E0``) makes it fail.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal, localcontext

from minibroker.model.expression import Comparator, Expression, Literal, Null, Operation
from minibroker.model.types import Scalar

Constant = Literal | Null


def number(value: float) -> Constant:
    """Return a DOUBLE literal, NULL for NaN and infinity; zero loses its sign."""
    if not math.isfinite(value):
        return Null(Scalar.DOUBLE)
    return Literal(value + 0.0 if value else 0.0, Scalar.DOUBLE)


def fold(operation: Operation, arguments: tuple[Expression, ...], type: Scalar) -> Constant | None:
    """Return the constant that an operation on constants gives; None when it has none here."""
    rule = _RULES.get(operation)
    if rule is None or not all(isinstance(argument, Literal) for argument in arguments):
        return None
    values = [argument.value for argument in arguments if isinstance(argument, Literal)]
    try:
        result = rule(*values)
    except (ArithmeticError, ValueError):
        return Null(type)
    if isinstance(result, complex):
        return Null(type)
    return number(float(result)) if type is Scalar.DOUBLE else Literal(result, type)


def compare(comparator: Comparator, left: Literal, right: Literal) -> Literal:
    """Return the truth of a comparison of two literals of one type."""
    return Literal(bool(_COMPARISONS[comparator](left.value, right.value)), Scalar.BOOLEAN)


def _round(value: float) -> float:
    with localcontext() as context:
        context.prec = 400
        return float(Decimal(value).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _ascii_lower(text: str) -> str:
    return "".join(c.lower() if "A" <= c <= "Z" else c for c in text)


def _ascii_upper(text: str) -> str:
    return "".join(c.upper() if "a" <= c <= "z" else c for c in text)


_COMPARISONS: Mapping[Comparator, Callable[..., bool]] = {
    Comparator.EQUAL: operator.eq,
    Comparator.UNEQUAL: operator.ne,
    Comparator.LESS: operator.lt,
    Comparator.LESS_OR_EQUAL: operator.le,
    Comparator.GREATER: operator.gt,
    Comparator.GREATER_OR_EQUAL: operator.ge,
    Comparator.DISTINCT: operator.ne,
    Comparator.NOT_DISTINCT: operator.eq,
}

_RULES: Mapping[Operation, Callable[..., float | int | str | bool]] = {
    Operation.ADD: operator.add,
    Operation.SUBTRACT: operator.sub,
    Operation.MULTIPLY: operator.mul,
    Operation.DIVIDE: operator.truediv,
    Operation.NEGATE: operator.neg,
    Operation.FINITE: float,
    Operation.TO_DOUBLE: float,
    Operation.TO_TEXT: str,
    Operation.UNSIGNED_ZERO: float,
    Operation.ABSOLUTE: abs,
    Operation.SIGN: lambda x: (x > 0) - (x < 0),
    Operation.ROUND: _round,
    Operation.FLOOR: lambda x: float(math.floor(x)),
    Operation.CEILING: lambda x: float(math.ceil(x)),
    Operation.TRUNCATE: lambda x: float(math.trunc(x)),
    Operation.SQUARE_ROOT: math.sqrt,
    Operation.POWER: math.pow,
    Operation.EXPONENTIAL: math.exp,
    Operation.LOGARITHM: math.log,
    Operation.LOGARITHM_2: math.log2,
    Operation.LOGARITHM_10: math.log10,
    Operation.SINE: math.sin,
    Operation.COSINE: math.cos,
    Operation.TANGENT: math.tan,
    Operation.ARC_SINE: math.asin,
    Operation.ARC_COSINE: math.acos,
    Operation.ARC_TANGENT: math.atan,
    Operation.ARC_TANGENT_2: math.atan2,
    Operation.GREATEST: max,
    Operation.LEAST: min,
    Operation.REMAINDER: lambda a, b: int(math.copysign(1, a)) * (abs(a) % abs(b)),
    Operation.REMAINDER_LITERAL: lambda a, b: int(math.copysign(1, a)) * (abs(a) % abs(b)),
    Operation.LOWER: _ascii_lower,
    Operation.UPPER: _ascii_upper,
    Operation.LENGTH: len,
    Operation.SUBSTRING: lambda s, start, *n: s[start - 1 : start - 1 + n[0] if n else None],
    Operation.STARTS_WITH: str.startswith,
    Operation.ENDS_WITH: str.endswith,
    Operation.CONTAINS: operator.contains,
    Operation.CONCATENATE: operator.add,
}
