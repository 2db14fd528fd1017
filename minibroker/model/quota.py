"""How much a filter may send."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Quota:
    """The most that one filter is sent of a visit and of a night; 0 is no limit."""

    alerts_per_visit: int = 0
    alerts_per_night: int = 0
    bytes_per_night: int = 0

    def __str__(self) -> str:
        limits = {
            "alerts a visit": self.alerts_per_visit,
            "alerts a night": self.alerts_per_night,
            "bytes a night": self.bytes_per_night,
        }
        return ", ".join(f"{most:,} {what}" for what, most in limits.items() if most) or "no limit"
