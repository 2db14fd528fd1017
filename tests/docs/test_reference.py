"""The reference is what the compiler's tables say, and the tables are complete."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from minibroker.compiler.codes import CODES
from minibroker.compiler.lower import _OPERATORS
from minibroker.compiler.parse import MAX_TREE_DEPTH
from minibroker.compiler.scan import MAX_CHARACTERS, MAX_DEPTH, MAX_TOKENS
from minibroker.compiler.spell import MAX_CONDITIONS, MAX_SPELLING
from minibroker.model.expression import Gathering
from tests import reference

ROOT = Path(__file__).resolve().parent.parent.parent
CASES = ROOT / "tests" / "cases"
PAGES = ("functions.md", "diagnostics.md")


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return reference.Reference().pages()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_what_the_tables_say(
    name: str, pages: dict[str, str], request: pytest.FixtureRequest
) -> None:
    file = reference.FOLDER / name
    if request.config.getoption("--update"):
        file.write_text(pages[name], encoding="utf-8")
    assert file.read_text(encoding="utf-8") == pages[name]
    assert pages.keys() == set(PAGES)


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


def test_the_page_of_the_language_gives_the_limits_as_they_are() -> None:
    text = (reference.FOLDER / "language.md").read_text(encoding="utf-8")
    for limit in (
        MAX_CHARACTERS,
        MAX_TOKENS,
        MAX_DEPTH,
        MAX_TREE_DEPTH,
        MAX_CONDITIONS,
        MAX_SPELLING,
    ):
        assert re.search(rf"\b{limit:,}\b", text.replace("\n", " ")), limit


def test_every_filter_on_the_page_of_the_language_is_accepted() -> None:
    text = (reference.FOLDER / "language.md").read_text(encoding="utf-8")
    filters = re.findall(r"```sql\n(.*?)```", text, re.S)
    assert len(filters) >= 4
    surveys = reference.Reference().surveys
    for written in filters:
        checked = reference.check_filter(reference.FilterSource(written, "page.sql"), surveys)
        assert checked.plan is not None, checked.diagnostics
        assert checked.diagnostics == ()


def _codes() -> Iterator[str]:
    """Yield the code of every fault that is noted anywhere in the compiler."""
    for file in (ROOT / "minibroker" / "compiler").glob("*.py"):
        if file.name == "faults.py":
            continue
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                is_fault = node.func.attr in ("error", "warning", "refuse") and node.args
                if is_fault and len(node.args) >= 3:
                    code = node.args[0]
                    assert isinstance(code, ast.Constant), f"{file}:{node.lineno}"
                    yield str(code.value)
