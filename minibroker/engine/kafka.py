"""Kafka by confluent-kafka: topics, offsets, producing and reading packets."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from confluent_kafka import (
    OFFSET_BEGINNING,
    Consumer,
    KafkaError,
    KafkaException,
    Message,
    Producer,
    TopicPartition,
)
from confluent_kafka.admin import AdminClient
from confluent_kafka.admin._config import ConfigResource
from confluent_kafka.admin._resource import ResourceType
from confluent_kafka.cimpl import NewTopic as _NewTopic

from minibroker.model.errors import OutsideError
from minibroker.model.packet import Packet

SECONDS = 30.0
"""Deadline of every administrative call."""
QUIET_SECONDS = 30.0
"""How long a bounded read waits for the next packet before it says that Kafka is stuck."""
NO_LEADER = (
    KafkaError.LEADER_NOT_AVAILABLE,
    KafkaError.NOT_LEADER_FOR_PARTITION,
    KafkaError.UNKNOWN_TOPIC_OR_PART,
)
"""What a topic that was just made answers for a moment."""
LARGEST_MESSAGE = 16 * 1024 * 1024
"""Bytes; equals message.max.bytes of flink-conf/kafka.properties."""


@dataclass(frozen=True)
class NewTopic:
    """A topic that must exist."""

    name: str
    partitions: int = 1
    replication: int = 1


class Kafka:
    """One cluster; ``properties`` go to every client unchanged."""

    def __init__(self, bootstrap: str, properties: Mapping[str, str]) -> None:
        self.bootstrap = bootstrap
        # librdkafka would print each of its attempts; what it gives up on reaches us as errors.
        self._properties: dict[str, Any] = {
            "bootstrap.servers": bootstrap,
            "log_level": 0,
            **properties,
        }
        self._admin = AdminClient(self._properties)

    def await_ready(self, seconds: float) -> None:
        """Wait until the cluster answers; raise OutsideError when it does not."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                self._admin.list_topics(timeout=2.0)
                return
            except KafkaException as error:
                if time.monotonic() > deadline:
                    raise self._away(error) from error

    def broker_settings(self) -> dict[str, str]:
        """Return the settings of one of the brokers."""
        with _told(self):
            broker = min(self._admin.list_topics(timeout=SECONDS).brokers)
            asked = ConfigResource(ResourceType.BROKER, str(broker))
            (answer,) = self._admin.describe_configs([asked], request_timeout=SECONDS).values()
            return {name: str(entry.value) for name, entry in answer.result().items()}

    def topics(self) -> dict[str, int]:
        """Return every topic with its number of partitions, Kafka's own left out."""
        with _told(self):
            listed = self._admin.list_topics(timeout=SECONDS).topics
        return {
            name: len(topic.partitions)
            for name, topic in listed.items()
            if not name.startswith("__")
        }

    def ensure_topics(self, wanted: Iterable[NewTopic]) -> None:
        """Create the topics that do not exist; those that do are left as they are."""
        existing = self.topics()
        config = {"max.message.bytes": str(LARGEST_MESSAGE)}
        new = [
            _NewTopic(topic.name, topic.partitions, topic.replication, config=config)
            for topic in wanted
            if topic.name not in existing
        ]
        if not new:
            return
        with _told(self):
            for created in self._admin.create_topics(new, operation_timeout=SECONDS).values():
                created.result()
            # The controller has created them; this broker may need a moment to hear of it.
            names = {topic.topic for topic in new}
            deadline = time.monotonic() + SECONDS
            while not names <= self.topics().keys() and time.monotonic() < deadline:
                time.sleep(0.05)

    def ends(self, topic: str) -> dict[int, tuple[int, int]]:
        """Return per partition the first offset kept and the one after the last committed."""
        consumer = self._consumer({"isolation.level": "read_committed"})
        try:
            with _told(self):
                return self._watermarks(consumer, topic)
        finally:
            consumer.close()

    def committed(self, group: str, topic: str) -> dict[int, int]:
        """Return per partition the offset a consumer group reads next, where it has one."""
        consumer = self._consumer({"group.id": group})
        try:
            with _told(self):
                places = [
                    TopicPartition(topic, number) for number in self._watermarks(consumer, topic)
                ]
                found = consumer.committed(places, timeout=SECONDS)
                return {place.partition: place.offset for place in found if place.offset >= 0}
        finally:
            consumer.close()

    def has_open_transactions(self, topic: str) -> bool:
        """Whether a topic holds messages that are neither committed nor aborted yet."""
        everything = self._consumer({"isolation.level": "read_uncommitted"})
        try:
            with _told(self):
                return self._watermarks(everything, topic) != self.ends(topic)
        finally:
            everything.close()

    def produce(
        self, topic: str, packets: Iterable[Packet], each: Callable[[], None] = lambda: None
    ) -> int:
        """Send packets in order of arrival and return how many the brokers confirmed.

        Raises OutsideError with the first refusal; nothing is retried beyond Kafka's own rules.
        """
        producer = Producer(
            {
                **self._properties,
                "enable.idempotence": True,
                "message.max.bytes": LARGEST_MESSAGE,
                "compression.type": "none",
                "linger.ms": 5,
                "batch.size": 2 * 1024 * 1024,
                "queue.buffering.max.kbytes": 512 * 1024,
            }
        )
        refused: list[Any] = []
        confirmed = 0

        def delivered(error: Any, _: Message) -> None:
            nonlocal confirmed
            if error is None:
                confirmed += 1
            else:
                refused.append(error)

        for packet in packets:
            _send(producer, topic, packet, delivered)
            each()
            if refused:
                break
        producer.flush()
        if refused:
            raise OutsideError(
                "kafka-refused",
                f"Kafka at {self.bootstrap} refused a packet for {topic}: {refused[0].str()}",
                f"{confirmed} packets before it were stored; look at `minibroker status`",
            )
        return confirmed

    def read(
        self, topics: Sequence[str], limit: Mapping[str, int] | None = None
    ) -> Iterator[Packet]:
        """Yield what the topics hold now, committed packets only, and end there.

        With ``limit`` (a number per topic) a topic ends early. Raises OutsideError when nothing
        comes for QUIET_SECONDS although there is more.
        """
        consumer = self._consumer({"isolation.level": "read_committed"})
        try:
            with _told(self):
                ends = {
                    (topic, partition): end
                    for topic in topics
                    for partition, (low, end) in self._watermarks(consumer, topic).items()
                    if end > low
                }
            consumer.assign(
                [TopicPartition(topic, number, OFFSET_BEGINNING) for topic, number in ends]
            )
            for message in self._until(consumer, ends):
                yield _packet(message)
        finally:
            consumer.close()

    def stored(self, topic: str, places: Iterable[tuple[int, int, int]]) -> Iterator[int | None]:
        """Yield how many committed packets lie in each place: partition, first offset, end.

        None where the topic no longer has the first offset, or not yet the last.
        """
        consumer = self._consumer({"isolation.level": "read_committed"})
        try:
            with _told(self):
                kept = self._watermarks(consumer, topic)
            for partition, begin, end in places:
                low, high = kept.get(partition, (0, 0))
                if begin < low or end > high:
                    yield None
                    continue
                consumer.assign([TopicPartition(topic, partition, begin)])
                found = self._until(consumer, {(topic, partition): end})
                yield sum(1 for _ in found)
        finally:
            consumer.close()

    def follow(self, topics: Sequence[str], from_beginning: bool) -> Iterator[Packet | None]:
        """Yield packets as they are committed, for ever; None about once a second without any."""
        reset = "earliest" if from_beginning else "latest"
        consumer = self._consumer({"isolation.level": "read_committed", "auto.offset.reset": reset})
        try:
            consumer.subscribe(list(topics))
            while True:
                message = consumer.poll(1.0)
                if message is None:
                    yield None
                elif message.error():
                    raise self._away(KafkaException(message.error()))
                else:
                    yield _packet(message)
        finally:
            consumer.close()

    def _until(self, consumer: Consumer, ends: dict[tuple[str, int], int]) -> Iterator[Message]:
        # A transaction's marker takes an offset that no message has: the position tells the end.
        open_ends = dict(ends)
        last = time.monotonic()
        while open_ends:
            message = consumer.poll(0.2)
            if message is not None and message.error():
                raise self._away(KafkaException(message.error()))
            if message is not None:
                last = time.monotonic()
                place = (str(message.topic()), int(message.partition() or 0))
                if (message.offset() or 0) < ends[place]:
                    yield message
            reached = (
                consumer.position([TopicPartition(*place) for place in open_ends])
                if _idle(message)
                else []
            )
            for at in reached:
                if at.offset >= open_ends[at.topic, at.partition]:
                    del open_ends[at.topic, at.partition]
            if time.monotonic() - last > QUIET_SECONDS:
                raise OutsideError(
                    "kafka-quiet",
                    f"Kafka at {self.bootstrap} has more of {_names(open_ends)}, sends nothing",
                    "a transaction may be open: look at the filter job with `minibroker status`",
                )

    def _watermarks(self, consumer: Consumer, topic: str) -> dict[int, tuple[int, int]]:
        listed = consumer.list_topics(topic, timeout=SECONDS).topics[topic]
        if listed.error is not None:
            raise OutsideError(
                "topic-missing",
                f"Kafka at {self.bootstrap} has no topic {topic}",
                "look at `minibroker status`",
            )
        return {number: self._ends_of(consumer, topic, number) for number in listed.partitions}

    def _ends_of(self, consumer: Consumer, topic: str, number: int) -> tuple[int, int]:
        deadline = time.monotonic() + SECONDS
        while True:
            try:
                place = TopicPartition(topic, number)
                low, high = consumer.get_watermark_offsets(place, timeout=SECONDS)
                return low, high
            except KafkaException as error:
                if error.args[0].code() not in NO_LEADER or time.monotonic() > deadline:
                    raise
                time.sleep(0.1)

    def _consumer(self, settings: Mapping[str, Any]) -> Consumer:
        return Consumer(
            {
                **self._properties,
                "group.id": f"minibroker.reader.{time.time_ns()}",
                "enable.auto.commit": False,
                "fetch.message.max.bytes": LARGEST_MESSAGE,
                **settings,
            }
        )

    def _away(self, error: KafkaException) -> OutsideError:
        return OutsideError(
            "kafka-away",
            f"Kafka does not answer at {self.bootstrap}: {error.args[0].str()}",
            "run `minibroker up`, or look at kafka.bootstrap in minibroker.toml",
        )


