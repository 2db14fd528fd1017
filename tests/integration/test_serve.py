"""The service: it tells how everything is, and brings back what dies."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator

import httpx
import pytest

from minibroker.broker import Broker
from minibroker.engine.process import wait_until
from minibroker.engine.store import FilterState, StoredFilter
from minibroker.model.job import Member
from minibroker.service.archive_job import archive_job_name
from minibroker.service.filter_job import filter_job_name
from minibroker.ui.demo import free_ports

pytestmark = pytest.mark.stack

SECONDS = 300.0
"""Without any progress; all that is waited for takes a small part of it, but on a slow machine."""


STORED = StoredFilter(
    *("test", "half_way", "ztf", "minibroker.test.half_way", 1, "", "half_way.sql"),
    "-- name: half_way\nSELECT * FROM ztf WHERE candidate.rb > 2",
    FilterState.RUNNING,
    0,
)
"""Whoever submitted it died before its job had it."""
STORED_JOB = filter_job_name("ztf")


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def url(broker: Broker, told: list[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Where a service of its own looks after the stack of the run, every second."""
    monkeypatch.setattr("minibroker.broker.watch.LOOK_SECONDS", 1.0)
    (port,) = free_ports(1)
    ended = threading.Event()
    service = Broker(broker.config, told.append)
    arguments = ("localhost", port, ended.wait)
    thread = threading.Thread(target=service.watch.serve, args=arguments)
    thread.start()
    yield f"http://localhost:{port}"
    ended.set()
    thread.join()


def _status(url: str) -> int:
    try:
        return httpx.get(url, timeout=30.0).status_code
    except httpx.ConnectError:
        return 0


def test_what_dies_is_told_and_comes_back(broker: Broker, url: str, told: list[str]) -> None:
    assert wait_until(lambda: _status(f"{url}/readyz") == 200, SECONDS)
    assert httpx.get(f"{url}/healthz").text == "alive\n"

    worker = broker.stack.task_manager.find()
    assert worker is not None
    os.kill(worker.pid, signal.SIGKILL)
    assert wait_until(lambda: "bringing back: taskmanager is dead" in " ".join(told), SECONDS)
    assert wait_until(lambda: broker.stack.task_manager.find() is not None, SECONDS)
    assert wait_until(lambda: _status(f"{url}/readyz") == 200, SECONDS)

    name = archive_job_name("ztf")
    job = broker.reconciler.running(name)
    assert job is not None
    broker.flink.cancel(job.job_id)
    assert wait_until(lambda: f"{name} is CANCELED" in " ".join(told), SECONDS)
    assert wait_until(lambda: _status(f"{url}/readyz") == 200, SECONDS)
    back = broker.reconciler.running(name)
    assert back is not None
    assert back.job_id != job.job_id

    told.clear()
    broker.store.commit([STORED], "test")
    assert wait_until(lambda: "lacks a change that is stored" in " ".join(told), SECONDS)
    assert wait_until(lambda: _status(f"{url}/readyz") == 200, SECONDS)
    assert broker.store.members(STORED_JOB) >= {Member("test", STORED.name, 1)}
    broker.filters.remove(STORED.name)

    # A look may have come upon the job while it was exchanged.
    ready = "minibroker_ready 1.0"
    assert wait_until(lambda: ready in httpx.get(f"{url}/metrics", timeout=30.0).text, SECONDS)
    metrics = httpx.get(f"{url}/metrics", timeout=30.0).text
    assert 'minibroker_process_up{process="taskmanager"} 1.0' in metrics
    assert f'minibroker_job_up{{job="{name}",state="RUNNING"}} 1.0' in metrics
    assert f'minibroker_lag_packets{{job="{name}",partition="0",topic="ztf"}}' in metrics
    assert f'minibroker_checkpoint_age_seconds{{job="{name}"}}' in metrics


def test_what_was_stopped_on_purpose_is_left_alone(broker: Broker) -> None:
    broker.config.data.joinpath("run", "down").touch()
    assert broker.is_down()
    broker.up()
    assert not broker.is_down()


def test_the_doctor_finds_the_stack_well(broker: Broker) -> None:
    found = {each.system: each for each in broker.watch.examine()}
    assert [each for each in found.values() if not each.well] == []
    assert found["kafka"].said.startswith(f"answers at {broker.config.bootstrap}, ")
    assert found["flink"].said.startswith(f"answers at {broker.config.flink_url}, ")
    assert list(found) == [
        *("python", "java", "jars", "disk", "memory", "ports"),
        *(
            "kafka",
            "flink",
            "jobs",
            "commits",
            "transactions",
            "registry",
            "archive",
            "store",
            "secrets",
        ),
    ]
