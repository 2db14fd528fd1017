"""Packets from files to a topic: one visit a batch, on the wall clock's grid."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import count, groupby
from typing import Any

from minibroker.engine.kafka import Sender
from minibroker.model.errors import ConfigError
from minibroker.model.packet import Packet
from minibroker.service.messages import Messages
from minibroker.service.packet_files import FilePacket
from minibroker.service.visit import Tell, Visit, await_grid, interruptible, send_visit

Encode = Callable[[FilePacket], Packet]


@dataclass(frozen=True)
class Pace:
    """How fast packets are sent."""

    visit: float = 39.0
    """Seconds of the grid that visits begin on; 0 for one straight after the other."""
    batch: int = 10_000
    """Packets of a visit at most; a container of many alerts begins a visit of its own."""
    rate: float | None = None
    """Packets a second within a visit at most."""
    repeat: int = 1
    """How often all is sent; 0 for ever."""


def produce(
    sender: Sender, packets: Iterable[FilePacket], encode: Encode, pace: Pace, tell: Tell
) -> list[Visit]:
    """Send packets and return the visits; those before an error or Ctrl-C are told and stored."""
    rounds: Iterable[int] = range(pace.repeat) if pace.repeat else count()
    done: list[Visit] = []
    with interruptible(sender, tell):
        for _ in rounds:
            for visit in visits(packets, pace.batch):
                name = f"visit {len(done) + 1}"
                await_grid(pace.visit, name, tell)
                done.append(send_visit(sender, name, _timed(visit, encode, pace.rate), tell))
                if 0 < pace.visit < done[-1].seconds:
                    tell(f"{name} took more than the {pace.visit:g} s between two")
    return done


def visits(packets: Iterable[FilePacket], batch: int) -> Iterator[Iterator[FilePacket]]:
    """Divide packets: at most ``batch`` in one, and containers of many alerts by themselves."""

    def numbered() -> Iterator[tuple[int, FilePacket]]:
        number, size, container = 0, 0, None
        for packet in packets:
            if size == batch or packet.container != container:
                number, size, container = number + 1, 0, packet.container
            size += 1
            yield number, packet

    for _, visit in groupby(numbered(), key=lambda each: each[0]):
        yield (packet for _, packet in visit)


def as_they_are(packet: FilePacket) -> Packet:
    """Return a packet with its own bytes."""
    return Packet(packet.value)


def as_json(messages: Messages) -> Encode:
    """Return what makes JSON of a packet's alert, without its cutouts; bytes are in base64."""

    def encode(packet: FilePacket) -> Packet:
        shown = messages.shown(Packet(packet.value))
        if shown.error:
            raise ConfigError(
                "packet-undecodable",
                f"{packet.origin}: {shown.error}",
                "send it as it is: --encode avro",
            )
        return Packet(json.dumps(shown.alert, default=_text, separators=(",", ":")).encode())

    return encode


def _text(value: Any) -> str:
    return base64.b64encode(value).decode() if isinstance(value, bytes) else str(value)


def _timed(
    packets: Iterable[FilePacket], encode: Encode, rate: float | None
) -> Iterator[tuple[float, Packet]]:
    for number, packet in enumerate(packets):
        yield (number / rate if rate else 0.0), encode(packet)
