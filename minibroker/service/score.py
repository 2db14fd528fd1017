"""What a filter was forecast to pass, beside what it did."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from minibroker.engine.archive import Archive
from minibroker.engine.night_audit import Ran
from minibroker.engine.store import StoredFilter, StoredForecast
from minibroker.engine.version_nights import VersionNight, version_nights
from minibroker.model.survey import Survey
from minibroker.service.compact import is_finished
from minibroker.service.forecast import forecast
from minibroker.service.importing import import_topic
from minibroker.service.rate_gate import Share


class Outcome(StrEnum):
    """A night beside the forecast, or why it does not count."""

    INSIDE = "inside"
    FEWER = "fewer"
    MORE = "more"
    FORECAST = "of the forecast"
    """The forecast was made of it."""
    PART = "read in part"
    RUNNING = "not over"


JUDGED = (Outcome.INSIDE, Outcome.FEWER, Outcome.MORE)


@dataclass(frozen=True)
class Score:
    """The nights of one version of a filter, beside its forecast."""

    filter: str
    version: int
    forecast: StoredForecast
    nights: tuple[tuple[VersionNight, Outcome], ...]

    @property
    def judged(self) -> int:
        """Nights that count: over, read to the end, and not those that the forecast rests on."""
        return sum(outcome in JUDGED for _, outcome in self.nights)

    @property
    def inside(self) -> int:
        """Those of them whose alerts are within the interval."""
        return sum(outcome is Outcome.INSIDE for _, outcome in self.nights)


def forecast_of(
    stored: StoredFilter, share: Share, survey: Survey, now: datetime
) -> StoredForecast | None:
    """Return the forecast of a submitted filter, None when no night that was asked is over."""
    nights = [each for each in share.nights if is_finished(survey, each.night, 0.0, now)]
    if not nights:
        return None
    told = forecast([n.passed for n in nights], [n.read / n.alerts for n in nights])
    return StoredForecast(
        owner=stored.owner,
        name=stored.name,
        version=stored.version,
        made_at=now.isoformat(timespec="seconds"),
        nights=tuple(each.night for each in nights),
        alerts=sum(each.alerts for each in nights),
        read=sum(each.read for each in nights),
        expected=told.expected,
        low=told.low,
        high=told.high,
        level=told.level,
    )


def score(
    archive: Archive, survey: Survey, ran: Ran, kept: StoredForecast, margin_hours: float
) -> Score:
    """Put a version's nights beside its forecast.

    A night is over ``margin_hours`` after its end: late packets have come then.
    """
    nights = version_nights(archive, ran, import_topic(survey.name))
    now = datetime.now(UTC)
    judged = (
        (each, _outcome(each, kept, is_finished(survey, each.night, margin_hours, now)))
        for each in nights
    )
    return Score(ran.name, ran.version, kept, tuple(judged))


def _outcome(night: VersionNight, kept: StoredForecast, is_over: bool) -> Outcome:
    if night.night in kept.nights:
        return Outcome.FORECAST
    if not is_over:
        return Outcome.RUNNING
    if not night.is_whole:
        return Outcome.PART
    if night.passed < kept.low:
        return Outcome.FEWER
    return Outcome.MORE if night.passed > kept.high else Outcome.INSIDE
