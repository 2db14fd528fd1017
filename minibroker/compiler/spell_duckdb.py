"""The condition in DuckDB's SQL."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import reduce

from minibroker.compiler.build import TRUE
from minibroker.compiler.spell import (
    ELEMENT,
    SHARED_FORMS,
    Dialect,
    Form,
    FormRule,
    Tightness,
    prefix,
    quoted,
    quoted_text,
    spell,
    value,
)
from minibroker.model.expression import (
    Aggregate,
    Expression,
    Gathering,
    Literal,
    OfElement,
    Operation,
    Part,
    SubQuery,
    walk,
)
from minibroker.model.types import Array, Scalar


def _null_if_any(name: str) -> FormRule:
    """Return the form of GREATEST or LEAST, which here leave NULLs aside."""

    def form(arguments: tuple[Expression, ...]) -> Form:
        tests = " AND ".join(
            f"{{{index}}} IS NOT NULL"
            for index, argument in enumerate(arguments)
            if not isinstance(argument, Literal)
        )
        listed = ", ".join(f"{{{index}}}" for index in range(len(arguments)))
        return Form(f"CASE WHEN {tests} THEN {name}({listed}) END", inside=Tightness.SIGN)

    return form


def _subquery(query: SubQuery) -> str:
    """Spell a sub-query by functions of lists: a tenth of the time of SQL's own over UNNEST."""
    elements = _elements(query)
    if query.where != TRUE:
        elements = f"LIST_FILTER({elements}, {_LAMBDA} {spell_duckdb(query.where)})"
    if isinstance(query.value, Aggregate):
        return _aggregated(elements, query.value)
    aggregates = dict.fromkeys(part for part in walk(query.value) if isinstance(part, Aggregate))
    names = {aggregate: f"{_FOUND}.a{number}" for number, aggregate in enumerate(aggregates)}
    result = spell(query.value, replace(DUCKDB, aggregate=names.__getitem__))
    if not aggregates:
        return f"({result})"
    # What a guard repeats is a name then, and not the whole list again.
    # A lambda takes no sub-query, which a slope is.
    has_slope = any(aggregate.gathering is Gathering.SLOPE for aggregate in aggregates)
    is_shared = len(aggregates) > 1 and query.where != TRUE and not has_slope
    over = _ELEMENTS if is_shared else elements
    found = (f"'a{n}': {_aggregated(over, aggregate)}" for n, aggregate in enumerate(aggregates))
    result = f"LIST_TRANSFORM([{{{', '.join(found)}}}], lambda {_FOUND}: {result})[1]"
    return f"LIST_TRANSFORM([{elements}], lambda {_ELEMENTS}: {result})[1]" if is_shared else result


def _elements(query: SubQuery) -> str:
    if query.array is not None:
        return spell_duckdb(query.array)
    read = (*_fields_read(query.where), *_fields_read(query.value))
    names = sorted(set(read))
    return _joined([_listed(part, names) for part in query.parts])


def spell_elements(query: SubQuery) -> tuple[str, str]:
    """Spell all elements that a sub-query goes through, and those that meet its condition.

    Both are lists of records of the fields that condition and value read, NULL without any.
    """
    names = sorted({*_fields_read(query.where), *_fields_read(query.value)})
    every = _joined([_listed(part, names) for part in query.parts])
    counted = f"LIST_FILTER({every}, {_LAMBDA} {spell_duckdb(query.where)})"
    return every, every if query.where == TRUE else counted


def _joined(lists: Sequence[str]) -> str:
    return reduce(lambda before, part: f"LIST_CONCAT({before}, {part})", lists)


def _listed(part: Part, names: Sequence[str]) -> str:
    """Spell a part as a list of records of these fields, NULL where it has none."""
    column = spell_duckdb(part.column)
    if not isinstance(part.column.type, Array):
        read = sorted({*names, *_fields_read(part.where)})
        column = f"CASE WHEN {column} IS NOT NULL THEN [{_record(column, read)}] END"
        if part.where == TRUE:
            return column
    if part.where != TRUE:
        column = f"LIST_FILTER({column}, {_LAMBDA} {spell_duckdb(part.where)})"
    return f"LIST_TRANSFORM({column}, {_LAMBDA} {_record(_ELEMENT, names)})"


def _record(base: str, names: Sequence[str]) -> str:
    """Spell a record of some fields of another; of none it has to have one."""
    if not names:
        return f"{{{quoted_text('_')}: TRUE}}"
    pairs = (f"{quoted_text(name)}: {base}.{quoted(name, DUCKDB)}" for name in names)
    return f"{{{', '.join(pairs)}}}"


