from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

import pytest

from minibroker.compiler import Checked, check_filter
from minibroker.model.filter import FilterPlan, FilterSource
from minibroker.model.survey import Survey
from minibroker.model.types import Array, Scalar, Struct


def _names(type: Struct, before: str) -> Iterator[tuple[str, object]]:
    for field in type.fields:
        name = before + field.name
        yield name, field.type
        if isinstance(field.type, Struct):
            yield from _names(field.type, f"{name}.")
        elif isinstance(field.type, Array) and isinstance(field.type.element, Struct):
            yield from _names(field.type.element, f"{name}[1].")


@pytest.mark.parametrize("name", ["ztf", "lsst"])
def test_every_field_of_a_survey_can_be_named(name: str, surveys: Mapping[str, Survey]) -> None:
    survey = surveys[name]
    for path, type in _names(survey.alert, ""):
        if path.partition(".")[0] in survey.cutouts:
            continue
        condition = f"{path} IS NULL OR {name}.{path} IS NOT NULL"
        if type in (Scalar.DOUBLE, Scalar.BIGINT):
            condition += f" OR -{path} + {path} * 2 < CASE {path} WHEN 1 THEN {path} END"
        source = FilterSource(f"SELECT * FROM {name} WHERE {condition}", "-e")
        assert check_filter(source, surveys).plan is not None, path


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("candidate.nope > 1", "candidate.nope"),
        ("1 < ztf.candidate.nope", "ztf.candidate.nope"),
        ('"candidate"."nope" > 1', '"candidate"."nope"'),
        ("abs(candidate.nope) > 1", "candidate.nope"),
        ("(candidate.rb + 1) = 'a'", "(candidate.rb + 1) = 'a'"),
        ("NOT (candidate.rb)", "candidate.rb"),
        ("candidate.fid IN (1, 'a', 3)", "'a'"),
        ("candidate.rb > 0 AND objectId", "objectId"),
        ("foo(1, (2), bar(3)) > 1", "foo"),
        ("abs(1, (2)) > 1", "abs(1, (2))"),
        ("-objectId = 'a'", "objectId"),
        ("abs(-candidate.jd % 2) > 1", "-candidate.jd"),
        ("CAST( objectId AS DOUBLE ) > 1", "CAST( objectId AS DOUBLE )"),
        ("CASE WHEN candidate.fid THEN TRUE END", "candidate.fid"),
        ("CASE candidate.fid WHEN 1 THEN 'a' ELSE 2 END = 'a'", "2"),
        ("prv_candidates[ 0 ].rb > 1", "0"),
        ("objectId LIKE 'a' ESCAPE 'xy'", "'xy'"),
        ("candidate.rb BETWEEN 'a' AND 2", "'a'"),
        ("regexp_matches(objectId, 'ab(?=c)')", "(?="),
    ],
)
def test_faults_point_at_what_was_written(
    text: str, span: str, check: Callable[..., Checked]
) -> None:
    found = check(text).diagnostics[0].span
    assert text[found.start : found.end] == span


def test_every_fault_is_found_at_once(check: Callable[..., Checked]) -> None:
    text = "-- nmae: x\ncandidate.a > 1 AND (candidate.b OR foo(candidate.c)) AND objectId = 1"
    codes = [found.code for found in check(text).diagnostics]
    unknown = ["unknown-field", "unknown-field", "unknown-function", "unknown-field"]
    assert codes == ["unknown-key", *unknown, "type-mismatch"]


def test_the_survey_of_a_bare_condition(surveys: Mapping[str, Survey]) -> None:
    def survey(text: str, default: str = "") -> str:
        plan = check_filter(FilterSource(text, "-e"), surveys, default).plan
        return plan.filter.survey if plan else ""

    assert survey("candidate.rb > 0.5") == "ztf"
    assert survey("diaSource.snr > 5") == "lsst"
    assert survey("1 = 1", "lsst") == "lsst"
    assert survey("-- survey: lsst\n1 = 1", "ztf") == "lsst"
    assert survey("1 = 1") == ""


