"""Meaning to the engine-neutral tree: every rule of the language is applied here, once."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from minibroker.compiler.build import (
    add,
    all_of,
    any_of,
    call,
    case,
    compare,
    divide,
    double,
    finite,
    integer,
    multiply,
    not_,
    one_of,
    subtract,
    to_double,
)
from minibroker.compiler.functions import FUNCTIONS, SAME, Kind, remainder
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
)
from minibroker.model.diagnostic import Span
from minibroker.model.expression import (
    Aggregate,
    Between,
    Column,
    Comparator,
    Element,
    Expression,
    Gathering,
    Like,
    Literal,
    Member,
    Null,
    OfElement,
    Operation,
    Part,
    SubQuery,
    Test,
    Verdict,
)
from minibroker.model.types import Scalar

MAX_SIZE = 6_000
"""Nodes of a lowered condition: none of what may be planned has more."""
MAX_DEPTH = 130
"""Nodes inside each other: later stages spend up to six of Python's 1,000 frames on one."""


class TooLarge(Exception):
    """Raised where an expression grows beyond what can be planned; ``span`` is its place."""

    def __init__(self, span: Span, is_deep: bool) -> None:
        super().__init__("too deep" if is_deep else "too large")
        self.span = span
        self.is_deep = is_deep


def lower(meaning: Meaning) -> Expression:
    """Return what a meaning comes to in operations that both engines share.

    Some operations repeat their operands, so every step is measured before the next builds
    on it: what is too large raises TooLarge before it costs anything.
    """
    lowered = _lowered(meaning)
    if lowered.size > MAX_SIZE or lowered.depth > MAX_DEPTH:
        raise TooLarge(meaning.span, is_deep=lowered.size <= MAX_SIZE)
    return lowered


def _lowered(meaning: Meaning) -> Expression:
    match meaning:
        case Constant(type=type, value=value):
            known = type or Scalar.BOOLEAN
            return Null(known) if value is None else Literal(value, known)
        case FieldOf(path=path, type=type):
            return Column(path, type)
        case ItemOf(base=base, index=index, type=type):
            return Element(lower(base), index, type)
        case PartOf(base=base, name=name, type=type):
            return Member(lower(base), name, type)
        case FieldOfElement(path=path, type=type):
            return OfElement(path, type)
        case Gathered(gathering=gathering, arguments=arguments, type=type):
            return _gathered(gathering, tuple(map(lower, arguments)), type)
        case Nested(sources=sources, where=where, value=value, type=type):
            parts = tuple(
                Part(Column(source.field.path, source.field.type), lower(source.where))
                for source in sources
            )
            return SubQuery(parts, lower(where), finite(lower(value)), type)
        case Choice():
            return _choice(meaning)
        case Apply(function=name, arguments=arguments, type=type):
            lowered_arguments = lower_all(arguments)
            rule = _OPERATORS.get(name)
            if rule is not None:
                return rule(*lowered_arguments)
            return _call(name, lowered_arguments, type)


def lower_all(meanings: tuple[Meaning, ...]) -> tuple[Expression, ...]:
    """Lower several meanings; raise TooLarge where they become too large together."""
    lowered = []
    size = 0
    for meaning in meanings:
        lowered.append(lower(meaning))
        size += lowered[-1].size
        if size > MAX_SIZE + len(meanings):
            raise TooLarge(meaning.span, is_deep=False)
    return tuple(lowered)


def _choice(choice: Choice) -> Expression:
    tests = lower_all(tuple(test for test, _ in choice.branches))
    if choice.subject is not None:
        subject = lower(choice.subject)
        tests = tuple(compare(Comparator.EQUAL, *_alike(subject, test)) for test in tests)
    values = lower_all(tuple(value for _, value in choice.branches))
    typed = (as_type(value, choice.type) for value in values)
    otherwise = as_type(lower(choice.otherwise), choice.type)
    return case(tuple(zip(tests, typed, strict=True)), otherwise, choice.type)


def as_type(expression: Expression, type: Scalar) -> Expression:
    """Return an integer as DOUBLE where that is wanted; anything else as it is."""
    if type is Scalar.DOUBLE and expression.type is Scalar.BIGINT:
        return to_double(expression)
    return expression


_OF_DOUBLE = (
    Gathering.MEAN,
    Gathering.DEVIATION,
    Gathering.VARIANCE,
    Gathering.MEDIAN,
    Gathering.SLOPE,
)


def _gathered(gathering: Gathering, arguments: tuple[Expression, ...], type: Scalar) -> Expression:
    """Return an aggregate of finite values: it must not meet a NaN that engines would order."""
    if gathering in _OF_DOUBLE:
        arguments = tuple(map(to_double, arguments))
    guarded = tuple(map(finite, arguments))
    return finite(Aggregate(gathering, guarded, type))


def _call(name: str, arguments: tuple[Expression, ...], type: Scalar) -> Expression:
    function = FUNCTIONS[name.lower()]
    parameters = list(function.parameters)
    while len(parameters) < len(arguments):
        parameters.append(parameters[-1])
    converted = []
    for parameter, argument in zip(parameters, arguments, strict=False):
        is_double = parameter.kind is Kind.DOUBLE
        if function.result == SAME and not parameter.is_literal:
            argument = as_type(argument, type)
        converted.append(to_double(argument) if is_double else argument)
    return function.lower(*converted)


def _arithmetic(
    whole: Operation, fractional: Callable[[Expression, Expression], Expression]
) -> Callable[[Expression, Expression], Expression]:
    def rule(left: Expression, right: Expression) -> Expression:
        if left.type is Scalar.BIGINT and right.type is Scalar.BIGINT:
            return integer(whole, left, right)
        return fractional(left, right)

    return rule


