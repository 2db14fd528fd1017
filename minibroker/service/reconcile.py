"""Make Flink run a job as it should be, without losing or repeating an alert."""

from __future__ import annotations

import hashlib
import shutil
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from minibroker.engine.flink import JobPlan, Planner
from minibroker.engine.flink_rest import FlinkRest
from minibroker.engine.lock import hold
from minibroker.engine.process import wait_until
from minibroker.engine.store import Phase, Store, StoredJob
from minibroker.model.errors import JobError, OutsideError
from minibroker.model.job import JobSpec, JobState, Offsets, TopicPartition, short_name

if TYPE_CHECKING:
    from minibroker.engine.kafka import Kafka


SLOT_SECONDS = 10.0
"""How long slots may take to become free: those of a job that just ended do within a second."""
PROOF_SECONDS = 60.0
"""How long a checkpoint that fails is tried again: the job may be coming back from a failure."""
PROOF_PAUSE = 0.5
"""Seconds from one that failed to the next."""
FORGOTTEN = "InvalidPidMappingException"
"""What Flink's job fails with when Kafka does not know its last transactions any more."""
KEPT_STATES = 1
"""How many of a job's earlier states stay on disk, besides the one that it was started from."""


@dataclass(frozen=True)
class StateFolders:
    """Where the jobs of a cluster keep their state; each job has a folder of its id in both."""

    checkpoints: Path
    savepoints: Path


