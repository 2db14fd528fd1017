"""Shards, pauses, crashes in the midst of a change, lost state: who got which alert."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from confluent_kafka import KafkaException, Producer

from minibroker.broker import Broker
from minibroker.engine.process import wait_until
from minibroker.engine.store import FilterState
from minibroker.model.errors import ConfigError, JobError
from minibroker.model.filter import FilterSource
from minibroker.model.job import short_name
from minibroker.model.packet import Packet
from minibroker.service.audit import source_of
from minibroker.service.filter_job import filter_job_name
from tests.integration.crash import POINTS
from tests.integration.transactions import refuse
from tests.torture.feed import Feed
from tests.torture.settings import write_settings

pytestmark = pytest.mark.stack

SECONDS = 300.0
TOPIC = "ztf"
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def packets(data: Path) -> list[Packet]:
    return [Packet(file.read_bytes()) for file in sorted((data / "ztf/v3.3").rglob("*.avro"))]


@pytest.fixture
def two(broker: Broker) -> Iterator[Broker]:
    """The run's broker with two filters a shard, and no filter of another test in its shards."""
    chosen = Broker(replace(broker.config, flink=replace(broker.config.flink, shard_filters=2)))
    _remove_all(chosen)
    yield chosen
    _remove_all(chosen)


def _remove_all(broker: Broker) -> None:
    left = [each.name for each in broker.filters.held()]
    if left:
        broker.filters.remove(*left)


def _filter(name: str, condition: str = "candidate.jd > 0") -> FilterSource:
    return FilterSource(f"-- name: {name}\nSELECT * FROM ztf WHERE {condition}", name)


def _ends(broker: Broker) -> dict[int, int]:
    return {number: end for number, (_, end) in broker.kafka.ends(TOPIC).items()}


def _send(broker: Broker, packets: list[Packet]) -> None:
    broker.kafka.produce(TOPIC, packets)


def _await(broker: Broker) -> None:
    broker.packets.await_stream("ztf", SECONDS, lambda lag: None)


def _between(before: dict[int, int], after: dict[int, int]) -> dict[tuple[int, int], int]:
    """Each place of the topic in between, once."""
    return {(p, o): 1 for p, end in after.items() for o in range(before[p], end)}


def _delivered(broker: Broker, name: str, before: dict[int, int]) -> Counter[tuple[int, int]]:
    places = map(source_of, broker.kafka.read([f"minibroker.test.{name}"]))
    return Counter((p.partition, p.offset) for p in places if p.offset >= before[p.partition])


def _leave_open(broker: Broker, transaction: str, topic: str) -> Producer:
    """Begin a transaction as a job does that then dies."""
    # Silent: it stays until the run has ended, and Kafka may have gone before.
    producer = Producer(
        {
            "bootstrap.servers": broker.config.bootstrap,
            "transactional.id": transaction,
            "log_level": 0,
        }
    )
    producer.init_transactions(SECONDS)
    producer.begin_transaction()
    producer.produce(topic, b"never committed")
    producer.flush(SECONDS)
    return producer


def _jobs(broker: Broker) -> set[str]:
    names = {short_name(job.name) for job in broker.jobs() if job.live}
    return {name for name in names if name.startswith("minibroker.filters.ztf.")}


def test_a_second_shard_begins_where_the_first_one_stands(
    two: Broker, packets: list[Packet]
) -> None:
    two.filters.submit([_filter("one"), _filter("two")])
    _send(two, packets)
    _await(two)
    before = _ends(two)
    dead = sum(1 for _ in two.kafka.read(["minibroker.dead.ztf"]))
    two.filters.submit([_filter("three")])
    assert _jobs(two) == {"minibroker.filters.ztf.0", "minibroker.filters.ztf.1"}
    assert [two.filters.stored(name).shard for name in ("one", "two", "three")] == [0, 0, 1]
    # Edited before it has read anything.
    two.filters.submit([_filter("three", "candidate.jd > 1")])
    _send(two, [*packets, Packet(b"no packet")])
    _await(two)
    sent = _between(before, _ends(two))
    everything = Counter(_delivered(two, "one", dict.fromkeys(before, 0)))
    assert sum(everything.values()) > len(sent)
    good = {place: 1 for place in sent if everything[place]}
    assert len(good) == len(sent) - 1, "all but the one that is no packet"
    # What it got from before is what came since the first shard's last checkpoint: nothing here.
    assert _delivered(two, "three", dict.fromkeys(before, 0)) == good
    assert sum(1 for _ in two.kafka.read(["minibroker.dead.ztf"])) == dead + 1, "once, not twice"
    begun = {r.partition: r.begin for r in two.store.runs("test", "three")}
    assert begun == before

    # An edit of one shard leaves the other as it is; an empty one is ended.
    first = two.store.job("minibroker.filters.ztf.0")
    two.filters.remove("three")
    assert _jobs(two) == {"minibroker.filters.ztf.0"}
    assert two.store.job("minibroker.filters.ztf.0") == first
    assert two.store.job("minibroker.filters.ztf.1") is None
    assert {r.partition: r.end for r in two.store.runs("test", "three")} == {
        number: end for number, end in _ends(two).items() if end > before[number]
    }


