"""Warn where a "nothing here" value gets through: ``ssdistnr < 5`` passes -999.

A test of a field by constants is evaluated with the sentinel in the field's place. It is
suspicious when the sentinel passes and an ordinary value next to it would too; it is not when
the test names the sentinel, or when a test beside it, joined by AND, keeps the sentinel out.
In a sub-query an aggregate that would take the sentinel for a measurement is suspicious too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from minibroker.compiler.faults import Faults
from minibroker.compiler.lower import lower
from minibroker.compiler.meaning import (
    Apply,
    Constant,
    FieldOf,
    FieldOfElement,
    Gathered,
    Meaning,
    Nested,
    conjuncts,
    parts,
    walk,
)
from minibroker.model.expression import Gathering, Literal
from minibroker.model.survey import Sentinel, Survey
from minibroker.model.types import Path, Scalar

_TESTS = frozenset({"=", "<>", "<", "<=", ">", ">=", "IN", "BETWEEN", "LIKE", "IS NULL", "NOT"})
_GUARD = re.compile(r"\{field\} *(<=|>=|<|>) *(-?[0-9.eE+]+)")
_ARITHMETIC = frozenset({"+", "-", "*", "/", "negate", "abs"})
_SPOILED = (
    Gathering.MINIMUM,
    Gathering.SUM,
    Gathering.MEAN,
    Gathering.DEVIATION,
    Gathering.VARIANCE,
    Gathering.MEDIAN,
    Gathering.SLOPE,
)
"""Aggregates that a value far below all others changes."""

_Field = FieldOf | FieldOfElement


@dataclass(frozen=True)
class _Tested:
    """A condition on one field by constants only."""

    field: _Field
    condition: Meaning


def warn_of_sentinels(condition: Meaning, survey: Survey, text: str, faults: Faults) -> None:
    """Note a warning for each test that lets a sentinel of the survey through."""
    known: dict[Path, list[Sentinel]] = {}
    for sentinel in survey.sentinels:
        for path in sentinel.fields:
            known.setdefault(path, []).append(sentinel)
    _Search(known, ((),), text, faults).conditions(condition)
    for nested in walk(condition):
        if isinstance(nested, Nested):
            arrays = tuple(source.field.path for source in nested.sources)
            search = _Search(known, arrays, text, faults)
            search.conditions(nested.where)
            search.aggregates(nested)


@dataclass(frozen=True)
class _Search:
    """Looks through the conditions on the alert, or on the elements of a sub-query."""

    known: Mapping[Path, Sequence[Sentinel]]
    arrays: tuple[Path, ...]
    """Where the elements come from."""
    text: str
    faults: Faults

    def conditions(self, condition: Meaning) -> None:
        """Check every group of conditions that must hold together."""
        for group in _groups(condition, negated=False):
            for tests in _by_field(group):
                for sentinel in self._sentinels(tests[0].field):
                    self._check(tests, sentinel)

    def _check(self, tests: Sequence[_Tested], sentinel: Sentinel) -> None:
        if not all(_passes(test.condition, sentinel.value) for test in tests):
            return
        for test in tests:
            if _is_suspicious(test.condition, sentinel):
                name, shown = self._written(test.field), _shown(sentinel)
                message = f"this passes where {name} is {shown}, which stands for nothing there"
                hint = f"add AND {sentinel.guard.replace('{field}', name)}"
                self.faults.warning("sentinel", message, test.condition.span, hint)

    def aggregates(self, nested: Nested) -> None:
        """Check what a sub-query gathers, given the conditions on its elements."""
        tests = {_key(found[0].field): found for found in _by_field(conjuncts(nested.where))}
        for gathered in walk(nested.value):
            if isinstance(gathered, Gathered) and gathered.gathering in _SPOILED:
                for field in _measured(gathered):
                    self._check_gathered(gathered, field, tests.get(_key(field), []))

    def _check_gathered(
        self, gathered: Gathered, field: FieldOfElement, tests: Sequence[_Tested]
    ) -> None:
        for sentinel in self._sentinels(field):
            if all(_passes(test.condition, sentinel.value) for test in tests):
                name, what = self._written(field), gathered.gathering.value
                message = (
                    f"{what} takes in {name} where it is {_shown(sentinel)}, "
                    "which stands for nothing there"
                )
                hint = f"put {sentinel.guard.replace('{field}', name)} into the sub-query's WHERE"
                self.faults.warning("sentinel", message, gathered.span, hint)

    def _sentinels(self, field: _Field) -> list[Sentinel]:
        arrays = self.arrays if isinstance(field, FieldOfElement) else ((),)
        found = (each for array in arrays for each in self.known.get((*array, *field.path), ()))
        return list({sentinel.value: sentinel for sentinel in found}.values())

    def _written(self, field: _Field) -> str:
        return self.text[field.span.start : field.span.end]


def _shown(sentinel: Sentinel) -> str:
    return f"'{sentinel.value}'" if isinstance(sentinel.value, str) else f"{sentinel.value:g}"


def _key(field: _Field) -> tuple[type[_Field], Path]:
    return type(field), field.path


def _by_field(group: Sequence[Meaning]) -> list[list[_Tested]]:
    found: dict[tuple[type[_Field], Path], list[_Tested]] = {}
    for term in group:
        tested = _tested(term)
        if tested is not None:
            found.setdefault(_key(tested.field), []).append(tested)
    return list(found.values())


def _measured(meaning: Meaning) -> Iterator[FieldOfElement]:
    """Yield the fields whose values an aggregate takes in as they are, or with arithmetic."""
    if isinstance(meaning, FieldOfElement):
        yield meaning
    is_arithmetic = isinstance(meaning, Apply) and meaning.function in _ARITHMETIC
    if is_arithmetic or isinstance(meaning, Gathered):
        for part in parts(meaning):
            yield from _measured(part)


def _groups(meaning: Meaning, negated: bool) -> Iterator[tuple[Meaning, ...]]:
    """Yield the conditions that must hold together, for each place where some must."""
    word = meaning.function if isinstance(meaning, Apply) else ""
    joined = "OR" if negated else "AND"
    if isinstance(meaning, Apply) and word == "NOT":
        yield from _groups(meaning.arguments[0], not negated)
    elif isinstance(meaning, Apply) and word in ("AND", "OR"):
        if word != joined:
            for term in meaning.arguments:
                # NOT (near AND a star) spares what has no neighbour, and is meant to.
                if not (negated and _is_leaf(term)):
                    yield from _groups(term, negated)
            return
        simple = [term for term in _flat(meaning, word) if _is_leaf(term)]
        yield tuple(_opposite(term) if negated else term for term in simple)
        for term in _flat(meaning, word):
            if not _is_leaf(term):
                yield from _groups(term, negated)
    else:
        yield (_opposite(meaning) if negated else meaning,)


def _flat(meaning: Apply, word: str) -> Iterator[Meaning]:
    for term in meaning.arguments:
        if isinstance(term, Apply) and term.function == word:
            yield from _flat(term, word)
        else:
            yield term


def _is_leaf(meaning: Meaning) -> bool:
    if isinstance(meaning, Apply) and meaning.function == "NOT":
        return _is_leaf(meaning.arguments[0])
    return not (isinstance(meaning, Apply) and meaning.function in ("AND", "OR"))


def _opposite(meaning: Meaning) -> Meaning:
    return Apply(meaning.span, Scalar.BOOLEAN, "NOT", (meaning,))


def _tested(term: Meaning) -> _Tested | None:
    inner = term
    while isinstance(inner, Apply) and inner.function == "NOT":
        inner = inner.arguments[0]
    if not isinstance(inner, Apply) or inner.function not in _TESTS:
        return None
    fields = [part for part in walk(inner) if isinstance(part, _Field)]
    plain = all(isinstance(part, Apply | Constant | _Field) for part in walk(inner))
    if len(fields) != 1 or not plain:
        return None
    return _Tested(fields[0], term)


def _is_suspicious(condition: Meaning, sentinel: Sentinel) -> bool:
    if any(constant.value == sentinel.value for constant in _constants(condition)):
        return False
    guard = _GUARD.fullmatch(sentinel.guard)
    if guard is None:
        return True
    # The first value that the guard lets in stands for the ordinary ones next to it.
    return _passes(condition, float(guard[2]))


def _passes(condition: Meaning, value: float | str) -> bool:
    return lower(_with(condition, value)) == Literal(True, Scalar.BOOLEAN)


def _with(meaning: Meaning, value: float | str) -> Meaning:
    """Return a condition with a value in the place of its one field."""
    match meaning:
        case FieldOf(span=span) | FieldOfElement(span=span):
            is_text = isinstance(value, str)
            return Constant(span, Scalar.VARCHAR if is_text else Scalar.DOUBLE, value)
        case Apply(arguments=arguments):
            return replace(meaning, arguments=tuple(_with(part, value) for part in arguments))
        case _:
            return meaning


def _constants(meaning: Meaning) -> Iterator[Constant]:
    if isinstance(meaning, Constant):
        yield meaning
    elif isinstance(meaning, Apply):
        for part in meaning.arguments:
            yield from _constants(part)
