"""Alerts in Python: `AlertStream` reads topics, `read_alerts` reads files."""

from minibroker.client.alert import Alert
from minibroker.client.files import read_alerts

__all__ = ["Alert", "read_alerts"]
