"""Where reading a topic begins."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import Enum

from minibroker.model.errors import ConfigError


class Edge(Enum):
    """One of a topic's ends."""

    EARLIEST = "earliest"
    LATEST = "latest"


Start = Edge | datetime
"""An end, or a time: then the first message that Kafka stored then or later."""


def parse_start(text: str) -> Start:
    """Read ``earliest``, ``latest`` or a time in ISO 8601, UTC where it names no zone."""
    try:
        return Edge(text)
    except ValueError:
        pass
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        raise ConfigError(
            "bad-start",
            f"{text!r} is no place in a topic",
            "write earliest, latest or a time such as 2026-03-05T04:30:00Z",
        ) from None
    return time if time.tzinfo else time.replace(tzinfo=UTC)
