"""The filter and archive jobs beside a bare consumer that reads the topic and throws it away."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from shutil import rmtree

from confluent_kafka import OFFSET_BEGINNING, Consumer, TopicPartition

from bench.conditions import MIXES, Mix
from minibroker.broker import Broker
from minibroker.engine.kafka import NewTopic
from minibroker.model.filter import FilterSource
from minibroker.model.job import JobSpec
from minibroker.model.packet import Packet
from minibroker.model.quota import Quota
from minibroker.model.survey import Survey
from minibroker.service.archive_job import archive_job
from minibroker.service.catch_up import await_caught_up
from minibroker.service.deliveries import deliveries_topic
from minibroker.service.filter_job import (
    DELIVERED,
    RunningFilter,
    dead_letter_topic,
    filter_job,
)
from minibroker.service.simulate import simulate
from minibroker.service.source_table import Stream, kafka_source_options

NIGHT = date(2026, 3, 5)
SEED = 1
LOOK = 0.5
"""Seconds between two looks at how far a job is: each costs the job manager a hundredth or more."""
BARE_JAVA = Path(__file__).with_name("BareConsumer.java")
DISTINCT = 10_000
"""Packets that are simulated; a longer stream repeats them."""


@dataclass(frozen=True)
class Speed:
    """One reader of the topic."""

    stream: str
    reader: str
    alerts: int
    delivered: int
    """Messages to the filters' topics."""
    rate: float
    """Alerts a second once the job runs."""
    seconds_with_start: float
    """From asking for the job, planning and deployment included."""
    seconds_to_submit: float = 0.0
    """Of it, until every task of the job ran."""


@dataclass(frozen=True)
class Load:
    """A topic of a survey's packets to be read again and again."""

    name: str
    survey: Survey
    topic: str
    size: float
    """Mean bytes of a packet."""
    turn: int = 0
    """Which round of readings it is in."""

    def job(self, kind: str) -> str:
        """Return a job's name, which no two have in common."""
        return f"bench.{kind}.{self.name}.{self.turn}"


def fill(broker: Broker, name: str, survey: Survey, packets: Sequence[bytes], alerts: int) -> Load:
    """Fill a topic of its own with so many alerts, repeating the packets."""
    topic = f"bench.{name}"
    broker.kafka.ensure_topics([NewTopic(topic, broker.config.kafka.partitions)])
    values = (packets[number % len(packets)] for number in range(alerts))
    broker.kafka.produce(topic, (Packet(value) for value in values))
    return Load(name, survey, topic, sum(map(len, packets)) / len(packets))


def simulated(survey: Survey, alerts: int) -> list[bytes]:
    """Return the packets of a simulated night."""
    return [each.value for each in simulate(survey, NIGHT, min(alerts, DISTINCT), SEED)]


def bare_consumer(broker: Broker, load: Load) -> Speed:
    """Read the topic with confluent-kafka and throw it away, in one process."""
    ends = broker.kafka.ends(load.topic)
    wanted = sum(end for _, end in ends.values())
    asked = time.monotonic()
    consumer = Consumer(
        {"bootstrap.servers": broker.config.bootstrap, "group.id": "bench", "log_level": 3}
    )
    consumer.assign([TopicPartition(load.topic, number, OFFSET_BEGINNING) for number in ends])
    read, started = len(consumer.consume(1, timeout=30.0)), time.monotonic()
    while read < wanted:
        # No more than there are: it would wait the whole time for the rest of its number.
        read += len(consumer.consume(min(500, wanted - read), timeout=5.0))
    ended = time.monotonic()
    consumer.close()
    rate = read / (ended - started)
    return Speed(load.name, "bare consumer", read, 0, rate, ended - asked)


def bare_java_consumer(broker: Broker, load: Load) -> Speed:
    """Read it as a job's source does and throw it away, in as many threads as a job's subtasks.

    Of two rounds in one JVM the second counts; the seconds with start-up are of both.
    """
    asked = time.monotonic()
    jars = broker.config.jars / "kafka" / "*"
    threads = broker.config.flink.parallelism
    options = kafka_source_options(load.topic, _stream(broker, load), "bench")
    settings = {
        key.removeprefix("properties."): value
        for key, value in options.items()
        if key.startswith("properties.")
    }
    printed = subprocess.run(
        [
            *("java", "-Xmx1g", "-XX:+UseParallelGC", "-cp", str(jars), str(BARE_JAVA)),
            *(load.topic, str(threads), "2"),
        ],
        check=True,
        input="\n".join(f"{key}={value}" for key, value in settings.items()),
        stdout=subprocess.PIPE,
        text=True,
    ).stdout
    whole = sum(end for _, end in broker.kafka.ends(load.topic).values())
    rate = float(printed.split()[-1])
    return Speed(
        load.name,
        f"bare Java consumer, {threads} threads",
        whole,
        0,
        rate,
        time.monotonic() - asked,
    )


