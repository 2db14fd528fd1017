"""A survey that is nothing but its fields, for tests that bring their own rows."""

from __future__ import annotations

from pathlib import Path

from minibroker.compiler.build import finite
from minibroker.compiler.faults import Faults
from minibroker.compiler.lower import lower
from minibroker.compiler.parse import parse
from minibroker.compiler.resolve import Resolver
from minibroker.compiler.scope import Scope
from minibroker.model.expression import Expression
from minibroker.model.survey import AlertTime, Survey, View
from minibroker.model.types import Struct


def bare_survey(alert: Struct, views: tuple[View, ...] = ()) -> Survey:
    """Return a survey of an alert with the fields ``id`` and ``d`` and a list ``a``."""
    return Survey(
        name="rows",
        title="",
        folder=Path(),
        alert=alert,
        versions=(),
        framing="auto",
        alert_id=("id",),
        object_id=("id",),
        ra=("d",),
        dec=("d",),
        time=AlertTime(("d",), "mjd", "utc"),
        night_offset_hours=0.0,
        cutouts=(),
        histories=("a",),
        default_columns=(),
        sentinels=(),
        views=views,
    )


def lowered(text: str, survey: Survey) -> Expression:
    """Return an expression of any type as it is spelled for the engines."""
    faults = Faults()
    statement = parse(text, faults)
    assert statement.condition is not None
    meaning = Resolver(Scope(survey, frozenset()), statement.spans, faults).resolve(
        statement.condition
    )
    assert meaning is not None, (text, faults.all())
    return finite(lower(meaning))
