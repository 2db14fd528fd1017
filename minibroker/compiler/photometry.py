"""Fluxes in nanojansky and AB magnitudes in built-in arithmetic."""

from __future__ import annotations

import math

from minibroker.compiler.build import (
    TRUE,
    case,
    compare,
    divide,
    double,
    finite,
    multiply,
    number,
    subtract,
)
from minibroker.model.expression import Comparator, Expression, Null, Operation
from minibroker.model.types import Scalar

ZERO_POINT = 31.4
"""AB magnitude of one nanojansky: 8.9 + 22.5."""


def magnitude(flux: Expression) -> Expression:
    """Return the AB magnitude; the logarithm of a flux that is not positive is no number."""
    logarithm = double(Operation.LOGARITHM_10, flux)
    return subtract(number(ZERO_POINT), multiply(number(2.5), logarithm))


def magnitude_error(flux: Expression, flux_error: Expression) -> Expression:
    """Return the magnitude's standard error to first order; NULL where the flux is not positive."""
    ratio = divide(flux_error, flux)
    error = multiply(number(2.5 / math.log(10.0)), ratio)
    is_positive = compare(Comparator.GREATER, finite(flux), number(0.0))
    if is_positive == TRUE:
        return error
    return case(((is_positive, error),), Null(Scalar.DOUBLE), Scalar.DOUBLE)


def flux(magnitude: Expression) -> Expression:
    """Return the flux in nanojansky of an AB magnitude."""
    exponent = divide(subtract(number(ZERO_POINT), magnitude), number(2.5))
    return double(Operation.POWER, number(10.0), finite(exponent))
