"""sqlglot's tree to meaning: every node allowed, every name found, every type right."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial

from sqlglot import exp

from minibroker.compiler.calls import resolve_call
from minibroker.compiler.faults import Faults
from minibroker.compiler.meaning import Apply, Constant, ItemOf, Meaning
from minibroker.compiler.numerals import resolve_number
from minibroker.compiler.operators import OPERATORS
from minibroker.compiler.refusals import CLOCKS, FUNCTIONS, NODES
from minibroker.compiler.scope import Name, Scope, a_type
from minibroker.compiler.span import Spans
from minibroker.compiler.subquery import (
    is_aggregate,
    resolve_aggregate,
    resolve_exists,
    resolve_scalar,
)
from minibroker.compiler.typing import (
    expect_truth,
)
from minibroker.model.diagnostic import Span
from minibroker.model.types import Array, Map, Scalar

_ALLOWED: Mapping[type[exp.Expr], frozenset[str]] = {
    exp.And: frozenset({"this", "expression"}),
    exp.Or: frozenset({"this", "expression"}),
    exp.Not: frozenset({"this"}),
    exp.Paren: frozenset({"this"}),
    exp.Column: frozenset({"this", "table", "db", "catalog"}),
    exp.Dot: frozenset({"this", "expression"}),
    exp.Bracket: frozenset({"this", "expressions"}),
    exp.Literal: frozenset({"this", "is_string"}),
    exp.Boolean: frozenset({"this"}),
    exp.Null: frozenset(),
    exp.EQ: frozenset({"this", "expression"}),
    exp.NEQ: frozenset({"this", "expression"}),
    exp.LT: frozenset({"this", "expression"}),
    exp.LTE: frozenset({"this", "expression"}),
    exp.GT: frozenset({"this", "expression"}),
    exp.GTE: frozenset({"this", "expression"}),
    exp.NullSafeEQ: frozenset({"this", "expression"}),
    exp.NullSafeNEQ: frozenset({"this", "expression"}),
    exp.Is: frozenset({"this", "expression"}),
    exp.In: frozenset({"this", "expressions"}),
    exp.Between: frozenset({"this", "low", "high"}),
    exp.Like: frozenset({"this", "expression", "negate"}),
    exp.ILike: frozenset({"this", "expression", "negate"}),
    exp.Escape: frozenset({"this", "expression"}),
    exp.Case: frozenset({"this", "ifs", "default"}),
    exp.If: frozenset({"this", "true"}),
    exp.Add: frozenset({"this", "expression"}),
    exp.Sub: frozenset({"this", "expression"}),
    exp.Mul: frozenset({"this", "expression"}),
    exp.Div: frozenset({"this", "expression", "typed", "safe"}),
    exp.Mod: frozenset({"this", "expression"}),
    exp.Neg: frozenset({"this"}),
    exp.DPipe: frozenset({"this", "expression", "safe"}),
    exp.Cast: frozenset({"this", "to", "_type"}),
    exp.TryCast: frozenset({"this", "to", "_type", "safe", "requires_string"}),
    exp.Anonymous: frozenset({"this", "expressions"}),
    exp.Substring: frozenset({"this", "start", "length"}),
    exp.Exists: frozenset({"this"}),
    exp.Subquery: frozenset({"this"}),
}
"""Nodes that may occur and the parts that they may have; anything else is refused."""


class Resolver:
    """Resolves one condition; a part that is at fault is None, and faults hold the reason."""

    def __init__(self, scope: Scope, spans: Spans, faults: Faults) -> None:
        self.scope = scope
        self.spans = spans
        self.faults = faults
        self._where = ""
        self._rules: Mapping[type[exp.Expr], Callable[..., Meaning | None]] = {
            exp.And: self._connected,
            exp.Or: self._connected,
            exp.Not: self._not,
            exp.Paren: lambda node: self.resolve(node.this),
            exp.Column: self._column,
            exp.Dot: self._dot,
            exp.Bracket: self._element,
            exp.Literal: self._literal,
            exp.Boolean: lambda node: Constant(self._span(node), Scalar.BOOLEAN, node.this),
            exp.Null: lambda node: Constant(self._span(node), None, None),
            exp.Anonymous: self._call,
            exp.Exists: lambda node: resolve_exists(self, node),
            exp.Subquery: lambda node: resolve_scalar(self, node),
            exp.Substring: lambda node: resolve_call(self, node),
            **{kind: partial(rule, self) for kind, rule in OPERATORS.items()},
        }

    def condition(self, node: exp.Expr) -> Meaning | None:
        """Resolve what stands after WHERE: it must be true or false."""
        resolved = self.resolve(node)
        return None if resolved is None else expect_truth(resolved, self.faults)

    def resolve(self, node: exp.Expr) -> Meaning | None:
        """Resolve one node, having checked that it is one of the language."""
        if not self.is_allowed(node):
            return None
        return self._rules[type(node)](node)

    def all(self, nodes: Sequence[exp.Expr]) -> list[Meaning] | None:
        """Resolve several nodes, all of them even when one is at fault."""
        resolved = [self.resolve(node) for node in nodes]
        found = [each for each in resolved if each is not None]
        return found if len(found) == len(resolved) else None

    def is_allowed(self, node: exp.Expr) -> bool:
        """Return whether a node and its parts are of the language; note why not."""
        parts = _ALLOWED.get(type(node))
        if parts is None or type(node) not in self._rules:
            self.refuse(node)
            return False
        for name, value in node.args.items():
            if value and name not in parts:
                self._refuse_part(node, name, value)
                return False
        return True

    def refuse(self, node: exp.Expr) -> None:
        """Note that a node is not of the language."""
        if isinstance(node, exp.All | exp.Any):
            message = "ALL and ANY are not in the language"
            hint = "write EXISTS or NOT EXISTS (SELECT 1 FROM UNNEST(list) AS p WHERE …)"
            self.faults.error("bad-sub-query", message, self._place(node), hint)
            return
        if isinstance(node, exp.Filter):
            message = "FILTER is not in the language"
            hint = "put the condition into the sub-query's WHERE"
            self.faults.error("bad-sub-query", message, self._span(node), hint)
            return
        kind = exp.Comprehension if node.find(exp.Comprehension) else type(node)
        message, hint = NODES.get(kind, ("this is not in the language of filters", ""))
        self.faults.error("not-supported", message, self._place(node), hint)

    @contextmanager
    def place(self, where: str) -> Iterator[None]:
        """Resolve in a part of a sub-query: what may stand there differs."""
        before, self._where = self._where, where
        try:
            yield
        finally:
            self._where = before

    def _call(self, node: exp.Anonymous) -> Meaning | None:
        if self.scope.element is None or not is_aggregate(node.name.lower()):
            return resolve_call(self, node)
        if self._where == "value of a sub-query":
            return resolve_aggregate(self, node)
        message = f"{node.name} gathers elements: it has no place in the {self._where}"
        if self._where == "aggregate":
            message = "an aggregate has no aggregate inside"
        hint = "compare a sub-query of its own with it"
        self.faults.error("bad-sub-query", message, self._span(node), hint)
        return None

    def _span(self, node: exp.Expr) -> Span:
        return self.spans.of(node)

    def _place(self, node: exp.Expr) -> Span:
        """Return where a node stands, by its keyword or its surroundings if need be."""
        span = self._span(node)
        if span == self.spans.end:
            span = self.spans.word(node.key.upper())
        if span == self.spans.end and node.parent is not None:
            span = self._span(node.parent)
        return span

    def _refuse_part(self, node: exp.Expr, name: str, value: object) -> None:
        span = self._span(node)
        if isinstance(node, exp.In) and name == "query":
            message = "IN takes values here, not a sub-query"
            self.faults.error("not-supported", message, span, "write IN ('t', '1')")
        elif isinstance(node, exp.In):
            message = "IN takes values in brackets"
            self.faults.error("not-supported", message, span, "write IN ('t', '1')")
        elif isinstance(node, exp.Between):
            hint = "write BETWEEN low AND high, the lower first"
            self.faults.error("not-supported", "SYMMETRIC is not in the language", span, hint)
        else:
            message = f"{name.replace('_', ' ').upper()} is not in the language here"
            self.faults.error("not-supported", message, span)

    def _connected(self, node: exp.Connector) -> Meaning | None:
        kind = type(node)
        terms: list[exp.Expr] = []
        current: exp.Expr = node
        while isinstance(current, kind):
            terms.append(current.expression)
            current = current.this
        terms.append(current)
        resolved = []
        for term in reversed(terms):
            found = self.resolve(term)
            checked = None if found is None else expect_truth(found, self.faults)
            if checked is not None:
                resolved.append(checked)
        if len(resolved) < len(terms):
            return None
        word = "AND" if kind is exp.And else "OR"
        return Apply(self._span(node), Scalar.BOOLEAN, word, tuple(resolved))

    def _not(self, node: exp.Not) -> Meaning | None:
        term = self.resolve(node.this)
        checked = None if term is None else expect_truth(term, self.faults)
        if checked is None:
            return None
        return Apply(self._span(node), Scalar.BOOLEAN, "NOT", (checked,))

    def _column(self, node: exp.Column) -> Meaning | None:
        names = [self._name(part) for part in node.parts]
        if len(names) == 1 and node.name.lower() in CLOCKS:
            hint = FUNCTIONS[node.name.lower()]
            message = f"there is no '{node.name}'"
            self.faults.error("unknown-function", message, self._span(node), hint)
            return None
        known = [name for name in names if name is not None]
        return self.scope.resolve(tuple(known), self.faults) if len(known) == len(names) else None

    def _name(self, node: exp.Expr) -> Name | None:
        if isinstance(node, exp.Identifier):
            return Name(node.name, self._span(node), bool(node.args.get("quoted")))
        self.refuse(node)
        return None

    def _dot(self, node: exp.Dot) -> Meaning | None:
        names: list[Name] = []
        current: exp.Expr = node
        while isinstance(current, exp.Dot):
            name = self._name(current.expression)
            if name is None:
                return None
            names.insert(0, name)
            current = current.this
        if isinstance(current, exp.Column):
            first = [self._name(part) for part in current.parts]
            known = [name for name in first if name is not None]
            return self.scope.resolve((*known, *names), self.faults)
        base = self.resolve(current)
        for name in names:
            base = None if base is None else self.scope.part(base, name, self.faults)
        return base

    def _element(self, node: exp.Bracket) -> Meaning | None:
        base = self.resolve(node.this)
        if base is None:
            return None
        span = self._span(node)
        if isinstance(base.type, Map):
            message = "maps are not in the language yet"
            self.faults.error("not-a-value", message, span)
            return None
        if not isinstance(base.type, Array):
            message = f"only a list has elements, and this is {a_type(base.type)}"
            self.faults.error("bad-index", message, self._span(node.this), "leave the index out")
            return None
        index = node.expressions[0] if len(node.expressions) == 1 else None
        text = index.name if isinstance(index, exp.Literal) and not index.is_string else ""
        if not text.isdecimal() or not 1 <= int(text) <= 1_000_000:
            hint = "write a number from 1: a[1] is the first element"
            where = self._span(index) if index is not None else span
            message = "the place in a list is a whole number from 1"
            self.faults.error("bad-index", message, where, hint)
            return None
        return ItemOf(span, base.type.element, base, int(text))

    def _literal(self, node: exp.Literal) -> Meaning | None:
        if node.is_string:
            return Constant(self._span(node), Scalar.VARCHAR, node.name)
        return resolve_number(node.name, self._span(node), self.faults)
