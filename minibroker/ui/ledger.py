"""How the ledger of a filter's nights is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from minibroker.engine.deliveries import LedgerNight

NIGHT = ("night", "read", "passed", "not passed", "dead", "sent", "over quota", "bytes")
"""Columns of a night: read = passed + not passed + dead, passed = sent + over quota."""


def night_cells(night: LedgerNight) -> tuple[str | int, ...]:
    """Return a night's cells."""
    counts = (night.read, night.passed, night.not_passed, night.dead)
    return (night.night, *counts, night.sent, night.over_quota, night.bytes)


def newest_cells(night: LedgerNight | None) -> tuple[str | int, ...]:
    """Return the cells of a filter's newest night, of which there may be none yet."""
    return night_cells(night) if night else ("", *[0] * (len(NIGHT) - 1))
