"""The page of docs/reference with the language's rules in tables, from those of the compiler."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module

from minibroker.compiler import refusals
from minibroker.compiler.functions import FUNCTIONS
from minibroker.compiler.header import KEYS
from minibroker.model.schema import struct_of
from minibroker.model.shipped import shipped
from minibroker.model.survey import Survey, ViewPart, load_surveys
from minibroker.model.types import Array, Scalar, dotted
from tests.reference import GENERATED, cell, expression

LIMITS: Mapping[str, str] = {
    "scan.MAX_CHARACTERS": "characters of a text",
    "scan.MAX_TOKENS": "words and signs of a text",
    "scan.MAX_DEPTH": "brackets, CASEs and signs inside each other",
    "parse.MAX_TREE_DEPTH": "operators inside each other; AND and OR in a row count once",
    "spell.MAX_CONDITIONS": "comparisons and other tests; a list of IN is one",
    "spell.MAX_SPELLING": "characters as written out for the engines, lists of IN aside",
    "projection.MAX_COLUMNS": "columns of a select list",
    "pattern.MAX_PATTERN": "characters of a pattern",
    "pattern.MAX_ENDLESS": "repetitions without end in a pattern",
    "pattern.MAX_TIMES": "as a count of repetitions in a pattern",
    "pattern.MAX_WAYS": "ways in which a pattern can match",
    "faults.MAX_TOLD": "errors that are told one by one, and as many warnings",
    "faults.MAX_MESSAGE": "characters of a message or a hint",
}
"""What a text can come to, by module and constant of the compiler."""
INNER_LIMITS = {"lower.MAX_SIZE", "lower.MAX_DEPTH", "spell.MAX_CHAIN"}
"""What a text comes to only beyond another limit, or that only shapes how it is written out."""

_AVRO = ("boolean", "int", "long", "float", "double", "string", "enum", "bytes", "fixed")
_LITERALS = ("TRUE", "FALSE", "7", "-1", "1_000", "0.5", "1e-7", "'it''s'")


def language() -> str:
    """Return the page."""
    surveys = load_surveys(shipped("schemas"))
    parts = [_HEAD, "## Leading comments", _table(("`-- key:`", "what it is"), _keys())]
    parts += ["## Types", _table(("type", "Avro's", "written"), _types(surveys["ztf"]))]
    parts += ["## Limits", _table(("at most", "of"), _limits())]
    parts.append("## Surveys")
    for survey in surveys.values():
        parts += [f"### {survey.name}", f"{survey.title}.", *_survey(survey)]
    return "\n\n".join([*parts, "## What SQL has and a filter has not", *_refused()]) + "\n"


def _keys() -> Iterator[tuple[str, str]]:
    yield from ((f"`{key}`", told) for key, told in KEYS.items())


def _types(survey: Survey) -> Iterator[tuple[str, str, str]]:
    avro, written = defaultdict(list), defaultdict(list)
    for name in _AVRO:
        type = {"type": name, "name": "t", "symbols": ["a"], "size": 1} if name in _NAMED else name
        (field,) = struct_of({"name": "r", "fields": [{"name": "f", "type": type}]}).fields
        avro[field.type].append(name)
    for literal in _LITERALS:
        written[expression(literal, survey).type].append(f"`{literal}`")
    for kind in Scalar:
        yield kind.value, ", ".join(avro[kind]), ", ".join(written[kind]) or "not at all"


_NAMED = ("enum", "fixed")


def _limits() -> Iterator[tuple[str, str]]:
    for place, told in LIMITS.items():
        module, _, constant = place.partition(".")
        limit = getattr(import_module(f"minibroker.compiler.{module}"), constant)
        yield f"{limit:,}", told


def _survey(survey: Survey) -> Iterator[str]:
    time, band = survey.time, survey.band
    named = ", ".join(f"{value} is {name}" for value, name in (band.names if band else {}).items())
    rows = [
        ("alert", f"`{dotted(survey.alert_id)}`"),
        ("object", f"`{dotted(survey.object_id)}`"),
        ("position", f"`{dotted(survey.ra)}`, `{dotted(survey.dec)}`"),
        ("time", f"`{dotted(time.field)}`: {time.format.upper()}, {time.scale.upper()}"),
    ]
    if band:
        rows.append(("band", f"`{dotted(band.field)}`" + f": {named}" * bool(named)))
    if survey.visit:
        rows.append(("visit", f"`{dotted(survey.visit)}`"))
    rows.append(("lists to go through", _names(name for name, _ in _lists(survey))))
    for view in survey.views:
        rows.append((f"view `{view.name}`", ", then ".join(map(_part, view.parts))))
    rows.append(("images", _names(survey.cutouts)))
    rows.append(("versions of the schema", ", ".join(each.version for each in survey.versions)))
    yield _table(("what", "where"), rows)
    sentinels = (
        (f"`{each.value:g}`" if isinstance(each.value, float) else f"`{each.value!r}`",
         f"`{each.guard.format(field='…')}`", _names(map(dotted, each.fields)))
        for each in survey.sentinels
    )  # fmt: skip
    yield _table(("stands for nothing", "guard", "in"), sentinels)


def _lists(survey: Survey) -> Iterator[tuple[str, Array]]:
    for field in survey.alert.fields:
        if isinstance(field.type, Array):
            yield field.name, field.type


def _part(part: ViewPart) -> str:
    return f"`{dotted(part.source)}`" + f" where `{part.where}`" * bool(part.where)


def _names(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _refused() -> Iterator[str]:
    yield f"No statement but SELECT: {', '.join(sorted(refusals.STATEMENTS))}."
    operations = (*refusals.SET_OPERATIONS.values(),)
    yield f"No {', '.join(operations)}: join the conditions with AND, OR and NOT."
    yield "### Clauses"
    yield _table(("clause", "why not", "instead"), refusals.CLAUSES.values())
    heads = ("why not", "instead")
    yield "### Clauses of a sub-query"
    yield _table(heads, refusals.SUB_QUERY_CLAUSES.values())
    yield "### Expressions"
    yield _table(heads, refusals.NODES.values())
    yield "### Functions"
    names = defaultdict(list)
    for name, hint in refusals.FUNCTIONS.items():
        names[hint].append(f"{name} of one number" if name in FUNCTIONS else name)
    yield _table(("function", "instead"), ((", ".join(n), hint) for hint, n in names.items()))


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [heads, ("---",) * len(heads), *dict.fromkeys(rows)]
    return "\n".join(f"| {' | '.join(map(cell, line))} |" for line in lines)


_HEAD = f"""\
{GENERATED}
# The language in tables

[What a filter may say](../language.md) explains it; [functions](functions.md) has the functions,
operators and aggregates, [diagnostics](diagnostics.md) the messages."""
