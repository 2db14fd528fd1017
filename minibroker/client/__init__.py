"""Alerts in Python: `AlertStream` reads topics, `read_alerts` reads files."""

from minibroker.client.alert import Alert
from minibroker.client.files import read_alerts
from minibroker.client.stream import AlertStream

__all__ = ["Alert", "AlertStream", "read_alerts"]
