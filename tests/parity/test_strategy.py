"""What the proof writes compiles, or is refused with a reason: never an exception."""

from __future__ import annotations

from collections import Counter

import pytest

from minibroker.compiler import check_filter
from minibroker.model.diagnostic import Severity
from minibroker.model.filter import FilterSource
from minibroker.model.survey import Survey, load_survey
from tests.parity.engines import SURVEYS
from tests.parity.strategy import drawn, filters, vocabulary

SEED = 20261123
TEXTS = 60
OF_CONFUSED_TYPES = frozenset(
    {
        "bad-cast",
        "bad-number",
        "bad-sub-query",
        "compared-with-null",
        "not-a-condition",
        "not-a-literal",
        "not-a-value",
        "out-of-range",
        "too-long",
        "type-mismatch",
        "wrong-arguments",
    }
)


@pytest.fixture(params=SURVEYS)
def survey(request: pytest.FixtureRequest) -> Survey:
    return load_survey(SURVEYS[request.param])


def _refused(texts: list[str], survey: Survey) -> Counter[str]:
    codes: Counter[str] = Counter()
    for text in texts:
        checked = check_filter(FilterSource(text, "made"), {survey.name: survey})
        if checked.plan is None:
            codes.update(
                {each.code for each in checked.diagnostics if each.severity is Severity.ERROR}
            )
    return codes


def test_nearly_every_text_compiles(survey: Survey) -> None:
    texts = drawn(filters(vocabulary(survey)), TEXTS, SEED)
    assert len(texts) >= 0.9 * TEXTS
    assert _refused(texts, survey).total() <= 0.02 * TEXTS


def test_wrong_types_are_refused_with_a_reason(survey: Survey) -> None:
    refused = _refused(drawn(filters(vocabulary(survey), 30), TEXTS, SEED), survey)
    assert refused.total() >= 0.2 * TEXTS
    assert refused.keys() <= OF_CONFUSED_TYPES


def test_a_number_makes_the_same_texts_again(survey: Survey) -> None:
    made = [drawn(filters(vocabulary(survey)), 20, SEED) for _ in range(2)]
    assert made[0] == made[1]
