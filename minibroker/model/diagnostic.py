"""What is wrong with a filter, as a value: one renderer draws it, another writes it as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True)
class Span:
    """Half-open range of characters of the text that the user wrote."""

    start: int
    end: int


class Severity(Enum):
    """An error refuses the filter; a warning is told and the filter is accepted."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Diagnostic:
    """One fault of a filter's text.

    ``code`` is stable and listed in the reference; ``hint`` says what to write instead,
    empty when there is nothing to say.
    """

    code: str
    message: str
    span: Span
    hint: str = ""
    severity: Severity = Severity.ERROR
