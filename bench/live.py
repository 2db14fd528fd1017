"""`python -m bench.live`: a live LSST stream with 100 filters and the archive running.

Latency at the stream's mean rate, the burst of a visit, and with --soak a long run.
"""

from __future__ import annotations

import argparse
import json
import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from typing import Any

from confluent_kafka import OFFSET_END, Consumer, Producer, TopicPartition

from bench.conditions import MIXES
from bench.machine import machine
from bench.stack import own_stack
from bench.stream import simulated
from minibroker.broker import Broker
from minibroker.engine.kafka import LARGEST_MESSAGE
from minibroker.model.filter import FilterSource
from minibroker.service.archive_job import archive_job_name
from minibroker.service.filter_job import filter_job_name
from minibroker.ui.report import Report

SURVEY = "lsst"
RATE = 256.0
"""Alerts a second: 10,000 a visit of 39 s."""
BURST = 10_000
UNREAD = "bench.unread"
MIX = next(mix for mix in MIXES if mix.title == "100 filters")
WATCHED = ("bench_watched", "diaSource.reliability > 0.5 AND diaSource.snr > 10")
"""A filter that passes enough alerts to time them."""

Place = tuple[int, int]


class Sender:
    """Sends packets and remembers when each went out, by partition and offset."""

    def __init__(self, broker: Broker, topic: str = "") -> None:
        self._topic = topic or broker.config.surveys[SURVEY].topic
        self._producer = Producer(
            {
                "bootstrap.servers": broker.config.bootstrap,
                "message.max.bytes": LARGEST_MESSAGE,
                "queue.buffering.max.kbytes": 2_000_000,
                "linger.ms": 5,
                "batch.size": 2 * 1024 * 1024,
            }
        )
        self.sent: dict[Place, float] = {}

    def send(self, packets: Sequence[bytes], count: int, rate: float = 0.0) -> float:
        """Send so many packets, evenly at a rate or as fast as they go; return the seconds."""
        began = time.monotonic()
        for number, value in enumerate(islice(cycle(packets), count)):
            if rate:
                self._producer.poll(max(0.0, began + number / rate - time.monotonic()))
            self._send(value)
        while self._producer.flush(1.0):
            pass
        return time.monotonic() - began

    def _send(self, value: bytes) -> None:
        now = time.time()

        def stored(error: Any, message: Any) -> None:
            assert error is None, error
            self.sent[message.partition(), message.offset()] = now

        while True:
            try:
                self._producer.produce(self._topic, value, on_delivery=stored)
                self._producer.poll(0)
                return
            except BufferError:
                self._producer.poll(0.1)


class Watch(threading.Thread):
    """Notes when each alert of the watched filter can be read, as its consumers do."""

    def __init__(self, broker: Broker) -> None:
        super().__init__(daemon=True)
        self._consumer = Consumer(
            {
                "bootstrap.servers": broker.config.bootstrap,
                # A group of its own each time: it reads the topic from its beginning.
                "group.id": f"bench.live.{uuid.uuid4()}",
                "auto.offset.reset": "earliest",
                "isolation.level": "read_committed",
                "fetch.message.max.bytes": LARGEST_MESSAGE,
                "fetch.wait.max.ms": 50,
            }
        )
        self._consumer.subscribe([_watched_topic(broker)])
        self.seen: dict[Place, float] = {}
        self.doubles = 0
        self._ended = threading.Event()

    def run(self) -> None:
        """Read until the end is asked for."""
        while not self._ended.is_set():
            for message in self._consumer.consume(500, timeout=0.1):
                headers = dict(message.headers() or ())
                place = (
                    int(headers["minibroker.partition"]),
                    int(headers["minibroker.offset"]),
                )
                self.doubles += place in self.seen
                self.seen[place] = time.time()
        self._consumer.close()

    def end(self) -> None:
        """Stop reading."""
        self._ended.set()
        self.join()


@dataclass(frozen=True)
class Latency:
    """Seconds from sending a packet to reading it in the filter's topic."""

    alerts: int
    delivered: int
    p50: float
    p99: float
    most: float


def latency(broker: Broker, packets: Sequence[bytes], seconds: float) -> Latency:
    """Send at the mean rate for so long and time what the watched filter delivers."""
    sender, watch = Sender(broker), Watch(broker)
    watch.start()
    sender.send(packets, int(seconds * RATE), RATE)
    broker.packets.await_stream(SURVEY, 120.0, lambda lag: None)
    _await_seen(broker, watch)
    times = sorted(
        watch.seen[place] - when for place, when in sender.sent.items() if place in watch.seen
    )
    assert times, "the watched filter delivered nothing"
    at = [times[int(share * (len(times) - 1))] for share in (0.5, 0.99, 1.0)]
    return Latency(len(sender.sent), len(times), *at)


