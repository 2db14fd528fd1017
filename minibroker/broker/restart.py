"""The verb restart: begin anew where a job's state is lost, knowing what that costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from minibroker.model.errors import ConfigError
from minibroker.model.job import JobSpec, Offsets, TopicPartition
from minibroker.service.archive_job import archive_job_name
from minibroker.service.deliveries import deliveries_topic

if TYPE_CHECKING:
    from minibroker.broker import Broker
    from minibroker.engine.kafka import Kafka


@dataclass(frozen=True)
class Restart:
    """What starting a job anew does."""

    spec: JobSpec
    known: Offsets
    """Where it is last known to have stood, out of what it told Kafka."""
    begins: Offsets
    """Where each partition begins: of one that it told nothing of, it may have read nothing."""
    offsets: Offsets
    """Where it would begin."""

    @property
    def repeated(self) -> int:
        """Packets that it would read a second time."""
        return sum(max(0, at - self.offsets[place]) for place, at in self._stood.items())

    @property
    def skipped(self) -> int:
        """Packets that it would never read."""
        return sum(max(0, self.offsets[place] - at) for place, at in self._stood.items())

    @property
    def _stood(self) -> Offsets:
        return {**self.begins, **self.known}


def parse_start(text: str) -> datetime | None:
    """Read ``earliest``, ``latest`` (None) or an ISO time, UTC where it names no zone."""
    if text == "latest":
        return None
    if text == "earliest":
        return datetime.fromtimestamp(0, UTC)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ConfigError(
            "bad-time",
            f"--from {text}: no time",
            "write earliest, latest, or a UTC time as 2026-03-05T04:00:00",
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def restarts(broker: Broker, survey: str, start: datetime | None) -> list[Restart]:
    """Return what would begin anew: a survey's jobs that do not run and whose state is lost."""
    chosen = broker.survey(survey)
    lost = [spec for spec in broker.specs(chosen) if broker.reconciler.is_lost(spec.name)]
    if not lost:
        raise ConfigError(
            "nothing-lost",
            f"each job of {survey} runs, or has the state to go on from",
            "run `minibroker up`",
        )
    return [_restart(broker, survey, spec, start) for spec in lost]


def _restart(broker: Broker, survey: str, spec: JobSpec, start: datetime | None) -> Restart:
    topics = broker.topics(survey)
    if spec.name == archive_job_name(survey):
        topics.append(deliveries_topic(survey))
    kafka = broker.kafka
    return Restart(
        spec,
        _by_partition({each: kafka.committed(spec.name, each) for each in topics}),
        _by_partition({each: _begins(kafka, each) for each in topics}),
        _by_partition({each: kafka.offsets_since(each, start) for each in topics}),
    )


def _begins(kafka: Kafka, topic: str) -> dict[int, int]:
    return {number: low for number, (low, _) in kafka.ends(topic).items()}


def refusal(chosen: Sequence[Restart]) -> ConfigError:
    """Return the refusal of a restart that nobody confirmed, with what it would do."""
    costs = "; ".join(
        f"{each.spec.name} would read {each.repeated} packets again and skip {each.skipped}"
        for each in chosen
    )
    return ConfigError(
        "not-confirmed",
        f"its state is lost, so starting anew loses or repeats alerts: {costs}",
        "if that is meant, add --yes",
    )


def _by_partition(found: dict[str, dict[int, int]]) -> dict[TopicPartition, int]:
    return {
        TopicPartition(topic, number): offset
        for topic, offsets in found.items()
        for number, offset in offsets.items()
    }
