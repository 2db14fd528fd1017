"""Filters with all their versions, changes and forecasts, ids of schemas, where each job stopped.

In SQLite.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from minibroker.model.errors import OutsideError
from minibroker.model.job import Member, Offsets, TopicPartition

LAYOUT = 2
"""Counts the layouts of the tables below; a file of another one is refused.

A table that is new changes no layout: a file that lacks it is given it.
"""
SCHEMA = """
CREATE TABLE IF NOT EXISTS filters (
  owner TEXT NOT NULL, name TEXT NOT NULL, survey TEXT NOT NULL, topic TEXT NOT NULL UNIQUE,
  version INTEGER NOT NULL, state TEXT NOT NULL, shard INTEGER NOT NULL, PRIMARY KEY (owner, name)
) STRICT;
CREATE TABLE IF NOT EXISTS versions (
  owner TEXT NOT NULL, name TEXT NOT NULL, version INTEGER NOT NULL, fingerprint TEXT NOT NULL,
  origin TEXT NOT NULL, text TEXT NOT NULL, submitted_by TEXT NOT NULL, submitted_at TEXT NOT NULL,
  PRIMARY KEY (owner, name, version), FOREIGN KEY (owner, name) REFERENCES filters (owner, name)
) STRICT;
CREATE TABLE IF NOT EXISTS changes (
  owner TEXT NOT NULL, name TEXT NOT NULL, version INTEGER NOT NULL, change TEXT NOT NULL,
  by TEXT NOT NULL, at TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS jobs (
  name TEXT NOT NULL PRIMARY KEY, job_id TEXT NOT NULL, savepoint TEXT, phase TEXT NOT NULL,
  changed_at TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS job_ids (
  job TEXT NOT NULL, job_id TEXT NOT NULL PRIMARY KEY
) STRICT;
CREATE TABLE IF NOT EXISTS members (
  job TEXT NOT NULL, owner TEXT NOT NULL, name TEXT NOT NULL, version INTEGER NOT NULL,
  PRIMARY KEY (job, owner, name)
) STRICT;
CREATE TABLE IF NOT EXISTS runs (
  owner TEXT NOT NULL, name TEXT NOT NULL, version INTEGER NOT NULL, topic TEXT NOT NULL,
  partition INTEGER NOT NULL, "begin" INTEGER NOT NULL, "end" INTEGER
) STRICT;
CREATE INDEX IF NOT EXISTS runs_of_filter ON runs (owner, name, version);
CREATE TABLE IF NOT EXISTS forecasts (
  owner TEXT NOT NULL, name TEXT NOT NULL, version INTEGER NOT NULL, made_at TEXT NOT NULL,
  nights TEXT NOT NULL, alerts INTEGER NOT NULL, read INTEGER NOT NULL, expected REAL NOT NULL,
  low INTEGER NOT NULL, high INTEGER NOT NULL, level REAL NOT NULL,
  PRIMARY KEY (owner, name, version)
) STRICT;
CREATE TABLE IF NOT EXISTS schemas (
  registry TEXT NOT NULL, subject TEXT NOT NULL, schema TEXT NOT NULL, id INTEGER NOT NULL,
  PRIMARY KEY (registry, subject, schema)
) STRICT;
"""


class FilterState(StrEnum):
    """What the store says should be with a filter."""

    RUNNING = "running"
    PAUSED = "paused"
    """Keeps its place in its shard; alerts that come now are not delivered to it."""
    REMOVED = "removed"


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
    state: FilterState
    shard: int
    """The filter job that runs it, counted from 0 within the survey."""
    submitted_by: str = ""
    """The login name of who submitted this version; the store fills it in."""
    submitted_at: str = ""
    """UTC, ISO 8601; the store fills it in."""

    @property
    def removed(self) -> bool:
        """Whether somebody removed it."""
        return self.state is FilterState.REMOVED


@dataclass(frozen=True)
class Change:
    """One step in a filter's life."""

    version: int
    change: str
    """``submitted``, ``paused``, ``resumed`` or ``removed``."""
    by: str
    """The login name of who did it."""
    at: str
    """UTC, ISO 8601."""


class Phase(StrEnum):
    """How far the store knows a job to be."""

    STARTING = "starting"
    """About to be given to Flink, under the id that is stored: it may run or not."""
    RUNNING = "running"
    STOPPED = "stopped"
    """With the savepoint that is stored."""


@dataclass(frozen=True)
class StoredJob:
    """What is known of a job besides what Flink tells: how to bring it back."""

    name: str
    job_id: str
    """The job's id when it was last started."""
    savepoint: str | None
    """Where it stopped, or what it was started from; None for a first start."""
    phase: Phase


@dataclass(frozen=True)
class Run:
    """A version of a filter ran over the offsets [begin, end) of one source partition."""

    owner: str
    name: str
    version: int
    topic: str
    partition: int
    begin: int
    end: int | None
    """None while it runs. A partition without a Run has been read by it from offset 0."""


@dataclass(frozen=True)
class StoredForecast:
    """What a version of a filter was said to pass in a night, when it was submitted."""

    owner: str
    name: str
    version: int
    made_at: str
    """UTC, ISO 8601."""
    nights: tuple[str, ...]
    """What it rests on, the oldest first."""
    alerts: int
    """All alerts of these nights."""
    read: int
    """Those of them that were asked."""
    expected: float
    low: int
    high: int
    """Both ends belong to the interval."""
    level: float
    """The share of coming nights that the interval should hold."""


class Store:
    """The database file; safe for several processes at once.

    What is first written makes it: until then it reads as one without rows.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._is_prepared = False

    def filters(
        self,
        survey: str | None = None,
        states: Collection[FilterState] = (FilterState.RUNNING,),
    ) -> list[StoredFilter]:
        """Return the filters in these states, of one survey or of all, by owner and name."""
        marks = ", ".join("?" * len(states))
        query = (
            f"{_FILTERS} WHERE state IN ({marks}) AND (? IS NULL OR survey = ?)"
            " ORDER BY owner, name"
        )
        with self._read() as database:
            rows = database.execute(query, (*states, survey, survey))
            return [_filter(row) for row in rows]

    def filter(self, owner: str, name: str) -> StoredFilter | None:
        """Return one filter in its newest version, in whatever state."""
        with self._read() as database:
            return _find(database, owner, name)

    def version(self, owner: str, name: str, number: int) -> StoredFilter | None:
        """Return a filter as one of its versions has it, whether it runs or not."""
        query = f"{_VERSIONS} WHERE owner = ? AND name = ? AND versions.version = ?"
        with self._read() as database:
            return next(
                (_filter(row) for row in database.execute(query, (owner, name, number))), None
            )

    def versions(self, owner: str, name: str) -> list[StoredFilter]:
        """Return every version of a filter, the first one first."""
        query = f"{_VERSIONS} WHERE owner = ? AND name = ? ORDER BY versions.version"
        with self._read() as database:
            return [_filter(row) for row in database.execute(query, (owner, name))]

    def changes(self, owner: str, name: str) -> list[Change]:
        """Return every change of a filter's state, the first one first."""
        query = "SELECT version, change, by, at FROM changes WHERE owner = ? AND name = ?"
        with self._read() as database:
            rows = database.execute(f"{query} ORDER BY rowid", (owner, name))
            return [Change(*row) for row in rows]

    def commit(self, filters: Sequence[StoredFilter], by: str) -> None:
        """Make these filters as they are given, all or none, and record who did it.

        Each is the stored one with another state, or a next version of it. Raises OutsideError
        where the store holds neither: somebody was faster.
        """
        with self._write() as database:
            database.execute("BEGIN IMMEDIATE")
            for each in filters:
                _commit(database, each, by)

    def job(self, name: str) -> StoredJob | None:
        """Return what is known of a job, None before its first start."""
        with self._read() as database:
            rows = database.execute(
                "SELECT name, job_id, savepoint, phase FROM jobs WHERE name = ?", (name,)
            )
            return next((_job(row) for row in rows), None)

    def jobs(self) -> list[StoredJob]:
        """Return every job that was ever started and not forgotten, by name."""
        with self._read() as database:
            rows = database.execute("SELECT name, job_id, savepoint, phase FROM jobs ORDER BY name")
            return [_job(row) for row in rows]

    def job_starting(self, name: str, job_id: str, savepoint: str | None) -> None:
        """Record that a job is about to be started under this id, and from which state."""
        self._put_job(name, job_id, savepoint, Phase.STARTING)

    def job_started(self, name: str, job_id: str) -> None:
        """Record that a job runs under this id."""
        with self._write() as database:
            database.execute(
                "UPDATE jobs SET phase = ?, changed_at = ? WHERE name = ? AND job_id = ?"
                " AND phase <> ?",
                (Phase.RUNNING, _now(), name, job_id, Phase.RUNNING),
            )

    def job_stopped(self, name: str, job_id: str, savepoint: str) -> None:
        """Record where a job stopped."""
        self._put_job(name, job_id, savepoint, Phase.STOPPED)

    def job_ids(self, name: str) -> list[str]:
        """Return the ids that a job was started under and that are not forgotten, newest first."""
        with self._read() as database:
            query = "SELECT job_id FROM job_ids WHERE job = ? ORDER BY rowid DESC"
            return [str(job_id) for (job_id,) in database.execute(query, (name,))]

    def forget_job_id(self, job_id: str) -> None:
        """Forget an id, once nothing is left of what ran under it."""
        with self._write() as database:
            database.execute("DELETE FROM job_ids WHERE job_id = ?", (job_id,))

    def forget_job(self, name: str) -> None:
        """Forget where a job stopped: its next start is a first one."""
        with self._write() as database:
            database.execute("DELETE FROM jobs WHERE name = ?", (name,))
            database.execute("DELETE FROM members WHERE job = ?", (name,))

    def record_members(self, job: str, members: Collection[Member], offsets: Offsets) -> None:
        """Record that a job runs these versions from these offsets on, and no other.

        Runs of versions that it ran before and does not now end there; those that stay go on.
        """
        with self._write() as database:
            database.execute("BEGIN IMMEDIATE")
            before = _members(database, job)
            after = set(members)
            for member in sorted(before - after, key=_key):
                _end(database, member, offsets)
            database.execute("DELETE FROM members WHERE job = ?", (job,))
            database.executemany(
                "INSERT INTO members VALUES (?, ?, ?, ?)",
                [(job, *_key(member)) for member in sorted(after, key=_key)],
            )
            database.executemany(
                "INSERT INTO runs VALUES (?, ?, ?, ?, ?, ?, NULL)",
                [
                    (*_key(member), *place, offset)
                    for member in sorted(after - before, key=_key)
                    for place, offset in sorted(offsets.items())
                ],
            )

    def members(self, job: str) -> set[Member]:
        """Return the versions of filters that a job was last started with."""
        with self._read() as database:
            return _members(database, job)

    def record_partitions(self, job: str, partitions: Collection[TopicPartition]) -> None:
        """Record that a job's filters run over these partitions: those new to them from 0 on."""
        with self._write() as database:
            database.executemany(
                "INSERT INTO runs SELECT owner, name, version, ?, ?, 0, NULL FROM members"
                " WHERE job = ? AND NOT EXISTS (SELECT 1 FROM runs WHERE runs.owner = members.owner"
                " AND runs.name = members.name AND runs.version = members.version"
                " AND topic = ? AND partition = ?)",
                [(*place, job, *place) for place in sorted(partitions)],
            )

    def runs(self, owner: str, name: str) -> list[Run]:
        """Return which source offsets each version of a filter ran over, the oldest first."""
        query = (
            'SELECT owner, name, version, topic, partition, "begin", "end" FROM runs'
            " WHERE owner = ? AND name = ? ORDER BY rowid"
        )
        with self._read() as database:
            return [Run(*row) for row in database.execute(query, (owner, name))]

    def forecast(self, owner: str, name: str, version: int) -> StoredForecast | None:
        """Return what a version of a filter was said to pass, None where no night was archived."""
        query = (
            "SELECT owner, name, version, made_at, nights, alerts, read, expected, low, high, level"
            " FROM forecasts WHERE owner = ? AND name = ? AND version = ?"
        )
        with self._read() as database:
            rows = database.execute(query, (owner, name, version))
            return next((_forecast(row) for row in rows), None)

    def put_forecasts(self, forecasts: Collection[StoredForecast]) -> None:
        """Keep what versions of filters are said to pass; what was said first stays."""
        with self._write() as database:
            database.executemany(
                "INSERT OR IGNORE INTO forecasts VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                map(_forecast_row, forecasts),
            )

    def schema_id(self, registry: str, subject: str, schema: str) -> int | None:
        """Return the id that a registry gave a schema, any registry where none is named."""
        with self._read() as database:
            rows = database.execute(
                "SELECT id FROM schemas WHERE subject = ? AND schema = ? AND ? IN ('', registry)"
                " ORDER BY rowid DESC",
                (subject, schema, registry),
            )
            return next((int(number) for (number,) in rows), None)

    def schema(self, subject: str, number: int) -> str | None:
        """Return the schema that messages of a subject name by this id."""
        with self._read() as database:
            rows = database.execute(
                "SELECT schema FROM schemas WHERE subject = ? AND id = ? ORDER BY rowid DESC",
                (subject, number),
            )
            return next((str(schema) for (schema,) in rows), None)

    def put_schema(self, registry: str, subject: str, schema: str, number: int) -> None:
        """Keep the id that a registry gave a schema: later plans need no registry."""
        with self._write() as database:
            database.execute(
                "INSERT OR REPLACE INTO schemas VALUES (?, ?, ?, ?)",
                (registry, subject, schema, number),
            )

    def _put_job(self, name: str, job_id: str, savepoint: str | None, phase: Phase) -> None:
        with self._write() as database:
            database.execute(
                "INSERT INTO jobs VALUES (?, ?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET"
                " job_id = excluded.job_id, savepoint = excluded.savepoint,"
                " phase = excluded.phase, changed_at = excluded.changed_at",
                (name, job_id, savepoint, phase, _now()),
            )
            database.execute("INSERT OR IGNORE INTO job_ids VALUES (?, ?)", (name, job_id))

    @contextmanager
    def _read(self) -> Iterator[sqlite3.Connection]:
        try:
            self._path.stat()
        except FileNotFoundError:
            with self._connected(":memory:") as database:
                database.executescript(SCHEMA)
                yield database
        else:
            with self._write() as database:
                yield database

    @contextmanager
    def _write(self) -> Iterator[sqlite3.Connection]:
        if not self._is_prepared:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._connected(self._path) as database:
                self._prepare(database)
            self._is_prepared = True
        with self._connected(self._path) as database:
            yield database

    @contextmanager
    def _connected(self, path: Path | str) -> Iterator[sqlite3.Connection]:
        try:
            database = sqlite3.connect(path, timeout=30.0)
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

    def _prepare(self, database: sqlite3.Connection) -> None:
        database.execute("PRAGMA journal_mode = WAL")
        (found,) = database.execute("PRAGMA user_version").fetchone()
        tables = database.execute("SELECT count(*) FROM sqlite_schema").fetchone() != (0,)
        if tables and found != LAYOUT:
            raise OutsideError(
                "store-layout",
                f"{self._path}: its layout is number {found}, this minibroker reads {LAYOUT}",
                "use the minibroker that wrote it, or begin with another `data` folder",
            )
        database.execute(f"PRAGMA user_version = {LAYOUT}")
        database.executescript(SCHEMA)


_COLUMNS = (
    "SELECT owner, name, survey, topic, versions.version, fingerprint, origin, text, state, shard,"
    " submitted_by, submitted_at FROM filters JOIN versions"
)
_FILTERS = f"{_COLUMNS} USING (owner, name, version)"
_VERSIONS = f"{_COLUMNS} USING (owner, name)"
_STEPS: Mapping[FilterState, str] = {
    FilterState.RUNNING: "resumed",
    FilterState.PAUSED: "paused",
    FilterState.REMOVED: "removed",
}


def _filter(row: tuple[str, str, str, str, int, str, str, str, str, int, str, str]) -> StoredFilter:
    return StoredFilter(*row[:8], FilterState(row[8]), *row[9:])


def _job(row: tuple[str, str, str | None, str]) -> StoredJob:
    return StoredJob(*row[:3], Phase(row[3]))


def _forecast(row: tuple[Any, ...]) -> StoredForecast:
    owner, name, version, made_at, nights, *numbers = row
    return StoredForecast(owner, name, version, made_at, tuple(nights.split(",")), *numbers)


def _forecast_row(f: StoredForecast) -> tuple[Any, ...]:
    numbers = (f.alerts, f.read, f.expected, f.low, f.high, f.level)
    return (*_key(f), f.made_at, ",".join(f.nights), *numbers)


def _find(database: sqlite3.Connection, owner: str, name: str) -> StoredFilter | None:
    rows = database.execute(f"{_FILTERS} WHERE owner = ? AND name = ?", (owner, name))
    return next((_filter(row) for row in rows), None)


def _commit(database: sqlite3.Connection, new: StoredFilter, by: str) -> None:
    old = _find(database, new.owner, new.name)
    is_new = new.version == (old.version if old else 0) + 1
    if not is_new and (old is None or old.version != new.version):
        raise OutsideError(
            "filter-changed",
            f"{new.owner}'s filter {new.name!r} was changed by somebody else meanwhile",
            f"look at `minibroker show {new.name}`, then do it again",
        )
    database.execute(
        "INSERT INTO filters VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (owner, name) DO UPDATE SET"
        " survey = excluded.survey, version = excluded.version, state = excluded.state,"
        " shard = excluded.shard",
        (new.owner, new.name, new.survey, new.topic, new.version, new.state, new.shard),
    )
    if is_new:
        database.execute(
            "INSERT INTO versions VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (*_key(new), new.fingerprint, new.origin, new.text, by, _now()),
        )
    if is_new or (old is not None and old.state is not new.state):
        step = "submitted" if is_new else _STEPS[new.state]
        database.execute(
            "INSERT INTO changes VALUES (?, ?, ?, ?, ?, ?)", (*_key(new), step, by, _now())
        )


def _members(database: sqlite3.Connection, job: str) -> set[Member]:
    query = "SELECT owner, name, version FROM members WHERE job = ?"
    return {Member(*row) for row in database.execute(query, (job,))}


def _end(database: sqlite3.Connection, member: Member, offsets: Offsets) -> None:
    """End a version's open runs; what it read since of partitions that are new began at 0."""
    query = (
        "SELECT topic, partition FROM runs"
        ' WHERE owner = ? AND name = ? AND version = ? AND "end" IS NULL'
    )
    known = {TopicPartition(*row) for row in database.execute(query, _key(member))}
    for place, offset in sorted(offsets.items()):
        if place in known:
            database.execute(
                'UPDATE runs SET "end" = ? WHERE owner = ? AND name = ? AND version = ?'
                ' AND topic = ? AND partition = ? AND "end" IS NULL',
                (offset, *_key(member), *place),
            )
        else:
            database.execute(
                "INSERT INTO runs VALUES (?, ?, ?, ?, ?, 0, ?)", (*_key(member), *place, offset)
            )
    # A partition that the job does not know any more was read no further than it began.
    database.execute(
        'UPDATE runs SET "end" = "begin" WHERE owner = ? AND name = ? AND version = ?'
        ' AND "end" IS NULL',
        _key(member),
    )
    database.execute(
        'DELETE FROM runs WHERE owner = ? AND name = ? AND version = ? AND "begin" >= "end"',
        _key(member),
    )


def _key(each: Member | StoredFilter | StoredForecast) -> tuple[str, str, int]:
    return each.owner, each.name, each.version


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
