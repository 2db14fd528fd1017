"""The minibroker command: runs one command and exits with its code."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import NoReturn

from cyclopts import (
    CycloptsError,
    MissingArgumentError,
    UnknownCommandError,
    UnusedCliTokensError,
)

from minibroker.model.errors import BrokerError, ConfigError, Exit, OutsideError
from minibroker.model.extras import extra_missing

# Importing them puts the commands into the app.
from minibroker.ui import commands as commands
from minibroker.ui.app import STDIN, app
from minibroker.ui.interrupt import Interrupt, ignore
from minibroker.ui.report import Report

WELCOME = """\
minibroker: a WHERE clause on an alert stream and on its archive

  minibroker up                                            start Kafka, Flink and the jobs
  minibroker check sql/ztf_asteroids.sql                   tell every fault of a filter
  minibroker submit sql/ztf_asteroids.sql                  run it: what passes goes to its topic
  minibroker backtest sql/ztf_asteroids.sql --nights 10    what it would have sent on past nights
  minibroker status                                        what runs

All commands: minibroker --help; one of them with an example: minibroker COMMAND --help"""
"""What stands instead of the long list where nothing was asked for."""


def _usage(error: CycloptsError) -> ConfigError:
    """Return what is wrong with a command line, in the words of the command's help."""
    said, argument = str(error), error.argument
    if isinstance(error, MissingArgumentError) and argument is not None:
        if set(argument.names) & set(error.root_input_tokens or ()):
            said = f"{argument.name} has no value"
        elif argument.field_info.is_positional:
            said = f"{argument.name.lstrip('-').upper()} is missing"
        else:
            said = f"{argument.name} is missing"
    elif isinstance(error, UnusedCliTokensError):
        said = f"{' '.join(error.unused_tokens or ())}: more than the command takes"
    elif isinstance(error, UnknownCommandError) and said.endswith(", ..."):
        said = said.partition(" Available commands")[0]
    first = (error.root_input_tokens or ("",))[0]
    if not error.command_chain and first.startswith("-"):
        said = f"{first} stands before the command"
        return ConfigError("usage", said, f"write it after: minibroker COMMAND {first} …")
    words = " ".join(("minibroker", *(error.command_chain or ()), "--help"))
    return ConfigError("usage", said, f"run `{words}`")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and exit with its code."""
    given = sys.argv[1:] if arguments is None else arguments
    # A lone dash looks like an option to the parser of the command line.
    words = [STDIN if word == "-" else word for word in given]
    report = Report("--json" in words)
    if not words:
        report.text(WELCOME)
        return
    Interrupt().install()
    try:
        _run(words, report)
    except BrokenPipeError:
        report.stop_writing()


def _run(words: Sequence[str], report: Report) -> None:
    try:
        app(words, exit_on_error=False, print_error=False)
    except CycloptsError as error:
        _fail(_usage(error), report)
    except BrokerError as error:
        _fail(error, report)
    except ModuleNotFoundError as error:
        missing = extra_missing(error)
        if missing is None:
            raise
        _fail(missing, report)
    except BrokenPipeError:
        raise
    except OSError as error:
        told = f"{error.filename}: {error.strerror}" if error.filename else str(error)
        remedy = "check the name, its permissions, and the room on its disk"
        _fail(OutsideError("system", told, remedy), report)
    except KeyboardInterrupt:
        report.tell("interrupted")
        ignore()
        raise SystemExit(Exit.INTERRUPTED) from None


def _fail(error: BrokerError, report: Report) -> NoReturn:
    report.failure(error)
    raise SystemExit(error.exit) from None
