"""Positions on the sphere in built-in arithmetic: all angles in degrees, ICRS unless said.

Distances use Vincenty's formula and cones its haversine relative; both keep full precision at
the poles, at 0/360 and for antipodes, where arc cosines lose half their digits.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from minibroker.compiler.build import (
    add,
    arc_tangent_2,
    call,
    compare,
    cosine,
    degrees,
    divide,
    double,
    finite,
    multiply,
    number,
    sine,
    square,
    subtract,
)
from minibroker.model.expression import Comparator, Expression, Literal, Operation
from minibroker.model.types import Scalar

Row = tuple[float, float, float]
Matrix = tuple[Row, Row, Row]

GALACTIC: Matrix = (
    (-0.05487565771259163, -0.8734370519556159, -0.48383507361671546),
    (0.4941094371927268, -0.4448297212232952, 0.7469821839866676),
    (-0.8676661375596576, -0.19807633727300053, 0.4559838136873016),
)
"""ICRS to galactic: pole at 192.8594812065348, 27.12825118085622; node at 122.9319185680026."""

ECLIPTIC: Matrix = (
    (0.9999999999999941, -7.078368960971556e-08, 8.056213977613186e-08),
    (3.2897004077419646e-08, 0.9174821299149584, 0.39777699944404793),
    (-1.0207044725484355e-07, -0.39777699944404304, 0.9174821299149556),
)
"""ICRS to the mean ecliptic and equinox of J2000 (IAU 2006), frame bias included."""


@dataclass(frozen=True)
class Point:
    """A position, degrees."""

    longitude: Expression
    latitude: Expression


def separation(a: Point, b: Point) -> Expression:
    """Return the angle between two positions, by Vincenty's formula."""
    turn = finite(subtract(b.longitude, a.longitude))
    across = multiply(cosine(b.latitude), sine(turn))
    along = subtract(
        multiply(cosine(a.latitude), sine(b.latitude)),
        multiply(multiply(sine(a.latitude), cosine(b.latitude)), cosine(turn)),
    )
    inward = add(
        multiply(sine(a.latitude), sine(b.latitude)),
        multiply(multiply(cosine(a.latitude), cosine(b.latitude)), cosine(turn)),
    )
    outward = double(Operation.SQUARE_ROOT, add(square(across), square(along)))
    return degrees(arc_tangent_2(outward, inward))


def within(position: Point, centre: Point, radius: Expression) -> Expression:
    """Return whether a position is no farther from a centre than a radius.

    A literal radius needs no inverse function: below 90 degrees the haversine of the distance
    is compared, above that the one of the distance to the centre's antipode.
    """
    if not isinstance(radius, Literal):
        distance = separation(position, centre)
        return compare(Comparator.LESS_OR_EQUAL, distance, radius)
    angle = min(float(radius.value), 180.0)
    turn = divide(finite(subtract(position.longitude, centre.longitude)), number(2.0))
    both = multiply(cosine(position.latitude), cosine(centre.latitude))
    if angle <= 90.0:
        rise = divide(finite(subtract(position.latitude, centre.latitude)), number(2.0))
        haversine = add(square(sine(rise)), multiply(both, square(sine(turn))))
        limit = math.sin(math.radians(angle) / 2.0) ** 2
        return compare(Comparator.LESS_OR_EQUAL, haversine, number(limit))
    rise = divide(finite(add(position.latitude, centre.latitude)), number(2.0))
    opposite = add(square(sine(rise)), multiply(both, square(cosine(turn))))
    limit = math.sin(math.radians(180.0 - angle) / 2.0) ** 2
    return compare(Comparator.GREATER_OR_EQUAL, opposite, number(limit))


def longitude(position: Point, frame: Matrix) -> Expression:
    """Return the longitude in another frame, from 0 to 360."""
    x, y = _component(position, frame[0]), _component(position, frame[1])
    # atan2(-y, -x) + 180 is atan2(y, x) brought from -180..180 to 0..360.
    turned = arc_tangent_2(_negated(y), _negated(x))
    return add(degrees(turned), number(180.0))


def latitude(position: Point, frame: Matrix) -> Expression:
    """Return the latitude in another frame, from -90 to 90."""
    x, y, z = (_component(position, row) for row in frame)
    outward = double(Operation.SQUARE_ROOT, add(square(x), square(y)))
    return degrees(arc_tangent_2(z, outward))


def _component(position: Point, row: Row) -> Expression:
    in_plane = add(
        multiply(cosine(position.longitude), number(row[0])),
        multiply(sine(position.longitude), number(row[1])),
    )
    return add(
        multiply(cosine(position.latitude), in_plane),
        multiply(sine(position.latitude), number(row[2])),
    )


def _negated(value: Expression) -> Expression:
    return call(Operation.NEGATE, value, type=Scalar.DOUBLE)
