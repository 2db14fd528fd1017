"""A forecast is kept when a filter is submitted, and judged by the nights that count."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from minibroker.broker import Broker
from minibroker.config import Config
from minibroker.engine.archive import Archive
from minibroker.engine.night_audit import Ran, Stretch
from minibroker.engine.store import FilterState, StoredFilter, StoredForecast
from minibroker.engine.version_nights import VersionNight
from minibroker.model.errors import ConfigError
from minibroker.model.survey import Survey
from minibroker.service.forecast import forecast
from minibroker.service.rate_gate import Asked, Share, newest_shares
from minibroker.service.score import Outcome, forecast_of, score
from minibroker.ui.cli import main
from tests.archived import write_deliveries

CONDITION = "candidate.magpsf < 19.5"
TEXT = f"-- name: bright\nSELECT * FROM ztf WHERE {CONDITION}"
NOW = datetime(2026, 3, 7, 12, tzinfo=UTC)
STORED = StoredFilter(
    "ann", "bright", "ztf", "minibroker.ann.bright", 1, "f", "f.sql", TEXT, FilterState.RUNNING, 0
)
EVERYWHERE = Ran("ann", "bright", 1, CONDITION, besides=())
KEPT = StoredForecast("ann", "bright", 1, "now", ("2026-03-05",), 40, 40, 12.0, 1, 39, 0.9)


@pytest.fixture(scope="module")
def delivered(tmp_path_factory: pytest.TempPathFactory, archive_folder: Path) -> Archive:
    """The simulated nights, with what the filter was sent of them."""
    folder = tmp_path_factory.mktemp("score")
    shutil.copytree(archive_folder / "ztf", folder / "ztf")
    archive = Archive(folder, "ztf")
    for night in archive.nights():
        write_deliveries(archive, night, "bright", CONDITION)
    return archive


def test_a_forecast_rests_on_the_nights_that_are_over(ztf: Survey) -> None:
    over, tonight = Asked("2026-03-05", 400, 40, 3), Asked("2026-03-07", 50, 50, 9)
    made = forecast_of(STORED, Share((over, tonight)), ztf, NOW)
    told = forecast([3], [0.1])
    assert made == StoredForecast(
        *("ann", "bright", 1, "2026-03-07T12:00:00+00:00", ("2026-03-05",), 400, 40),
        *(told.expected, told.low, told.high, 0.9),
    )
    assert made.expected == 30
    assert forecast_of(STORED, Share((tonight,)), ztf, NOW) is None


def test_each_night_is_put_beside_the_forecast(delivered: Archive, ztf: Survey) -> None:
    found = score(delivered, ztf, EVERYWHERE, KEPT, 12.0)
    passing = {night: len(delivered.passing(CONDITION, [night])) for night in delivered.nights()}
    assert [(n.night, n.read, n.passed, n.sent) for n, _ in found.nights] == [
        (night, 40, passed, passed - passed // 5) for night, passed in passing.items()
    ]
    assert [outcome for _, outcome in found.nights] == ["of the forecast", "inside", "inside"]
    assert (found.judged, found.inside) == (2, 2)


@pytest.mark.parametrize(
    ("low", "high", "outcome"), [(38, 39, Outcome.FEWER), (0, 1, Outcome.MORE)]
)
def test_a_night_may_be_outside(
    delivered: Archive, ztf: Survey, low: int, high: int, outcome: Outcome
) -> None:
    found = score(delivered, ztf, EVERYWHERE, replace(KEPT, low=low, high=high), 12.0)
    assert [each for _, each in found.nights] == [Outcome.FORECAST, outcome, outcome]
    assert (found.judged, found.inside) == (2, 0)


def test_what_is_not_over_or_read_in_part_does_not_count(delivered: Archive, ztf: Survey) -> None:
    part = Ran("ann", "bright", 1, CONDITION, (Stretch("ztf", 0, 110, None),))
    found = score(delivered, ztf, part, KEPT, 12.0)
    assert [(night.night, night.read, outcome) for night, outcome in found.nights] == [
        ("2026-03-06", 30, Outcome.PART),
        ("2026-03-08", 40, Outcome.INSIDE),
    ]
    years = 24.0 * 365 * 1000
    found = score(delivered, ztf, EVERYWHERE, KEPT, years)
    assert [outcome for _, outcome in found.nights] == [Outcome.FORECAST, *[Outcome.RUNNING] * 2]


def test_an_empty_archive_has_no_night_to_score(ztf: Survey, tmp_path: Path) -> None:
    assert score(Archive(tmp_path, "ztf"), ztf, EVERYWHERE, KEPT, 12.0).nights == ()
    night = VersionNight("2026-03-05", 3, 2, 1, 1)
    assert (night.passed, night.is_whole) == (2, False)


@pytest.fixture
def broker(delivered: Archive, tmp_path: Path) -> Broker:
    config = Config(data=tmp_path, archive=delivered.folder.parent, owner="ann")
    broker = Broker(config)
    broker.store.commit([STORED], "ann")
    return broker


def test_a_filter_without_a_forecast_says_how_to_get_one(broker: Broker) -> None:
    with pytest.raises(ConfigError) as failure:
        broker.past.score("bright")
    assert failure.value.code == "no-forecast"
    assert failure.value.message == (
        "bright@1 has no forecast: no finished night of ztf was archived when it was submitted"
    )
    assert failure.value.remedy == (
        "submit it again once there is one, and nights from then on are scored; or see what it"
        " passes of past nights: minibroker backtest bright@1"
    )


def test_the_command_prints_nights_and_how_many_are_inside(
    broker: Broker, capsys: pytest.CaptureFixture[str]
) -> None:
    (share,) = newest_shares(broker.archive("ztf"), [CONDITION])
    made = forecast_of(STORED, Share(share.nights[:1]), broker.survey("ztf"), NOW)
    assert made is not None
    broker.store.put_forecasts([made])
    words = ["score", "bright@1", "--set", f"data={broker.config.data}", "--set", "owner=ann"]
    words += ["--set", f"archive={broker.config.archive_folder}"]
    with pytest.raises(SystemExit, match="0"):
        main(words)
    *_, said, judged = capsys.readouterr().out.splitlines()
    assert said.startswith("forecast of 2026-03-07T12:00:00+00:00: about ")
    assert said.endswith("(from 2026-03-05)")
    assert judged == "nights inside the interval: 2 of 2 that count; 90% should be"
    with pytest.raises(SystemExit, match="0"):
        main([*words, "--json"])
    told = json.loads(capsys.readouterr().out)
    assert (told["ok"], told["filter"], told["version"]) == (True, "bright", 1)
    assert (told["judged"], told["inside"]) == (2, 2)
    assert told["forecast"]["nights"] == ["2026-03-05"]
    assert [row["outcome"] for row in told["rows"]] == ["of the forecast", "inside", "inside"]
