from __future__ import annotations

from collections.abc import Callable

import pytest

from minibroker.compiler import Checked

WARNED = [
    "candidate.ssdistnr < 5",
    "NOT candidate.ssdistnr > 5",
    "5 > candidate.ssdistnr",
    "candidate.ssdistnr BETWEEN -2000 AND 5",
    "least(candidate.ssdistnr, 3) < 4",
    "candidate.ssdistnr / 2 < 5",
    "candidate.rb > 0.5 AND candidate.ssdistnr <= 5",
    "candidate.rb > 0.5 OR candidate.ssdistnr <= 5",
    "candidate.ssnamenr <> 'Ceres'",
    "NOT (candidate.rb > 0.5 OR candidate.ssdistnr > 5)",
    "EXISTS (SELECT 1 FROM UNNEST(prv_candidates) AS p WHERE p.ssdistnr < 5)",
    "NOT EXISTS (SELECT 1 FROM UNNEST(prv_candidates) AS p WHERE p.rb > 0.5 AND p.ssdistnr < 5)",
    "EXISTS (SELECT 1 FROM UNNEST(detections) AS p WHERE p.ssnamenr <> 'Ceres')",
    "EXISTS (SELECT 1 FROM UNNEST(fp_hists) AS h WHERE h.forcediffimflux < 5 * 10)",
    "(SELECT count(*) FROM UNNEST(fp_hists) AS h WHERE h.forcediffimflux < 50) > 2",
    "(SELECT min(p.ssdistnr) FROM UNNEST(prv_candidates) AS p) < 5",
    "(SELECT avg(h.forcediffimflux / 2) FROM UNNEST(fp_hists) AS h) > 5",
    "(SELECT avg(h.forcediffimflux) FROM UNNEST(fp_hists) AS h WHERE h.rcid > 1) > 5",
    "(SELECT avg(h.magnr) FROM UNNEST(fp_hists) AS h WHERE h.magnr > 1 OR h.rcid > 1) > 5",
]
SILENT = [
    "candidate.ssdistnr < 5 AND candidate.ssdistnr >= 0",
    "candidate.ssdistnr > -1 AND candidate.rb > 0.5 AND candidate.ssdistnr < 5",
    "candidate.ssdistnr BETWEEN 0 AND 5",
    "NOT candidate.ssdistnr BETWEEN 0 AND 12",
    "NOT (candidate.distpsnr1 >= 0 AND candidate.distpsnr1 < 2 AND candidate.sgscore1 > 0.8)",
    "candidate.ssdistnr > 10 OR candidate.ssdistnr < 0",
    "candidate.ssdistnr = -999",
    "candidate.ssdistnr <> -999",
    "candidate.ssdistnr > 5",
    "candidate.ssnamenr = 'Ceres'",
    "candidate.ssnamenr <> 'null'",
    "candidate.ssnamenr <> 'null' AND candidate.ssnamenr <> 'Ceres'",
    "candidate.ssdistnr IS NULL",
    "nullif(candidate.ssdistnr, -999) < 5",
    "abs(candidate.ssdistnr) < 5",
    "sqrt(candidate.ssdistnr) < 5",
    "candidate.rb < 5",
    "NOT (candidate.rb > 0.5 OR candidate.ssdistnr > 5 OR candidate.ssdistnr < 0)",
    "EXISTS (SELECT 1 FROM UNNEST(prv_candidates) AS p WHERE p.ssdistnr BETWEEN 0 AND 5)",
    "EXISTS (SELECT 1 FROM UNNEST(prv_candidates) AS p WHERE p.magpsf < 19)",
    "(SELECT min(p.ssdistnr) FROM UNNEST(prv_candidates) AS p WHERE p.ssdistnr >= 0) < 5",
    "(SELECT max(p.ssdistnr) FROM UNNEST(prv_candidates) AS p) < 5",
    "(SELECT count(p.ssdistnr) FROM UNNEST(prv_candidates) AS p) < 5",
    "(SELECT avg(nullif(h.forcediffimflux, -99999)) FROM UNNEST(fp_hists) AS h) > 5",
    "(SELECT avg(h.forcediffimflux) FROM UNNEST(fp_hists) AS h WHERE h.forcediffimflux > 0) > 5",
]


@pytest.mark.parametrize("text", WARNED)
def test_a_sentinel_that_gets_through_is_told(text: str, check: Callable[..., Checked]) -> None:
    checked = check(text)
    assert checked.plan is not None
    assert [found.code for found in checked.diagnostics] == ["sentinel"]
    (warning,) = checked.diagnostics
    assert "add AND" in warning.hint or "into the sub-query's WHERE" in warning.hint


def test_a_field_is_named_as_it_was_written(check: Callable[..., Checked]) -> None:
    text = 'EXISTS (SELECT 1 FROM UNNEST(prv_candidates) AS old WHERE old."ssdistnr" < 5)'
    (warning,) = check(text).diagnostics
    assert warning.hint == 'add AND old."ssdistnr" >= 0'


def test_many_tests_of_one_field_take_no_longer_each(check: Callable[..., Checked]) -> None:
    found = check(" AND ".join(f"candidate.ssdistnr < {n}" for n in range(1, 900))).diagnostics
    assert {each.code for each in found} == {"sentinel", "and-more"}
    assert found[-1].message == "there are 849 more warnings, the first of them here"


@pytest.mark.parametrize("text", SILENT)
def test_what_is_guarded_or_meant_is_not(text: str, check: Callable[..., Checked]) -> None:
    assert check(text).diagnostics == ()
