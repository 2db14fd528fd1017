"""Draw diagnostics for people, and write them as JSON for programs."""

from __future__ import annotations

import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from minibroker.model.diagnostic import Diagnostic, Span

MAX_WIDTH = 100
"""Columns of the text that are shown; a longer line is clipped around the place."""
TAB = "    "


@dataclass(frozen=True)
class Position:
    """A place in a text: line and column in characters, both from 1."""

    line: int
    column: int


class Lines:
    """A text by its lines."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._starts = [0] + [at + 1 for at, c in enumerate(text) if c == "\n"]

    def position(self, offset: int) -> Position:
        """Return where a character stands; the end of the text has a position too."""
        offset = max(0, min(offset, len(self.text)))
        line = bisect_right(self._starts, offset)
        return Position(line, offset - self._starts[line - 1] + 1)

    def line(self, number: int) -> str:
        """Return a line without its end."""
        start = self._starts[number - 1]
        end = self._starts[number] - 1 if number < len(self._starts) else len(self.text)
        return self.text[start:end].rstrip("\r")


def draw(file: str, text: str, diagnostics: Sequence[Diagnostic]) -> str:
    """Return every diagnostic with its line of the text and carets under the place."""
    lines = Lines(text)
    return "\n\n".join(_drawn(file, lines, diagnostic) for diagnostic in diagnostics)


def as_json(text: str, diagnostics: Sequence[Diagnostic]) -> list[dict[str, Any]]:
    """Return the diagnostics as plain values.

    Lines and columns count from 1, in characters; ``end_column`` is the column after the last
    character, on ``end_line``.
    """
    lines = Lines(text)
    return [_as_value(lines, diagnostic) for diagnostic in diagnostics]


def _as_value(lines: Lines, diagnostic: Diagnostic) -> dict[str, Any]:
    start = lines.position(diagnostic.span.start)
    end = lines.position(max(diagnostic.span.end, diagnostic.span.start))
    return {
        "severity": diagnostic.severity.value,
        "code": diagnostic.code,
        "message": diagnostic.message,
        "line": start.line,
        "column": start.column,
        "end_line": end.line,
        "end_column": end.column,
        "hint": diagnostic.hint,
    }


def _drawn(file: str, lines: Lines, diagnostic: Diagnostic) -> str:
    start = lines.position(diagnostic.span.start)
    margin = " " * len(str(start.line))
    label = f"{diagnostic.severity.value}[{diagnostic.code}]"
    shown, carets = _underlined(lines, diagnostic.span)
    drawn = [
        f"{label}: {printable(diagnostic.message)}",
        f"  --> {printable(file)}:{start.line}:{start.column}",
        f"  {start.line} | {shown}".rstrip(),
        f"  {margin}   {carets}",
    ]
    if diagnostic.hint:
        drawn.append(f"  help: {printable(diagnostic.hint)}")
    return "\n".join(drawn)


def _underlined(lines: Lines, span: Span) -> tuple[str, str]:
    """Return the line that a span begins in and the carets under it, clipped to MAX_WIDTH."""
    start = lines.position(span.start)
    line = lines.line(start.line)
    first = min(start.column - 1, len(line))
    last = min(first + max(span.end - span.start, 1), max(len(line), first + 1))
    before, marked, after = line[:first], line[first:last], line[last:]
    before, after = _clipped(before, marked, after)
    if len(marked) > MAX_WIDTH:
        marked = marked[: MAX_WIDTH - 1] + "…"
    shown = printable(before) + printable(marked) + printable(after)
    carets = " " * width(printable(before)) + "^" * max(width(printable(marked)), 1)
    return shown, carets


def _clipped(before: str, marked: str, after: str) -> tuple[str, str]:
    """Return what stands around a place, shortened where the line is too long to show."""
    room = max(MAX_WIDTH - len(marked), 20)
    if len(before) + len(after) <= room:
        return before, after
    left = min(len(before), max(room // 2, room - len(after)))
    right = room - left
    if left < len(before):
        before = "…" + before[len(before) - left :]
    if right < len(after):
        after = after[:right] + "…"
    return before, after


def printable(text: str) -> str:
    """Return the text with nothing in it that would move or hide what is drawn."""
    return "".join(_shown(character) for character in text)


def _shown(character: str) -> str:
    if character == "\t":
        return TAB
    if character in "\n\r":
        return " "
    # Control and format characters would move or hide what is drawn after them.
    if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"):
        return "\N{REPLACEMENT CHARACTER}"
    return character


def width(text: str) -> int:
    """Return how many columns of a terminal the text takes."""
    return sum(_columns(character) for character in text)


def _columns(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
