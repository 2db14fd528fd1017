"""The archive by DuckDB: Parquet by night, read-only, out of reach of everything else.

The only importer of duckdb.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path as FilePath
from typing import Any, Protocol

import duckdb

from minibroker.engine.archive_files import files_of, literal, nights_of, parquet_table
from minibroker.model.errors import ConfigError, OutsideError
from minibroker.model.night import Interval
from minibroker.model.types import Path

LOOK_SECONDS = 0.1
"""How often a running query is asked how far it is, and the keyboard whether to stop."""


@dataclass(frozen=True)
class Place:
    """Where a packet was in Kafka."""

    topic: str
    partition: int
    offset: int


class Ask(Protocol):
    """Runs one query and returns its rows."""

    def __call__(self, query: str, /) -> list[tuple[Any, ...]]:
        """Raise OutsideError when the archive cannot be read."""


class Archive:
    """One survey's part of the archive."""

    def __init__(self, folder: FilePath, survey: str) -> None:
        self.folder = folder / survey
        self._survey = survey

    def nights(self) -> list[str]:
        """Return the nights that have a finished file, oldest first."""
        return nights_of(self.folder, "packets")

    def nights_in(self, interval: Interval) -> list[str]:
        """Return the nights of an interval that have a finished file; ConfigError when none has."""
        wanted = interval.of(self.nights())
        if not wanted:
            raise ConfigError(
                "no-nights",
                f"the archive has no night of {self._survey} {interval}".rstrip(),
                f"it has {_span(self.nights())}; what the archive job writes is seen from its next"
                " checkpoint on (flink.archive_checkpoint)",
            )
        return wanted

    def count_some(
        self, conditions: Sequence[str], night: str, limit: int
    ) -> tuple[int, int, tuple[int, ...]]:
        """Return how many alerts a night has, how many were asked, and how many of them pass each.

        The first ``limit`` are asked, as the files have them, in one scan for all conditions.
        """
        alerts = self.table("alerts", [night])
        if not alerts:
            return 0, 0, (0,) * len(conditions)
        counts = "".join(f", count(*) FILTER (WHERE {condition})" for condition in conditions)
        with self.session() as ask:
            ((there,),) = ask(f"SELECT count(*) FROM {alerts}")
            ((read, *passed),) = ask(
                f"SELECT count(*){counts} FROM (SELECT * FROM {alerts} LIMIT {limit:d})"
            )
        return there, read, tuple(passed)

    def sample(
        self, condition: str, nights: Sequence[str], columns: Sequence[str], limit: int
    ) -> list[tuple[Any, ...]]:
        """Return the alerts that pass and came first; ``columns`` are DuckDB expressions."""
        alerts = self.table("alerts", nights)
        if not alerts:
            return []
        with self.session() as ask:
            return ask(
                f"SELECT {', '.join(columns)} FROM {alerts} WHERE {condition}"
                f" ORDER BY kafka_timestamp, kafka_partition, kafka_offset LIMIT {limit}"
            )

    def passing(self, condition: str, nights: Sequence[str] | None = None) -> set[Place]:
        """Return where each passing alert was in Kafka."""
        wanted = self.nights() if nights is None else nights
        if not self._files("alerts", wanted):
            return set()
        with self._open() as database:
            rows = database.execute(
                "SELECT kafka_topic, kafka_partition, kafka_offset"
                f" FROM {self._table('alerts', wanted)} WHERE {condition}"
            ).fetchall()
        return {Place(*row) for row in rows}

    def packets(self) -> Iterator[tuple[Place, bytes, str | None]]:
        """Yield every packet with its place and, when it could not be decoded, why."""
        if not self._files("packets", self.nights()):
            return
        with self._open() as database:
            cursor = database.execute(
                "SELECT kafka_topic, kafka_partition, kafka_offset, packet, error"
                f" FROM {self._table('packets', self.nights())}"
            )
            while rows := cursor.fetchmany(256):
                for topic, partition, offset, packet, error in rows:
                    yield Place(topic, partition, offset), packet, error

    def size(self) -> tuple[int, int]:
        """Return how many alerts and how many packets the archive holds; from Parquet's footers."""
        nights = self.nights()
        with self._open() as database:
            counts = [
                database.execute(f"SELECT count(*) FROM {self._table(table, nights)}").fetchall()[
                    0
                ][0]
                if self._files(table, nights)
                else 0
                for table in ("alerts", "packets")
            ]
        return counts[0], counts[1]

    def received(self, begins: Mapping[tuple[str, int], int]) -> int:
        """Return how many packets came from these partitions of topics, each from an offset on."""
        if not begins or not self._files("packets", self.nights()):
            return 0
        rows = ", ".join("(?, ?, ?)" for _ in begins)
        values = [each for place, begin in begins.items() for each in (*place, begin)]
        with self._open() as database:
            found = database.execute(
                f"SELECT count(*) FROM {self._table('packets', self.nights())}"
                f" JOIN (VALUES {rows}) AS begins(topic, number, low) ON kafka_topic = topic"
                " AND kafka_partition = number AND kafka_offset >= low",
                values,
            ).fetchall()
        return int(found[0][0])

    @contextmanager
    def session(self, hear: Callable[[float], None] = lambda _: None) -> Iterator[Ask]:
        """Give a way to run queries that share what they make; Ctrl-C stops one at once.

        ``hear`` is told which share of the running query is done, 0 to 1. The queries are ours,
        never a user's text.
        """
        with self._open() as database:
            yield lambda query: _answer(database, query, hear)

    def table(self, table: str, nights: Sequence[str]) -> str:
        """Spell some nights of ``alerts``, ``packets`` or ``deliveries``, empty without a file."""
        return self._table(table, nights) if self._files(table, nights) else ""

    def _table(self, table: str, nights: Sequence[str]) -> str:
        return parquet_table(self._files(table, nights))

    def _files(self, table: str, nights: Sequence[str]) -> list[FilePath]:
        return files_of(self.folder, table, nights)

    @contextmanager
    def _open(self) -> Iterator[duckdb.DuckDBPyConnection]:
        database = duckdb.connect()
        try:
            # DuckDB 2.0 fails on a field of a record in SELECT beside one in WHERE, ORDER BY and
            # a small LIMIT ("Vector::Reference used on vector of different type") unless:
            database.execute("SET disabled_optimizers = 'late_materialization'")
            # In this order: after the lock nothing can be opened again, not by any query.
            database.execute(f"SET allowed_directories = [{literal(str(self.folder))}]")
            database.execute("SET enable_external_access = false")
            database.execute("SET lock_configuration = true")
            yield database
        except duckdb.Error as error:
            raise OutsideError(
                "archive-failed",
                f"{self.folder}: {str(error).splitlines()[0]}",
                "look whether its files are whole and readable",
            ) from error
        finally:
            database.close()


def _answer(
    database: duckdb.DuckDBPyConnection, query: str, hear: Callable[[float], None]
) -> list[tuple[Any, ...]]:
    """Run a query in a thread, so that this one hears the keyboard and can tell how far it is."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        rows = pool.submit(lambda: database.execute(query).fetchall())
        try:
            while not wait([rows], timeout=LOOK_SECONDS).done:
                hear(max(database.query_progress(), 0.0) / 100.0)
        except BaseException:
            # Again and again: an interrupt before the query has begun is forgotten.
            while not wait([rows], timeout=LOOK_SECONDS).done:
                database.interrupt()
            raise
        return rows.result()


def _span(nights: Sequence[str]) -> str:
    return f"{len(nights)} nights, {nights[0]} to {nights[-1]}" if nights else "none at all"


def column(path: Path) -> str:
    """Spell a field of the alert for DuckDB."""
    return ".".join('"' + name.replace('"', '""') + '"' for name in path)