def filters(broker: Broker, load: Load, mix: Mix) -> Speed:
    """Run these filters over the topic, exactly once."""
    spec, topics = _spec(broker, load, mix, load.job(f"filters.{MIXES.index(mix)}"))
    return _run(broker, load, spec, mix.title, topics)


def _spec(broker: Broker, load: Load, mix: Mix, name: str) -> tuple[JobSpec, list[str]]:
    """Return the job of these filters and the topics that it sends alerts to, which are made."""
    running = list(running_filters(broker, load.survey, mix))
    topics = [dead_letter_topic(load.survey.name), *(each.topic for each in running)]
    made = [*topics, deliveries_topic(load.survey.name)]
    broker.kafka.ensure_topics(NewTopic(each) for each in made)
    stream, settings = _stream(broker, load), _settings(broker, "1 s")
    return filter_job(name, load.survey, stream, running, settings), topics


def without_deliveries(broker: Broker, load: Load, mix: Mix) -> Speed:
    """Run these filters with nothing between them and the sink: no quota and no records."""
    spec, topics = _spec(broker, load, mix, load.job(f"undelivered.{MIXES.index(mix)}"))
    (insert,) = spec.inserts
    plain = "(SELECT *, FALSE AS is_record, '' AS state, 0 AS message_bytes FROM passed)"
    spec = replace(spec, inserts=(insert.replace(DELIVERED, plain),))
    return _run(broker, load, spec, f"{mix.title}, no quota step", topics)


def archive(broker: Broker, load: Load) -> Speed:
    """Archive the topic, decoded and as packets, exactly once."""
    folder = broker.config.archive_folder / "bench"
    broker.kafka.ensure_topics([NewTopic(deliveries_topic(load.survey.name))])
    stream, settings = _stream(broker, load), _settings(broker, "5 s")
    spec = archive_job(load.job("archive"), load.survey, stream, folder, settings)
    speed = _run(broker, load, spec, "archive", [])
    rmtree(folder)
    return speed


def _run(broker: Broker, load: Load, spec: JobSpec, reader: str, outputs: Sequence[str]) -> Speed:
    asked = time.monotonic()
    broker.reconciler.match(spec)
    submitted = time.monotonic()
    reading = broker.packets.reading(spec.name, load.topic)
    looks: list[tuple[float, int]] = []
    await_caught_up(reading, [], 120.0, lambda lag: looks.append((time.monotonic(), lag)), LOOK)
    ended = time.monotonic()
    broker.flink.cancel(reading.job.job_id)
    # The second half: during the first the JVM compiles what it runs often.
    whole = sum(end for _, end in broker.kafka.ends(load.topic).values())
    *looks, _ = looks
    assert len(looks) > 1, f"{reader}: {whole} alerts are read within {LOOK} s, give it more"
    half = next((n for n, (_, left) in enumerate(looks) if left < whole / 2), len(looks))
    # Of a topic that is read within two looks there is no more to be had than those.
    (began, left), (done, rest) = looks[min(half, len(looks) - 2)], looks[-1]
    delivered = _taken(broker, outputs)
    return Speed(
        *(load.name, reader, whole, delivered, (left - rest) / (done - began)),
        *(ended - asked, submitted - asked),
    )


def _taken(broker: Broker, topics: Sequence[str]) -> int:
    """Count what the topics hold and delete them: a round of the readers delivers gigabytes."""
    count = sum(1 for _ in broker.kafka.read(topics))
    forget(broker, topics)
    return count


def forget(broker: Broker, topics: Sequence[str]) -> None:
    """Delete topics."""
    for deleted in broker.kafka.admin.delete_topics([*topics]).values() if topics else ():
        deleted.result()


def running_filters(broker: Broker, survey: Survey, mix: Mix) -> Iterator[RunningFilter]:
    """Yield the filters of a mix, compiled, each with its topic."""
    for number, condition in enumerate(mix.texts(survey.name)):
        text = f"-- name: bench_{number}\nSELECT * FROM {survey.name} WHERE {condition}"
        plan = broker.filters.check(FilterSource(text, f"bench_{number}"))
        topic = f"minibroker.bench.{survey.name}_{number}"
        chosen = plan.filter
        yield RunningFilter(plan, "bench", chosen.name, 1, chosen.fingerprint, topic, Quota())


def _stream(broker: Broker, load: Load) -> Stream:
    return replace(broker.stream(load.survey), topic=load.topic)


def _settings(broker: Broker, checkpoint: str) -> dict[str, str]:
    return {
        "execution.checkpointing.interval": checkpoint,
        "parallelism.default": str(broker.config.flink.parallelism),
    }
