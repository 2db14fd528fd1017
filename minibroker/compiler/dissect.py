"""A filter's condition, part by part as the user wrote it: what `why` asks the archive."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from minibroker.compiler.build import finite, to_double
from minibroker.compiler.compile import compile_filter, meaning_of
from minibroker.compiler.lower import lower
from minibroker.compiler.meaning import Apply, Constant, FieldOf, Meaning, Nested, walk
from minibroker.compiler.spell_duckdb import duckdb_value, spell_duckdb, spell_elements
from minibroker.model.clause import Clause, ListWalk, Operand
from minibroker.model.expression import SubQuery
from minibroker.model.filter import FilterSource
from minibroker.model.survey import Survey
from minibroker.model.types import Scalar

CONNECTIVES = ("AND", "OR", "NOT")
_ORDERINGS = ("<", "<=", ">", ">=")
_COMPARISONS = (*_ORDERINGS, "=", "<>", "IN", "BETWEEN")
_NUMBERS = (Scalar.BIGINT, Scalar.DOUBLE)


def dissect_filter(source: FilterSource, surveys: Mapping[str, Survey]) -> Clause:
    """Return the parts of a filter's condition; raise FilterError with every fault of its text."""
    compile_filter(source, surveys)
    return _clause(meaning_of(source, surveys), is_wanted=True)


def _clause(meaning: Meaning, is_wanted: bool) -> Clause:
    """Return a clause, its distance to being TRUE, or FALSE where it stands under a NOT."""
    sql = spell_duckdb(lower(meaning))
    if isinstance(meaning, Apply) and meaning.function in CONNECTIVES:
        is_inner_wanted = is_wanted != (meaning.function == "NOT")
        parts = tuple(_clause(part, is_inner_wanted) for part in meaning.arguments)
        flat = _flat(meaning.function, parts)
        distances = [part.distance for part in flat]
        # One of the parts of a disjunction is enough, and of a conjunction that is to be FALSE.
        is_any = meaning.function == ("OR" if is_wanted else "AND")
        distance = distances[0] if len(flat) == 1 else _together(distances, is_any)
        return Clause(meaning.span, meaning.function, flat, sql, distance)
    return Clause(
        span=meaning.span,
        connective="",
        parts=(),
        sql=sql,
        distance=_apart(meaning, sql, is_wanted),
        operands=_operands(meaning),
        walks=tuple(_walk(part) for part in walk(meaning) if isinstance(part, Nested)),
    )


def _flat(connective: str, parts: Sequence[Clause]) -> tuple[Clause, ...]:
    """Return the parts of a chain as one row: the parser nests ``a AND b AND c``."""
    if connective == "NOT":
        return tuple(parts)
    return tuple(
        inner
        for part in parts
        for inner in (part.parts if part.connective == connective else (part,))
    )


def _together(distances: Sequence[str], is_any: bool) -> str:
    listed = ", ".join(distances)
    if is_any:
        return f"LEAST({listed})"
    known = " AND ".join(f"{each} IS NOT NULL" for each in distances)
    return f"CASE WHEN {known} THEN GREATEST({listed}) END"


def _apart(meaning: Meaning, sql: str, is_wanted: bool) -> str:
    """Spell how far the numbers of a clause without parts are from the wanted verdict."""
    reached = f"WHEN ({sql}) IS {'TRUE' if is_wanted else 'FALSE'} THEN 0E0"
    gap = _gap(meaning, is_wanted)
    return f"CASE {reached} ELSE {gap} END" if gap else f"CASE {reached} END"


def _gap(meaning: Meaning, is_wanted: bool) -> str:
    if not isinstance(meaning, Apply) or meaning.function not in _COMPARISONS:
        return ""
    if any(argument.type not in _NUMBERS for argument in meaning.arguments):
        return ""
    operand, *others = [spell_duckdb(finite(to_double(lower(a)))) for a in meaning.arguments]
    match meaning.function:
        case "BETWEEN":
            low, high = others
            if is_wanted:
                return f"GREATEST({low} - ({operand}), ({operand}) - ({high}))"
            return f"LEAST(({operand}) - ({low}), {high} - ({operand}))"
        case "<" | "<=" | ">" | ">=":
            return f"ABS(({operand}) - ({others[0]}))"
        case "=" | "IN" if is_wanted:
            return f"LEAST({', '.join(f'ABS(({operand}) - ({each}))' for each in others)})"
        case "<>" if not is_wanted:
            return f"ABS(({operand}) - ({others[0]}))"
    # Any other number would do: there is no distance to it.
    return ""


def _operands(meaning: Meaning) -> tuple[Operand, ...]:
    compared = meaning.arguments if isinstance(meaning, Apply) else (meaning,)
    found: dict[str, Operand] = {}
    for operand in compared:
        fields = [part for part in walk(operand) if isinstance(part, FieldOf)]
        for part in (operand, *fields):
            # A truth that is no comparison is the verdict itself, unless it is a field.
            is_shown = part is not meaning or isinstance(part, FieldOf)
            if is_shown and not isinstance(part, Constant) and isinstance(part.type, Scalar):
                sql = duckdb_value(finite(lower(part)))
                found.setdefault(sql, Operand(part.span, sql))
    return tuple(found.values())


def _walk(nested: Nested) -> ListWalk:
    query = lower(nested)
    assert isinstance(query, SubQuery)
    every, counted = spell_elements(query)
    return ListWalk(nested.span, every, counted)
