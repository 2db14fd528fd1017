"""What the README shows without a stack is what the commands print, to the letter."""

import re
from pathlib import Path

import pytest

from minibroker.compiler import check_filter
from minibroker.model.filter import FilterSource
from minibroker.model.shipped import shipped
from minibroker.model.survey import load_surveys
from tests import readme

QUIET = {"NO_COLOR": "1", "COLUMNS": "100"}


@pytest.mark.parametrize(
    "block",
    readme.blocks("offline", *readme.PAGES),
    ids=lambda block: f"{block.page.stem}: {block.commands[0]}",
)
def test_output_is_real(block: readme.Block, request: pytest.FixtureRequest) -> None:
    text = readme.run(block, QUIET)
    if request.config.getoption("--update"):
        readme.rewrite(block, text)
    else:
        assert text == block.text


def test_every_command_is_in_the_readme() -> None:
    from minibroker.ui.cli import app

    text = readme.README.read_text()
    for name in app:
        assert name.startswith("-") or f"`{name}`" in text, name


@pytest.mark.parametrize("page", readme.PAGES, ids=lambda page: page.stem)
def test_every_file_that_a_page_links_to_exists(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text()):
        assert "://" in target or (page.parent / target).exists(), target


@pytest.mark.parametrize("page", ["tutorial-first-filter.md", "from-other-brokers.md"])
def test_every_filter_of_a_tutorial_is_accepted(page: str) -> None:
    surveys = load_surveys(shipped("schemas"))
    texts = re.findall(r"```sql\n(.*?)```", (readme.ROOT / "docs" / page).read_text(), re.DOTALL)
    assert texts
    for text in texts:
        checked = check_filter(FilterSource(text, page), surveys)
        assert checked.plan is not None, checked.diagnostics
        assert checked.diagnostics == ()
