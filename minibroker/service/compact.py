"""Which nights are compacted, and in which order their rows are put."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from minibroker.engine.archive_files import TABLES
from minibroker.engine.compaction import Compacted, Compaction
from minibroker.model.night import parse_night
from minibroker.model.survey import Survey
from minibroker.model.types import Path

ZONE = 2.0
"""Degrees: the sky is cut into strips of this height in dec, and those into about squares."""


def orders(survey: Survey) -> dict[str, tuple[str, ...]]:
    """Return by which DuckDB expressions each table's rows are sorted.

    Alerts by where they are on the sky and then by time, packets as they came, deliveries by
    filter.
    """
    ra, dec = _spelled(survey.ra), _spelled(survey.dec)
    zone = f"floor(({dec} + 90) / {ZONE})"
    middle = f"radians(({zone} + 0.5) * {ZONE} - 90)"
    alerts = (zone, f"floor({ra} * cos({middle}) / {ZONE})", _spelled(survey.time.field))
    deliveries = ("owner", "filter", "version", "kafka_topic", "kafka_partition", "kafka_offset")
    return {"alerts": alerts, "packets": (), "deliveries": deliveries}


def is_finished(survey: Survey, night: str, margin_hours: float, now: datetime) -> bool:
    """Whether a night can get no more packets, but for late ones."""
    begins = datetime.combine(parse_night(night), datetime.min.time(), UTC)
    ends = begins + timedelta(days=1, hours=survey.night_offset_hours)
    return now >= ends + timedelta(hours=margin_hours)


def compact(compaction: Compaction, nights: Sequence[str]) -> Iterator[Compacted]:
    """Compact nights that are worth it, table by table; the caller holds `Compaction.alone`."""
    for night in nights:
        for table in TABLES:
            done = compaction.compact(table, night)
            if done is not None:
                yield done


def _spelled(path: Path) -> str:
    return ".".join('"' + name.replace('"', '""') + '"' for name in path)
