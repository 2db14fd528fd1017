"""Doing several things of which none waits for another."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from minibroker.model.errors import BrokerError


def attempt_all(steps: Iterable[Callable[[], None]], tell: Callable[[str], None]) -> None:
    """Take every step, then raise what the first that failed said; what others said is told."""
    failures: list[BrokerError] = []
    for step in steps:
        try:
            step()
        except BrokerError as failure:
            if failures:
                tell(failure.message + (f" ({failure.remedy})" if failure.remedy else ""))
            failures.append(failure)
    if failures:
        raise failures[0]
