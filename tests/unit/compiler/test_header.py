from __future__ import annotations

from collections.abc import Callable

import pytest

from minibroker.compiler import Checked
from minibroker.model.filter import FilterPlan

CONDITION = "candidate.rb > 0.5"


def test_the_keys(plan: Callable[..., FilterPlan]) -> None:
    text = f"-- name: bright_1\n--description:  two  words \n\n-- expect: 12 of 266\n{CONDITION}"
    chosen = plan(text).filter
    assert (chosen.name, chosen.description, chosen.expect) == (
        "bright_1",
        "two  words",
        "12 of 266",
    )


def test_the_file_names_the_filter(plan: Callable[..., FilterPlan]) -> None:
    assert plan(CONDITION, "sql/ztf_bright.sql").filter.name == "ztf_bright"
    assert plan(f"-- name: other\n{CONDITION}", "sql/ztf_bright.sql").filter.name == "other"


def test_text_that_is_no_file_has_no_name(plan: Callable[..., FilterPlan]) -> None:
    assert plan(CONDITION, "-e").filter.name == ""
    assert plan(CONDITION, "-").filter.name == ""


def test_a_file_whose_name_is_no_name(check: Callable[..., Checked]) -> None:
    assert [found.code for found in check(CONDITION, "Bright Ones.sql").diagnostics] == ["bad-name"]


@pytest.mark.parametrize(
    "line",
    [
        "-- Note: the faint ones",
        "-- note: the faint ones",
        "-- see https://example.org: a page",
        "-- TODO: nothing",
        "-- a sentence: with a colon",
        "-- 12: 13",
        "--",
        "-- expectations are low",
    ],
)
def test_prose_is_no_key(line: str, check: Callable[..., Checked]) -> None:
    assert check(f"{line}\n{CONDITION}").diagnostics == ()


@pytest.mark.parametrize(
    "line", ["-- nmae: x", "-- Name: x", "-- NAME: x", "-- descripton: x", "-- surveys: ztf"]
)
def test_what_is_nearly_a_key_is_an_error(line: str, check: Callable[..., Checked]) -> None:
    found = check(f"{line}\n{CONDITION}").diagnostics
    assert [each.code for each in found] == ["unknown-key"]
    assert "did you mean" in found[0].hint


def test_a_comment_behind_the_first_word_is_no_key(check: Callable[..., Checked]) -> None:
    assert check(f"{CONDITION}\n-- nmae: x").diagnostics == ()


@pytest.mark.parametrize("name", ["", "1a", "_a", "a-b", "A", "a" * 64, "é", "a b"])
def test_bad_names(name: str, check: Callable[..., Checked]) -> None:
    assert "bad-name" in [each.code for each in check(f"-- name: {name}\n{CONDITION}").diagnostics]
