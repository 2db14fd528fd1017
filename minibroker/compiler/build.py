"""Make lowered expressions that are total: constants folded, operands guarded where needed.

The guards follow from two facts. NaN and infinity pass through most arithmetic and stay NaN
or infinity, so one guard around a whole chain says what a guard at every step would say. The
exceptions can turn them into a number (1 / infinity, atan, exp) and take guarded operands.
"""

from __future__ import annotations

from minibroker.compiler import fold
from minibroker.compiler.bounds import bounds, is_finite
from minibroker.model.expression import (
    Call,
    Case,
    Comparator,
    Compare,
    Connective,
    Expression,
    Literal,
    Logic,
    Not,
    Null,
    OneOf,
    Operation,
)
from minibroker.model.types import Scalar

TRUE = Literal(True, Scalar.BOOLEAN)
FALSE = Literal(False, Scalar.BOOLEAN)

LARGEST_INTEGER = 2**63 - 1
SMALLEST_INTEGER = -(2**63)


def number(value: float) -> Expression:
    """Return a DOUBLE literal."""
    return fold.number(value)


def call(operation: Operation, *arguments: Expression, type: Scalar) -> Expression:
    """Return an operation that is NULL when any argument is, folded when all are constant."""
    if any(isinstance(argument, Null) for argument in arguments):
        return Null(type)
    return fold.fold(operation, arguments, type) or Call(operation, arguments, type)


def double(operation: Operation, *arguments: Expression) -> Expression:
    """Return an operation on numbers whose result is DOUBLE."""
    return call(operation, *map(to_double, arguments), type=Scalar.DOUBLE)


def finite(expression: Expression) -> Expression:
    """Return the expression with NULL for NaN and infinity; itself where it has neither."""
    if expression.type is not Scalar.DOUBLE or is_finite(expression):
        return expression
    return Call(Operation.FINITE, (expression,), Scalar.DOUBLE)


def to_double(expression: Expression) -> Expression:
    """Return a number as DOUBLE; an integer beyond 2^53 is rounded to the nearest."""
    if expression.type is Scalar.DOUBLE:
        return expression
    return call(Operation.TO_DOUBLE, expression, type=Scalar.DOUBLE)


def add(left: Expression, right: Expression) -> Expression:
    """Return the sum of two DOUBLEs."""
    return double(Operation.ADD, left, right)


def subtract(left: Expression, right: Expression) -> Expression:
    """Return the difference of two DOUBLEs."""
    return double(Operation.SUBTRACT, left, right)


def multiply(left: Expression, right: Expression) -> Expression:
    """Return the product of two DOUBLEs."""
    return double(Operation.MULTIPLY, left, right)


def divide(left: Expression, right: Expression) -> Expression:
    """Return the true quotient: not finite where the divisor is zero, for a guard to find."""
    divisor = finite(to_double(right))
    return double(Operation.DIVIDE, left, divisor)


def square(operand: Expression) -> Expression:
    """Return a DOUBLE times itself, without writing it twice."""
    return double(Operation.POWER, operand, number(2.0))


def sine(degrees: Expression) -> Expression:
    """Return the sine of an angle in degrees."""
    return double(Operation.SINE, radians(degrees))


def cosine(degrees: Expression) -> Expression:
    """Return the cosine of an angle in degrees."""
    return double(Operation.COSINE, radians(degrees))


def radians(degrees: Expression) -> Expression:
    """Return an angle in radians, by one multiplication."""
    return multiply(degrees, number(0.017453292519943295))


def degrees(radians: Expression) -> Expression:
    """Return an angle in degrees, by one multiplication."""
    return multiply(radians, number(57.29577951308232))


def arc_tangent_2(y: Expression, x: Expression) -> Expression:
    """Return the angle of a point; the sign of a zero shows, so the caller must know it."""
    return double(Operation.ARC_TANGENT_2, finite(to_double(y)), finite(to_double(x)))


def unsigned_zero(operand: Expression) -> Expression:
    """Return a finite DOUBLE with -0.0 as 0.0: engines differ in the sign they give a zero."""
    operand = finite(to_double(operand))
    within = bounds(operand)
    if within is not None and (within[0] > 0.0 or within[1] < 0.0):
        return operand
    return call(Operation.UNSIGNED_ZERO, operand, type=Scalar.DOUBLE)


