"""What the README shows without a stack is what the commands print, to the letter."""

import pytest

from tests import readme

QUIET = {"NO_COLOR": "1", "COLUMNS": "100"}


@pytest.mark.parametrize("block", readme.blocks("offline"), ids=lambda block: block.commands[0])
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


def test_every_file_that_the_readme_links_to_exists() -> None:
    import re

    for target in re.findall(r"\]\(([^)#]+)\)", readme.README.read_text()):
        assert (readme.ROOT / target).exists(), target
