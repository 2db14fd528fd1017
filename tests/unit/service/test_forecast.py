"""The forecast holds what it says it holds, for nights that scatter little and much."""

from __future__ import annotations

import numpy as np
import pytest

from minibroker.service.forecast import LEVEL, forecast

TRIALS = 40


def _coverage(nights: int, mean: float, scatter: float, shape: str, part: float = 1.0) -> float:
    """Return how many intervals of TRIALS hold the night after the ones they were made of.

    Of each night but the coming one, ``part`` was counted.
    """
    dice = np.random.default_rng(nights)
    held = 0
    for _ in range(TRIALS):
        if shape == "gamma":
            means = dice.gamma(scatter**-2, mean * scatter**2, nights + 1)
        else:
            width = np.sqrt(np.log1p(scatter**2))
            means = mean * np.exp(dice.normal(-(width**2) / 2, width, nights + 1))
        parts = np.append(np.full(nights, part), 1.0)
        *past, coming = (int(count) for count in dice.poisson(means * parts))
        told = forecast(past, [part] * nights)
        held += told.low <= coming <= told.high
    return held / TRIALS


@pytest.mark.parametrize("shape", ["gamma", "log-normal"])
@pytest.mark.parametrize("nights", [1, 3, 10])
def test_the_interval_holds_its_share_of_coming_nights(nights: int, shape: str) -> None:
    reached = {
        (mean, scatter): _coverage(nights, mean, scatter, shape)
        for mean in (0.5, 200.0)
        for scatter in (0.1, 0.5, 1.0)
    }
    assert np.mean(list(reached.values())) >= LEVEL - 0.01, reached
    assert min(reached.values()) >= LEVEL - 0.15, reached


def test_it_holds_them_too_where_a_part_of_each_night_was_counted() -> None:
    reached = [_coverage(3, mean, 0.5, "gamma", 0.03) for mean in (0.5, 20.0, 5_000.0)]
    assert np.mean(reached) >= LEVEL - 0.05, reached


def test_a_part_of_a_night_is_scaled_up_and_says_less() -> None:
    whole, part = forecast([300] * 3), forecast([3] * 3, [0.01] * 3)
    assert part.expected == whole.expected == 300
    assert part.high - part.low > whole.high - whole.low
    assert forecast([5, 7], [1.0, 1.0]) == forecast([5, 7])


def test_few_nights_make_it_wide() -> None:
    widths = [(told := forecast([100] * nights)).high - told.low for nights in (1, 3, 10, 100)]
    assert widths == sorted(widths, reverse=True)
    assert widths[0] > 3 * widths[-1]


def test_nothing_passed_is_not_never() -> None:
    told = forecast([0, 0])
    assert (told.expected, told.low) == (0.0, 0)
    assert told.high >= 1
    assert forecast([0] * 1_000).high == 0


def test_one_series_has_one_forecast() -> None:
    assert forecast([3, 8, 200]) == forecast([3, 8, 200])


def test_no_night_is_no_forecast() -> None:
    with pytest.raises(ValueError, match="needs a night"):
        forecast([])
