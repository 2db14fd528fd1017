"""Finished nights become few files, sorted; a reader sees the old files or the new, never both.

The steps, of which each may be the last before a kill:

1. The new files are written to a folder whose name begins with a dot, checked and synced.
2. They are moved beside the old ones, their names still beginning with a dot.
3. ``.compaction.json`` is put in place: from then on readers take the new files for the old.
4. After the grace period the new files get names without a dot, the old ones are removed, and so
   is ``.compaction.json``: any Parquet reader now finds few files.
5. A grace period later the names with a dot, under which readers may still have opened the new
   files, are removed.
"""

from __future__ import annotations

import os
import shutil
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from minibroker.engine.archive_files import (
    MANIFEST,
    UNPUBLISHED,
    Replacement,
    files_of,
    is_compacted,
    literal,
    night_folder,
    parquet_table,
    published_name,
    read_replacement,
)
from minibroker.engine.lock import hold
from minibroker.model.errors import OutsideError

ROWS = 20_480
"""Rows of a row group, which is what a look-up reads or skips; fewer where rows are large."""
FEWEST_ROWS = 2048
"""DuckDB's own least."""
GROUP_BYTES = 256 * 2**20
"""Of one row group before compression: it is built in memory."""


@dataclass(frozen=True)
class CompactionSettings:
    """How nights are compacted."""

    file_size: int = 512
    """MiB that a file should have."""
    memory: int = 4096
    """MiB; what does not fit is sorted on the archive's disk."""
    grace: float = 900.0
    """Seconds that a reader may need who began before."""


@dataclass(frozen=True)
class Compacted:
    """One table of one night, made into few files."""

    table: str
    night: str
    rows: int
    files_before: int
    files_after: int
    bytes_before: int
    bytes_after: int


