"""The whole way from text to plan: parse, resolve, lower, spell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlglot import exp

from minibroker.compiler.columns import columns_read
from minibroker.compiler.faults import Faults, Refused, alternatives, did_you_mean
from minibroker.compiler.fingerprint import fingerprint
from minibroker.compiler.header import Header, read_header
from minibroker.compiler.lower import TooLarge, lower
from minibroker.compiler.meaning import Constant, Meaning, conjuncts
from minibroker.compiler.parse import Statement, parse
from minibroker.compiler.precision import warn_of_precision
from minibroker.compiler.projection import Selection, lower_selection, resolve_selection
from minibroker.compiler.resolve import Resolver
from minibroker.compiler.scan import check_length
from minibroker.compiler.scope import Scope
from minibroker.compiler.sentinels import warn_of_sentinels
from minibroker.compiler.spell import MAX_CONDITIONS, MAX_SPELLING, length
from minibroker.compiler.spell_duckdb import DUCKDB, duckdb_value, spell_duckdb
from minibroker.compiler.spell_flink import FLINK, flink_value, spell_flink
from minibroker.model.diagnostic import Diagnostic, Severity, Span
from minibroker.model.errors import FilterError
from minibroker.model.expression import (
    Between,
    Compare,
    Expression,
    Like,
    Matches,
    OneOf,
    Test,
    walk,
)
from minibroker.model.filter import Conjunct, Filter, FilterPlan, FilterSource, Projection
from minibroker.model.survey import Survey
from minibroker.model.types import Scalar


@dataclass(frozen=True)
class Checked:
    """What compiling came to: a plan, or the reasons why there is none; warnings either way."""

    plan: FilterPlan | None
    diagnostics: tuple[Diagnostic, ...]


def compile_filter(
    source: FilterSource, surveys: Mapping[str, Survey], default_survey: str = ""
) -> FilterPlan:
    """Compile a filter; raise FilterError with every fault of its text.

    The survey is the one in FROM, else that of ``-- survey:``, else ``default_survey``, else
    the one that has the most of the condition's fields, if there is one such.
    """
    checked = check_filter(source, surveys, default_survey)
    if checked.plan is None:
        raise FilterError(source.origin, source.text, checked.diagnostics)
    return checked.plan


def check_filter(
    source: FilterSource, surveys: Mapping[str, Survey], default_survey: str = ""
) -> Checked:
    """Compile a filter, and return its faults and warnings instead of raising."""
    faults = Faults()
    try:
        plan = _compile(source, surveys, default_survey, faults)
    except Refused:
        plan = None
    return Checked(None if faults.is_fatal() else plan, faults.all())


def meaning_of(source: FilterSource, surveys: Mapping[str, Survey]) -> Meaning:
    """Return what an accepted filter's condition means, with the places of its parts."""
    faults = Faults()
    statement = parse(source.text, faults)
    survey = _survey(statement, read_header(source, faults), surveys, "", faults)
    meaning = _resolve(statement, survey, faults)
    assert meaning is not None
    return meaning


def _compile(
    source: FilterSource,
    surveys: Mapping[str, Survey],
    default_survey: str,
    faults: Faults,
) -> FilterPlan:
    check_length(source.text, faults)
    header = read_header(source, faults)
    statement = parse(source.text, faults)
    survey = _survey(statement, header, surveys, default_survey, faults)
    meaning = _resolve(statement, survey, faults)
    selection = resolve_selection(statement.selected, header, _resolver(statement, survey, faults))
    faults.stop()
    assert meaning is not None
    assert selection is not None
    warn_of_sentinels(meaning, survey, source.text, faults)
    warn_of_precision(meaning, survey, source.text, faults)
    condition, projection = _lowered(meaning, selection, faults)
    outputs = tuple(column.expression for column in projection.columns)
    _check_size((condition, *outputs), statement, faults)
    filter_ = Filter(
        source=source,
        name=header.name,
        survey=survey.name,
        description=header.description,
        expect=header.expect,
        condition=condition,
        conjuncts=_conjuncts(meaning, statement),
        projection=projection,
        columns=columns_read((condition, *outputs), survey),
        fingerprint=fingerprint(survey.name, condition, projection),
        warnings=faults.warnings(),
    )
    return FilterPlan(
        filter_,
        spell_flink(condition),
        spell_duckdb(condition),
        tuple(map(flink_value, outputs)),
        tuple(map(duckdb_value, outputs)),
    )


def _lowered(
    meaning: Meaning, selection: Selection, faults: Faults
) -> tuple[Expression, Projection]:
    try:
        return lower(meaning), lower_selection(selection)
    except TooLarge as error:
        raise _too_large(error, faults) from None


def _too_large(error: TooLarge, faults: Faults) -> Exception:
    if error.is_deep:
        message = "written out for the engines this is nested too deeply"
        hint = "use fewer operators in one expression, or split it into several filters"
        return faults.refuse("too-deep", message, error.span, hint)
    message = "written out for the engines this comes to more than they can plan"
    hint = (
        "divisors, exponents, the arguments of sky functions and CASE operands are repeated "
        "there; nest them less, or split the filter"
    )
    return faults.refuse("too-long", message, error.span, hint)


