"""Filters of the whole language as a user writes them, typed by a survey's schema.

Nearly every text compiles. The functions come from the compiler's own table, so a new one is
tried as soon as it is there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from minibroker.compiler.functions import Function, Kind, Parameter, reference
from minibroker.model.survey import Survey
from minibroker.model.types import Array, Scalar, Struct, Type
from tests.parity import edges

B, N, D, S = Scalar.BOOLEAN, Scalar.BIGINT, Scalar.DOUBLE, Scalar.VARCHAR
TYPES = (B, N, D, S)
WHOLE = Scalar.BYTES
"""Stands for records too: what can only be asked for NULL."""
ALIAS = "p"

COMPARISONS = ("=", "<>", "!=", "<", "<=", ">", ">=", "IS DISTINCT FROM", "IS NOT DISTINCT FROM")
EQUALITIES = ("=", "<>", "IS DISTINCT FROM", "IS NOT DISTINCT FROM")
LIKE_PIECES = ("%", "_", "a", "A", "b", "!%", "!_", "!!", "x", "''", "\\", "\u00df", "\U0001f600")
REGEX_PIECES = (
    "a", "b", ".", "[a-z]", "[^a]", "\\d", "\\w", "\\s", "(a|b)", "(?:ab)?", "a{1,2}", "x*",
    "[A-Z]+", "\u00df", "\U0001f600", "\\.", "\\\\", "%", "\\S", "\\D", "[\\]%]", "''",
    "\u0301", "\\n", "a*?",
)  # fmt: skip
NUMBER_AGGREGATES = ("sum", "avg", "stddev_samp", "var_samp", "median", "stddev", "mean")

STRIDE = 3
"""Hypothesis follows each example by some that are much like it: one of so many is taken."""

Part = Callable[["_Author", Scalar, int], str]


@dataclass(frozen=True)
class Vocabulary:
    """What a survey gives filters to name: texts by the type that they have."""

    survey: str
    fields: dict[Scalar, list[str]]
    items: dict[Scalar, list[str]]
    """With ``{}`` for the place in the list."""
    lists: list[str]
    whole: list[str]
    """What is no single value."""
    sources: list[tuple[str, dict[Scalar, list[str]]]]
    """What a sub-query can go through, and the fields of its elements."""


def vocabulary(survey: Survey) -> Vocabulary:
    """Return the names of a survey's schema."""
    words = Vocabulary(survey.name, _by_type(), _by_type(), [], [], [])
    kept = [field for field in survey.alert.fields if field.name not in survey.cutouts]
    for field in kept:
        _enter(words, _quoted(field.name), field.type)
    words.sources.extend(
        (field.name, _inside(field.type.element))
        for field in kept
        if isinstance(field.type, Array) and isinstance(field.type.element, Struct)
    )
    words.sources.extend((view.name, _inside(view.element)) for view in survey.views)
    return words


def _by_type() -> dict[Scalar, list[str]]:
    return {type: [] for type in (*TYPES, WHOLE)}


def _enter(words: Vocabulary, name: str, type: Type) -> None:
    match type:
        case Scalar.BYTES:
            words.whole.append(name)
        case Scalar():
            words.fields[type].append(name)
        case Struct(fields=fields):
            words.whole.append(name)
            for field in fields:
                _enter(words, f"{name}.{_quoted(field.name)}", field.type)
        case Array(element=Scalar() as element):
            words.lists.append(name)
            words.items[element].append(f"{name}[{{}}]")
        case Array(element=Struct() as element):
            words.lists.append(name)
            words.whole.append(f"{name}[1]")
            for kind, paths in _inside(element).items():
                words.items[kind].extend(f"{name}[{{}}].{path}" for path in paths)
            words.whole.extend(f"{name}[2].{path}" for path in _inside(element)[WHOLE])


def _inside(record: Struct, before: str = "") -> dict[Scalar, list[str]]:
    found = _by_type()
    for field in record.fields:
        name = before + _quoted(field.name)
        if isinstance(field.type, Struct):
            found[WHOLE].append(name)
            for kind, paths in _inside(field.type, f"{name}.").items():
                found[kind].extend(paths)
        elif field.type in found:
            found[field.type].append(name)
    return found


