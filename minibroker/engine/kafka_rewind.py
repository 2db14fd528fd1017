"""A rewind in a topic: its packets in one order, each once, however often the sender dies."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from confluent_kafka import KafkaError, KafkaException

from minibroker.engine.kafka import SECONDS, Kafka
from minibroker.engine.process import wait_until
from minibroker.model.errors import OutsideError
from minibroker.model.packet import Packet

HEADER = "minibroker.rewind"
PARTITION = 0
"""All of a rewind is in one partition: Kafka keeps an order in no more than that."""
WINDOW = 1_000
"""Messages from a topic's end in which a rewind's last one is looked for first."""


@dataclass(frozen=True)
class Reached:
    """The last message of a rewind that a topic has."""

    number: int
    """Counted from 1 within the rewind."""
    total: int
    """How many the rewind had in all when it was sent."""
    packet: Packet


class RewindTopic:
    """Sends one rewind to a topic, a batch of packets a transaction.

    What the topic holds says how far the rewind is: each message names its number and how many
    there are. Nothing else is kept, so that nothing can disagree with it. A process that still
    sends the same rewind is shut out when another begins: its transactions fail.
    """

    def __init__(self, kafka: Kafka, topic: str, headers: Mapping[str, str], nights: str) -> None:
        self.topic = topic
        self._kafka = kafka
        self._nights = nights
        self._headers = {name: value.encode() for name, value in headers.items()}
        named = "\0".join((topic, nights, *(f"{k}={v}" for k, v in sorted(headers.items()))))
        identity = hashlib.sha256(named.encode()).hexdigest()[:16]
        self._producer = kafka.producer({"transactional.id": f"{HEADER}.{identity}"})

    def __enter__(self) -> Self:
        # This also ends the transaction in which a sender before this one died.
        self._try(self._producer.init_transactions, SECONDS)
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if error is not None:
            try:
                self._producer.abort_transaction(1.0)
            except KafkaException:
                # None was open, or Kafka is away and aborts it when its time is over.
                return

    def reached(self) -> Reached | None:
        """Return the last message that is there of this rewind, None before the first."""
        consumer = self._kafka.consumer({"isolation.level": "read_committed"})
        try:
            low, begin = self._await_settled()
            window = WINDOW
            while begin > low:
                begin, end = max(low, begin - window), begin
                packets = self._kafka.between(consumer, self.topic, PARTITION, begin, end)
                own = [packet for packet in packets if self._is_own(packet)]
                if own:
                    return _reached(own[-1])
                window *= 2
            return None
        finally:
            consumer.close()

    def send(self, numbered: Sequence[tuple[int, Packet]], total: int) -> None:
        """Send packets with their numbers within the rewind: all of them or none."""
        self._try(self._producer.begin_transaction)
        for number, packet in numbered:
            told = {
                **self._headers,
                "minibroker.topic": packet.topic.encode(),
                "minibroker.partition": str(packet.partition).encode(),
                "minibroker.offset": str(packet.offset).encode(),
                HEADER: f"{self._nights} {number}/{total}".encode(),
            }
            self._try(
                self._producer.produce,
                self.topic,
                packet.value,
                packet.key,
                PARTITION,
                headers=list(told.items()),
            )
        self._commit()

    def _commit(self) -> None:
        self._try(self._producer.commit_transaction, SECONDS)

    def _await_settled(self) -> tuple[int, int]:
        """Wait until what the partition holds now is committed or aborted; return both ends.

        Another rewind to the same topic may have a transaction open before messages of this one.
        """
        everything = self._kafka.consumer({"isolation.level": "read_uncommitted"})
        try:
            with self._kafka.told():
                _, written = self._kafka.ends_of(everything, self.topic, PARTITION)
        finally:
            everything.close()
        if not wait_until(lambda: self._kafka.ends(self.topic)[PARTITION][1] >= written, SECONDS):
            raise OutsideError(
                "transaction-open",
                f"{self.topic}: a transaction of another sender has been open for {SECONDS:.0f} s",
                "wait for it to end, or rewind to another topic",
            )
        return self._kafka.ends(self.topic)[PARTITION]

    def _is_own(self, packet: Packet) -> bool:
        nights = packet.header(HEADER).partition(" ")[0]
        return nights == self._nights and all(
            packet.header(name).encode() == value for name, value in self._headers.items()
        )

    def _try(self, call: Any, *words: Any, **more: Any) -> None:
        try:
            call(*words, **more)
        except KafkaException as error:
            if error.args[0].code() in (KafkaError._FENCED, KafkaError.INVALID_PRODUCER_EPOCH):
                raise OutsideError(
                    "rewind-twice",
                    f"another process has begun the same rewind to {self.topic}",
                    "let that one finish",
                ) from error
            raise self._kafka.away(error) from error


def _reached(packet: Packet) -> Reached:
    number, _, total = packet.header(HEADER).rpartition(" ")[2].partition("/")
    return Reached(int(number), int(total), packet)
