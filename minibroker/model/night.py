"""Nights and intervals of nights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from minibroker.model.errors import ConfigError


@dataclass(frozen=True)
class Interval:
    """Nights from ``first`` up to but not including ``end``, as UTC dates; None is no limit.

    What a night is, each survey says: for ZTF the UTC date, for LSST the date of UTC minus 12 h.
    """

    first: date | None = None
    end: date | None = None
    newest: int | None = None
    """Of these, so many of the newest; None for all."""

    def of(self, nights: Sequence[str]) -> list[str]:
        """Return those of some nights, oldest first, that are in the interval."""
        least, beyond = str(self.first or date.min), str(self.end or date.max)
        found = [night for night in nights if least <= night < beyond]
        return found if self.newest is None else found[-self.newest :]

    def __str__(self) -> str:
        if self.first and self.end:
            return f"in [{self.first}, {self.end})"
        return f"from {self.first} on" if self.first else f"before {self.end}" if self.end else ""


def parse_night(text: str) -> date:
    """Read ``YYYY-MM-DD``; raise ConfigError otherwise."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ConfigError(
            "bad-night", f"{text!r} is not a night", "write it as 2026-03-05"
        ) from None


def interval(first: str | None, end: str | None, newest: int | None = None) -> Interval:
    """Return the nights from ``first`` up to but not including ``end``, the ``newest`` of them.

    Raises ConfigError when there can be none.
    """
    nights = Interval(
        None if first is None else parse_night(first),
        None if end is None else parse_night(end),
        newest,
    )
    if nights.first and nights.end and nights.end <= nights.first:
        raise ConfigError(
            "empty-interval",
            f"[{nights.first}, {nights.end}) holds no night",
            "--to is not included: give the day after the last night",
        )
    if newest is not None and newest < 1:
        raise ConfigError("bad-nights", f"--nights {newest}: no night", "ask for one or more")
    return nights