def test_nothing_else_of_the_grammar_is_let_through(check: Callable[..., Checked]) -> None:
    texts = [
        "SELECT * FROM ztf TABLESAMPLE 10% WHERE candidate.rb > 1",
        "SELECT * FROM ztf WHERE candidate.rb > 1 FOR UPDATE",
        "SELECT * FROM ztf WHERE candidate.rb > 1 QUALIFY TRUE",
        "SELECT * FROM main.ztf WHERE candidate.rb > 1",
        "SELECT * FROM (SELECT * FROM ztf)",
        "SELECT * FROM 'file.parquet'",
        "SELECT * FROM ztf PIVOT (sum(x) FOR y IN (1))",
        "SELECT * EXCLUDE (candid) FROM ztf",
        "SELECT * REPLACE (1 AS candid) FROM ztf",
        "SELECT COUNT(*) FROM ztf",
        "FROM ztf SELECT candid, *",
        "EXPLAIN SELECT * FROM ztf",
        "INSERT INTO ztf VALUES (1)",
        "SET threads = 1",
        "PRAGMA database_list",
        "VALUES (1)",
        "candidate.rb > 1 ORDER BY 1",
        "candidate.rb > 1 LIMIT 1",
        "candidate.rb > ALL (SELECT 1)",
        "candidate.rb = ANY ([1, 2])",
        "candidate.rb > 1 COLLATE nocase",
        "MAP {'a': 1} IS NULL",
        "struct_pack(a := 1) IS NULL",
        "(candidate.rb, 1) = (1, 1)",
        "candidate.rb IS OF (DOUBLE)",
        "objectId GLOB 'a*'",
        "objectId ^@ 'a'",
        "objectId -> 'a' = 1",
        "list_transform(prv_candidates, x -> x.rb) IS NULL",
        "list_transform(prv_candidates, lambda x: x.rb) IS NULL",
        "candidate.rb::DECIMAL(3, 1) > 1",
        "candidate.rb::STRUCT(a INT) IS NULL",
        "TRY(candidate.rb > 1)",
        "getenv('HOME') = 'a'",
        "read_text('/etc/passwd') IS NULL",
        "candidate.rb > 1 UNION SELECT 1",
        "candidate.rb AS x",
        "x'00' IS NULL",
        "b'01' IS NULL",
        "1 > 0x10",
        "DATE '2020-01-01' IS NULL",
        "TIMESTAMP '2020-01-01' IS NULL",
        "BIGINT '5' = 5",
        "candidate.rb NOTNULL AND foo",
        "position('a' IN objectId) = 1",
        "trim(objectId) = 'a'",
        "overlay(objectId PLACING 'a' FROM 1) = 'a'",
        "count(*) FILTER (WHERE TRUE) > 1",
        "sum(candidate.rb) OVER () > 1",
        "@candidate.rb > 1",
        "candidate.rb! > 1",
        "#1 > 1",
        "candidate.rb > 1 -- ok\n; -- nothing\n SELECT 1",
    ]
    passed = [text for text in texts if check(text).plan is not None]
    assert passed == []


def test_columns_are_those_that_are_read(plan: Callable[..., FilterPlan]) -> None:
    text = (
        "prv_candidates[2].magpsf > 1 AND candidate.rb > received_mjd() "
        "AND cardinality(fp_hists) > 1 AND objectId <> '' AND candidate IS NOT NULL"
    )
    assert plan(text).filter.columns == (
        ("objectId",),
        ("candidate",),
        ("candidate", "rb"),
        ("prv_candidates", "magpsf"),
        ("fp_hists",),
    )


def test_conjuncts_are_the_parts_of_the_text(plan: Callable[..., FilterPlan]) -> None:
    text = (
        "candidate.rb > 0.5 AND (candidate.fid = 1 OR candidate.fid = 2) AND NOT candidate.nbad = 1"
    )
    spans = [part.span for part in plan(text).filter.conjuncts]
    assert [text[span.start : span.end] for span in spans] == [
        "candidate.rb > 0.5",
        "candidate.fid = 1 OR candidate.fid = 2",
        "NOT candidate.nbad = 1",
    ]
