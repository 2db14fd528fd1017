"""The pages of docs/reference that follow from the compiler's tables."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import Any

import duckdb

from minibroker.compiler import check_filter, spell_duckdb, spell_flink
from minibroker.compiler.build import finite
from minibroker.compiler.codes import CODES
from minibroker.compiler.faults import Faults
from minibroker.compiler.functions import SAME, Function, Group, Kind, Parameter, reference
from minibroker.compiler.lower import lower
from minibroker.compiler.parse import parse
from minibroker.compiler.pattern import (
    MAX_ENDLESS,
    MAX_PATTERN,
    MAX_TIMES,
    MAX_WAYS,
    PatternError,
    regular_expression,
)
from minibroker.compiler.resolve import Resolver
from minibroker.compiler.scope import Scope
from minibroker.compiler.subquery import SHAPES
from minibroker.model.diagnostic import Severity
from minibroker.model.expression import Expression, Gathering
from minibroker.model.filter import FilterSource
from minibroker.model.shipped import shipped
from minibroker.model.survey import Survey, load_surveys
from minibroker.ui.diagnostics import draw

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "reference"
GENERATED = "<!-- Generated: pytest tests/docs --update writes it anew. -->"

ALERTS: Mapping[str, Mapping[str, Any]] = {
    "ztf": {
        "objectId": "ZTF18abcdefg",
        "candid": 3350136160115010001,
        "candidate": {
            "jd": 2459000.75,
            "fid": 1,
            "magpsf": 18.25,
            "sigmapsf": 0.0625,
            "ra": 150.125,
            "dec": 2.25,
            "ranr": 150.12525,
            "decnr": 2.2502,
            "rb": 0.75,
            "drb": 0.5,
            "magdiff": -0.25,
            "ssdistnr": -999.0,
            "ssnamenr": "null",
            "isdiffpos": "t",
        },
        "prv_candidates": [
            {"jd": 2458990.75, "fid": 1, "magpsf": 19.5, "rb": 0.5},
            {"jd": 2458992.75, "fid": 2, "magpsf": 19.0, "rb": 0.75},
            {"jd": 2458995.75, "fid": 1, "magpsf": None, "rb": None},
        ],
        "received_mjd": 59000.265625,
    },
    "lsst": {
        "diaSource": {
            "diaSourceId": 170032915988086791,
            "psfFlux": 36307.8125,
            "psfFluxErr": 512.5,
            "midpointMjdTai": 60300.125,
        },
    },
}
"""What the examples are evaluated for; a field that is not here is NULL."""

_MISSING = {"candidate": ("distpsnr1",)}
"""Fields of the examples that are NULL."""


@dataclass(frozen=True)
class Evaluated:
    """An expression of the language, what it comes to, and its two spellings."""

    value: str
    flink: str
    duckdb: str


class Reference:
    """Makes the pages; the examples are compiled and run."""

    def __init__(self) -> None:
        self.surveys = load_surveys(shipped("schemas"))
        self._connection = duckdb.connect()

    def evaluate(self, text: str, survey: str) -> Evaluated:
        """Return what any expression comes to for the example's alert of a survey."""
        tree = expression(text, self.surveys[survey])
        sql = spell_duckdb(tree)
        table = f"SELECT {', '.join(_columns(ALERTS[survey]))}"
        (row,) = self._connection.execute(f"SELECT {sql} FROM ({table})").fetchall()
        return Evaluated(_shown(row[0]), spell_flink(tree), sql)

    def functions(self) -> str:
        """Return the page of functions, operators and aggregates."""
        parts = [_FUNCTIONS_HEAD, "\n".join(_alert_rows())]
        for group in Group:
            parts.append(f"## {group.value}")
            parts += [self._function(each) for each in reference() if each.group is group]
            if group is Group.TEXTS:
                parts.append(_patterns())
        parts += [_OPERATORS_HEAD, self._table(OPERATORS, ("operator", "gives"))]
        parts += [_AGGREGATES_HEAD, self._table(_aggregates(), ("aggregate", "gives"))]
        return "\n\n".join(parts) + "\n"

    def _function(self, function: Function) -> str:
        call, survey = self._call(function)
        shown = self.evaluate(call, survey)
        lines = [f"### {function.signature}", "", function.summary, ""]
        lines += [f"- {_taken(function, parameter)}" for parameter in function.parameters]
        lines.append(f"- gives {_given(function)}{_when_null(function)}")
        if function.aliases:
            lines.append(f"- also written {', '.join(f'`{name}`' for name in function.aliases)}")
        lines += [
            "",
            f"Example: `{function.example}`, where `{call}` is **{shown.value}**.",
            "",
            "```sql",
            f"-- Flink\n{shown.flink}",
            f"-- DuckDB\n{shown.duckdb}",
            "```",
        ]
        return "\n".join(lines)

    def _call(self, function: Function) -> tuple[str, str]:
        """Return the function's own call out of its example, and the survey that it is for."""
        text = function.example
        names = (function.name, *function.aliases)
        start = min(at for name in names if (at := text.find(f"{name}(")) >= 0)
        opened = text.index("(", start)
        depths = accumulate({"(": 1, ")": -1}.get(each, 0) for each in text[opened:])
        end = opened + list(depths).index(0)
        plan = check_filter(FilterSource(text, "-e"), self.surveys, "").plan
        assert plan is not None, text
        return text[start : end + 1], plan.filter.survey

    def _table(self, rows: Sequence[Row], heads: tuple[str, str]) -> str:
        lines = [f"| {heads[0]} | {heads[1]} | example | is |", "|---|---|---|---|"]
        for row in rows:
            shown = [(text, self.evaluate(text, "ztf").value) for text in row.examples]
            texts = "<br>".join(f"`{cell(text)}`" for text, _ in shown)
            values = "<br>".join(value for _, value in shown)
            lines.append(f"| {cell(row.form)} | {row.gives} | {texts} | {values} |")
        return "\n".join(lines)

    def diagnostics(self) -> str:
        """Return the page of codes."""
        parts = [_DIAGNOSTICS_HEAD]
        for code, row in CODES.items():
            source = FilterSource(row.example, "filter.sql")
            found = check_filter(source, self.surveys).diagnostics
            first = next(each for each in found if each.code == code)
            drawn = draw("filter.sql", row.example, [first])
            kind = "warning" if first.severity is Severity.WARNING else "error"
            head = f"## {code}\n\n{kind.capitalize()}. {row.meaning} {row.remedy}"
            parts.append(f"{head}\n\n```console\n{drawn}\n```")
        return "\n\n".join(parts) + "\n"


