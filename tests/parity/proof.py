"""The proof: filters and alerts made at random, and three opinions on every pair of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random

from minibroker.broker import Broker
from minibroker.compiler import check_filter
from minibroker.compiler.faults import Faults
from minibroker.compiler.functions import reference
from minibroker.compiler.meaning import Apply, Gathered, ItemOf, Meaning, Nested, walk
from minibroker.compiler.parse import parse
from minibroker.compiler.resolve import Resolver
from minibroker.compiler.scope import Scope
from minibroker.model.filter import FilterPlan, FilterSource
from minibroker.model.survey import Survey
from tests.parity.engines import Answers, DuckDB, Flink, Sent, send
from tests.parity.found import FOUND
from tests.parity.referee import Answer, Look, judge, possible
from tests.parity.rows import make_rows
from tests.parity.strategy import calls, drawn, filters, vocabulary

NONE = "no answer"
OPINIONS = ("Flink", "DuckDB", "referee")
REFUSALS = frozenset(
    {"too-long", "too-deep", "out-of-range", "type-mismatch", "compared-with-null"}
)
"""Codes of what the strategy may write although it is refused."""


@dataclass(frozen=True)
class Subject:
    """A filter that compiled, and what the referee makes of it."""

    text: str
    plan: FilterPlan
    meaning: Meaning
    answer: Answer


@dataclass(frozen=True)
class Difference:
    """A pair on which the opinions are not one."""

    text: str
    row: str
    answers: tuple[object, object, object]

    def __str__(self) -> str:
        said = ", ".join(f"{who} {_word(a)}" for who, a in zip(OPINIONS, self.answers, strict=True))
        return f"{self.text}\n  over {self.row}\n  {said}: {self.culprit} is wrong"

    @property
    def culprit(self) -> str:
        """Who stands alone; by the referee both engines where they agree against it."""
        flink, duckdb, referee = self.answers
        if flink == duckdb:
            return "lowering, or the referee,"
        return "Flink" if duckdb == referee else "DuckDB" if flink == referee else "each"


def _word(answer: object) -> str:
    return {True: "TRUE", False: "FALSE", None: "NULL"}.get(answer, str(answer))  # type: ignore[call-overload, no-any-return]


@dataclass
class Tally:
    """What came of a proof so far."""

    pairs: int = 0
    filters: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    with_lists: int = 0
    rows: int = 0
    answers: Counter[object] = field(default_factory=Counter)
    tolerated: list[Difference] = field(default_factory=list)
    """Pairs that differ, by no more than an inexact function may."""
    called: set[str] = field(default_factory=set)
    differences: list[Difference] = field(default_factory=list)

    def share(self, answer: bool | None) -> float:
        """Return how many of the answers are this one, in percent."""
        return 100.0 * self.answers[answer] / max(1, self.pairs)

    @property
    def uncalled(self) -> set[str]:
        """The functions and operators of the language that no filter used."""
        return WORDS - self.called

    def __str__(self) -> str:
        return (
            f"{self.pairs} pairs of {self.filters} filters and {self.rows} rows:"
            f" {len(self.differences)} differences, {len(self.tolerated)} within the last digits;"
            f" TRUE {self.share(True):.1f} %, FALSE {self.share(False):.1f} %,"
            f" NULL {self.share(None):.1f} %;"
            f" {100.0 * self.with_lists / max(1, self.filters):.1f} % of the filters read lists,"
            f" {sum(self.refused.values())} texts were refused"
        )


_OPERATORS = (
    "AND", "OR", "NOT", "+", "-", "*", "/", "%", "negate", "||", "=", "<>", "<", "<=", ">", ">=",
    "IS DISTINCT FROM", "IS NOT DISTINCT FROM", "IS NULL", "IS TRUE", "IS FALSE", "IN", "BETWEEN",
    "LIKE", "ILIKE", "CAST TO DOUBLE", "CAST TO BIGINT", "CAST TO VARCHAR",
)  # fmt: skip
WORDS = {*_OPERATORS, *(function.name for function in reference())}


class Proof:
    """Asks both engines and the referee about one survey, round after round."""

    def __init__(self, broker: Broker, survey: str, tally: Tally) -> None:
        self._broker = broker
        self._survey = broker.surveys[survey]
        self._tally = tally
        self._flink, self._duckdb = Flink(broker), DuckDB(broker)
        self._words = vocabulary(self._survey)
        self._made = 0

    def round(self, count: int, rows: int, seed: int) -> None:
        """Make so many filters and rows, and compare the opinions on every pair.

        What was found before and a call of each function are asked besides.
        """
        random = Random(seed)
        made = make_rows(self._survey, rows, self._made, random)
        self._made += rows
        subjects = self._subjects(
            [*self._set_texts(seed), *drawn(filters(self._words), count, seed)]
        )
        sent = send(self._broker, self._survey.name, made)
        assert len(sent.rows) == rows
        plans = [subject.plan for subject in subjects]
        flink, duckdb = self._flink.answers(sent, plans), self._duckdb.answers(sent, plans)
        self._tally.rows += rows
        self._compare(sent, subjects, flink, duckdb, seed)

    def _set_texts(self, seed: int) -> Iterator[str]:
        yield from FOUND.get(self._survey.name, ())
        for function in reference():
            yield from drawn(calls(self._words, function), 1, seed)

    def _subjects(self, texts: Sequence[str]) -> list[Subject]:
        found = []
        for text in texts:
            checked = check_filter(FilterSource(text, "made"), {self._survey.name: self._survey})
            if checked.plan is None:
                self._tally.refused[checked.diagnostics[0].code] += 1
                assert checked.diagnostics[0].code in REFUSALS, (text, checked.diagnostics)
                continue
            meaning = resolved(text, self._survey)
            found.append(Subject(text, checked.plan, meaning, judge(meaning)))
            self._tally.called |= set(_names(meaning))
            self._tally.with_lists += any(
                isinstance(part, Nested | ItemOf | Gathered) or _counts(part)
                for part in walk(meaning)
            )
        self._tally.filters += len(found)
        return found

    def _compare(
        self, sent: Sent, subjects: Sequence[Subject], flink: Answers, duckdb: Answers, seed: int
    ) -> None:
        tally = self._tally
        for subject, in_flink, in_duckdb in zip(subjects, flink, duckdb, strict=True):
            for place, row in sent.rows.items():
                look = Look(row.alert, sent.received_mjd[place])
                opinions = (in_flink.get(place, NONE), in_duckdb.get(place, NONE))
                answers = (*opinions, subject.answer(look))
                tally.pairs += 1
                tally.answers[answers[2]] += 1
                if answers[0] is answers[1] is answers[2]:
                    continue
                is_near = set(answers) <= possible(subject.answer, look, seed)
                found = tally.tolerated if is_near else tally.differences
                found.append(Difference(subject.text, _shown(row.alert, subject), answers))


def resolved(text: str, survey: Survey) -> Meaning:
    """Return what a filter's condition means, as it stands before lowering."""
    faults = Faults()
    statement = parse(text, faults)
    assert statement.condition is not None
    scope = Scope(survey, frozenset({survey.name}))
    meaning = Resolver(scope, statement.spans, faults).condition(statement.condition)
    assert meaning is not None, (text, faults.all())
    return meaning


def _names(meaning: Meaning) -> Iterator[str]:
    for part in walk(meaning):
        if isinstance(part, Apply):
            yield part.function


def _counts(part: Meaning) -> bool:
    return isinstance(part, Apply) and part.function == "cardinality"


def _shown(alert: Mapping[str, object], subject: Subject) -> str:
    """Return the fields that a filter reads, as they are in an alert."""
    roots = sorted({path[0] for path in subject.plan.filter.columns})
    return ", ".join(f"{root} = {_pruned(alert[root], root, subject)!r}" for root in roots)


def _pruned(value: object, root: str, subject: Subject) -> object:
    names = {n for path in subject.plan.filter.columns if path[0] == root for n in path[1:]}
    match value:
        case dict() if names:
            return {k: _pruned(v, root, subject) for k, v in value.items() if k in names}
        case list() if names:
            return [_pruned(each, root, subject) for each in value]
        case _:
            return value
