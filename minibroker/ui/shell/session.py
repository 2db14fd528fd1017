"""One session of the shell: what is set, the query in hand, where answers go."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from minibroker.model.errors import BrokerError, ConfigError, FilterError, QueryError
from minibroker.model.toml_table import closest
from minibroker.ui.shell import formats
from minibroker.ui.shell.output import Output
from minibroker.ui.shell.text import Command, Statement, divide

if TYPE_CHECKING:
    from minibroker.broker import Broker
    from minibroker.engine.sandbox import Result, Sandbox
    from minibroker.model.filter import FilterSource
    from minibroker.ui.app import Options

BATCH = 1000
"""Rows that are laid out at once: a table's columns may widen from one batch to the next."""
SOME_ROWS = ("ORDER BY", "LIMIT", "OFFSET")
"""What a query may end with and a filter may not."""
CELL = 60
"""Columns that a person is shown of one cell, unless the records are expanded."""


@dataclass(frozen=True)
class Verb:
    r"""A backslash command, as ``\?`` and completion show it."""

    run: Callable[[Session, str], None]
    arguments: str
    told: str
    group: str


class Leave(Exception):
    """The user wants to leave the shell."""


class Session:
    """Runs statements and commands, one after another."""

    def __init__(
        self,
        options: Options,
        verbs: Mapping[str, Verb],
        is_interactive: bool,
        keeps_going: bool = False,
    ) -> None:
        self.options = options
        self.verbs = verbs
        self.report = report = options.report
        self.is_interactive = is_interactive
        self.keeps_going = keeps_going
        self.failure: BrokerError | None = None
        """The first mistake of a session that keeps going."""
        self.format = "answer" if report.is_json else "table"
        self.expanded = "off"
        self.timing = False
        self.in_hand = ""
        r"""The query that ``\check``, ``\submit`` and the like are about: the last one given."""
        self.typed_next = ""
        r"""What the next prompt begins with: ``\e`` left it unfinished."""
        self.output = Output(report, is_interactive)
        self.reading: list[Path] = []
        r"""The files that ``\i`` is within."""
        self._threads = ThreadPoolExecutor(1)

    @cached_property
    def opening(self) -> Future[tuple[Broker, Sandbox]]:
        """What the first statement needs, on its way: the prompt does not wait for it."""
        return self._threads.submit(_open, self.options)

    @property
    def broker(self) -> Broker:
        """The broker of the session's settings."""
        return self.opening.result()[0]

    @property
    def sandbox(self) -> Sandbox:
        """Where the user's SQL runs."""
        return self.opening.result()[1]

    def close(self) -> None:
        """End the sandbox and finish the file that answers go to."""
        self.output.close()
        if "opening" in self.__dict__ and self.opening.exception() is None:
            self.sandbox.close()
        self._threads.shutdown()

    def run(self, text: str, origin: str) -> None:
        """Run the parts of a text in their order; raise BrokerError at the first that fails.

        A session that keeps going tells it instead. The last statement needs no semicolon.
        """
        for part in divide(text).with_rest():
            try:
                self._run_part(part, text, origin)
            except BrokerError as error:
                if not self.keeps_going:
                    raise
                self.report.failure(error)
                self.failure = self.failure or error

    def _run_part(self, part: Statement | Command, text: str, origin: str) -> None:
        match part:
            case Statement(query, start, is_held):
                self.in_hand = query
                if not is_held:
                    with _Placed(origin, text, start):
                        self._try(query)
            case Command(name, argument, _):
                verb = self.verbs.get(name)
                if verb is None:
                    raise ConfigError(
                        "shell-command",
                        f"\\{name}: no such command{closest(name, self.verbs)}",
                        "\\? lists them",
                    )
                verb.run(self, argument)

    def _try(self, sql: str) -> None:
        """Run one statement; where only a filter may say it so, say what to do with a filter."""
        from minibroker.model.filter import FilterSource

        try:
            self.query(sql)
        except QueryError as error:
            if error.code == "query-failed":
                with suppress(FilterError):
                    self.broker.filters.check(FilterSource(sql, "query"))
                    error.remedy = "a filter may say so: \\check looks at it, \\backtest runs it"
            raise

    def query(self, sql: str) -> None:
        """Run one statement and put its rows where they belong."""
        started = time.monotonic()
        result = self.sandbox.query(sql)
        if result.columns:
            self._show(result)
        if self.timing:
            self.report.tell(f"Time: {1000 * (time.monotonic() - started):.1f} ms")

    def source(self) -> FilterSource:
        """Return the query in hand as a filter's text, without what asks for some rows of it."""
        from minibroker.model.filter import FilterSource

        query = self.query_in_hand()
        source = FilterSource(query, "query")
        try:
            self.broker.filters.check(source)
        except FilterError as refused:
            spans = [each.span for each in refused.diagnostics]
            if all(query[span.start : span.end].upper() in SOME_ROWS for span in spans):
                self.report.tell(
                    "without ORDER BY, LIMIT and OFFSET: a filter passes every alert that fits"
                )
                kept = query[: min(span.start for span in spans)]
                return FilterSource(kept.rstrip(), "query")
        return source

    def query_in_hand(self) -> str:
        """Return the query in hand; ConfigError when there is none yet."""
        if not self.in_hand:
            raise ConfigError(
                "shell-no-query",
                "there is no query in hand",
                "type one first: SELECT * FROM ztf WHERE candidate.rb > 0.9",
            )
        return self.in_hand

    def _show(self, result: Result) -> None:
        format_ = self.output.format or self.format
        if format_ == "parquet":
            path, count = self.output.parquet(result)
            if self.report.is_json:
                self.report.value({"ok": True, "file": str(path), "count": count})
            else:
                self.report.tell(f"{path}: {formats.counted(count, 'row')}")
            return
        cut = formats.Cut()
        pieces = self._pieces(result, format_, cut)
        self.output.write(pieces, is_paged=format_ == "table")
        if self.output.path is not None and self.report.is_json:
            self.report.value({"ok": True, "file": str(self.output.path)})
        if cut.cells:
            self.report.tell(
                f"{formats.counted(cut.cells, 'cell')} cut to {CELL} characters;"
                " \\x or \\format json shows all of it"
            )

    def _pieces(self, result: Result, format_: str, cut: formats.Cut) -> Iterator[str]:
        names, types = result.columns, result.types
        batches = iter(lambda: result.fetch(BATCH), [])
        if format_ in formats.TEXT_FORMATS:
            return formats.TEXT_FORMATS[format_](names, batches)
        if format_ == "answer":
            # One object, whole or not at all: a query may fail after its first rows.
            return iter(["".join(formats.answer(names, batches))])
        if format_ == "markdown":
            return formats.markdown(names, types, batches)
        look = self.output.look(CELL)
        if self.expanded == "off":
            return formats.table(names, types, batches, look, cut)
        whole = formats.Look(look.color)
        if self.expanded == "on":
            return formats.expanded(names, batches, whole, cut)
        return _narrow_enough(names, types, list(batches), look, whole, cut)


def _open(options: Options) -> tuple[Broker, Sandbox]:
    broker = options.broker()
    sandbox = broker.sandbox()
    sandbox.warm()
    return broker, sandbox


def _narrow_enough(
    names: Sequence[str],
    types: Sequence[str],
    batches: list[Sequence[Sequence[Any]]],
    look: formats.Look,
    whole: formats.Look,
    cut: formats.Cut,
) -> Iterator[str]:
    """Return a table where it fits the terminal, else expanded records."""
    drawn = list(formats.table(names, types, batches, look, cut))
    room = shutil.get_terminal_size().columns
    if max(map(len, "".join(drawn).splitlines())) <= room or not sys.stdout.isatty():
        return iter(drawn)
    cut.cells = 0
    return formats.expanded(names, batches, whole, cut)


class _Placed:
    """Says where in a whole text the statement stood that failed within."""

    def __init__(self, origin: str, text: str, start: int) -> None:
        self._where = origin, text, start

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if isinstance(error, QueryError):
            error.place(*self._where)