def integer(operation: Operation, *arguments: Expression) -> Expression:
    """Return integer arithmetic, exact, and NULL where the result leaves 64 bits."""
    folded = call(operation, *arguments, type=Scalar.BIGINT)
    if isinstance(folded, Literal) and isinstance(folded.value, int):
        within = SMALLEST_INTEGER <= folded.value <= LARGEST_INTEGER
        return folded if within else Null(Scalar.BIGINT)
    if isinstance(folded, Null):
        return folded
    widened = tuple(Call(Operation.WIDEN, (part,), Scalar.BIGINT) for part in arguments)
    return Call(Operation.NARROW, (Call(operation, widened, Scalar.BIGINT),), Scalar.BIGINT)


def compare(comparator: Comparator, left: Expression, right: Expression) -> Expression:
    """Return a comparison of two values of one type."""
    left, right = finite(left), finite(right)
    if isinstance(left, Literal) and isinstance(right, Literal):
        return fold.compare(comparator, left, right)
    null_matters = comparator in (Comparator.DISTINCT, Comparator.NOT_DISTINCT)
    if not null_matters and (isinstance(left, Null) or isinstance(right, Null)):
        return Null(Scalar.BOOLEAN)
    if comparator not in ORDERINGS:
        left, right = _beside_zero(left, right), _beside_zero(right, left)
    return Compare(comparator, left, right)


ORDERINGS = (
    Comparator.LESS,
    Comparator.LESS_OR_EQUAL,
    Comparator.GREATER,
    Comparator.GREATER_OR_EQUAL,
)
_ZERO = Literal(0.0, Scalar.DOUBLE)


def _beside_zero(operand: Expression, other: Expression) -> Expression:
    """Return what to compare with a zero so that -0.0 equals it.

    Flink gathers equalities joined by OR, and inequalities joined by AND, into a hash set,
    in which -0.0 is not 0.0.
    """
    if other == _ZERO and not isinstance(operand, Literal | Null):
        return call(Operation.ABSOLUTE, operand, type=Scalar.DOUBLE)
    return operand


def one_of(operand: Expression, choices: tuple[Literal, ...]) -> Expression:
    """Return whether a value equals one of the literals, all of one type."""
    operand = finite(operand)
    if isinstance(operand, Null):
        return Null(Scalar.BOOLEAN)
    if isinstance(operand, Literal):
        return Literal(any(operand.value == each.value for each in choices), Scalar.BOOLEAN)
    unique = tuple(sorted(set(choices), key=lambda each: each.value))
    others = tuple(each for each in unique if each != _ZERO)
    zeros = [compare(Comparator.EQUAL, operand, _ZERO)] if len(others) < len(unique) else []
    if len(others) == 1:
        zeros.append(compare(Comparator.EQUAL, operand, others[0]))
    elif others:
        zeros.append(OneOf(operand, others))
    return any_of(tuple(zeros))


def not_(term: Expression) -> Expression:
    """Return the three-valued opposite."""
    if isinstance(term, Literal):
        return FALSE if term.value else TRUE
    return term if isinstance(term, Null) else Not(term)


def all_of(terms: tuple[Expression, ...]) -> Expression:
    """Return the conjunction, without the terms that decide nothing."""
    return _joined(Connective.AND, terms, neutral=TRUE, deciding=FALSE)


def any_of(terms: tuple[Expression, ...]) -> Expression:
    """Return the disjunction, without the terms that decide nothing."""
    return _joined(Connective.OR, terms, neutral=FALSE, deciding=TRUE)


def _joined(
    connective: Connective,
    terms: tuple[Expression, ...],
    neutral: Literal,
    deciding: Literal,
) -> Expression:
    flat: list[Expression] = []
    for term in terms:
        is_same = isinstance(term, Logic) and term.connective is connective
        flat.extend(term.terms if isinstance(term, Logic) and is_same else (term,))
    if deciding in flat:
        return deciding
    left = [term for term in flat if term != neutral]
    if not left:
        return neutral
    return left[0] if len(left) == 1 else Logic(connective, tuple(left))


def case(
    branches: tuple[tuple[Expression, Expression], ...], otherwise: Expression, type: Scalar
) -> Expression:
    """Return a CASE whose values are guarded, so that it is finite itself."""
    kept: list[tuple[Expression, Expression]] = []
    for condition, value in branches:
        if condition == TRUE:
            otherwise = value
            break
        if not isinstance(condition, Literal | Null):
            kept.append((condition, finite(value)))
    if not kept:
        return finite(otherwise)
    return Case(tuple(kept), finite(otherwise), type)
