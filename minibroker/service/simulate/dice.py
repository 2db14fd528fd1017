"""Random numbers that are a function of what they are for, not of when they are drawn.

An object's magnitude at an epoch must be the same in the alert of that epoch and in the
history of every later alert, whichever of them is simulated, so nothing here has a state.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.uint64]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_GOLDEN = 0x9E3779B97F4A7C15
_ODD = 0xD6E8FEB86659FD93
_WORD = 2**64


def key(*parts: int | Ints | Keys) -> Keys:
    """Return the key of a combination of whole numbers; arrays are broadcast."""
    arrays = [np.atleast_1d(np.asarray(part)).astype(np.uint64) for part in parts]
    result = _mixed(arrays[0] + np.uint64(_GOLDEN))
    for array in arrays[1:]:
        result = _mixed(result * np.uint64(_ODD) + _mixed(array + np.uint64(_GOLDEN)))
    return result


def uniform(keys: Keys, channel: int) -> Floats:
    """Return numbers in [0, 1), one a key; another channel gives independent ones."""
    mixed = _mixed(keys + np.uint64(channel * _GOLDEN % _WORD))
    return (mixed >> np.uint64(11)).astype(np.float64) * 2.0**-53


def normal(keys: Keys, channel: int) -> Floats:
    """Return numbers of mean 0 and variance 1."""
    radius = np.sqrt(-2.0 * np.log1p(-uniform(keys, 2 * channel + 1_000_001)))
    result: Floats = radius * np.cos(2.0 * np.pi * uniform(keys, 2 * channel + 1_000_002))
    return result


def whole(keys: Keys, channel: int, below: int) -> Ints:
    """Return whole numbers in [0, below)."""
    return (uniform(keys, channel) * below).astype(np.int64)


def _mixed(words: Keys) -> Keys:
    """Scramble 64 bits (the finalizer of splitmix64)."""
    words = (words ^ (words >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    words = (words ^ (words >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return words ^ (words >> np.uint64(31))
