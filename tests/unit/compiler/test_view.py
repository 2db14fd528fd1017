"""A survey's views in sub-queries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from minibroker.compiler import compile_filter
from minibroker.model.errors import ConfigError
from minibroker.model.filter import FilterSource
from minibroker.model.survey import Survey, View, ViewPart
from minibroker.model.types import Array, Scalar, Struct

CONDITION = "(SELECT max(d.magpsf) FROM UNNEST(detections) AS d) < 18"


def test_shipped_views_compile(surveys: Mapping[str, Survey]) -> None:
    for survey in surveys.values():
        for view in survey.views:
            field = next(each for each in view.element.fields if each.type is Scalar.DOUBLE)
            condition = f"(SELECT max(x.{field.name}) FROM UNNEST({view.name}) AS x) > 0"
            plan = compile_filter(FilterSource(condition, "-e"), {survey.name: survey})
            assert {path[0] for path in plan.filter.columns} == {
                part.source[0] for part in view.parts
            }


def test_a_condition_that_cannot_be_resolved_names_the_surveys_file(
    surveys: Mapping[str, Survey],
) -> None:
    ztf = surveys["ztf"]
    history = ztf.alert.at(("prv_candidates",))
    assert isinstance(history, Array)
    assert isinstance(history.element, Struct)
    part = ViewPart(("prv_candidates",), "magpfs IS NOT NULL")
    broken = replace(ztf, views=(View("detections", (part,), history.element),))
    with pytest.raises(ConfigError) as failure:
        compile_filter(FilterSource(CONDITION, "-e"), {"ztf": broken})
    assert failure.value.message == (
        f"{ztf.folder}/survey.toml: views.detections, where 'magpfs IS NOT NULL':"
        " ztf has no field 'magpfs'"
    )
    assert failure.value.remedy.startswith("did you mean 'magpsf' (in mag) or ")
