"""What the stream delivered against what the archive says it should have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from minibroker.engine.archive import Archive, Place
from minibroker.engine.kafka import Kafka
from minibroker.model.filter import Format
from minibroker.model.packet import Packet
from minibroker.service.messages import sent_format


@dataclass(frozen=True)
class Verdict:
    """One filter's two answers, compared packet by packet."""

    name: str
    delivered: int
    passed: int
    """Alerts of the archive that pass the same text."""
    packets: int
    """Delivered messages that are whole packets and not what a select list made of them."""
    identical: int
    """Those of them whose bytes are the packet's own."""
    missing: tuple[Place, ...]
    """Passed in the archive and not delivered."""
    extra: tuple[Place, ...]
    """Delivered and not passed in the archive, or delivered twice."""

    @property
    def equal(self) -> bool:
        """Whether stream and archive agree on every alert, whole packets byte for byte."""
        return not self.missing and not self.extra and self.identical == self.packets


def source_of(packet: Packet) -> Place:
    """Return where a delivered packet came from, as its headers say."""
    return Place(
        packet.header("minibroker.topic"),
        int(packet.header("minibroker.partition")),
        int(packet.header("minibroker.offset")),
    )


def audit(kafka: Kafka, archive: Archive, filters: Mapping[str, tuple[str, str]]) -> list[Verdict]:
    """Compare filters: name to topic and DuckDB condition.

    Reads every delivered message; the archive's packets are read once for all filters.
    """
    delivered = {name: list(kafka.read([topic])) for name, (topic, _) in filters.items()}
    identical = _identical(archive, delivered)
    return [
        _verdict(name, delivered[name], archive.passing(condition), identical[name])
        for name, (_, condition) in filters.items()
    ]


def _identical(archive: Archive, delivered: Mapping[str, Sequence[Packet]]) -> Counter[str]:
    """Count per filter the messages that equal the archived packet of their place."""
    wanted: dict[Place, list[tuple[str, bytes]]] = {}
    for name, packets in delivered.items():
        for packet in filter(_is_whole, packets):
            wanted.setdefault(source_of(packet), []).append((name, packet.value))
    return Counter(
        name
        for place, archived, _ in archive.packets()
        for name, value in wanted.get(place, ())
        if value == archived
    )


def _is_whole(packet: Packet) -> bool:
    return sent_format(packet) is Format.PACKET


def _verdict(name: str, delivered: Sequence[Packet], passed: set[Place], identical: int) -> Verdict:
    places = Counter(map(source_of, delivered))
    expected = Counter(passed)
    return Verdict(
        name=name,
        delivered=len(delivered),
        passed=len(passed),
        packets=sum(map(_is_whole, delivered)),
        identical=identical,
        missing=tuple((expected - places).elements()),
        extra=tuple((places - expected).elements()),
    )
