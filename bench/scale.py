"""Many filters beside a bare consumer: `python -m bench.scale`.

The filters run as the broker runs them, in jobs of at most `flink.shard_filters`, each of which
reads the topic. Alerts are written in a transaction that is committed once every job runs: what is
timed begins for all jobs at that moment, and ends when the last has read the last alert. It is
timed twice: the first time the JVM compiles what the jobs do, which takes longer the more filters
there are, and comes once after each start; the second time is nearer to what a job does for months.
"""

from __future__ import annotations

import argparse
import itertools
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from confluent_kafka import Producer

from bench.conditions import scalar
from bench.stack import own_stack
from bench.stream import bare_consumer, fill, running_filters, simulated
from bench.table import print_table
from minibroker.broker import Broker
from minibroker.config import Config
from minibroker.engine.kafka import LARGEST_MESSAGE, NewTopic
from minibroker.engine.process import wait_until
from minibroker.engine.schema_folder import write_schemas
from minibroker.model.job import JobSpec, short_name
from minibroker.model.survey import Survey
from minibroker.service.deliveries import deliveries_topic
from minibroker.service.filter_job import RunningFilter, dead_letter_topic, filter_job
from minibroker.ui.report import Report

FILTERS = (100, 300, 1000)
PARALLELISM = (1, 2)
EXACTLY_ONCE, AT_LEAST_ONCE = "exactly-once", "at-least-once"
SECONDS = 600.0
"""Deadline of one case."""


@dataclass(frozen=True)
class Case:
    """So many filters, run in one way."""

    filters: int
    parallelism: int
    guarantee: str


@dataclass(frozen=True)
class Scaled:
    """How fast a case was."""

    stream: str
    case: Case
    jobs: int
    alerts: int
    delivered: int
    cold_seconds: float
    """From the moment that the alerts can be read until every job has read the last of them."""
    seconds: float
    """The same with as many more."""
    of_bare: float
    """Of those: alerts a second by those of the bare consumer."""
    seconds_to_submit: float
    """Until every task of every job ran."""


def main() -> None:
    """Measure every case on a stack of its own."""
    parser = argparse.ArgumentParser(prog="python -m bench.scale", description=__doc__)
    parser.add_argument(
        "--alerts", type=int, default=40_000, help="alerts of each of the two times"
    )
    parser.add_argument("--streams", nargs="*", default=["ztf", "lsst"])
    parser.add_argument("--filters", type=int, nargs="*", default=FILTERS)
    parser.add_argument("--parallelism", type=int, nargs="*", default=PARALLELISM)
    parser.add_argument("--guarantee", nargs="*", default=[EXACTLY_ONCE, AT_LEAST_ONCE])
    chosen = parser.parse_args()
    cases = list(
        itertools.starmap(
            Case, itertools.product(chosen.filters, chosen.parallelism, chosen.guarantee)
        )
    )
    report = Report(is_json=False)
    with own_stack(lambda config: _with_room(config, cases)) as broker:
        broker.stack.start(report.tell)
        broker.kafka.await_ready(60.0)
        found = [
            scaled
            for name in chosen.streams
            for scaled in _measure(broker, broker.surveys[name], chosen.alerts, cases, report)
        ]
    _print(found, report)


def _with_room(config: Config, cases: Sequence[Case]) -> Config:
    slots = max(_jobs(config, each.filters) * each.parallelism for each in cases)
    return replace(
        config,
        flink=replace(config.flink, slots=slots),
        # Each job's Kafka clients have buffers of their own.
        stack=replace(config.stack, task_manager_memory=2560 + 128 * slots),
    )


