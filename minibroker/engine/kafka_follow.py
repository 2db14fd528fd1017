"""Reading topics as they grow: from any point, alone or as a member of a consumer group."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Self

from confluent_kafka import (
    OFFSET_BEGINNING,
    Consumer,
    KafkaError,
    KafkaException,
    TopicPartition,
)

from minibroker.engine.kafka import SECONDS, Kafka, packet_of, patiently
from minibroker.model.packet import Packet
from minibroker.model.start import Edge, Start

SILENT_SECONDS = 30.0
"""After so long without a message Kafka is asked whether it is there at all."""
PATIENCE_SECONDS = 60.0
"""How long Kafka may be away, to be restarted say, before that is an error."""


class Following:
    """Committed packets of some topics as they arrive: a context manager and an iterator.

    It has no end, but with ``until_end`` it stops where each partition ended when it got there.
    A ``group`` goes on behind what it was told to be `done`, wherever ``start`` is; a partition
    that it has not read begins at ``start``, which may be an offset for each partition. With
    ``partition`` just that one is read. Raises OutsideError for a topic that is not there.
    ``ends`` has, with ``until_end``, where each partition ended.
    """

    def __init__(
        self,
        kafka: Kafka,
        topics: Sequence[str],
        start: Start | Mapping[int, int],
        group: str = "",
        until_end: bool = False,
        partition: int | None = None,
    ) -> None:
        self.ends: dict[tuple[str, int], int] = {}
        self._kafka = kafka
        self._start = start
        self._until_end = until_end
        self._open: set[tuple[str, int]] | None = None
        self._heard = time.monotonic()
        settings: dict[str, Any] = {
            "isolation.level": "read_committed",
            "auto.offset.reset": "earliest",
            "enable.partition.eof": until_end,
        }
        if group:
            # What is kept is what was done with, and it is kept every few seconds and at the end.
            stored = {"enable.auto.commit": True, "enable.auto.offset.store": False}
            settings |= {"group.id": group, **stored}
        if partition is not None:
            # One of many readers of a topic: what each holds ahead adds up.
            settings["queued.max.messages.kbytes"] = 16 * 1024
        self._is_member = bool(group)
        self._consumer = kafka.consumer(settings)
        try:
            with kafka.told():
                places = [
                    TopicPartition(topic, number)
                    for topic in topics
                    for number in kafka.partitions(self._consumer, topic)
                    if partition in (None, number)
                ]
                if group:
                    self._consumer.subscribe(list(topics), on_assign=self._join)
                else:
                    self._assign(self._starts(places))
        except BaseException:
            self._consumer.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._consumer.close()

    def __iter__(self) -> Iterator[Packet]:
        while not self.is_over:
            packet = self.poll(0.5)
            if packet is not None:
                yield packet

    @property
    def is_over(self) -> bool:
        """Whether every partition has been read to where it ended; never without until_end."""
        return self._until_end and self._open == set()

    def poll(self, seconds: float) -> Packet | None:
        """Return the next packet, None when there is none yet after so many seconds or earlier.

        Raises OutsideError when Kafka has gone away: a client of it would wait without a word.
        """
        with self._kafka.told():
            message = self._consumer.poll(seconds)
        if message is None:
            self._ask_whether_it_is_there()
            return None
        self._heard = time.monotonic()
        error = message.error()
        if error is None:
            return packet_of(message)
        if error.code() != KafkaError._PARTITION_EOF:
            raise self._kafka.away(KafkaException(error))
        assert self._open is not None
        place = (str(message.topic()), int(message.partition() or 0))
        self.ends[place] = int(message.offset() or 0)
        self._open.discard(place)
        return None

    def _ask_whether_it_is_there(self) -> None:
        if time.monotonic() - self._heard > SILENT_SECONDS:
            self._kafka.await_ready(PATIENCE_SECONDS)
            self._heard = time.monotonic()

    def done(self, packet: Packet) -> None:
        """Let the group go on behind this packet and all before it in its partition."""
        if self._is_member:
            place = TopicPartition(packet.topic, packet.partition, packet.offset + 1)
            with self._kafka.told():
                self._consumer.store_offsets(offsets=[place])

    def _join(self, consumer: Consumer, places: list[TopicPartition]) -> None:
        known = consumer.committed(places, timeout=SECONDS)
        new = self._starts([place for place in known if place.offset < 0])
        self._assign([*(place for place in known if place.offset >= 0), *new])

    def _assign(self, places: list[TopicPartition]) -> None:
        self._open = {(place.topic, place.partition) for place in places}
        self._consumer.assign(places)

    def _starts(self, places: list[TopicPartition]) -> list[TopicPartition]:
        match self._start:
            case Edge.EARLIEST:
                return [TopicPartition(p.topic, p.partition, OFFSET_BEGINNING) for p in places]
            case Edge.LATEST:
                return [self._end(place) for place in places]
            case Mapping() as offsets:
                return [TopicPartition(p.topic, p.partition, offsets[p.partition]) for p in places]
            case datetime() as time:
                milliseconds = round(time.timestamp() * 1000)
                asked = [TopicPartition(p.topic, p.partition, milliseconds) for p in places]
                if not asked:
                    return []
                found = patiently(lambda: self._consumer.offsets_for_times(asked, timeout=SECONDS))
                # No message is that new yet: the next one will be.
                return [each if each.offset >= 0 else self._end(each) for each in found]

    def _end(self, place: TopicPartition) -> TopicPartition:
        _, end = self._kafka.ends_of(self._consumer, place.topic, place.partition)
        return TopicPartition(place.topic, place.partition, end)
