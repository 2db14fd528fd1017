"""Every function of the filter language, in one table.

The allow-list, the message for an unknown function, completion and the reference page are
read from ``FUNCTIONS``. A function that the engines lack or read differently is expanded here
into operations that they share.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum

from minibroker.compiler import photometry, sky
from minibroker.compiler.build import (
    arc_tangent_2,
    call,
    compare,
    degrees,
    divide,
    double,
    finite,
    integer,
    multiply,
    number,
    radians,
    subtract,
    unsigned_zero,
)
from minibroker.compiler.sky import Point
from minibroker.model.expression import (
    Call,
    Case,
    Column,
    Comparator,
    Expression,
    Literal,
    Matches,
    Null,
    Operation,
)
from minibroker.model.types import Scalar


class Kind(Enum):
    """What an argument must be; the value is the word for it in messages."""

    NUMBER = "a number"
    """BIGINT or DOUBLE, as it is."""
    DOUBLE = "a number "
    """A number, given to the function as DOUBLE."""
    INTEGER = "an integer"
    TEXT = "a text"
    LIST = "a list"
    SCALAR = "a value"
    """A number, a text or a truth value; all SCALARs of one call have one type."""
    ORDERED = "a number or a text"
    """Like SCALAR, without the truth values."""


class Group(Enum):
    """Headings of the reference page."""

    NUMBERS = "Numbers"
    ANGLES = "Angles"
    TEXTS = "Texts"
    LISTS = "Lists"
    NULLS = "Choosing values"
    SKY = "Sky"
    PHOTOMETRY = "Photometry"
    TIME = "Time"


SAME = "same"
"""The result has the type that the arguments have together."""


@dataclass(frozen=True)
class Parameter:
    """One argument of a function."""

    name: str
    kind: Kind
    is_literal: bool = False
    """Whether only a constant will do."""
    low: float = -math.inf
    high: float = math.inf
    """A constant outside of these is refused."""
    unit: str = ""


Lowering = Callable[..., Expression]


@dataclass(frozen=True)
class Function:
    """One row of the table."""

    name: str
    group: Group
    parameters: tuple[Parameter, ...]
    result: Scalar | str
    summary: str
    null: str
    """When the result is NULL although no argument is; empty for never."""
    example: str
    lower: Lowering
    """From the lowered arguments to the lowered call."""
    optional: int = 0
    """How many of the last parameters may be left out."""
    repeats: bool = False
    """Whether the last parameter may be given many times."""
    aliases: tuple[str, ...] = ()
    unit: str = ""
    """That of the result."""

    @property
    def signature(self) -> str:
        """The call as the reference and messages show it: ``round(x [, digits])``."""
        names = [parameter.name for parameter in self.parameters]
        required = names[: len(names) - self.optional]
        text = ", ".join(required)
        for name in names[len(required) :]:
            text += f" [, {name}]" if text else f"[{name}]"
        return f"{self.name}({text}{', …' if self.repeats else ''})"


def _double(operation: Operation, guards: bool = False) -> Lowering:
    """Lower to one operation on a DOUBLE; ``guards`` where it could hide an infinity."""
    if guards:
        return lambda x: double(operation, finite(x))
    return lambda x: double(operation, x)


def _whole(operation: Operation, guards: bool = False) -> Lowering:
    """Lower to one operation on a DOUBLE, to nothing for an integer."""
    lower = _double(operation, guards)
    return lambda x: x if x.type is Scalar.BIGINT else lower(x)


def _text(operation: Operation, type: Scalar) -> Lowering:
    return lambda *arguments: call(operation, *arguments, type=type)


def _absolute(x: Expression) -> Expression:
    if x.type is Scalar.BIGINT:
        return integer(Operation.ABSOLUTE, x)
    return double(Operation.ABSOLUTE, x)


def _sign(x: Expression) -> Expression:
    return call(Operation.SIGN, finite(x), type=Scalar.BIGINT)


def _round(x: Expression, digits: Expression | None = None) -> Expression:
    if x.type is Scalar.BIGINT:
        return x
    if digits is None or not isinstance(digits, Literal) or not digits.value:
        return double(Operation.ROUND, finite(x))
    scale = number(10.0 ** int(digits.value))
    return divide(double(Operation.ROUND, finite(multiply(x, scale))), scale)


def _power(x: Expression, y: Expression) -> Expression:
    return double(Operation.POWER, finite(x), finite(y))


def _log(base: Expression, x: Expression) -> Expression:
    return divide(double(Operation.LOGARITHM, x), double(Operation.LOGARITHM, base))


def _pi() -> Expression:
    return number(math.pi)


def remainder(a: Expression, b: Expression) -> Expression:
    """Return the integer remainder, with the sign of ``a``; NULL for a zero ``b``."""
    if isinstance(b, Literal) and b.value not in (0, -1):
        return call(Operation.REMAINDER_LITERAL, a, b, type=Scalar.BIGINT)
    if isinstance(b, Literal) and b.value == 0:
        return Null(Scalar.BIGINT)
    return call(Operation.REMAINDER, a, b, type=Scalar.BIGINT)


def _atan2(y: Expression, x: Expression) -> Expression:
    return arc_tangent_2(unsigned_zero(y), unsigned_zero(x))


def _coalesce(*values: Expression) -> Expression:
    kept = tuple(finite(value) for value in values if not isinstance(value, Null))
    if not kept:
        return values[0]
    type = _scalar(kept[0])
    if len(kept) == 1 or isinstance(kept[0], Literal):
        return kept[0]
    return Call(Operation.COALESCE, kept, type)


def _null_if(a: Expression, b: Expression) -> Expression:
    type = _scalar(a)
    if isinstance(a, Null) or isinstance(b, Null):
        return a
    same = compare(Comparator.EQUAL, a, b)
    if isinstance(same, Literal):
        return Null(type) if same.value else a
    if type is Scalar.DOUBLE:
        return Case(((same, Null(type)),), finite(a), type)
    return Call(Operation.NULL_IF, (a, b), type)


def _extreme(operation: Operation) -> Lowering:
    def lower(*values: Expression) -> Expression:
        return call(operation, *map(finite, values), type=_scalar(values[0]))

    return lower


def _scalar(expression: Expression) -> Scalar:
    assert isinstance(expression.type, Scalar)
    return expression.type


def _cone(
    ra: Expression, dec: Expression, ra0: Expression, dec0: Expression, radius: Expression
) -> Expression:
    limit = divide(radius, number(3600.0))
    return sky.within(Point(ra, dec), Point(ra0, dec0), limit)


def _cone_degrees(
    ra: Expression, dec: Expression, ra0: Expression, dec0: Expression, radius: Expression
) -> Expression:
    return sky.within(Point(ra, dec), Point(ra0, dec0), radius)


def _angsep(ra1: Expression, dec1: Expression, ra2: Expression, dec2: Expression) -> Expression:
    return multiply(_distance(ra1, dec1, ra2, dec2), number(3600.0))


def _distance(ra1: Expression, dec1: Expression, ra2: Expression, dec2: Expression) -> Expression:
    return sky.separation(Point(ra1, dec1), Point(ra2, dec2))


def _matches(text: Expression, pattern: Expression) -> Expression:
    if isinstance(text, Null) or not isinstance(pattern, Literal):
        return Null(Scalar.BOOLEAN)
    return Matches(text, str(pattern.value))


def _cardinality(values: Expression) -> Expression:
    return Call(Operation.CARDINALITY, (values,), Scalar.BIGINT)


RECEIVED_MJD = Column(("received_mjd",), Scalar.DOUBLE)
"""The packet's Kafka timestamp, a column that both engines' tables have."""

_X = Parameter("x", Kind.DOUBLE)
_NUMBER = Parameter("x", Kind.NUMBER)
_TEXT = Parameter("text", Kind.TEXT)
_ANGLE = Parameter("x", Kind.DOUBLE, unit="rad")
_RA = Parameter("ra", Kind.DOUBLE, low=-360.0, high=360.0, unit="deg")
_DEC = Parameter("dec", Kind.DOUBLE, low=-90.0, high=90.0, unit="deg")
_POSITION = (_RA, _DEC)
_FLUX = Parameter("flux", Kind.DOUBLE, unit="nJy")


def _numbered(n: str) -> tuple[Parameter, Parameter]:
    ra = Parameter(f"ra{n}", Kind.DOUBLE, low=-360.0, high=360.0, unit="deg")
    return ra, Parameter(f"dec{n}", Kind.DOUBLE, low=-90.0, high=90.0, unit="deg")


_N, _A, _T = Group.NUMBERS, Group.ANGLES, Group.TEXTS
_D, _I, _B, _S = Scalar.DOUBLE, Scalar.BIGINT, Scalar.BOOLEAN, Scalar.VARCHAR
_TOO_LARGE = "the result is beyond the range of its type"

_TABLE: tuple[Function, ...] = (
    Function(
        "abs", _N, (_NUMBER,), SAME, "The value without its sign.", "",
        "abs(candidate.magdiff) <= 0.1", _absolute,
    ),
    Function(
        "sign", _N, (_NUMBER,), _I, "-1, 0 or 1.", "",
        "sign(diaSource.psfFlux) = 1", _sign,
    ),
    Function(
        "round", _N, (_NUMBER, Parameter("digits", Kind.INTEGER, True, 0, 15)), SAME,
        "The nearest whole number, halves away from zero; with digits, "
        "round(x * 10^digits) / 10^digits.", "",
        "round(candidate.magpsf, 1) = 18.5", _round, optional=1,
    ),
    Function(
        "floor", _N, (_NUMBER,), SAME, "The whole number below or equal.", "",
        "floor(candidate.jd) = 2459000", _whole(Operation.FLOOR),
    ),
    Function(
        "ceil", _N, (_NUMBER,), SAME, "The whole number above or equal.", "",
        "ceil(candidate.magpsf) <= 18", _whole(Operation.CEILING), aliases=("ceiling",),
    ),
    Function(
        "trunc", _N, (_NUMBER,), SAME, "The whole part, towards zero.", "",
        "trunc(candidate.jd) = 2459000", _whole(Operation.TRUNCATE),
    ),
    Function(
        "sqrt", _N, (_X,), _D, "The square root.", "x < 0",
        "sqrt(candidate.magpsf) < 4.2", _double(Operation.SQUARE_ROOT),
    ),
    Function(
        "power", _N, (_X, Parameter("y", Kind.DOUBLE)), _D, "x to the power of y.",
        "x < 0 with a y that is not whole, x = 0 with y < 0, or beyond the range of DOUBLE",
        "power(10, -0.4 * candidate.magpsf) > 1e-7", _power, aliases=("pow",),
    ),
    Function(
        "exp", _N, (_X,), _D, "e to the power of x.", _TOO_LARGE,
        "exp(-candidate.sigmapsf) > 0.9", _double(Operation.EXPONENTIAL, guards=True),
    ),
    Function(
        "ln", _N, (_X,), _D, "The natural logarithm.", "x <= 0",
        "ln(candidate.magpsf) < 3", _double(Operation.LOGARITHM),
    ),
    Function(
        "log10", _N, (_X,), _D, "The logarithm to base 10.", "x <= 0",
        "log10(diaSource.psfFlux) > 4", _double(Operation.LOGARITHM_10),
    ),
    Function(
        "log2", _N, (_X,), _D, "The logarithm to base 2.", "x <= 0",
        "log2(diaSource.psfFlux) > 13", _double(Operation.LOGARITHM_2),
    ),
    Function(
        "log", _N, (Parameter("base", Kind.DOUBLE), _X), _D,
        "The logarithm of x to a base, ln(x) / ln(base).", "x <= 0, base <= 0 or base = 1",
        "log(10, diaSource.psfFlux) > 4", _log,
    ),
    Function(
        "mod", _N, (Parameter("a", Kind.INTEGER), Parameter("b", Kind.INTEGER)), _I,
        "The remainder of a / b, with the sign of a: the same as a % b.", "b = 0",
        "mod(diaSource.diaSourceId, 113) = 0", remainder,
    ),
    Function(
        "pi", _N, (), _D, "3.141592653589793.", "", "candidate.ra < 100 * pi()", _pi
    ),
    Function(
        "degrees", _A, (_ANGLE,), _D, "Radians to degrees.", _TOO_LARGE,
        "degrees(atan2(candidate.dec, candidate.ra)) > 10", degrees, unit="deg",
    ),
    Function(
        "radians", _A, (Parameter("x", Kind.DOUBLE, unit="deg"),), _D, "Degrees to radians.", "",
        "sin(radians(candidate.dec)) > 0.5", radians, unit="rad",
    ),
    Function(
        "sin", _A, (_ANGLE,), _D, "The sine of radians.", "",
        "sin(radians(candidate.dec)) > 0.5", _double(Operation.SINE),
    ),
    Function(
        "cos", _A, (_ANGLE,), _D, "The cosine of radians.", "",
        "cos(radians(candidate.dec)) > 0.5", _double(Operation.COSINE),
    ),
    Function(
        "tan", _A, (_ANGLE,), _D, "The tangent of radians.", "",
        "tan(radians(candidate.dec)) > 0.5", _double(Operation.TANGENT),
    ),
    Function(
        "asin", _A, (_X,), _D, "The arc sine in radians.", "x < -1 or x > 1",
        "asin(candidate.rb) > 0.7", _double(Operation.ARC_SINE), unit="rad",
    ),
    Function(
        "acos", _A, (_X,), _D, "The arc cosine in radians.", "x < -1 or x > 1",
        "acos(candidate.rb) < 0.7", _double(Operation.ARC_COSINE), unit="rad",
    ),
    Function(
        "atan", _A, (_X,), _D, "The arc tangent in radians.", "",
        "atan(candidate.magdiff) > 0.1", _double(Operation.ARC_TANGENT, guards=True),
        unit="rad",
    ),
    Function(
        "atan2", _A, (Parameter("y", Kind.DOUBLE), _X), _D,
        "The angle of the point (x, y) in radians, -pi to pi; a zero has no sign.", "",
        "atan2(candidate.dec, candidate.ra) > 0.1", _atan2, unit="rad",
    ),
    Function(
        "lower", _T, (_TEXT,), _S, "The text with A-Z as a-z; other letters stay.", "",
        "lower(candidate.ssnamenr) = 'ceres'", _text(Operation.LOWER, _S),
    ),
    Function(
        "upper", _T, (_TEXT,), _S, "The text with a-z as A-Z; other letters stay.", "",
        "upper(objectId) LIKE 'ZTF18%'", _text(Operation.UPPER, _S),
    ),
    Function(
        "length", _T, (_TEXT,), _I, "How many characters (code points) the text has.", "",
        "length(objectId) = 12", _text(Operation.LENGTH, _I),
    ),
    Function(
        "substring", _T,
        (
            _TEXT,
            Parameter("start", Kind.INTEGER, True, 1, 1_000_000),
            Parameter("count", Kind.INTEGER, True, 0, 1_000_000),
        ),
        _S, "The characters from start on, counted from 1; at most count of them.", "",
        "substring(objectId, 4, 2) = '18'", _text(Operation.SUBSTRING, _S),
        optional=1, aliases=("substr",),
    ),
    Function(
        "starts_with", _T, (_TEXT, Parameter("part", Kind.TEXT)), _B,
        "Whether the text begins with the part.", "",
        "starts_with(objectId, 'ZTF18')", _text(Operation.STARTS_WITH, _B),
    ),
    Function(
        "ends_with", _T, (_TEXT, Parameter("part", Kind.TEXT)), _B,
        "Whether the text ends with the part.", "",
        "ends_with(objectId, 'aa')", _text(Operation.ENDS_WITH, _B),
    ),
    Function(
        "contains", _T, (_TEXT, Parameter("part", Kind.TEXT)), _B,
        "Whether the part is anywhere in the text.", "",
        "contains(candidate.ssnamenr, 'PANSTARRS')", _text(Operation.CONTAINS, _B),
    ),
    Function(
        "regexp_matches", _T, (_TEXT, Parameter("pattern", Kind.TEXT, True)), _B,
        "Whether the pattern, in a subset of RE2, matches anywhere in the text.", "",
        "regexp_matches(objectId, '^ZTF(18|19)')", _matches,
    ),
    Function(
        "cardinality", Group.LISTS, (Parameter("list", Kind.LIST),), _I,
        "How many elements the list has.", "",
        "cardinality(prv_candidates) >= 2", _cardinality, aliases=("len",),
    ),
    Function(
        "coalesce", Group.NULLS, (Parameter("x", Kind.SCALAR),), SAME,
        "The first argument that is not NULL.", "every argument is NULL",
        "coalesce(candidate.distpsnr1, 99) > 1.5", _coalesce, repeats=True,
    ),
    Function(
        "nullif", Group.NULLS, (Parameter("x", Kind.SCALAR), Parameter("y", Kind.SCALAR)), SAME,
        "x, or NULL where x equals y.", "x = y",
        "nullif(candidate.ssdistnr, -999) < 5", _null_if,
    ),
    Function(
        "greatest", Group.NULLS, (Parameter("x", Kind.ORDERED),), SAME,
        "The largest argument.", "",
        "greatest(candidate.rb, candidate.drb) > 0.9", _extreme(Operation.GREATEST),
        repeats=True,
    ),
    Function(
        "least", Group.NULLS, (Parameter("x", Kind.ORDERED),), SAME,
        "The smallest argument.", "",
        "least(candidate.rb, candidate.drb) > 0.5", _extreme(Operation.LEAST), repeats=True,
    ),
    Function(
        "cone", Group.SKY,
        (*_POSITION, *_numbered("0"), Parameter("radius", Kind.DOUBLE, low=0.0, unit="arcsec")), _B,
        "Whether a position lies within radius arcseconds of (ra0, dec0); degrees else.", "",
        "cone(candidate.ra, candidate.dec, 150.11, 2.23, 3600)", _cone,
    ),
    Function(
        "q3c_radial_query", Group.SKY,
        (*_POSITION, *_numbered("0"), Parameter("radius", Kind.DOUBLE, low=0.0, unit="deg")), _B,
        "Whether a position lies within radius degrees of (ra0, dec0), as in Q3C.", "",
        "q3c_radial_query(candidate.ra, candidate.dec, 150.11, 2.23, 1.75)", _cone_degrees,
    ),
    Function(
        "angsep", Group.SKY, (*_numbered("1"), *_numbered("2")), _D,
        "The angle between two positions, in arcseconds.", "",
        "angsep(candidate.ra, candidate.dec, candidate.ranr, candidate.decnr) < 2", _angsep,
        unit="arcsec",
    ),
    Function(
        "distance", Group.SKY, (*_numbered("1"), *_numbered("2")), _D,
        "The angle between two positions, in degrees; ADQL's "
        "DISTANCE(POINT(ra1, dec1), POINT(ra2, dec2)) too.", "",
        "distance(candidate.ra, candidate.dec, 150.11, 2.23) < 1.75", _distance, unit="deg",
    ),
    Function(
        "gal_l", Group.SKY, _POSITION, _D, "Galactic longitude, 0 to 360.", "",
        "gal_l(candidate.ra, candidate.dec) BETWEEN 30 AND 60",
        lambda ra, dec: sky.longitude(Point(ra, dec), sky.GALACTIC), unit="deg",
    ),
    Function(
        "gal_b", Group.SKY, _POSITION, _D, "Galactic latitude, -90 to 90.", "",
        "abs(gal_b(candidate.ra, candidate.dec)) > 20",
        lambda ra, dec: sky.latitude(Point(ra, dec), sky.GALACTIC), unit="deg",
    ),
    Function(
        "ecl_lon", Group.SKY, _POSITION, _D, "Ecliptic longitude (J2000), 0 to 360.", "",
        "ecl_lon(candidate.ra, candidate.dec) < 30",
        lambda ra, dec: sky.longitude(Point(ra, dec), sky.ECLIPTIC), unit="deg",
    ),
    Function(
        "ecl_lat", Group.SKY, _POSITION, _D, "Ecliptic latitude (J2000), -90 to 90.", "",
        "abs(ecl_lat(candidate.ra, candidate.dec)) > 10",
        lambda ra, dec: sky.latitude(Point(ra, dec), sky.ECLIPTIC), unit="deg",
    ),
    Function(
        "mag", Group.PHOTOMETRY, (_FLUX,), _D,
        "The AB magnitude of a flux in nJy.", "flux <= 0",
        "mag(diaSource.psfFlux) < 20", photometry.magnitude,
        aliases=("scisql_nanojanskyToAbMag", "flux2mag"), unit="mag",
    ),
    Function(
        "magerr", Group.PHOTOMETRY,
        (_FLUX, Parameter("flux_error", Kind.DOUBLE, unit="nJy")), _D,
        "The error of mag(flux), 2.5 / ln(10) * flux_error / flux.", "flux <= 0",
        "magerr(diaSource.psfFlux, diaSource.psfFluxErr) < 0.1", photometry.magnitude_error,
        unit="mag",
    ),
    Function(
        "flux", Group.PHOTOMETRY, (Parameter("mag", Kind.DOUBLE, unit="mag"),), _D,
        "The flux in nJy of an AB magnitude.", _TOO_LARGE,
        "diaSource.psfFlux > flux(20)", photometry.flux,
        aliases=("scisql_abMagToNanojansky", "mag2flux"), unit="nJy",
    ),
    Function(
        "jd_to_mjd", Group.TIME, (Parameter("jd", Kind.DOUBLE, unit="d"),), _D,
        "jd - 2400000.5.", "", "jd_to_mjd(candidate.jd) > 59000",
        lambda jd: subtract(jd, number(2400000.5)), unit="d",
    ),
    Function(
        "mjd_to_jd", Group.TIME, (Parameter("mjd", Kind.DOUBLE, unit="d"),), _D,
        "mjd + 2400000.5.", "", "mjd_to_jd(diaSource.midpointMjdTai) > 2460000",
        lambda mjd: double(Operation.ADD, mjd, number(2400000.5)), unit="d",
    ),
    Function(
        "received_mjd", Group.TIME, (), _D,
        "When the packet came in: its Kafka timestamp as MJD (UTC), the same in a replay.", "",
        "received_mjd() - jd_to_mjd(candidate.jd) < 0.02", lambda: RECEIVED_MJD, unit="d",
    ),
)  # fmt: skip

FUNCTIONS: Mapping[str, Function] = {
    name.lower(): function for function in _TABLE for name in (function.name, *function.aliases)
}
"""By name and alias in lower case: a function's name may be written in any case."""


def known_names() -> tuple[str, ...]:
    """Return the names to suggest and to complete, aliases too, as they are written."""
    return tuple(name for function in _TABLE for name in (function.name, *function.aliases))


def reference() -> tuple[Function, ...]:
    """Return the functions in the order of the reference page."""
    return _TABLE
