"""The minibroker command: runs one command and exits with its code."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence

from cyclopts import CycloptsError

from minibroker.model.errors import BrokerError, ConfigError, Exit, OutsideError
from minibroker.model.extras import extra_missing

# Importing them puts the commands into the app.
from minibroker.ui import commands as commands
from minibroker.ui.app import STDIN, app
from minibroker.ui.report import Report

WELCOME = """\
minibroker: a WHERE clause on an alert stream and on its archive

  minibroker up                              start Kafka, Flink and the jobs
  minibroker check FILE.sql                  tell every fault of a filter
  minibroker submit FILE.sql                 run it: what passes goes to its own topic
  minibroker backtest FILE.sql --from NIGHT --to NIGHT
                                             what it would have sent on past nights
  minibroker status                          what runs

All commands: minibroker --help; one of them with an example: minibroker COMMAND --help"""
"""What stands instead of the long list where nothing was asked for."""


def _interrupted(*_: object) -> None:
    raise KeyboardInterrupt


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and exit with its code."""
    given = sys.argv[1:] if arguments is None else arguments
    # A lone dash looks like an option to the parser of the command line.
    words = [STDIN if word == "-" else word for word in given]
    report = Report("--json" in words)
    if not words:
        report.text(WELCOME)
        return
    signal.signal(signal.SIGTERM, _interrupted)
    try:
        app(words, exit_on_error=False, print_error=False)
    except CycloptsError as error:
        report.failure(ConfigError("usage", str(error), "run `minibroker COMMAND --help`"))
        raise SystemExit(Exit.USAGE) from None
    except BrokerError as error:
        report.failure(error)
        raise SystemExit(error.exit) from None
    except ModuleNotFoundError as error:
        missing = extra_missing(error)
        if missing is None:
            raise
        report.failure(missing)
        raise SystemExit(missing.exit) from None
    except BrokenPipeError:
        # Whoever read the output has enough of it; Python would complain again at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        told = f"{error.filename}: {error.strerror}" if error.filename else str(error)
        remedy = "check the name, its permissions, and the room on its disk"
        report.failure(OutsideError("system", told, remedy))
        raise SystemExit(Exit.OUTSIDE) from None
    except KeyboardInterrupt:
        report.tell("interrupted")
        raise SystemExit(Exit.INTERRUPTED) from None
