"""The commands. Each builds a Broker, calls one verb of it and prints the answer."""

from minibroker.ui.app import app, show_examples
from minibroker.ui.commands import (
    archive,
    completion,
    filters,
    ledger,
    monitor,
    packets,
    past,
    score,
    service,
    settings,
    shell,
    stack,
)

show_examples(app)

__all__ = [
    "archive",
    "completion",
    "filters",
    "ledger",
    "monitor",
    "packets",
    "past",
    "score",
    "service",
    "settings",
    "shell",
    "stack",
]
