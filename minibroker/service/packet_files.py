"""The packets of files, folders and tar archives, each as its survey would send it."""

from __future__ import annotations

import tarfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from os import fstat
from pathlib import Path
from typing import Any, BinaryIO

from fastavro.schema import to_parsing_canonical_form

from minibroker.engine.avro import confluent
from minibroker.engine.avro_container import MAGIC, ContainerFile, Containers, holds_one
from minibroker.engine.kafka import LARGEST_MESSAGE
from minibroker.model.errors import ConfigError
from minibroker.model.survey import Survey

Frame = Callable[[bytes], bytes]


@dataclass(frozen=True)
class FilePacket:
    """One packet, and where it was."""

    value: bytes
    origin: str
    """The file, and the member of an archive."""
    container: int = 0
    """Which container of many alerts it was in, from 1; 0 for a file of one packet."""


class PacketFiles:
    """Packets in the order of their files' names; they can be gone through more than once.

    A file of one packet is that packet, byte for byte. A container of many alerts (a visit, say)
    is taken apart: a Confluent header and the bare datum where its schema is one that a survey
    numbers, else a container each with the schema of the file. Folders are searched for .avro
    files. Raises ConfigError naming the file for whatever cannot be read.
    """

    def __init__(
        self,
        places: Sequence[Path],
        surveys: Mapping[str, Survey],
        tell: Callable[[str], None] = lambda text: None,
    ) -> None:
        self._places = places
        self._surveys = surveys
        self._tell = tell

    def check(self) -> None:
        """Raise ConfigError for a place that cannot be opened or a folder without packets."""
        for place in self._places:
            next(_opened(place), None)

    def __iter__(self) -> Iterator[FilePacket]:
        numbers = count(1)
        for place in self._places:
            for origin, size, file in _opened(place):
                try:
                    yield from self._packets(origin, size, file, numbers)
                except (tarfile.TarError, EOFError, zlib.error) as error:
                    raise _broken(origin, error) from error
                except OSError as error:
                    raise unreadable(origin, error) from error

    def _packets(
        self, origin: str, size: int, file: BinaryIO, numbers: Iterator[int]
    ) -> Iterator[FilePacket]:
        # A message cannot be larger than this: the file holds many, and is read block by block.
        if size <= LARGEST_MESSAGE:
            value = file.read()
            if not value.startswith(MAGIC) or holds_one(value):
                yield FilePacket(value, origin)
                return
            file.seek(0)
        number, done = next(numbers), 0
        try:
            container = ContainerFile(file)
            frame = self._frame(origin, container)
            for datum in container.data():
                yield FilePacket(frame(datum), origin, number)
                done += 1
        except (ConfigError, OSError):
            raise
        except (
            Exception
        ) as error:  # fastavro raises a dozen types, EOFError and KeyError among them
            reason = str(error)[:200] or type(error).__name__
            raise ConfigError(
                "container-broken",
                f"{origin}: broken after {done} alerts: {reason}",
                "fetch the file again",
            ) from error
        if not done:
            self._tell(f"{origin}: no alert in it")

    def _frame(self, origin: str, container: ContainerFile) -> Frame:
        number = self._numbers.get(to_parsing_canonical_form(dict(container.schema)))
        if number is not None:
            return lambda datum: confluent(number, datum)
        fields = {field["name"] for field in container.schema["fields"]}
        for survey in self._surveys.values():
            if survey.framing == "confluent" and survey.alert_id[0] in fields:
                self._tell(
                    f"{origin}: its schema is none of {survey.folder}; each alert is sent with it"
                )
        return Containers(container.framing).container

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {
            to_parsing_canonical_form(version.avro): version.schema_id
            for survey in self._surveys.values()
            for version in survey.versions
            if version.schema_id is not None
        }


def _opened(place: Path) -> Iterator[tuple[str, int, BinaryIO]]:
    """Yield every file of a place: its name, its size, and it."""
    if place.is_dir():
        found = sorted(place.rglob("*.avro"))
        if not found:
            raise ConfigError("no-packets", f"{place}: no .avro file in it", "name another folder")
        for file in found:
            yield from _alone(file)
        return
    try:
        is_tar = tarfile.is_tarfile(place)
    except OSError as error:
        raise unreadable(str(place), error) from error
    if not is_tar:
        yield from _alone(place)
        return
    try:
        with tarfile.open(place) as archive:
            yield from _members(place, archive)
    except (tarfile.TarError, EOFError, zlib.error, OSError) as error:
        raise _broken(str(place), error) from error


def _alone(file: Path) -> Iterator[tuple[str, int, BinaryIO]]:
    try:
        with file.open("rb") as opened:
            yield str(file), fstat(opened.fileno()).st_size, opened
    except OSError as error:
        raise unreadable(str(file), error) from error


def _members(place: Path, archive: Iterable[Any]) -> Iterator[tuple[str, int, BinaryIO]]:
    for member in archive:
        if member.isfile() and member.name.endswith(".avro"):
            file = archive.extractfile(member)  # type: ignore[attr-defined]
            yield f"{place}:{member.name}", member.size, file


def _broken(origin: str, error: Exception) -> ConfigError:
    return ConfigError(
        "archive-broken", f"{origin}: broken archive: {error}", "fetch the file again"
    )


def unreadable(origin: str, error: OSError) -> ConfigError:
    """Return what is told of a file that the system does not let one read."""
    return ConfigError(
        "file-unreadable",
        f"{origin}: {error.strerror or error}",
        "check the name and its permissions",
    )
