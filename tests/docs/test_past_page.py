"""What docs/past.md shows is what the commands print, on three simulated nights."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from minibroker.compiler import compile_filter
from minibroker.engine.archive import Archive
from minibroker.engine.store import FilterState, Store, StoredFilter
from minibroker.model.filter import FilterSource
from minibroker.model.survey import Survey, load_surveys
from minibroker.service.rate_gate import Share, newest_shares
from minibroker.service.score import forecast_of
from tests import readme
from tests.archived import write_deliveries, write_night

PAGE = readme.ROOT / "docs" / "past.md"


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    data: Path = tmp_path_factory.mktemp("past")
    ztf = load_surveys(readme.ROOT / "schemas")["ztf"]
    for day, alerts in ((5, 60), (6, 90), (7, 40)):
        write_night(data / "archive", ztf, date(2026, 3, day), alerts)
    _submit(data, ztf)
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


def _submit(data: Path, ztf: Survey) -> None:
    """Leave behind what `submit` does after two nights, and the job after the third."""
    file = readme.ROOT / "sql" / "ztf_reliable.sql"
    plan = compile_filter(FilterSource(file.read_text(), file.name), {"ztf": ztf})
    chosen = plan.filter
    stored = StoredFilter(
        *("ann", chosen.name, "ztf", f"minibroker.ann.{chosen.name}", 1, chosen.fingerprint),
        *(file.name, chosen.source.text, FilterState.RUNNING, 0),
    )
    store = Store(data / "minibroker.sqlite")
    store.commit([stored], "ann")
    archive = Archive(data / "archive", "ztf")
    (share,) = newest_shares(archive, [plan.duckdb])
    submitted = datetime(2026, 3, 7, 1, tzinfo=UTC)
    forecast = forecast_of(stored, Share(share.nights[:2]), ztf, submitted)
    assert forecast is not None
    store.put_forecasts([forecast])
    for night in archive.nights():
        write_deliveries(archive, night, chosen.name, plan.duckdb)