def _negate(operand: Expression) -> Expression:
    if operand.type is Scalar.BIGINT:
        return integer(Operation.NEGATE, operand)
    return double(Operation.NEGATE, operand)


def _comparison(comparator: Comparator) -> Callable[[Expression, Expression], Expression]:
    return lambda left, right: compare(comparator, *_alike(left, right))


def _alike(*values: Expression) -> tuple[Expression, ...]:
    """Return numbers in one type: integers exactly where every DOUBLE is a whole literal."""
    types = {value.type for value in values}
    if types != {Scalar.BIGINT, Scalar.DOUBLE}:
        return values
    whole = tuple(map(_as_integer, values))
    known = tuple(value for value in whole if value is not None)
    return known if len(known) == len(values) else tuple(map(to_double, values))


def _as_integer(value: Expression) -> Expression | None:
    if value.type is Scalar.BIGINT:
        return value
    if isinstance(value, Null):
        return Null(Scalar.BIGINT)
    if not isinstance(value, Literal) or not float(value.value).is_integer():
        return None
    if not -(2.0**63) <= float(value.value) < 2.0**63:
        return None
    return Literal(int(value.value), Scalar.BIGINT)


def _is_null(operand: Expression) -> Expression:
    operand = finite(operand)
    if isinstance(operand, Literal | Null):
        return Literal(isinstance(operand, Null), Scalar.BOOLEAN)
    return Test(operand, Verdict.NULL)


def _truth(verdict: Verdict, wanted: bool) -> Callable[[Expression], Expression]:
    def rule(operand: Expression) -> Expression:
        if isinstance(operand, Literal | Null):
            is_wanted = isinstance(operand, Literal) and operand.value is wanted
            return Literal(is_wanted, Scalar.BOOLEAN)
        return Test(operand, verdict)

    return rule


_OPPOSITES = {
    Verdict.NULL: Verdict.NOT_NULL,
    Verdict.TRUE: Verdict.NOT_TRUE,
    Verdict.FALSE: Verdict.NOT_FALSE,
}


def _not(term: Expression) -> Expression:
    if isinstance(term, Test) and term.verdict in _OPPOSITES:
        return Test(term.operand, _OPPOSITES[term.verdict])
    return not_(term)


def _in(operand: Expression, *choices: Expression) -> Expression:
    """Compare with each choice as ``=`` would: one that is no integer makes no DOUBLE of others."""
    pairs = [_alike(operand, choice) for choice in choices]
    terms: list[Expression] = []
    for side in dict.fromkeys(left for left, _ in pairs):
        alike = [right for left, right in pairs if left == side]
        literals = tuple(choice for choice in alike if isinstance(choice, Literal))
        others = [choice for choice in alike if not isinstance(choice, Literal)]
        terms += [one_of(side, literals)] if literals else []
        terms += [compare(Comparator.EQUAL, side, other) for other in others]
    return any_of(tuple(terms))


def _between(operand: Expression, low: Expression, high: Expression) -> Expression:
    above, least = map(finite, _alike(operand, low))
    below, most = map(finite, _alike(operand, high))
    simple = any(isinstance(part, Null) for part in (operand, least, most))
    if simple or isinstance(operand, Literal) or least == most or above != below:
        return all_of(
            (
                compare(Comparator.GREATER_OR_EQUAL, above, least),
                compare(Comparator.LESS_OR_EQUAL, below, most),
            )
        )
    return Between(above, least, most)


def _like(operand: Expression, pattern: Expression) -> Expression:
    if isinstance(operand, Null) or not isinstance(pattern, Literal):
        return Null(Scalar.BOOLEAN)
    return Like(operand, str(pattern.value))


def _ilike(operand: Expression, pattern: Expression) -> Expression:
    """Compare in lower case on both sides, for the letters of ASCII."""
    lowered = call(Operation.LOWER, operand, type=Scalar.VARCHAR)
    return _like(lowered, call(Operation.LOWER, pattern, type=Scalar.VARCHAR))


def _to_text(operand: Expression) -> Expression:
    if operand.type is Scalar.VARCHAR:
        return operand
    return call(Operation.TO_TEXT, operand, type=Scalar.VARCHAR)


_OPERATORS: Mapping[str, Callable[..., Expression]] = {
    "AND": lambda *terms: all_of(terms),
    "OR": lambda *terms: any_of(terms),
    "NOT": _not,
    "+": _arithmetic(Operation.ADD, add),
    "-": _arithmetic(Operation.SUBTRACT, subtract),
    "*": _arithmetic(Operation.MULTIPLY, multiply),
    "/": divide,
    "%": remainder,
    "negate": _negate,
    "||": lambda a, b: call(Operation.CONCATENATE, a, b, type=Scalar.VARCHAR),
    "=": _comparison(Comparator.EQUAL),
    "<>": _comparison(Comparator.UNEQUAL),
    "<": _comparison(Comparator.LESS),
    "<=": _comparison(Comparator.LESS_OR_EQUAL),
    ">": _comparison(Comparator.GREATER),
    ">=": _comparison(Comparator.GREATER_OR_EQUAL),
    "IS DISTINCT FROM": _comparison(Comparator.DISTINCT),
    "IS NOT DISTINCT FROM": _comparison(Comparator.NOT_DISTINCT),
    "IS NULL": _is_null,
    "IS TRUE": _truth(Verdict.TRUE, True),
    "IS FALSE": _truth(Verdict.FALSE, False),
    "IN": _in,
    "BETWEEN": _between,
    "LIKE": _like,
    "ILIKE": _ilike,
    "CAST TO DOUBLE": to_double,
    "CAST TO BIGINT": lambda operand: operand,
    "CAST TO VARCHAR": _to_text,
}
"""Operators of the language, by the names that resolving gives them."""
