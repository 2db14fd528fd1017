"""Where answers go: the terminal, through a pager when they are long, or a file."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from minibroker.model.errors import ConfigError
from minibroker.ui.shell.formats import SUFFIXES, Look

if TYPE_CHECKING:
    from minibroker.engine.sandbox import Result
    from minibroker.ui.report import Report


class Output:
    """Standard output, until a file is chosen."""

    def __init__(self, report: Report, is_interactive: bool) -> None:
        self._report = report
        self._is_interactive = is_interactive
        self._file: TextIO | None = None
        self.path: Path | None = None
        """The file that answers go to; None for standard output."""
        self.format = ""
        """The format that the file's name asks for; empty for the session's."""

    def look(self, cell: int) -> Look:
        """Return how a table looks here: for a person, or for a file or pipe."""
        to_person = self.path is None and self._is_interactive
        return Look(to_person and "NO_COLOR" not in os.environ, cell if to_person else None)

    def choose(self, name: str) -> None:
        """Send what follows to a file; to standard output again when there is no name."""
        self.close()
        if not name:
            return
        path = Path(name).expanduser()
        format_ = SUFFIXES.get(path.suffix, "")
        if format_ == "parquet":
            from minibroker.engine.parquet import parquet_libraries
            from minibroker.service.folder import check_file

            parquet_libraries()
            check_file(path)
        else:
            try:
                self._file = path.open("w", encoding="utf-8")
            except OSError as error:
                raise _unwritable(path, error) from None
        self.path, self.format = path, format_

    def close(self) -> None:
        """Finish the file."""
        file, self._file, self.path, self.format = self._file, None, None, ""
        if file is not None:
            file.close()

    def parquet(self, result: Result) -> tuple[Path, int]:
        """Write one result as a Parquet file and return it with the number of its rows.

        What follows goes to standard output again.
        """
        from minibroker.engine.result_parquet import write_result

        if self.path is None:
            raise ConfigError(
                "shell-parquet", "Parquet is no text to show", "name a file: \\o alerts.parquet"
            )
        path = self.path
        self.close()
        try:
            return path, write_result(path, result)
        except OSError as error:
            raise _unwritable(path, error) from None

    def write(self, pieces: Iterator[str], is_paged: bool) -> None:
        """Write an answer piece by piece."""
        if self.path is not None and self._file is not None:
            try:
                self._file.writelines(pieces)
                self._file.flush()
            except OSError as error:
                raise _unwritable(self.path, error) from None
        elif is_paged and self._is_interactive and sys.stdout.isatty():
            self._page(pieces)
        else:
            for piece in pieces:
                self._report.write(piece)

    def _page(self, pieces: Iterator[str]) -> None:
        """Show what fits on the terminal at once, and anything longer in a pager."""
        columns, lines = shutil.get_terminal_size()
        begun, height = "", 0
        for piece in pieces:
            begun += piece
            height += sum(1 + len(line) // columns for line in piece.splitlines())
            if height >= lines:
                break
        else:
            self._report.write(begun)
            return
        command = _pager()
        if not command:
            self._report.write(begun)
            for piece in pieces:
                self._report.write(piece)
            return
        environment = {"LESS": "FRSX", **os.environ}
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, text=True, env=environment, encoding="utf-8"
        ) as pager:
            assert pager.stdin is not None
            # Whoever leaves the pager has seen enough.
            with suppress(BrokenPipeError):
                pager.stdin.write(begun)
                for piece in pieces:
                    pager.stdin.write(piece)
            with suppress(BrokenPipeError):
                pager.stdin.close()
            while pager.poll() is None:
                # Ctrl-C is the pager's.
                with suppress(KeyboardInterrupt):
                    pager.wait()


def _pager() -> list[str]:
    chosen = os.environ.get("PAGER", "less")
    words = shlex.split(chosen)
    return words if words and shutil.which(words[0]) else []


def _unwritable(path: Path, error: OSError) -> ConfigError:
    return ConfigError(
        "file-unwritable",
        f"{path}: {error.strerror}",
        "check the folder, its permissions, the disk",
    )
