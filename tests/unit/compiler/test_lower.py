"""The rules of the language, as DuckDB answers them; Flink's answers are in tests/parity."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import duckdb
import pytest

from minibroker.model.filter import FilterPlan

TRUE, FALSE, NULL = True, False, None

RULES: list[tuple[str, bool | None]] = [
    # NULL
    ("candidate.rb > 0", NULL),
    ("NOT candidate.rb > 0", NULL),
    ("candidate.rb IS NULL", TRUE),
    ("candidate.rb IS NULL OR candidate.rb > 0", TRUE),
    ("candidate.rb > 0 AND 1 = 2", FALSE),
    ("candidate.rb IN (1, 2)", NULL),
    ("greatest(1, candidate.rb) = 1", NULL),
    ("coalesce(candidate.rb, 2) = 2", TRUE),
    ("objectId || candidate.ssnamenr IS NULL", TRUE),
    ("candidate.rb IS NOT DISTINCT FROM NULL", TRUE),
    ("(candidate.rb > 0) IS NOT TRUE", TRUE),
    # Numbers: fid = 2, magpsf = 18.5, distnr = -0.0, candid = 2^63 - 1, nid = 0
    ("candidate.fid / 4 = 0.5", TRUE),
    ("candidate.fid / candidate.nid IS NULL", TRUE),
    ("candidate.fid % candidate.nid IS NULL", TRUE),
    ("1 / 0 IS NULL", TRUE),
    ("1 / (1 / (candidate.nid * 1.0)) IS NULL", TRUE),
    ("atan(candidate.magpsf / candidate.nid) IS NULL", TRUE),
    ("exp(-candidate.magpsf / candidate.nid) IS NULL", TRUE),
    ("power(0.5, candidate.magpsf / candidate.nid) IS NULL", TRUE),
    ("candid + 1 IS NULL", TRUE),
    ("candid + 1 - 1 IS NULL", TRUE),
    ("candid * 2 IS NULL", TRUE),
    ("-candid - 1 = -9223372036854775808", TRUE),
    ("-(-candid - 1) IS NULL", TRUE),
    ("abs(-candid - 1) IS NULL", TRUE),
    ("(-candid - 1) % -1 = 0", TRUE),
    ("candid = 9223372036854775807", TRUE),
    ("candid = 9.223372036854775807e18", TRUE),
    ("candid IN (9223372036854775806, 1)", FALSE),
    ("candidate.magpsf * 1e308 IS NULL", TRUE),
    ("sqrt(-candidate.magpsf) IS NULL", TRUE),
    ("ln(candidate.nid) IS NULL", TRUE),
    ("asin(candidate.magpsf) IS NULL", TRUE),
    ("power(candidate.nid, -1) IS NULL", TRUE),
    ("-7 % 3 = -1 AND 7 % -3 = 1 AND mod(-candidate.fid, 2) = 0", TRUE),
    ("round(candidate.magpsf) = 19 AND round(-candidate.magpsf) = -19", TRUE),
    ("round(2.5) = 3 AND round(-2.5) = -3 AND round(0.5) = 1", TRUE),
    ("round(candidate.magpsf / 100, 2) = 0.19", TRUE),
    ("trunc(-candidate.magpsf) = -18 AND floor(-candidate.magpsf) = -19", TRUE),
    ("candidate.distnr = 0 AND candidate.distnr IN (0, 1, 2, 3, 4, 5)", TRUE),
    ("candidate.distnr <> 0", FALSE),
    ("atan2(candidate.distnr, -1) = pi()", TRUE),
    ("candidate.fid IN (1, 2.0)", TRUE),
    ("candidate.fid > 1.5 AND candidate.fid < 2.5", TRUE),
    ("0.1 + 0.2 = 0.3", FALSE),
    # Texts: objectId = 'ZTFé😀_%'
    ("length(objectId) = 7", TRUE),
    ("substring(objectId, 4, 2) = 'é😀'", TRUE),
    ("upper(objectId) = 'ZTFé😀_%'", TRUE),
    ("lower(objectId) = 'ztfé😀_%'", TRUE),
    ("objectId LIKE 'ZTF__!_!%' ESCAPE '!'", TRUE),
    ("objectId LIKE 'ztf%'", FALSE),
    ("objectId ILIKE 'ztf%'", TRUE),
    ("regexp_matches(objectId, '^ZTF..')", TRUE),
    ("regexp_matches(objectId, '(?i)^ztf')", TRUE),
    ("starts_with(objectId, 'ZTFé') AND ends_with(objectId, '_%')", TRUE),
    ("contains(objectId, '😀')", TRUE),
    # Lists: prv_candidates = [{rb: 0.5}, NULL]
    ("cardinality(prv_candidates) = 2", TRUE),
    ("prv_candidates[1].rb = 0.5", TRUE),
    ("prv_candidates[2].rb IS NULL AND prv_candidates[3] IS NULL", TRUE),
    ("fp_hists IS NULL AND cardinality(fp_hists) IS NULL", TRUE),
]

ROW = """SELECT 'ZTFé😀_%' AS "objectId", 9223372036854775807 AS candid,
 {'fid': 2::BIGINT, 'nid': 0::BIGINT, 'magpsf': 18.5::DOUBLE, 'distnr': -0.0::DOUBLE,
  'rb': NULL::DOUBLE, 'ssnamenr': NULL::VARCHAR} AS candidate,
 [{'rb': 0.5::DOUBLE}, NULL] AS prv_candidates, NULL::STRUCT(jd DOUBLE)[] AS fp_hists"""


@pytest.mark.parametrize(("text", "expected"), RULES, ids=[text for text, _ in RULES])
def test_rules(text: str, expected: bool | None, plan: Callable[..., FilterPlan]) -> None:
    found: list[Any] = duckdb.execute(f"SELECT {plan(text).duckdb} FROM ({ROW})").fetchall()
    assert found == [(expected,)]


def test_constants_reach_no_engine(plan: Callable[..., FilterPlan]) -> None:
    assert plan("candidate.rb > 2 * (3 + 4) / 7").duckdb == '"candidate"."rb" > 2E0'
    assert plan("1 = 1").flink == "TRUE"
    assert plan("candidate.rb > 1 OR 1 = 1").flink == "TRUE"


def test_guards_stand_only_where_they_are_needed(plan: Callable[..., FilterPlan]) -> None:
    for text in (
        "candidate.magpsf - 18 > 0",
        "abs(candidate.magdiff / 2) > 0",
        "sin(radians(candidate.ra)) > 0",
        "candidate.rb BETWEEN 0.5 AND 1",
        "cone(candidate.ra, candidate.dec, 10, 20, 30)",
        "abs(gal_b(candidate.ra, candidate.dec)) > 10",
        "candidate.nid / 7 > 1",
    ):
        assert "CASE" not in plan(text).flink, text
    for text in (
        "candidate.magpsf - candidate.magnr > 0",
        "1 / candidate.rb > 0",
        "ln(candidate.rb) > 0",
        "candidate.rb * 2 > 0",
    ):
        assert "CASE" in plan(text).flink, text


def test_nothing_of_the_user_reaches_an_engine_unquoted(plan: Callable[..., FilterPlan]) -> None:
    text = "objectId = 'a''; DROP TABLE x --' /* here */ -- there\n AND candidate.rb > 1"
    for spelling in (plan(text).flink, plan(text).duckdb):
        assert "here" not in spelling
        assert "there" not in spelling
        assert "'a''; DROP TABLE x --'" in spelling
