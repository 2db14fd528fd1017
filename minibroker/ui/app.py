"""The command line as a whole: what every command takes, and how filters are read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from inspect import cleandoc
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from minibroker import __version__
from minibroker.model.errors import ConfigError
from minibroker.model.shipped import shipped
from minibroker.ui.report import Report

# What a command needs is imported when it runs, so that --help is quick.
if TYPE_CHECKING:
    from minibroker.broker import Broker
    from minibroker.config import Config
    from minibroker.model.filter import FilterSource

EXITS = (
    "Exit codes: 0 done; 1 the filter or query is at fault, or two answers that must agree do not;"
    " 2 usage or configuration; 3 an outside system failed; 4 a Flink job failed; 130 interrupted."
)

STDIN = "/dev/stdin"
SHIPPED = Path("sql")

app = App(
    name="minibroker",
    version=__version__,
    help="A SQL-first alert broker: one filter text, on the stream and on the archive.",
    help_epilogue=EXITS,
    # `main` says that it was interrupted; cyclopts would end without a word.
    suppress_keyboard_interrupt=False,
)


@Parameter(name="*")
@dataclass(frozen=True)
class Options:
    """What every command takes."""

    config: Path | None = None
    "The settings file; without it minibroker.toml of the working folder, if there is one."
    set: Annotated[tuple[str, ...], Parameter(negative="")] = ()
    "One setting, as --set kafka.port=9192; may be repeated."
    json: Annotated[bool, Parameter(negative="")] = False
    "Print JSON instead of tables, and errors as JSON too."

    @property
    def report(self) -> Report:
        """The writer of this command's output."""
        return Report(self.json)

    def settings(self) -> Config:
        """Return the settings: defaults, the file, variables, flags."""
        from minibroker.config import load_config

        flags = {}
        for each in self.set:
            key, equals, value = each.partition("=")
            if not equals:
                raise ConfigError(
                    "bad-set", f"--set {each}: no '=' in it", "write --set kafka.port=9192"
                )
            flags[key] = value
        return load_config(self.config, flags)

    def broker(self) -> Broker:
        """Return the broker of these settings."""
        from minibroker.broker import Broker

        return Broker(self.settings(), self.report.tell)


def show_examples(group: App) -> None:
    """Let the help of every command end with the ``Example:`` of its docstring."""
    for name in group:
        if name.startswith("-"):
            continue
        command = group[name]
        if command.default_command is None:
            show_examples(command)
        verb = command.default_command
        text = command.help if verb is None else cleandoc(verb.__doc__ or "")
        # Whatever stands after a section of a docstring, the parser takes for part of it.
        told, _, example = text.partition("\nExample: ")
        command.help = told.partition("\nParameters\n---")[0].strip()
        command.help_epilogue = f"{EXITS}\n\nExample: {example.strip()}"


def filter_sources(files: Sequence[Path], text: str | None) -> list[FilterSource]:
    """Return the filters of a command line: its files, and the text of ``-e``."""
    from minibroker.model.filter import FilterSource

    sources = [read_filter(file) for file in files]
    if text is not None:
        sources.append(FilterSource(text, "-e"))
    if not sources:
        raise ConfigError(
            "no-filter",
            "no filter given",
            "name a .sql file, `-` for standard input, or -e CONDITION",
        )
    return sources


def one_filter(file: Path | None, text: str | None) -> FilterSource:
    """Return the one filter of a command line: its file, or the text of ``-e``."""
    (source, *more) = filter_sources([file] if file else [], text)
    if more:
        raise ConfigError(
            "two-filters", "a file and -e are two filters", "give the file or -e, not both"
        )
    return source


def read_filter(file: Path) -> FilterSource:
    """Return a filter file's text; ConfigError where it cannot be read, or is not UTF-8.

    ``sql/NAME.sql`` is the one that ships where the working folder has none: so the examples of
    the help and of the README work anywhere.
    """
    from minibroker.model.filter import FilterSource

    ours = shipped("sql") / file.name
    place = ours if file.parent == SHIPPED and not file.exists() and ours.exists() else file
    try:
        return FilterSource(place.read_bytes().decode("utf-8"), _origin(file))
    except UnicodeDecodeError as error:
        raise ConfigError(
            "not-utf8", f"{file}: byte {error.start} is not UTF-8", "save the file as UTF-8 text"
        ) from None
    except OSError as error:
        raise ConfigError(
            "file-unreadable", f"{file}: {error.strerror}", "check the name and its permissions"
        ) from None


def _origin(file: Path) -> str:
    return "-" if str(file) == STDIN else str(file)
