"""A small interpreter of the filter language: the third opinion, and the one that is right.

It works on what resolving found in a text, before anything is lowered for an engine, and follows
the language's own words: three-valued logic, exact integers, IEEE doubles, and NULL for whatever
is not finite. Nothing here is shared with the compiler's later stages.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any

from minibroker.compiler.functions import FUNCTIONS
from minibroker.compiler.meaning import (
    Apply,
    Choice,
    Constant,
    FieldOf,
    FieldOfElement,
    Gathered,
    ItemOf,
    Meaning,
    Nested,
    PartOf,
    Source,
)
from minibroker.model.expression import Gathering
from minibroker.model.types import Array, Path, Scalar

SMALLEST, LARGEST = -(2**63), 2**63 - 1
TRIALS = 60
MOST = 1e307
LAST_DIGITS = 8.0
"""Units in the last place by which a transcendental result may be off."""
OF_ADDED = 1e-12
"""Relative error that a sum or a mean may have."""
OF_SPREAD = 1e-9
"""Relative error that a spread may have, and each term of a slope."""


@dataclass
class Look:
    """What a filter is asked about: an alert, and an element of it within a sub-query."""

    alert: Mapping[str, Any]
    received_mjd: float
    random: Random | None = None
    """Where it is given, inexact functions are off by chance as far as they may be."""
    element: Mapping[str, Any] | None = None
    elements: Sequence[Mapping[str, Any] | None] = ()

    def inexact(self, value: float, absolute: float = 0.0, relative: float = 0.0) -> float:
        """Return the result of a function whose last digit is the engine's own business."""
        if self.random is None or not math.isfinite(value):
            return value
        slip = LAST_DIGITS * math.ulp(value) + absolute + relative * abs(value)
        slip = min(slip, MOST)
        return value + self.random.choice((-1.0, 0.0, 1.0)) * self.random.random() * slip


Answer = Callable[[Look], Any]


def judge(meaning: Meaning) -> Answer:
    """Return the function that answers TRUE, FALSE or NULL (None) for an alert."""
    return _answer(meaning)


def possible(answer: Answer, look: Look, seed: int) -> set[Any]:
    """Return the answers that differ only by what inexact functions may be off."""
    random = Random(seed)
    looks = (Look(look.alert, look.received_mjd, random) for _ in range(TRIALS))
    return {answer(look), *map(answer, looks)}


def _answer(meaning: Meaning) -> Answer:
    match meaning:
        case Constant(value=value):
            return lambda look: value
        case FieldOf(path=path):
            return lambda look: _at(look.alert, path)
        case FieldOfElement(path=path):
            return lambda look: _at(look.element, path)
        case ItemOf(base=base, index=index):
            return _item(_answer(base), index)
        case PartOf(base=base, name=name):
            record = _answer(base)
            return lambda look: _at(record(look), (name,))
        case Choice():
            return _choice(meaning)
        case Gathered():
            return _gathered(meaning)
        case Nested(sources=sources, where=where, value=value):
            return _nested(sources, _answer(where), _answer(value))
        case Apply(function=name, arguments=arguments, type=type):
            return _apply(name, arguments, type)


def _at(record: Any, path: Path) -> Any:
    for name in path:
        if record is None:
            return None
        record = record[name]
    return record


def _item(base: Answer, index: int) -> Answer:
    def item(look: Look) -> Any:
        values = base(look)
        return values[index - 1] if values is not None and index <= len(values) else None

    return item


def _as(type: Any, answer: Answer) -> Answer:
    """Return integers as DOUBLE where the whole expression is one."""
    if type is not Scalar.DOUBLE:
        return answer

    def as_double(look: Look) -> Any:
        value = answer(look)
        return None if value is None else float(value)

    return as_double


def _choice(meaning: Choice) -> Answer:
    subject = meaning.subject
    ways = [
        (
            _answer(when) if subject is None else _compared("=", subject, when),
            _as(meaning.type, _answer(then)),
        )
        for when, then in meaning.branches
    ]
    last = _as(meaning.type, _answer(meaning.otherwise))

    def choice(look: Look) -> Any:
        for when, then in ways:
            if when(look) is True:
                return then(look)
        return last(look)

    return choice


# ---- operators ----