class Reconciler:
    """Compares what should run with what runs, job by job.

    ``planner`` and ``kafka`` are called only when a job must change: the one starts a JVM.
    ``kafka_properties`` are those of a client in Java.
    """

    def __init__(
        self,
        store: Store,
        flink: FlinkRest,
        planner: Callable[[], Planner],
        kafka: Callable[[], Kafka],
        folders: StateFolders,
        lock: Path,
        tell: Callable[[str], None],
        kafka_properties: Mapping[str, str],
    ) -> None:
        self._store = store
        self._flink = flink
        self._planner = planner
        self._kafka = kafka
        self._folders = folders
        self._lock = lock
        self._tell = tell
        self._kafka_properties = kafka_properties

    def plan(self, specs: Sequence[JobSpec]) -> list[tuple[JobSpec, JobPlan | None]]:
        """Let Flink plan the jobs; None for one that runs already just so.

        Nothing has changed when this raises: a plan that Flink refuses stops no job, nor does
        one that there is no room for, or whose state is lost.
        """
        planned = [(spec, self._plan(spec)) for spec in specs]
        more = {}
        for spec, plan in planned:
            if plan is None:
                continue
            running = self.running(spec.name)
            if running is None:
                self._resume_point(spec.name)
            held = 0 if running is None else self._flink.slots_held(running.job_id)
            more[spec.name] = max(0, _slots(spec) - held)
        self._check_slots(more)
        return planned

    def apply(self, spec: JobSpec, plan: JobPlan | None) -> None:
        """Stop what runs under the spec's name with a savepoint, and resume from it with the plan.

        Every step is written down before the next is taken: should this process die in between,
        the next one goes on from there. A job that Kafka has forgotten begins anew where it stood.
        """
        try:
            self._apply(spec, plan)
        except JobError:
            # Planned before it is looked at: a job that came back meanwhile is left alone.
            plan = plan or self._planned(spec)
            running = self.running(spec.name)
            if running is None or not self._is_forgotten(running.job_id):
                raise
            self._begin_where_it_stood(spec, plan, running.job_id)

    def _apply(self, spec: JobSpec, plan: JobPlan | None) -> None:
        running = self.running(spec.name)
        if plan is not None:
            if running is not None:
                self._tell(f"stopping {spec.name} with a savepoint")
                self._stop(spec.name, running)
            self._tell(f"starting {spec.name}")
            self._settle(spec, self._start(spec, plan))
        elif running is not None:
            self._flink.await_running(running.job_id, hopeless=FORGOTTEN)
            known = self._store.job(spec.name)
            if known is None or known.phase is not Phase.RUNNING:
                # The process that started it died before it could write this down.
                self._settle(spec, running.job_id)

    def match(self, spec: JobSpec) -> None:
        """Make Flink run the job as ``spec`` says."""
        for planned in self.plan([spec]):
            self.apply(*planned)

    def prove(self, spec: JobSpec) -> None:
        """See that a job can still commit: it may run and fail at its next checkpoint only.

        One that Kafka has forgotten begins anew where it stood; raises JobError where another
        completes none.
        """
        running = self.running(spec.name)
        if running is None:
            return
        deadline = time.monotonic() + PROOF_SECONDS
        while True:
            try:
                self._flink.await_checkpoint(running.job_id, 0.0)
                return
            except JobError:
                if self._is_forgotten(running.job_id):
                    break
                if time.monotonic() > deadline:
                    raise
                time.sleep(PROOF_PAUSE)
        self._begin_where_it_stood(spec, self._planned(spec), running.job_id)

    def is_lost(self, name: str) -> bool:
        """Whether a job does not run and has no state left to go on from."""
        if self.running(name) is not None:
            return False
        try:
            self._resume_point(name)
        except JobError as error:
            if error.code != "state-lost":
                raise
            return True
        return False

    def restart(self, spec: JobSpec, offsets: Offsets, known: Offsets) -> None:
        """Start a job anew at these offsets, whatever that loses or repeats.

        ``known`` is where it is last known to have stood: there its filters' runs end.
        """
        plan = self._planned(spec)
        self._check_slots({spec.name: _slots(spec)})
        self._abort_transactions(spec.name)
        self._store.record_members(spec.name, (), known)
        self._kafka().commit(spec.name, offsets)
        self._store.forget_job(spec.name)
        self._tell(f"starting {spec.name} anew")
        self._settle(spec, self._begin(spec, plan, None, offsets))

    def suspend(self, name: str) -> bool:
        """Stop a job with a savepoint, from which `match` resumes; False when it does not run."""
        running = self.running(name)
        if running is None:
            return False
        self._tell(f"stopping {name} with a savepoint")
        self._stop(name, running)
        return True

    def retire(self, name: str) -> None:
        """Stop a job that has nothing to do, and forget where: its next start is a first one."""
        try:
            self.suspend(name)
        except JobError as error:
            # What fails again and again has no savepoint to give; nobody wants what it would send.
            self._tell(f"{error.message}; it is ended as it is")
            running = self.running(name)
            if running is not None:
                self._flink.cancel(running.job_id)
        if self._store.job(name) is not None:
            self._store.record_members(name, (), self._last_position(name))
            self._abort_transactions(name)
            self._store.forget_job(name)

    def _last_position(self, name: str) -> Offsets:
        """Return where a job that ended stood, as far as it told Kafka if its state is lost."""
        try:
            return self.position(name)
        except JobError as error:
            if error.code != "state-lost":
                raise
            self._tell(f"{error.message}: its filters ran as far as it last told Kafka")
            return self._kafka().group_offsets(name)

    def running(self, name: str) -> JobState | None:
        """Return the live job of this name, whatever filters it runs."""
        live = (job for job in self._flink.jobs() if job.live)
        return next((job for job in live if short_name(job.name) == name), None)

    def position(self, name: str) -> Offsets:
        """Return where a job stands: at its newest checkpoint while it runs."""
        return self._position(name, self._resume_point(name))

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the lock that keeps two processes from changing jobs at once."""
        waiting = "waiting for another minibroker that is changing jobs"
        with hold(self._lock, lambda: self._tell(waiting)):
            yield

    def _plan(self, spec: JobSpec) -> JobPlan | None:
        running = self.running(spec.name)
        if running is not None and running.name == _full_name(spec):
            return None
        return self._planned(spec)

    def _planned(self, spec: JobSpec) -> JobPlan:
        return self._planner().plan(replace(spec, name=_full_name(spec)))

    def _is_forgotten(self, job_id: str) -> bool:
        """Whether a job fails just now since Kafka does not know its last transactions."""
        return not self._flink.is_settled(job_id) and FORGOTTEN in self._flink.root_cause(job_id)

    def _check_slots(self, more: Mapping[str, int]) -> None:
        """See that there is room for jobs that need so many more slots than they hold."""
        needed = sum(more.values())
        if not needed:
            return
        if not wait_until(lambda: self._flink.slots()[1] >= needed, SLOT_SECONDS):
            _, free = self._flink.slots()
            raise JobError(
                "slots-short",
                f"{', '.join(name for name in more if more[name])}: {needed} slots needed,"
                f" Flink at {self._flink.url} has {free} free",
                "raise flink.slots in minibroker.toml, then `minibroker down` and `minibroker up`;"
                " or give your Flink another task manager",
            )

    def _stop(self, name: str, running: JobState) -> None:
        folder = self._folders.savepoints / running.job_id
        savepoint = self._flink.stop_with_savepoint(running.job_id, folder)
        self._store.job_stopped(name, running.job_id, str(_path(savepoint)))

    def _start(self, spec: JobSpec, plan: JobPlan) -> str:
        snapshot = self._resume_point(spec.name)
        if snapshot is None:
            self._seed(spec)
        return self._begin(spec, plan, snapshot, self._position(spec.name, snapshot))

    def _begin_where_it_stood(self, spec: JobSpec, plan: JobPlan, failing: str) -> None:
        """Start a job at the offsets of its state, without the state.

        Of that, Flink would first commit the transactions again, and fail at those that Kafka does
        not know any more. They are over: Kafka forgets none that is open, or has lost its owner.
        """
        self._tell(
            f"{spec.name}: Kafka has forgotten the transactions of its last state: it begins anew"
            " where that stood, its filters' quotas are counted from nothing, and what it had not"
            " committed when it was killed is named by `minibroker audit`"
        )
        self._flink.cancel(failing)
        offsets = self.position(spec.name)
        self._abort_transactions(spec.name)
        self._kafka().commit(spec.name, offsets)
        self._settle(spec, self._begin(spec, plan, None, offsets))

    def _abort_transactions(self, name: str) -> None:
        """End what a lost job had begun to send, for which committed readers would wait."""
        count = self._planner().abort_transactions(name, self._kafka_properties)
        if count:
            self._tell(f"aborted what {name} had left open: {count} transactions")

    def _begin(self, spec: JobSpec, plan: JobPlan, snapshot: Path | None, offsets: Offsets) -> str:
        """Write down what is about to run and from where, run it, and return its id."""
        job_id = uuid.uuid4().hex
        # First: it says that the place where the job begins is chosen, once and for all.
        self._store.job_starting(spec.name, job_id, None if snapshot is None else str(snapshot))
        self._store.record_members(spec.name, spec.members, offsets)
        self._planner().submit(plan, None if snapshot is None else snapshot.as_uri(), job_id)
        self._flink.await_running(job_id, hopeless=FORGOTTEN)
        return job_id

    def _seed(self, spec: JobSpec) -> None:
        """Make a first start begin where the job beside it stands.

        One that came to no checkpoint begins again where it was to begin, which Kafka has.
        """
        if spec.beside and self._store.job(spec.name) is None:
            stands = self.position(spec.beside)
            if stands:
                self._kafka().commit(spec.name, stands)

    def _position(self, name: str, snapshot: Path | None) -> Offsets:
        """Return where a job stands at a snapshot, or before its first one.

        What it has not read of yet it will read from where Kafka has its group, if anywhere.
        """
        stood = {} if snapshot is None else self._planner().offsets(snapshot)
        read = {place: offset for place, offset in stood.items() if offset >= 0}
        if read and len(read) == len(stood):
            return read
        return {**self._kafka().group_offsets(name), **read}

    def _settle(self, spec: JobSpec, job_id: str) -> None:
        """Write down that a job runs, once a checkpoint shows that it went on from where it should.

        Raises JobError where it did not; the job is ended then, and its state is as before.
        """
        known = self._store.job(spec.name)
        reached = self._planner().offsets(_path(self._flink.checkpoint(job_id)))
        if known is not None and known.savepoint is not None:
            begun = self._planner().offsets(Path(known.savepoint))
            back = [place for place in begun if reached.get(place, -1) < begun[place]]
            if back:
                self._flink.cancel(job_id)
                self._store.job_stopped(spec.name, job_id, known.savepoint)
                raise _went_back(known, back, begun, reached)
        self._store.record_partitions(spec.name, reached)
        self._store.job_started(spec.name, job_id)
        self._show_position(spec.name, reached)
        self._sweep(spec.name)

    def _show_position(self, name: str, reached: Offsets) -> None:
        """Let Kafka know where a job stands, for whoever asks how far it is behind.

        Flink does so only when the job's client next wakes: with nothing to read, in ten seconds.
        """
        read = {place: offset for place, offset in reached.items() if offset > 0}
        # It is no reason to take the job for one that did not start.
        with suppress(OutsideError):
            self._kafka().commit(name, read)

    def _sweep(self, name: str) -> None:
        """Remove the savepoints and checkpoints of a job's earlier starts but for the newest.

        A job that has a checkpoint of its own needs none before it; they stay for a person who
        must go back. What cannot be removed is told, and tried again the next time.
        """
        jobs = self._store.jobs()
        needed = {each.job_id for each in jobs}
        # What a job was started from is in a folder of the id that it had before.
        needed |= {Path(each.savepoint).parent.name for each in jobs if each.savepoint}
        earlier = [each for each in self._store.job_ids(name) if each not in needed]
        # One that failed from its start has no state that it could be gone back to.
        kept = [each for each in earlier if self._has_state(each)][:KEPT_STATES]
        for job_id in (each for each in earlier if each not in kept):
            try:
                for folder in (self._folders.savepoints, self._folders.checkpoints):
                    if (folder / job_id).exists():
                        shutil.rmtree(folder / job_id)
            except OSError as error:
                self._tell(f"{name}: old state stays: {error}")
                continue
            self._store.forget_job_id(job_id)

    def _has_state(self, job_id: str) -> bool:
        """Whether a complete checkpoint or savepoint of a job is on disk; it is not read."""
        folders = (self._folders.savepoints, self._folders.checkpoints)
        return any(any((folder / job_id).glob("*/_metadata")) for folder in folders)

    def _resume_point(self, name: str) -> Path | None:
        """Return the state a job goes on from, None only for its very first start."""
        known = self._store.job(name)
        if known is None:
            return None
        started_from = None if known.savepoint is None else Path(known.savepoint)
        if known.phase is not Phase.STOPPED:
            newest = self._newest_snapshot(known.job_id)
            if newest is not None:
                return newest
            # RUNNING is written down after a checkpoint: without one, this is a job's first start
            # that went no further.
            if known.phase is Phase.STARTING and started_from is None:
                return None
        if known.phase is Phase.RUNNING or started_from is None or not _is_complete(started_from):
            raise _state_lost(known, self._folders)
        return started_from

    def _newest_snapshot(self, job_id: str) -> Path | None:
        """Return the newest complete checkpoint or savepoint of a job."""
        found = {
            int(file.parent.name.removeprefix("chk-")): file.parent
            for file in (self._folders.checkpoints / job_id).glob("chk-*/_metadata")
        }
        for file in (self._folders.savepoints / job_id).glob("*/_metadata"):
            found[self._planner().snapshot_number(file.parent)] = file.parent
        return found[max(found)] if found else None


def _slots(spec: JobSpec) -> int:
    return int(spec.settings["parallelism.default"])


def _is_complete(snapshot: Path) -> bool:
    return (snapshot / "_metadata").exists()


def _path(uri: str) -> Path:
    """Return the folder that Flink names as ``file:/…``."""
    return Path(unquote(urlsplit(uri).path))


def _state_lost(known: StoredJob, folders: StateFolders) -> JobError:
    if known.phase is Phase.RUNNING:
        gone = f"no checkpoint of it is left in {folders.checkpoints / known.job_id}"
    else:
        gone = f"its savepoint {known.savepoint} is not there"
    return JobError(
        "state-lost",
        f"{known.name} ran before as job {known.job_id}, but {gone}",
        "bring that folder back; or start it anew, which loses or repeats alerts:"
        f" minibroker restart {_survey(known)} --from latest|earliest|TIME",
    )


def _survey(known: StoredJob) -> str:
    """Return the survey that a job is of, which its name tells."""
    return known.name.split(".")[2]


def _went_back(
    known: StoredJob, back: Sequence[TopicPartition], begun: Offsets, reached: Offsets
) -> JobError:
    places = ", ".join(
        f"{each} from {begun[each]} to {max(0, reached.get(each, 0))}" for each in back
    )
    return JobError(
        "offsets-went-back",
        f"{known.name} was started from a savepoint and went back: {places}; it was stopped again",
        "what it delivered meanwhile may come twice; `minibroker up` tries the savepoint again; was"
        f" a topic made anew, move {known.savepoint} away and run"
        f" `minibroker restart {_survey(known)} --from latest|earliest|TIME`",
    )


def _full_name(spec: JobSpec) -> str:
    """Return the job's name with what tells two specs apart, so that Flink itself remembers it."""
    text = "\0".join(
        (*spec.tables, *spec.inserts, *(f"{k}={v}" for k, v in sorted(spec.settings.items())))
    )
    return f"{spec.name} {hashlib.sha256(text.encode()).hexdigest()[:12]}"
