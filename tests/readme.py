"""The console blocks of the README and of docs/: their commands, and what they showed."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
PAGES = (README, *sorted((ROOT / "docs").glob("*.md")))


@dataclass(frozen=True)
class Block:
    """One block under ``<!-- kind -->``; its text is between the fences."""

    kind: str
    text: str
    page: Path = README

    @property
    def commands(self) -> list[str]:
        """The lines after a prompt."""
        return [line[2:] for line in self.text.splitlines() if line.startswith("$ ")]


def blocks(kind: str, *pages: Path) -> list[Block]:
    """Return the console blocks of one kind, of the README or of the pages that are given."""
    return [
        Block(kind, text, page)
        for page in pages or (README,)
        for text in re.findall(
            rf"<!-- {kind} -->\n```console\n(.*?)```\n", page.read_text(), re.DOTALL
        )
    ]


def run(block: Block, environment: Mapping[str, str]) -> str:
    """Run a block's commands in the checkout and return the block as it should read."""
    return session(block.commands, environment, ROOT)


def session(commands: Sequence[str], environment: Mapping[str, str], folder: Path) -> str:
    """Run commands in a folder and return them with what they print, as a block has it.

    A command's stdout and stderr are shown in the order in which they came.
    """
    shown = []
    for command in commands:
        words = [sys.executable, "-m", "minibroker", *shlex.split(command)[1:]]
        done = subprocess.run(
            words,
            cwd=folder,
            env={**without_settings(), **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        lines = (line.rstrip() for line in done.stdout.splitlines())
        shown += [f"$ {command}", *lines, ""]
    return "\n".join(shown).rstrip("\n") + "\n"


def without_settings() -> dict[str, str]:
    """Return the environment of somebody who has set nothing of minibroker's."""
    return {k: v for k, v in os.environ.items() if not k.startswith("MINIBROKER_")}


def rewrite(block: Block, text: str) -> None:
    """Put a block's new text into its page."""
    block.page.write_text(block.page.read_text().replace(block.text, text))


def shape(text: str) -> list[str]:
    """Return a text with everything that differs from run to run replaced by ``#``."""
    words = re.compile(r"[^\s=(]*\d[^\s]*|[0-9a-f]{12,}|/[^\s]+")
    return [" ".join(words.sub("#", line).split()) for line in text.splitlines()]
