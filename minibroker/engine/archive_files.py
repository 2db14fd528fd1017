"""Which files of the archive count, and how DuckDB is told of them; opens no Parquet."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

TABLES = ("alerts", "packets", "deliveries")
MANIFEST = ".compaction.json"
"""In a night's folder while compacted files stand for those that they were made of."""
UNPUBLISHED = ".compact-"
COMPACTED = "part-compact-"
"""How the names of compacted files begin, while the manifest is there and after."""


@dataclass(frozen=True)
class Replacement:
    """Files of a night that stand for others, which are to be removed."""

    made: tuple[str, ...]
    replaced: tuple[str, ...]
    at: float
    """When it was published, in seconds since 1970."""

    def write(self, folder: Path) -> None:
        """Put it in place, in one step."""
        beside = folder / f"{MANIFEST}.new"
        with beside.open("w") as file:
            json.dump(asdict(self), file)
            file.flush()
            os.fsync(file.fileno())
        beside.rename(folder / MANIFEST)


def read_replacement(folder: Path) -> Replacement | None:
    """Return a night's replacement, None when there is none."""
    try:
        found = json.loads((folder / MANIFEST).read_text())
    except FileNotFoundError:
        return None
    return Replacement(tuple(found["made"]), tuple(found["replaced"]), found["at"])


def published_name(name: str) -> str:
    """Return the last name of a compacted file."""
    return COMPACTED + name.removeprefix(UNPUBLISHED)


def is_compacted(file: Path) -> bool:
    """Whether a file was made by compaction."""
    return file.name.startswith((UNPUBLISHED, COMPACTED))


def night_folder(folder: Path, table: str, night: str) -> Path:
    """Return the folder of a night of a survey's table."""
    return folder / table / f"night={night}"


def nights_of(folder: Path, table: str) -> list[str]:
    """Return the nights of a survey's table that have a finished file, oldest first."""
    files = (folder / table).glob("night=*/part-*")
    return sorted({file.parent.name.removeprefix("night=") for file in files})


def archived_nights(folder: Path) -> list[str]:
    """Return the nights of which any table of a survey has a finished file, oldest first."""
    return sorted({night for table in TABLES for night in nights_of(folder, table)})


def files_of(folder: Path, table: str, nights: Iterable[str]) -> list[Path]:
    """Return the files that hold some nights of a survey's table, each row once.

    Files that are still being written begin with a dot; finished ones are ``part-*``. Where a
    replacement is published its files count, and those that it replaces do not.
    """
    return [file for night in nights for file in _files_of(night_folder(folder, table, night))]


def _files_of(folder: Path) -> list[Path]:
    while True:
        replacement = read_replacement(folder)
        listed = sorted(folder.glob("part-*"))
        # It may have been published, or removed, while the folder was listed.
        if read_replacement(folder) == replacement:
            break
    if replacement is None:
        return listed
    hidden = {*replacement.replaced, *map(published_name, replacement.made)}
    return [
        *(folder / name for name in replacement.made),
        *(file for file in listed if file.name not in hidden),
    ]


def parquet_table(files: Sequence[Path | str]) -> str:
    """Spell these files as one table for DuckDB, with ``night`` as a text."""
    listed = ", ".join(literal(str(file)) for file in files)
    # Files of one night may be of different schemas; a night is a text, not a date.
    return (
        f"read_parquet([{listed}], hive_partitioning = true, hive_types_autocast = false,"
        " union_by_name = true)"
    )


def literal(text: str) -> str:
    """Quote a text for DuckDB."""
    return "'" + text.replace("'", "''") + "'"
