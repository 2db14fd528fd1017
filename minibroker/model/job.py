"""What a Flink job is made of, and what Flink says of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class JobSpec:
    """One job as Flink SQL: tables, the INSERTs that run together, and settings.

    The function that sub-queries call is created among the tables, where a filter has one.
    """

    name: str
    tables: tuple[str, ...]
    inserts: tuple[str, ...]
    settings: Mapping[str, str]


@dataclass(frozen=True)
class JobPlan:
    """A spec that Flink has planned; ``json`` is its compiled plan with ids renumbered from 1."""

    spec: JobSpec
    json: str


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
