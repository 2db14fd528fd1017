"""What the README shows without a stack is what the commands print, to the letter."""

import re
from pathlib import Path

import pytest

from minibroker.compiler import check_filter
from minibroker.model.filter import FilterSource
from minibroker.model.shipped import shipped
from minibroker.model.survey import load_surveys
from tests import readme

REFERENCE = sorted((readme.ROOT / "docs" / "reference").glob("*.md"))
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


@pytest.mark.parametrize("page", [*readme.PAGES, *REFERENCE], ids=lambda page: page.name)
def test_every_place_that_a_page_links_to_exists(page: Path) -> None:
    prose = re.sub(r"`[^`\n]*`", "", page.read_text())
    for target, heading in re.findall(r"\]\(([^)#\s]*)#?([^)\s]*)\)", prose):
        if "://" not in target:
            place = page.parent / target if target else page
            assert place.exists(), target
            assert not heading or heading in _headings(place), f"{target}#{heading}"


def _headings(page: Path) -> set[str]:
    """Return what a page's headings are called in links, as GitHub has it."""
    titles = re.findall(r"^#+ (.*)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize(
    "page", ["language.md", "tutorial-first-filter.md", "from-other-brokers.md"]
)
def test_every_filter_of_a_page_is_accepted(page: str) -> None:
    surveys = load_surveys(shipped("schemas"))
    texts = re.findall(r"```sql\n(.*?)```", (readme.ROOT / "docs" / page).read_text(), re.DOTALL)
    assert texts
    for text in texts:
        checked = check_filter(FilterSource(text, page), surveys)
        assert checked.plan is not None, checked.diagnostics
        assert checked.diagnostics == ()
