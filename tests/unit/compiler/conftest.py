from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from minibroker.compiler import Checked, check_filter
from minibroker.model.filter import FilterPlan, FilterSource
from minibroker.model.survey import Survey, load_surveys

SCHEMAS = Path(__file__).parents[3] / "schemas"


@pytest.fixture(scope="session")
def surveys() -> Mapping[str, Survey]:
    return load_surveys(SCHEMAS)


@pytest.fixture(scope="session")
def check(surveys: Mapping[str, Survey]) -> Callable[..., Checked]:
    def check(text: str, origin: str = "-e", default_survey: str = "ztf") -> Checked:
        return check_filter(FilterSource(text, origin), surveys, default_survey)

    return check


@pytest.fixture(scope="session")
def plan(check: Callable[..., Checked]) -> Callable[..., FilterPlan]:
    def plan(text: str, origin: str = "-e", default_survey: str = "ztf") -> FilterPlan:
        checked = check(text, origin, default_survey)
        assert checked.plan is not None, checked.diagnostics
        return checked.plan

    return plan
