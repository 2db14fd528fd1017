"""The sole writer of stdout and stderr: stdout is data, stderr is talk."""

from __future__ import annotations

import csv
import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from textwrap import indent
from typing import TYPE_CHECKING, Any, NoReturn

from minibroker.model.diagnostic import Diagnostic
from minibroker.model.errors import BrokerError, FilterError, QueryError
from minibroker.model.figures import readable
from minibroker.model.types import dotted
from minibroker.ui.diagnostics import as_json, draw

if TYPE_CHECKING:
    from minibroker.compiler import Explanation
    from minibroker.model.filter import FilterPlan, Projection
    from minibroker.service.stamps import Stamp

PIPE_WIDTH = 1000
"""Columns of a table that nobody watches: nothing is folded."""

PICTURE_WIDTH = 96
"""Columns of a terminal that an alert's three images take: a column a pixel of Rubin's 30."""


@dataclass(frozen=True)
class Branch:
    """A line of a tree and what belongs under it."""

    text: str
    branches: tuple[Branch, ...] = ()


class Report:
    """What a command prints, as tables for people or as JSON for programs."""

    def __init__(self, is_json: bool) -> None:
        self.is_json = is_json
        self._columns: tuple[str, ...] = ()
        self._widths: list[int] = []

    def tell(self, text: str) -> None:
        """Say what is going on, on stderr."""
        sys.stdout.flush()
        print(text, file=sys.stderr, flush=True)

    def rows(
        self,
        columns: Sequence[str],
        rows: Sequence[Sequence[Any]],
        noun: str = "",
        failure: BrokerError | None = None,
        **more: Any,
    ) -> None:
        """Print a table, or with --json one object: ``more`` and the rows as objects.

        ``noun`` is what a row is, for when there is none; the first column if not given.
        ``failure`` is what the rows show to be wrong, which `fail` ends the command with.
        """
        if self.is_json:
            named = [dict(zip(columns, row, strict=True)) for row in rows]
            self.value({**outcome(failure), **more, "rows": named})
            return
        if not rows:
            self.tell(f"no {noun or columns[0]}")
            return
        from rich.console import Console
        from rich.table import Table

        table = Table(box=None, pad_edge=False, header_style="bold")
        for index, column in enumerate(columns):
            number = all(isinstance(row[index], int | float) for row in rows)
            table.add_column(
                column, justify="right" if number and rows else "left", overflow="fold"
            )
        for row in rows:
            table.add_row(*(cell(value) for value in row))
        # A pipe has no width: what reads it wants whole lines.
        width = None if sys.stdout.isatty() else PIPE_WIDTH
        Console(highlight=False, width=width).print(table)

    def csv(self, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
        """Print a table as CSV, its names first."""
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)

    @contextmanager
    def progress(self, doing: str) -> Iterator[Callable[[float], None]]:
        """Give what is told a share done, 0 to 1; a bar on stderr where somebody watches it.

        A share below the last one is that of another step.
        """
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            Progress,
            TaskProgressColumn,
            TextColumn,
            TimeRemainingColumn,
        )

        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TimeRemainingColumn(),
        )
        console = Console(stderr=True)
        with Progress(
            *columns, console=console, transient=True, disable=not console.is_terminal
        ) as bar:
            task = bar.add_task(doing, total=1.0)
            yield lambda share: bar.update(task, completed=share)

    def tree(self, top: Branch) -> None:
        """Print lines that belong under lines."""
        from rich.console import Console
        from rich.text import Text
        from rich.tree import Tree

        def grow(branch: Branch, tree: Tree) -> Tree:
            for inner in branch.branches:
                grow(inner, tree.add(Text(inner.text)))
            return tree

        width = None if sys.stdout.isatty() else PIPE_WIDTH
        Console(highlight=False, width=width).print(grow(top, Tree(Text(top.text))))

    def stop_writing(self) -> None:
        """Write no more: whoever read the output has enough of it."""
        # Python would complain again at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    def value(self, value: Any) -> None:
        """Print one JSON value on a line."""
        print(json.dumps(value, default=str), flush=True)

    def write(self, text: str) -> None:
        """Print a piece of text that has its own ends of lines."""
        print(text, end="", flush=True)

    def text(self, text: str) -> None:
        """Print text as it is."""
        print(text, flush=True)

    def alert(
        self, offset: int, columns: Sequence[str], values: Sequence[Any], alert: Mapping[str, Any]
    ) -> None:
        """Print one alert: a line of its main values, or with --json all of it on a line."""
        if self.is_json:
            self.value(alert)
        else:
            named = "  ".join(f"{c}={cell(v)}" for c, v in zip(columns, values, strict=True))
            self.text(f"{offset}  {named}")

    def raw(self, message: bytes) -> None:
        """Write a message's own bytes."""
        sys.stdout.buffer.write(message)
        sys.stdout.buffer.flush()

    def table_line(self, columns: Sequence[str], values: Sequence[Any]) -> None:
        """Print one line of a table that has no end; the names again when they change."""
        cells = [cell(value) for value in values]
        if columns != self._columns:
            self._columns = tuple(columns)
            pairs = zip(columns, cells, strict=True)
            # The first line is the best guess of how wide the others will be.
            self._widths = [max(len(name), len(cell)) for name, cell in pairs]
            self._table_line(columns)
        self._table_line(cells)

    def pictures(self, stamps: Sequence[Stamp]) -> None:
        """Show images side by side under their names, where stdout is a terminal."""
        if not sys.stdout.isatty():
            return
        import logging

        # It tells of a terminal that answers none of its questions, with a traceback.
        logging.getLogger("textual_image").setLevel(logging.CRITICAL)
        from rich.console import Console
        from textual_image.renderable import Image

        from minibroker.service.stamps import montage, title

        console = Console(highlight=False)
        width = min(PICTURE_WIDTH, console.width)
        each = width // len(stamps)
        console.print("".join(title(stamp)[: each - 1].ljust(each) for stamp in stamps))
        console.print(Image(montage(stamps, is_titled=False), width=width))

    def _table_line(self, cells: Sequence[str]) -> None:
        padded = (cell.ljust(width) for cell, width in zip(cells, self._widths, strict=True))
        self.text("  ".join(padded).rstrip())

    def explanation(self, explained: Explanation) -> None:
        """Print how a filter is understood."""
        columns = [dotted(path) for path in explained.columns]
        if self.is_json:
            self.value(_explained(explained, columns))
            return
        received = ["received_mjd()"] if explained.reads_received_mjd else []
        plan = explained.plan
        parts = {
            "sends": sent(plan.filter.projection),
            "reads": "\n".join([*columns, *received]) or "no field",
            "deepest": "" if explained.deepest is None else dotted(explained.deepest),
            "meaning": "\n".join(explained.notes),
            "in Flink": explained.flink,
            "in DuckDB": explained.duckdb,
            "columns in Flink": _listed(plan, plan.flink_columns),
            "columns in DuckDB": _listed(plan, plan.duckdb_columns),
        }
        drawn = (f"{name}:\n{indent(text, '  ')}" for name, text in parts.items() if text)
        self.text("\n\n".join(drawn))

    def warnings(self, file: str, text: str, diagnostics: Sequence[Diagnostic]) -> None:
        """Draw warnings on stderr; nothing when there are none."""
        if diagnostics:
            self.tell(draw(file, text, tuple(diagnostics)))

    def failure(self, error: BrokerError) -> None:
        """Say why a command failed: on stderr, or with --json as the one object on stdout.

        That nobody reads it does not make it less of a failure.
        """
        try:
            self._tell_failure(error)
        except BrokenPipeError:
            self.stop_writing()

    def _tell_failure(self, error: BrokerError) -> None:
        placed = error if isinstance(error, FilterError | QueryError) else None
        if placed is not None and not placed.diagnostics:
            placed = None
        if self.is_json:
            drawn = as_json(placed.text, placed.diagnostics) if placed else []
            self.value({**outcome(error), "diagnostics": drawn})
        elif placed:
            self.tell(draw(placed.file, placed.text, placed.diagnostics))
        else:
            self.tell(f"error[{error.code}]: {error.message}")
            if error.remedy:
                self.tell(f"  help: {error.remedy}")

    def fail(self, error: BrokerError) -> NoReturn:
        """End a command whose answer shows what is wrong: with --json it has said so."""
        if self.is_json:
            raise SystemExit(error.exit)
        raise error