@dataclass(frozen=True)
class Burst:
    """A visit's alerts all at once."""

    alerts: int
    seconds_to_send_unread: float
    """The same, to a topic that nobody reads: what Kafka and the sender take by themselves."""
    seconds_to_send: float
    seconds_to_drain: float
    """From the first packet sent until the last is filtered, delivered and committed."""
    delivered: int
    passed: int
    """Of the alerts that were sent, those that the archive says pass."""


def burst(broker: Broker, packets: Sequence[bytes]) -> Burst:
    """Send a visit as fast as it goes, with the archive running, and wait until all is done."""
    broker.ensure_topics([UNREAD], broker.config.kafka.partitions)
    unread = Sender(broker, UNREAD).send(packets, BURST)
    sender, watch = Sender(broker), Watch(broker)
    watch.start()
    began = time.monotonic()
    sending = sender.send(packets, BURST)
    broker.packets.await_stream(SURVEY, 120.0, lambda lag: None)
    drained = time.monotonic() - began
    _await_seen(broker, watch)
    delivered = len(sender.sent.keys() & watch.seen.keys())
    broker.past.await_archive(SURVEY, 120.0)
    plan = broker.filters.check(FilterSource(WATCHED[1], "bench"))
    passing = {(p.partition, p.offset) for p in broker.archive(SURVEY).passing(plan.duckdb)}
    assert not watch.doubles, f"{watch.doubles} alerts came twice"
    passed = len(passing & sender.sent.keys())
    return Burst(len(sender.sent), unread, sending, drained, delivered, passed)


def soak(broker: Broker, packets: Sequence[bytes], minutes: float) -> Iterator[dict[str, float]]:
    """Send at the mean rate and yield, each minute, the lag and each process's memory in MiB."""
    name, topic = filter_job_name(SURVEY), broker.config.surveys[SURVEY].topic
    sender = Sender(broker)
    for minute in range(1, int(minutes) + 1):
        sender.send(packets, int(60 * RATE), RATE)
        sender.sent.clear()
        lag = broker.packets.reading(name, topic).behind()
        memory = {child.name: child.memory // 2**20 for child in broker.children()}
        yield {"minute": minute, "lag": lag, **memory}
        _forget(broker, topic)


def _forget(broker: Broker, topic: str) -> None:
    """Delete the packets that both jobs have read, and what was delivered of them.

    A minute brings 3 GB.
    """
    read = [
        broker.kafka.committed(group, topic)
        for group in (filter_job_name(SURVEY), archive_job_name(SURVEY))
    ]
    done = [
        TopicPartition(topic, number, min(each.get(number, 0) for each in read))
        for number in broker.kafka.ends(topic)
    ]
    sent = _watched_topic(broker)
    done += [TopicPartition(sent, number, OFFSET_END) for number in broker.kafka.ends(sent)]
    for deleted in broker.kafka.admin.delete_records(done).values():
        deleted.result()


def _watched_topic(broker: Broker) -> str:
    return f"minibroker.{broker.config.owner}.{WATCHED[0]}"


def _await_seen(broker: Broker, watch: Watch) -> None:
    """Wait until the watch has read all that the watched filter's topic holds."""
    topic = _watched_topic(broker)
    held = sum(1 for _ in broker.kafka.read([topic]))
    deadline = time.monotonic() + 60.0
    while len(watch.seen) < held and time.monotonic() < deadline:
        watch.join(0.1)
    watch.end()


def _submit(broker: Broker) -> None:
    texts = [(f"bench_{number}", text) for number, text in enumerate(MIX.texts(SURVEY))]
    broker.filters.submit(
        [
            FilterSource(f"-- name: {name}\nSELECT * FROM {SURVEY} WHERE {text}", name)
            for name, text in (*texts, WATCHED)
        ]
    )


def main() -> None:
    """Measure on a stack of its own."""
    parser = argparse.ArgumentParser(prog="python -m bench.live", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help="of sending at the mean rate")
    parser.add_argument("--soak", type=float, default=0.0, metavar="MINUTES")
    chosen = parser.parse_args()
    report = Report(is_json=False)
    with own_stack() as broker:
        packets = simulated(broker.surveys[SURVEY], BURST)
        size = sum(map(len, packets)) / len(packets) / 1000
        report.tell(f"{len(packets):,} packets of {size:.0f} kB")
        broker.up()
        _submit(broker)
        found: dict[str, Any] = {"machine": machine()}
        # Once unmeasured: the JVM compiles what it runs often.
        latency(broker, packets, 10.0)
        found["latency"] = vars(latency(broker, packets, chosen.seconds))
        found["burst"] = vars(burst(broker, packets))
        if chosen.soak:
            found["soak"] = []
            for minute in soak(broker, packets, chosen.soak):
                report.tell(json.dumps(minute))
                found["soak"].append(minute)
    for name in ("latency", "burst"):
        report.tell(name)
        report.rows(tuple(found[name]), [tuple(round(v, 2) for v in found[name].values())])
    report.value(found)


if __name__ == "__main__":
    main()
