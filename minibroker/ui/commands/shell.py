"""The command that asks the archive."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from minibroker.model.errors import ConfigError
from minibroker.ui.app import Options, app


@app.command
def shell(
    *,
    command: Annotated[tuple[str, ...], Parameter(name=["-c", "--command"], negative="")] = (),
    file: Annotated[tuple[Path, ...], Parameter(name=["-f", "--file"], negative="")] = (),
    format_: Annotated[
        Literal["table", "csv", "json", "jsonl", "markdown", "parquet"] | None,
        Parameter(name=["--format"]),
    ] = None,
    output: Annotated[str, Parameter(name=["-o", "--output"])] = "",
    keep_going: Annotated[bool, Parameter(negative="")] = False,
    options: Options = Options(),
) -> None:
    r"""Ask the archive in SQL, at a prompt or by a script; try a filter before it runs.

    Parameters
    ----------
    command
        Run these statements and leave; may be repeated.
    file
        Run the statements of a file; ``-`` is standard input, as is a pipe without either.
    format_
        How answers are written; a table when nothing is said.
    output
        Write the answers to this file; its suffix chooses the format.
    keep_going
        Go on after a mistake; the exit code is that of the first one.

    Example: minibroker shell -c "SELECT night, count(*) FROM ztf GROUP BY night"
    """
    from minibroker.ui.shell.run import shell as run

    if command and file:
        raise ConfigError("usage", "-c and -f together", "put all statements into the file: \\i")
    run(options, command, file, format_ or "", output, keep_going)
