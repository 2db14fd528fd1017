"""Rows as text: a table, expanded records, CSV, JSON, JSON lines, Markdown; piece by piece."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from minibroker.ui.diagnostics import printable, width

Row = Sequence[Any]
Batches = Iterable[Sequence[Row]]

NULL = "NULL"
DIM, BOLD, PLAIN = "\x1b[2m", "\x1b[1m", "\x1b[0m"
NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "FLOAT", "DOUBLE", "DECIMAL")
"""Types whose values stand at the right; also with a U before them."""


@dataclass(frozen=True)
class Look:
    """How a person sees a table."""

    color: bool = False
    cell: int | None = None
    """Columns of a cell before it is cut; None for all of it."""


class Cut:
    """Counts the cells that were cut, so that it can be told."""

    def __init__(self) -> None:
        self.cells = 0


def counted(count: int, noun: str) -> str:
    """Return ``1 row``, ``2 rows``."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def is_number(type_: str) -> bool:
    """Return whether a DuckDB type is one of numbers."""
    return type_.split("(")[0].removeprefix("U") in NUMBERS and not type_.endswith("]")


def table(
    names: Sequence[str], types: Sequence[str], batches: Batches, look: Look, cut: Cut
) -> Iterator[str]:
    """Yield psql's aligned table, a batch at a time: a later one may make columns wider."""
    right = [is_number(type_) for type_ in types]
    widths = [width(printable(name)) for name in names]
    count, is_first = 0, True
    for batch in batches:
        cells = [[_cell(value, look, cut) for value in row] for row in batch]
        for column in range(len(names)):
            widths[column] = max([widths[column], *(width(row[column]) for row in cells)])
        if is_first:
            yield _heading(names, widths, look)
            is_first = False
        for row, values in zip(cells, batch, strict=True):
            padded = (
                _padded(cell, value, size, at_right, look)
                for cell, value, size, at_right in zip(row, values, widths, right, strict=True)
            )
            yield " " + " | ".join(padded).rstrip() + "\n"
        count += len(batch)
    if is_first:
        yield _heading(names, widths, look)
    yield f"({counted(count, 'row')})\n\n"


def _heading(names: Sequence[str], widths: Sequence[int], look: Look) -> str:
    titles = []
    for name, size in zip(names, widths, strict=True):
        shown = printable(name)
        left = (size - width(shown)) // 2
        title = " " * left + shown + " " * (size - width(shown) - left)
        titles.append(f"{BOLD}{title}{PLAIN}" if look.color else title)
    rule = "-+-".join("-" * size for size in widths)
    return f" {' | '.join(titles).rstrip()}\n-{rule}-\n"


def _padded(cell: str, value: Any, size: int, at_right: bool, look: Look) -> str:
    blank = " " * (size - width(cell))
    if value is None and look.color:
        cell = f"{DIM}{cell}{PLAIN}"
    return blank + cell if at_right else cell + blank


def expanded(names: Sequence[str], batches: Batches, look: Look, cut: Cut) -> Iterator[str]:
    """Yield each row as a record of lines, the fields of structs each on a line of its own."""
    count = 0
    for batch in batches:
        for row in batch:
            count += 1
            lines = [
                (path, value, _cell(value, look, cut))
                for name, whole in zip(names, row, strict=True)
                for path, value in _leaves(name, whole)
            ]
            size = max((width(printable(path)) for path, _, _ in lines), default=0)
            title = f"-[ RECORD {count} ]"
            yield f"{BOLD}{title}{PLAIN}" if look.color else title
            yield "-" * max(size + 1 - len(title), 0) + "+" + "-" * 12 + "\n"
            for path, value, cell in lines:
                shown = printable(path)
                drawn = _padded(cell, value, width(cell), False, look)
                yield f"{shown}{' ' * (size - width(shown))} | {drawn}".rstrip() + "\n"
    yield "" if count else "(0 rows)\n"
    yield "\n"


def _leaves(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict) and value:
        for name, inner in value.items():
            yield from _leaves(f"{path}.{name}", inner)
    else:
        yield path, value