def _names(places: Iterable[tuple[str, int]]) -> str:
    return ", ".join(sorted({topic for topic, _ in places}))


class _told:
    """Turns librdkafka's exceptions into ours."""

    def __init__(self, kafka: Kafka) -> None:
        self._kafka = kafka

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, KafkaException):
            raise self._kafka._away(error) from error


def _idle(message: Message | None) -> bool:
    return message is None or (message.offset() or 0) % 256 == 0


def _send(
    producer: Producer, topic: str, packet: Packet, delivered: Callable[[Any, Message], None]
) -> None:
    while True:
        try:
            producer.produce(
                topic, packet.value, packet.key, headers=list(packet.headers), on_delivery=delivered
            )
            producer.poll(0)
            return
        except BufferError:
            producer.poll(0.1)


def _packet(message: Message) -> Packet:
    _, milliseconds = message.timestamp()
    return Packet(
        value=message.value() or b"",
        key=message.key(),
        headers=_headers(message),
        topic=str(message.topic()),
        partition=int(message.partition() or 0),
        offset=int(message.offset() or 0),
        timestamp=milliseconds,
    )


def _headers(message: Message) -> tuple[tuple[str, bytes], ...]:
    found: Any = message.headers() or ()
    return tuple((name, value or b"") for name, value in found)
