"""What is told of a job that does not start."""

from __future__ import annotations

import time
from collections.abc import Callable

import httpx
import pytest

from minibroker.engine.flink_rest import FlinkRest
from minibroker.model.errors import JobError

JOB = "0123456789abcdef0123456789abcdef"


def cluster(state: str, task: str, *causes: str, slots: int = 8) -> FlinkRest:
    """Return a cluster whose one job stays in this state, its newest failure first."""
    trace = "".join(f"java.lang.RuntimeException\nCaused by: {each}\n" for each in causes)
    entries = [{"stacktrace": trace}] if causes else []
    job = {
        "jid": JOB,
        "name": "minibroker.filters.ztf.0 5f3a",
        "state": state,
        "tasks": {"running": 3 if task == "RUNNING" else 2, "total": 3},
    }
    answers = {
        "/jobs/overview": {"jobs": [job]},
        f"/jobs/{JOB}/exceptions": {"exceptionHistory": {"entries": entries}},
        "/overview": {"slots-total": slots, "slots-available": 0},
    }
    return _answering(lambda path: answers[path])


def _answering(answer: Callable[[str], object]) -> FlinkRest:
    flink = FlinkRest("http://localhost:8081")
    transport = httpx.MockTransport(lambda asked: httpx.Response(200, json=answer(asked.url.path)))
    flink._client = httpx.Client(transport=transport, base_url=flink.url)
    return flink


def failure(flink: FlinkRest, seconds: float, failing: float) -> JobError:
    with pytest.raises(JobError) as caught:
        flink.await_running(JOB, seconds, failing)
    assert caught.value.remedy.endswith(f"http://localhost:8081/#/job/running/{JOB}/exceptions")
    return caught.value


def test_a_job_that_is_slow_is_told_by_its_name_and_not_as_failed() -> None:
    error = failure(cluster("RUNNING", "INITIALIZING"), seconds=0.3, failing=0.0)
    assert error.code == "job-slow"
    assert error.message == (
        "minibroker.filters.ztf.0 did not start within 0 s: it is RUNNING and has not failed"
    )
    assert error.remedy.startswith("see what else runs on its host; ")


def test_a_job_that_nothing_is_there_to_run_is_told_before_its_time_is_over() -> None:
    with pytest.raises(JobError) as caught:
        cluster("RUNNING", "SCHEDULED", slots=0).await_running(JOB, 300.0, 0.0)
    assert caught.value.message == (
        "minibroker.filters.ztf.0 is RUNNING:"
        " Flink at http://localhost:8081 has no task manager to run it"
    )
    assert caught.value.remedy == "run `minibroker up`, or start your Flink's"


def test_a_job_that_fails_is_told_with_its_cause_before_its_time_is_over() -> None:
    error = failure(cluster("RESTARTING", "CANCELED", "no room"), seconds=300.0, failing=0.0)
    assert error.code == "job-failed"
    assert error.message == "minibroker.filters.ztf.0 is failing again and again: no room"


def test_a_job_that_no_other_try_helps_is_waited_for_a_little(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("minibroker.engine.flink_rest.HOPELESS_SECONDS", 0.3)
    flink, began = cluster("RESTARTING", "CANCELED", "forgotten: id 7"), time.monotonic()
    with pytest.raises(JobError, match="failing again and again: forgotten: id 7"):
        flink.await_running(JOB, 300.0, 60.0, hopeless="forgotten")
    assert 0.3 <= time.monotonic() - began < 60.0
    began = time.monotonic()
    with pytest.raises(JobError):
        flink.await_running(JOB, 0.6, 60.0, hopeless="another")
    assert time.monotonic() - began >= 0.6


def test_a_job_that_failed_once_has_time_to_come_back() -> None:
    flink, began = cluster("RUNNING", "INITIALIZING", "task manager lost"), time.monotonic()
    error = failure(flink, seconds=0.3, failing=60.0)
    assert time.monotonic() - began >= 0.3
    assert error.code == "job-slow"
    assert error.message == (
        "minibroker.filters.ztf.0 did not start within 0 s: it is RUNNING and last failed with:"
        " task manager lost"
    )


def test_a_job_that_failed_and_is_slowly_coming_back_is_waited_for() -> None:
    flink, began = cluster("RUNNING", "INITIALIZING", "no slots yet"), time.monotonic()
    failure(flink, seconds=0.3, failing=0.0)
    assert time.monotonic() - began >= 0.3


def test_a_job_that_ended_is_told_at_once() -> None:
    error = failure(cluster("FAILED", "FAILED", "no such topic"), seconds=300.0, failing=60.0)
    assert error.message == "minibroker.filters.ztf.0 is FAILED: no such topic"


def test_a_job_that_runs_is_waited_for_no_longer() -> None:
    cluster("RUNNING", "RUNNING", "an old failure").await_running(JOB)


def test_a_job_that_was_just_accepted_is_waited_for() -> None:
    named = {"jid": JOB, "name": "minibroker.filters.ztf.0 5f3a", "state": "RUNNING"}
    alone = named | {"vertices": [{"status": "RUNNING"}, {"status": "INITIALIZING"}]}
    running = {"jobs": [named | {"tasks": {"running": 3, "total": 3}}]}
    asked: list[str] = []

    def answer(path: str) -> object:
        asked.append(path)
        if path == "/jobs/overview":
            return {"jobs": []} if len(asked) < 5 else running
        return alone

    _answering(answer).await_running(JOB)
    assert asked[:2] == ["/jobs/overview", f"/jobs/{JOB}"]
    assert len(asked) >= 5


def test_a_job_that_is_told_alone_runs_with_all_its_tasks() -> None:
    alone = {"name": "minibroker.filters.ztf.0 5f3a", "state": "RUNNING"}
    running = alone | {"vertices": [{"status": "RUNNING"}, {"status": "RUNNING"}]}
    answers = {"/jobs/overview": {"jobs": []}, f"/jobs/{JOB}": running}
    assert _answering(lambda path: answers[path]).is_settled(JOB)
