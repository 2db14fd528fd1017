"""What the service knows of itself, as Prometheus metrics."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from minibroker.engine.deliveries import LedgerNight
from minibroker.engine.stack import ChildState
from minibroker.service.hanging_transactions import waiting


@dataclass(frozen=True)
class JobHealth:
    """One job that should run."""

    name: str
    state: str
    """Flink's word for it; ``MISSING`` when Flink does not know it."""
    lag: Mapping[tuple[str, int], int] = field(default_factory=dict)
    """Packets that the job has not read yet, by topic and partition."""
    checkpoint_age: float | None = None
    """Seconds since its newest checkpoint; None before its first."""
    refused_commits: int = 0
    """Transactions that Kafka refused to commit since its tasks started."""

    @property
    def runs(self) -> bool:
        """Whether it reads and writes just now."""
        return self.state == "RUNNING"


@dataclass(frozen=True)
class Observation:
    """One look at everything."""

    children: Sequence[ChildState]
    jobs: Sequence[JobHealth]
    away: Sequence[str]
    """What does not answer, in words."""
    ledger: Mapping[str, Sequence[LedgerNight]]
    """Survey to its newest night."""
    dead: Mapping[str, int]
    """Survey to the undecodable packets of its newest night."""
    unapplied: Sequence[str] = ()
    """Jobs that do not run the filters that are stored, while nobody is changing them."""
    stuck: Sequence[tuple[str, int]] = ()
    """Topics and partitions in which the same transaction stays open."""

    @property
    def problems(self) -> list[str]:
        """What should run and does not, in words; empty when all does."""
        dead = [f"{child.name} is {child.state}" for child in self.children if child.pid is None]
        jobs = [f"{job.name} is {job.state}" for job in self.jobs if not job.runs]
        changes = [f"{name} lacks a change that is stored" for name in self.unapplied]
        stuck = [waiting(self.stuck)] if self.stuck else []
        return [*dead, *self.away, *jobs, *changes, *stuck]


def exposition(observation: Observation, failed_mends: int) -> bytes:
    """Return the metrics in Prometheus' text format."""
    registry = CollectorRegistry()
    registry.register(_Observed(observation, failed_mends))
    return generate_latest(registry)


class _Observed(Collector):
    def __init__(self, observation: Observation, failed_mends: int) -> None:
        self._seen = observation
        self._failed_mends = failed_mends

    def collect(self) -> Iterator[Metric]:
        yield from self._processes()
        yield from self._jobs()
        yield from self._filters()

    def _processes(self) -> Iterator[Metric]:
        ready = GaugeMetricFamily("minibroker_ready", "1 when all that should run does")
        ready.add_metric([], float(not self._seen.problems))
        yield ready
        mends = GaugeMetricFamily(
            "minibroker_failed_mends", "attempts in a row that did not bring back what is missing"
        )
        mends.add_metric([], self._failed_mends)
        yield mends
        up = GaugeMetricFamily(
            "minibroker_process_up", "1 when the process runs", labels=["process"]
        )
        memory = GaugeMetricFamily(
            "minibroker_process_resident_bytes", "resident memory", labels=["process"]
        )
        for child in self._seen.children:
            up.add_metric([child.name], float(child.pid is not None))
            memory.add_metric([child.name], child.memory)
        yield from (up, memory)

    def _jobs(self) -> Iterator[Metric]:
        up = GaugeMetricFamily("minibroker_job_up", "1 when the job runs", labels=["job", "state"])
        lag = GaugeMetricFamily(
            "minibroker_lag_packets",
            "packets that a job has not read yet",
            labels=["job", "topic", "partition"],
        )
        age = GaugeMetricFamily(
            "minibroker_checkpoint_age_seconds", "since the job's newest checkpoint", labels=["job"]
        )
        refused = GaugeMetricFamily(
            "minibroker_refused_commits",
            "transactions that Kafka refused to commit since the job's tasks started",
            labels=["job"],
        )
        for job in self._seen.jobs:
            refused.add_metric([job.name], job.refused_commits)
            up.add_metric([job.name, job.state], float(job.runs))
            for (topic, partition), packets in job.lag.items():
                lag.add_metric([job.name, topic, str(partition)], packets)
            if job.checkpoint_age is not None:
                age.add_metric([job.name], job.checkpoint_age)
        yield from (up, lag, age, refused)

    def _filters(self) -> Iterator[Metric]:
        labels = ["survey", "owner", "filter", "night"]
        alerts = GaugeMetricFamily(
            "minibroker_filter_alerts",
            "what became of the newest archived night's packets for a filter",
            labels=[*labels, "state"],
        )
        size = GaugeMetricFamily(
            "minibroker_filter_sent_bytes", "bytes of the messages sent", labels=labels
        )
        dead = GaugeMetricFamily(
            "minibroker_dead_letters",
            "undecodable packets of the newest archived night",
            labels=["survey"],
        )
        for survey, nights in self._seen.ledger.items():
            for each in nights:
                of = [survey, each.owner, each.name, each.night]
                for state in STATES:
                    alerts.add_metric([*of, state], getattr(each, state))
                size.add_metric(of, each.bytes)
        for survey, packets in self._seen.dead.items():
            dead.add_metric([survey], packets)
        yield from (alerts, size, dead)


STATES = ("read", "passed", "not_passed", "sent", "over_quota", "dead")
"""What the ledger counts of a night, as the metrics name it."""
