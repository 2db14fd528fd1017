"""Transactions that are open in a topic and that nobody can commit: Kafka has lost their owner."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from minibroker.model.errors import OutsideError

if TYPE_CHECKING:
    from minibroker.engine.flink import Planner
    from minibroker.engine.kafka_watch import KafkaWatch, Place

OURS = "minibroker."
"""What the topics that our jobs send to begin with."""
OPEN_SECONDS = 5.0
"""How long a partition may have the same transaction open before Kafka is asked whose it is.

Most running jobs end theirs before, at a checkpoint; one that takes longer costs the question."""


@dataclass(frozen=True)
class HangingTransactions:
    """Finds and ends them; ``planner`` starts a JVM, ``properties`` are those of a client in it."""

    watch: KafkaWatch
    planner: Callable[[], Planner]
    properties: Mapping[str, str]

    def check(self, topics: Mapping[str, int]) -> str:
        """Say that none of these topics, given with their partitions, has one."""
        found = self._found(topics)
        if found:
            raise OutsideError(
                "transaction-lost",
                "Kafka has lost the owner of an open transaction, for which readers wait:"
                f" {_named(found)}",
                "run `minibroker up`, which aborts it",
            )
        return "each that is open has an owner"

    def end(self, topics: Mapping[str, int], tell: Callable[[str], None]) -> bool:
        """Abort those of these topics, given with their partitions; return whether there were any.

        What a job or Kafka itself can still end is left alone.
        """
        found = self._found(topics)
        if found:
            # Once more, after a while: a coordinator may just have moved to another broker.
            again = [place for place in self._stuck(topics) if place in found]
            found = self.planner().abort_hanging(again, self.properties) if again else []
        if found:
            tell(
                "Kafka had lost the owner of an open transaction, which is aborted:"
                f" {_named(found)}; `minibroker audit` names what was in it and is not delivered"
            )
        return bool(found)

    def _found(self, topics: Mapping[str, int]) -> list[Place]:
        stuck = self._stuck(topics)
        return self.planner().hanging(stuck, self.properties) if stuck else []

    def _stuck(self, topics: Mapping[str, int]) -> list[Place]:
        return self.watch.stuck(our_topics(topics), OPEN_SECONDS)


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


def our_topics(topics: Mapping[str, int]) -> dict[str, int]:
    """Return those topics, given with their partitions, that our jobs send to."""
    return {name: count for name, count in topics.items() if name.startswith(OURS)}


def waiting(stuck: Iterable[Place]) -> str:
    """Say what it means that the same transaction stays open in these partitions."""
    return f"readers wait for a transaction that stays open: {_named(stuck)}"


def _named(places: Iterable[Place]) -> str:
    return ", ".join(f"{topic} (partition {number})" for topic, number in places)
