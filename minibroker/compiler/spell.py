"""The engine-neutral tree to SQL text, by the tables of one dialect."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum

from minibroker.compiler.pattern import ESCAPE
from minibroker.model.expression import (
    Aggregate,
    Between,
    Call,
    Case,
    Column,
    Compare,
    Connective,
    Element,
    Expression,
    Like,
    Literal,
    Logic,
    Matches,
    Member,
    Not,
    Null,
    OfElement,
    OneOf,
    Operation,
    SubQuery,
    Test,
    children,
    walk,
)
from minibroker.model.types import Scalar

MAX_SPELLING = 50_000
"""Characters of a spelled condition, lists of IN aside; Flink 2.3 plans so many in 5 to 15 s."""
MAX_CONDITIONS = 1_000
"""Comparisons and other tests in a condition; Flink 2.3 plans so many in 5 s, 4,000 in 200 s."""

MAX_CHAIN = 30
"""Conditions that are joined in a row; Flink 2.3 overflows its stack at some hundred."""


ELEMENT = "_element"
"""What a generated sub-query calls an element: no survey has such a field."""


class Tightness(IntEnum):
    """How strongly a piece of SQL holds together; a weaker one inside needs brackets."""

    OR = 1
    AND = 2
    NOT = 3
    COMPARISON = 4
    SUM = 5
    PRODUCT = 6
    SIGN = 7
    ATOM = 8


@dataclass(frozen=True)
class Form:
    """How a call is written: ``{0}`` and so on are its arguments."""

    template: str
    tightness: Tightness = Tightness.ATOM
    inside: Tightness = Tightness.OR
    """The least tightness of an argument that needs no brackets."""


def prefix(name: str) -> Form:
    """Return the form of an ordinary call of any number of arguments."""
    return Form(name + "({*})")


FormRule = Callable[[tuple[Expression, ...]], Form]


@dataclass(frozen=True)
class Dialect:
    """What distinguishes one engine's SQL from the other's."""

    quote: str
    types: Mapping[Scalar, str]
    forms: Mapping[Operation, Form | FormRule]
    matches: str
    """The function that looks for a regular expression."""
    subquery: Callable[[SubQuery], str]
    """How a sub-query is written, as something that needs no brackets."""
    aggregate: Callable[[Aggregate], str] | None = None
    """How an aggregate is written, alike; only within a sub-query's value."""


SHARED_FORMS: Mapping[Operation, Form | FormRule] = {
    Operation.ADD: Form("{0} + {1}", Tightness.SUM, Tightness.PRODUCT),
    Operation.SUBTRACT: Form("{0} - {1}", Tightness.SUM, Tightness.PRODUCT),
    Operation.MULTIPLY: Form("{0} * {1}", Tightness.PRODUCT, Tightness.SIGN),
    Operation.DIVIDE: Form("{0} / {1}", Tightness.PRODUCT, Tightness.SIGN),
    Operation.NEGATE: Form("-{0}", Tightness.SIGN, Tightness.ATOM),
    Operation.REMAINDER_LITERAL: prefix("MOD"),
    Operation.FINITE: Form("CASE WHEN ABS({0}) <= 1.7976931348623157E308 THEN {0} END"),
    Operation.UNSIGNED_ZERO: Form(
        "CASE WHEN {0} <> 0E0 THEN {0} WHEN {0} = 0E0 THEN 0E0 END", inside=Tightness.SUM
    ),
    Operation.TO_DOUBLE: Form("CAST({0} AS DOUBLE)"),
    Operation.ABSOLUTE: prefix("ABS"),
    Operation.SIGN: Form("CAST(SIGN({0}) AS BIGINT)"),
    Operation.ROUND: prefix("ROUND"),
    Operation.FLOOR: prefix("FLOOR"),
    Operation.CEILING: prefix("CEIL"),
    Operation.SQUARE_ROOT: prefix("SQRT"),
    Operation.POWER: prefix("POWER"),
    Operation.EXPONENTIAL: prefix("EXP"),
    Operation.LOGARITHM: prefix("LN"),
    Operation.LOGARITHM_2: prefix("LOG2"),
    Operation.LOGARITHM_10: prefix("LOG10"),
    Operation.SINE: prefix("SIN"),
    Operation.COSINE: prefix("COS"),
    Operation.TANGENT: prefix("TAN"),
    Operation.ARC_SINE: prefix("ASIN"),
    Operation.ARC_COSINE: prefix("ACOS"),
    Operation.ARC_TANGENT: prefix("ATAN"),
    Operation.ARC_TANGENT_2: prefix("ATAN2"),
    Operation.COALESCE: prefix("COALESCE"),
    Operation.NULL_IF: prefix("NULLIF"),
    # LOWER and UPPER differ beyond ASCII: in the sharp s, the dotted I and the final sigma.
    Operation.LOWER: Form(
        "TRANSLATE({0}, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz')"
    ),
    Operation.UPPER: Form(
        "TRANSLATE({0}, 'abcdefghijklmnopqrstuvwxyz', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ')"
    ),
    Operation.SUBSTRING: prefix("SUBSTRING"),
    Operation.CONCATENATE: Form("{0} || {1}", Tightness.SUM, Tightness.SUM),
}
"""What both dialects write alike."""


