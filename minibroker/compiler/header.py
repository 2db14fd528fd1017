"""The leading comments of a filter's file: ``-- name: young_supernovae``.

A line of the comments before the first word of SQL is a key when it reads ``-- word: value``
and the word is a known key, or nearly one: ``-- nmae: x`` and ``-- Name: x`` are errors, for
they would be lost in silence. Every other comment is prose and means nothing, so that
``-- Note: the faint ones`` is not a trap.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath

from minibroker.compiler.faults import Faults, nearest
from minibroker.model.diagnostic import Span
from minibroker.model.filter import FilterSource, Format

KEYS: Mapping[str, str] = {
    "name": "what the filter is called: a-z, 0-9 and _, beginning with a letter",
    "description": "one line for people",
    "expect": "how many alerts of the sample it passes: 12 of 266",
    "survey": "the survey, where the text names none",
    "format": "how a list of columns is sent: json, or avro",
}
"""The keys and what each is for."""

REFUSED: Mapping[str, str] = {
    "topic": "the topic follows from the filter's owner and name",
}

FORMATS = {each.value: each for each in (Format.JSON, Format.AVRO)}
"""How columns can be sent, by what the header calls it."""

NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")

_COMMENT = re.compile(r"[ \t]*--[ \t]*(?P<key>[A-Za-z_]+)[ \t]*:[ \t]*(?P<value>[^\n\r]*)")
_LEAST_LIKENESS = 0.75


@dataclass(frozen=True)
class Header:
    """What the leading comments say; empty strings for what they do not."""

    name: str
    description: str
    expect: str
    survey: str
    survey_span: Span
    format: Format | None
    format_span: Span


@dataclass(frozen=True)
class _Entry:
    value: str
    span: Span


def read_header(source: FilterSource, faults: Faults) -> Header:
    """Read the leading comments, and the file's stem where they give no name."""
    entries: dict[str, _Entry] = {}
    start = 0
    for line in source.text.splitlines(keepends=True):
        stripped = line.strip()
        if stripped and not stripped.startswith("--"):
            break
        found = _COMMENT.match(line)
        if found:
            _read_line(found, start, entries, faults)
        start += len(line)
    nothing = _Entry("", Span(0, 0))
    survey = entries.get("survey", nothing)
    format = entries.get("format")
    return Header(
        name=_name(source, entries.get("name"), faults),
        description=entries.get("description", nothing).value,
        expect=entries.get("expect", nothing).value,
        survey=survey.value,
        survey_span=survey.span,
        format=None if format is None else _format(format, faults),
        format_span=nothing.span if format is None else format.span,
    )


def _read_line(
    found: re.Match[str], start: int, entries: dict[str, _Entry], faults: Faults
) -> None:
    key = found["key"]
    span = Span(start + found.start("key"), start + found.end("key"))
    if key in REFUSED:
        faults.error("unknown-key", f"'{key}' is not a key of a filter", span, REFUSED[key])
    elif key not in KEYS:
        close = nearest(key, KEYS, at_most=1, least=_LEAST_LIKENESS)
        if close:
            hint = f"did you mean '{close[0]}'? The keys are: {', '.join(KEYS)}"
            faults.error("unknown-key", f"'{key}' is not a key of a filter", span, hint)
    elif key in entries:
        faults.error("repeated-key", f"'{key}' is given twice", span, "keep one of them")
    else:
        value = found["value"].rstrip()
        begin = start + found.start("value")
        entries[key] = _Entry(value, Span(begin, begin + len(value)))


def _format(given: _Entry, faults: Faults) -> Format | None:
    found = FORMATS.get(given.value.lower())
    if found is None:
        message = f"'{given.value}' is no format"
        faults.error("bad-format", message, given.span, f"write {' or '.join(FORMATS)}")
    return found


def _name(source: FilterSource, given: _Entry | None, faults: Faults) -> str:
    if given is not None:
        if NAME.fullmatch(given.value):
            return given.value
        faults.error("bad-name", f"'{given.value}' cannot name a filter", given.span, _RULE)
        return ""
    if not source.origin.endswith(".sql"):
        return ""
    stem = PurePath(source.origin).stem
    if not NAME.fullmatch(stem):
        message = f"the file's name gives the filter's, and '{stem}' cannot name a filter"
        faults.error("bad-name", message, Span(0, 0), f"begin with -- name: …; {_RULE}")
        return ""
    return stem


_RULE = "a name is a letter a-z and then at most 62 of a-z, 0-9 and _"
