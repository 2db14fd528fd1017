"""Kafka by confluent-kafka: topics, offsets, producing and reading packets."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self, TypeVar

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
from minibroker.model.job import Offsets
from minibroker.model.job import TopicPartition as Place
from minibroker.model.packet import Packet

Answer = TypeVar("Answer")
SECONDS = 30.0
"""Deadline of every administrative call."""
QUIET_SECONDS = 30.0
"""How long a bounded read waits for the next packet before it says that Kafka is stuck."""
NOT_YET = (
    KafkaError.LEADER_NOT_AVAILABLE,
    KafkaError.NOT_LEADER_FOR_PARTITION,
    KafkaError.UNKNOWN_TOPIC_OR_PART,
    KafkaError.COORDINATOR_LOAD_IN_PROGRESS,
    KafkaError.COORDINATOR_NOT_AVAILABLE,
    KafkaError.NOT_COORDINATOR,
    KafkaError.OFFSET_NOT_AVAILABLE,
    KafkaError.FENCED_LEADER_EPOCH,
    KafkaError.UNKNOWN_LEADER_EPOCH,
    KafkaError._UNKNOWN_PARTITION,
)
"""What Kafka answers for a moment when a topic was just made, or a broker just started or died."""
NO_LOGIN = (KafkaError._AUTHENTICATION, KafkaError._SSL)
"""What librdkafka says of a broker that does not accept who asks, or is not the one trusted."""
GRACE_SECONDS = 10.0
"""How long an interrupted sender waits for what it has handed over."""
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
        self._refused_login = ""
        told: dict[str, Any] = {**self._properties, "error_cb": self._hear}
        self._admin = AdminClient(told)

    @property
    def admin(self) -> AdminClient:
        """The client that asks about topics and groups."""
        return self._admin

    def await_ready(self, seconds: float, brokers: int = 1) -> None:
        """Wait until so many brokers are there; raise OutsideError when they are not."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                found = len(self._admin.list_topics(timeout=2.0).brokers)
                if found >= brokers:
                    self._refused_login = ""
                    return
                if time.monotonic() > deadline:
                    raise OutsideError(
                        "kafka-short",
                        f"Kafka at {self.bootstrap} has {found} of {brokers} brokers",
                        "look at `minibroker status` and their logs",
                    )
                time.sleep(0.1)
            except KafkaException as error:
                if time.monotonic() > deadline:
                    raise self.away(error) from error

    def _hear(self, error: KafkaError) -> None:
        if error.code() in NO_LOGIN:
            self._refused_login = error.str()

    def broker_settings(self) -> dict[str, str]:
        """Return the settings of one of the brokers."""
        with self.told():
            broker = min(self._admin.list_topics(timeout=SECONDS).brokers)
            asked = ConfigResource(ResourceType.BROKER, str(broker))
            (answer,) = self._admin.describe_configs([asked], request_timeout=SECONDS).values()
            return {name: str(entry.value) for name, entry in answer.result().items()}

    def topics(self) -> dict[str, int]:
        """Return every topic with its number of partitions, Kafka's own left out."""
        with self.told():
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
        with self.told():
            for created in self._admin.create_topics(new, operation_timeout=SECONDS).values():
                created.result()
            # The controller has created them; this broker may need a moment to hear of it.
            names = {topic.topic for topic in new}
            deadline = time.monotonic() + SECONDS
            while not names <= self.topics().keys() and time.monotonic() < deadline:
                time.sleep(0.05)

    def ends(self, topic: str) -> dict[int, tuple[int, int]]:
        """Return per partition the first offset kept and the one after the last committed."""
        consumer = self.consumer({"isolation.level": "read_committed"})
        try:
            with self.told():
                return self.watermarks(consumer, topic)
        finally:
            consumer.close()

    def committed(self, group: str, topic: str) -> dict[int, int]:
        """Return per partition the offset a consumer group reads next, where it has one."""
        consumer = self.consumer({"group.id": group})
        try:
            with self.told():
                places = [TopicPartition(topic, n) for n in self.partitions(consumer, topic)]
                return {place.partition: n for place, n in _committed(consumer, places).items()}
        finally:
            consumer.close()

    def group_offsets(self, group: str) -> Offsets:
        """Return the offset that a consumer group reads next, of every partition that has one."""
        topics = self.topics()
        places = [TopicPartition(name, n) for name, count in topics.items() for n in range(count)]
        consumer = self.consumer({"group.id": group})
        try:
            with self.told():
                return _committed(consumer, places)
        finally:
            consumer.close()

    def offsets_since(self, topic: str, moment: datetime | None) -> dict[int, int]:
        """Return per partition the first offset at or after a moment; without one, the next."""
        ends = self.ends(topic)
        if moment is None:
            return {number: end for number, (_, end) in ends.items()}
        milliseconds = int(moment.timestamp() * 1000)
        consumer = self.consumer({})
        try:
            with self.told():
                places = [TopicPartition(topic, number, milliseconds) for number in ends]
                found = patiently(lambda: consumer.offsets_for_times(places, timeout=SECONDS))
                return {
                    place.partition: place.offset if place.offset >= 0 else ends[place.partition][1]
                    for place in found
                }
        finally:
            consumer.close()

    def commit(self, group: str, offsets: Offsets) -> None:
        """Make a consumer group that has no members begin at these offsets, if any.

        Flink's jobs are none: what runs is not moved by it.
        """
        if not offsets:
            return
        consumer = self.consumer({"group.id": group})
        try:
            with self.told():
                places = [TopicPartition(*place, offset) for place, offset in offsets.items()]
                patiently(lambda: consumer.commit(offsets=places, asynchronous=False))
        finally:
            consumer.close()

    def has_open_transactions(self, topic: str) -> bool:
        """Whether a topic holds messages that are neither committed nor aborted yet."""
        everything = self.consumer({"isolation.level": "read_uncommitted"})
        try:
            with self.told():
                return self.watermarks(everything, topic) != self.ends(topic)
        finally:
            everything.close()

    def produce(
        self, topic: str, packets: Iterable[Packet], each: Callable[[], None] = lambda: None
    ) -> int:
        """Send packets in order of arrival and return how many the brokers confirmed.

        Raises OutsideError with the first refusal; nothing is retried beyond Kafka's own rules.
        """
        with self.sender(topic) as sender:
            for packet in packets:
                sender.send(packet)
                each()
        return sender.confirmed

    def sender(self, topic: str) -> Sender:
        """Return what sends packets to a topic; to be used in a `with` statement."""
        return Sender(self, topic)

    def read(
        self, topics: Sequence[str], limit: Mapping[str, int] | None = None
    ) -> Iterator[Packet]:
        """Yield what the topics hold now, committed packets only, and end there.

        With ``limit`` (a number per topic) a topic ends early. Raises OutsideError when nothing
        comes for QUIET_SECONDS although there is more.
        """
        consumer = self.consumer({"isolation.level": "read_committed"})
        try:
            with self.told():
                ends = {
                    (topic, partition): end
                    for topic in topics
                    for partition, (low, end) in self.watermarks(consumer, topic).items()
                    if end > low
                }
            consumer.assign(
                [TopicPartition(topic, number, OFFSET_BEGINNING) for topic, number in ends]
            )
            for message in self._until(consumer, ends):
                yield packet_of(message)
        finally:
            consumer.close()

    def stored(self, topic: str, places: Iterable[tuple[int, int, int]]) -> Iterator[int | None]:
        """Yield how many committed packets lie in each place: partition, first offset, end.

        None where the topic no longer has the first offset, or not yet the last.
        """
        consumer = self.consumer({"isolation.level": "read_committed"})
        try:
            with self.told():
                kept = self.watermarks(consumer, topic)
            for partition, begin, end in places:
                low, high = kept.get(partition, (0, 0))
                if begin < low or end > high:
                    yield None
                    continue
                yield sum(1 for _ in self.between(consumer, topic, partition, begin, end))
        finally:
            consumer.close()

    def between(
        self, consumer: Consumer, topic: str, partition: int, begin: int, end: int
    ) -> Iterator[Packet]:
        """Yield the packets of the offsets [begin, end) of a partition, which it must have."""
        consumer.assign([TopicPartition(topic, partition, begin)])
        for message in self._until(consumer, {(topic, partition): end}):
            yield packet_of(message)

    def _until(self, consumer: Consumer, ends: dict[tuple[str, int], int]) -> Iterator[Message]:
        # A transaction's marker takes an offset that no message has: the position tells the end.
        open_ends = dict(ends)
        last = time.monotonic()
        while open_ends:
            message = consumer.poll(0.2)
            if message is not None and message.error():
                raise self.away(KafkaException(message.error()))
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
                    "a transaction may be open: run `minibroker doctor`",
                )

    def partitions(self, consumer: Consumer, topic: str) -> list[int]:
        """Return a topic's partitions; OutsideError when there is no such topic."""
        listed = consumer.list_topics(topic, timeout=SECONDS).topics[topic]
        if listed.error is not None:
            raise OutsideError(
                "topic-missing",
                f"Kafka at {self.bootstrap} has no topic {topic}",
                "look at `minibroker status`",
            )
        return list(listed.partitions)

    def watermarks(self, consumer: Consumer, topic: str) -> dict[int, tuple[int, int]]:
        """Return per partition the first offset kept and the one after the last, for a consumer."""
        numbers = self.partitions(consumer, topic)
        return {number: self.ends_of(consumer, topic, number) for number in numbers}

    def ends_of(self, consumer: Consumer, topic: str, number: int) -> tuple[int, int]:
        """Return both ends of a partition as a consumer may read it."""
        place = TopicPartition(topic, number)
        low, high = patiently(lambda: consumer.get_watermark_offsets(place, timeout=SECONDS))
        return low, high

    def consumer(self, settings: Mapping[str, Any]) -> Consumer:
        """Return a client that reads, of no group unless ``settings`` name one."""
        return Consumer(
            {
                **self._properties,
                "group.id": f"minibroker.reader.{time.time_ns()}",
                "enable.auto.commit": False,
                "fetch.message.max.bytes": LARGEST_MESSAGE,
                **settings,
            }
        )

    def producer(self, settings: Mapping[str, Any]) -> Producer:
        """Return a client that sends whole packets, each once and in order."""
        return Producer(
            {
                **self._properties,
                "enable.idempotence": True,
                "message.max.bytes": LARGEST_MESSAGE,
                "compression.type": "none",
                "linger.ms": 5,
                "batch.size": 2 * 1024 * 1024,
                "queue.buffering.max.kbytes": 512 * 1024,
                # A signal that comes while a report of success is heard in Python would be lost.
                "delivery.report.only.error": True,
                **settings,
            }
        )

    def told(self) -> _told:
        """Return a `with` block in which librdkafka's exceptions become OutsideError."""
        return _told(self)

    def away(self, error: KafkaException) -> OutsideError:
        """Return librdkafka's exception as ours."""
        # A refused login is told to the callback alone; what was asked for just times out.
        self._admin.poll(0)
        if self._refused_login:
            return OutsideError(
                "kafka-login",
                f"Kafka at {self.bootstrap} does not let this login in: {self._refused_login}",
                "correct the sasl and ssl settings in kafka.properties",
            )
        return OutsideError(
            "kafka-away",
            f"Kafka does not answer at {self.bootstrap}: {error.args[0].str()}",
            "run `minibroker up`, or look at kafka.bootstrap in minibroker.toml",
        )


