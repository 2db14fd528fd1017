"""Packets of both surveys that flow until they are told to stop."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import date
from itertools import cycle

from minibroker.broker import Broker
from minibroker.model.packet import Packet
from minibroker.service.simulate import simulate

NIGHT = date(2026, 3, 5)
DISTINCT = 400
"""Packets that are made, one of them corrupt; a longer feed repeats them."""


class Feed(threading.Thread):
    """Sends a survey's packets, ``rate`` a second, from its start until ``end``."""

    def __init__(self, broker: Broker, survey: str, rate: float, seed: int) -> None:
        super().__init__(name=f"feed-{survey}", daemon=True)
        self.topic = broker.config.surveys[survey].topic
        self.confirmed = 0
        self.error: BaseException | None = None
        self._kafka = broker.kafka
        made = simulate(broker.surveys[survey], NIGHT, DISTINCT, seed, corrupt=1)
        self._packets = [Packet(each.value) for each in made]
        self._pause = 1 / rate
        self._ended = threading.Event()

    def run(self) -> None:
        """Send, and keep what went wrong for ``end``."""
        try:
            self.confirmed = self._kafka.produce(self.topic, self._flow())
        except BaseException as error:
            self.error = error

    def end(self) -> int:
        """Stop and return how many packets Kafka confirmed; raise what went wrong."""
        self._ended.set()
        self.join()
        if self.error is not None:
            raise self.error
        return self.confirmed

    def _flow(self) -> Iterator[Packet]:
        for packet in cycle(self._packets):
            if self._ended.wait(self._pause):
                return
            yield packet
