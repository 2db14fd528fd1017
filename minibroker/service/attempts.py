"""Doing several things of which none waits for another."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from minibroker.model.errors import BrokerError


def attempt_all(steps: Iterable[Callable[[], None]], tell: Callable[[str], None]) -> None:
    """Take every step, then raise what the first that failed said; what others said is told.

    What ends the rest, as Ctrl-C does, is raised at once, and the first failure told before.
    """
    first: BrokerError | None = None
    for step in steps:
        try:
            step()
        except BrokerError as failure:
            if first is None:
                first = failure
            else:
                tell(failure.sentence)
        except BaseException:
            if first is not None:
                tell(first.sentence)
            raise
    if first is not None:
        raise first
