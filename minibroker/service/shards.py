"""Which of a survey's filter jobs, called shards, runs which filter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from minibroker.engine.store import FilterState, StoredFilter

HELD = (FilterState.RUNNING, FilterState.PAUSED)
"""Filters that have a place in a shard: a paused one can be resumed without moving."""


def place(filters: Iterable[StoredFilter], held: Iterable[StoredFilter], size: int) -> list[int]:
    """Return a shard for each of these filters of a survey, none above ``size`` filters.

    ``held`` are the survey's filters that have a place. A filter that is among them keeps its
    own; each other goes to the first shard with room, beginning with the one it is marked with.
    """
    keeps = {(each.owner, each.name): each.shard for each in held}
    taken = Counter(keeps.values())
    chosen = []
    for each in filters:
        shard = keeps.get((each.owner, each.name))
        if shard is None:
            wanted = (each.shard, *range(len(taken) + 1))
            shard = next(number for number in wanted if taken[number] < size)
            taken[shard] += 1
        chosen.append(shard)
    return chosen
