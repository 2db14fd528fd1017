"""Everything that can go wrong, and the exit code of the command that met it.

::

    BrokerError
    ├── FilterError        1  the user's filter is at fault
    ├── ShareError         1  the user's filter passes more than a filter may
    ├── QueryError         1  the user's query on the archive is at fault, or came to too much
    ├── MismatchError      1  an audit, a demo or an expectation failed
    ├── ConfigError        2  usage, configuration, a file of the user's
    ├── OutsideError       3  Kafka, Flink, a registry, the disk: which, where, what to do
    └── JobError           4  a Flink job failed; its root cause in one line

An exception outside this tree is a defect of minibroker and keeps its traceback.
"""

from __future__ import annotations

from enum import IntEnum

from minibroker.model.diagnostic import Diagnostic, Span


class Exit(IntEnum):
    """Exit codes of every command."""

    DONE = 0
    FILTER = 1
    USAGE = 2
    OUTSIDE = 3
    JOB = 4
    INTERRUPTED = 130


class BrokerError(Exception):
    """An expected failure: a sentence for the user and what to do about it.

    ``code`` is stable and machine-readable; ``remedy`` may be empty.
    """

    exit: Exit = Exit.OUTSIDE

    def __init__(self, code: str, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.remedy = remedy

    @property
    def sentence(self) -> str:
        """The message and, where there is one, the remedy in brackets."""
        return self.message + (f" ({self.remedy})" if self.remedy else "")


class FilterError(BrokerError):
    """A filter's text was refused; ``diagnostics`` holds every fault found in it."""

    exit = Exit.FILTER

    def __init__(self, file: str, text: str, diagnostics: tuple[Diagnostic, ...]) -> None:
        faults = "1 fault" if len(diagnostics) == 1 else f"{len(diagnostics)} faults"
        super().__init__("filter-refused", f"{file}: {faults}")
        self.file = file
        self.text = text
        self.diagnostics = diagnostics


class ShareError(BrokerError):
    """A filter passes more of the archived nights than it may; nothing is wrong with its text."""

    exit = Exit.FILTER


class QueryError(BrokerError):
    """A user's query on the archive was refused, is wrong, or took more than it may.

    ``span`` is the place in the query, where it is known.
    """

    exit = Exit.FILTER

    def __init__(self, code: str, message: str, remedy: str = "", span: Span | None = None) -> None:
        super().__init__(code, message, remedy)
        self.span = span
        self.file = ""
        self.text = ""

    def place(self, file: str, text: str, start: int) -> None:
        """Say that the query begins at a character of this file's text."""
        self.file, self.text = file, text
        if self.span is not None:
            self.span = Span(self.span.start + start, self.span.end + start)

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """What is wrong and where, once the query has its place."""
        if self.span is None or not self.file:
            return ()
        return (Diagnostic(self.code, self.message, self.span, self.remedy),)


class MismatchError(BrokerError):
    """Two answers that must be equal are not."""

    exit = Exit.FILTER


class ConfigError(BrokerError):
    """A flag, a key of minibroker.toml or a file given by the user cannot be used."""

    exit = Exit.USAGE


class OutsideError(BrokerError):
    """A system that minibroker depends on did not do its part."""

    exit = Exit.OUTSIDE


class JobError(BrokerError):
    """A Flink job failed or would not start."""

    exit = Exit.JOB
