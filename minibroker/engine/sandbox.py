"""A user's SQL over the archive, in a process that can read the archive and nothing else.

DuckDB's own limits do not hold a hostile query: one call of a function on one row may take
minutes and gigabytes that it neither counts nor interrupts. So each sandbox is a process with
the kernel's limits, and what takes too long is killed.
"""

from __future__ import annotations

import io
import json
import os
import pickle
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Self

from minibroker.engine.archive_files import files_of, nights_of
from minibroker.model.diagnostic import Span
from minibroker.model.errors import OutsideError, QueryError
from minibroker.model.shipped import PACKAGE

PROCESS = """
import sys
# Python that is isolated may not look where this very package is: in a user's own folder, say.
if sys.argv[1] not in sys.path:
    sys.path.insert(0, sys.argv[1])
from minibroker.engine.sandbox_process import main
main()
"""
LARGEST_FRAME = 64 * 2**20
"""Bytes of one batch of rows: a row that is larger is refused."""
_VALUES = {("datetime", name) for name in ("datetime", "date", "time", "timedelta", "timezone")} | {
    ("decimal", "Decimal"),
    ("uuid", "UUID"),
    ("uuid", "SafeUUID"),
    ("_codecs", "encode"),
}
"""The only classes that a row may be made of, besides numbers, texts, lists and dictionaries."""


@dataclass(frozen=True)
class Limits:
    """What one query may use."""

    seconds: float = 60.0
    """Of waiting for the query; time between two readings of its rows does not count."""
    memory: int = 2048
    """MiB that DuckDB may use; the process may use half as much again and 512 MiB."""
    threads: int = 2


@dataclass(frozen=True)
class Table:
    """A small table that a query sees beside the archive's."""

    columns: Mapping[str, str]
    """Name to DuckDB's type."""
    rows: Sequence[Sequence[Any]]