def _conjuncts(meaning: Meaning, statement: Statement) -> tuple[Conjunct, ...]:
    if statement.condition is None:
        return ()
    return tuple(Conjunct(part.span, lower(part)) for part in conjuncts(meaning))


def _resolve(statement: Statement, survey: Survey, faults: Faults) -> Meaning | None:
    if statement.condition is None:
        message = "there is no WHERE: every alert passes"
        faults.warning("no-condition", message, statement.whole, "add a WHERE clause")
        return Constant(statement.whole, Scalar.BOOLEAN, True)
    return _resolver(statement, survey, faults).condition(statement.condition)


def _resolver(statement: Statement, survey: Survey, faults: Faults) -> Resolver:
    names = {survey.name, statement.table, statement.alias} - {""}
    return Resolver(Scope(survey, frozenset(names)), statement.spans, faults)


def _survey(
    statement: Statement,
    header: Header,
    surveys: Mapping[str, Survey],
    default_survey: str,
    faults: Faults,
) -> Survey:
    if statement.table:
        named, span = statement.table, statement.table_span
        if header.survey and header.survey != named:
            message = f"FROM says {named}, and the comment says {header.survey}"
            faults.error("unknown-survey", message, header.survey_span, "leave the comment out")
    elif header.survey:
        named, span = header.survey, header.survey_span
    elif default_survey:
        named, span = default_survey, statement.whole
    else:
        return _only_survey(statement, surveys, faults)
    if named not in surveys:
        hint = did_you_mean(named, surveys) or f"the surveys are: {', '.join(sorted(surveys))}"
        raise faults.refuse("unknown-survey", f"there is no survey '{named}'", span, hint)
    return surveys[named]


def _only_survey(statement: Statement, surveys: Mapping[str, Survey], faults: Faults) -> Survey:
    """Return the survey in which the most names of a bare condition are fields."""
    if len(surveys) == 1:
        return next(iter(surveys.values()))
    trials: dict[str, Faults] = {}
    for name, survey in surveys.items():
        trials[name] = Faults()
        _resolve(statement, survey, trials[name])
    misses = {name: _misses(trial, surveys[name]) for name, trial in trials.items()}
    fewest = [name for name in misses if misses[name] == min(misses.values())]
    # What is refused as a whole was not looked into: its names tell more than its faults.
    known = {name: _known_roots(statement, surveys[name]) for name in fewest}
    fewest = [name for name in fewest if known[name] == max(known.values())]
    if len(fewest) == 1:
        return surveys[fewest[0]]
    _tell_what_is_wrong_anyway([trials[name] for name in fewest], faults)
    comments = " or ".join(f"-- survey: {name}" for name in sorted(fewest))
    place = Span(statement.whole.start, statement.whole.start)
    message = f"the text names no survey, and could be meant for {alternatives(sorted(fewest))}"
    hint = f"begin with {comments}, or write SELECT * FROM <survey> WHERE …"
    raise faults.refuse("no-survey", message, place, hint)


def _known_roots(statement: Statement, survey: Survey) -> int:
    names = statement.condition.find_all(exp.Column) if statement.condition else ()
    return sum(survey.alert.get(name.parts[0].name) is not None for name in names)


def _tell_what_is_wrong_anyway(trials: Sequence[Faults], faults: Faults) -> None:
    """Note the errors that a text has whichever survey it is meant for."""
    first, *others = (trial.all() for trial in trials)
    for found in first:
        if found.severity is Severity.ERROR and all(found in other for other in others):
            faults.repeat(found)


def _misses(trial: Faults, survey: Survey) -> tuple[int, int, int]:
    """Return how many fields a survey lacks: all, those whose record it lacks, those unlike any."""
    unknown = [found for found in trial.all() if found.code == "unknown-field"]
    roots = [found.message.split("'")[1].split(".")[0] for found in unknown]
    return (
        len(unknown),
        sum(survey.alert.get(root) is None for root in roots),
        sum("did you mean" not in found.hint for found in unknown),
    )


def _check_size(expressions: tuple[Expression, ...], statement: Statement, faults: Faults) -> None:
    """Refuse a condition, with the columns beside it, that would be long in planning."""
    tests = sum(
        isinstance(part, Compare | Between | OneOf | Like | Matches | Test)
        for expression in expressions
        for part in walk(expression)
    )
    if tests > MAX_CONDITIONS:
        message = f"the filter has {tests} comparisons; at most {MAX_CONDITIONS} are planned"
        hint = "write IN (…) for many values of one field, or split it into several filters"
        raise faults.refuse("too-long", message, statement.whole, hint)
    longest = max(
        sum(length(expression, dialect) for expression in expressions)
        for dialect in (FLINK, DUCKDB)
    )
    if longest > MAX_SPELLING:
        message = f"written out for the engines this comes to {longest} characters"
        hint = (
            f"at most {MAX_SPELLING} are planned: divisors, exponents and CASE operands that "
            "are themselves divisions are repeated in their guards; nest them less"
        )
        raise faults.refuse("too-long", message, statement.whole, hint)
