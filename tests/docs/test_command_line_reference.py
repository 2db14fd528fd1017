"""The pages on commands and settings are what the command line and the settings say."""

import pytest

from minibroker.config import load_config
from tests import command_line_reference, reference


@pytest.mark.parametrize("name", ["commands.md", "settings.md"])
def test_a_page_is_what_the_code_says(name: str, request: pytest.FixtureRequest) -> None:
    page = command_line_reference.pages()[name]
    file = reference.FOLDER / name
    if request.config.getoption("--update"):
        file.write_text(page, encoding="utf-8")
    assert file.read_text(encoding="utf-8") == page


def test_every_setting_that_can_be_shown_is_on_the_page() -> None:
    from minibroker.config import list_settings

    page = command_line_reference.settings()
    for setting in list_settings(load_config()):
        key = setting.key.split(".")
        named = setting.key if key[0] != "surveys" else ".".join(["surveys.NAME", *key[2:]])
        assert f"`{named}`" in page, setting.key
