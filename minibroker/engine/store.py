"""Filters with all their versions, ids of their schemas, where each job stopped: SQLite."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from minibroker.model.errors import OutsideError

SCHEMA = """
CREATE TABLE IF NOT EXISTS filters (
  owner TEXT NOT NULL, name TEXT NOT NULL, survey TEXT NOT NULL, topic TEXT NOT NULL UNIQUE,
  version INTEGER NOT NULL, removed INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (owner, name)
) STRICT;
CREATE TABLE IF NOT EXISTS versions (
  owner TEXT NOT NULL, name TEXT NOT NULL, version INTEGER NOT NULL, fingerprint TEXT NOT NULL,
  origin TEXT NOT NULL, text TEXT NOT NULL, submitted_at TEXT NOT NULL,
  PRIMARY KEY (owner, name, version), FOREIGN KEY (owner, name) REFERENCES filters (owner, name)
) STRICT;
CREATE TABLE IF NOT EXISTS jobs (
  name TEXT NOT NULL PRIMARY KEY, job_id TEXT, savepoint TEXT, changed_at TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS schemas (
  registry TEXT NOT NULL, subject TEXT NOT NULL, schema TEXT NOT NULL, id INTEGER NOT NULL,
  PRIMARY KEY (registry, subject, schema)
) STRICT;
"""


@dataclass(frozen=True)
class StoredFilter:
    """A filter's newest version, as the store has it."""

    owner: str
    name: str
    survey: str
    topic: str
    version: int
    """Counts from 1 within the filter."""
    fingerprint: str
    origin: str
    text: str
    submitted_at: str
    """UTC, ISO 8601."""
    removed: bool


@dataclass(frozen=True)
class StoredJob:
    """What is known of a job besides what Flink tells: how to bring it back."""

    name: str
    job_id: str | None
    """The job's id when it was last started."""
    savepoint: str | None
    """Where it was last stopped; None while it runs."""


class Store:
    """The database file; safe for several processes at once."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._open() as database:
            database.execute("PRAGMA journal_mode = WAL")
            database.executescript(SCHEMA)

    def filters(self, survey: str | None = None, removed: bool = False) -> list[StoredFilter]:
        """Return the filters that should run, or with ``removed`` those that were, by name."""
        query = f"{_FILTERS} WHERE removed = ? AND (? IS NULL OR survey = ?) ORDER BY owner, name"
        with self._open() as database:
            return [_filter(row) for row in database.execute(query, (removed, survey, survey))]

    def filter(self, owner: str, name: str) -> StoredFilter | None:
        """Return one filter, removed or not."""
        with self._open() as database:
            rows = database.execute(f"{_FILTERS} WHERE owner = ? AND name = ?", (owner, name))
            return next((_filter(row) for row in rows), None)

    def version(self, owner: str, name: str, number: int) -> StoredFilter | None:
        """Return a filter as one of its versions has it, whether it runs or not."""
        query = f"{_VERSIONS} WHERE owner = ? AND name = ? AND versions.version = ?"
        with self._open() as database:
            return next(
                (_filter(row) for row in database.execute(query, (owner, name, number))), None
            )

    def put(
        self,
        owner: str,
        name: str,
        survey: str,
        topic: str,
        fingerprint: str,
        origin: str,
        text: str,
    ) -> StoredFilter:
        """Store a new version of a filter, its first one if need be, and return it.

        The same fingerprint as the running version stores nothing. A filter that was removed
        comes back with the next version number.
        """
        with self._open() as database:
            old = self.filter(owner, name)
            if old is not None and old.fingerprint == fingerprint and not old.removed:
                return old
            version = 1 if old is None else old.version + 1
            database.execute(
                "INSERT INTO filters VALUES (?, ?, ?, ?, ?, 0) ON CONFLICT (owner, name) DO UPDATE"
                " SET survey = excluded.survey, version = excluded.version, removed = 0",
                (owner, name, survey, topic, version),
            )
            database.execute(
                "INSERT INTO versions VALUES (?, ?, ?, ?, ?, ?, ?)",
                (owner, name, version, fingerprint, origin, text, _now()),
            )
        stored = self.filter(owner, name)
        assert stored is not None
        return stored

    def remove(self, owner: str, name: str) -> bool:
        """Mark a filter as removed, its versions stay; False when no such filter runs."""
        with self._open() as database:
            done = database.execute(
                "UPDATE filters SET removed = 1 WHERE owner = ? AND name = ? AND removed = 0",
                (owner, name),
            )
            return done.rowcount == 1

    def job(self, name: str) -> StoredJob | None:
        """Return what is known of a job, None before its first start."""
        with self._open() as database:
            rows = database.execute(
                "SELECT name, job_id, savepoint FROM jobs WHERE name = ?", (name,)
            )
            return next((StoredJob(*row) for row in rows), None)

    def job_started(self, name: str, job_id: str) -> None:
        """Record that a job runs under this id; where it last stopped is past."""
        self._put_job(name, job_id, None)

    def job_stopped(self, name: str, job_id: str, savepoint: str) -> None:
        """Record where a job stopped."""
        self._put_job(name, job_id, savepoint)

    def schema_id(self, registry: str, subject: str, schema: str) -> int | None:
        """Return the id that a registry gave a schema, any registry where none is named."""
        with self._open() as database:
            rows = database.execute(
                "SELECT id FROM schemas WHERE subject = ? AND schema = ? AND ? IN ('', registry)"
                " ORDER BY rowid DESC",
                (subject, schema, registry),
            )
            return next((int(number) for (number,) in rows), None)

    def schema(self, subject: str, number: int) -> str | None:
        """Return the schema that messages of a subject name by this id."""
        with self._open() as database:
            rows = database.execute(
                "SELECT schema FROM schemas WHERE subject = ? AND id = ? ORDER BY rowid DESC",
                (subject, number),
            )
            return next((str(schema) for (schema,) in rows), None)

    def put_schema(self, registry: str, subject: str, schema: str, number: int) -> None:
        """Keep the id that a registry gave a schema: later plans need no registry."""
        with self._open() as database:
            database.execute(
                "INSERT OR REPLACE INTO schemas VALUES (?, ?, ?, ?)",
                (registry, subject, schema, number),
            )

    def _put_job(self, name: str, job_id: str, savepoint: str | None) -> None:
        with self._open() as database:
            database.execute(
                "INSERT INTO jobs VALUES (?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET"
                " job_id = excluded.job_id, savepoint = excluded.savepoint,"
                " changed_at = excluded.changed_at",
                (name, job_id, savepoint, _now()),
            )

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        try:
            database = sqlite3.connect(self._path, timeout=30.0)
            try:
                with database:
                    yield database
            finally:
                database.close()
        except sqlite3.Error as error:
            raise OutsideError(
                "store-failed",
                f"{self._path}: {error}",
                "is the disk full, or the file another program's?",
            ) from error


_FILTERS = (
    "SELECT owner, name, survey, topic, version, fingerprint, origin, text, submitted_at, removed"
    " FROM filters JOIN versions USING (owner, name, version)"
)


_VERSIONS = (
    "SELECT owner, name, survey, topic, versions.version, fingerprint, origin, text, submitted_at,"
    " removed FROM filters JOIN versions USING (owner, name)"
)


def _filter(row: tuple[str, str, str, str, int, str, str, str, str, int]) -> StoredFilter:
    return StoredFilter(*row[:-1], bool(row[-1]))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