def expression(text: str, survey: Survey) -> Expression:
    """Return what any expression of the language comes to for the engines."""
    faults = Faults()
    statement = parse(text, faults)
    assert statement.condition is not None
    resolver = Resolver(Scope(survey, frozenset()), statement.spans, faults)
    meaning = resolver.resolve(statement.condition)
    assert meaning is not None, (text, faults.all())
    return finite(lower(meaning))


def _columns(alert: Mapping[str, Any]) -> Iterator[str]:
    for name, value in alert.items():
        missing = dict.fromkeys(_MISSING.get(name, ()))
        whole = {**value, **missing} if isinstance(value, Mapping) else value
        yield f'{_duckdb(whole)} AS "{name}"'


def _duckdb(value: Any) -> str:
    match value:
        case None:
            return "CAST(NULL AS DOUBLE)"
        case str():
            return f"'{value}'"
        case int():
            return f"CAST({value} AS BIGINT)"
        case float():
            return f"CAST({value} AS DOUBLE)"
        case Mapping():
            pairs = (f"'{name}': {_duckdb(each)}" for name, each in value.items())
            return f"{{{', '.join(pairs)}}}"
        case _:
            return f"[{', '.join(map(_duckdb, value))}]"


def _shown(value: Any) -> str:
    match value:
        case None:
            return "NULL"
        case bool():
            return str(value).upper()
        case float():
            # The last digits of logarithms and angles are the library's own.
            return f"{value:.12g}"
        case str():
            return f"'{value}'"
        case _:
            return str(value)


