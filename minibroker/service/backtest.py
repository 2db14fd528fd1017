"""What a filter would have passed on past nights: the same text, on the archive."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from minibroker.compiler import compile_filter
from minibroker.engine.archive import Archive, column
from minibroker.engine.archive_files import literal
from minibroker.engine.nights import Hear, Parted, Tallies, Tally, count, tally
from minibroker.model.filter import FilterPlan, FilterSource
from minibroker.model.survey import Survey
from minibroker.model.types import Path, dotted
from minibroker.service.forecast import Forecast, forecast

LATITUDES = (10, 30, 60)
"""Where the regions of the sky end, degrees of galactic latitude on either side of the plane."""


@dataclass(frozen=True)
class Overlap:
    """What another filter passes of the same nights."""

    name: str
    passed: int
    both: int
    """Alerts that both filters pass."""


@dataclass(frozen=True)
class Backtest:
    """A filter's answer per night, what follows from it, and some of the alerts that pass."""

    survey: str
    tallies: Tallies
    forecast: Forecast
    quota: int | None
    """Alerts of one visit that may pass."""
    overlaps: tuple[Overlap, ...]
    columns: tuple[str, ...]
    """Names of the sample's columns, dotted where they are fields."""
    sample: tuple[tuple[Any, ...], ...]

    @property
    def whole(self) -> Tally:
        """All nights together."""
        nights = [night.tally for night in self.tallies.nights]
        return Tally(
            sum(night.read for night in nights),
            sum(night.passed for night in nights),
            sum(night.bytes for night in nights),
        )

    @property
    def chance_over(self) -> float:
        """The chance that a visit of a night to come exceeds the quota, by Jeffreys' rule."""
        return (self.tallies.visits.nights_over + 0.5) / (len(self.tallies.nights) + 1)


def backtest(
    archive: Archive,
    survey: Survey,
    plan: FilterPlan,
    nights: Sequence[str],
    sample: int,
    others: Mapping[str, FilterPlan],
    quota: int | None,
    hear: Hear,
) -> Backtest:
    """Run a filter on nights that the archive has.

    ``sample`` is how many passing alerts to show, 0 for none; ``others`` are the filters, by
    name, whose answers are laid over this one's in one further scan for all of them.

    The sample's columns are those that the filter sends; where it sends packets, the survey's
    default ones and those that it reads.
    """
    tallies = tally(archive, nights, plan.duckdb, parted(survey), quota, hear)
    columns = _sent(plan) or _of_packets(survey, plan)
    rows = archive.sample(plan.duckdb, nights, list(columns.values()), sample) if sample else []
    return Backtest(
        survey=survey.name,
        tallies=tallies,
        forecast=forecast([night.tally.passed for night in tallies.nights]),
        quota=quota,
        overlaps=_overlaps(archive, nights, plan, others, hear),
        columns=tuple(columns),
        sample=tuple(rows),
    )


def parted(survey: Survey) -> Parted:
    """Return what a survey's alerts are counted by."""
    return Parted(
        band=_band(survey),
        region=_region(survey),
        visit="NULL::BIGINT" if survey.visit is None else column(survey.visit),
    )


def _band(survey: Survey) -> str:
    if survey.band is None:
        return "NULL::VARCHAR"
    field = f"CAST({column(survey.band.field)} AS VARCHAR)"
    named = " ".join(
        f"WHEN {literal(value)} THEN {literal(name)}" for value, name in survey.band.names.items()
    )
    return f"CASE {field} {named} ELSE {field} END" if named else field


def _region(survey: Survey) -> str:
    """Spell which zone of galactic latitude an alert is in, by the language's own ``gal_b``."""
    ra, dec = column(survey.ra), column(survey.dec)
    text = f"SELECT abs(gal_b({ra}, {dec})) AS b FROM {column((survey.name,))}"
    (latitude,) = compile_filter(FilterSource(text, "region"), {survey.name: survey}).duckdb_columns
    edges = (0, *LATITUDES, 90)
    zones = [f"{low}°-{high}°" for low, high in pairwise(edges)]
    named = " ".join(
        f"WHEN b < {edge} THEN '{zone}'" for edge, zone in zip(LATITUDES, zones, strict=False)
    )
    return (
        f"(SELECT CASE {named} WHEN b <= 90 THEN '{zones[-1]}' END FROM (SELECT {latitude} AS b))"
    )


def _overlaps(
    archive: Archive,
    nights: Sequence[str],
    plan: FilterPlan,
    others: Mapping[str, FilterPlan],
    hear: Hear,
) -> tuple[Overlap, ...]:
    conditions = [
        condition
        for other in others.values()
        for condition in (other.duckdb, f"({plan.duckdb}) AND ({other.duckdb})")
    ]
    counted = count(archive, nights, conditions, hear).values()
    sums = [sum(numbers) for numbers in zip(*counted, strict=True)] or [0] * len(conditions)
    return tuple(
        Overlap(name, passed, both)
        for name, passed, both in zip(others, sums[::2], sums[1::2], strict=True)
    )


def _sent(plan: FilterPlan) -> dict[str, str]:
    """Return the spelling of each column that a filter sends, by its name."""
    names = (each.name for each in plan.filter.projection.columns)
    return dict(zip(names, plan.duckdb_columns, strict=True))


def _of_packets(survey: Survey, plan: FilterPlan) -> dict[str, str]:
    scalar = (path for path in plan.filter.columns if _is_scalar(survey, path))
    return {dotted(path): column(path) for path in (*survey.default_columns, *scalar)}


def _is_scalar(survey: Survey, path: Path) -> bool:
    try:
        return not hasattr(survey.alert.at(path), "__dataclass_fields__")
    except KeyError:
        return False
