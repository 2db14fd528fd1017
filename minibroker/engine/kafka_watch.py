"""What Kafka holds and who is how far, asked of the brokers; no message is decoded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from time import monotonic, sleep

from confluent_kafka import (
    ConsumerGroupTopicPartitions,
    IsolationLevel,
    KafkaError,
    KafkaException,
    TopicPartition,
)
from confluent_kafka.admin import AdminClient, OffsetSpec  # type: ignore[attr-defined]

from minibroker.engine.kafka import SECONDS, Kafka, patiently

Place = tuple[str, int]
"""A topic and one of its partitions."""
PAUSE = 0.3
"""Seconds between two looks at what is open."""
SAMPLE = 5
"""Newest messages of a partition whose sizes are looked at."""


@dataclass(frozen=True)
class Group:
    """How far a consumer group is."""

    name: str
    state: str
    committed: Mapping[Place, int]
    """The offset that it reads next, where it has kept one."""


class KafkaWatch:
    """Asks a cluster; OutsideError when it does not answer."""

    def __init__(self, kafka: Kafka) -> None:
        self._kafka = kafka
        self._admin: AdminClient = kafka.admin

    def ends(self, topics: Mapping[str, int]) -> dict[Place, tuple[int, int]]:
        """Return both ends of every partition of some topics, given with their partitions."""
        first = self._offsets(topics, OffsetSpec.earliest())  # type: ignore[no-untyped-call]
        last = self._offsets(topics, OffsetSpec.latest())  # type: ignore[no-untyped-call]
        return {place: (first[place], last[place]) for place in first if place in last}

    def open(self, topics: Mapping[str, int]) -> dict[Place, int]:
        """Return where a transaction is open, the first offset that waits for it.

        A reader of what is committed gets nothing of that partition from there on.
        """
        last = OffsetSpec.latest()  # type: ignore[no-untyped-call]
        # First: what is committed between the two questions is not taken for open.
        written = self._offsets(topics, last, IsolationLevel.READ_UNCOMMITTED)
        committed = self._offsets(topics, last)
        return {place: at for place, at in committed.items() if at < written.get(place, at)}

    def stuck(self, topics: Mapping[str, int], seconds: float) -> list[Place]:
        """Return the partitions in which the same transaction stays open for so long."""
        deadline = monotonic() + seconds
        waiting = self.open(topics)
        is_over = False
        while waiting and not is_over:
            sleep(PAUSE)
            # Before it: however late it comes, there is a look at the end.
            is_over = monotonic() >= deadline
            now = self.open(topics)
            waiting = {place: at for place, at in waiting.items() if now.get(place) == at}
        return sorted(waiting)

    def groups(self) -> list[Group]:
        """Return every group that has kept an offset, by name."""
        with self._kafka.told():
            listed = self._admin.list_consumer_groups(request_timeout=SECONDS).result()
            states = {each.group_id: each.state.name.lower() for each in listed.valid}
            # One question a group: that is all the brokers take.
            asked = {
                name: self._admin.list_consumer_group_offsets(
                    [ConsumerGroupTopicPartitions(name)], request_timeout=SECONDS
                )[name]
                for name in sorted(states)
            }
            found = {name: future.result().topic_partitions or [] for name, future in asked.items()}
        groups = (
            Group(
                name,
                states[name],
                {(p.topic, p.partition): p.offset for p in places if p.offset >= 0},
            )
            for name, places in found.items()
        )
        return [group for group in groups if group.committed]

    def sample(self, ends: Mapping[Place, tuple[int, int]]) -> dict[str, float]:
        """Return the mean size in bytes of the newest messages of each topic that has some."""
        places = {
            place: TopicPartition(*place, max(first, last - SAMPLE))
            for place, (first, last) in ends.items()
            if last > first
        }
        sizes: dict[str, list[int]] = {topic: [] for topic, _ in places}
        settings = {"enable.partition.eof": True, "isolation.level": "read_committed"}
        consumer = self._kafka.consumer(settings)
        deadline = monotonic() + SECONDS
        try:
            consumer.assign(list(places.values()))
            waiting = set(places)
            while waiting and monotonic() < deadline:
                message = consumer.poll(0.2)
                if message is None:
                    continue
                error = message.error()
                place = (str(message.topic()), int(message.partition() or 0))
                if error is None:
                    sizes[place[0]].append(len(message))
                elif error.code() == KafkaError._PARTITION_EOF:
                    waiting.discard(place)
                else:
                    raise self._kafka.away(KafkaException(error))
        finally:
            consumer.close()
        return {topic: fmean(found) for topic, found in sizes.items() if found}

    def _offsets(
        self,
        topics: Mapping[str, int],
        spec: OffsetSpec,
        isolation: IsolationLevel = IsolationLevel.READ_COMMITTED,
    ) -> dict[Place, int]:
        wanted = {
            TopicPartition(topic, number): spec
            for topic, partitions in topics.items()
            for number in range(partitions)
        }
        if not wanted:
            return {}

        def ask() -> dict[Place, int]:
            futures = self._admin.list_offsets(
                wanted, isolation_level=isolation, request_timeout=SECONDS
            )
            return {(p.topic, p.partition): f.result().offset for p, f in futures.items()}

        with self._kafka.told():
            return patiently(ask)


def disk_sizes(log: Path, topics: Iterable[str]) -> dict[str, int]:
    """Return the bytes that each topic's segments have in the log folder of a Kafka."""
    sizes = dict.fromkeys(topics, 0)
    for segment in log.glob("*-*/*.log"):
        topic = segment.parent.name.rpartition("-")[0]
        if topic in sizes:
            try:
                sizes[topic] += segment.stat().st_size
            except FileNotFoundError:  # Kafka drops old segments while they are counted.
                continue
    return sizes