def outcome(error: BrokerError | None) -> dict[str, Any]:
    """Return what every object of --json begins with."""
    if error is None:
        return {"ok": True}
    return {"ok": False, "code": error.code, "message": error.message, "remedy": error.remedy}


def sent(projection: Projection) -> str:
    """Say what a filter sends of an alert that passes."""
    from minibroker.model.filter import Format

    match projection.format:
        case Format.PACKET:
            return "the packet as it came"
        case Format.WITHOUT_CUTOUTS:
            return f"the packet without {', '.join(projection.excluded)}"
        case format:
            names = ", ".join(column.name for column in projection.columns)
            return f"columns, as {format.value}: {names}"


def _listed(plan: FilterPlan, spelled: Sequence[str]) -> str:
    pairs = zip(plan.filter.projection.columns, spelled, strict=True)
    return "\n".join(f"{column.name}: {sql}" for column, sql in pairs)


def _explained(explained: Explanation, columns: Sequence[str]) -> dict[str, Any]:
    chosen = explained.plan.filter
    return {
        "ok": True,
        "filter": chosen.name,
        "survey": chosen.survey,
        "fingerprint": chosen.fingerprint,
        "format": chosen.projection.format.value,
        "columns": columns,
        "deepest": None if explained.deepest is None else dotted(explained.deepest),
        "reads_received_mjd": explained.reads_received_mjd,
        "notes": explained.notes,
        "flink": explained.flink,
        "duckdb": explained.duckdb,
        "flink_columns": explained.plan.flink_columns,
        "duckdb_columns": explained.plan.duckdb_columns,
        "warnings": as_json(chosen.source.text, explained.warnings),
    }


def cell(value: Any) -> str:
    """Return a value as people read it; nothing for None."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return readable(value)
    return str(value)
