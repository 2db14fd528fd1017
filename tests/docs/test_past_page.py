"""What docs/past.md shows is what the commands print, on three simulated nights."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from minibroker.model.survey import load_surveys
from tests import readme
from tests.archived import write_night

PAGE = readme.ROOT / "docs" / "past.md"


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    data: Path = tmp_path_factory.mktemp("past")
    ztf = load_surveys(readme.ROOT / "schemas")["ztf"]
    for day, alerts in ((5, 60), (6, 90), (7, 40)):
        write_night(data / "archive", ztf, date(2026, 3, day), alerts)
    return {"NO_COLOR": "1", "MINIBROKER_DATA": str(data), "MINIBROKER_OWNER": "ann"}


@pytest.mark.parametrize("block", readme.blocks("past", PAGE), ids=lambda block: block.commands[0])
def test_output_is_real(
    block: readme.Block, environment: dict[str, str], request: pytest.FixtureRequest
) -> None:
    text = readme.run(block, environment)
    if request.config.getoption("--update"):
        readme.rewrite(block, text)
    else:
        assert text == block.text
