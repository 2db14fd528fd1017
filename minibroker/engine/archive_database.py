"""DuckDB for our own questions to a survey's archive, never for a user's text."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from minibroker.model.errors import OutsideError

SETTINGS = (
    "TimeZone = 'UTC'",
    # DuckDB 2.0 fails on a field of a record in SELECT beside one in WHERE, ORDER BY and a small
    # LIMIT ("Vector::Reference used on vector of different type") unless:
    "disabled_optimizers = 'late_materialization'",
)


@contextmanager
def open_archive(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a database to read a survey's files with; OutsideError names the folder."""
    database = duckdb.connect()
    try:
        for setting in SETTINGS:
            database.execute(f"SET {setting}")
        yield database
    except duckdb.Error as error:
        raise OutsideError(
            "archive-failed",
            f"{folder}: {str(error).splitlines()[0]}",
            "run `minibroker archive verify` to see which files are not whole",
        ) from error
    finally:
        database.close()
