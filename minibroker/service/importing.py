"""Packets of files into the archive: which they are, and which it has already."""

from __future__ import annotations

import tarfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from minibroker.engine.avro import AlertReader, alerts_in, survey_of
from minibroker.engine.kafka import LARGEST_MESSAGE
from minibroker.model.errors import OutsideError
from minibroker.model.survey import Survey
from minibroker.model.types import value_at
from minibroker.service.archive_job import TAI_MINUS_UTC
from minibroker.service.packet_files import unreadable

TARS = (".tar", ".tar.gz", ".tgz")
_MJD_EPOCH = datetime(1858, 11, 17, tzinfo=UTC)


@dataclass(frozen=True)
class Stranger:
    """A file, or a member of a tar archive, that is not imported."""

    origin: str
    reason: str


@dataclass(frozen=True)
class Import:
    """A packet that the archive is to get."""

    survey: Survey
    alert_id: Any
    night: str
    packet: bytes


def import_topic(survey: str) -> str:
    """Return the topic from which imported packets are archived; no filter reads it."""
    return f"minibroker.import.{survey}"


def check_places(places: Sequence[Path]) -> None:
    """Raise ConfigError for a file or folder that cannot be opened."""
    for place in places:
        try:
            if place.is_dir():
                next(place.iterdir(), None)
            else:
                place.open("rb").close()
        except OSError as error:
            raise unreadable(str(place), error) from error


def packets_of(places: Sequence[Path]) -> Iterator[tuple[str, bytes | Stranger]]:
    """Yield every .avro file of files, folders and tar archives, by name and content.

    Tar archives are read as a stream, nothing is unpacked to the disk; where one breaks off, it
    is a stranger after its members. Raises ConfigError for a place that cannot be read.
    """
    for place in places:
        try:
            if place.is_dir():
                found = sorted(each for each in place.rglob("*") if _is_wanted(each))
                yield from packets_of(found)
            elif place.name.endswith(TARS):
                yield from _members(place)
            else:
                yield str(place), _content(str(place), place.stat().st_size, place.read_bytes)
        except OSError as error:
            raise unreadable(str(place), error) from error


def sort_out(
    places: Sequence[Path],
    surveys: Mapping[str, Survey],
    readers: Mapping[str, AlertReader],
) -> Iterator[Import | Stranger]:
    """Yield what each file is: a packet of a survey that can be decoded, or why it is none."""
    for origin, content in packets_of(places):
        if isinstance(content, Stranger):
            yield content
            continue
        survey = survey_of(content, surveys.values())
        if survey is None:
            yield Stranger(origin, f"a packet of none of {', '.join(surveys)}")
            continue
        count = alerts_in(content)
        if count != 1:
            yield Stranger(origin, f"a container of {count} alerts, where a packet is one")
            continue
        try:
            alert = readers[survey.name].read(content)
        except OutsideError as error:
            yield Stranger(origin, error.message)
            continue
        yield Import(survey, value_at(alert, survey.alert_id), night_of(survey, alert), content)


def night_of(survey: Survey, alert: Mapping[str, Any], now: datetime | None = None) -> str:
    """Return the night that the archive job puts an alert into.

    ``now`` is the packet's time in Kafka, which counts when the alert has none of its own.
    """
    time = value_at(alert, survey.time.field)
    day = None if time is None else float(time) - (2400000.5 if survey.time.format == "jd" else 0.0)
    if day is not None:
        scale = TAI_MINUS_UTC / 86400 if survey.time.scale == "tai" else 0.0
        day -= scale + survey.night_offset_hours / 24
    if day is None or not 40587 <= day < 88069:
        day = ((now or datetime.now(UTC)) - _MJD_EPOCH) / timedelta(days=1)
    return str(date(1858, 11, 17) + timedelta(days=int(day // 1)))


def _is_wanted(file: Path) -> bool:
    return file.is_file() and file.name.endswith((".avro", *TARS))


def _members(place: Path) -> Iterator[tuple[str, bytes | Stranger]]:
    try:
        with tarfile.open(place, "r|*") as archive:
            for member in archive:
                if not member.isfile() or not member.name.endswith(".avro"):
                    continue
                file = archive.extractfile(member)
                if file is not None:
                    origin = f"{place}:{member.name}"
                    yield origin, _content(origin, member.size, file.read)
    except (tarfile.TarError, EOFError, zlib.error) as error:
        # What came before it is whole and has been taken.
        yield str(place), Stranger(str(place), f"the tar archive breaks off: {error}")


def _content(origin: str, size: int, read: Callable[[], bytes]) -> bytes | Stranger:
    if size > LARGEST_MESSAGE:
        return Stranger(origin, f"{size} bytes are more than a packet may have")
    return read()
