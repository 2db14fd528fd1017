"""What a simulated packet is, and what it takes to make a survey's packets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from minibroker.service.simulate.sky import Cadence, Sightings


@dataclass(frozen=True, slots=True)
class SimulatedPacket:
    """The value of one Kafka message, and what is known of it."""

    value: bytes
    alert_id: int
    object_id: str
    """As the packet has it; ``0`` where it names no object."""
    visit: int
    mjd: float
    """When the exposure began, UTC."""
    kind: str
    """``variable``, ``supernova``, ``asteroid`` or ``artefact``."""
    corrupt: bool = False
    """The value was spoiled and cannot be decoded; the rest is what it would have held."""


class PacketMaker(Protocol):
    """One survey's packets."""

    cadence: Cadence

    def packets(self, seen: Sightings) -> list[SimulatedPacket]:
        """Return the alert of every source in the visit that saw it, in the sources' order."""


def field_named(avro: dict[str, Any], name: str) -> dict[str, Any] | None:
    """Return a record's field, or None."""
    fields: list[dict[str, Any]] = avro["fields"]
    return next((field for field in fields if field["name"] == name), None)


def element_fields(avro: dict[str, Any], field: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the fields of the records in an array of the alert."""
    items = branch_of(field)[1]["items"]
    if isinstance(items, str):
        # Written out at its first use, which is another field of the alert.
        kinds = (branch_of(other)[1] for other in avro["fields"])
        items = next(k for k in kinds if isinstance(k, dict) and k.get("name") == items)
    fields: list[dict[str, Any]] = items["fields"]
    return fields


def branch_of(field: dict[str, Any]) -> tuple[bytes, Any]:
    """Return what goes before a value of a field, and the type of the value."""
    kind = field["type"]
    if not isinstance(kind, list):
        return b"", kind
    index = next(i for i, branch in enumerate(kind) if branch != "null")
    return bytes((2 * index,)), kind[index]


def null_of(field: dict[str, Any]) -> bytes:
    """Return the encoding of NULL in a field."""
    return bytes((2 * field["type"].index("null"),))
