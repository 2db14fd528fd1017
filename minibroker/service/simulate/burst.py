"""A visit as Rubin sends it: each CCD's alerts in one burst, all of them within seconds."""

from __future__ import annotations

import numpy as np

BURSTS = 189
"""CCDs of the camera: each is processed for itself and sends its alerts at once (DMTN-149)."""
SPREAD = 3.0
"""Seconds from the first burst to the last (DMTN-149)."""


def burst_times(alerts: int, seed: int, visit: int) -> list[float]:
    """Return when each of a visit's alerts is sent, in seconds after the first, ascending.

    One seed gives one visit the same bursts whenever it is sent.
    """
    rng = np.random.default_rng((seed, visit))
    begins = np.sort(rng.uniform(0.0, SPREAD, BURSTS))
    sizes = rng.multinomial(alerts, np.full(BURSTS, 1.0 / BURSTS))
    times: list[float] = np.repeat(begins - begins[0], sizes).tolist()
    return times
