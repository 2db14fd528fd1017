"""How many alerts a filter will pass in a night to come, from those of past nights."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

LEVEL = 0.9
"""The share of coming nights that the interval should hold."""

_DRAWS = 10_000
_SEED = 1
"""One series of counts has one forecast."""
_SCATTERS = np.exp(np.linspace(math.log(0.02), math.log(4.0), 24))
"""Candidates for how much a night's mean scatters about the long mean, relative to it."""
_USUAL_SCATTER = 0.5
_SPREAD_OF_SCATTER = 0.9
"""Median and width in the logarithm of the prior of the scatter: weather, moon and fields change
what a survey sends from night to night by a factor, rarely by less than a tenth."""


@dataclass(frozen=True)
class Forecast:
    """What a night will bring, if it is one of those that the filter was tried on."""

    expected: float
    """The mean."""
    low: int
    high: int
    """Both ends belong to the interval."""
    nights: int
    """How many nights it rests on."""
    level: float = LEVEL


def forecast(counts: Sequence[int], parts: Sequence[float] = ()) -> Forecast:
    """Forecast the count of one more night; ``counts`` are of the past ones, one at least.

    ``parts`` are the shares of each night that were counted, 0 to 1; without them, all of it.

    Nights are the sample, not alerts. A night's count is Poisson about a mean of its own, which
    is gamma-distributed about the long mean: the negative binomial. The long mean has a flat
    prior in its square root (Jeffreys for Poisson counts), the scatter a wide one about 50 %. The
    interval leaves out equal shares of the predictive distribution, over everything that the
    past nights leave open: few nights make it wide.
    """
    if not counts:
        raise ValueError("a forecast needs a night")
    dice = np.random.default_rng(_SEED)
    counted = np.asarray(counts, dtype=float)
    shares = np.asarray(parts or [1.0] * len(counts))
    means, scatters = _posterior(counted, shares, dice)
    shape = scatters**-2.0
    drawn = dice.poisson(dice.gamma(shape, means / shape))
    tail = (1.0 - LEVEL) / 2.0
    low, high = np.quantile(drawn, (tail, 1.0 - tail), method="inverted_cdf")
    # The mean of the draws hangs on their rare largest ones; that of the nights does not.
    return Forecast(float(np.mean(counted / shares)), int(low), int(high), len(counts))


def _posterior(
    counts: NDArray[np.float64], parts: NDArray[np.float64], dice: np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Draw long means and scatters by what the counts say of them, from a grid."""
    middle = (counts.sum() + 0.5) / parts.sum()
    reach = 6.0 / math.sqrt(len(counts)) + 6.0 / math.sqrt(middle * parts.sum())
    means = middle * np.exp(np.linspace(-reach, min(reach, 4.0), 80))
    shapes = _SCATTERS**-2.0
    prior = -0.5 * (np.log(_SCATTERS / _USUAL_SCATTER) / _SPREAD_OF_SCATTER) ** 2
    log = 0.5 * np.log(means)[:, None] + prior[None, :]
    pairs, times = np.unique(np.stack([counts, parts]), axis=1, return_counts=True)
    for value, part, repeated in zip(*pairs, times, strict=True):
        log += repeated * _log_likelihood(value, part * means[:, None], shapes)
    chance = np.exp(log - log.max()).ravel()
    chosen = dice.choice(chance.size, _DRAWS, p=chance / chance.sum())
    rows, columns = np.divmod(chosen, len(_SCATTERS))
    return means[rows], _SCATTERS[columns]


def _log_likelihood(
    count: float, mean: NDArray[np.float64], shape: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the logarithm of the negative binomial, less what depends on the count alone."""
    ways = np.array([math.lgamma(count + each) - math.lgamma(each) for each in shape])
    whole = np.log(shape + mean)
    likelihood: NDArray[np.float64] = (
        ways + shape * (np.log(shape) - whole) + count * (np.log(mean) - whole)
    )
    return likelihood
