"""The archive by DuckDB: Parquet by night, read-only, out of reach of everything else.

The only importer of duckdb.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from minibroker.engine.archive_files import files_of, literal, nights_of, parquet_table
from minibroker.model.errors import ConfigError, OutsideError
from minibroker.model.night import Interval


@dataclass(frozen=True)
class NightCount:
    """What a condition passes of one night."""

    night: str
    read: int
    """Alerts of the night."""
    passed: int
    dead: int
    """Packets of the night that could not be decoded."""


@dataclass(frozen=True)
class Place:
    """Where a packet was in Kafka."""

    topic: str
    partition: int
    offset: int


class Archive:
    """One survey's part of the archive."""

    def __init__(self, folder: Path, survey: str) -> None:
        self.folder = folder / survey
        self._survey = survey

    def nights(self) -> list[str]:
        """Return the nights that have a finished file, oldest first."""
        return nights_of(self.folder, "packets")

    def count(self, condition: str, nights: Interval) -> list[NightCount]:
        """Count what a condition passes, night by night; nights without packets are left out.

        ``condition`` is a compiled filter's DuckDB spelling, never a user's text.
        """
        known = set(self.nights())
        wanted = [night for night in nights.nights() if night in known]
        if not wanted:
            raise ConfigError(
                "no-nights",
                f"the archive has no night of {self._survey} in {nights}",
                f"it has {_span(self.nights())}; what the archive job writes is seen from its next"
                " checkpoint on (flink.archive_checkpoint)",
            )
        with self._open() as database:
            return [self._count_night(database, condition, night) for night in wanted]

    def _count_night(
        self, database: duckdb.DuckDBPyConnection, condition: str, night: str
    ) -> NightCount:
        ((dead,),) = database.execute(
            f"SELECT count(*) FROM {self._table('packets', [night])} WHERE error IS NOT NULL"
        ).fetchall()
        if not self._files("alerts", [night]):
            return NightCount(night, 0, 0, dead)
        ((read, passed),) = database.execute(
            f"SELECT count(*), count(*) FILTER (WHERE ({condition}) IS TRUE)"
            f" FROM {self._table('alerts', [night])}"
        ).fetchall()
        return NightCount(night, read, passed, dead)

    def count_some(self, condition: str, night: str, limit: int) -> NightCount:
        """Count what a condition passes of a night, looking at no more alerts than ``limit``."""
        if not self._files("alerts", [night]):
            return NightCount(night, 0, 0, 0)
        with self._open() as database:
            ((read, passed),) = database.execute(
                f"SELECT count(*), count(*) FILTER (WHERE ({condition}) IS TRUE)"
                f" FROM (SELECT * FROM {self._table('alerts', [night])} LIMIT {limit:d})"
            ).fetchall()
        return NightCount(night, read, passed, 0)

    def sample(
        self, condition: str, nights: Interval, columns: Sequence[str], limit: int
    ) -> list[tuple[Any, ...]]:
        """Return the alerts that pass and came first; ``columns`` are DuckDB expressions."""
        if not self._files("alerts", nights.nights()):
            return []
        with self._open() as database:
            return database.execute(
                f"SELECT {', '.join(columns)} FROM {self._table('alerts', nights.nights())}"
                f" WHERE {condition}"
                f" ORDER BY kafka_timestamp, kafka_partition, kafka_offset LIMIT {limit}"
            ).fetchall()

    def passing(self, condition: str, nights: Interval | None = None) -> set[Place]:
        """Return where each passing alert was in Kafka."""
        wanted = self.nights() if nights is None else nights.nights()
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

    def _table(self, table: str, nights: Sequence[str]) -> str:
        return parquet_table(self._files(table, nights))

    def _files(self, table: str, nights: Sequence[str]) -> list[Path]:
        return files_of(self.folder, table, nights)

    @contextmanager
    def _open(self) -> Iterator[duckdb.DuckDBPyConnection]:
        database = duckdb.connect()
        try:
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


def _span(nights: Sequence[str]) -> str:
    return f"{len(nights)} nights, {nights[0]} to {nights[-1]}" if nights else "none at all"
