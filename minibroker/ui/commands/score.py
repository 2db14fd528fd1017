"""The command that puts a filter's forecast beside what came of it."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from minibroker.ui.app import Options, app

if TYPE_CHECKING:
    from minibroker.engine.store import StoredForecast


@app.command
def score(name: str, *, options: Options = Options()) -> None:
    """Show what a filter was forecast to pass, beside what it did, night by night.

    The forecast is the one that was made of the newest archived nights when the filter was
    submitted. A night counts when it is over, the filter has read all of it, and the forecast
    does not rest on it.

    Parameters
    ----------
    name
        One of your filters, or NAME@VERSION; removed ones too.

    Example: minibroker score ztf_asteroids
    """
    report = options.report
    found = options.broker().past.score(name)
    kept = found.forecast
    columns = ("night", "read", "passed", "delivered", "forecast", "low", "high", "outcome")
    expected = (round(kept.expected, 1), kept.low, kept.high)
    rows = [
        (night.night, night.read, night.passed, night.sent, *expected, outcome)
        for night, outcome in found.nights
    ]
    report.rows(
        columns,
        rows,
        filter=found.filter,
        version=found.version,
        forecast=asdict(kept),
        judged=found.judged,
        inside=found.inside,
    )
    if not report.is_json:
        report.text(f"\n{_said(kept)}")
        report.text(
            f"nights inside the interval: {found.inside} of {found.judged} that count;"
            f" {kept.level:.0%} should be"
        )


def _said(kept: StoredForecast) -> str:
    first, last = kept.nights[0], kept.nights[-1]
    nights = first if first == last else f"{first} to {last}"
    part = "" if kept.read == kept.alerts else f", {kept.read:,} of their {kept.alerts:,} alerts"
    return (
        f"forecast of {kept.made_at}: about {kept.expected:,.0f} alerts a night,"
        f" {kept.level:.0%} between {kept.low:,} and {kept.high:,}"
        f" (from {nights}{part})"
    )
