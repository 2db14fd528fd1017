"""The kinds of values that settings are declared with: a type and what is taken of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any


@dataclass(frozen=True)
class Allowed:
    """Which values of a type are taken."""

    wanted: str
    """In words, as an error and the reference say it."""
    admits: Callable[[Any], bool]


def _written(pattern: str) -> Callable[[str], bool]:
    return lambda value: re.fullmatch(pattern, value) is not None


UNITS = "ms|milli(second)?s?|s|sec(ond)?s?|m|min(ute)?s?|h(our)?s?"
"""Flink's names of them; without one it takes milliseconds."""
TOPIC = r"[A-Za-z0-9._-]{1,249}"

Number = Annotated[int, Allowed("a whole number from 0 on", lambda value: value >= 0)]
Positive = Annotated[int, Allowed("a whole number from 1 on", lambda value: value >= 1)]
Port = Annotated[int, Allowed("a port from 1 to 65535", lambda value: 1 <= value <= 65_535)]
Brokers = Annotated[int, Allowed("1 or 3", lambda value: value in (1, 3))]
Percent = Annotated[float, Allowed("a number from 0 to 100", lambda value: 0 <= value <= 100)]
Duration = Annotated[
    str, Allowed("a time as 500 ms, 1 s or 2 min", _written(rf"[1-9][0-9]* *({UNITS})?"))
]


def seconds(duration: str) -> float:
    """Return the seconds of a `Duration`."""
    number, unit = re.fullmatch(r"(\d+) *([a-z]*)", duration).groups()  # type: ignore[union-attr]
    if unit in ("", "ms") or unit.startswith("milli"):
        return int(number) / 1000
    return int(number) * {"s": 1.0, "m": 60.0, "h": 3600.0}[unit[0]]


# It is part of a topic's name, beside a filter's own of up to 63 characters.
Owner = Annotated[
    str, Allowed("1 to 100 of A-Z, a-z, 0-9, dot, _ and -", _written(r"[A-Za-z0-9._-]{1,100}"))
]
Topics = Annotated[
    str, Allowed("a topic's name, or several divided by ;", _written(f"{TOPIC}(;{TOPIC})*"))
]
