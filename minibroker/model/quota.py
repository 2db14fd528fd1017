"""How much a filter may send."""

from __future__ import annotations

from dataclasses import dataclass

from minibroker.model.setting_kinds import Number


@dataclass(frozen=True)
class Quota:
    """The most that one filter is sent of a visit and of a night; 0 is no limit."""

    alerts_per_visit: Number = 0
    """Alerts of one visit: of the images of one exposure."""
    alerts_per_night: Number = 0
    """Alerts of one observing night."""
    bytes_per_night: Number = 0
    """Bytes of the messages of one observing night."""

    def __str__(self) -> str:
        limits = {
            "alerts a visit": self.alerts_per_visit,
            "alerts a night": self.alerts_per_night,
            "bytes a night": self.bytes_per_night,
        }
        return ", ".join(f"{most:,} {what}" for what, most in limits.items() if most) or "no limit"
