"""Waiting until a job has finished with everything that its topics hold."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from minibroker.engine.flink_rest import FlinkRest
from minibroker.engine.kafka import Kafka
from minibroker.model.errors import JobError
from minibroker.model.job import JobState

PAUSE = 0.2
"""Seconds between two looks."""


@dataclass(frozen=True)
class Reading:
    """A running job and the topics that it reads."""

    kafka: Kafka
    flink: FlinkRest
    job: JobState
    group: str
    topics: Sequence[str]

    def behind(self) -> int:
        """Return how many packets of the topics the job has not read yet."""
        return sum(self.lag().values())

    def lag(self) -> dict[tuple[str, int], int]:
        """Return per topic and partition how many packets the job has not read yet.

        Flink commits a source's offsets only when its client next wakes, up to 10 s after the
        checkpoint, so what the job itself says it has read counts too.
        """
        return {(topic, n): lag for topic in self.topics for n, lag in self._lag(topic).items()}

    def _lag(self, topic: str) -> dict[int, int]:
        committed = self.kafka.committed(self.group, topic)
        read = self.flink.offsets_read(self.job.job_id, topic)
        return {
            number: max(0, end - max(low, committed.get(number, low), read.get(number, -1) + 1))
            for number, (low, end) in self.kafka.ends(topic).items()
        }


def await_caught_up(
    reading: Reading,
    outputs: Sequence[str],
    seconds: float,
    each: Callable[[int], None] = lambda lag: None,
    pause: float = PAUSE,
) -> None:
    """Wait until a job has read all of its topics and what it wrote to ``outputs`` is committed.

    ``each`` hears the lag, every ``pause`` seconds and at last 0. Raises JobError when the job has
    not moved for ``seconds``.
    """
    while True:
        _await_read(reading, seconds, each, pause)
        reading.flink.await_checkpoint(reading.job.job_id)
        # What the job was said to have read may be from before it lost a worker.
        if not reading.behind():
            break
    patience = _Patience(seconds)
    while any(reading.kafka.has_open_transactions(output) for output in outputs):
        if patience.lost(0):
            raise JobError(
                "transaction-open",
                f"{reading.group}: what it delivered is not committed after {seconds:.0f} s",
                "run `minibroker doctor`, which looks at open transactions too",
            )
        time.sleep(PAUSE)


def _await_read(
    reading: Reading, seconds: float, each: Callable[[int], None], pause: float
) -> None:
    patience = _Patience(seconds)
    while lag := reading.behind():
        each(lag)
        if patience.lost(lag):
            raise JobError(
                "job-stuck",
                f"{reading.group}: {lag} packets behind in {', '.join(reading.topics)},"
                f" no progress for {seconds:.0f} s",
                "look at `minibroker status`",
            )
        time.sleep(pause)
    each(0)


def await_growth(size: Callable[[], int], target: int, seconds: float, job: str) -> None:
    """Wait until a job's output reaches a size; JobError when it has not grown for ``seconds``."""
    patience = _Patience(seconds)
    while (found := size()) < target:
        if patience.lost(found):
            raise JobError(
                "job-stuck",
                f"{job}: {found} of {target} packets written, no progress for {seconds:.0f} s",
                "look at `minibroker status`",
            )
        time.sleep(PAUSE)


class _Patience:
    """Is lost when a number has stayed the same for too long."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._last: int | None = None
        self._since = time.monotonic()

    def lost(self, number: int) -> bool:
        if number != self._last:
            self._last, self._since = number, time.monotonic()
        return time.monotonic() - self._since > self._seconds
