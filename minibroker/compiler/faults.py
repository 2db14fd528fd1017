"""Collecting what is wrong with a text, and finding what its author may have meant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from difflib import SequenceMatcher
from itertools import chain

from minibroker.model.diagnostic import Diagnostic, Severity, Span

MAX_MESSAGE = 300
"""Characters of a message or a hint that are kept."""
MAX_TOLD = 50
"""Errors, and warnings, that are told one by one."""


class Refused(Exception):
    """Raised where nothing further can be checked; the reasons are in the Faults at hand."""


class Faults:
    """The diagnostics found so far; checking goes on after the first."""

    def __init__(self) -> None:
        self._found: dict[Severity, dict[Diagnostic, None]] = {each: {} for each in Severity}
        self._more: dict[Severity, list[Span]] = {severity: [] for severity in Severity}

    def error(self, code: str, message: str, span: Span, hint: str = "") -> None:
        """Note what makes the filter unusable."""
        self._note(Diagnostic(code, message, span, hint))

    def warning(self, code: str, message: str, span: Span, hint: str = "") -> None:
        """Note what its author should know although the filter is usable."""
        self._note(Diagnostic(code, message, span, hint, Severity.WARNING))

    def repeat(self, found: Diagnostic) -> None:
        """Note what was found at another reading of the text."""
        self._note(found)

    def refuse(self, code: str, message: str, span: Span, hint: str = "") -> Refused:
        """Note an error and return the exception that ends this stage."""
        self.error(code, message, span, hint)
        return Refused(message)

    def stop(self) -> None:
        """Raise Refused when any error was noted."""
        if self.is_fatal():
            raise Refused

    def _note(self, diagnostic: Diagnostic) -> None:
        known = replace(
            diagnostic, message=_clipped(diagnostic.message), hint=_clipped(diagnostic.hint)
        )
        alike = self._found[known.severity]
        if known in alike:
            return
        if len(alike) < MAX_TOLD:
            alike[known] = None
        else:
            self._more[known.severity].append(known.span)

    @property
    def is_full(self) -> bool:
        """Whether further errors are only counted: they need no suggestion."""
        return len(self._found[Severity.ERROR]) >= MAX_TOLD

    def is_fatal(self) -> bool:
        """Return whether any error was noted."""
        return bool(self._found[Severity.ERROR])

    def all(self) -> tuple[Diagnostic, ...]:
        """Return what was noted, in the order of the text, and last how much more there was."""
        found = chain.from_iterable(self._found.values())
        told = sorted(found, key=lambda each: (each.span.start, each.span.end))
        return (*told, *self._untold())

    def _untold(self) -> Iterator[Diagnostic]:
        for severity, spans in self._more.items():
            if spans:
                noun = severity.value if len(spans) == 1 else f"{severity.value}s"
                message = f"there are {len(spans)} more {noun}, the first of them here"
                hint = f"at most {MAX_TOLD} are told at once"
                yield Diagnostic("and-more", message, spans[0], hint, severity)

    def warnings(self) -> tuple[Diagnostic, ...]:
        """Return the warnings, in the order of the text."""
        return tuple(found for found in self.all() if found.severity is Severity.WARNING)


def _clipped(message: str) -> str:
    """Return a message that a name of many thousand letters does not drown."""
    return message if len(message) <= MAX_MESSAGE else message[:MAX_MESSAGE] + "…"


def nearest(name: str, known: Iterable[str], at_most: int = 3, least: float = 0.6) -> list[str]:
    """Return the known names most like this one, the same letters in another case first."""
    folded = name.lower()
    scored = []
    for candidate in known:
        other = candidate.lower()
        matcher = SequenceMatcher(None, folded, other, autojunk=False)
        if matcher.real_quick_ratio() < least or matcher.quick_ratio() < least:
            continue
        score = 2.0 if other == folded else matcher.ratio()
        if score >= least:
            scored.append((-score, candidate))
    return [candidate for _, candidate in sorted(scored)[:at_most]]


def alternatives(names: Iterable[str]) -> str:
    """Join names as one does in a sentence: ``'a', 'b' or 'c'``."""
    quoted = [f"'{name}'" for name in names]
    if len(quoted) < 2:
        return "".join(quoted)
    return f"{', '.join(quoted[:-1])} or {quoted[-1]}"


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return ``did you mean 'x'?`` for the names nearest to this one, or nothing."""
    close = nearest(name, known)
    return f"did you mean {alternatives(close)}?" if close else ""