def _apply(name: str, arguments: Sequence[Meaning], type: Scalar) -> Answer:
    answers = [_answer(argument) for argument in arguments]
    match name:
        case "AND":
            return lambda look: _all(answer(look) for answer in answers)
        case "OR":
            return lambda look: _not(_all(_not(answer(look)) for answer in answers))
        case "NOT":
            return lambda look: _not(answers[0](look))
        case "IS NULL":
            return lambda look: answers[0](look) is None
        case "IS TRUE" | "IS FALSE":
            return lambda look: answers[0](look) is (name == "IS TRUE")
        case "IS DISTINCT FROM" | "IS NOT DISTINCT FROM":
            return _distinct(arguments, wanted=name == "IS DISTINCT FROM")
        case "IN":
            operand, *choices = arguments
            tests = [_compared("=", operand, choice) for choice in choices]
            return lambda look: _not(_all(_not(test(look)) for test in tests))
        case "BETWEEN":
            operand, low, high = arguments
            above, below = _compared(">=", operand, low), _compared("<=", operand, high)
            return lambda look: _all((above(look), below(look)))
        case "LIKE" | "ILIKE":
            return _like(answers[0], arguments[1], ignores_case=name == "ILIKE")
        case "CAST TO BIGINT":
            return answers[0]
        case "CAST TO DOUBLE":
            return _as(Scalar.DOUBLE, answers[0])
        case "CAST TO VARCHAR":
            return _strict(str, answers)
    if name in _COMPARISONS:
        return _compared(name, *arguments)
    if name in _ARITHMETIC:
        return _strict(_ARITHMETIC[name], [_as(type, answer) for answer in answers])
    return _call(name.lower(), arguments, type)


def _strict(rule: Callable[..., Any], answers: Sequence[Answer]) -> Answer:
    """Return what is NULL when an argument is, or when the result is no value of its type."""

    def strict(look: Look) -> Any:
        values = []
        for answer in answers:
            value = answer(look)
            if value is None:
                return None
            values.append(value)
        return _valid(rule, values)

    return strict


def _valid(rule: Callable[..., Any], values: Sequence[Any]) -> Any:
    try:
        result = rule(*values)
    except (ArithmeticError, ValueError):
        return None
    if isinstance(result, float) and not math.isfinite(result):
        return None
    if isinstance(result, int) and not SMALLEST <= result <= LARGEST:
        return None
    return result


def _all(answers: Any) -> bool | None:
    found = set(answers)
    if False in found:
        return False
    return None if None in found else True


def _not(answer: bool | None) -> bool | None:
    return None if answer is None else not answer


def _remainder(a: int, b: int) -> int:
    size = abs(a) % abs(b)
    return -size if a < 0 else size