@dataclass(frozen=True)
class _Text:
    """A piece of SQL and how strongly it holds together."""

    sql: str
    tightness: Tightness


def spell(expression: Expression, dialect: Dialect) -> str:
    """Return the expression in one engine's SQL."""
    return _spell(expression, dialect).sql


def _spell(expression: Expression, dialect: Dialect) -> _Text:
    match expression:
        case Literal() | Null():
            return _constant(expression, dialect)
        case Column(path=path):
            return _atom(".".join(quoted(part, dialect) for part in path))
        case Element(base=base, index=index):
            return _atom(f"{_within(base, Tightness.ATOM, dialect)}[{index}]")
        case Member(base=base, name=name):
            inside = _within(base, Tightness.ATOM, dialect)
            return _atom(f"{inside}.{quoted(name, dialect)}")
        case Call(operation=operation, arguments=arguments):
            return _called(operation, arguments, dialect)
        case OfElement(path=path):
            return _atom(".".join(quoted(part, dialect) for part in (ELEMENT, *path)))
        case SubQuery():
            return _atom(dialect.subquery(expression))
        case Aggregate():
            assert dialect.aggregate is not None
            return _atom(dialect.aggregate(expression))
        case Case(branches=branches, otherwise=otherwise):
            return _case(branches, otherwise, dialect)
        case Logic(connective=connective, terms=terms):
            return _joined(connective, terms, dialect)
        case Not(term=term):
            inside = _within(term, Tightness.ATOM, dialect)
            return _Text(f"NOT {_in_brackets(inside)}", Tightness.NOT)
        case Compare() | Between() | OneOf() | Like() | Matches() | Test():
            return _condition(expression, dialect)


def _joined(connective: Connective, terms: tuple[Expression, ...], dialect: Dialect) -> _Text:
    """Join conditions, long chains in groups: Flink's parser recurses once a condition."""
    tightness = Tightness.AND if connective is Connective.AND else Tightness.OR
    texts = [_within(term, Tightness(tightness + 1), dialect) for term in terms]
    joint = f" {connective.value} "
    while len(texts) > MAX_CHAIN:
        groups = [texts[at : at + MAX_CHAIN] for at in range(0, len(texts), MAX_CHAIN)]
        texts = [f"({joint.join(group)})" for group in groups]
    return _Text(joint.join(texts), tightness)


def _condition(
    expression: Compare | Between | OneOf | Like | Matches | Test, dialect: Dialect
) -> _Text:
    def inside(part: Expression) -> str:
        return _within(part, Tightness.SUM, dialect)

    match expression:
        case Compare(comparator=comparator, left=left, right=right):
            sql = f"{inside(left)} {comparator.value} {inside(right)}"
        case Between(operand=operand, low=low, high=high):
            sql = f"{inside(operand)} BETWEEN {inside(low)} AND {inside(high)}"
        case OneOf(operand=operand, choices=choices):
            listed = ", ".join(_constant(choice, dialect).sql for choice in choices)
            sql = f"{inside(operand)} IN ({listed})"
        case Like(operand=operand, pattern=pattern):
            escape = f" ESCAPE '{ESCAPE}'" if ESCAPE in pattern else ""
            sql = f"{inside(operand)} LIKE {quoted_text(pattern)}{escape}"
        case Matches(operand=operand, pattern=pattern):
            arguments = f"{_spell(operand, dialect).sql}, {quoted_text(pattern)}"
            return _atom(f"{dialect.matches}({arguments})")
        case Test(operand=operand, verdict=verdict):
            sql = f"{_within(operand, Tightness.ATOM, dialect)} {verdict.value}"
    return _Text(sql, Tightness.COMPARISON)


