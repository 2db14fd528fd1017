"""Avro object containers by their frames: taken apart and put together without decoding."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

import fastavro

MAGIC = b"Obj\x01"
SYNC_SIZE = 16
"""Bytes of the marker behind every block."""


@dataclass(frozen=True)
class Framing:
    """How the containers of one schema begin and where their blocks end."""

    schema: bytes
    """The schema as JSON, as it stands in the header."""
    sync: bytes

    @property
    def head(self) -> bytes:
        """What stands before the first block; the codec is null."""
        meta = {"avro.schema": self.schema, "avro.codec": b"null"}
        entries = b"".join(
            varint(len(key)) + key.encode() + varint(len(value)) + value
            for key, value in meta.items()
        )
        return MAGIC + varint(len(meta)) + entries + b"\0" + self.sync


class Containers:
    """Writes containers of one record each, all with one schema."""

    def __init__(self, framing: Framing) -> None:
        self._head = framing.head
        self._sync = framing.sync

    def container(self, *datum: bytes) -> bytes:
        """Return a container of one record, whose encoding may be given in parts."""
        size = sum(map(len, datum))
        return b"".join((self._head, b"\x02", varint(size), *datum, self._sync))


class ContainerFile:
    """A container that is read: its schema, and its records as they are encoded."""

    def __init__(self, file: BinaryIO) -> None:
        self._blocks = fastavro.block_reader(file)
        text: Any = self._blocks.metadata["avro.schema"]
        self.framing = Framing(
            text.encode() if isinstance(text, str) else bytes(text), bytes(SYNC_SIZE)
        )

    @property
    def schema(self) -> Mapping[str, Any]:
        """The schema that its records were written with."""
        return dict(json.loads(self.framing.schema))

    def data(self) -> Iterator[bytes]:
        """Yield every record's encoding; whatever fastavro raises tells where it is broken."""
        schema: Any = self._blocks.writer_schema
        # Read as a record without fields it is walked over, and none of it is made.
        nothing = fastavro.parse_schema({"type": "record", "name": schema["name"], "fields": []})
        for block in self._blocks:
            packed: io.BytesIO = block.bytes_  # type: ignore[attr-defined]
            if block.num_records == 1:
                yield packed.read()
                continue
            whole = packed.getbuffer()
            start = 0
            for _ in range(block.num_records):
                fastavro.schemaless_reader(packed, schema, nothing)
                yield bytes(whole[start : packed.tell()])
                start = packed.tell()


def holds_one(container: bytes) -> bool:
    """Whether a container has one record, told by its frames; a broken one is taken for that."""
    try:
        entries, at = _read_varint(container, len(MAGIC))
        while entries:
            if entries < 0:  # followed by the block's size in bytes
                _, at = _read_varint(container, at)
            for _ in range(2 * abs(entries)):
                size, at = _read_varint(container, at)
                at += size
            entries, at = _read_varint(container, at)
        at += SYNC_SIZE
        if at == len(container):
            return False
        records, at = _read_varint(container, at)
        size, at = _read_varint(container, at)
        return abs(records) == 1 and at + size + SYNC_SIZE >= len(container)
    except IndexError:
        return True


def _read_varint(data: bytes, at: int) -> tuple[int, int]:
    """Return an int or long and the place behind it; IndexError where the data end before."""
    value = shift = 0
    while data[at] > 0x7F:
        value |= (data[at] & 0x7F) << shift
        at, shift = at + 1, shift + 7
    value |= data[at] << shift
    return (value >> 1) ^ -(value & 1), at + 1


def varint(value: int) -> bytes:
    """Encode one int or long."""
    rest = value << 1 if value >= 0 else (-value << 1) - 1
    out = bytearray()
    while rest > 0x7F:
        out.append(rest & 0x7F | 0x80)
        rest >>= 7
    out.append(rest)
    return bytes(out)
