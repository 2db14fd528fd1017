from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from minibroker.compiler import Checked, check_filter
from minibroker.compiler.functions import FUNCTIONS, Function, known_names, reference
from minibroker.model.filter import FilterPlan, FilterSource
from minibroker.model.survey import Survey


@pytest.mark.parametrize("function", reference(), ids=lambda function: function.name)
def test_the_example_of_each_function_is_a_filter(
    function: Function, surveys: Mapping[str, Survey]
) -> None:
    checked = check_filter(FilterSource(function.example, "-e"), surveys)
    assert checked.plan is not None, checked.diagnostics
    names = (function.name, *function.aliases)
    assert any(f"{name}(" in function.example for name in names)
    assert function.summary.endswith(".")


def test_names_are_found_in_any_case(plan: Callable[..., FilterPlan]) -> None:
    prints = {
        plan(text).filter.fingerprint
        for text in ("ABS(candidate.rb) > 1", "abs(candidate.rb) > 1", "Abs(candidate.rb) > 1")
    }
    assert len(prints) == 1


def test_no_name_is_given_twice() -> None:
    names = [name.lower() for name in known_names()]
    assert len(names) == len(set(names)) == len(FUNCTIONS)


def test_signatures() -> None:
    assert FUNCTIONS["round"].signature == "round(x [, digits])"
    assert FUNCTIONS["pi"].signature == "pi()"
    assert FUNCTIONS["coalesce"].signature == "coalesce(x, …)"


@pytest.mark.parametrize("function", reference(), ids=lambda function: function.name)
def test_a_wrong_number_of_arguments_shows_the_signature(
    function: Function, check: Callable[..., Checked]
) -> None:
    found = check(f"{function.name}({', '.join(['1'] * 101)}) IS NULL").diagnostics
    # The grammar knows the standard's substring(text FROM 1 FOR 2) and stops by itself.
    code = "syntax" if function.name == "substring" else "wrong-arguments"
    assert code in [each.code for each in found]
