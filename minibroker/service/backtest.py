"""What a filter would have passed on past nights: the same text, on the archive."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from minibroker.engine.archive import Archive, NightCount
from minibroker.model.filter import FilterPlan
from minibroker.model.night import Interval
from minibroker.model.survey import Survey
from minibroker.model.types import Path, dotted


@dataclass(frozen=True)
class Backtest:
    """A filter's answer per night, and some of the alerts that pass."""

    nights: tuple[NightCount, ...]
    columns: tuple[str, ...]
    """Names of the sample's columns, dotted where they are fields."""
    sample: tuple[tuple[Any, ...], ...]


def backtest(
    archive: Archive, survey: Survey, plan: FilterPlan, nights: Interval, sample: int
) -> Backtest:
    """Run a filter on the archive; ``sample`` is how many passing alerts to show, 0 for none.

    The sample's columns are those that the filter sends; where it sends packets, the survey's
    default ones and those that it reads.
    """
    counts = archive.count(plan.duckdb, nights)
    columns = _sent(plan) or _of_packets(survey, plan)
    rows = archive.sample(plan.duckdb, nights, list(columns.values()), sample) if sample else []
    return Backtest(tuple(counts), tuple(columns), tuple(rows))


def _sent(plan: FilterPlan) -> dict[str, str]:
    """Return the spelling of each column that a filter sends, by its name."""
    names = (column.name for column in plan.filter.projection.columns)
    return dict(zip(names, plan.duckdb_columns, strict=True))


def _of_packets(survey: Survey, plan: FilterPlan) -> dict[str, str]:
    scalar = (path for path in plan.filter.columns if _is_scalar(survey, path))
    return {dotted(path): _spelled(path) for path in (*survey.default_columns, *scalar)}


def _is_scalar(survey: Survey, path: Path) -> bool:
    try:
        return not hasattr(survey.alert.at(path), "__dataclass_fields__")
    except KeyError:
        return False


def _spelled(path: Path) -> str:
    return ".".join('"' + name.replace('"', '""') + '"' for name in path)
