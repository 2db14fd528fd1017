"""The commands. Each builds a Broker, calls one verb of it and prints the answer."""

from minibroker.ui.commands import filters, packets, past, stack

__all__ = ["filters", "packets", "past", "stack"]
