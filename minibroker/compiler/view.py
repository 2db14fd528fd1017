"""The survey's views as what a sub-query goes through: all detections, this one too, say."""

from __future__ import annotations

from contextlib import suppress

from sqlglot import exp

from minibroker.compiler.faults import Faults, Refused
from minibroker.compiler.meaning import Constant, FieldOf, Meaning, Source
from minibroker.compiler.parse import parse
from minibroker.compiler.scope import Elements, Scope
from minibroker.model.diagnostic import Span
from minibroker.model.errors import ConfigError
from minibroker.model.survey import Survey, View, ViewPart
from minibroker.model.types import Array, Scalar, Struct

_NOWHERE = Span(0, 0)


def view_named(node: exp.Expr, survey: Survey) -> View | None:
    """Return the view that an argument of UNNEST names; no field of the alert has such a name."""
    if not isinstance(node, exp.Column) or node.table:
        return None
    return next((view for view in survey.views if view.name == node.name), None)


def sources_of(view: View, survey: Survey) -> tuple[Source, ...]:
    """Return a view's parts, resolved; raise ConfigError for a condition that cannot be."""
    return tuple(_source(view, part, survey) for part in view.parts)


def _source(view: View, part: ViewPart, survey: Survey) -> Source:
    type_ = survey.alert.at(part.source)
    element = type_.element if isinstance(type_, Array) else type_
    assert isinstance(element, Struct)
    where = _condition(view, part, element, survey)
    return Source(FieldOf(_NOWHERE, type_, part.source), where)


def _condition(view: View, part: ViewPart, element: Struct, survey: Survey) -> Meaning:
    if not part.where:
        return Constant(_NOWHERE, Scalar.BOOLEAN, True)
    # Resolving a sub-query resolves its view: neither module can come first.
    from minibroker.compiler.resolve import Resolver

    faults = Faults()
    found: Meaning | None = None
    with suppress(Refused):
        statement = parse(part.where, faults)
        scope = Scope(survey, frozenset(), Elements("", element))
        if statement.condition is not None:
            found = Resolver(scope, statement.spans, faults).condition(statement.condition)
    if found is not None:
        return found
    (first, *_) = faults.all()
    raise ConfigError(
        "survey-view",
        f"{survey.folder / 'survey.toml'}: views.{view.name}, where {part.where!r}:"
        f" {first.message}",
        first.hint,
    )