def _alert_rows() -> Iterator[str]:
    yield "| field | value in the examples |"
    yield "|---|---|"
    for alert in ALERTS.values():
        for name, value in alert.items():
            if isinstance(value, Mapping):
                yield from (f"| {name}.{part} | {_plain(each)} |" for part, each in value.items())
            elif isinstance(value, list):
                for number, element in enumerate(value, start=1):
                    fields = ", ".join(f"{part} {_plain(each)}" for part, each in element.items())
                    yield f"| {name}[{number}] | {fields} |"
            elif name == "received_mjd":
                yield f"| received_mjd() | {_plain(value)} |"
            else:
                yield f"| {name} | {_plain(value)} |"


def _plain(value: Any) -> str:
    return repr(value) if isinstance(value, float) else _shown(value)


def _taken(function: Function, parameter: Parameter) -> str:
    is_last = parameter is function.parameters[-1]
    is_optional = parameter in function.parameters[len(function.parameters) - function.optional :]
    text = f"`{parameter.name}`: {_KINDS.get(parameter.kind, parameter.kind.value)}"
    if parameter.is_literal:
        text += ", written out"
    if parameter.unit:
        text += f", {parameter.unit}"
    if parameter.low > -math.inf:
        least, most = f"{parameter.low:g}", f"{parameter.high:.0f}"
        limits = f"at least {least}" if parameter.high == math.inf else f"{least} to {most}"
        text += f", a constant {limits}" if not parameter.is_literal else f", {limits}"
    if function.optional and is_optional:
        text += "; may be left out"
    if function.repeats and is_last:
        text += "; two or more"
    return text


_KINDS = {Kind.DOUBLE: "a number, as DOUBLE", Kind.NUMBER: "a number"}


def _given(function: Function) -> str:
    kind = "the type of its arguments" if function.result == SAME else str(function.result)
    return f"{kind}, {function.unit}" if function.unit else kind


def _when_null(function: Function) -> str:
    if function.name == "coalesce":
        return f"; NULL where {function.null}"
    where = ["an argument is NULL"] if function.parameters else []
    if function.name == "nullif":
        where = ["x is NULL"]
    if function.null:
        where.append(function.null)
    return f"; NULL where {', or '.join(where)}" if where else "; never NULL"


def cell(text: str) -> str:
    """Return a text as a cell of a table."""
    return text.replace("|", "\\|")


@dataclass(frozen=True)
class Row:
    """An operator or an aggregate; examples are of the ZTF alert."""

    form: str
    names: tuple[str, ...]
    """What the compiler calls it."""
    gives: str
    examples: tuple[str, ...]


_UNKNOWN = "candidate.distpsnr1"
"""NULL in the example's alert."""

