"""Which files of the archive count, and how DuckDB is told of them; opens none of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

TABLES = ("alerts", "packets", "deliveries")


def nights_of(folder: Path, table: str) -> list[str]:
    """Return the nights of a survey's table that have a finished file, oldest first."""
    files = (folder / table).glob("night=*/part-*")
    return sorted({file.parent.name.removeprefix("night=") for file in files})


def files_of(folder: Path, table: str, nights: Iterable[str]) -> list[Path]:
    """Return the finished files of some nights of a survey's table.

    Files that are still being written begin with a dot; only finished ones are ``part-*``.
    """
    folders = (folder / table / f"night={night}" for night in nights)
    return sorted(file for folder in folders for file in folder.glob("part-*"))


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