def _committed(consumer: Consumer, places: list[TopicPartition]) -> Offsets:
    found = patiently(lambda: consumer.committed(places, timeout=SECONDS))
    return {Place(p.topic, p.partition): p.offset for p in found if p.offset >= 0}


def patiently(ask: Callable[[], Answer]) -> Answer:
    """Ask again for a while as long as the answer is that it is too early."""
    deadline = time.monotonic() + SECONDS
    while True:
        try:
            return ask()
        except KafkaException as error:
            if error.args[0].code() not in NOT_YET or time.monotonic() > deadline:
                raise
            time.sleep(0.1)


class Sender:
    """Sends packets to one topic, in order; leaving the `with` waits for the brokers' word.

    Left by an exception (Ctrl-C, say) it waits GRACE_SECONDS and gives up the rest: those are
    `sent` and not `confirmed`, and Kafka may or may not have them.
    """

    def __init__(self, kafka: Kafka, topic: str) -> None:
        self.topic = topic
        self.sent = 0
        self._kafka = kafka
        self._refused: KafkaError | None = None
        self._failed = 0
        self._producer = kafka.producer({})

    @property
    def confirmed(self) -> int:
        """How many packets the brokers have confirmed by now."""
        return self.sent - self._failed - len(self._producer)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if error is None:
            self.flush()
            return
        self._producer.flush(GRACE_SECONDS)
        self._producer.purge()
        self._producer.flush(1.0)

    def send(self, packet: Packet) -> None:
        """Hand a packet over; OutsideError when one of those before was refused."""
        while True:
            try:
                self._producer.produce(
                    self.topic,
                    packet.value,
                    packet.key,
                    headers=list(packet.headers),
                    on_delivery=self._delivered,
                )
                break
            except BufferError:
                self._producer.poll(0.1)
            except KafkaException as error:
                self._refused = error.args[0]
                self._failed += 1
                break
        self.sent += 1
        self._producer.poll(0)
        if self._refused is not None:
            self.flush()

    def flush(self) -> None:
        """Wait until the brokers have confirmed every packet; OutsideError when one is refused."""
        # In short steps: a signal is heard between two of them, and while only errors are reported
        # nothing ends the wait for the last packet.
        while self._producer.flush(0.1):
            pass
        if self._refused is not None:
            raise OutsideError(
                "kafka-refused",
                f"Kafka at {self._kafka.bootstrap} refused a packet for {self.topic}:"
                f" {self._refused.str()}",
                f"{self.confirmed} of the {self.sent} packets sent are stored;"
                " look at `minibroker status`",
            )

    def _delivered(self, error: KafkaError | None, _: Message) -> None:
        if error is not None:
            self._failed += 1
            self._refused = self._refused or error


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
            raise self._kafka.away(error) from error


def _idle(message: Message | None) -> bool:
    return message is None or (message.offset() or 0) % 256 == 0


def packet_of(message: Message) -> Packet:
    """Return a message as a packet."""
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
