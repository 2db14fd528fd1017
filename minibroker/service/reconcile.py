"""Make Flink run a job as it should be, without losing or repeating an alert."""

from __future__ import annotations

import fcntl
import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from minibroker.engine.flink import Planner
from minibroker.engine.flink_rest import FlinkRest
from minibroker.engine.store import Store, StoredJob
from minibroker.model.errors import JobError
from minibroker.model.job import JobPlan, JobSpec, JobState


class Reconciler:
    """Compares what should run with what runs, job by job.

    ``planner`` is called only when a job must change, since it starts a JVM.
    """

    def __init__(
        self,
        store: Store,
        flink: FlinkRest,
        planner: Callable[[], Planner],
        checkpoints: Path,
        lock: Path,
        tell: Callable[[str], None],
    ) -> None:
        self._store = store
        self._flink = flink
        self._planner = planner
        self._checkpoints = checkpoints
        self._lock = lock
        self._tell = tell

    def plan(self, spec: JobSpec) -> JobPlan | None:
        """Let Flink plan the job; None when just this job runs already.

        Nothing has changed when this raises: a plan that Flink refuses stops no job.
        """
        running = self.running(spec.name)
        if running is not None and running.name == _full_name(spec):
            # Again, in case the process that started it died before it could write this down.
            self._store.job_started(spec.name, running.job_id)
            return None
        return self._planner().plan(replace(spec, name=_full_name(spec)))

    def apply(self, spec: JobSpec, plan: JobPlan | None) -> None:
        """Stop what runs under the spec's name with a savepoint, and resume from it with the plan.

        Between the stop and the start the store knows the savepoint: should this process die
        there, the next one goes on from it.
        """
        running = self.running(spec.name)
        if plan is None:
            if running is not None:
                self._flink.await_running(running.job_id)
            return
        if running is not None:
            self._tell(f"stopping {spec.name} with a savepoint")
            self._stop(spec.name, running)
        self._tell(f"starting {spec.name}")
        job_id = self._planner().submit(plan, self._resume_point(spec.name))
        self._flink.await_running(job_id)
        self._store.job_started(spec.name, job_id)

    def match(self, spec: JobSpec) -> None:
        """Make Flink run the job as ``spec`` says."""
        self.apply(spec, self.plan(spec))

    def suspend(self, name: str) -> bool:
        """Stop a job with a savepoint, from which `match` resumes; False when it does not run."""
        running = self.running(name)
        if running is None:
            return False
        self._tell(f"stopping {name} with a savepoint")
        self._stop(name, running)
        return True

    def running(self, name: str) -> JobState | None:
        """Return the live job of this name, whatever filters it runs."""
        live = (job for job in self._flink.jobs() if job.live)
        return next((job for job in live if job.name.split(" ")[0] == name), None)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the lock that keeps two processes from changing jobs at once."""
        self._lock.parent.mkdir(parents=True, exist_ok=True)
        with self._lock.open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                self._tell("waiting for another minibroker that is changing jobs")
                fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _stop(self, name: str, running: JobState) -> None:
        savepoint = self._flink.stop_with_savepoint(running.job_id)
        self._store.job_stopped(name, running.job_id, savepoint)

    def _resume_point(self, name: str) -> str | None:
        """Return the state a job goes on from, None only for its very first start."""
        known = self._store.job(name)
        if known is None:
            return None
        found = known.savepoint or self._newest_checkpoint(known)
        if found is None:
            raise JobError(
                "state-lost",
                f"{name} ran before as job {known.job_id}, but no savepoint or checkpoint of it"
                f" is left in {self._checkpoints}",
                "bring that folder back; starting without it would lose or repeat alerts",
            )
        return found

    def _newest_checkpoint(self, known: StoredJob) -> str | None:
        """Return the newest complete checkpoint of a job that ended without a savepoint."""
        complete = (self._checkpoints / (known.job_id or "-")).glob("chk-*/_metadata")
        newest = max(
            complete, key=lambda file: int(file.parent.name.removeprefix("chk-")), default=None
        )
        return None if newest is None else newest.parent.as_uri()


def _full_name(spec: JobSpec) -> str:
    """Return the job's name with what tells two specs apart, so that Flink itself remembers it."""
    text = "\0".join(
        (*spec.tables, *spec.inserts, *(f"{k}={v}" for k, v in sorted(spec.settings.items())))
    )
    return f"{spec.name} {hashlib.sha256(text.encode()).hexdigest()[:12]}"