class Compaction:
    """Compacts one survey's nights, alone: a second process is refused.

    ``orders`` says by which expressions a table's rows are sorted; a table without any keeps the
    order in which its files were finished.
    """

    def __init__(
        self,
        folder: Path,
        orders: Mapping[str, Sequence[str]],
        settings: CompactionSettings,
        clock: Callable[[], float] = time.time,
        step: Callable[[str], None] = lambda name: None,
    ) -> None:
        self.folder = folder
        self._orders = orders
        self._settings = settings
        self._clock = clock
        self._step = step

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the survey's lock; OutsideError when another process compacts it."""

        def refuse() -> None:
            raise OutsideError(
                "compaction-running", f"{self.folder}: another process compacts it", "wait for it"
            )

        with hold(self.folder / ".compaction.lock", refuse):
            yield

    def finish(self) -> int:
        """Remove what the grace period has passed for; return how many old files that were."""
        removed = 0
        for table in self._orders:
            for folder in sorted((self.folder / table).glob("night=*")):
                removed += self._finish(folder)
                self._sweep(folder)
        return removed

    def compact(self, table: str, night: str) -> Compacted | None:
        """Compact a table of a night and publish it; None when there is nothing to gain."""
        folder = night_folder(self.folder, table, night)
        files = sorted(files_of(self.folder, table, [night]), key=_finished)
        if read_replacement(folder) is not None or not self._worth(files):
            return None
        made, rows = self._write(table, folder, files)
        before, after = _bytes(files), _bytes(made)
        self._publish(folder, made, files)
        return Compacted(table, night, rows, len(files), len(made), before, after)

    def pending(self) -> int:
        """Return how many nights wait for the grace period to pass."""
        return sum(1 for _ in self.folder.glob(f"*/night=*/{MANIFEST}"))

    def _worth(self, files: Sequence[Path]) -> bool:
        return bool(files) and not all(is_compacted(file) for file in files)

    def _write(self, table: str, folder: Path, files: Sequence[Path]) -> tuple[list[Path], int]:
        made_in = folder / f"{UNPUBLISHED}{uuid.uuid4().hex[:12]}"
        made_in.mkdir()
        self._step("begun")
        try:
            with self._database(made_in) as database:
                rows = self._copy(database, table, made_in, files)
                self._step("written")
                made = sorted(made_in.glob("*.parquet"), key=lambda file: int(file.stem))
                _check_same(database, files, made, rows)
        except BaseException:
            shutil.rmtree(made_in, ignore_errors=True)
            raise
        return made, rows

    def _copy(
        self,
        database: duckdb.DuckDBPyConnection,
        table: str,
        made_in: Path,
        files: Sequence[Path],
    ) -> int:
        order = ", ".join(self._orders[table])
        source = parquet_table(files)
        rows, size = _shape(database, files)
        group = max(FEWEST_ROWS, min(ROWS, int(GROUP_BYTES / max(1.0, size / max(1, rows)))))
        database.execute(
            f"COPY (SELECT * EXCLUDE (night) FROM {source} {order and 'ORDER BY ' + order})"
            f" TO {literal(str(made_in))} (FORMAT parquet, COMPRESSION zstd,"
            f" ROW_GROUP_SIZE {group}, FILE_SIZE_BYTES '{self._settings.file_size}MiB',"
            " FILENAME_PATTERN '{i}', FILE_EXTENSION 'parquet', OVERWRITE_OR_IGNORE true)"
        )
        return rows

    def _publish(self, folder: Path, made: Sequence[Path], files: Sequence[Path]) -> None:
        made_in = made[0].parent
        names = [f"{made_in.name}-{number}" for number in range(len(made))]
        for file, name in zip(made, names, strict=True):
            _sync(file)
            file.rename(folder / name)
        made_in.rmdir()
        self._step("moved")
        replaced = [file.name for file in files]
        Replacement(tuple(names), tuple(replaced), self._clock()).write(folder)
        _sync(folder)
        self._step("published")

    def _finish(self, folder: Path) -> int:
        replacement = read_replacement(folder)
        if replacement is None or self._clock() - replacement.at < self._settings.grace:
            return 0
        for name in replacement.made:
            final = folder / published_name(name)
            if not final.exists():
                os.link(folder / name, final)
            self._step("linked")
        for name in replacement.replaced:
            (folder / name).unlink(missing_ok=True)
            self._step("removed")
        _sync(folder)
        (folder / MANIFEST).unlink()
        self._step("finished")
        return len(replacement.replaced)

    def _sweep(self, folder: Path) -> None:
        """Remove what a killed run left, and the dotted names that no reader uses any more."""
        replacement = read_replacement(folder)
        kept = set() if replacement is None else set(replacement.made)
        for left in folder.glob(f"{UNPUBLISHED}*"):
            if left.is_dir():
                shutil.rmtree(left)
            elif left.name not in kept and (
                self._clock() - left.stat().st_ctime >= self._settings.grace
            ):
                left.unlink()

    @contextmanager
    def _database(self, temporary: Path) -> Iterator[duckdb.DuckDBPyConnection]:
        database = duckdb.connect()
        try:
            database.execute("SET TimeZone = 'UTC'")
            database.execute(f"SET memory_limit = '{self._settings.memory}MiB'")
            database.execute(f"SET temp_directory = {literal(str(temporary / 'sorting'))}")
            yield database
        except duckdb.Error as error:
            raise OutsideError(
                "compaction-failed",
                f"{temporary.parent}: {str(error).splitlines()[0]}",
                "is the disk full? nothing has changed: the old files are all there",
            ) from error
        finally:
            database.close()


def _shape(database: duckdb.DuckDBPyConnection, files: Sequence[Path]) -> tuple[int, int]:
    """Return how many rows files have, and of how many bytes before compression."""
    listed = ", ".join(literal(str(file)) for file in files)
    ((rows,),) = database.execute(
        f"SELECT sum(num_rows) FROM parquet_file_metadata([{listed}])"
    ).fetchall()
    ((size,),) = database.execute(
        f"SELECT sum(total_uncompressed_size) FROM parquet_metadata([{listed}])"
    ).fetchall()
    return int(rows or 0), int(size or 0)


def _check_same(
    database: duckdb.DuckDBPyConnection, old: Sequence[Path], new: Sequence[Path], rows: int
) -> None:
    """Raise unless the new files hold the rows of the old ones."""
    key = "hash(kafka_topic, kafka_partition, kafka_offset)"
    question = f"SELECT count(*), bit_xor({key}), sum({key} % 1000003) FROM "
    (before,) = database.execute(question + parquet_table(old)).fetchall()
    (after,) = database.execute(question + parquet_table(new)).fetchall()
    if before != after or before[0] != rows:
        raise OutsideError(
            "compaction-differs",
            f"{old[0].parent}: the new files do not hold what the old ones do",
            "nothing has changed: the old files are all there",
        )


def _finished(file: Path) -> tuple[int, str]:
    """Sort compacted files first, then by when they were finished."""
    return (0 if is_compacted(file) else file.stat().st_mtime_ns, file.name)


def _bytes(files: Sequence[Path]) -> int:
    return sum(file.stat().st_size for file in files)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