def _called(operation: Operation, arguments: tuple[Expression, ...], dialect: Dialect) -> _Text:
    form = form_of(operation, arguments, dialect)
    spell_argument = _within if operation in _TAKE_LITERALS else _value
    texts = [spell_argument(argument, form.inside, dialect) for argument in arguments]
    sql = (
        form.template.replace("{*}", ", ".join(texts))
        if "{*}" in form.template
        else (form.template.format(*texts))
    )
    return _Text(sql, form.tightness)


_TAKE_LITERALS = (Operation.WIDEN, Operation.SUBSTRING)


def value(expression: Expression, dialect: Dialect) -> str:
    """Spell an argument of a call that takes its own type from it."""
    return _value(expression, Tightness.OR, dialect)


def _value(expression: Expression, least: Tightness, dialect: Dialect) -> str:
    """Spell something that gives a call or CASE its type.

    A small integer is INT to Flink, and an INT that is compared with a larger literal takes
    the literal's low bits: ``MOD(x, 7) IN (9223372036854775807)`` was TRUE for -1.
    """
    if isinstance(expression, Literal) and expression.type is Scalar.BIGINT:
        return f"CAST({expression.value} AS BIGINT)"
    return _within(expression, least, dialect)


def form_of(operation: Operation, arguments: tuple[Expression, ...], dialect: Dialect) -> Form:
    """Return how one dialect writes a call with these arguments."""
    form = dialect.forms[operation]
    return form if isinstance(form, Form) else form(arguments)


def _case(
    branches: tuple[tuple[Expression, Expression], ...],
    otherwise: Expression,
    dialect: Dialect,
) -> _Text:
    parts = ["CASE"]
    for condition, value in branches:
        chosen = _value(value, Tightness.OR, dialect)
        parts.append(f"WHEN {_spell(condition, dialect).sql} THEN {chosen}")
    if not isinstance(otherwise, Null):
        parts.append(f"ELSE {_value(otherwise, Tightness.OR, dialect)}")
    return _atom(" ".join([*parts, "END"]))


def _within(expression: Expression, least: Tightness, dialect: Dialect) -> str:
    text = _spell(expression, dialect)
    return text.sql if text.tightness >= least else f"({text.sql})"


def _in_brackets(sql: str) -> str:
    return sql if sql.startswith("(") and sql.endswith(")") else f"({sql})"


def _atom(sql: str) -> _Text:
    return _Text(sql, Tightness.ATOM)


def quoted(name: str, dialect: Dialect) -> str:
    """Return a name as one engine takes it, whatever is in it."""
    return dialect.quote + name.replace(dialect.quote, dialect.quote * 2) + dialect.quote


def _constant(constant: Literal | Null, dialect: Dialect) -> _Text:
    if isinstance(constant, Null):
        # Flink plans no NULL without a type.
        return _atom(f"CAST(NULL AS {dialect.types[constant.type]})")
    value = constant.value
    if isinstance(value, bool):
        return _atom("TRUE" if value else "FALSE")
    if isinstance(value, str):
        return _atom(quoted_text(value))
    sql = double_literal(value) if isinstance(value, float) else str(value)
    return _Text(sql, Tightness.SIGN if sql.startswith("-") else Tightness.ATOM)


def quoted_text(text: str) -> str:
    """Return a text as both engines take it."""
    return "'" + text.replace("'", "''") + "'"


def double_literal(value: float) -> str:
    """Return a DOUBLE in E notation, which both engines read as a DOUBLE and not a DECIMAL."""
    text = repr(value)
    mantissa, _, exponent = text.partition("e")
    if exponent:
        return f"{mantissa}E{int(exponent)}"
    whole, _, fraction = mantissa.partition(".")
    return f"{whole}E0" if fraction == "0" else f"{mantissa}E0"


def length(expression: Expression, dialect: Dialect) -> int:
    """Return about how long the spelling is, without writing it: guards repeat what they guard.

    The arguments of a call count as often as its template repeats them.
    """
    inside = [length(part, dialect) for part in children(expression)]
    match expression:
        case Call(operation=operation, arguments=arguments):
            template = form_of(operation, arguments, dialect).template
            counts = [max(template.count(f"{{{i}}}"), 1) for i in range(len(inside))]
            repeated = sum(n * each for n, each in zip(counts, inside, strict=True))
            return len(template) + repeated
        case Literal(value=str(text)):
            return len(text) + 12
        case SubQuery(parts=parts, value=gathering):
            # Each aggregate names every part that it goes through.
            gathered = sum(isinstance(part, Aggregate) for part in walk(gathering))
            return sum(inside) + 80 * len(parts) * gathered
        case Like(pattern=pattern) | Matches(pattern=pattern):
            return sum(inside) + len(pattern) + 8
        case _:
            return sum(inside) + 12