def _quoted(name: str) -> str:
    return f'"{name}"' if name in ("order", "count", "inner") else name


def filters(words: Vocabulary, confused: int = 0) -> st.SearchStrategy[str]:
    """Return the strategy of filters on a survey; ``confused`` percent of the types are wrong."""

    @st.composite
    def filter_(draw: Any) -> str:
        author = _Author(draw, words, {}, confused)
        condition = author.truth(draw(st.sampled_from((1, 2, 3, 4, 4))))
        return author.one(
            condition, condition, condition, f"WHERE {condition}",
            f"SELECT * FROM {words.survey} WHERE {condition}",
        )  # fmt: skip

    return filter_()


def calls(words: Vocabulary, function: Function) -> st.SearchStrategy[str]:
    """Return the strategy of filters that ask something of a function's result."""

    @st.composite
    def filter_(draw: Any) -> str:
        author = _Author(draw, words, {})
        kinds = [type for type in TYPES if function in _functions(type)]
        type = draw(st.sampled_from(kinds))
        call = author.called(function, type, 1)
        if type is B:
            return call
        return f"{call} {author.one(*COMPARISONS)} {author.literal(type)}"

    return filter_()


def drawn(strategy: st.SearchStrategy[str], count: int, number: int) -> list[str]:
    """Return different texts, the same for the same number."""
    found: dict[str, None] = {}

    @seed(number)
    @settings(
        max_examples=2 * STRIDE * count,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def gather(text: str) -> None:
        found[text] = None

    gather()
    return list(found)[::STRIDE][:count]


@cache
def _below(count: int) -> st.SearchStrategy[int]:
    return st.integers(0, count - 1)


@cache
def _functions(result: Scalar) -> tuple[Function, ...]:
    """Return the functions that can give a type."""
    return tuple(
        each for each in reference() if each.result in (result, "same") and _fits(each, result)
    )


def _fits(function: Function, result: Scalar) -> bool:
    if function.result != "same":
        return True
    takes = {Kind.NUMBER: (N, D), Kind.ORDERED: (N, D, S), Kind.SCALAR: TYPES}
    return result in takes[function.parameters[0].kind]


@dataclass(frozen=True)
class _Author:
    """Writes expressions; inside of a sub-query ``element`` has the fields of its elements."""

    draw: Any
    words: Vocabulary
    element: dict[Scalar, list[str]]
    confused: int = 0

    def one(self, *choices: Any) -> Any:
        return choices[self.draw(_below(len(choices)))] if len(choices) > 1 else choices[0]

    def chance(self, percent: int) -> bool:
        return bool(self.draw(_below(100)) < percent)

    # ---- single values ----

    def value(self, type: Scalar, depth: int) -> str:
        """Write an expression of a type, with at most so many levels of operators."""
        if self.confused and self.chance(self.confused):
            return self.leaf(self.one(*TYPES))
        if type is B:
            return self.truth(depth)
        if depth <= 0 or self.chance(10):
            return self.leaf(type)
        ways: list[Part] = [_Author.call, _Author.call, _Author.case]
        if type is not S:
            ways += [_Author.arithmetic] * 3
        else:
            ways += [_Author.concatenation]
        if not self.element:
            ways += [_Author.sub_query] * 2
        if self.chance(10):
            ways = [_Author.cast]
        return str(self.one(*ways)(self, type, depth - 1))

    def leaf(self, type: Scalar) -> str:
        if self.element and self.chance(70) and self.element[type]:
            return f"{ALIAS}.{self.one(*self.element[type])}"
        if self.chance(15):
            return self.literal(type)
        if self.chance(15) and self.words.items[type]:
            return str(self.one(*self.words.items[type])).format(self.one(1, 1, 2, 3, 9))
        if not self.words.fields[type]:
            return self.literal(type)
        return str(self.one(*self.words.fields[type]))

    def literal(self, type: Scalar) -> str:
        is_common = self.chance(50)
        match type:
            case Scalar.BOOLEAN:
                return str(self.one("TRUE", "FALSE"))
            case Scalar.BIGINT:
                pool: Sequence[Any] = edges.COMMON_INTEGERS if is_common else edges.ODD_INTEGERS
                return str(self.one(*pool))
            case Scalar.DOUBLE:
                pool = edges.COMMON_DOUBLES if is_common else (*edges.ODD_DOUBLES, *edges.SINGLES)
                return self.number(self.one(*pool))
            case _:
                pool = edges.COMMON_TEXTS if is_common else edges.ODD_TEXTS
                return "'" + self.one(*pool).replace("'", "''") + "'"

    def number(self, value: float) -> str:
        plain = repr(value)
        if value == int(value) and abs(value) < 1e16 and self.chance(30):
            return self.one(f"{int(value)}.", f"{int(value)}e0", f"{int(value)}.00E+0")
        return plain

    def arithmetic(self, type: Scalar, depth: int) -> str:
        if self.chance(15):
            return f"-({self.value(type, depth)})"
        operators = ("+", "-", "*", "%") if type is N else ("+", "-", "*", "/")
        operator = self.one(*operators)
        left, right = self.value(self.part(type), depth), self.value(self.part(type), depth)
        if type is D and operator != "/":
            left = self.value(D, depth)
        if self.chance(25) and operator != "%":
            return (
                f"{left} {operator} {right}"
                if not right.startswith("-")
                else f"{left} {operator} ({right})"
            )
        return f"(({left}) {operator} ({right}))"

    def part(self, type: Scalar) -> Scalar:
        """Return a type that may stand where this one is wanted."""
        return N if type is D and self.chance(25) else type

    def concatenation(self, type: Scalar, depth: int) -> str:
        return f"({self.value(type, depth)} || {self.value(type, depth)})"

    def cast(self, type: Scalar, depth: int) -> str:
        name = self.one("CAST", "TRY_CAST")
        match type:
            case Scalar.DOUBLE:
                return f"{name}({self.value(self.one(N, D), depth)} AS DOUBLE)"
            case Scalar.BIGINT:
                return f"{name}({self.value(N, depth)} AS BIGINT)"
            case _:
                return f"{name}({self.value(self.one(N, S), depth)} AS VARCHAR)"

    def case(self, type: Scalar, depth: int) -> str:
        otherwise = self.one("", f" ELSE {self.value(self.part(type), depth)}", " ELSE NULL")
        if self.chance(40):
            subject = self.one(N, D, S)
            parts = "".join(
                f" WHEN {self.literal(subject)} THEN {self.value(type, depth)}"
                for _ in range(self.one(1, 2, 3))
            )
            return f"CASE {self.value(subject, depth)}{parts}{otherwise} END"
        parts = "".join(
            f" WHEN {self.truth(depth)} THEN {self.value(type, depth)}"
            for _ in range(self.one(1, 1, 2))
        )
        return f"CASE{parts}{otherwise} END"

    def call(self, type: Scalar, depth: int) -> str:
        return self.called(self.one(*_functions(type)), type, depth)

    def called(self, function: Function, type: Scalar, depth: int) -> str:
        name = self.one(function.name, *function.aliases)
        parameters = list(function.parameters)
        if function.repeats:
            parameters += parameters * self.one(1, 1, 2)
        else:
            parameters = parameters[: len(parameters) - self.draw(_below(function.optional + 1))]
        wanted = [self.argument(function, parameter, type, depth) for parameter in parameters]
        if function.repeats and type is D and not any("." in each for each in wanted):
            wanted[0] = self.leaf(D)
        return f"{name}({', '.join(wanted)})"

    def argument(self, function: Function, parameter: Parameter, type: Scalar, depth: int) -> str:
        if parameter.is_literal:
            return self.constant(parameter)
        if parameter.low > -1e300 and self.chance(70):
            return self.number(
                self.draw(st.integers(int(parameter.low), 90)) * self.one(1.0, 0.5, 0.1)
            )
        match parameter.kind:
            case Kind.LIST:
                return str(self.one(*self.words.lists))
            case Kind.TEXT:
                return self.value(S, depth)
            case Kind.INTEGER:
                return self.value(N, depth)
            case Kind.DOUBLE:
                return self.value(self.part(D), depth)
            case _:
                own = type if function.result == "same" else self.one(N, D)
                return self.value(own, depth)

    def constant(self, parameter: Parameter) -> str:
        if parameter.kind is Kind.TEXT:
            pieces = [self.one(*REGEX_PIECES) for _ in range(self.one(1, 1, 2, 3))]
            begin, end = self.one("", "", "^", "(?i)", "(?i)^"), self.one("", "", "$")
            return f"'{begin}{''.join(pieces)}{end}'"
        return str(
            self.one(
                *(n for n in (0, 1, 2, 3, 9, 15, 300) if n >= parameter.low and n <= parameter.high)
            )
        )

    # ---- conditions ----

    def truth(self, depth: int) -> str:
        """Write a condition."""
        if depth <= 0:
            return self.one(self.compared, self.compared, self.compared, self.null_test, self.flag)(
                0
            )
        ways = [
            self.compared, self.compared, self.compared, self.joined, self.joined, self.joined,
            self.negated, self.null_test, self.truth_test, self.listed, self.between, self.like,
            self.asked, self.geometry if self.chance(20) else self.compared,
        ]  # fmt: skip
        if not self.element:
            ways += [self.exists] * 4 + [self.compared_sub_query] * 3
        return str(self.one(*ways)(depth - 1))

    def flag(self, depth: int) -> str:
        return self.leaf(B)

    def compared(self, depth: int) -> str:
        type = self.one(D, D, D, N, N, S, S, B)
        left = self.value(type, depth) if type is not B else self.leaf(B)
        if type is B:
            return f"({left} {self.one(*EQUALITIES)} ({self.truth(depth)}))"
        right = (
            self.literal(self.other(type))
            if self.chance(60)
            else self.value(self.other(type), depth)
        )
        sides = (left, right) if self.chance(85) else (right, left)
        return f"({sides[0]} {self.one(*COMPARISONS)} {sides[1]})"

    def other(self, type: Scalar) -> Scalar:
        """Return a type that can be compared with this one."""
        return self.one(N, D) if type in (N, D) and self.chance(30) else type

    def compared_sub_query(self, depth: int) -> str:
        type = self.one(N, D, D, S)
        value = self.sub_query(type, depth)
        if self.chance(20):
            return f"({value} IS {self.one('', 'NOT ')}NULL)"
        return f"({value} {self.one(*COMPARISONS)} {self.literal(self.other(type))})"

    def joined(self, depth: int) -> str:
        word = self.one("AND", "OR")
        terms = [self.truth(depth) for _ in range(self.one(2, 2, 3))]
        return "(" + f" {word} ".join(terms) + ")"

    def negated(self, depth: int) -> str:
        return f"NOT ({self.truth(depth)})"

    def null_test(self, depth: int) -> str:
        kind = self.one(B, N, D, S, None)
        own = [f"{ALIAS}.{name}" for name in self.element.get(WHOLE, ())]
        asked = self.one(*own, *self.words.whole) if kind is None else self.value(kind, depth)
        asked = asked if kind is None else f"({asked})"
        return f"({asked} IS {self.one('', 'NOT ')}NULL)"

    def truth_test(self, depth: int) -> str:
        return (
            f"(({self.truth(depth)}) IS {self.one('', 'NOT ')}{self.one('TRUE', 'FALSE', 'NULL')})"
        )

    def listed(self, depth: int) -> str:
        type = self.one(D, N, S)
        choices = [self.literal(self.other(type)) for _ in range(self.one(1, 2, 3, 6, 9))]
        if self.chance(10):
            choices.append(self.leaf(type))
        return f"({self.value(type, depth)} {self.one('', 'NOT ')}IN ({', '.join(choices)}))"

    def between(self, depth: int) -> str:
        type = self.one(D, N, S)
        low, high = self.one(
            (self.literal(type), self.literal(self.other(type))),
            (self.literal(type), self.value(type, depth)),
        )
        return f"({self.value(type, depth)} {self.one('', 'NOT ')}BETWEEN {low} AND {high})"

    def like(self, depth: int) -> str:
        pattern = "".join(self.one(*LIKE_PIECES) for _ in range(self.one(0, 1, 2, 3, 4)))
        word = self.one("LIKE", "NOT LIKE", "ILIKE", "NOT ILIKE")
        escape = " ESCAPE '!'" if "!" in pattern or self.chance(20) else ""
        return f"({self.value(S, depth)} {word} '{pattern}'{escape})"

    def asked(self, depth: int) -> str:
        return self.call(B, depth)

    def geometry(self, depth: int) -> str:
        ra, dec = self.value(D, depth), self.value(D, depth)
        centre = f"{self.one(0, 150.5, 359.9)}, {self.one(-90, 2.2, 45)}"
        if self.chance(50):
            frame, radius = self.one("", "'ICRS', "), self.one(1, 30, 120.5)
            inside = f"CONTAINS(POINT({ra}, {dec}), CIRCLE({frame}{centre}, {radius}))"
            return f"({inside} = {self.one(0, 1)})"
        return f"(DISTANCE(POINT({ra}, {dec}), POINT({centre})) < {self.one(1, 90, 179.5)})"

    # ---- sub-queries ----

    def within(self) -> tuple[str, _Author]:
        """Return what a sub-query goes through, and who writes inside of it."""
        name, fields = self.one(*self.words.sources)
        return f"FROM UNNEST({name}) AS {ALIAS}", replace(self, element=fields)

    def where(self, inside: _Author, depth: int) -> str:
        return f" WHERE {inside.truth(min(depth, 1))}" if self.chance(70) else ""

    def exists(self, depth: int) -> str:
        source, inside = self.within()
        what = self.one("1", "*", "NULL")
        return f"{self.one('', 'NOT ')}EXISTS (SELECT {what} {source}{self.where(inside, depth)})"

    def sub_query(self, type: Scalar, depth: int) -> str:
        source, inside = self.within()
        return f"(SELECT {inside.gathered(type, depth)} {source}{self.where(inside, depth)})"

    def gathered(self, type: Scalar, depth: int) -> str:
        """Write an aggregate of a type, or something computed from aggregates."""
        if type is not S and self.chance(15):
            left, right = (
                self.aggregate(type, depth),
                self.one(self.aggregate, self.outside)(type, depth),
            )
            return f"{left} {self.one('+', '-', '*')} {right}"
        if self.chance(8):
            ways = f"{self.aggregate(B, depth)} THEN {self.aggregate(type, depth)}"
            return f"CASE WHEN {ways} ELSE {self.literal(type)} END"
        if self.chance(8):
            return f"coalesce({self.aggregate(type, depth)}, {self.literal(type)})"
        return self.aggregate(type, depth)

    def outside(self, type: Scalar, depth: int) -> str:
        return str(self.one(*self.words.fields[type]))

    def aggregate(self, type: Scalar, depth: int) -> str:
        own = self.of_element(type, depth)
        if type is B:
            return f"{self.one('bool_and', 'bool_or')}({own})"
        key = self.of_element(self.one(D, N, S), depth)
        ways = [f"{name}({own})" for name in ("min", "max")]
        ways += [f"{name}({own}, {key})" for name in ("arg_min", "arg_max", "min_by", "max_by")]
        if type is N:
            counted = self.of_element(self.one(*TYPES), depth)
            ways += ["count(*)", f"count({counted})", f"count(DISTINCT {counted})", f"sum({own})"]
        if type is D:
            number = self.of_element(self.one(N, D), depth)
            ways += [f"{name}({number})" for name in NUMBER_AGGREGATES]
            ways += [f"regr_slope({own}, {number})"]
        return str(self.one(*ways))

    def of_element(self, type: Scalar, depth: int) -> str:
        """Write an expression that names a field of the element."""
        named = [kind for kind in TYPES if self.element[kind]]
        if not self.element[type]:
            kind = self.one(*named)
            field = f"{ALIAS}.{self.one(*self.element[kind])}"
            return f"CASE WHEN {field} IS NOT NULL THEN {self.literal(type)} END"
        field = f"{ALIAS}.{self.one(*self.element[type])}"
        if depth <= 0 or self.chance(60):
            return field
        if type in (N, D) and self.chance(60):
            return f"({field} {self.one('+', '-', '*')} {self.value(type, depth - 1)})"
        return (
            f"CASE WHEN {self.truth(depth - 1)} THEN {field} ELSE {self.value(type, depth - 1)} END"
        )
