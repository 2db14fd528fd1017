"""What can be written where the cursor is: keywords, views, fields with their units, functions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from minibroker.model.survey import OWN_COLUMNS, Survey
from minibroker.model.types import Array, Field, Map, Struct, Type

_KEYWORDS = """
ALL AND ANY AS ASC ASOF BETWEEN BY CASE CAST COLUMNS CROSS CURRENT DESC DESCRIBE DISTINCT ELSE END
ESCAPE EXCEPT EXCLUDE EXISTS EXPLAIN FALSE FILTER FIRST FOLLOWING FROM FULL GROUP HAVING ILIKE IN
INNER INTERSECT INTERVAL IS JOIN LAST LATERAL LEFT LIKE LIMIT NATURAL NOT NULL NULLS OFFSET ON OR
ORDER OUTER OVER PARTITION PIVOT POSITIONAL PRECEDING QUALIFY RANGE RECURSIVE REPLACE RIGHT ROW
ROWS SAMPLE SELECT SEMI SHOW SUMMARIZE TABLE TABLESAMPLE THEN TRUE TRY_CAST UNBOUNDED UNION 
UNPIVOT USING VALUES WHEN WHERE WINDOW WITH WITHIN
"""
KEYWORDS = tuple(_KEYWORDS.split())
"""Of DuckDB's queries."""

_FUNCTIONS = """
any_value approx_count_distinct arg_max arg_min avg bar bool_and bool_or concat corr count
covar_samp cume_dist date_diff date_part date_trunc dense_rank entropy epoch first_value flatten
format generate_series histogram kurtosis lag last_value lead list list_aggregate list_contains
list_distinct list_filter list_max list_min list_reduce list_slice list_sort list_sum
list_transform mad max median min mode ntile percent_rank printf quantile_cont rank regexp_extract
regexp_replace regr_intercept regr_r2 regr_slope row_number skewness stddev_pop stddev_samp
string_agg strptime struct_extract sum to_timestamp typeof unnest var_samp
"""
DUCKDB_FUNCTIONS = tuple(_FUNCTIONS.split())
"""Those of DuckDB that one reaches for beside the filter language's."""


ARCHIVE_COLUMNS = tuple(set(OWN_COLUMNS) - {"packet", "error", "alert_id"})
"""What a view has of an alert beside the alert."""


@dataclass(frozen=True)
class Word:
    """One thing that can be written."""

    text: str
    told: str = ""
    """What it is: a keyword, a field's type and unit, a function's arguments."""


@dataclass(frozen=True)
class Vocabulary:
    """All that completion knows; ``commands`` are without their backslash."""

    surveys: Mapping[str, Survey]
    functions: Mapping[str, str]
    """Name to what is shown beside it."""
    commands: Mapping[str, str]
    formats: Iterable[str] = ()
    views: tuple[str, ...] = field(default=("deliveries", "filters"))

    def words(self, before: str) -> tuple[str, list[Word]]:
        """Return the unfinished word before the cursor and what it may become."""
        line = before.rpartition("\n")[2]
        command = re.search(r"\\(\S*)$", line)
        if command:
            found = [Word(f"\\{name}", told) for name, told in self.commands.items()]
            return command[0], _beginning(command[0], found)
        argument = re.search(r"\\(\w+)\s+(.*)$", line)
        if argument:
            return _last(argument[2]), _beginning(_last(argument[2]), self._arguments(argument[1]))
        path = re.search(r"[\w.\[\]]*$", before)
        written = path[0] if path else ""
        owner, dot, word = written.rpartition(".")
        if dot:
            return word, _beginning(word, self._fields(owner.split("."), before))
        found = [
            *self._top(before),
            *(Word(name, "view") for name in (*self.surveys, *self.views)),
            *(Word(name, told) for name, told in self.functions.items()),
            *(Word(_cased(keyword, word)) for keyword in KEYWORDS),
        ]
        return word, _beginning(word, found)

    def _arguments(self, command: str) -> Iterator[Word]:
        if command in ("d",):
            yield from (Word(name, "view") for name in (*self.surveys, *self.views))
        elif command == "format":
            yield from map(Word, self.formats)
        elif command == "df":
            yield from (Word(name, told) for name, told in self.functions.items())

    def _named(self, before: str) -> list[Survey]:
        """Return the surveys that the statement names; all of them when it names none."""
        statement = before.rpartition(";")[2]
        named = [s for n, s in self.surveys.items() if re.search(rf"\b{re.escape(n)}\b", statement)]
        return named or list(self.surveys.values())

    def _top(self, before: str) -> Iterator[Word]:
        for survey in self._named(before):
            yield from map(_word, survey.alert.fields)
        yield from (Word(name, "of the archive") for name in ARCHIVE_COLUMNS)

    def _fields(self, owner: list[str], before: str) -> Iterator[Word]:
        for survey in self._named(before):
            aliases = _aliases(before, survey)
            here: Type | None = survey.alert
            steps = list(owner)
            if steps[0] in aliases:
                here = aliases[steps.pop(0)]
            for step in steps:
                inner = _element(here)
                found = inner.get(step.partition("[")[0]) if isinstance(inner, Struct) else None
                here = found.type if found else None
            inner = _element(here)
            if isinstance(inner, Struct):
                yield from map(_word, inner.fields)


_UNNEST = re.compile(
    r"\bunnest\s*\(\s*(\w+)\s*\)\s*(?:as\s+)?(\w+)(?:\s*\(\s*(\w+)\s*\))?", re.IGNORECASE
)
"""The list, and what an element is called: AS p, or AS t(p)."""


def _aliases(before: str, survey: Survey) -> dict[str, Type]:
    """Return what the names after AS stand for: the survey, or an element of one of its lists."""
    found: dict[str, Type] = {survey.name: survey.alert}
    statement = before.rpartition(";")[2]
    for list_, alias, column in _UNNEST.findall(statement):
        owner = survey.alert.get(list_)
        if owner is not None:
            found[column or alias] = owner.type
    name = re.escape(survey.name)
    for alias in re.findall(rf"(?i)\bfrom\s+{name}\s+(?:as\s+)?(\w+)", statement):
        if alias.upper() not in KEYWORDS:
            found[alias] = survey.alert
    return found


def _element(type_: Type | None) -> Type | None:
    while isinstance(type_, Array | Map):
        type_ = type_.element if isinstance(type_, Array) else type_.value
    return type_


def _word(each: Field) -> Word:
    unit = f" {each.unit}" if each.unit else ""
    told = f"{each.type}{unit}"
    return Word(each.name, f"{told}  {each.description}" if each.description else told)


def _beginning(word: str, found: Iterable[Word]) -> list[Word]:
    """Return the words that begin so, each once; case matters not."""
    begun = {each.text: each for each in found if each.text.lower().startswith(word.lower())}
    return list(begun.values())


def _last(text: str) -> str:
    return text.rpartition(" ")[2]


def _cased(keyword: str, word: str) -> str:
    return keyword.lower() if word and word == word.lower() else keyword