def _jobs(config: Config, filters: int) -> int:
    return -(-filters // config.flink.shard_filters)


def _measure(
    broker: Broker, survey: Survey, alerts: int, cases: Sequence[Case], report: Report
) -> Iterator[Scaled]:
    write_schemas(survey, broker.stream(survey).schemas)
    packets = simulated(survey, alerts)
    load = fill(broker, survey.name, survey, packets, alerts)
    report.tell(f"{survey.name}: {alerts:,} alerts of {load.size / 1000:.0f} kB")
    # Twice, the first time unmeasured: the second reads from the page cache, as the jobs do.
    bare_consumer(broker, load)
    bare = bare_consumer(broker, load).rate
    report.tell(f"{survey.name}: bare consumer {bare:,.0f} alerts/s")
    _delete(broker, load.topic)
    for number, case in enumerate(cases):
        scaled = _run(broker, survey, packets, alerts, case, number, bare)
        report.tell(f"{survey.name}: {case} {scaled.alerts / scaled.seconds:,.0f} alerts/s")
        yield scaled


def _run(
    broker: Broker,
    survey: Survey,
    packets: Sequence[bytes],
    alerts: int,
    case: Case,
    number: int,
    bare: float,
) -> Scaled:
    topic = f"bench.scale.{survey.name}.{number}"
    running = list(running_filters(broker, survey, scalar(case.filters)))
    own = [dead_letter_topic(survey.name), deliveries_topic(survey.name)]
    broker.kafka.ensure_topics(NewTopic(each) for each in (*own, *(f.topic for f in running)))
    broker.kafka.ensure_topics([NewTopic(topic, broker.config.kafka.partitions)])
    writer = _writer(broker, topic)
    _write(writer, topic, packets, alerts)
    specs = _specs(broker, survey, topic, running, case)
    asked = time.monotonic()
    for spec in specs:
        broker.reconciler.match(spec)
    to_submit = time.monotonic() - asked
    live = {short_name(job.name): job.job_id for job in broker.jobs() if job.live}
    jobs = [live[spec.name] for spec in specs]
    cold = _seconds_to_read(broker, writer, topic, jobs)
    before = _records(broker, survey)
    _write(writer, topic, packets, alerts)
    warm = _seconds_to_read(broker, writer, topic, jobs)
    delivered = _records(broker, survey) - before
    for spec, job in zip(specs, jobs, strict=True):
        broker.flink.cancel(job)
        broker.store.forget_job(spec.name)
    _delete(broker, topic)
    of_bare = alerts / warm / bare
    return Scaled(survey.name, case, len(jobs), alerts, delivered, cold, warm, of_bare, to_submit)


def _seconds_to_read(broker: Broker, writer: Producer, topic: str, jobs: Sequence[str]) -> float:
    """Let the jobs read what was written; afterwards all that they delivered is committed."""
    began = time.monotonic()
    writer.commit_transaction(SECONDS)
    last = _last(broker, topic)
    done = wait_until(
        lambda: all(_has_read(broker, job, topic, last) for job in jobs), SECONDS, every=0.05
    )
    ended = time.monotonic()
    assert done, f"{topic}: not all alerts were read in {SECONDS:.0f} s"
    for job in jobs:
        broker.flink.await_checkpoint(job)
    return ended - began


def _writer(broker: Broker, topic: str) -> Producer:
    producer = Producer(
        {
            "bootstrap.servers": broker.config.bootstrap,
            "transactional.id": topic,
            "transaction.timeout.ms": int(2 * SECONDS * 1000),
            "message.max.bytes": LARGEST_MESSAGE,
            "queue.buffering.max.kbytes": 512 * 1024,
            "linger.ms": 5,
            "batch.size": 2 * 1024 * 1024,
        }
    )
    producer.init_transactions(SECONDS)
    return producer


def _write(writer: Producer, topic: str, packets: Sequence[bytes], alerts: int) -> None:
    """Write the alerts in a transaction, which is left open."""
    writer.begin_transaction()
    for value in itertools.islice(itertools.cycle(packets), alerts):
        while True:
            try:
                writer.produce(topic, value)
                break
            except BufferError:
                writer.poll(0.1)
        writer.poll(0)
    while writer.flush(1.0):
        pass


def _specs(
    broker: Broker, survey: Survey, topic: str, running: Sequence[RunningFilter], case: Case
) -> list[JobSpec]:
    """Return the jobs of a case, divided as the broker divides them."""
    stream = replace(broker.stream(survey), topic=topic)
    settings = {
        **broker.job_settings("1 s"),
        "parallelism.default": str(case.parallelism),
        "execution.checkpointing.mode": case.guarantee.replace("-", "_").upper(),
    }
    size = broker.config.flink.shard_filters
    shards = [running[begin : begin + size] for begin in range(0, len(running), size)]
    specs = [
        filter_job(f"{topic}.{shard}", survey, stream, filters, settings, shard == 0)
        for shard, filters in enumerate(shards)
    ]
    return [_with_guarantee(spec, case.guarantee) for spec in specs]


def _with_guarantee(spec: JobSpec, guarantee: str) -> JobSpec:
    option = "'sink.delivery-guarantee' = "
    chosen = f"{option}'{guarantee}'"
    tables = tuple(each.replace(f"{option}'{EXACTLY_ONCE}'", chosen) for each in spec.tables)
    assert sum(chosen in each for each in tables) == 1, "one sink"
    return replace(spec, tables=tables)


def _last(broker: Broker, topic: str) -> dict[int, int]:
    """Return per partition the offset of its last alert: behind it is the commit's own mark."""
    wait_until(lambda: not broker.kafka.has_open_transactions(topic), SECONDS, every=0.01)
    return {number: end - 2 for number, (_, end) in broker.kafka.ends(topic).items()}


def _has_read(broker: Broker, job_id: str, topic: str, last: Mapping[int, int]) -> bool:
    read = broker.flink.offsets_read(job_id, topic)
    return all(read.get(number, -1) >= offset for number, offset in last.items())


def _records(broker: Broker, survey: Survey) -> int:
    """Return how many messages filters were sent: each has its record."""
    return sum(1 for _ in broker.kafka.read([deliveries_topic(survey.name)]))


def _delete(broker: Broker, topic: str) -> None:
    for deleted in broker.kafka.admin.delete_topics([topic]).values():
        deleted.result()


def _print(found: Sequence[Scaled], report: Report) -> None:
    columns = (
        *("stream", "filters", "jobs", "parallelism", "guarantee"),
        *("cold alerts/s", "alerts/s", "of bare", "delivered/alert", "s to submit"),
    )
    rows = [
        (
            each.stream,
            each.case.filters,
            each.jobs,
            each.case.parallelism,
            each.case.guarantee,
            round(each.alerts / each.cold_seconds),
            round(each.alerts / each.seconds),
            round(each.of_bare, 2),
            round(each.delivered / each.alerts, 3),
            round(each.seconds_to_submit, 1),
        )
        for each in found
    ]
    print_table(report, "speeds", columns, rows)


if __name__ == "__main__":
    main()
