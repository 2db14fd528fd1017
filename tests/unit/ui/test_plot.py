from pathlib import Path

import pytest

from minibroker.engine.nights import NightTally, Tallies, Tally, Visits
from minibroker.model.errors import ConfigError
from minibroker.service.backtest import Backtest
from minibroker.service.forecast import forecast
from minibroker.ui.plot import check_plot, plot_backtest
from minibroker.ui.sparkline import sparkline

NIGHTS = tuple(NightTally(f"2026-03-{day:02}", Tally(100, day, 0), 0) for day in range(1, 31))
FOUND = Backtest(
    survey="ztf",
    tallies=Tallies(NIGHTS, {}, {}, Visits(0, 0, 0, 0, 0)),
    forecast=forecast([night.tally.passed for night in NIGHTS]),
    quota=None,
    overlaps=(),
    columns=(),
    sample=(),
)


@pytest.mark.parametrize(("name", "magic"), [("a.png", b"\x89PNG"), ("a.svg", b"<?xml")])
def test_a_drawing_is_written(tmp_path: Path, name: str, magic: bytes) -> None:
    plot_backtest(FOUND, "bright", tmp_path / name)
    assert (tmp_path / name).read_bytes().startswith(magic)


def test_the_nights_are_on_the_axis(tmp_path: Path) -> None:
    plot_backtest(FOUND, "bright", tmp_path / "a.svg")
    text = (tmp_path / "a.svg").read_text()
    assert "<!-- 2026-03-01 -->" in text
    assert "<!-- forecast, 90% -->" in text


@pytest.mark.parametrize(
    ("name", "message"),
    [("a.pdf", "drawings are .png or .svg"), ("gone/a.png", "No such file")],
)
def test_a_drawing_that_cannot_be_is_told(tmp_path: Path, name: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        check_plot(tmp_path / name)


def test_a_sparkline_goes_from_zero_to_the_largest() -> None:
    assert sparkline([0, 1, 2]) == "▁▅█"
    assert sparkline([0, 0]) == "▁▁"
    assert sparkline([]) == ""
