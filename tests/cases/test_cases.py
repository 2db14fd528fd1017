"""Golden filters: each file holds a filter and, after a line of dashes, what became of it.

``pytest tests/cases --update`` rewrites the expected side; a reviewer reads the difference.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb
import pytest

from minibroker.compiler import Checked, check_filter
from minibroker.model.filter import FilterPlan, FilterSource, Projection
from minibroker.model.survey import Survey, load_surveys
from minibroker.model.types import Array, Map, Scalar, Struct, Type
from minibroker.ui.diagnostics import draw

HERE = Path(__file__).parent
SCHEMAS = HERE.parent.parent / "schemas"
DUCKDB, FLINK = "---- duckdb ----\n", "---- flink ----\n"
SENT = "---- sent ----\n"
WARNINGS, REFUSED = "---- warnings ----\n", "---- refused ----\n"
ACCEPTED_CASES = sorted((HERE / "accept").glob("*.sql"))
REFUSED_CASES = sorted((HERE / "reject").glob("*.sql"))


@pytest.fixture(scope="session")
def surveys() -> Mapping[str, Survey]:
    return load_surveys(SCHEMAS)


def _text(file: Path) -> str:
    whole = file.read_bytes().decode()
    for mark in (DUCKDB, REFUSED):
        whole = whole.partition(mark)[0]
    return whole


def _check(file: Path, text: str, surveys: Mapping[str, Survey]) -> Checked:
    """Compile a case as if it came from a file without the number."""
    return check_filter(FilterSource(text, f"{file.stem[4:]}.sql"), surveys)


def _compare(file: Path, actual: str, is_update: bool) -> None:
    if is_update:
        file.write_bytes(actual.encode())
    assert file.read_bytes().decode() == actual


@pytest.mark.parametrize("file", ACCEPTED_CASES, ids=lambda file: file.stem)
def test_accepted(
    file: Path, surveys: Mapping[str, Survey], request: pytest.FixtureRequest
) -> None:
    text = _text(file)
    checked = _check(file, text, surveys)
    drawn = draw(f"{file.stem[4:]}.sql", text, checked.diagnostics)
    assert checked.plan is not None, drawn
    actual = f"{text}{DUCKDB}{checked.plan.duckdb}\n{FLINK}{checked.plan.flink}\n"
    if checked.plan.filter.projection != Projection():
        actual += SENT + _sent(checked.plan)
    if checked.diagnostics:
        actual += f"{WARNINGS}{drawn}\n"
    _compare(file, actual, request.config.getoption("--update"))


def _sent(plan: FilterPlan) -> str:
    """Write what a filter sends: its format, what it leaves out, its columns in both spellings."""
    projection = plan.filter.projection
    lines = [" ".join((projection.format.value, *projection.excluded))]
    spelled = zip(projection.columns, plan.duckdb_columns, plan.flink_columns, strict=True)
    for column, duckdb_text, flink_text in spelled:
        lines += [f"{column.name} {column.expression.type}", f"  {duckdb_text}", f"  {flink_text}"]
    return "".join(f"{line}\n" for line in lines)


@pytest.mark.parametrize("file", REFUSED_CASES, ids=lambda file: file.stem)
def test_refused(file: Path, surveys: Mapping[str, Survey], request: pytest.FixtureRequest) -> None:
    text = _text(file)
    checked = _check(file, text, surveys)
    assert checked.plan is None
    drawn = draw(f"{file.stem[4:]}.sql", text, checked.diagnostics)
    _compare(file, f"{text}{REFUSED}{drawn}\n", request.config.getoption("--update"))


@pytest.fixture(scope="session")
def tables(surveys: Mapping[str, Survey]) -> duckdb.DuckDBPyConnection:
    """A database with an empty table of each survey's alerts."""
    connection = duckdb.connect()
    for survey in surveys.values():
        columns = [f'"{field.name}" {_duckdb_type(field.type)}' for field in survey.alert.fields]
        columns.append("received_mjd DOUBLE")
        connection.execute(f"CREATE TABLE {survey.name} ({', '.join(columns)})")
    return connection


def _duckdb_type(type: Type) -> str:
    match type:
        case Scalar():
            return type.value
        case Array(element=element):
            return f"{_duckdb_type(element)}[]"
        case Map(value=value):
            return f"MAP(VARCHAR, {_duckdb_type(value)})"
        case Struct(fields=fields):
            parts = ", ".join(f'"{field.name}" {_duckdb_type(field.type)}' for field in fields)
            return f"STRUCT({parts})"


@pytest.mark.parametrize("file", ACCEPTED_CASES, ids=lambda file: file.stem)
def test_duckdb_binds_what_was_accepted(
    file: Path, surveys: Mapping[str, Survey], tables: duckdb.DuckDBPyConnection
) -> None:
    plan = _check(file, _text(file), surveys).plan
    assert plan is not None
    columns = "".join(f", {column}" for column in plan.duckdb_columns)
    query = f"SELECT {plan.duckdb} AS passes{columns} FROM {plan.filter.survey}"
    described = tables.execute(f"DESCRIBE {query}").fetchall()
    assert described[0][1] == "BOOLEAN"
    for column, (_, type, *_) in zip(plan.filter.projection.columns, described[1:], strict=True):
        (wanted,) = tables.execute(
            f"SELECT typeof(CAST(NULL AS {_duckdb_type(column.expression.type)}))"
        ).fetchone() or ("",)
        assert type == wanted
    assert tables.execute(query).fetchall() == []


@pytest.mark.parametrize("file", ACCEPTED_CASES, ids=lambda file: file.stem)
def test_reformatting_keeps_the_fingerprint(file: Path, surveys: Mapping[str, Survey]) -> None:
    text = _text(file)
    reformatted = text.replace("\n", "\n\n").replace("<>", "!=").replace("WHERE", "where\t")
    reformatted = reformatted.replace(" AND ", "\n  and ").replace("SELECT", "select")
    before = _check(file, text, surveys).plan
    after = _check(file, reformatted + "-- the end", surveys).plan
    assert before is not None
    assert after is not None
    assert before.filter.fingerprint == after.filter.fingerprint


def test_no_two_accepted_cases_mean_the_same(surveys: Mapping[str, Survey]) -> None:
    plans = [_check(file, _text(file), surveys).plan for file in ACCEPTED_CASES]
    named = {
        plan.filter.fingerprint: (plan.duckdb, plan.duckdb_columns, plan.filter.projection)
        for plan in plans
        if plan is not None
    }
    # A bare condition, a WHERE clause, comments and a qualified name change no meaning.
    assert len(set(named.values())) == len(named)
