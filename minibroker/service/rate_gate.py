"""How much of the newest archived nights a filter passes, asked before it runs on the stream."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from minibroker.engine.archive import Archive
from minibroker.model.errors import ShareError

NIGHTS = 3
ALERTS = 100_000
"""The gate asks no more nights and no more alerts than these."""


@dataclass(frozen=True)
class Asked:
    """What a condition passes of a night, or of its first alerts."""

    night: str
    alerts: int
    """All that the night has."""
    read: int
    """Those that were asked."""
    passed: int


@dataclass(frozen=True)
class Share:
    """What a condition passes of the alerts that were asked."""

    nights: tuple[Asked, ...]
    """One at least, the oldest first."""

    @property
    def read(self) -> int:
        """Alerts that were asked."""
        return sum(each.read for each in self.nights)

    @property
    def passed(self) -> int:
        """Those of them that pass."""
        return sum(each.passed for each in self.nights)

    @property
    def percent(self) -> float:
        """The share that passes."""
        return 100 * self.passed / self.read


def newest_shares(archive: Archive, conditions: Sequence[str]) -> list[Share]:
    """Return what compiled filters' DuckDB spellings pass of the newest alerts, in their order.

    Every night is given the same number of alerts, so that a large one leaves room for those
    before it. Empty when the archive has no alert yet.
    """
    looks: list[tuple[Asked, ...]] = []
    for night in reversed(archive.nights()):
        if len(looks) == NIGHTS:
            break
        there, read, passed = archive.count_some(conditions, night, ALERTS // NIGHTS)
        if there:
            looks.insert(0, tuple(Asked(night, there, read, each) for each in passed))
    return [Share(nights) for nights in zip(*looks, strict=True)]


def refuse_above(most: float, shares: Mapping[str, Share]) -> None:
    """Raise ShareError when a filter passes more than ``most`` percent, naming all that do."""
    above = {name: share for name, share in shares.items() if share.percent > most}
    if not above:
        return
    told = "; ".join(
        f"{name} passes {share.percent:.3g} % of {share.read:,} alerts of {_spelled(share)}"
        for name, share in above.items()
    )
    raise ShareError(
        "passes-too-much",
        f"{told}: more than {most:g} %",
        "narrow the condition, or submit it with --anyway; submit.max_share sets the limit",
    )


def _spelled(share: Share) -> str:
    first, last = share.nights[0].night, share.nights[-1].night
    return first if first == last else f"{first} to {last}"
