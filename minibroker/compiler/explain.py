"""How a filter was understood, as a value that the user interface prints."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from sqlglot.tokenizer_core import TokenType

from minibroker.compiler.build import TRUE
from minibroker.compiler.compile import compile_filter
from minibroker.compiler.dialect import FILTER_DIALECT
from minibroker.compiler.functions import FUNCTIONS, RECEIVED_MJD, Group
from minibroker.model.diagnostic import Diagnostic
from minibroker.model.expression import (
    Aggregate,
    Call,
    Compare,
    Element,
    Expression,
    Gathering,
    Like,
    Literal,
    Matches,
    Null,
    Operation,
    Part,
    SubQuery,
    walk,
)
from minibroker.model.filter import Filter, FilterPlan, FilterSource
from minibroker.model.survey import Survey
from minibroker.model.types import Path, Scalar, dotted

_NOTES: Mapping[Operation, str] = {
    Operation.FINITE: "Results that are NaN or beyond the range of DOUBLE are NULL: x/0, ln(-1).",
    Operation.NARROW: "Integer arithmetic is exact; a result that leaves 64 bits is NULL.",
    Operation.REMAINDER: "x % 0 is NULL.",
    Operation.TO_DOUBLE: "Integers beside a DOUBLE count as DOUBLE.",
    Operation.ROUND: "Halves round away from zero.",
    Operation.GREATEST: "GREATEST is NULL when an argument is.",
    Operation.LEAST: "LEAST is NULL when an argument is.",
    Operation.UNSIGNED_ZERO: "A zero has no sign: atan2(-0.0, -1) is pi.",
    Operation.LOWER: "Upper and lower case are told apart for A-Z only.",
    Operation.UPPER: "Upper and lower case are told apart for A-Z only.",
}
"""What was lowered and why, by the operation that shows it."""

_TRANSCENDENTAL = frozenset(
    {
        Operation.SINE,
        Operation.COSINE,
        Operation.TANGENT,
        Operation.ARC_SINE,
        Operation.ARC_COSINE,
        Operation.ARC_TANGENT,
        Operation.ARC_TANGENT_2,
        Operation.SQUARE_ROOT,
        Operation.POWER,
        Operation.EXPONENTIAL,
        Operation.LOGARITHM,
        Operation.LOGARITHM_2,
        Operation.LOGARITHM_10,
    }
)


@dataclass(frozen=True)
class Explanation:
    """What ``explain`` tells of a filter."""

    plan: FilterPlan
    columns: tuple[Path, ...]
    """Fields that are read, in the order of the packet."""
    deepest: Path | None
    """The last of them: what stands behind it in a packet is not decoded."""
    reads_received_mjd: bool
    notes: tuple[str, ...]
    """What was lowered and why, a sentence each."""
    warnings: tuple[Diagnostic, ...]

    @property
    def flink(self) -> str:
        """The condition as Flink runs it."""
        return self.plan.flink

    @property
    def duckdb(self) -> str:
        """The condition as DuckDB runs it."""
        return self.plan.duckdb


def explain_filter(
    source: FilterSource, surveys: Mapping[str, Survey], default_survey: str = ""
) -> Explanation:
    """Compile a filter and say how it was understood; raise FilterError for its faults."""
    return explain_plan(compile_filter(source, surveys, default_survey))


def explain_plan(plan: FilterPlan) -> Explanation:
    """Say how a compiled filter was understood."""
    columns = plan.filter.columns
    outputs = (column.expression for column in plan.filter.projection.columns)
    parts = [part for each in (plan.filter.condition, *outputs) for part in walk(each)]
    return Explanation(
        plan=plan,
        columns=columns,
        deepest=columns[-1] if columns else None,
        reads_received_mjd=RECEIVED_MJD in parts,
        notes=(*_settled(plan.filter), *_written_out(plan.filter.source.text), *_notes(parts)),
        warnings=plan.filter.warnings,
    )


def _settled(chosen: Filter) -> Iterator[str]:
    """Yield what is said of conditions that no alert changes."""
    for conjunct in chosen.conjuncts:
        if isinstance(conjunct.condition, Literal | Null):
            text = " ".join(chosen.source.text[conjunct.span.start : conjunct.span.end].split())
            if conjunct.condition == TRUE:
                yield f"{text} is TRUE for every alert, and left out."
            else:
                truth = "NULL" if isinstance(conjunct.condition, Null) else "FALSE"
                yield f"{text} is {truth} for every alert: none passes."


def _written_out(text: str) -> Iterator[str]:
    """Yield which functions stand as arithmetic in the spellings."""
    called = (
        FUNCTIONS.get(before.text.lower())
        for before, after in pairwise(FILTER_DIALECT.tokenize(text))
        if after.token_type is TokenType.L_PAREN
    )
    found = {each.name for each in called if each is not None and each.group in _EXPANDED}
    if found:
        yield f"{', '.join(sorted(found))}: written out in arithmetic that both engines have."


_EXPANDED = (Group.SKY, Group.PHOTOMETRY)


def _notes(parts: Iterable[Expression]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(note for part in parts for note in _of(part)))


def _of(part: Expression) -> Iterator[str]:
    match part:
        case Call(operation=operation):
            if operation in _NOTES:
                yield _NOTES[operation]
            if operation in _TRANSCENDENTAL:
                yield _LAST_DIGIT
        case Compare(left=left, right=right):
            if _ZERO in (left, right) and (_is_magnitude(left) or _is_magnitude(right)):
                yield _UNSIGNED
        case Like() | Matches():
            yield _PATTERNS
        case Element():
            yield _ELEMENTS
        case SubQuery(parts=parts):
            if part.array is None:
                names = " and then ".join(_source(each) for each in parts)
                yield f"The view goes through {names}."
            yield _PROGRAMS
            yield _NOTHING
        case Aggregate(gathering=Gathering.SLOPE):
            yield _SLOPE


def _is_magnitude(expression: Expression) -> bool:
    return isinstance(expression, Call) and expression.operation is Operation.ABSOLUTE


_ZERO = Literal(0.0, Scalar.DOUBLE)


def _source(part: Part) -> str:
    name = dotted(part.column.path)
    return name if part.where == TRUE else f"{name}, as far as the view's condition holds,"


_LAST_DIGIT = (
    "Logarithms, powers and angles may differ in the last digit between the engines: "
    "so may a comparison exactly there."
)
_UNSIGNED = "A zero has no sign: what is compared with 0 is compared by its absolute value."
_PROGRAMS = (
    "A sub-query is a program for ARRAY_EVAL in Flink, run after the conditions that have none; "
    "in DuckDB it is functions of lists."
)
_NOTHING = "Over no elements, or a list that is NULL: EXISTS is FALSE, count 0, the rest NULL."
_SLOPE = "The engines may differ by 1e-9 in regr_slope: so may a comparison exactly there."
_PATTERNS = "A pattern is written anew, in what Java and RE2 or both LIKEs read alike."
_ELEMENTS = "An element beyond the end of a list is NULL."
