"""What goes into the program of a sub-query, and what stays outside."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from minibroker.compiler import compile_filter
from minibroker.model.filter import FilterPlan, FilterSource
from minibroker.model.shipped import shipped
from minibroker.model.survey import Survey, load_surveys

SURVEYS: Mapping[str, Survey] = load_surveys(shipped("schemas"))
COUNT = "(SELECT count(*) FROM UNNEST(prv_candidates) AS p)"
COUNTED = "ARRAY_EVAL('(select true {})', `prv_candidates`{})"


def _plan(condition: str) -> FilterPlan:
    return compile_filter(FilterSource(condition, "x.sql"), SURVEYS, "ztf")


@pytest.mark.parametrize(
    ("shape", "program", "outer"),
    [
        ("{} > 3", "(> (aggregate count) 3)", ""),
        ("NOT {} = 3", "(not (= (aggregate count) 3))", ""),
        ("{} IS NULL", "(is-null (aggregate count))", ""),
        ("{} IN (1, 2)", "(in (aggregate count) 1 2)", ""),
        ("{} BETWEEN 1 AND 2", "(between (aggregate count) 1 2)", ""),
        ("{} * 2 > 3", "(> (multiply (aggregate count) 2) 3)", ""),
        ("{} > candidate.fid", "(> (aggregate count) (outer 0))", ", `candidate`.`fid`"),
        (
            "{} + candidate.nid > candidate.fid * candidate.nid",
            "(> (add (aggregate count) (outer 0)) (multiply (outer 1) (outer 0)))",
            ", `candidate`.`nid`, `candidate`.`fid`",
        ),
        (
            "{} > cardinality(fp_hists)",
            "(> (aggregate count) (outer 0))",
            ", CAST(CARDINALITY(`fp_hists`) AS BIGINT)",
        ),
        (
            "{} > 1 AND {} < 1",
            None,
            "ARRAY_EVAL('(select true (> (aggregate count) 1))', `prv_candidates`)"
            " AND ARRAY_EVAL('(select true (< (aggregate count) 1))', `prv_candidates`)",
        ),
        (
            "{} + (SELECT max(p.fid) FROM UNNEST(prv_candidates) AS p WHERE TRUE) > 1",
            None,
            "TRY_CAST(CAST(CAST(ARRAY_EVAL('(select true (aggregate count))', `prv_candidates`)"
            " AS DECIMAL(19, 0)) + CAST(ARRAY_EVAL('(select true (aggregate max (field \"fid\")))',"
            " `prv_candidates`) AS DECIMAL(19, 0)) AS STRING) AS BIGINT) > 1",
        ),
    ],
)
def test_what_needs_one_sub_query_goes_into_it(shape: str, program: str | None, outer: str) -> None:
    expected = outer if program is None else COUNTED.format(program, outer)
    assert _plan(shape.replace("{}", COUNT)).flink == expected


def test_conditions_without_a_sub_query_come_first() -> None:
    flink = _plan(f"{COUNT} > 3 AND candidate.rb > 0.5 AND {COUNT} < 9 AND candidate.fid = 1").flink
    assert flink.startswith("`candidate`.`rb` > 0.5E0 AND `candidate`.`fid` = 1 AND ARRAY_EVAL(")


def test_texts_are_quoted_for_the_program_and_for_sql() -> None:
    condition = "p.rbversion = 'a\"b\\c''d'"
    flink = _plan(f"EXISTS (SELECT 1 FROM UNNEST(prv_candidates) AS p WHERE {condition})").flink
    assert '(= (field "rbversion") "a\\"b\\\\c\'\'d")' in flink


@pytest.mark.parametrize(
    ("condition", "columns"),
    [
        (
            "EXISTS (SELECT 1 FROM UNNEST(prv_candidates) AS p WHERE p.fid = candidate.fid)",
            (("candidate", "fid"), ("prv_candidates", "fid")),
        ),
        (f"{COUNT} > 1", (("prv_candidates", "jd"),)),
        (
            "(SELECT max(d.rb) FROM UNNEST(detections) AS d) > 0.9",
            (("candidate", "rb"), ("prv_candidates", "magpsf"), ("prv_candidates", "rb")),
        ),
    ],
)
def test_columns_are_those_of_the_element_and_around_it(
    condition: str, columns: tuple[tuple[str, ...], ...]
) -> None:
    assert _plan(condition).filter.columns == columns
