"""A series of numbers as a line of little bars."""

from __future__ import annotations

from collections.abc import Sequence

BARS = "▁▂▃▄▅▆▇█"


def sparkline(values: Sequence[float]) -> str:
    """Return a bar for each value, from zero to the largest; values are not negative."""
    top = max(values, default=0)
    steps = len(BARS) - 1
    return "".join(BARS[round(value / top * steps) if top else 0] for value in values)
