"""Nights and intervals of nights."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from minibroker.model.errors import ConfigError


@dataclass(frozen=True)
class Interval:
    """Nights from ``first`` up to but not including ``end``, as UTC dates.

    What a night is, each survey says: for ZTF the UTC date, for LSST the date of UTC minus 12 h.
    """

    first: date
    end: date

    def nights(self) -> list[str]:
        """Return the nights as ``YYYY-MM-DD``, oldest first."""
        return [
            str(self.first + timedelta(days=day)) for day in range((self.end - self.first).days)
        ]

    def __str__(self) -> str:
        return f"[{self.first}, {self.end})"


def parse_night(text: str) -> date:
    """Read ``YYYY-MM-DD``; raise ConfigError otherwise."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ConfigError(
            "bad-night", f"{text!r} is not a night", "write it as 2026-03-05"
        ) from None


def interval(first: str, end: str) -> Interval:
    """Return the nights from ``first`` up to but not including ``end``; ConfigError when empty."""
    nights = Interval(parse_night(first), parse_night(end))
    if nights.end <= nights.first:
        raise ConfigError(
            "empty-interval",
            f"{nights} holds no night",
            "--to is not included: give the day after the last night",
        )
    return nights
