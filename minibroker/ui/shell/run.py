"""Run the shell: at a terminal, or through the texts of a command line, a file or a pipe."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from minibroker import __version__
from minibroker.model.errors import BrokerError, QueryError
from minibroker.ui.shell.commands import VERBS, run_file
from minibroker.ui.shell.formats import FORMATS
from minibroker.ui.shell.session import Leave, Session

if TYPE_CHECKING:
    from minibroker.broker import Broker
    from minibroker.ui.app import Options
    from minibroker.ui.shell.words import Vocabulary


def shell(
    options: Options,
    statements: Sequence[str],
    files: Sequence[Path],
    format_: str,
    output: str,
    keeps_going: bool = False,
) -> None:
    """Run what was given, else what stdin holds, else ask at the terminal.

    Raises the BrokerError of the first statement that fails, but at a terminal. With
    ``keeps_going`` all run, and it ends with the exit code of the first that failed.
    """
    is_interactive = not (statements or files) and sys.stdin.isatty() and sys.stdout.isatty()
    session = Session(options, VERBS, is_interactive, keeps_going and not is_interactive)
    session.format = format_ or session.format
    try:
        if output:
            session.output.choose(output)
        for each in statements:
            session.run(each, "-c")
        for file in files:
            run_file(session, file)
        if is_interactive:
            _converse(session)
        elif not (statements or files):
            session.run(sys.stdin.read(), "stdin")
    except Leave:
        pass
    finally:
        session.close()
    if session.failure is not None:
        raise SystemExit(session.failure.exit)


def _converse(session: Session) -> None:
    from minibroker.ui.shell.prompt import prompt_session

    session.options.settings()
    prompt = prompt_session(lambda: vocabulary(session.broker))
    session.report.tell(
        f"minibroker {__version__}: SQL over the archive; \\? for help, \\q to leave"
    )
    _ = session.opening
    while True:
        try:
            begun, session.typed_next = session.typed_next, ""
            text = prompt.prompt(default=begun)
        except KeyboardInterrupt:
            continue
        except EOFError:
            return
        try:
            session.run(text, "query")
        except KeyboardInterrupt:
            session.report.tell("cancelled")
        except BrokerError as error:
            if isinstance(error, QueryError) and error.code == "query-interrupted":
                session.report.tell("cancelled")
            else:
                session.report.failure(error)


def vocabulary(broker: Broker) -> Vocabulary:
    """Return what completion knows of this broker."""
    from minibroker.compiler.functions import reference
    from minibroker.ui.shell.words import DUCKDB_FUNCTIONS, Vocabulary

    known = dict.fromkeys(DUCKDB_FUNCTIONS, "function")
    for each in reference():
        unit = f" ({each.unit})" if each.unit else ""
        for name in (each.name, *each.aliases):
            known[name] = f"{each.signature}{unit}"
    return Vocabulary(
        surveys=broker.surveys,
        functions=known,
        commands={name: verb.told for name, verb in VERBS.items()},
        formats=FORMATS,
    )