def test_a_paused_filter_gets_nothing_and_its_runs_say_so(
    two: Broker, packets: list[Packet]
) -> None:
    two.filters.submit([_filter("beside"), _filter("other"), _filter("paused")])
    _await(two)
    first = _ends(two)
    two.filters.pause("paused")
    assert two.filters.stored("paused").state is FilterState.PAUSED
    # What its quota has counted is in the state of its job, which has no other filter.
    assert _jobs(two) == {"minibroker.filters.ztf.0", "minibroker.filters.ztf.1"}
    _send(two, packets)
    _await(two)
    second = _ends(two)
    two.filters.resume("paused")
    _send(two, packets)
    _await(two)
    last = _ends(two)
    assert _delivered(two, "paused", first) == _between(second, last)
    assert _delivered(two, "beside", first) == _between(first, last)
    told = two.filters.history("paused")
    assert [each.change for each in told.changes][-3:] == ["submitted", "paused", "resumed"]
    assert {each.by for each in told.changes} != {""}
    open_runs = {r.partition: r.begin for r in told.runs if r.end is None}
    assert open_runs == second
    again = two.filters.submit([_filter("paused")])
    assert [each.changed for each in again] == [False]


def test_a_change_that_dies_anywhere_is_mended_by_the_next_run(
    two: Broker, packets: list[Packet], tmp_path: Path
) -> None:
    settings = write_settings(two.config, tmp_path / "minibroker.toml")
    two.filters.submit([_filter("steady"), _filter("edited", "candidate.rb > 2")])
    _await(two)
    before = _ends(two)
    for number, point in enumerate(POINTS):
        text = _filter("edited", f"candidate.rb > {3 + number}").text
        (tmp_path / "edited.sql").write_text(text)
        _send(two, packets[:20])
        command = [sys.executable, "-m", "tests.integration.crash", str(settings), point]
        died = subprocess.run(
            [*command, str(tmp_path / "edited.sql")],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert died.returncode == -signal.SIGKILL, (point, died.stderr[-2_000:])
        _send(two, packets[20:])
        two.up()
        assert two.filters.stored("edited").text == text, point
        assert _jobs(two) == {"minibroker.filters.ztf.0"}, point
    _await(two)
    assert _delivered(two, "steady", before) == _between(before, _ends(two))
    versions = [run.version for run in two.store.runs("test", "edited") if run.end is None]
    assert set(versions) == {two.filters.stored("edited").version}


def test_two_people_who_submit_at_once_both_get_their_filter(
    two: Broker, packets: list[Packet], tmp_path: Path
) -> None:
    settings = write_settings(two.config, tmp_path / "minibroker.toml")
    names = ["mine", "yours"]
    running = []
    for name in names:
        file = tmp_path / f"{name}.sql"
        file.write_text(_filter(name).text)
        command = [sys.executable, "-m", "minibroker", "submit", str(file)]
        running.append(
            subprocess.Popen(
                [*command, "--config", str(settings)],
                cwd=ROOT,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
            )
        )
    for each in running:
        _, said = each.communicate(timeout=SECONDS)
        assert each.returncode == 0, said
    _await(two)
    before = _ends(two)
    _send(two, packets)
    _await(two)
    for name in names:
        assert _delivered(two, name, before) == _between(before, _ends(two))


def test_a_lost_savepoint_is_refused_and_a_restart_says_what_it_costs(
    two: Broker, packets: list[Packet], tmp_path: Path
) -> None:
    two.filters.submit([_filter("survivor")])
    _await(two)
    name = "minibroker.filters.ztf.0"
    with two.reconciler.alone():
        two.reconciler.suspend(name)
    stopped = two.store.job(name)
    assert stopped is not None
    assert stopped.savepoint is not None
    shutil.move(stopped.savepoint, tmp_path / "lost")
    before = _ends(two)
    _send(two, packets)
    assert two.troubles() == {name: "should run and does not"}
    (jobs,) = (found for found in two.watch.examine() if found.system == "jobs")
    assert jobs.said == f"{name}: should run and does not"
    assert jobs.remedy.endswith("`minibroker up` starts all else")
    with pytest.raises(JobError) as failure:
        two.up()
    assert failure.value.code == "state-lost"
    assert failure.value.message == (
        f"{name} ran before as job {stopped.job_id},"
        f" but its savepoint {stopped.savepoint} is not there"
    )
    assert failure.value.remedy == (
        "bring that folder back; or start it anew, which loses or repeats alerts:"
        " minibroker restart ztf --from latest|earliest|TIME"
    )
    assert _jobs(two) == set()
    stored = two.store.filters()
    with pytest.raises(JobError, match="its savepoint"):
        two.filters.submit([_filter("another")])
    assert two.store.filters() == stored

    with pytest.raises(ConfigError) as refused:
        two.restart("ztf", None, is_sure=False)
    assert refused.value.code == "not-confirmed"
    assert refused.value.message == (
        "its state is lost, so starting anew loses or repeats alerts:"
        f" {name} would read 0 packets again and skip {len(packets)}"
    )
    left_open = _leave_open(two, f"{name}-0-999", "minibroker.test.survivor")
    assert two.kafka.has_open_transactions("minibroker.test.survivor")
    done = two.restart("ztf", None, is_sure=True)
    # Whoever reads what is committed does not wait for a transaction that nobody will end.
    assert not two.kafka.has_open_transactions("minibroker.test.survivor")
    with pytest.raises(KafkaException):
        left_open.commit_transaction(SECONDS)
    assert [(each.repeated, each.skipped) for each in done] == [(0, len(packets))]
    after = _ends(two)
    _send(two, packets)
    _await(two)
    assert _delivered(two, "survivor", before) == _between(after, _ends(two))
    with pytest.raises(ConfigError, match="each job of ztf runs"):
        two.restart("ztf", None, is_sure=True)


def test_commits_that_kafka_refuses_are_told(two: Broker) -> None:
    name = filter_job_name("ztf")
    two.filters.submit([_filter("dropped")])
    feed = Feed(two, "ztf", rate=50.0, seed=1)
    feed.start()
    assert wait_until(lambda: any(two.kafka.read(["minibroker.test.dropped"])), SECONDS)
    # Packets flow when it is stopped: its last transaction is in the savepoint.
    with two.reconciler.alone():
        two.reconciler.suspend(name)
    feed.end()
    refuse(two, name)
    two.up()
    job = two.reconciler.running(name)
    assert job is not None
    assert wait_until(lambda: two.flink.refused_commits(job.job_id) > 0, SECONDS)
    (found,) = (each for each in two.watch.examine() if each.system == "commits")
    assert not found.well
    assert re.fullmatch(
        rf"Kafka refused to commit \d+ transactions? of {re.escape(name)} since it last started:"
        " alerts that passed may not have been delivered",
        found.said,
    )
    assert found.remedy == (
        "`minibroker audit --night NIGHT` names what is lacking; `minibroker rewind` sends it"
    )
    (health,) = (each for each in two.watch.observe().jobs if each.name == name)
    assert health.refused_commits > 0


def test_too_few_slots_are_told_before_anything_changes(
    two: Broker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("minibroker.service.reconcile.SLOT_SECONDS", 1.0)
    two.filters.submit([_filter("one"), _filter("two")])
    wide = Broker(replace(two.config, flink=replace(two.config.flink, parallelism=100)))
    stored, jobs = two.store.filters(), _jobs(two)
    with pytest.raises(JobError) as failure:
        wide.filters.submit([_filter("three")])
    assert failure.value.code == "slots-short"
    assert failure.value.message.startswith(
        "minibroker.filters.ztf.0, minibroker.filters.ztf.1: 198 slots needed, Flink at"
    )
    assert two.store.filters() == stored
    assert _jobs(two) == jobs
