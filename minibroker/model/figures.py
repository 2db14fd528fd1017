"""How a number is written for people."""

from __future__ import annotations


def readable(value: float) -> str:
    """Return a number with ten figures, and more where seven decimals need them.

    What was single precision shows none of the digits that widening gave it; a Julian date is
    told to a hundredth of a second.
    """
    if 1e3 <= abs(value) < 1e9:
        return f"{value:.7f}".rstrip("0").rstrip(".")
    return f"{value:.10g}"