OPERATORS: tuple[Row, ...] = (
    Row(
        "`a AND b`", ("AND",), "FALSE where one is FALSE, else NULL where one is NULL",
        (f"{_UNKNOWN} > 1 AND candidate.fid = 2", f"{_UNKNOWN} > 1 AND candidate.fid = 1"),
    ),
    Row(
        "`a OR b`", ("OR",), "TRUE where one is TRUE, else NULL where one is NULL",
        (f"{_UNKNOWN} > 1 OR candidate.fid = 1", f"{_UNKNOWN} > 1 OR candidate.fid = 2"),
    ),
    Row("`NOT a`", ("NOT",), "NULL where a is", (f"NOT {_UNKNOWN} > 1", "NOT candidate.fid = 2")),
    Row(
        "`=` `<>` `<` `<=` `>` `>=`", ("=", "<>", "<", "<=", ">", ">="),
        "NULL where a side is; an integer beside a DOUBLE counts as DOUBLE",
        ("candidate.rb > 0.65", "objectId = 'ZTF18abcdefg'", f"{_UNKNOWN} <> 1"),
    ),
    Row(
        "`a IS [NOT] DISTINCT FROM b`", ("IS DISTINCT FROM", "IS NOT DISTINCT FROM"),
        "never NULL: two NULLs are not distinct", (f"{_UNKNOWN} IS DISTINCT FROM 1",),
    ),
    Row(
        "`a [NOT] IN (b, …)`", ("IN",), "whether it equals one of them",
        ("candidate.isdiffpos IN ('t', '1')", "candidate.fid NOT IN (1, 2)"),
    ),
    Row(
        "`a [NOT] BETWEEN low AND high`", ("BETWEEN",), "the two limits belong to it",
        ("candidate.magpsf BETWEEN 18 AND 18.25", "candidate.magpsf BETWEEN 19 AND 18"),
    ),
    Row(
        "`a [NOT] LIKE 'pattern' [ESCAPE 'c']`", ("LIKE",),
        "`%` is any text, `_` any one character", ("objectId LIKE 'ZTF18%'",),
    ),
    Row(
        "`a [NOT] ILIKE 'pattern'`", ("ILIKE",), "LIKE with a-z and A-Z alike",
        ("objectId ILIKE 'ztf18%'",),
    ),
    Row(
        "`a IS [NOT] NULL`", ("IS NULL",), "never NULL; of a record or a list too",
        (f"{_UNKNOWN} IS NULL", "candidate.rb / 0 IS NULL"),
    ),
    Row(
        "`a IS [NOT] TRUE`, `IS [NOT] FALSE`", ("IS TRUE", "IS FALSE"), "never NULL",
        (f"({_UNKNOWN} > 1) IS TRUE", f"({_UNKNOWN} > 1) IS NOT FALSE"),
    ),
    Row(
        "`+` `-` `*`", ("+", "-", "*"),
        "of integers exact, and NULL beyond 64 bits; else DOUBLE, and NULL beyond its range",
        ("candidate.jd - 2459000", "candidate.fid * 2 + 1", "9223372036854775807 + candidate.fid"),
    ),
    Row("`-a`", ("negate",), "the same for one", ("-candidate.magdiff",)),
    Row(
        "`a / b`", ("/",), "always DOUBLE; NULL where b is 0",
        ("candidate.fid / 2", "candidate.rb / 0"),
    ),
    Row(
        "`a % b`", ("%",), "of integers only, with the sign of a; NULL where b is 0",
        ("candid % 100", "-7 % 3", "candid % 0"),
    ),
    Row("`a || b`", ("||",), "two texts as one", ("objectId || '-' || candidate.isdiffpos",)),
    Row(
        "`CAST(a AS DOUBLE)`", ("CAST TO DOUBLE",), "of a number",
        ("CAST(candidate.fid AS DOUBLE)",),
    ),
    Row("`CAST(a AS BIGINT)`", ("CAST TO BIGINT",), "of an integer", ("CAST(1 AS BIGINT)",)),
    Row(
        "`CAST(a AS VARCHAR)`", ("CAST TO VARCHAR",), "of an integer or a text",
        ("CAST(candid AS VARCHAR)",),
    ),
    Row(
        "`CASE WHEN c THEN a … ELSE b END`", (),
        "the first a whose c is TRUE; NULL where none is and there is no ELSE",
        ("CASE WHEN candidate.fid = 1 THEN 'g' WHEN candidate.fid = 2 THEN 'r' END",),
    ),
    Row(
        "`CASE x WHEN v THEN a … END`", (), "the first a whose v equals x",
        ("CASE candidate.fid WHEN 2 THEN 'r' ELSE 'other' END",),
    ),
    Row(
        "`a[n]`", (), "the n-th element, from 1; NULL beyond the end",
        ("prv_candidates[1].magpsf", "prv_candidates[9].magpsf"),
    ),
    Row(
        "`CONTAINS(POINT(ra, dec), CIRCLE(ra0, dec0, radius)) = 1`", (),
        "ADQL's way to say q3c_radial_query; the radius in degrees",
        ("CONTAINS(POINT(candidate.ra, candidate.dec), CIRCLE(150, 2, 1)) = 1",),
    ),
)  # fmt: skip

_GATHERED: Mapping[Gathering, str] = {
    Gathering.COUNT: "count(p.magpsf)",
    Gathering.COUNT_DISTINCT: "count(DISTINCT p.fid)",
    Gathering.MINIMUM: "min(p.magpsf)",
    Gathering.MAXIMUM: "max(p.magpsf)",
    Gathering.SUM: "sum(p.fid)",
    Gathering.MEAN: "avg(p.magpsf)",
    Gathering.DEVIATION: "stddev_samp(p.magpsf)",
    Gathering.VARIANCE: "var_samp(p.magpsf)",
    Gathering.MEDIAN: "median(p.magpsf)",
    Gathering.AT_MINIMUM: "arg_min(p.fid, p.magpsf)",
    Gathering.AT_MAXIMUM: "arg_max(p.magpsf, p.jd)",
    Gathering.SLOPE: "regr_slope(p.magpsf, p.jd)",
    Gathering.ALL: "bool_and(p.rb > 0.6)",
    Gathering.ANY: "bool_or(p.rb > 0.6)",
}


