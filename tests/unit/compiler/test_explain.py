from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from minibroker.compiler import compile_filter, explain_filter, explain_plan
from minibroker.model.errors import FilterError
from minibroker.model.filter import FilterPlan, FilterSource
from minibroker.model.survey import Survey


def test_what_was_read_and_lowered(plan: Callable[..., FilterPlan]) -> None:
    told = explain_plan(plan("candidate.magpsf / candidate.rb > 1 AND received_mjd() > 59000"))
    assert told.columns == (("candidate", "magpsf"), ("candidate", "rb"))
    assert told.deepest == ("candidate", "rb")
    assert told.reads_received_mjd
    assert any("NULL" in note for note in told.notes)


def test_columns_are_read_and_lowered_too(plan: Callable[..., FilterPlan]) -> None:
    told = explain_plan(
        plan("SELECT received_mjd() AS r, ln(candidate.jd) AS l FROM ztf WHERE candidate.rb > 0")
    )
    assert told.columns == (("candidate", "jd"), ("candidate", "rb"))
    assert told.reads_received_mjd
    assert any("last digit" in note for note in told.notes)


def test_a_plain_comparison_needs_no_notes(plan: Callable[..., FilterPlan]) -> None:
    assert explain_plan(plan("candidate.rb > 0.5")).notes == ()


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("candidate.sgscore1 = 0", "by its absolute value"),
        ("cone(candidate.ra, candidate.dec, 1, 2, 3)", "cone: written out in arithmetic"),
        ("abs(gal_b(candidate.ra, candidate.dec)) > mag(candidate.jd)", "gal_b, mag: written out"),
        ("candidate.rb > 0.5 AND 1 + 1 = 2", "1 + 1 = 2 is TRUE for every alert, and left out."),
        ("candidate.rb > 0.5 AND candid % 0 = 1", "is NULL for every alert: none passes."),
        ("candidate.rb > 0.5 AND 1 > 2", "1 > 2 is FALSE for every alert: none passes."),
        ("EXISTS (SELECT 1 FROM UNNEST(prv_candidates) AS p)", "a program for ARRAY_EVAL"),
        (
            "EXISTS (SELECT 1 FROM UNNEST(detections) AS p)",
            "The view goes through prv_candidates, as far as the view's condition holds, "
            "and then candidate.",
        ),
        ("(SELECT regr_slope(p.rb, p.jd) FROM UNNEST(prv_candidates) AS p) > 1", "1e-9"),
        ("(SELECT max(p.rb) FROM UNNEST(prv_candidates) AS p) > 1", "Over no elements"),
        ("prv_candidates[1].rb > 0.5", "beyond the end of a list"),
        ("candidate.rb / candidate.fid > 1", "Integers beside a DOUBLE"),
        ("ln(candidate.rb) > 1", "may differ in the last digit"),
        ("upper(objectId) = 'A'", "A-Z only"),
        ("objectId LIKE 'a%'", "A pattern"),
        ("candid + 1 > 2", "Integer arithmetic is exact"),
    ],
)
def test_what_was_rewritten_is_told(text: str, note: str, plan: Callable[..., FilterPlan]) -> None:
    assert any(note in each for each in explain_plan(plan(text)).notes)


def test_a_comment_or_a_text_calls_no_function(plan: Callable[..., FilterPlan]) -> None:
    told = explain_plan(plan("-- cone(1)\nobjectId = 'cone(2)' /* gal_b(3) */"))
    assert told.notes == ()


def test_a_note_is_told_once(plan: Callable[..., FilterPlan]) -> None:
    exists = "EXISTS (SELECT 1 FROM UNNEST(detections) AS p WHERE p.rb > {})"
    told = explain_plan(plan(f"{exists.format(1)} AND {exists.format(2)}"))
    assert len(told.notes) == len(set(told.notes)) == 3


def test_faults_are_raised_all_together(surveys: Mapping[str, Survey]) -> None:
    source = FilterSource("SELECT * FROM ztf WHERE candidate.a > 1 AND candidate.b > 1", "f.sql")
    with pytest.raises(FilterError) as caught:
        explain_filter(source, surveys)
    assert len(caught.value.diagnostics) == 2
    with pytest.raises(FilterError, match=r"f\.sql: 2 faults"):
        compile_filter(source, surveys)