def csv(names: Sequence[str], batches: Batches) -> Iterator[str]:
    """Yield CSV with a heading: NULL is nothing at all, an empty text is two quotes."""
    yield ",".join(map(_quoted, names)) + "\n"
    for batch in batches:
        yield "".join(
            ",".join("" if v is None else _quoted(as_text(v)) for v in row) + "\n" for row in batch
        )


def _quoted(text: str) -> str:
    if text and not any(c in text for c in ',"\r\n') and text == text.strip():
        return text
    return '"' + text.replace('"', '""') + '"'


def jsonl(names: Sequence[str], batches: Batches) -> Iterator[str]:
    """Yield one object a line."""
    for batch in batches:
        yield "".join(_object(names, row) + "\n" for row in batch)


def json_array(names: Sequence[str], batches: Batches) -> Iterator[str]:
    """Yield one array of objects, an object a line."""
    before = "["
    for batch in batches:
        for row in batch:
            yield f"{before}{_object(names, row)}"
            before = ",\n "
    yield "[]\n" if before == "[" else "]\n"


def answer(names: Sequence[str], batches: Batches) -> Iterator[str]:
    """Yield the one shape of --json on one line: ``{"ok": true, "rows": [...]}``."""
    before = '{"ok": true, "rows": ['
    yield before
    comma = ""
    for batch in batches:
        for row in batch:
            yield f"{comma}{_object(names, row)}"
            comma = ", "
    yield "]}\n"


def markdown(names: Sequence[str], types: Sequence[str], batches: Batches) -> Iterator[str]:
    """Yield a table of Markdown."""
    yield _markdown_row(map(_plain_cell, names))
    yield _markdown_row("---:" if is_number(type_) else "---" for type_ in types)
    for batch in batches:
        yield "".join(_markdown_row(map(_plain_cell, row)) for row in batch)


def _markdown_row(cells: Iterable[str]) -> str:
    escaped = (cell.replace("|", "\\|") for cell in cells)
    return f"| {' | '.join(escaped)} |\n"


def _plain_cell(value: Any) -> str:
    return NULL if value is None else printable(_one_line(as_text(value)))


def _cell(value: Any, look: Look, cut: Cut) -> str:
    text = _plain_cell(value)
    if look.cell is None or width(text) <= look.cell:
        return text
    cut.cells += 1
    kept = text[: look.cell - 1]
    while width(kept) > look.cell - 1:
        kept = kept[:-1]
    return kept + "…"


def _one_line(text: str) -> str:
    return text.replace("\r", "\\r").replace("\n", "\\n")


def as_text(value: Any) -> str:
    """Return a value as a person reads it; records and lists are JSON."""
    match value:
        case bool():
            return "true" if value else "false"
        case bytes():
            return "\\x" + value.hex()
        case dict() | list() | tuple():
            return json.dumps(plain(value), ensure_ascii=False)
        case datetime():
            return value.isoformat(sep=" ")
        case _:
            return str(value)


def _object(names: Sequence[str], row: Row) -> str:
    values = {name: plain(value) for name, value in zip(names, row, strict=True)}
    return json.dumps(values, ensure_ascii=False)


def plain(value: Any) -> Any:
    """Return a value as JSON has it: bytes in base64; NaN and infinities, which it lacks, null."""
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return value if math.isfinite(value) else None
        case Decimal():
            return float(value)
        case bytes():
            return base64.b64encode(value).decode()
        case datetime() | date() | time():
            return value.isoformat()
        case dict():
            return {str(key): plain(each) for key, each in value.items()}
        case list() | tuple():
            return [plain(each) for each in value]
        case _:
            return str(value)


TEXT_FORMATS: dict[str, Callable[..., Iterator[str]]] = {
    "csv": csv,
    "json": json_array,
    "jsonl": jsonl,
}
"""The formats that need no types."""
FORMATS = ("table", *TEXT_FORMATS, "markdown", "parquet")
SUFFIXES = {".md": "markdown", ".ndjson": "jsonl"} | {f".{name}": name for name in FORMATS[1:]}
"""The format that a file's name asks for."""