def _aggregated(elements: str, aggregate: Aggregate) -> str:
    """Spell an aggregate over a list of records; a list that is NULL counts as empty."""
    gathering = aggregate.gathering
    if gathering is Gathering.EXISTS:
        return f"COALESCE(LEN({elements}) > 0, FALSE)"
    arguments = [value(argument, DUCKDB) for argument in aggregate.arguments]
    if not arguments:
        return f"COALESCE(LEN({elements}), 0)"
    if gathering is Gathering.SLOPE:
        return f"(SELECT REGR_SLOPE({', '.join(arguments)}) FROM UNNEST({elements}) AS {_ELEMENT})"
    if gathering in (Gathering.AT_MINIMUM, Gathering.AT_MAXIMUM):
        return _at_extreme(elements, gathering, *arguments)
    values = f"LIST_TRANSFORM({elements}, {_LAMBDA} {arguments[0]})"
    if gathering is Gathering.COUNT_DISTINCT:
        return f"COALESCE(LEN(LIST_DISTINCT({values})), 0)"
    sql = f"LIST_AGGREGATE({values}, '{gathering.value}')"
    if gathering is Gathering.COUNT:
        return f"COALESCE({sql}, 0)"
    # Integers are added as HUGEINT.
    is_exact = gathering is Gathering.SUM and aggregate.type is Scalar.BIGINT
    return f"TRY_CAST({sql} AS BIGINT)" if is_exact else sql


def _at_extreme(elements: str, gathering: Gathering, found: str, by: str) -> str:
    """Spell the value at the first of the least or greatest: of records by key, then place."""
    is_least = gathering is Gathering.AT_MINIMUM
    place = _PLACE if is_least else f"-{_PLACE}"
    record = f"{{'by': {by}, 'place': {place}, 'value': {found}}}"
    records = f"LIST_TRANSFORM({elements}, lambda {_ELEMENT}, {_PLACE}: {record})"
    whole = (
        f"LIST_FILTER({records}, {_LAMBDA} {_ELEMENT}.by IS NOT NULL"
        f" AND {_ELEMENT}.value IS NOT NULL)"
    )
    return f"LIST_{'MIN' if is_least else 'MAX'}({whole}).value"


def _fields_read(expression: Expression) -> Iterator[str]:
    return (part.path[0] for part in walk(expression) if isinstance(part, OfElement))


_ELEMENT = f'"{ELEMENT}"'
_ELEMENTS = '"_elements"'
_PLACE = '"_place"'
_FOUND = '"_found"'
_LAMBDA = f"lambda {_ELEMENT}:"


DUCKDB = Dialect(
    quote='"',
    types={
        Scalar.BOOLEAN: "BOOLEAN",
        Scalar.BIGINT: "BIGINT",
        Scalar.DOUBLE: "DOUBLE",
        Scalar.VARCHAR: "VARCHAR",
        Scalar.BYTES: "BLOB",
    },
    forms={
        **SHARED_FORMS,
        # BIGINT that overflows is an error of the query; HUGEINT holds the product of two.
        Operation.WIDEN: Form("CAST({0} AS HUGEINT)"),
        Operation.NARROW: Form("TRY_CAST({0} AS BIGINT)"),
        # The smallest BIGINT % -1 is an error too.
        Operation.REMAINDER: Form(
            "CASE WHEN {1} <> 0 THEN"
            " CAST(MOD(CAST({0} AS HUGEINT), CAST({1} AS HUGEINT)) AS BIGINT) END",
            inside=Tightness.SUM,
        ),
        Operation.TRUNCATE: prefix("TRUNC"),
        Operation.TO_TEXT: Form("CAST({0} AS VARCHAR)"),
        Operation.GREATEST: _null_if_any("GREATEST"),
        Operation.LEAST: _null_if_any("LEAST"),
        Operation.LENGTH: prefix("LENGTH"),
        Operation.STARTS_WITH: prefix("STARTS_WITH"),
        Operation.ENDS_WITH: prefix("ENDS_WITH"),
        Operation.CONTAINS: prefix("CONTAINS"),
        Operation.CARDINALITY: prefix("LEN"),
    },
    matches="REGEXP_MATCHES",
    subquery=_subquery,
)


def spell_duckdb(expression: Expression) -> str:
    """Return the expression in DuckDB's SQL; every part of it is total."""
    return spell(expression, DUCKDB)


def duckdb_value(expression: Expression) -> str:
    """Return the expression as a column, of its own type whatever it is."""
    return value(expression, DUCKDB)
