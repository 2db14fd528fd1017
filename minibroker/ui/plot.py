"""Drawings in a file, by matplotlib, which is an extra."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from minibroker.model.errors import ConfigError
from minibroker.service.folder import check_file

if TYPE_CHECKING:
    from minibroker.service.backtest import Backtest

KINDS = (".png", ".svg")


def check_plot(file: Path) -> None:
    """Raise ConfigError for a file that nothing can be drawn into: before the archive is read."""
    if file.suffix not in KINDS:
        raise ConfigError(
            "plot-kind", f"{file}: drawings are {' or '.join(KINDS)}", "name such a file"
        )
    check_file(file)
    import_module("matplotlib.figure")


def plot_backtest(found: Backtest, title: str, file: Path) -> None:
    """Draw what passed night by night, with the forecast, into a .png or .svg file."""
    from matplotlib.figure import Figure

    nights = [night.night for night in found.tallies.nights]
    forecast = found.forecast
    figure = Figure(figsize=(8.0, 4.0), layout="constrained")
    axes = figure.add_subplot()
    axes.bar(nights, [night.tally.passed for night in found.tallies.nights], color="tab:blue")
    axes.axhspan(forecast.low, forecast.high, color="tab:orange", alpha=0.2)
    axes.axhline(forecast.expected, color="tab:orange", label=f"forecast, {forecast.level:.0%}")
    axes.set_ylabel("alerts that pass")
    axes.set_title(title)
    axes.tick_params(axis="x", rotation=45 if len(nights) > 6 else 0)
    axes.set_xticks(axes.get_xticks()[:: max(len(nights) // 20, 1)])
    axes.set_ylim(bottom=0)
    axes.legend()
    try:
        figure.savefig(file)
    except OSError as error:
        raise ConfigError(
            "plot-unwritable", f"{file}: {error.strerror}", "name a file that can be written"
        ) from error
