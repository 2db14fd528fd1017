"""What is said to be finite is: the guards are left out on the strength of it."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minibroker.compiler import fold
from minibroker.compiler.bounds import LARGEST, bounds
from minibroker.compiler.build import double, number
from minibroker.model.expression import Call, Column, Expression, Literal, Null, Operation
from minibroker.model.types import Scalar

X = Column(("x",), Scalar.DOUBLE)
ONE = [
    Operation.ABSOLUTE, Operation.ROUND, Operation.FLOOR, Operation.CEILING, Operation.TRUNCATE,
    Operation.SQUARE_ROOT, Operation.EXPONENTIAL, Operation.LOGARITHM, Operation.SINE,
    Operation.COSINE, Operation.ARC_SINE, Operation.ARC_COSINE, Operation.ARC_TANGENT,
    Operation.NEGATE, Operation.TANGENT, Operation.LOGARITHM_2, Operation.LOGARITHM_10,
]  # fmt: skip
TWO = [
    Operation.ADD, Operation.SUBTRACT, Operation.MULTIPLY, Operation.DIVIDE, Operation.POWER,
    Operation.ARC_TANGENT_2, Operation.GREATEST, Operation.LEAST,
]  # fmt: skip

finite = st.floats(allow_nan=False, allow_infinity=False)


def _with(expression: Expression, value: float) -> Expression:
    """Return an expression evaluated with a value for its column."""
    match expression:
        case Column():
            return number(value)
        case Call(operation=operation, arguments=arguments):
            return double(operation, *(_with(part, value) for part in arguments))
        case _:
            return expression


@st.composite
def expressions(draw: Callable[..., Expression], depth: int = 3) -> Expression:
    if depth == 0 or draw(st.booleans()):
        return draw(st.one_of(st.just(X), finite.map(number)))
    inside = expressions(depth=depth - 1)
    if draw(st.booleans()):
        return Call(draw(st.sampled_from(ONE)), (draw(inside),), Scalar.DOUBLE)
    pair = (draw(inside), draw(inside))
    return Call(draw(st.sampled_from(TWO)), pair, Scalar.DOUBLE)


@given(expressions(), finite)
def test_values_lie_within_their_bounds(expression: Expression, value: float) -> None:
    known = bounds(expression)
    if known is None:
        return
    found = _with(expression, value)
    assert not isinstance(found, Null)
    assert isinstance(found, Literal)
    slack = 1e-9 * max(abs(known[0]), abs(known[1]), 1.0)
    assert known[0] - slack <= float(found.value) <= known[1] + slack


@pytest.mark.parametrize("operation", ONE)
def test_of_any_number(operation: Operation) -> None:
    known = bounds(Call(operation, (X,), Scalar.DOUBLE))
    edges = [0.0, -0.0, 1.0, -1.0, 5e-324, LARGEST, -LARGEST, 2.5, -2.5]
    results = [fold.fold(operation, (Literal(e, Scalar.DOUBLE),), Scalar.DOUBLE) for e in edges]
    if any(isinstance(result, Null) for result in results):
        assert known is None


def test_beside_a_literal() -> None:
    for a, b in itertools.product((X, number(1e10)), repeat=2):
        total = bounds(double(Operation.ADD, a, b))
        assert (total is None) == (a is X and b is X)
    assert bounds(double(Operation.MULTIPLY, X, number(0.5))) is not None
    assert bounds(double(Operation.MULTIPLY, X, number(2.0))) is None
    assert bounds(double(Operation.DIVIDE, X, number(0.5))) is None
    assert not math.isinf(LARGEST)
