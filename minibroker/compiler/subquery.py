"""Resolve sub-queries over one of the alert's arrays, and the aggregates in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlglot import exp

from minibroker.compiler.faults import Faults
from minibroker.compiler.meaning import (
    Constant,
    FieldOf,
    FieldOfElement,
    Gathered,
    Meaning,
    Nested,
    Source,
    parts,
)
from minibroker.compiler.refusals import SUB_QUERY_CLAUSES
from minibroker.compiler.scope import Elements, a_type
from minibroker.compiler.typing import NUMBERS, expect_scalar, typed_null
from minibroker.compiler.view import sources_of, view_named
from minibroker.model.diagnostic import Span
from minibroker.model.expression import Gathering
from minibroker.model.survey import Survey
from minibroker.model.types import Array, Scalar, Struct, dotted

if TYPE_CHECKING:
    from minibroker.compiler.resolve import Resolver

_EXISTS = "EXISTS (SELECT 1 FROM UNNEST(list) AS p WHERE p.field > 1)"
_SCALAR = "(SELECT max(p.field) FROM UNNEST(list) AS p)"

_ORDERED = (*NUMBERS, Scalar.VARCHAR)
_ANY = (*_ORDERED, Scalar.BOOLEAN)


@dataclass(frozen=True)
class Shape:
    """What an aggregate takes and gives."""

    arguments: tuple[tuple[Scalar, ...], ...]
    result: Scalar | None
    """None for the type of its argument."""
    form: str
    """How it is written."""
    gives: str


_D = Scalar.DOUBLE
SHAPES: Mapping[Gathering, Shape] = {
    Gathering.COUNT: Shape(
        (_ANY,), Scalar.BIGINT, "count(*) or count(x)",
        "elements, or those where x is not NULL; 0 for none",
    ),
    Gathering.COUNT_DISTINCT: Shape(
        (_ANY,), Scalar.BIGINT, "count(DISTINCT x)", "different values of x; 0 for none"
    ),
    Gathering.MINIMUM: Shape((_ORDERED,), None, "min(x)", "the least x"),
    Gathering.MAXIMUM: Shape((_ORDERED,), None, "max(x)", "the greatest x"),
    Gathering.SUM: Shape(
        (NUMBERS,), None, "sum(x)", "the sum of x: of integers exact, NULL beyond 64 bits"
    ),
    Gathering.MEAN: Shape((NUMBERS,), _D, "avg(x)", "the mean of x"),
    Gathering.DEVIATION: Shape(
        (NUMBERS,), _D, "stddev_samp(x)", "the sample standard deviation; NULL for fewer than two"
    ),
    Gathering.VARIANCE: Shape(
        (NUMBERS,), _D, "var_samp(x)", "the sample variance; NULL for fewer than two"
    ),
    Gathering.MEDIAN: Shape(
        (NUMBERS,), _D, "median(x)", "the median of x, between the two in the middle"
    ),
    Gathering.AT_MINIMUM: Shape(
        (_ANY, _ORDERED), None, "arg_min(x, by)", "x of the first element with the least by"
    ),
    Gathering.AT_MAXIMUM: Shape(
        (_ANY, _ORDERED), None, "arg_max(x, by)", "x of the first element with the greatest by"
    ),
    Gathering.SLOPE: Shape(
        (NUMBERS, NUMBERS), _D, "regr_slope(y, x)", "the slope of y over x by least squares"
    ),
    Gathering.ALL: Shape(
        ((Scalar.BOOLEAN,),), Scalar.BOOLEAN, "bool_and(x)", "whether x is TRUE of all"
    ),
    Gathering.ANY: Shape(
        ((Scalar.BOOLEAN,),), Scalar.BOOLEAN, "bool_or(x)", "whether x is TRUE of one"
    ),
}  # fmt: skip
_NAMES = {gathering.value: gathering for gathering in SHAPES}
KNOWN = ", ".join(sorted(_NAMES.keys() - {Gathering.COUNT_DISTINCT.value}))
"""The names of all aggregates, for messages."""
_ALIASES = {
    "min_by": "arg_min",
    "max_by": "arg_max",
    "stddev": "stddev_samp",
    "variance": "var_samp",
    "mean": "avg",
}


def resolve_exists(resolver: Resolver, node: exp.Exists) -> Meaning | None:
    """Resolve ``EXISTS (SELECT … FROM UNNEST(list) AS p WHERE …)``."""
    span = resolver.spans.of(node)
    select = _select(resolver, node.this, span, _EXISTS)
    if select is None:
        return None
    for column in select.expressions:
        if not isinstance(column, exp.Star | exp.Literal | exp.Null):
            message = "EXISTS asks whether there is an element, not for a value of it"
            place = resolver.spans.of(column)
            resolver.faults.error("bad-sub-query", message, place, f"write {_EXISTS}")
            return None
    value = Gathered(span, Scalar.BOOLEAN, Gathering.EXISTS, ())
    return _nested(resolver, select, span, value)


def resolve_scalar(resolver: Resolver, node: exp.Subquery) -> Meaning | None:
    """Resolve ``(SELECT <aggregates> FROM UNNEST(list) AS p [WHERE …])``."""
    span = resolver.spans.of(node)
    if isinstance(node.this, exp.Subquery):
        return resolver.resolve(node.this)
    select = _select(resolver, node.this, span, _SCALAR)
    if select is None:
        return None
    if len(select.expressions) == 1 and not isinstance(select.expressions[0], exp.Star):
        return _nested(resolver, select, span, None)
    message = "a sub-query in brackets has one value"
    resolver.faults.error("bad-sub-query", message, span, f"write {_SCALAR}")
    return None


def resolve_aggregate(resolver: Resolver, node: exp.Expr) -> Meaning | None:
    """Resolve an aggregate in the value of a sub-query; its arguments are of the element."""
    span = resolver.spans.of(node)
    name = node.name.lower()
    arguments = list(node.expressions)
    gathering = _NAMES[_ALIASES.get(name, name)]
    if gathering is Gathering.COUNT and len(arguments) <= 1:
        if not arguments or isinstance(arguments[0], exp.Star):
            return Gathered(span, Scalar.BIGINT, Gathering.COUNT, ())
        if isinstance(arguments[0], exp.Distinct):
            gathering, arguments = Gathering.COUNT_DISTINCT, list(arguments[0].expressions)
    if not _has_plain_arguments(resolver, gathering, arguments, span):
        return None
    with resolver.place("aggregate"):
        resolved = resolver.all(arguments)
    return None if resolved is None else _gathered(resolver.faults, gathering, resolved, span)


def aggregate_names(gathering: Gathering) -> tuple[str, ...]:
    """Return what an aggregate may be called."""
    (name, _, _) = SHAPES[gathering].form.partition("(")
    return (name, *(alias for alias, known in _ALIASES.items() if known == name))


def is_aggregate(name: str) -> bool:
    """Return whether a name is that of an aggregate."""
    return _ALIASES.get(name, name) in _NAMES


def _has_plain_arguments(
    resolver: Resolver, gathering: Gathering, arguments: list[exp.Expr], span: Span
) -> bool:
    for argument in arguments:
        if isinstance(argument, exp.Distinct | exp.Order | exp.Limit):
            word = "DISTINCT" if isinstance(argument, exp.Distinct) else "an order"
            message = f"{gathering.value} takes values, without {word}"
            resolver.faults.error("bad-sub-query", message, span, "count(DISTINCT x) there is")
            return False
    wanted = len(SHAPES[gathering].arguments)
    if len(arguments) == wanted:
        return True
    noun = "argument" if wanted == 1 else "arguments"
    message = f"{gathering.value} takes {wanted} {noun}, and this has {len(arguments)}"
    resolver.faults.error("wrong-arguments", message, span, f"write {SHAPES[gathering].form}")
    return False


def _gathered(
    faults: Faults, gathering: Gathering, arguments: list[Meaning], span: Span
) -> Meaning | None:
    shape = SHAPES[gathering]
    typed = []
    for argument, allowed in zip(arguments, shape.arguments, strict=True):
        if not expect_scalar(argument, faults):
            return None
        known = typed_null(argument, allowed[-1])
        if known.type not in allowed:
            message = f"{gathering.value} does not take {a_type(known.type)}"
            hint = f"it takes {' or '.join(dict.fromkeys(map(a_type, allowed)))}"
            faults.error("type-mismatch", message, known.span, hint)
            return None
        typed.append(known)
    if not any(_is_of_element(argument) for argument in typed):
        # DuckDB would take such an aggregate for one over the alerts.
        message = f"{gathering.value} gathers elements, and this names no field of one"
        faults.error("bad-sub-query", message, span, "write p.field, or count(*) for their number")
        return None
    result = shape.result or typed[0].type
    assert isinstance(result, Scalar)
    return Gathered(span, result, gathering, tuple(typed))


def _is_of_element(meaning: Meaning) -> bool:
    return isinstance(meaning, FieldOfElement) or any(map(_is_of_element, parts(meaning)))


def _select(resolver: Resolver, node: exp.Expr, span: Span, shape: str) -> exp.Select | None:
    faults = resolver.faults
    if resolver.scope.element is not None:
        message = "a sub-query has no sub-query inside"
        faults.error("bad-sub-query", message, span, "compute it in a condition of its own")
        return None
    if not isinstance(node, exp.Select):
        message = "a sub-query is one SELECT from one of the alert's lists"
        faults.error("bad-sub-query", message, span, f"write {shape}")
        return None
    for name, value in node.args.items():
        if value and name not in ("expressions", "from_", "where", "kind", "hint"):
            _refuse_clause(resolver, name, span)
            return None
    return node


def _refuse_clause(resolver: Resolver, name: str, span: Span) -> None:
    message, hint = SUB_QUERY_CLAUSES.get(
        name, ("this clause has no meaning in a sub-query", f"write {_EXISTS}")
    )
    resolver.faults.error("bad-sub-query", message, span, hint)


def _nested(
    resolver: Resolver, select: exp.Select, span: Span, value: Meaning | None
) -> Meaning | None:
    source = select.args.get("from_")
    found = _source(resolver, source.this if source else None, span)
    if found is None:
        return None
    sources, elements = found
    scope = resolver.scope
    resolver.scope = replace(scope, element=elements)
    try:
        condition = select.args.get("where")
        where: Meaning | None = Constant(span, Scalar.BOOLEAN, True)
        if condition:
            with resolver.place("condition of a sub-query"):
                where = resolver.condition(condition.this)
        if value is None:
            with resolver.place("value of a sub-query"):
                value = _value(resolver, select.expressions[0])
    finally:
        resolver.scope = scope
    if where is None or value is None:
        return None
    assert isinstance(value.type, Scalar)
    return Nested(span, value.type, sources, where, value)


def _value(resolver: Resolver, node: exp.Expr) -> Meaning | None:
    value = resolver.resolve(node)
    if value is None or not expect_scalar(value, resolver.faults):
        return None
    loose = _loose(value)
    if loose is not None:
        message = f"'{dotted(loose.path)}' of which element? A sub-query has one value"
        hint = "put it into an aggregate: max(…), avg(…), arg_max(…, …)"
        resolver.faults.error("bad-sub-query", message, loose.span, hint)
        return None
    if not _has_aggregate(value):
        message = "a sub-query gathers its elements into one value"
        resolver.faults.error("bad-sub-query", message, value.span, f"write {_SCALAR}")
        return None
    return typed_null(value, Scalar.DOUBLE)


def _loose(meaning: Meaning) -> FieldOfElement | None:
    """Return a field of the element that stands outside of every aggregate."""
    if isinstance(meaning, FieldOfElement):
        return meaning
    if isinstance(meaning, Gathered):
        return None
    return next((found for part in parts(meaning) if (found := _loose(part))), None)


def _has_aggregate(meaning: Meaning) -> bool:
    return isinstance(meaning, Gathered) or any(map(_has_aggregate, parts(meaning)))


def _source(
    resolver: Resolver, source: exp.Expr | None, span: Span
) -> tuple[tuple[Source, ...], Elements] | None:
    faults = resolver.faults
    unnested = source.expressions if isinstance(source, exp.Unnest) else []
    if len(unnested) != 1 or not isinstance(unnested[0], exp.Column | exp.Dot):
        message = "a sub-query goes through one of the alert's own lists"
        place = span if source is None else resolver.spans.of(source)
        named = source.name if isinstance(source, exp.Table) else ""
        alias = source.alias if isinstance(source, exp.Table) else ""
        written = f"write FROM UNNEST({named or 'list'}) AS {alias or 'p'}"
        if isinstance(source, exp.Subquery) and isinstance(source.this, exp.SetOperation):
            written = "take a view that holds both, or a sub-query for each list"
        hint = f"{written}; {_lists(resolver.scope.survey)}"
        faults.error("bad-sub-query", message, place, hint)
        return None
    assert source is not None
    place = resolver.spans.of(unnested[0])
    name = _alias(resolver, source, place)
    survey = resolver.scope.survey
    view = view_named(unnested[0], survey)
    if view is not None:
        if name is None:
            return None
        return sources_of(view, survey), Elements(name, view.element)
    array = resolver.resolve(unnested[0])
    if name is None or array is None:
        return None
    if not isinstance(array, FieldOf) or not isinstance(array.type, Array):
        message = f"UNNEST takes a list, and this is {a_type(array.type)}"
        faults.error("bad-sub-query", message, place, _lists(survey))
        return None
    if not isinstance(array.type.element, Struct) or not array.type.element.fields:
        message = "the elements of this list are no records, and have no fields"
        faults.error("bad-sub-query", message, place, "a[1] is its first element")
        return None
    everything = Constant(place, Scalar.BOOLEAN, True)
    return (Source(array, everything),), Elements(name, array.type.element)


def _lists(survey: Survey) -> str:
    names = (*survey.histories, *(view.name for view in survey.views))
    return f"the lists of {survey.name}: {', '.join(names)}" if names else ""


def _alias(resolver: Resolver, source: exp.Expr, place: Span) -> str | None:
    alias = source.args.get("alias")
    faults = resolver.faults
    if alias is None or not alias.name:
        message = "the elements need a name"
        faults.error("bad-sub-query", message, place, "write UNNEST(…) AS p, and p.field")
        return None
    if alias.args.get("columns") or source.args.get("offset"):
        message = "the elements have one name, and their fields the names of the survey"
        faults.error("bad-sub-query", message, place, f"write AS {alias.name}")
        return None
    name = str(alias.name)
    if resolver.scope.survey.alert.get(name) or name in resolver.scope.qualifiers:
        message = f"'{name}' means something else already"
        faults.error("bad-sub-query", message, place, "give the elements another name: AS p, say")
        return None
    return name
