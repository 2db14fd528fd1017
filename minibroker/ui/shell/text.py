"""What was typed or read, divided into statements and backslash commands as psql does."""

from __future__ import annotations

import re
from dataclasses import dataclass

_PIECE = re.compile(
    r"""
    (?P<whole> [eE]'(?:[^'\\]|''|\\.)*'  |  '(?:[^']|'')*'  |  "(?:[^"]|"")*"
             | --[^\n]*  |  /\*.*?\*/  |  (?P<tag>\$(?:[A-Za-z_]\w*)?\$).*?(?P=tag) )
  | (?P<open> '  |  "  |  /\*  |  \$(?:[A-Za-z_]\w*)?\$ )
  | (?P<semicolon> ; )
  | (?P<command> \\[^\n]* )
    """,
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True)
class Statement:
    """SQL without its semicolon; ``is_held`` when a command follows instead of one."""

    text: str
    start: int
    """Where it begins in the whole, in characters."""
    is_held: bool = False


@dataclass(frozen=True)
class Command:
    r"""A backslash command: ``\d ztf`` has the name ``d`` and the argument ``ztf``."""

    name: str
    argument: str
    start: int


@dataclass(frozen=True)
class Divided:
    """The parts of a text in their order, and what has no end yet."""

    parts: tuple[Statement | Command, ...]
    rest: str
    rest_start: int

    @property
    def is_finished(self) -> bool:
        """Whether nothing is left that waits for a semicolon."""
        return not self.rest.strip()

    def with_rest(self) -> tuple[Statement | Command, ...]:
        """Return the parts; what has no semicolon at the end of a file is a statement too."""
        if self.is_finished:
            return self.parts
        return (*self.parts, _statement(self.rest, self.rest_start))


def divide(text: str) -> Divided:
    """Divide a text at semicolons and commands that stand in no string and no comment."""
    parts: list[Statement | Command] = []
    start = 0
    for piece in _PIECE.finditer(text):
        if piece["open"]:
            break
        if not (piece["semicolon"] or piece["command"]):
            continue
        before = text[start : piece.start()]
        if before.strip():
            parts.append(_statement(before, start, is_held=bool(piece["command"])))
        if piece["command"]:
            parts.append(_command(piece["command"], piece.start()))
        start = piece.end()
    return Divided(tuple(parts), text[start:], start)


def _statement(text: str, start: int, is_held: bool = False) -> Statement:
    kept = text.lstrip()
    return Statement(kept.rstrip(), start + len(text) - len(kept), is_held)


def _command(text: str, start: int) -> Command:
    name, _, argument = text[1:].strip().rstrip(";").partition(" ")
    return Command(name, argument.strip(), start)
