"""How much a filter may send."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Quota:
    """The most that one filter is sent of a visit and of a night; 0 is no limit."""

    alerts_per_visit: int = 0
    alerts_per_night: int = 0
    bytes_per_night: int = 0
