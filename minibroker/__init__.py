"""A SQL-first alert broker: one filter text, one meaning, in the stream and in the archive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from minibroker.client import Alert as Alert
    from minibroker.client import AlertStream as AlertStream
    from minibroker.client import read_alerts as read_alerts

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    # What reads alerts is loaded when it is asked for: the commands start without it.
    if name in ("Alert", "AlertStream", "read_alerts"):
        from minibroker import client

        return getattr(client, name)
    raise AttributeError(f"module 'minibroker' has no attribute {name!r}")
