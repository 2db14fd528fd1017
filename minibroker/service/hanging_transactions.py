"""Transactions that are open in a topic and that nobody can commit: Kafka has lost their owner."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from minibroker.model.errors import OutsideError

if TYPE_CHECKING:
    from minibroker.engine.flink import Planner
    from minibroker.engine.kafka_watch import KafkaWatch, Place

OPEN_SECONDS = 5.0
"""How long a partition may have the same transaction open before Kafka is asked whose it is,
besides the time of two checkpoints, at which a running job ends its own."""


@dataclass(frozen=True)
class HangingTransactions:
    """Finds and ends them; ``planner`` starts a JVM, ``properties`` are those of a client in it.

    Only in topics that nobody else sends to: Kafka does not tell of others' transactions to who may
    not know them, and does not say so.
    """

    watch: KafkaWatch
    planner: Callable[[], Planner]
    properties: Mapping[str, str]
    checkpoint: float
    """Seconds from one checkpoint of the jobs that send there to the next."""

    def check(self, topics: Mapping[str, int]) -> str:
        """Say that none of these topics, given with their partitions, has one."""
        found = self._find(topics)
        if found:
            raise OutsideError(
                "transaction-lost",
                "Kafka has lost the owner of an open transaction, for which readers wait:"
                f" {_named(found)}",
                "run `minibroker up`, which aborts it",
            )
        return "each that is open has an owner"

    def find_twice(self, topics: Mapping[str, int]) -> list[Place]:
        """Return those of these topics, given with their partitions, that two looks find.

        Between them a while passes: a coordinator may just have moved to another broker.
        """
        found = self._find(topics)
        return [place for place in self._find(topics) if place in found] if found else []

    def end(self, place: Place, tell: Callable[[str], None]) -> None:
        """Abort what hangs there, and tell; what a job or Kafka can still end is left alone."""
        if self.planner().abort_hanging([place], self.properties):
            tell(
                "Kafka had lost the owner of an open transaction, which is aborted:"
                f" {_named([place])}; `minibroker audit` names what was in it and is not delivered"
            )

    def _find(self, topics: Mapping[str, int]) -> list[Place]:
        stuck = self.watch.stuck(topics, OPEN_SECONDS + 2 * self.checkpoint)
        return self.planner().hanging(stuck, self.properties) if stuck else []


@dataclass
class OpenSince:
    """Remembers, look by look, since when a partition has had the same transaction open."""

    patience: float
    """Seconds, longer than a job takes from checkpoint to checkpoint."""
    _since: dict[Place, tuple[int, float]] = field(default_factory=dict)

    def look(self, found: Mapping[Place, int], now: float) -> list[Place]:
        """Take in what is open at a moment, and return what was for longer than patience lasts."""
        before = self._since
        self._since = {
            place: before[place] if place in before and before[place][0] == at else (at, now)
            for place, at in found.items()
        }
        return sorted(
            place for place, (_, since) in self._since.items() if now - since > self.patience
        )


def waiting(stuck: Iterable[Place]) -> str:
    """Say what it means that the same transaction stays open in these partitions."""
    return f"readers wait for a transaction that stays open: {_named(stuck)}"


def _named(places: Iterable[Place]) -> str:
    return ", ".join(f"{topic} (partition {number})" for topic, number in places)
