"""The packets that a filter would have sent on past nights, again."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from minibroker.engine.archive import Archive
from minibroker.engine.lock import hold
from minibroker.engine.passing_packets import passing_packets
from minibroker.model.errors import ConfigError, MismatchError
from minibroker.model.filter import FilterPlan, Format
from minibroker.model.packet import Packet

if TYPE_CHECKING:
    from minibroker.engine.kafka import Kafka
    from minibroker.engine.kafka_rewind import Reached

NOTE = "rewind.json"
"""What says of a folder which rewind it holds, and whether that is finished."""
BATCH = 32 * 1024 * 1024
"""Bytes of packets, about, that go to a topic in one transaction."""


@dataclass(frozen=True)
class Rewound:
    """What a rewind wrote."""

    written: int
    there: int
    """Packets that an earlier, interrupted run had written."""


def rewind_to_folder(
    archive: Archive,
    nights: Sequence[str],
    plan: FilterPlan,
    owner: str,
    folder: Path,
    hear: Callable[[float], None] = lambda _: None,
) -> Rewound:
    """Write the packets that a filter passes of these nights into a folder, one file each.

    A file's bytes are the packet's own; its name is Kafka's timestamp in milliseconds, topic,
    partition and offset, so that names sort as the stream ran. Each file is there as a whole or
    not at all, and what is there is not written again: a rewind that was interrupted goes on.
    The headers that all would have been sent with are in ``rewind.json``. Raises ConfigError for
    a folder that holds something else, and for a filter that does not send the packet itself.
    """
    _refuse_made_messages(plan)
    note = _note(plan, owner, nights)
    written = there = 0

    def take(total: int, packet: Packet) -> None:
        nonlocal written, there
        file = folder / _name(packet)
        if file.exists():
            there += 1
        else:
            _replace(file, packet.value)
            written += 1
        hear((written + there) / total)

    with _alone(folder):
        _begin(folder, note)
        passing_packets(archive, nights, plan.duckdb, take)
        _replace(folder / NOTE, _spelled({**note, "finished": True, "packets": written + there}))
    return Rewound(written, there)


def rewind_to_topic(
    kafka: Kafka,
    archive: Archive,
    nights: Sequence[str],
    plan: FilterPlan,
    owner: str,
    topic: str,
    hear: Callable[[float], None] = lambda _: None,
) -> Rewound:
    """Send the packets that a filter passes of these nights to a topic, in the stream's order.

    Each has the headers that it would have been sent with, and ``minibroker.rewind``: the nights,
    the packet's number and how many there are. A rewind that was interrupted goes on behind the
    last message that the topic has of it. Raises MismatchError when the archive has changed since,
    and ConfigError for a filter that does not send the packet itself.
    """
    from minibroker.engine.kafka_rewind import RewindTopic

    _refuse_made_messages(plan)
    number = size = 0
    batch: list[tuple[int, Packet]] = []
    with RewindTopic(kafka, topic, _headers(plan, owner), _spelled_nights(nights)) as sink:
        reached = sink.reached()
        there = reached.number if reached else 0

        def take(total: int, packet: Packet) -> None:
            nonlocal number, size
            number += 1
            if reached and number in (1, there):
                _refuse_changed(topic, reached, total, packet if number == there else None)
            if number > there:
                batch.append((number, packet))
                size += len(packet.value)
            if size >= BATCH or (batch and number == total):
                sink.send(batch, total)
                batch.clear()
                size = 0
            hear(number / total)

        total = passing_packets(archive, nights, plan.duckdb, take)
        if reached and total == 0:
            _refuse_changed(topic, reached, total, None)
    return Rewound(total - there, there)


def _refuse_made_messages(plan: FilterPlan) -> None:
    if plan.filter.projection.format is not Format.PACKET:
        raise ConfigError(
            "rewind-format",
            f"{plan.filter.source.origin} sends {plan.filter.projection.format.value}: a rewind"
            " gives packets as they came, byte for byte",
            "write SELECT *, or take its values from the archive: minibroker shell",
        )


def _refuse_changed(topic: str, reached: Reached, total: int, packet: Packet | None) -> None:
    """See that the archive still has the rewind that a topic's last message is of."""
    last = [
        reached.packet.header(f"minibroker.{each}") for each in ("topic", "partition", "offset")
    ]
    if total == reached.total and (
        packet is None or last == [packet.topic, str(packet.partition), str(packet.offset)]
    ):
        return
    raise MismatchError(
        "archive-changed",
        f"{topic} has {reached.number:,} of {reached.total:,} packets of this rewind, and the"
        f" archive of these nights has changed since: now {total:,} pass, or others",
        "rewind to another topic; nothing was sent",
    )


def _headers(plan: FilterPlan, owner: str) -> dict[str, str]:
    """Return the headers of the live messages, but for the packet's place."""
    chosen = plan.filter
    return {
        "minibroker.owner": owner,
        "minibroker.filter": chosen.name,
        "minibroker.version": chosen.fingerprint,
        "minibroker.format": chosen.projection.format.value,
    }


def _spelled_nights(nights: Sequence[str]) -> str:
    return f"{nights[0]}/{nights[-1]}"


def _note(plan: FilterPlan, owner: str, nights: Sequence[str]) -> dict[str, Any]:
    rewind = {"minibroker.rewind": _spelled_nights(nights)}
    return {
        "survey": plan.filter.survey,
        "nights": list(nights),
        "text": plan.filter.source.text,
        "headers": _headers(plan, owner) | rewind,
    }


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Make the folder if need be and hold it: another rewind would sweep what this one writes."""

    def refuse() -> None:
        raise ConfigError(
            "rewind-twice",
            f"another process writes a rewind to {folder}",
            "let that one finish, or name another folder",
        )

    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / ".lock").touch()
    except OSError as error:
        raise ConfigError(
            "folder-unusable", f"{folder}: {error.strerror}", "name another folder"
        ) from error
    with hold(folder / ".lock", refuse):
        yield


def _begin(folder: Path, note: dict[str, Any]) -> None:
    """Make the folder this rewind's, or see that it is; sweep what a killed run left half."""
    held = [file.name for file in folder.iterdir() if not file.name.startswith(".")]
    if not held:
        _replace(folder / NOTE, _spelled({**note, "finished": False}))
    elif NOTE not in held:
        raise ConfigError(
            "folder-not-empty", f"{folder} holds something else", "name an empty folder"
        )
    else:
        known = json.loads((folder / NOTE).read_text(encoding="utf-8"))
        if any(known.get(key) != value for key, value in note.items()):
            raise ConfigError(
                "another-rewind",
                f"{folder} holds a rewind of another filter or of other nights",
                f"name an empty folder; {folder / NOTE} says what it holds",
            )
    for left in folder.glob(".*.unfinished"):
        left.unlink()


def _name(packet: Packet) -> str:
    return (
        f"{packet.timestamp:013d}-{packet.topic}-{packet.partition:05d}-{packet.offset:012d}.avro"
    )


def _spelled(note: dict[str, Any]) -> bytes:
    return (json.dumps(note, indent=2) + "\n").encode()


def _replace(file: Path, value: bytes) -> None:
    unfinished = file.with_name(f".{file.name}.unfinished")
    unfinished.write_bytes(value)
    os.replace(unfinished, file)
