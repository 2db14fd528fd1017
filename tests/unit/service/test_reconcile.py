"""The reconciler on a real store and real folders; Flink's answers are made up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest

from minibroker.engine.flink import JobPlan
from minibroker.engine.store import Phase, Store
from minibroker.model.errors import JobError
from minibroker.model.job import JobSpec, JobState, Member, Offsets, TopicPartition
from minibroker.service.reconcile import FORGOTTEN, Reconciler, StateFolders

NAME = "minibroker.filters.ztf.0"
FIRST, SECOND = TopicPartition("ztf", 0), TopicPartition("ztf", 1)
BEGUN = {FIRST: 100, SECOND: 50}


class FakeFlink:
    """A cluster that is its own planner and Kafka: state is a folder whose ``_metadata`` exists.

    ``stands`` is where its job is at the next checkpoint or savepoint.
    """

    url = "http://flink"

    def __init__(self, folders: StateFolders) -> None:
        self._folders = folders
        self._known: list[tuple[Path, Offsets]] = []
        self.stands: Offsets = {}
        self.live: list[JobState] = []
        self.begun_from: list[str | None] = []
        self.groups: dict[str, Offsets] = {}
        self.commits: list[tuple[str, Offsets]] = []
        self.slots_told = [(8, 8)]
        """All slots and the free ones, at each look; the last of them from then on."""
        self.fails = ""
        """Why every start from a state, and what began so, fails; empty where none does."""
        self.is_stuck = False
        """Whether no checkpoint is completed, until a job begins without a state."""
        self.calls: list[str] = []

    def commit(self, group: str, offsets: Offsets) -> None:
        self.calls.append("commit")
        self.commits.append((group, offsets))
        self.groups[group] = {**self.groups.get(group, {}), **offsets}

    def group_offsets(self, group: str) -> Offsets:
        return self.groups.get(group, {})

    def jobs(self) -> list[JobState]:
        return self.live

    def slots(self) -> tuple[int, int]:
        return self.slots_told.pop(0) if len(self.slots_told) > 1 else self.slots_told[0]

    def slots_held(self, job_id: str) -> int:
        return 2

    def await_running(self, job_id: str, hopeless: str = "") -> None:
        assert [each.job_id for each in self.live] == [job_id]
        if not self.is_settled(job_id):
            raise JobError("job-slow", f"job {job_id} did not start")

    def is_settled(self, job_id: str) -> bool:
        return not (self.fails and self.begun_from[-1])

    def root_cause(self, job_id: str) -> str:
        return self.fails

    def abort_transactions(self, prefix: str, properties: Mapping[str, str]) -> int:
        self.calls.append(f"abort {prefix}")
        return 0

    def plan(self, spec: JobSpec) -> JobPlan:
        return JobPlan(spec, None)

    def submit(self, plan: JobPlan, restore_from: str | None, job_id: str) -> None:
        self.calls.append("submit")
        self.live = [JobState(job_id, plan.spec.name, "RUNNING")]
        self.begun_from.append(restore_from)
        self.is_stuck = self.is_stuck and restore_from is not None

    def cancel(self, job_id: str) -> None:
        self.calls.append("cancel")
        self.live = [job for job in self.live if job.job_id != job_id]

    def checkpoint(self, job_id: str) -> str:
        if self.is_stuck:
            raise JobError("no-checkpoint", f"job {job_id} completed no checkpoint")
        return self._write(self._folders.checkpoints / job_id)

    def await_checkpoint(self, job_id: str, seconds: float) -> None:
        self.checkpoint(job_id)

    def stop_with_savepoint(self, job_id: str, folder: Path) -> str:
        self.await_running(job_id)
        self.live = []
        return self._write(folder)

    def _write(self, folder: Path) -> str:
        state = folder / f"chk-{len(self._known)}"
        state.mkdir(parents=True)
        (state / "_metadata").touch()
        self._known.append((state, self.stands))
        return state.as_uri()

    def offsets(self, state: Path) -> Offsets:
        return dict(self._known)[state]

    def snapshot_number(self, state: Path) -> int:
        return int(state.name.removeprefix("chk-"))


@pytest.fixture
def folders(tmp_path: Path) -> StateFolders:
    return StateFolders(tmp_path / "checkpoints", tmp_path / "savepoints")


@pytest.fixture
def flink(folders: StateFolders) -> FakeFlink:
    return FakeFlink(folders)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "minibroker.sqlite")


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def reconciler(
    tmp_path: Path, store: Store, flink: FakeFlink, folders: StateFolders, said: list[str]
) -> Reconciler:
    made = cast(Any, flink)
    lock = tmp_path / "lock"
    return Reconciler(store, made, lambda: made, lambda: made, folders, lock, said.append, {})


def _spec(version: int) -> JobSpec:
    member = Member("ann", "bright", version)
    return JobSpec(NAME, (f"table {version}",), (), {"parallelism.default": "2"}, (member,))


def _stopped(reconciler: Reconciler, store: Store, flink: FakeFlink) -> str:
    """Run a job, stop it at BEGUN, and return its savepoint."""
    flink.stands = {FIRST: 10, SECOND: 0}
    reconciler.match(_spec(1))
    flink.stands = BEGUN
    assert reconciler.suspend(NAME)
    known = store.job(NAME)
    assert known is not None
    assert known.savepoint is not None
    return known.savepoint


@pytest.mark.parametrize(
    ("reached", "told"),
    [
        ({FIRST: 40, SECOND: 60}, "ztf[0] from 100 to 40"),
        ({FIRST: 100}, "ztf[1] from 50 to 0"),
        ({}, "ztf[0] from 100 to 0, ztf[1] from 50 to 0"),
    ],
)
def test_a_job_that_went_back_is_ended_and_keeps_its_savepoint(
    reconciler: Reconciler, store: Store, flink: FakeFlink, reached: Offsets, told: str
) -> None:
    savepoint = _stopped(reconciler, store, flink)
    flink.stands = reached
    with pytest.raises(JobError) as failure:
        reconciler.match(_spec(2))
    assert failure.value.code == "offsets-went-back"
    assert failure.value.message == (
        f"{NAME} was started from a savepoint and went back: {told}; it was stopped again"
    )
    assert failure.value.remedy == (
        "what it delivered meanwhile may come twice; `minibroker up` tries the savepoint again; was"
        f" a topic made anew, move {savepoint} away and run"
        " `minibroker restart ztf --from latest|earliest|TIME`"
    )
    assert flink.live == []
    known = store.job(NAME)
    assert known is not None
    assert (known.phase, known.savepoint) == (Phase.STOPPED, savepoint)

    flink.stands = BEGUN
    reconciler.match(_spec(2))
    assert flink.begun_from[-1] == Path(savepoint).as_uri()
    known = store.job(NAME)
    assert known is not None
    assert known.phase is Phase.RUNNING


def test_a_job_that_goes_on_from_its_savepoint_may_have_read_further(
    reconciler: Reconciler, store: Store, flink: FakeFlink
) -> None:
    _stopped(reconciler, store, flink)
    third = TopicPartition("ztf", 2)
    flink.stands = {FIRST: 100, SECOND: 51, third: 7}
    reconciler.match(_spec(1))
    assert len(flink.live) == 1
    assert {each.partition: each.begin for each in store.runs("ann", "bright")} == {
        0: 0,
        1: 0,
        2: 0,
    }


def _edited(reconciler: Reconciler, flink: FakeFlink, versions: int) -> Iterator[str]:
    """Run a job in so many versions, one after the other, and yield the id of each."""
    for version in range(1, versions + 1):
        flink.stands = {FIRST: version}
        reconciler.match(_spec(version))
        yield flink.live[0].job_id


def _ids(folder: Path) -> set[str]:
    return {each.name for each in folder.iterdir()}


def test_old_savepoints_are_removed_and_the_newest_two_stay(
    reconciler: Reconciler, store: Store, flink: FakeFlink, folders: StateFolders
) -> None:
    *_, before, last, now = _edited(reconciler, flink, 6)
    assert _ids(folders.savepoints) == {before, last}
    assert _ids(folders.checkpoints) == {before, last, now}
    assert store.job_ids(NAME) == [now, last, before]


def test_what_a_stopped_job_goes_on_from_stays_however_often_its_start_fails(
    reconciler: Reconciler, store: Store, flink: FakeFlink, folders: StateFolders
) -> None:
    *_, last = _edited(reconciler, flink, 3)
    savepoint = _stopped(reconciler, store, flink)
    for _ in range(4):
        flink.stands = {}
        with pytest.raises(JobError):
            reconciler.match(_spec(1))
    assert last != Path(savepoint).parent.name
    assert Path(savepoint).exists()
    flink.stands = BEGUN
    reconciler.match(_spec(1))
    assert flink.begun_from[-1] == Path(savepoint).as_uri()


def test_old_state_that_cannot_be_removed_is_told_and_tried_again(
    reconciler: Reconciler,
    flink: FakeFlink,
    folders: StateFolders,
    said: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(folder: Path) -> None:
        raise PermissionError(13, "Permission denied", str(folder))

    with monkeypatch.context() as patched:
        patched.setattr("minibroker.service.reconcile.shutil.rmtree", refuse)
        first, *_ = _edited(reconciler, flink, 4)
    old = folders.savepoints / first
    assert f"{NAME}: old state stays: [Errno 13] Permission denied: '{old}'" in said
    assert old.exists()
    reconciler.match(_spec(5))
    assert not old.exists()


def test_a_first_start_that_died_is_made_again_from_where_it_was_to_begin(
    reconciler: Reconciler, store: Store, flink: FakeFlink, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*words: object) -> None:
        raise KeyboardInterrupt

    flink.stands = begin = {FIRST: 10, SECOND: 0}
    reconciler.match(_spec(1))
    beside = flink.live[0].job_id
    second = replace(
        _spec(1), name="minibroker.filters.ztf.1", beside=NAME, members=(Member("ann", "faint", 1),)
    )
    with monkeypatch.context() as patched:
        patched.setattr(flink, "submit", die)
        with pytest.raises(KeyboardInterrupt):
            reconciler.match(second)
    flink.stands = BEGUN
    flink.checkpoint(beside)
    assert reconciler.position(NAME) == BEGUN

    reconciler.match(replace(second, members=(Member("ann", "faint", 2),)))
    assert flink.commits[-2:] == [
        (second.name, begin),
        # Where it stands is shown as soon as it runs.
        (second.name, BEGUN),
    ]
    runs = [(each.version, each.partition, each.begin) for each in store.runs("ann", "faint")]
    assert runs == [(2, 0, 10), (2, 1, 0)]


def test_an_edit_of_a_job_that_has_read_nothing_yet_begins_where_the_job_does(
    reconciler: Reconciler, store: Store, flink: FakeFlink
) -> None:
    flink.stands = {FIRST: 10, SECOND: -3}
    flink.commit(NAME, {FIRST: 3, SECOND: 20})
    reconciler.match(_spec(1))
    reconciler.match(_spec(2))
    runs = [(run.version, run.partition, run.begin, run.end) for run in store.runs("ann", "bright")]
    assert runs == [(1, 0, 3, 10), (2, 0, 10, None), (2, 1, 20, None)]


def _forget(
    reconciler: Reconciler, store: Store, flink: FakeFlink, monkeypatch: pytest.MonkeyPatch
) -> str:
    """Have a job fail since Kafka has forgotten it, and whoever started it die; return its id."""

    def die(job_id: str, hopeless: str) -> None:
        raise KeyboardInterrupt

    _stopped(reconciler, store, flink)
    flink.fails = f"org.apache.kafka.common.errors.{FORGOTTEN}: the producer id is not known"
    with monkeypatch.context() as patched:
        patched.setattr(flink, "await_running", die)
        with pytest.raises(KeyboardInterrupt):
            reconciler.match(_spec(1))
    flink.calls.clear()
    return flink.live[0].job_id


@pytest.mark.parametrize(("version", "has_read"), [(1, False), (2, False), (2, True)])
def test_a_job_that_kafka_has_forgotten_is_healed_whoever_started_it(
    reconciler: Reconciler,
    store: Store,
    flink: FakeFlink,
    folders: StateFolders,
    said: list[str],
    monkeypatch: pytest.MonkeyPatch,
    version: int,
    has_read: bool,
) -> None:
    failing = _forget(reconciler, store, flink, monkeypatch)
    savepoints = _ids(folders.savepoints)
    if has_read:
        flink.stands = {FIRST: 130, SECOND: 60}
        flink.checkpoint(failing)

    reconciler.match(_spec(version))
    assert flink.calls == ["cancel", f"abort {NAME}", "commit", "submit", "commit"]
    assert flink.groups[NAME] == ({FIRST: 130, SECOND: 60} if has_read else BEGUN)
    assert flink.begun_from[-1] is None
    known = store.job(NAME)
    assert known is not None
    assert (known.phase, known.savepoint) == (Phase.RUNNING, None)
    assert [each.job_id for each in flink.live] == [known.job_id] != [failing]
    begins = [run.begin for run in store.runs("ann", "bright") if run.version == 2]
    assert begins == (list(flink.groups[NAME].values()) if version == 2 else [])
    assert store.members(NAME) == {Member("ann", "bright", version)}
    assert sum("Kafka has forgotten" in each for each in said) == 1
    # What it was healed of can still be gone back to.
    if has_read:
        assert failing in _ids(folders.checkpoints)
    else:
        assert _ids(folders.savepoints) == savepoints


def test_a_job_that_was_forgotten_once_and_runs_is_left_as_it_is(
    reconciler: Reconciler, store: Store, flink: FakeFlink, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing = _forget(reconciler, store, flink, monkeypatch)
    monkeypatch.setattr(flink, "is_settled", lambda job_id: True)
    flink.is_stuck = True
    with pytest.raises(JobError, match="completed no checkpoint"):
        reconciler.match(_spec(1))
    assert [each.job_id for each in flink.live] == [failing]
    assert flink.calls == []


def test_a_job_that_runs_and_can_commit_no_more_begins_anew_where_it_stood(
    reconciler: Reconciler, store: Store, flink: FakeFlink, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing = _forget(reconciler, store, flink, monkeypatch)
    reconciler.prove(_spec(1))
    assert [each.job_id for each in flink.live] == [failing], "it completes its checkpoints"

    flink.is_stuck = True
    reconciler.prove(_spec(1))
    assert flink.calls == ["cancel", f"abort {NAME}", "commit", "submit", "commit"]
    assert [each.job_id for each in flink.live] != [failing]


def test_a_proof_that_fails_for_another_reason_is_told(
    reconciler: Reconciler, store: Store, flink: FakeFlink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("minibroker.service.reconcile.PROOF_SECONDS", 0.0)
    _stopped(reconciler, store, flink)
    reconciler.prove(_spec(1))
    assert flink.live == [], "it does not run: nothing is to be proven"
    reconciler.match(_spec(1))
    flink.is_stuck = True
    with pytest.raises(JobError, match="completed no checkpoint"):
        reconciler.prove(_spec(1))
    assert len(flink.live) == 1


def test_a_job_that_fails_for_another_reason_is_left_as_it_is(
    reconciler: Reconciler, store: Store, flink: FakeFlink
) -> None:
    _stopped(reconciler, store, flink)
    before = dict(flink.groups)
    flink.fails = "the disk is full"
    with pytest.raises(JobError, match="did not start"):
        reconciler.match(_spec(1))
    assert len(flink.live) == 1
    assert flink.groups == before


def test_a_failing_job_that_nobody_wants_any_more_is_ended(
    reconciler: Reconciler,
    store: Store,
    flink: FakeFlink,
    said: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    failing = _forget(reconciler, store, flink, monkeypatch)
    reconciler.retire(NAME)
    assert flink.live == []
    assert flink.calls == ["cancel", f"abort {NAME}"]
    assert store.job(NAME) is None
    ends = {run.partition: run.end for run in store.runs("ann", "bright")}
    assert ends == {0: 100, 1: 50}
    assert f"job {failing} did not start; it is ended as it is" in said


def test_a_running_job_is_not_stopped_for_slots_that_are_not_there(
    reconciler: Reconciler, flink: FakeFlink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("minibroker.service.reconcile.SLOT_SECONDS", 0.0)
    flink.stands = BEGUN
    reconciler.match(_spec(1))
    before = flink.live
    flink.slots_told = [(8, 0)]
    reconciler.match(_spec(2))
    assert flink.live != before, "as wide as before, it has the slots of the one that ends"
    before = flink.live
    with pytest.raises(JobError) as failure:
        reconciler.match(replace(_spec(3), settings={"parallelism.default": "5"}))
    assert failure.value.message == (f"{NAME}: 3 slots needed, Flink at http://flink has 0 free")
    assert flink.live == before


def test_slots_that_come_free_are_waited_for(reconciler: Reconciler, flink: FakeFlink) -> None:
    flink.stands = BEGUN
    flink.slots_told = [(8, 0), (8, 1), (8, 2)]
    reconciler.match(_spec(1))
    assert len(flink.live) == 1


def test_a_job_without_state_that_nobody_wants_any_more_ends_where_kafka_knows_it(
    reconciler: Reconciler, store: Store, flink: FakeFlink, said: list[str]
) -> None:
    savepoint = _stopped(reconciler, store, flink)
    flink.commit(NAME, {FIRST: 90})
    (Path(savepoint) / "_metadata").unlink()
    reconciler.retire(NAME)
    assert store.job(NAME) is None
    assert [(run.partition, run.end) for run in store.runs("ann", "bright")] == [(0, 90)]
    (told,) = (each for each in said if "its savepoint" in each)
    assert told.endswith("is not there: its filters ran as far as it last told Kafka")


def test_an_edit_before_flink_has_looked_for_partitions_begins_where_the_job_does(
    reconciler: Reconciler, store: Store, flink: FakeFlink
) -> None:
    flink.stands = {}
    flink.commit(NAME, {FIRST: 3})
    reconciler.match(_spec(1))
    reconciler.match(_spec(2))
    assert [(run.version, run.begin) for run in store.runs("ann", "bright")] == [(2, 3)]


def test_an_old_savepoint_that_cannot_be_read_holds_up_no_edit(
    reconciler: Reconciler, flink: FakeFlink, monkeypatch: pytest.MonkeyPatch
) -> None:
    list(_edited(reconciler, flink, 4))

    def refuse(state: Path) -> int:
        raise JobError("flink-refused", f"Flink cannot read {state}")

    monkeypatch.setattr(flink, "snapshot_number", refuse)
    reconciler.match(_spec(5))
    assert [each.state for each in flink.live] == ["RUNNING"]