class Sandbox:
    """Runs one query after another; ``with`` it, or close it.

    A query sees ``SURVEY`` for each survey that has alerts, with every column of its alerts and
    ``night``, and ``deliveries`` of all of them with ``survey``: the files that were finished when
    the query began. It may call ``macros``, which are the statements that create them, and see
    what ``tables`` returns when it begins.
    """

    def __init__(
        self,
        archive: Path,
        surveys: Sequence[str],
        limits: Limits | None = None,
        macros: Sequence[str] = (),
        tables: Callable[[], Mapping[str, Table]] = dict,
    ) -> None:
        self.limits = limits or Limits()
        self._archive = archive
        self._surveys = tuple(surveys)
        self._macros = tuple(macros)
        self._tables = tables
        self._process: subprocess.Popen[bytes] | None = None
        self._killed = ""
        self._result: Result | None = None

    def query(self, sql: str) -> Result:
        """Run a SELECT, DESCRIBE, SHOW, SUMMARIZE or EXPLAIN and return its rows as they come.

        Raises QueryError, whose ``code`` is one of: query-refused (the sandbox does not run it),
        query-failed (DuckDB does not), no-nights (nothing of a view is archived), query-too-long,
        query-too-big, query-interrupted. Rows may raise them too. The rows of the query before
        cannot be read any more.
        """
        process = self._ready()
        result = Result(self, process, self.limits.seconds)
        self._result = result
        views = self._views()
        there = {*views["alerts"], *(["deliveries"] if views["deliveries"] else [])}
        request = {
            "sql": sql,
            "views": views,
            "empty": [name.lower() for name in (*self._surveys, "deliveries") if name not in there],
            "macros": self._macros,
            "tables": {name: asdict(table) for name, table in self._tables().items()},
            **asdict(self.limits),
        }
        assert process.stdin is not None
        try:
            process.stdin.write(json.dumps(request).encode() + b"\n")
            process.stdin.flush()
        except BrokenPipeError:
            code = process.wait()
            self.close()
            raise self._died(code) from None
        result._begin()
        return result

    def warm(self) -> None:
        """Start the process, so that the first query does not wait for it."""
        self._ready()

    def interrupt(self) -> None:
        """End the running query, from any thread: whoever reads its rows gets QueryError."""
        self._kill("query-interrupted")

    def close(self) -> None:
        """End the process; a later query starts another."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    _close(pipe)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _ready(self) -> subprocess.Popen[bytes]:
        """Return a process that waits for a query: one that is still sending rows is given up."""
        if self._process is not None and (
            self._process.poll() is not None
            or (self._result is not None and not self._result.is_read)
        ):
            self.close()
        if self._process is None:
            if find_spec("duckdb") is None:
                # The process could only die of it, and without a word.
                raise ModuleNotFoundError("No module named 'duckdb'", name="duckdb")
            self._killed = ""
            self._result = None
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-c", PROCESS, str(PACKAGE.parent)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                # It inherits nothing to tell; and Ctrl-C is for whoever reads its rows.
                env={},
                start_new_session=True,
            )
        return self._process

    def _views(self) -> dict[str, dict[str, list[str]]]:
        found: dict[str, dict[str, list[str]]] = {"alerts": {}, "deliveries": {}}
        for table, views in found.items():
            for survey in self._surveys:
                folder = self._archive / survey
                files = files_of(folder, table, nights_of(folder, table))
                if files:
                    views[survey] = [str(file.absolute()) for file in files]
        return found

    def _kill(self, why: str) -> None:
        process = self._process
        if process is not None and process.poll() is None:
            self._killed = why
            process.send_signal(signal.SIGKILL)

    def _died(self, code: int) -> QueryError:
        """Say why the process ended, with this exit code, in the middle of a query."""
        if self._killed == "query-too-long":
            return QueryError(
                "query-too-long",
                f"the query was stopped after {self.limits.seconds:g} s",
                "ask of fewer nights (WHERE night = '2026-03-05'), or raise the time limit",
            )
        if self._killed == "query-interrupted":
            return QueryError("query-interrupted", "the query was interrupted")
        if code == -signal.SIGSEGV:
            return QueryError(
                "query-failed", "DuckDB broke down on the query", "nest it less deeply"
            )
        return too_big(self.limits.memory)


def too_big(memory: int) -> QueryError:
    """Return the error of a query that wanted more memory than it may have, in MiB."""
    return QueryError(
        "query-too-big",
        f"the query needs more memory than it may have ({memory} MiB)",
        "ask of fewer nights or columns, or raise the memory limit",
    )


class Result:
    """The rows of one query, read once, as they come."""

    columns: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    """DuckDB's spelling of each column's type."""

    def __init__(self, sandbox: Sandbox, process: subprocess.Popen[bytes], seconds: float) -> None:
        self.is_read = False
        """Whether nothing more will come."""
        self._sandbox = sandbox
        self._process = process
        self._seconds = seconds
        self._rows: list[tuple[Any, ...]] = []

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        while row := self.fetch(1):
            yield row[0]

    def fetch(self, most: int) -> list[tuple[Any, ...]]:
        """Return the next rows, at most so many; none when all have been read."""
        while len(self._rows) < most and not self.is_read:
            kind, value = self._frame()
            if kind == "rows":
                self._rows.extend(value)
        taken, self._rows = self._rows[:most], self._rows[most:]
        return taken

    def _begin(self) -> None:
        kind, value = self._frame()
        if kind == "columns":
            self.columns, self.types = value

    def _frame(self) -> tuple[str, Any]:
        try:
            size = int.from_bytes(self._bytes(8))
            if size > LARGEST_FRAME:
                raise _row_too_big()
            kind, value = _Values(io.BytesIO(self._bytes(size))).load()
        except BaseException:
            self.is_read = True
            self._sandbox.close()
            raise
        self.is_read = kind in ("end", "error")
        if kind == "error":
            code, message, remedy, place = value
            raise QueryError(code, message, remedy, Span(*place) if place else None)
        return kind, value

    def _bytes(self, count: int) -> bytes:
        found = bytearray()
        assert self._process.stdout is not None
        pipe = self._process.stdout.fileno()
        while len(found) < count:
            began = time.monotonic()
            ready = select.select([pipe], [], [], max(0.0, self._seconds))[0]
            self._seconds -= time.monotonic() - began
            if not ready:
                self._sandbox._kill("query-too-long")
                raise self._sandbox._died(self._process.wait())
            chunk = os.read(pipe, min(count - len(found), 1 << 20))
            if not chunk:
                raise self._sandbox._died(self._process.wait())
            found += chunk
        return bytes(found)


class _Values(pickle.Unpickler):
    """Reads values and nothing that runs: the other side has run a stranger's query."""

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in _VALUES:
            raise OutsideError("query-garbled", f"a query's row holds a {module}.{name}")
        return super().find_class(module, name)


def _row_too_big() -> QueryError:
    return QueryError(
        "query-too-big",
        f"a row of the answer is larger than {LARGEST_FRAME // 2**20} MiB",
        "select fewer columns, or a part of the text or list",
    )


def _close(pipe: Any) -> None:
    with suppress(BrokenPipeError):
        pipe.close()
