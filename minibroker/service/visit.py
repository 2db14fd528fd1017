"""A visit's packets on their way to Kafka: when it begins, how far it is, how fast it was."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from minibroker.engine.kafka import Sender
from minibroker.model.packet import Packet

Tell = Callable[[str], None]

EVERY = 2.0
"""Seconds between two words on how far a visit is."""


@dataclass(frozen=True)
class Visit:
    """One visit, confirmed by the brokers."""

    name: str
    packets: int
    bytes: int
    seconds: float

    def __str__(self) -> str:
        seconds = max(self.seconds, 1e-3)
        return (
            f"{self.name}: {self.packets:,} packets, {self.bytes / 1e6:,.1f} MB in"
            f" {self.seconds:.1f} s: {self.packets / seconds:,.0f} packets/s,"
            f" {self.bytes / 1e6 / seconds:,.1f} MB/s"
        )


def await_grid(seconds: float, name: str, tell: Tell) -> None:
    """Wait for the next point of the wall clock's grid of so many seconds; none when it is 0."""
    if seconds <= 0:
        return
    rest = seconds - time.time() % seconds
    tell(f"{name} begins in {rest:.1f} s, on the grid of {seconds:g} s")
    time.sleep(rest)


def send_visit(
    sender: Sender, name: str, timed: Iterable[tuple[float, Packet]], tell: Tell
) -> Visit:
    """Send a visit and wait until the brokers have confirmed all of it.

    Beside each packet stands how many seconds after the visit's begin it may go.
    """
    begun = told = time.monotonic()
    count = size = 0
    for count, (due, packet) in enumerate(timed, start=1):
        wait = due - (time.monotonic() - begun)
        if wait > 0:
            time.sleep(wait)
        sender.send(packet)
        size += len(packet.value)
        now = time.monotonic()
        if now - told >= EVERY:
            told = now
            tell(f"{name}: {count:,} packets, {count / (now - begun):,.0f}/s")
    sender.flush()
    visit = Visit(name, count, size, time.monotonic() - begun)
    tell(str(visit))
    return visit


@contextmanager
def interruptible(sender: Sender, tell: Tell) -> Iterator[None]:
    """Use a sender; where that ends early (Ctrl-C, a broken file), tell what Kafka has."""
    try:
        with sender:
            yield
    except BaseException:
        unknown = sender.sent - sender.confirmed
        rest = f"; whether {unknown:,} more are is not known" if unknown else ""
        # Ctrl-C can come when a packet was handed over and not yet counted.
        tell(f"at least {sender.confirmed:,} packets are stored in {sender.topic}{rest}")
        raise