def _aggregates() -> tuple[Row, ...]:
    rows = []
    for gathering, shape in SHAPES.items():
        example = f"(SELECT {_GATHERED[gathering]} FROM UNNEST(prv_candidates) AS p)"
        form = f"`{shape.form}`".replace(" or ", "`, `")
        rows.append(Row(form, (gathering.value,), shape.gives, (example,)))
    example = "EXISTS (SELECT 1 FROM UNNEST(prv_candidates) AS p WHERE p.magpsf < 19.25)"
    shape = "`EXISTS (SELECT 1 FROM UNNEST(list) AS p WHERE c)`"
    rows.append(Row(shape, ("exists",), "whether c is TRUE of an element", (example,)))
    return tuple(rows)


_PATTERNS = (
    "^ZTF(18|19)", "a[a-f]{2,4}$", "(?i)ceres", "\\d+", "^.{12}$", "[^0-9]", "x*y+z?",
    "(ab){0,20}", "(ab)+", "a++", "(?=a)", "\\bword", "\\p{L}", "(a)\\1", "(a|b|c|d){9}",
    ".*a.*b.*c.*d",
)  # fmt: skip


def _patterns() -> str:
    lines = [
        "### Patterns",
        "",
        "A regular expression is written anew, so that Java and RE2 read it alike: characters, "
        "`.`, `[sets]`, `\\d` `\\w` `\\s` and their opposites, `^` and `$` for the ends of the "
        "text, groups, `|`, `* + ? {n,m}`, and `(?i)` at the beginning, for a-z. It has at most "
        f"{MAX_PATTERN} characters, {MAX_ENDLESS} repetitions without end, each of a single "
        f"character or set, counts up to {MAX_TIMES}, and {MAX_WAYS} ways to match.",
        "",
        "| pattern | as the engines get it, or why not |",
        "|---|---|",
    ]
    lines += [f"| `{cell(each)}` | {_rewritten(each)} |" for each in _PATTERNS]
    return "\n".join(lines)


def _rewritten(pattern: str) -> str:
    try:
        return f"`{cell(regular_expression(pattern))}`"
    except PatternError as error:
        return f"refused: {cell(error.message)}" + (f"; {cell(error.hint)}" * bool(error.hint))


_FUNCTIONS_HEAD = f"""\
{GENERATED}
# Functions, operators and aggregates

A function's name may be written in any case. A number may be an integer or a DOUBLE; NaN and
infinity do not exist, and what would be one is NULL. Sines, logarithms and powers come from each
engine's own library: their last digit may differ, and so may a comparison exactly there.

Every example was compiled and evaluated in DuckDB for a made-up alert of each survey. A field that
is not in this table is NULL there."""

_OPERATORS_HEAD = """\
## Operators

From the tightest: `a.b` and `a[n]`, sign, `* / %`, `+ - ||`, comparisons, NOT, AND, OR."""

_AGGREGATES_HEAD = """\
## Aggregates

They gather the elements of one of the alert's lists, within
`(SELECT … FROM UNNEST(list) AS p [WHERE …])`. Elements where the argument is NULL are left out.
Over none, or a list that is NULL, count is 0, EXISTS FALSE, and the rest NULL. The value of a
sub-query may be any expression of aggregates: `max(p.magpsf) - min(p.magpsf)`. Sums are added in
the order of the list; regr_slope may differ by 1e-9 between the engines."""

_DIAGNOSTICS_HEAD = f"""\
{GENERATED}
# Diagnostics

What `check` can say about a filter. An error refuses the filter; a warning does not. Codes are
stable, messages are not: a program reads the code. All faults of a text are told at once, in its
order, with lines and columns from 1; `--json` gives the same as values."""
