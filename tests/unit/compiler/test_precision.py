from __future__ import annotations

from collections.abc import Callable

import pytest

from minibroker.compiler import Checked

WARNED = [
    ("candidate.rb = 0.65", "0.65"),
    ("0.65 = candidate.rb", "0.65"),
    ("candidate.rb <> 0.65", "0.65"),
    ("candidate.rb IN (0.5, 0.7)", "0.7"),
    ("candidate.rb IS DISTINCT FROM 0.1", "0.1"),
    ("candidate.magpsf = 16777217", "16777217"),
    ("CASE candidate.rb WHEN 0.5 THEN 1 WHEN 0.1 THEN 2 END = 1", "0.1"),
    ("EXISTS (SELECT 1 FROM UNNEST(prv_candidates) AS p WHERE p.rb = 0.1)", "0.1"),
    ("EXISTS (SELECT 1 FROM UNNEST(detections) AS p WHERE p.rb = -0.1)", "-0.1"),
    ("EXISTS (SELECT 1 FROM UNNEST(prv_candidates) AS p WHERE candidate.rb = 0.1)", "0.1"),
]
SILENT = [
    "candidate.rb = 0.5",
    "candidate.rb = 0.6499999761581421",
    "candidate.rb < 0.65",
    "candidate.jd = 2459000.3",
    "candidate.fid = 1.1",
    "candidate.rb + 0 = 0.65",
    "candidate.rb = 1e300",
    "candidate.rb = candidate.drb",
    "EXISTS (SELECT 1 FROM UNNEST(prv_candidates) AS p WHERE p.jd = 2459000.3)",
]


@pytest.mark.parametrize(("text", "number"), WARNED)
def test_a_number_that_no_single_is(text: str, number: str, check: Callable[..., Checked]) -> None:
    checked = check(text)
    assert checked.plan is not None
    (warning,) = checked.diagnostics
    assert warning.code == "float-equality"
    assert text[warning.span.start : warning.span.end] == number


@pytest.mark.parametrize("text", SILENT)
def test_what_can_be_equal_is_not_told(text: str, check: Callable[..., Checked]) -> None:
    assert check(text).diagnostics == ()


def test_the_nearest_value_is_named_and_exact(check: Callable[..., Checked]) -> None:
    (warning,) = check("candidate.rb = 0.65").diagnostics
    assert "0.6499999761581421" in warning.hint
    assert check("candidate.rb = 0.6499999761581421").diagnostics == ()
