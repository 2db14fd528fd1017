"""How much of the newest archived nights a filter passes, asked before it runs on the stream."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from minibroker.engine.archive import Archive
from minibroker.model.errors import ConfigError

NIGHTS = 3
ALERTS = 100_000
"""The gate asks no more nights and no more alerts than these."""


@dataclass(frozen=True)
class Share:
    """What a condition passes of the alerts that were asked."""

    nights: tuple[str, ...]
    read: int
    passed: int

    @property
    def percent(self) -> float:
        """The share that passes."""
        return 100 * self.passed / self.read


def newest_share(archive: Archive, condition: str) -> Share | None:
    """Return what a compiled filter's DuckDB spelling passes of the newest alerts.

    None when the archive has no alert yet.
    """
    nights: list[str] = []
    read = passed = 0
    for night in reversed(archive.nights()):
        if len(nights) == NIGHTS or read >= ALERTS:
            break
        there, passing = archive.count_some(condition, night, ALERTS - read)
        if there:
            nights.insert(0, night)
            read, passed = read + there, passed + passing
    return Share(tuple(nights), read, passed) if nights else None


def refuse_above(most: float, shares: Mapping[str, Share]) -> None:
    """Raise ConfigError when a filter passes more than ``most`` percent, naming all that do."""
    above = {name: share for name, share in shares.items() if share.percent > most}
    if not above:
        return
    told = "; ".join(
        f"{name} passes {share.percent:.3g} % of {share.read:,} alerts of {_spelled(share.nights)}"
        for name, share in above.items()
    )
    raise ConfigError(
        "passes-too-much",
        f"{told}: more than {most:g} %",
        "narrow the condition, or submit it with --anyway; submit.max_share sets the limit",
    )


def _spelled(nights: tuple[str, ...]) -> str:
    return nights[0] if len(nights) == 1 else f"{nights[0]} to {nights[-1]}"
