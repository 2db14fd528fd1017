"""What a terminal shows, as SVG: text that scales and can be selected, and no font of its own."""

from __future__ import annotations

import io
import re

import pyte
from rich.color import Color
from rich.console import Console
from rich.style import Style
from rich.text import Text

FONTS = '"DejaVu Sans Mono", Menlo, Consolas, monospace'


def terminal_picture(screen: pyte.Screen, title: str) -> str:
    """Draw a terminal's screen without the empty lines at its end."""
    lines = [_line(screen, number) for number in range(screen.lines)]
    while lines and not lines[-1].plain:
        del lines[-1]
    console = Console(record=True, file=io.StringIO(), width=screen.columns, soft_wrap=True)
    for line in lines:
        console.print(line, crop=False)
    drawn = console.export_svg(title=title, unique_id="screen")
    # A picture must not ask a server for its font.
    drawn = re.sub(r"\s*@font-face \{.*?\}", "", drawn, flags=re.DOTALL)
    return drawn.replace("Fira Code, monospace", FONTS).replace("arial", "sans-serif") + "\n"


def _line(screen: pyte.Screen, number: int) -> Text:
    text = Text()
    cells = screen.buffer[number]
    for column in range(screen.columns):
        cell = cells[column]
        text.append(cell.data, _style(cell))
    text.rstrip()
    return text


def _style(cell: pyte.screens.Char) -> Style:
    return Style(
        color=_color(cell.fg),
        bgcolor=_color(cell.bg),
        bold=cell.bold,
        italic=cell.italics,
        underline=cell.underscore,
        reverse=cell.reverse,
    )


def _color(name: str) -> Color | None:
    """Return a colour of pyte's: a name, where brown is yellow, or six digits."""
    if name == "default":
        return None
    if re.fullmatch(r"[0-9a-f]{6}", name):
        return Color.parse(f"#{name}")
    plain = name.removeprefix("bright").replace("brown", "yellow")
    return Color.parse(f"bright_{plain}" if name.startswith("bright") else plain)
