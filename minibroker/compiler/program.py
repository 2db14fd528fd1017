"""A sub-query as the text of a program for the function that runs it in Flink.

Flink runs a call as often as it is written, and CASE and BETWEEN write their operand twice.
So the expression around a sub-query goes into its program, as far as nothing else is needed
but values of the alert.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any, TypeVar

from minibroker.compiler.spell import double_literal
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

_Part = TypeVar("_Part")


def absorb(expression: Expression) -> Expression:
    """Move what is computed from one sub-query into it, and conditions without any first."""
    if isinstance(expression, SubQuery):
        return expression
    found = {part for part in walk(expression) if isinstance(part, SubQuery)}
    if not found:
        return expression
    if len(found) == 1 and _may_move(expression):
        (query,) = found
        value = _replaced(expression, query, query.value)
        type = expression.type
        assert isinstance(type, Scalar)
        return replace(query, value=value, type=type)
    inside = mapped(expression, absorb)
    if isinstance(inside, Logic) and inside.connective is Connective.AND:
        return replace(inside, terms=tuple(sorted(inside.terms, key=_has_subquery)))
    return inside


def _has_subquery(expression: Expression) -> bool:
    return any(isinstance(part, SubQuery) for part in walk(expression))


def _may_move(expression: Expression) -> bool:
    """Return whether a program may compute this: AND and OR stay outside, where they stop early."""
    is_wide = isinstance(expression, Call) and expression.operation is Operation.WIDEN
    waiting = [expression]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Logic):
            return False
        if not isinstance(part, SubQuery):
            waiting.extend(children(part))
    return not is_wide


def _replaced(expression: Expression, old: Expression, new: Expression) -> Expression:
    if expression == old:
        return new
    return mapped(expression, lambda part: _replaced(part, old, new))


def mapped(expression: _Part, change: Any) -> _Part:
    """Return the expression with what is directly inside it changed."""
    changed = {
        field.name: _mapped_value(getattr(expression, field.name), change)
        for field in fields(expression)  # type: ignore[arg-type]
    }
    return replace(expression, **changed)  # type: ignore[type-var]


def _mapped_value(value: Any, change: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(_mapped_value(each, change) for each in value)
    return change(value) if isinstance(value, Expression) else value


def write_program(query: SubQuery) -> tuple[str, tuple[Expression, ...]]:
    """Return a sub-query's program, and the values of the alert that it takes by position.

    ``(select condition value)`` goes through one array, and ``(select condition value c1 c2 ...)``
    through as many parts as there are conditions of their own.
    """
    writer = _Writer()
    where, value = writer.write(query.where), writer.write(query.value)
    parts = [] if query.array is not None else [writer.write(part.where) for part in query.parts]
    return f"({' '.join(['select', where, value, *parts])})", tuple(writer.outer)


_TYPES = {
    Scalar.BOOLEAN: "BOOLEAN",
    Scalar.BIGINT: "BIGINT",
    Scalar.DOUBLE: "DOUBLE",
    Scalar.VARCHAR: "STRING",
}
_LEFT_OUT = (Operation.WIDEN, Operation.NARROW)
"""Integer arithmetic in a program is exact as it is."""


class _Writer:
    """Writes expressions, and gathers the outer values in the order of their first use."""

    def __init__(self) -> None:
        self.outer: dict[Expression, int] = {}

    def write(self, expression: Expression) -> str:
        match expression:
            case Literal():
                return _literal(expression)
            case Null(type=type):
                return f"(null {_TYPES[type]})"
            case Column() | Element() | Member():
                return self._outer(expression)
            case Call(operation=Operation.CARDINALITY):
                # Only the alert's own lists are counted: an element's fields are single values.
                return self._outer(expression)
            case OfElement(path=path):
                return self._form("field", *map(_text, path))
            case Aggregate(gathering=gathering, arguments=arguments):
                return self._form("aggregate", gathering.value, *map(self.write, arguments))
            case Call(operation=operation, arguments=arguments):
                return self._call(operation, arguments)
            case Case(branches=branches, otherwise=otherwise):
                parts = [part for branch in branches for part in branch]
                return self._form("case", *map(self.write, (*parts, otherwise)))
            case SubQuery():
                raise AssertionError("a sub-query has no sub-query inside")
            case _:
                return self._condition(expression)

    def _condition(
        self,
        expression: Compare | Between | OneOf | Like | Matches | Test | Logic | Not,
    ) -> str:
        match expression:
            case OneOf(operand=operand, choices=choices):
                return self._form("in", *map(self.write, (operand, *choices)))
            case Like(operand=operand, pattern=pattern):
                return self._form("like", self.write(operand), _text(pattern))
            case Matches(operand=operand, pattern=pattern):
                return self._form("matches", self.write(operand), _text(pattern))
            case Compare(comparator=comparator):
                head = _word(comparator.value)
            case Test(verdict=verdict):
                head = _word(verdict.value)
            case Between():
                head = "between"
            case Logic(connective=connective):
                head = _word(connective.value)
            case Not():
                head = "not"
        return self._form(head, *map(self.write, children(expression)))

    def _call(self, operation: Operation, arguments: tuple[Expression, ...]) -> str:
        if operation in _LEFT_OUT:
            return self.write(arguments[0])
        is_remainder = operation is Operation.REMAINDER_LITERAL
        head = Operation.REMAINDER.value if is_remainder else operation.value
        return self._form(head, *map(self.write, arguments))

    def _outer(self, expression: Expression) -> str:
        return f"(outer {self.outer.setdefault(expression, len(self.outer))})"

    def _form(self, *parts: str) -> str:
        return f"({' '.join(parts)})"


def _word(spelling: str) -> str:
    return spelling.lower().replace(" ", "-")


def _literal(literal: Literal) -> str:
    value = literal.value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _text(value)
    return double_literal(value) if isinstance(value, float) else str(value)


def _text(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
