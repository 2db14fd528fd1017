"""The reference is what the code says, nothing else is there, and the tables are whole."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from minibroker.compiler.codes import CODES
from minibroker.compiler.lower import _OPERATORS
from minibroker.config import list_settings, load_config
from minibroker.model.expression import Gathering
from tests import command_line_reference, language_reference, reference
from tests.readme import ROOT

CASES = ROOT / "tests" / "cases"
COMPILER = ROOT / "minibroker" / "compiler"
PAGES = {
    "commands.md": command_line_reference.commands,
    "diagnostics.md": lambda: reference.Reference().diagnostics(),
    "functions.md": lambda: reference.Reference().functions(),
    "language.md": language_reference.language,
    "settings.md": command_line_reference.settings,
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_what_the_code_says(name: str, request: pytest.FixtureRequest) -> None:
    page = PAGES[name]()
    file = reference.FOLDER / name
    if request.config.getoption("--update"):
        file.write_text(page, encoding="utf-8")
    assert file.read_text(encoding="utf-8") == page


def test_there_is_no_page_that_is_written_by_hand() -> None:
    assert {file.name for file in reference.FOLDER.iterdir()} == PAGES.keys()


def test_every_setting_that_can_be_shown_is_on_the_page() -> None:
    page = command_line_reference.settings()
    for setting in list_settings(load_config()):
        key = setting.key.split(".")
        named = setting.key if key[0] != "surveys" else ".".join(["surveys.NAME", *key[2:]])
        assert f"`{named}`" in page, setting.key


def test_every_code_that_the_compiler_gives_is_listed() -> None:
    given = set(_codes())
    assert given <= CODES.keys()
    assert CODES.keys() <= given | {"and-more"}


def test_every_code_in_the_golden_cases_is_listed() -> None:
    texts = [file.read_text() for file in CASES.glob("*/*.sql")]
    found = {
        code for text in texts for code in re.findall(r"^(?:error|warning)\[(.+?)\]", text, re.M)
    }
    assert found
    assert found <= CODES.keys()


def test_every_operator_and_aggregate_is_listed() -> None:
    listed = {name for row in reference.OPERATORS for name in row.names}
    assert listed == _OPERATORS.keys()
    gathered = {name for row in reference._aggregates() for name in row.names}
    assert gathered == {each.value for each in Gathering}


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("-prv_candidates[1].magpsf < 1", "-(prv_candidates[1].magpsf) < 1"),
        ("-candid % 7 = 1", "(-candid) % 7 = 1"),
        ("candidate.rb + candidate.drb / 2 > 1", "candidate.rb + (candidate.drb / 2) > 1"),
        ("candid - candid % 7 > 1", "candid - (candid % 7) > 1"),
        ("objectId || 'a' = 'b'", "(objectId || 'a') = 'b'"),
        ("NOT candidate.rb > 1", "NOT (candidate.rb > 1)"),
        ("NOT candidate.fid IN (1, 2)", "NOT (candidate.fid IN (1, 2))"),
        ("NOT candidate.rb > 1 AND candid = 1", "(NOT candidate.rb > 1) AND candid = 1"),
        (
            "candid = 1 OR candid = 2 AND candidate.rb > 1",
            "candid = 1 OR (candid = 2 AND candidate.rb > 1)",
        ),
    ],
)
def test_operators_bind_as_the_page_says(written: str, read: str) -> None:
    survey = reference.Reference().surveys["ztf"]
    assert reference.expression(written, survey) == reference.expression(read, survey)


def test_every_limit_of_the_compiler_is_listed() -> None:
    found = {
        f"{file.stem}.{name}"
        for file in COMPILER.glob("*.py")
        for name in re.findall(r"^(MAX_\w+) =", file.read_text(), re.MULTILINE)
    }
    assert found == language_reference.LIMITS.keys() | language_reference.INNER_LIMITS


def _codes() -> Iterator[str]:
    """Yield the code of every fault that is noted anywhere in the compiler."""
    for file in COMPILER.glob("*.py"):
        if file.name == "faults.py":
            continue
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                is_fault = node.func.attr in ("error", "warning", "refuse") and node.args
                if is_fault and len(node.args) >= 3:
                    code = node.args[0]
                    assert isinstance(code, ast.Constant), f"{file}:{node.lineno}"
                    yield str(code.value)
