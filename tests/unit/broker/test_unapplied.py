"""A change that is stored, and that whoever made it did not live to apply."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from minibroker.broker import Broker
from minibroker.config import Config
from minibroker.engine.store import FilterState, StoredFilter
from minibroker.model.job import Member

BRIGHT = StoredFilter(
    "ann", "bright", "ztf", "minibroker.ann.bright", 1, "f1", "f", "", FilterState.RUNNING, 1
)
JOB = "minibroker.filters.ztf.1"


@pytest.fixture
def broker(tmp_path: Path) -> Broker:
    """A broker with one filter, which its job runs."""
    broker = Broker(Config(data=tmp_path, owner="ann"))
    broker.store.commit([BRIGHT], "ann")
    broker.store.record_members(JOB, [Member("ann", "bright", 1)], {})
    broker.store.job_starting(JOB, "1234", None)
    return broker


def test_what_runs_as_it_is_stored_lacks_nothing(broker: Broker) -> None:
    assert broker.filters.unapplied() == []


@pytest.mark.parametrize(
    "change",
    [
        replace(BRIGHT, version=2, fingerprint="f2"),
        replace(BRIGHT, state=FilterState.PAUSED),
        replace(BRIGHT, state=FilterState.REMOVED),
    ],
)
def test_a_job_that_was_not_given_its_change_is_named(broker: Broker, change: StoredFilter) -> None:
    broker.store.commit([change], "ann")
    assert broker.filters.unapplied() == [JOB]


def test_a_paused_filter_keeps_the_job_that_counts_what_it_was_sent(broker: Broker) -> None:
    broker.store.commit([replace(BRIGHT, state=FilterState.PAUSED)], "ann")
    assert JOB in broker.wanted_jobs()
    broker.store.commit([replace(BRIGHT, state=FilterState.REMOVED)], "ann")
    assert JOB not in broker.wanted_jobs()


def test_nothing_is_brought_back_after_a_down(broker: Broker) -> None:
    mark = broker.config.data / "run" / "down"
    mark.parent.mkdir()
    mark.touch()
    broker.bring_up()
    assert not (broker.config.data / "kafka").exists()


def test_a_process_that_changes_jobs_is_seen_without_flink(broker: Broker) -> None:
    assert not broker.is_changing()
    with broker.reconciler.alone():
        assert broker.is_changing()
    assert not broker.is_changing()
