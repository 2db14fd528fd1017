"""What a Flink job is made of, and what Flink says of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias


class TopicPartition(NamedTuple):
    """One partition of a Kafka topic."""

    topic: str
    partition: int

    def __str__(self) -> str:
        return f"{self.topic}[{self.partition}]"


Offsets: TypeAlias = Mapping[TopicPartition, int]
"""Where a reader stands: the offset that it reads next, by partition."""


@dataclass(frozen=True)
class Member:
    """One version of a filter that a job runs."""

    owner: str
    name: str
    version: int


@dataclass(frozen=True)
class JobSpec:
    """One job as Flink SQL: tables, the INSERTs that run together, and settings.

    The function that sub-queries call is created among the tables, where a filter has one.
    """

    name: str
    tables: tuple[str, ...]
    inserts: tuple[str, ...]
    settings: Mapping[str, str]
    members: tuple[Member, ...] = ()
    """The filters that a filter job runs."""
    beside: str = ""
    """The job where this one's first start begins; empty for the beginning of the topic."""


@dataclass(frozen=True)
class JobState:
    """A job as Flink's REST API tells it."""

    job_id: str
    name: str
    state: str
    """Flink's own word: ``RUNNING``, ``RESTARTING``, ``FAILED``, ``FINISHED``, …"""

    @property
    def live(self) -> bool:
        """Whether the job holds its place in the stream: running, or on its way there."""
        return self.state in LIVE_STATES


LIVE_STATES = frozenset(
    {"INITIALIZING", "CREATED", "RUNNING", "RESTARTING", "FAILING", "RECONCILING"}
)
TROUBLES_REMEDY = "Flink itself tries what is RESTARTING; `minibroker up` starts all else"
"""What helps jobs that are not well."""


def short_name(name: str) -> str:
    """Return a job's name without the digest of what it runs."""
    return name.split(" ")[0]
