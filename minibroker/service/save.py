"""Alerts of a topic as files: one Avro file each, or Parquet with many."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from minibroker.model.errors import OutsideError
from minibroker.model.survey import Survey
from minibroker.service.messages import Shown

ROWS = 1000
"""Alerts of one Parquet file: some MB."""


class Files(Protocol):
    """Where alerts are saved. A file whose name begins with a dot is unfinished."""

    @property
    def waiting(self) -> bool:
        """Whether there are alerts that are not on the disk yet."""

    def add(self, shown: Shown) -> None:
        """Save an alert, now or with others."""

    def close(self) -> None:
        """Bring to the disk what is not there."""


class AvroFiles:
    """One object container an alert, named by the alert's id: the packet's own bytes.

    A packet with a Confluent header gets its schema in front instead, so that any Avro reader
    opens it.
    """

    waiting = False

    def __init__(self, folder: Path, container: Callable[[Shown], bytes]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._container = container

    def add(self, shown: Shown) -> None:
        """Save an alert at once."""
        file = self._folder / f"{_safe(shown.name)}.avro"
        with written(file) as unfinished:
            unfinished.write_bytes(self._container(shown))

    def close(self) -> None:
        """Do nothing: all is on the disk."""


class ParquetFiles:
    """Alerts without their cutouts, ``ROWS`` a file; a file for each survey and set of columns."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._rows: dict[tuple[str, ...], list[dict[str, Any]]] = {}
        self._surveys: dict[str, Survey] = {}
        self._number = 0
        self._run = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())

    @property
    def waiting(self) -> bool:
        """Whether there are alerts that are not on the disk yet."""
        return bool(self._rows)

    def add(self, shown: Shown) -> None:
        """Keep an alert, and save all of its kind when they fill a file."""
        key = (shown.survey.name,) if shown.survey else shown.columns
        if shown.survey:
            self._surveys[shown.survey.name] = shown.survey
        rows = self._rows.setdefault(key, [])
        packet = shown.packet
        place = {
            "kafka_topic": packet.topic,
            "kafka_partition": packet.partition,
            "kafka_offset": packet.offset,
            "kafka_timestamp": packet.timestamp,
        }
        rows.append({**shown.alert, **place})
        if len(rows) == ROWS:
            self._save(key)

    def close(self) -> None:
        """Save what is left."""
        for key in list(self._rows):
            self._save(key)

    def _save(self, key: tuple[str, ...]) -> None:
        from minibroker.engine.parquet import write_alerts

        survey = self._surveys.get(key[0])
        rows = self._rows[key]
        self._number += 1
        name = f"{survey.name if survey else 'columns'}-{self._run}-{self._number:05d}.parquet"
        # With fields asked for, or columns of a filter, the rows say what their types are.
        is_whole = survey is not None and survey.alert_id[0] in rows[0]
        struct = survey.alert if survey is not None and is_whole else None
        dropped = survey.cutouts if survey else ()
        with written(self._folder / name) as unfinished:
            write_alerts(unfinished, rows, struct, dropped)
        del self._rows[key]


@contextmanager
def written(file: Path) -> Iterator[Path]:
    """Give a hidden file to write, and its name when it is whole; else there is no file.

    Raises OutsideError when the disk is full or the folder cannot be written to.
    """
    unfinished = file.with_name(f".{file.name}")
    try:
        yield unfinished
        unfinished.replace(file)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise OutsideError(
            "file-unwritable",
            f"{file}: {error.strerror or error}",
            "make room there or name another place; the files with a name are whole",
        ) from error
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


def _safe(name: str) -> str:
    """Return a file's name: an id is the packet's word and must not name another folder."""
    return re.sub(r"[^\w-]", "_", name)
