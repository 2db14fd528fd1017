"""Flink's REST API: which jobs run, how they fare, and stopping one with a savepoint."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx

from minibroker.engine.process import wait_until
from minibroker.model.errors import JobError, OutsideError
from minibroker.model.job import JobState, short_name

FAILED_COMMITS = re.compile(r"\.failedCommittables$")
ENDED = ("FINISHED", "CANCELED", "FAILED")
TRIED_AGAIN = ("RESTARTING", "FAILING")
METRICS_ASKED = 10
"""Metrics that one question names: Flink refuses an address of more than 4096 characters."""
FAILING_SECONDS = 60.0
"""How long a job that failed may take to run again: by then it has been tried several times."""
HOPELESS_SECONDS = 15.0
"""The same where no other try helps, by all that is known; one that does takes some seconds."""
START_SECONDS = 300.0
"""How long a job's tasks may take to run: seconds, but on a loaded host minutes."""
SAVEPOINT_SECONDS = 120.0
"""Deadline for a stop with savepoint; state is kilobytes, so this is a cluster in trouble."""


class FlinkRest:
    """One cluster's REST API."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        self._client = httpx.Client(base_url=self.url, timeout=30.0)

    def jobs(self) -> list[JobState]:
        """Return every job the cluster remembers, the newest first."""
        told = sorted(self._get("/jobs/overview")["jobs"], key=lambda job: -int(job["start-time"]))
        return [JobState(job["jid"], job["name"], job["state"]) for job in told]

    def await_running(
        self,
        job_id: str,
        seconds: float = START_SECONDS,
        failing: float = FAILING_SECONDS,
        hopeless: str = "",
    ) -> None:
        """Wait until every task of the job runs; raise JobError where that does not come.

        One that has ended, or that after ``failing`` seconds has failed again and waits for its
        next try, is told with its root cause; so is after that time that nothing is there to run
        it. HOPELESS_SECONDS are enough where ``hopeless`` is in the cause. One that only takes long
        may take ``seconds``: its host is slow.
        """
        began = time.monotonic()
        job: dict[str, Any] = {}

        def is_decided() -> bool:
            nonlocal job
            job = self._job(job_id)
            if _is_settled(job):
                return True
            waited = time.monotonic() - began
            if waited < failing:
                return (
                    bool(hopeless)
                    and waited >= HOPELESS_SECONDS
                    and job["state"] in TRIED_AGAIN
                    and hopeless in self.root_cause(job_id)
                )
            # One whose tasks are starting is being tried just now: it failed once, or is slow.
            gave_up = job["state"] != "RUNNING" and bool(self.root_cause(job_id))
            return gave_up or not self.slots()[0]

        wait_until(is_decided, seconds)
        if _runs(job):
            return
        name, state, cause = short_name(job["name"]), job["state"], self.root_cause(job_id)
        if state in ENDED or (cause and state != "RUNNING"):
            told = state if state in ENDED else "failing again and again"
            raise JobError("job-failed", f"{name} is {told}: {cause}", self._remedy(job_id))
        if not self.slots()[0]:
            raise JobError(
                "job-slow",
                f"{name} is {state}: Flink at {self.url} has no task manager to run it",
                "run `minibroker up`, or start your Flink's",
            )
        failed = f"last failed with: {cause}" if cause else "has not failed"
        raise JobError(
            "job-slow",
            f"{name} did not start within {seconds:.0f} s: it is {state} and {failed}",
            f"see what else runs on its host; {self._remedy(job_id)}",
        )

    def root_cause(self, job_id: str) -> str:
        """Return in one line why a job last failed, empty when it never did."""
        told = (
            self._get(f"/jobs/{job_id}/exceptions").get("exceptionHistory", {}).get("entries", [])
        )
        if not told:
            return ""
        causes = re.findall(r"^Caused by: (.+)$", told[0]["stacktrace"], re.MULTILINE)
        return str(causes[-1] if causes else told[0]["stacktrace"].splitlines()[0])

    def stop_with_savepoint(self, job_id: str, folder: Path) -> str:
        """Stop a job so that nothing is lost or repeated; return its savepoint, one in ``folder``.

        It is a URI, as Flink tells it.
        """
        # A job that is just coming back from a failure has nothing to save yet.
        self.await_running(job_id)
        asked = self._post(
            f"/jobs/{job_id}/stop", {"drain": False, "targetDirectory": folder.as_uri()}
        )
        path = f"/jobs/{job_id}/savepoints/{asked['request-id']}"
        wait_until(lambda: self._get(path)["status"]["id"] == "COMPLETED", SAVEPOINT_SECONDS)
        told = self._get(path)
        operation = told.get("operation", {})
        if "location" not in operation:
            reason = _innermost(operation.get("failure-cause", {})) or told["status"]["id"]
            raise JobError(
                "stop-failed",
                f"{self._named(job_id)} was not stopped: {reason}",
                "it goes on as before; look at `minibroker status` and try again",
            )
        wait_until(lambda: self._ended(job_id), SAVEPOINT_SECONDS)
        return str(operation["location"])

    def checkpoint(self, job_id: str) -> str:
        """Make the job take a checkpoint now and return it, a URI."""
        asked = self._post(f"/jobs/{job_id}/checkpoints", {})
        path = f"/jobs/{job_id}/checkpoints/{asked['request-id']}"
        wait_until(lambda: self._get(path)["status"]["id"] == "COMPLETED", SAVEPOINT_SECONDS)
        operation = self._get(path).get("operation", {})
        if "checkpointId" not in operation:
            reason = self.root_cause(job_id) or _innermost(operation.get("failure-cause", {}))
            raise JobError(
                "no-checkpoint",
                f"{self._named(job_id)} completed no checkpoint: {reason or 'it takes too long'}",
                self._remedy(job_id),
            )
        number = operation["checkpointId"]
        details = f"/jobs/{job_id}/checkpoints/details/{number}"
        wait_until(lambda: self._get(details)["status"] == "COMPLETED", SAVEPOINT_SECONDS)
        return str(self._get(details)["external_path"])

    def slots_held(self, job_id: str) -> int:
        """Return how many slots a job takes: one for all its tasks of the same number."""
        vertices = self._get(f"/jobs/{job_id}")["vertices"]
        return max((int(vertex["parallelism"]) for vertex in vertices), default=0)

    def cancel(self, job_id: str) -> None:
        """End a job without a savepoint: for one that failed, or whose work is not wanted.

        Nothing of it runs afterwards; JobError where it does not end.
        """
        self._call("PATCH", f"/jobs/{job_id}?mode=cancel")
        if not wait_until(lambda: self._ended(job_id), SAVEPOINT_SECONDS):
            raise JobError(
                "not-cancelled",
                f"{self._named(job_id)} did not end within {SAVEPOINT_SECONDS:.0f} s",
                self._remedy(job_id),
            )

    def offsets_read(self, job_id: str, topic: str) -> dict[int, int]:
        """Return the offset of the last packet of a topic that the job has read, by partition.

        A partition of which it has read nothing since it started is left out. Metrics, not
        state: what was read may not be covered by a checkpoint yet.
        """
        # Flink writes these characters as underscores in the names of metrics.
        spelled = re.escape(re.sub(r"[ .:,]", "_", topic))
        current = re.compile(
            rf"KafkaSourceReader\.topic\.{spelled}\.partition\.(\d+)\.currentOffset$"
        )
        return {
            int(place[1]): offset for place, offset in self._metrics(job_id, current) if offset >= 0
        }

    def refused_commits(self, job_id: str) -> int:
        """Return how many transactions Kafka refused to commit since the job's tasks started.

        It has dropped them, when nobody came to commit them in time; or they were committed by
        someone who is not known any more.
        """
        return sum(count for _, count in self._metrics(job_id, FAILED_COMMITS))

    def _metrics(self, job_id: str, wanted: re.Pattern[str]) -> Iterator[tuple[re.Match[str], int]]:
        """Yield the whole numbers whose names are like that, of every subtask."""
        for vertex in self._get(f"/jobs/{job_id}")["vertices"]:
            path = f"/jobs/{job_id}/vertices/{vertex['id']}/metrics"
            found = (wanted.search(each["id"]) for each in self._list(path))
            names = {match.string: match for match in found if match}
            ids = list(names)
            for begin in range(0, len(ids), METRICS_ASKED):
                some = ids[begin : begin + METRICS_ASKED]
                for each in self._list(f"{path}?get={quote(','.join(some))}"):
                    yield names[each["id"]], int(each["value"])

    def checkpoint_age(self, job_id: str) -> float | None:
        """Return the seconds since the job's newest checkpoint; None before its first."""
        newest = self._get(f"/jobs/{job_id}/checkpoints")["latest"]["completed"]
        if newest is None:
            return None
        return max(0.0, time.time() - int(newest["latest_ack_timestamp"]) / 1000)

    def slots(self) -> tuple[int, int]:
        """Return how many tasks the task managers have room for, and how many are free."""
        told = self._get("/overview")
        return int(told["slots-total"]), int(told["slots-available"])

    def class_path(self) -> list[str]:
        """Return the job manager's class path."""
        return [str(path) for path in self._get("/jobmanager/environment")["classpath"]]

    def await_checkpoint(self, job_id: str, seconds: float = 120.0) -> None:
        """Make the job take a checkpoint now, and see that its tasks have committed it.

        It is tried again for ``seconds`` while it fails: the job may be coming back.
        """
        deadline = time.monotonic() + seconds
        while True:
            try:
                self.checkpoint(job_id)
                # Each task takes part in this one only after it has heard that the first is done.
                self.checkpoint(job_id)
                return
            except JobError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(1.0)

    def is_settled(self, job_id: str) -> bool:
        """Whether every task of a job runs, or it has ended."""
        return _is_settled(self._job(job_id))

    def _job(self, job_id: str) -> dict[str, Any]:
        # Among all jobs: of one alone Flink tells its metrics too, and collects them of all first.
        told = (job for job in self._get("/jobs/overview")["jobs"] if job["jid"] == job_id)
        # One that was just accepted is not among them yet, nor is one that did not answer at once.
        return dict(next(told, None) or self._get(f"/jobs/{job_id}"))

    def _ended(self, job_id: str) -> bool:
        states = {job.job_id: job.state for job in self.jobs()}
        return states.get(job_id, ENDED[0]) in ENDED

    def _named(self, job_id: str) -> str:
        return short_name(self._get(f"/jobs/{job_id}")["name"])

    def _remedy(self, job_id: str) -> str:
        return f"look at {self.url}/#/job/running/{job_id}/exceptions"

    def _get(self, path: str) -> dict[str, Any]:
        # The job manager answers 404 for a job in the moment after it was accepted.
        for _ in range(3):
            answer = self._call("GET", path)
            if answer.status_code != httpx.codes.NOT_FOUND:
                break
            time.sleep(0.3)
        return self._json(answer)

    def _list(self, path: str) -> list[dict[str, Any]]:
        return list(self._accepted(self._call("GET", path)))

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        return self._json(self._call("POST", path, body))

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> httpx.Response:
        try:
            answer = self._client.request(method, path, json=body)
            answer.json()
            return answer
        except ValueError as error:
            raise OutsideError(
                "not-flink",
                f"what answers at {self.url} is not Flink",
                "end that program, or set flink.port or flink.url in minibroker.toml",
            ) from error
        except httpx.HTTPError as error:
            raise OutsideError(
                "flink-away",
                f"Flink does not answer at {self.url}: {error}",
                "run `minibroker up`, or look at its log",
            ) from error

    def _json(self, answer: httpx.Response) -> dict[str, Any]:
        return dict(self._accepted(answer))

    def _accepted(self, answer: httpx.Response) -> Any:
        if answer.is_error:
            errors = (
                answer.json().get("errors", [answer.text])
                if answer.text
                else [str(answer.status_code)]
            )
            raise OutsideError(
                "flink-refused", f"Flink at {self.url} answered: {str(errors[0]).splitlines()[0]}"
            )
        return answer.json()


def _is_settled(job: Mapping[str, Any]) -> bool:
    return bool(job["state"] in ENDED or _runs(job))


def _runs(job: Mapping[str, Any]) -> bool:
    """Whether a job runs with all its tasks; it is told among all jobs, or alone."""
    if "tasks" in job:
        all_run = job["tasks"]["running"] == job["tasks"]["total"]
    else:
        all_run = all(vertex["status"] == "RUNNING" for vertex in job["vertices"])
    return bool(job["state"] == "RUNNING" and all_run)


def _innermost(cause: Mapping[str, Any]) -> str:
    trace = str(cause.get("stack-trace", ""))
    reasons = re.findall(r"^Caused by: (.+)$", trace, re.MULTILINE) or trace.splitlines()[:1]
    return str(reasons[-1]) if reasons else ""
