"""Why an alert passes a filter or does not: each part of the condition, and what it compared."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from minibroker.engine.archive import Archive, column
from minibroker.engine.archive_files import literal
from minibroker.model.clause import Clause
from minibroker.model.errors import ConfigError
from minibroker.model.survey import Survey
from minibroker.model.types import Scalar, dotted

ELEMENTS = 20
"""Elements of a list that are shown."""


@dataclass(frozen=True)
class Value:
    """Something that was compared, as the user wrote it."""

    text: str
    value: Any


@dataclass(frozen=True)
class Walked:
    """The elements that a sub-query went through."""

    text: str
    elements: int
    counted: int
    """Those that met its condition."""
    shown: tuple[Mapping[str, Any], ...]
    """The first of them, the fields that the sub-query reads."""


@dataclass(frozen=True)
class Reason:
    """One part of a condition and what it came to for one alert."""

    text: str
    verdict: bool | None
    connective: str
    """AND, OR or NOT of ``parts``; empty where there are none."""
    parts: tuple[Reason, ...]
    distance: float | None
    """By how much the numbers miss what would make it TRUE, 0 where it is; None if unknown."""
    values: tuple[Value, ...]
    walked: tuple[Walked, ...]


@dataclass(frozen=True)
class Why:
    """What a filter says of one alert."""

    night: str
    alert: tuple[Value, ...]
    """The survey's default columns."""
    reason: Reason


@dataclass(frozen=True)
class NearMiss:
    """An alert that failed by one conjunct alone."""

    night: str
    alert: tuple[Any, ...]
    """The survey's default columns."""
    conjunct: str
    verdict: bool | None
    distance: float | None
    """In the unit of what the conjunct compares."""
    relative: float | None
    """In medians of the distances of all that failed by this conjunct alone."""


@dataclass(frozen=True)
class NearMisses:
    """The alerts of some nights that failed by one conjunct alone."""

    columns: tuple[str, ...]
    """The survey's default columns."""
    misses: tuple[NearMiss, ...]
    """The nearest first; conjuncts without a distance last."""
    all: int
    """How many there are."""


def why(archive: Archive, survey: Survey, text: str, clause: Clause, alert_id: str) -> Why:
    """Say what each part of a condition came to for the alert of this id.

    An alert that came twice is told as it came last. Raises ConfigError when the archive does
    not have it, or when it could not be decoded.
    """
    columns = [column(path) for path in survey.default_columns]
    sqls = [sql for each in clause.all() for sql in _asked(each)]
    night, *values = _row(archive, survey, [*columns, *sqls], alert_id)
    names = map(dotted, survey.default_columns)
    alert = tuple(map(Value, names, values[: len(columns)]))
    return Why(night, alert, _reason(clause, text, iter(values[len(columns) :])))


def near(
    archive: Archive, survey: Survey, text: str, clause: Clause, nights: Sequence[str], limit: int
) -> NearMisses:
    """Return the alerts that fail by one conjunct alone, the ``limit`` nearest of them.

    Conjuncts compare different things, so each distance is measured by the median of its
    conjunct's.
    """
    names = tuple(map(dotted, survey.default_columns))
    alerts = archive.table("alerts", nights)
    if not alerts:
        return NearMisses(names, (), 0)
    conjuncts = clause.conjuncts()
    columns = [column(path) for path in survey.default_columns]
    named = ", ".join(f"{each} AS c{n}" for n, each in enumerate(columns))
    kept = ", ".join(f"c{n}" for n in range(len(columns)))
    verdicts = ", ".join(each.sql for each in conjuncts)
    distances = ", ".join(f"CAST({each.distance} AS DOUBLE)" for each in conjuncts)
    query = f"""
      SELECT night, {kept}, missed, verdicts[missed], distances[missed],
        distances[missed] / nullif(median(distances[missed]) OVER (PARTITION BY missed), 0),
        count(*) OVER ()
      FROM (
        SELECT *, list_position(list_transform(verdicts, lambda v: v IS TRUE), FALSE) AS missed
        FROM (SELECT night, {named}, kafka_timestamp, kafka_partition, kafka_offset,
            [{verdicts}] AS verdicts, [{distances}] AS distances FROM {alerts})
        WHERE len(list_filter(verdicts, lambda v: v IS NOT TRUE)) = 1)
      ORDER BY distances[missed] / nullif(median(distances[missed]) OVER (PARTITION BY missed), 0)
        NULLS LAST, distances[missed] NULLS LAST, kafka_timestamp, kafka_partition, kafka_offset
      LIMIT {limit}"""
    with archive.session() as ask:
        rows = ask(query)
    misses = tuple(
        NearMiss(row[0], row[1:-5], _text(text, conjuncts[row[-5] - 1]), *row[-4:-1])
        for row in rows
    )
    return NearMisses(names, misses, rows[0][-1] if rows else 0)


def _asked(clause: Clause) -> Iterator[str]:
    """Yield the expressions that a clause is told by, in the order in which they are read."""
    yield clause.sql
    yield clause.distance
    yield from (operand.sql for operand in clause.operands)
    for walk in clause.walks:
        yield f"COALESCE(LEN({walk.every}), 0)"
        yield f"COALESCE(LEN({walk.counted}), 0)"
        yield f"{walk.counted}[1:{ELEMENTS}]"


def _reason(clause: Clause, text: str, values: Iterator[Any]) -> Reason:
    verdict, distance = next(values), next(values)
    operands = tuple(
        Value(text[each.span.start : each.span.end], next(values)) for each in clause.operands
    )
    walked = tuple(
        Walked(
            text[each.span.start : each.span.end],
            next(values),
            next(values),
            tuple(next(values) or ()),
        )
        for each in clause.walks
    )
    parts = tuple(_reason(part, text, values) for part in clause.parts)
    known = None if distance is None else float(distance)
    words = _text(text, clause)
    return Reason(words, verdict, clause.connective, parts, known, operands, walked)


def _text(text: str, clause: Clause) -> str:
    return " ".join(text[clause.span.start : clause.span.end].split())


def _row(
    archive: Archive, survey: Survey, columns: Sequence[str], alert_id: str
) -> tuple[Any, ...]:
    wanted = _id(survey, alert_id)
    nights = archive.nights()
    alerts, packets = archive.table("alerts", nights), archive.table("packets", nights)
    if not packets:
        raise ConfigError("no-nights", f"the archive has no night of {survey.name}", "run `up`")
    with archive.session() as ask:
        rows = alerts and ask(
            f"SELECT night, {', '.join(columns)} FROM {alerts}"
            f" WHERE {column(survey.alert_id)} = {wanted}"
            " ORDER BY kafka_timestamp DESC, kafka_partition DESC, kafka_offset DESC LIMIT 1"
        )
    if not rows:
        raise ConfigError(
            "alert-unknown",
            f"the archive has no alert of {survey.name} with {dotted(survey.alert_id)} {alert_id}"
            f" in its {len(nights)} nights, {nights[0]} to {nights[-1]}",
            "is it of another survey, or not yet archived (flink.archive_checkpoint)?",
        )
    return rows[0]


def _id(survey: Survey, alert_id: str) -> str:
    if survey.alert.at(survey.alert_id) is Scalar.VARCHAR:
        return literal(alert_id)
    try:
        return str(int(alert_id))
    except ValueError:
        raise ConfigError(
            "bad-alert-id",
            f"{alert_id!r} is no {dotted(survey.alert_id)}, which is a whole number",
            "`minibroker backtest` shows some",
        ) from None
