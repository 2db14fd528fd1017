"""The alerts of topics as they come, for Python programs."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple, Self

from minibroker.broker import Broker
from minibroker.client.alert import Alert, Decoded
from minibroker.config import load_config
from minibroker.model.errors import ConfigError, OutsideError
from minibroker.model.packet import Packet
from minibroker.model.start import Start, parse_start
from minibroker.service.messages import Messages

POLL_SECONDS = 0.5
"""How long one look at Kafka may take: Ctrl-C is heard between two of them."""


class Received(NamedTuple):
    """What came: all three are None where nothing came in time."""

    topic: str | None
    alert: Alert | None
    key: bytes | None


NOTHING = Received(None, None, None)


class AlertStream:
    """Alerts of filters, or of any topics, as they come: a context manager and an iterator.

    ::

        with AlertStream("ztf_asteroids", start="earliest") as stream:
            for alert in stream:
                print(alert["objectId"], alert["candidate"]["magpsf"])

    Settings are those of the commands: minibroker.toml, then MINIBROKER_*, then what is given
    here.

    Parameters
    ----------
    filters
        Names of filters or of topics, one or several.
    start
        ``latest``, ``earliest`` or a time (a datetime, or ISO 8601; UTC where it names no zone):
        where to begin in what the group has not read yet.
    group
        A Kafka consumer group, to go on where it stopped; members of one group share the alerts.
        An alert counts as read when the next one is asked for: what is interrupted comes again.
        Without a group every stream reads all of it.
    until_eos
        End at what the topics hold when they are read, instead of waiting for more.
    servers
        ``host:port,…`` of Kafka.
    properties
        Any key of librdkafka, for credentials say: ``{"security.protocol": "SASL_SSL"}``.
    config
        The settings file; without it minibroker.toml of the working folder, if there is one.

    Raises
    ------
    ConfigError
        For a name that is neither a filter nor a topic, with the nearest one.
    OutsideError
        When Kafka does not answer, or has gone away for a minute.
    """

    def __init__(
        self,
        filters: str | Sequence[str],
        *,
        start: str | datetime = "latest",
        group: str = "",
        until_eos: bool = False,
        servers: str = "",
        properties: Mapping[str, Any] | None = None,
        config: Path | str | None = None,
    ) -> None:
        names = [filters] if isinstance(filters, str) else list(filters)
        if not names:
            raise ConfigError("no-filter", "no filter given", "name a filter or a topic")
        flags = {f"kafka.properties.{key}": _text(v) for key, v in (properties or {}).items()}
        if servers:
            flags["kafka.bootstrap"] = servers
        broker = Broker(load_config(Path(config) if config else None, flags))
        self._following, self._messages = broker.packets.follow(
            names, _start(start), group, until_eos
        )
        self._last: Packet | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        # What the block was at when it failed is not read: the group gets it again.
        if error is None:
            self._finish()
        self._following.__exit__(kind, error, trace)

    def close(self) -> None:
        """Leave Kafka; the last alert counts as read."""
        self.__exit__(None, None, None)

    def __iter__(self) -> Iterator[Alert]:
        while not self._following.is_over:
            _, alert, _ = self.poll(POLL_SECONDS)
            if alert is not None:
                yield alert
        self._finish()

    def poll(self, timeout: float | None = None) -> Received:
        """Return (topic, alert, key) of the next alert; (None, None, None) where none comes.

        ``timeout`` is in seconds; without it this waits until an alert comes, or with
        ``until_eos`` the end.
        """
        self._finish()
        deadline = None if timeout is None else time.monotonic() + timeout
        while not self._following.is_over:
            left = POLL_SECONDS if deadline is None else deadline - time.monotonic()
            packet = self._following.poll(max(0.0, min(left, POLL_SECONDS)))
            if packet is not None:
                self._last = packet
                alert = Alert(packet, partial(_decoded, self._messages, packet))
                return Received(packet.topic, alert, packet.key)
            if deadline is not None and time.monotonic() >= deadline:
                break
        return NOTHING

    def _finish(self) -> None:
        if self._last is not None:
            self._following.done(self._last)
            self._last = None


def _text(value: Any) -> str:
    # The Kafka clients spell truth in small letters.
    return str(value).lower() if isinstance(value, bool) else str(value)


def _start(start: str | datetime) -> Start:
    return parse_start(start.isoformat() if isinstance(start, datetime) else start)


def _decoded(messages: Messages, packet: Packet) -> Decoded:
    shown = messages.shown(packet)
    if shown.error:
        place = f"{packet.topic}[{packet.partition}]@{packet.offset}"
        raise OutsideError("packet-undecodable", f"{place}: {shown.error}")
    return shown.survey, shown.whole
