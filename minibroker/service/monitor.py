"""Rates, lags and sizes of topics, from two looks at the brokers."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from minibroker.engine.kafka import Kafka
from minibroker.engine.kafka_watch import Group, KafkaWatch, Place, disk_sizes
from minibroker.model.errors import ConfigError
from minibroker.model.toml_table import closest


@dataclass(frozen=True)
class PartitionState:
    """One partition: the first offset kept, the one after the last, and what arrives."""

    topic: str
    partition: int
    begin: int
    end: int
    rate: float
    """Messages a second since the look before."""


@dataclass(frozen=True)
class TopicState:
    """One topic."""

    topic: str
    partitions: int
    messages: int
    """Offsets from begin to end; a transaction's marker takes one that no message has."""
    rate: float
    bytes: int | None
    """What the messages kept take; None where nothing is known of it."""
    bytes_are: str
    """``on disk``: of Kafka's own files; ``estimated``: messages by the size of the newest."""


@dataclass(frozen=True)
class GroupState:
    """How far a consumer group is in one topic."""

    group: str
    topic: str
    state: str
    lag: int
    """Messages that it has not read yet, all partitions together."""
    rate: float
    """Messages read a second since the look before."""
    lags: Mapping[int, int]
    """By partition."""


@dataclass(frozen=True)
class Look:
    """What was seen at one time."""

    time: str
    """UTC, ISO 8601."""
    topics: list[TopicState]
    partitions: list[PartitionState]
    groups: list[GroupState]


@dataclass(frozen=True)
class _Seen:
    at: float
    ends: Mapping[Place, tuple[int, int]]
    groups: Sequence[Group]


class Monitor:
    """Looks at some topics again and again, or at all where none is named.

    ``log`` is the folder of Kafka's own files, None where Kafka runs elsewhere: then sizes are
    estimated from the newest messages.
    """

    def __init__(self, kafka: Kafka, log: Path | None, topics: Sequence[str]) -> None:
        self._kafka = kafka
        self._watch = KafkaWatch(kafka)
        self._log = log
        self._wanted = topics
        self._means: dict[str, float] = {}
        self._before = self._see()

    def look(self, seconds: float) -> Look:
        """Wait so many seconds and return what is there, with rates since the look before."""
        time.sleep(seconds)
        before, now = self._before, self._see()
        self._before = now
        passed = max(now.at - before.at, 1e-9)
        partitions = [
            PartitionState(*place, begin, end, (end - before.ends.get(place, (0, end))[1]) / passed)
            for place, (begin, end) in sorted(now.ends.items())
        ]
        stamp = datetime.now(UTC).isoformat(timespec="seconds")
        groups = [
            state for group in now.groups for state in _groups(group, now.ends, before, passed)
        ]
        return Look(stamp, self._topics(partitions, now), partitions, groups)

    def _see(self) -> _Seen:
        topics = self._kafka.topics()
        for name in self._wanted:
            if name not in topics:
                raise ConfigError(
                    "topic-unknown",
                    f"Kafka at {self._kafka.bootstrap} has no topic {name!r}"
                    + closest(name, topics),
                    f"it has {', '.join(sorted(topics)) or 'none'}",
                )
        chosen = {name: topics[name] for name in self._wanted or topics}
        ends = self._watch.ends(chosen)
        return _Seen(time.monotonic(), ends, self._watch.groups())

    def _topics(self, partitions: Sequence[PartitionState], now: _Seen) -> list[TopicState]:
        names = list(dict.fromkeys(each.topic for each in partitions))
        sizes: Mapping[str, int] = {}
        if self._log is not None:
            sizes = disk_sizes(self._log, names)
        else:
            unknown = {p: e for p, e in now.ends.items() if p[0] not in self._means}
            self._means |= self._watch.sample(unknown)
        states = []
        for name in names:
            own = [each for each in partitions if each.topic == name]
            messages = sum(each.end - each.begin for each in own)
            size = sizes.get(name)
            if self._log is None and name in self._means:
                size = round(messages * self._means[name])
            kind = "on disk" if self._log is not None else "estimated"
            rate = sum(each.rate for each in own)
            states.append(TopicState(name, len(own), messages, rate, size, kind))
        return states


def _groups(
    group: Group, ends: Mapping[Place, tuple[int, int]], before: _Seen, passed: float
) -> list[GroupState]:
    earlier = next((each.committed for each in before.groups if each.name == group.name), {})
    states = []
    for topic in sorted({place[0] for place in group.committed if place in ends}):
        own = {
            place: offset
            for place, offset in group.committed.items()
            if place[0] == topic and place in ends
        }
        # What was dropped by age can no longer be read.
        lags = {p[1]: max(0, ends[p][1] - max(at, ends[p][0])) for p, at in sorted(own.items())}
        read = sum(at - earlier.get(place, at) for place, at in own.items())
        states.append(
            GroupState(group.name, topic, group.state, sum(lags.values()), read / passed, lags)
        )
    return states