_ARITHMETIC: Mapping[str, Callable[..., Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "%": _remainder,
    "negate": operator.neg,
    "||": operator.add,
}
_COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def _compared(name: str, left: Meaning, right: Meaning) -> Answer:
    return _strict(_COMPARISONS[name], _alike(left, right))


def _alike(left: Meaning, right: Meaning) -> list[Answer]:
    """Return both sides in one type: an integer stays one unless the other is no whole literal."""
    sides = (left, right)
    if {left.type, right.type} != {Scalar.BIGINT, Scalar.DOUBLE}:
        return [_answer(side) for side in sides]
    whole = [answer for answer in map(_whole, sides) if answer is not None]
    return whole if len(whole) == 2 else [_as(Scalar.DOUBLE, _answer(side)) for side in sides]


def _whole(side: Meaning) -> Answer | None:
    """Return an integer as it is, and so a DOUBLE literal that is one; None for other DOUBLEs."""
    if side.type is Scalar.BIGINT:
        return _answer(side)
    if not isinstance(side, Constant) or side.value is None:
        return None
    value = float(side.value)
    if not value.is_integer() or not SMALLEST <= int(value) <= LARGEST:
        return None
    return lambda look: int(value)


def _distinct(arguments: Sequence[Meaning], wanted: bool) -> Answer:
    left, right = _alike(*arguments)

    def distinct(look: Look) -> bool:
        one, other = left(look), right(look)
        is_distinct = one is not other if one is None or other is None else one != other
        return is_distinct is wanted

    return distinct


def _like(operand: Answer, pattern: Meaning, ignores_case: bool) -> Answer:
    assert isinstance(pattern, Constant)
    written = str(pattern.value)
    compiled = re.compile(_like_as_regex(_lower(written) if ignores_case else written), re.DOTALL)

    def like(text: str) -> bool:
        return compiled.fullmatch(_lower(text) if ignores_case else text) is not None

    return _strict(like, [operand])


def _like_as_regex(pattern: str) -> str:
    """Return a LIKE pattern, whose escape resolving has made ``!``, as a regular expression."""
    found = re.findall(r"!(.)|(.)", pattern, re.DOTALL)
    special = {"%": ".*", "_": "."}
    return "".join(
        re.escape(plain) if plain else special.get(c, re.escape(c)) for plain, c in found
    )


def _lower(text: str) -> str:
    return "".join(c.lower() if c.isascii() else c for c in text)


def _upper(text: str) -> str:
    return "".join(c.upper() if c.isascii() else c for c in text)


# ---- functions ----


def _call(name: str, arguments: Sequence[Meaning], type: Scalar) -> Answer:
    function = FUNCTIONS[name]
    if function.name == "received_mjd":
        return lambda look: look.received_mjd
    if function.name == "regexp_matches":
        return _matches(*arguments)
    answers = []
    parameters = list(function.parameters)
    for index, argument in enumerate(arguments):
        parameter = parameters[min(index, len(parameters) - 1)]
        wants_double = parameter.kind.name == "DOUBLE" or function.result == "same"
        answer = _answer(argument)
        answers.append(_as(type, answer) if wants_double and not parameter.is_literal else answer)
    match function.name:
        case "coalesce":
            return lambda look: next(
                (value for answer in answers if (value := answer(look)) is not None), None
            )
        case "nullif":
            return _null_if(*answers)
    doubles = [_as(Scalar.DOUBLE, answer) for answer in answers]
    if function.name in _EXACT:
        return _strict(_EXACT[function.name], answers)
    if function.name in _OF_DOUBLES:
        return _strict(_OF_DOUBLES[function.name], doubles)
    return _inexact(_INEXACT[function.name], doubles)


def _inexact(rule: Callable[..., Any], answers: Sequence[Answer]) -> Answer:
    def inexact(look: Look) -> Any:
        values = [answer(look) for answer in answers]
        return None if None in values else _valid(rule, [look, *values])

    return inexact


def _matches(operand: Meaning, pattern: Meaning) -> Answer:
    assert isinstance(pattern, Constant)
    compiled = re.compile(str(pattern.value).replace(r"\z", r"\Z"))
    return _strict(lambda text: compiled.search(text) is not None, [_answer(operand)])


def _null_if(value: Answer, unwanted: Answer) -> Answer:
    def null_if(look: Look) -> Any:
        found = value(look)
        return None if found is not None and found == unwanted(look) else found

    return null_if


def _round(x: float, digits: int = 0) -> float:
    if isinstance(x, int):
        return x
    scale = 10.0**digits
    scaled = x * scale
    if not math.isfinite(scaled):
        raise OverflowError
    below = math.floor(abs(scaled))
    nearest = below + (abs(scaled) - below >= 0.5)
    return math.copysign(float(nearest), scaled) / scale


def _whole_part(rule: Callable[[float], int]) -> Callable[[Any], Any]:
    return lambda x: x if isinstance(x, int) else float(rule(x))


def _substring(text: str, start: int, count: int | None = None) -> str:
    return text[start - 1 :][:count]


_EXACT: Mapping[str, Callable[..., Any]] = {
    "abs": abs,
    "sign": lambda x: (x > 0) - (x < 0),
    "round": _round,
    "floor": _whole_part(math.floor),
    "ceil": _whole_part(math.ceil),
    "trunc": _whole_part(math.trunc),
    "mod": _remainder,
    "lower": _lower,
    "upper": _upper,
    "length": len,
    "cardinality": len,
    "substring": _substring,
    "starts_with": str.startswith,
    "ends_with": str.endswith,
    "contains": operator.contains,
    "greatest": lambda *values: max(values),
    "least": lambda *values: min(values),
}
_OF_DOUBLES: Mapping[str, Callable[..., Any]] = {
    "pi": lambda: math.pi,
    "sqrt": math.sqrt,
    "degrees": math.degrees,
    "radians": math.radians,
    "jd_to_mjd": lambda jd: jd - 2400000.5,
    "mjd_to_jd": lambda mjd: mjd + 2400000.5,
}
"""IEEE decides every bit of these."""

Vector = tuple[float, float, float]


def _direction(longitude: float, latitude: float) -> Vector:
    a, d = math.radians(longitude), math.radians(latitude)
    return (math.cos(d) * math.cos(a), math.cos(d) * math.sin(a), math.sin(d))


def _roughness(*angles: float) -> float:
    """Return by how many degrees an angle may be off that was computed from these."""
    return 1e-11 * (1.0 + max(map(abs, angles)))


def _separation(look: Look, ra1: float, dec1: float, ra2: float, dec2: float) -> float:
    a, b = _direction(ra1, dec1), _direction(ra2, dec2)
    cross = (
        a[1] * b[2] - a[2] * b[1],
        a[2] * b[0] - a[0] * b[2],
        a[0] * b[1] - a[1] * b[0],
    )
    angle = math.degrees(math.atan2(math.hypot(*cross), sum(map(operator.mul, a, b))))
    return look.inexact(angle, absolute=_roughness(ra1, dec1, ra2, dec2))


def _within(look: Look, ra: float, dec: float, ra0: float, dec0: float, radius: float) -> bool:
    return _separation(look, ra, dec, ra0, dec0) <= radius


_POLE_OF_GALAXY = (192.8594812065348, 27.12825118085622)
_ECLIPTIC = (
    (0.9999999999999941, -7.078368960971556e-08, 8.056213977613186e-08),
    (3.2897004077419646e-08, 0.9174821299149584, 0.39777699944404793),
    (-1.0207044725484355e-07, -0.39777699944404304, 0.9174821299149556),
)


@cache
def _galactic() -> tuple[Vector, Vector, Vector]:
    """Return the axes of the galactic frame, from its pole and its north's position angle."""
    ra, dec = map(math.radians, _POLE_OF_GALAXY)
    theta = math.radians(122.9319185680026)
    z = (math.cos(dec) * math.cos(ra), math.cos(dec) * math.sin(ra), math.sin(dec))
    north = (-math.sin(dec) * math.cos(ra), -math.sin(dec) * math.sin(ra), math.cos(dec))
    east = (-math.sin(ra), math.cos(ra), 0.0)
    sine, cosine = math.sin(theta), math.cos(theta)
    x = tuple(cosine * n + sine * e for n, e in zip(north, east, strict=True))
    y = tuple(sine * n - cosine * e for n, e in zip(north, east, strict=True))
    return (x[0], x[1], x[2]), (y[0], y[1], y[2]), z


def _turned(axes: Sequence[Vector], ra: float, dec: float) -> Vector:
    place = _direction(ra, dec)
    x, y, z = (sum(map(operator.mul, axis, place)) for axis in axes)
    return x, y, z


def _longitude(look: Look, axes: Sequence[Vector], ra: float, dec: float) -> float:
    x, y, _ = _turned(axes, ra, dec)
    rough = _roughness(ra, dec) / max(math.hypot(x, y), 1e-300)
    angle = look.inexact(math.degrees(math.atan2(y, x)), absolute=min(rough, 1e300))
    return angle + 360.0 if angle < 0.0 else angle


def _latitude(look: Look, axes: Sequence[Vector], ra: float, dec: float) -> float:
    x, y, z = _turned(axes, ra, dec)
    angle = math.degrees(math.atan2(z, math.hypot(x, y)))
    return look.inexact(angle, absolute=_roughness(ra, dec))


def _single(rule: Callable[..., float]) -> Callable[..., float]:
    return lambda look, *values: look.inexact(rule(*values))


def _magnitude_error(look: Look, flux: float, error: float) -> float:
    if flux <= 0.0:
        raise ValueError
    return look.inexact(2.5 / math.log(10.0) * (error / flux))


def _log(look: Look, base: float, x: float) -> float:
    return look.inexact(look.inexact(math.log(x)) / look.inexact(math.log(base)))


def _flux(look: Look, magnitude: float) -> float:
    return look.inexact(math.pow(10.0, (31.4 - magnitude) / 2.5))


_INEXACT: Mapping[str, Callable[..., Any]] = {
    "power": _single(math.pow),
    "exp": _single(math.exp),
    "ln": _single(math.log),
    "log10": _single(math.log10),
    "log2": _single(math.log2),
    "log": _log,
    "sin": _single(math.sin),
    "cos": _single(math.cos),
    "tan": _single(math.tan),
    "asin": _single(math.asin),
    "acos": _single(math.acos),
    "atan": _single(math.atan),
    # A zero has no sign: adding one makes 0.0 of -0.0.
    "atan2": lambda look, y, x: look.inexact(math.atan2(y + 0.0, x + 0.0)),
    "mag": lambda look, flux: 31.4 - 2.5 * look.inexact(math.log10(flux)),
    "magerr": _magnitude_error,
    "flux": _flux,
    "distance": _separation,
    "angsep": lambda look, *angles: 3600.0 * _separation(look, *angles),
    "cone": lambda look, a, d, a0, d0, r: _within(look, a, d, a0, d0, r / 3600.0),
    "q3c_radial_query": _within,
    "gal_l": lambda look, ra, dec: _longitude(look, _galactic(), ra, dec),
    "gal_b": lambda look, ra, dec: _latitude(look, _galactic(), ra, dec),
    "ecl_lon": lambda look, ra, dec: _longitude(look, _ECLIPTIC, ra, dec),
    "ecl_lat": lambda look, ra, dec: _latitude(look, _ECLIPTIC, ra, dec),
}

# ---- sub-queries ----


def _nested(sources: Sequence[Source], where: Answer, value: Answer) -> Answer:
    lists = [
        (_answer(source.field), source.field.type, _answer(source.where)) for source in sources
    ]

    def nested(look: Look) -> Any:
        found = []
        for source, type, condition in lists:
            given = source(look)
            whole = given if isinstance(type, Array) else [given]
            # A record that is NULL is no element; an element of a list that is NULL is one.
            for element in whole if given is not None else ():
                inside = Look(look.alert, look.received_mjd, look.random, element)
                if condition(inside) is True and where(inside) is True:
                    found.append(element)
        return value(Look(look.alert, look.received_mjd, look.random, None, found))

    return nested


def _gathered(meaning: Gathered) -> Answer:
    gathering = meaning.gathering
    answers = [_answer(argument) for argument in meaning.arguments]
    if gathering in _OF_DOUBLE_VALUES:
        answers = [_as(Scalar.DOUBLE, answer) for answer in answers]

    def gathered(look: Look) -> Any:
        if gathering is Gathering.EXISTS:
            return bool(look.elements)
        if not answers:
            return len(look.elements)
        rows = []
        for element in look.elements:
            inside = Look(look.alert, look.received_mjd, look.random, element)
            row = [answer(inside) for answer in answers]
            if None not in row:
                rows.append(row)
        return _valid(_gather, [look, gathering, rows])

    return gathered


_OF_DOUBLE_VALUES = (
    Gathering.MEAN,
    Gathering.DEVIATION,
    Gathering.VARIANCE,
    Gathering.MEDIAN,
    Gathering.SLOPE,
)


def _gather(look: Look, gathering: Gathering, rows: Sequence[Sequence[Any]]) -> Any:
    """Return an aggregate of the rows in which nothing is NULL."""
    values = [row[0] for row in rows]
    if gathering is Gathering.COUNT:
        return len(rows)
    if gathering is Gathering.COUNT_DISTINCT:
        return len(set(values))
    if not rows:
        return None
    match gathering:
        case Gathering.MINIMUM:
            return min(values)
        case Gathering.MAXIMUM:
            return max(values)
        case Gathering.ALL:
            return all(values)
        case Gathering.ANY:
            return any(values)
        case Gathering.AT_MINIMUM:
            return min(rows, key=lambda row: row[1])[0]
        case Gathering.AT_MAXIMUM:
            return max(rows, key=lambda row: row[1])[0]
        case Gathering.SUM if isinstance(values[0], int):
            return sum(values)
        case Gathering.MEDIAN:
            return _median(sorted(values))
        case Gathering.SLOPE:
            slope, size = _slope(rows)
            return look.inexact(slope, absolute=OF_SPREAD * size)
    result = _statistic(gathering, rows)
    is_added = gathering in (Gathering.SUM, Gathering.MEAN)
    relative = OF_ADDED if is_added else OF_SPREAD
    return None if result is None else look.inexact(result, relative=relative)


def _statistic(gathering: Gathering, rows: Sequence[Sequence[float]]) -> float | None:
    values, count = [row[0] for row in rows], len(rows)
    match gathering:
        case Gathering.SUM:
            return _added(values)
        case Gathering.MEAN:
            return _added(values) / count
    if count < 2:
        return None
    variance = _squares(values) / (count - 1)
    return math.sqrt(variance) if gathering is Gathering.DEVIATION else variance


def _added(values: Sequence[float]) -> float:
    total = 0.0
    for value in values:
        total += value
    return total


def _squares(values: Sequence[float]) -> float:
    """Return the sum of squares about the mean, by one pass as everybody does."""
    mean = squares = 0.0
    for count, value in enumerate(values, start=1):
        before = mean
        mean += (value - before) / count
        squares += (value - mean) * (value - before)
    return squares


def _slope(rows: Sequence[Sequence[float]]) -> tuple[float, float]:
    """Return the slope of y over x, and what it would be if no two of its terms cancelled."""
    mean_x = mean_y = products = sizes = squares = 0.0
    for count, (y, x) in enumerate(rows, start=1):
        dx = x - mean_x
        mean_x += dx / count
        mean_y += (y - mean_y) / count
        products += dx * (y - mean_y)
        sizes += abs(dx * (y - mean_y))
        squares += dx * (x - mean_x)
    spread = squares / len(rows)
    return products / len(rows) / spread, sizes / len(rows) / spread


def _median(values: Sequence[float]) -> float:
    half = len(values) // 2
    if len(values) % 2:
        return values[half]
    low, high = values[half - 1], values[half]
    return low * 0.5 + high * 0.5
