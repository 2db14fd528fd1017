"""Whether the archive has every packet once, with its alert, in files that can be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from minibroker.engine.archive_check import ArchiveCheck, Fault
from minibroker.engine.kafka import Kafka
from minibroker.model.errors import OutsideError


def verify(
    archive: ArchiveCheck, kafka: Kafka | None, nights: Sequence[str], deep: bool
) -> list[Fault]:
    """Return what is wrong with these nights of a survey.

    A gap is no fault where Kafka still has the offsets and no packet there: a transaction's marker
    takes an offset too. Where Kafka cannot tell (``kafka`` is None, does not answer, or no longer
    has the offsets) the gap is a fault that says so.
    """
    unreadable = archive.unreadable(nights, deep)
    broken = [fault.file for fault in unreadable]
    breaks = archive.breaks(nights, broken)
    gaps = [fault for fault in breaks if fault.kind == "gap"]
    faults = [*unreadable, *(fault for fault in breaks if fault.kind != "gap")]
    for topic in sorted({fault.topic for fault in gaps}):
        faults += _explained(kafka, topic, [fault for fault in gaps if fault.topic == topic])
    for night in nights:
        faults += archive.unmatched(night, broken)
    return faults


def _explained(kafka: Kafka | None, topic: str, gaps: Sequence[Fault]) -> list[Fault]:
    """Return the gaps of a topic that stand, each with what Kafka says of it."""
    if kafka is None:
        return [replace(gap, text="Kafka was not asked") for gap in gaps]
    places = [(gap.partition or 0, gap.begin or 0, gap.end or 0) for gap in gaps]
    try:
        stored = list(kafka.stored(topic, places))
    except OutsideError as error:
        return [replace(gap, text=error.message) for gap in gaps]
    standing = []
    for gap, found in zip(gaps, stored, strict=True):
        if found is None:
            standing.append(replace(gap, text="Kafka no longer has these offsets"))
        elif found:
            text = f"Kafka has {found} packets there"
            standing.append(replace(gap, count=found, text=text))
    return standing
