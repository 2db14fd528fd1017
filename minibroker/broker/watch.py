"""The verbs of the service: look at everything, tell it, bring back what is missing."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from minibroker.broker.engines import ANSWER_SECONDS
from minibroker.config import secret_files
from minibroker.model.errors import BrokerError, OutsideError
from minibroker.model.job import JobState, short_name
from minibroker.model.setting_kinds import seconds
from minibroker.service.hanging_transactions import OpenSince

if TYPE_CHECKING:
    from minibroker.broker import Broker
    from minibroker.engine.deliveries import LedgerNight
    from minibroker.service.doctor import Finding
    from minibroker.service.metrics import JobHealth, Observation

LOOK_SECONDS = 5.0
"""Between two looks at processes and jobs."""
SLOW_SECONDS = 30.0
"""Between two looks at what takes longer: the newest night's counts, read from the archive, and the
transactions that are open in each topic."""


class Watch:
    """What keeps a broker running for months."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self._counted = -SLOW_SECONDS
        self._ledger: dict[str, list[LedgerNight]] = {}
        self._dead: dict[str, int] = {}
        checkpoint = seconds(broker.config.flink.filter_checkpoint)
        self._open = OpenSince(SLOW_SECONDS + 2 * checkpoint)
        self._stuck: list[tuple[str, int]] = []

    def observe(self) -> Observation:
        """Look at the processes, the jobs, their lag, and what the newest night's filters did."""
        from minibroker.service.metrics import Observation

        broker = self._broker
        away, jobs, kafka_answers = [], list[JobState](), True
        try:
            broker.kafka.await_ready(ANSWER_SECONDS)
        except BrokerError as error:
            kafka_answers = False
            away.append(error.message)
        try:
            jobs = broker.flink.jobs()
        except BrokerError as error:
            away.append(error.message)
        health = [
            self._health(name, survey, jobs, measure=not away)
            for name, survey in broker.wanted_jobs().items()
        ]
        unapplied = [] if broker.is_changing() else broker.filters.unapplied()
        is_due = time.monotonic() - self._counted >= SLOW_SECONDS
        if is_due:
            self._counted = time.monotonic()
            self._count()
        # What was stuck may just have been ended.
        if is_due or self._stuck:
            self._look_at_transactions(kafka_answers)
        return Observation(
            broker.children(), health, away, self._ledger, self._dead, unapplied, self._stuck
        )

    def _look_at_transactions(self, kafka_answers: bool) -> None:
        """Find those that stay open; nothing is known while Kafka is away."""
        broker, found = self._broker, dict[tuple[str, int], int]()
        # It would be waited for longer than for the question whether it is there.
        if kafka_answers:
            with suppress(BrokerError):
                found = broker.kafka_watch.open(broker.sent_topics())
        self._stuck = self._open.look(found, time.monotonic())

    def _count(self) -> None:
        """Read the ledger again; what cannot be read is told and stays as it was."""
        for name in self._broker.surveys:
            try:
                self._ledger[name] = self._broker.filters.newest_night(name)
                self._dead[name] = self._broker.deliveries(name).newest_dead()
            except BrokerError as error:
                self._broker.tell(f"the ledger of {name} could not be read: {error.message}")

    def _health(self, name: str, survey: str, jobs: list[JobState], measure: bool) -> JobHealth:
        from minibroker.service.catch_up import Reading
        from minibroker.service.metrics import JobHealth

        mine = [job for job in jobs if short_name(job.name) == name]
        job = next((each for each in mine if each.live), next(iter(mine), None))
        if job is None or not (measure and job.live):
            return JobHealth(name, job.state if job else "MISSING")
        broker = self._broker
        try:
            topics = broker.topics(survey)
            lag = Reading(broker.kafka, broker.flink, job, name, topics).lag()
            age = broker.flink.checkpoint_age(job.job_id)
            return JobHealth(name, job.state, lag, age, broker.flink.refused_commits(job.job_id))
        except BrokerError:
            # It went away between two questions; the next look tells.
            return JobHealth(name, job.state)

    def serve(self, host: str, port: int, stopped: Callable[[float], bool]) -> None:
        """Bring everything up, then export and mend until ``stopped`` says so.

        ``stopped`` waits for that many seconds and returns whether to end. What was stopped by
        `down` is left alone.
        """
        from minibroker.engine.endpoint import Answer, serving
        from minibroker.service.mend import Mender
        from minibroker.service.metrics import exposition

        tell = self._broker.tell
        mender = Mender(self._broker.bring_up, tell, time.monotonic)
        latest: list[Observation] = []
        refused: dict[str, int] = {}

        def metrics() -> Answer:
            if not latest:
                return Answer(b"nothing was looked at yet\n", 503)
            text = exposition(latest[-1], mender.failures)
            return Answer(text, kind="text/plain; version=0.0.4; charset=utf-8")

        def ready() -> Answer:
            problems = latest[-1].problems if latest else ["nothing was looked at yet"]
            body = json.dumps({"ready": not problems, "problems": problems}).encode() + b"\n"
            return Answer(body, 503 if problems else 200, "application/json")

        pages = {
            "/metrics": metrics,
            "/healthz": lambda: Answer(b"alive\n"),
            "/readyz": ready,
        }
        with serving(host, port, pages) as number:
            tell(f"serving /metrics, /healthz and /readyz on http://{host}:{number}")
            self._broker.forget_down()
            while True:
                latest[:] = [self.observe()]
                self._tell_refused(latest[-1], refused)
                down = self._broker.is_down()
                mender.look([] if down else latest[-1].problems)
                if stopped(LOOK_SECONDS):
                    return

    def _tell_refused(self, seen: Observation, told: dict[str, int]) -> None:
        """Tell of each job to which Kafka has refused more commits than were told of."""
        from minibroker.service.doctor import REFUSED_REMEDY, refusal

        for job in seen.jobs:
            if job.refused_commits > told.get(job.name, 0):
                self._broker.tell(f"{refusal(job.name, job.refused_commits)} ({REFUSED_REMEDY})")
            told[job.name] = job.refused_commits

    def examine(self) -> list[Finding]:
        """Check every outside system."""
        from minibroker.service import doctor

        broker = self._broker
        config = broker.config
        stack = broker.stack

        def host(check: Callable[[], None], said: str) -> Callable[[], str]:
            def checked() -> str:
                check()
                return said

            return checked

        said = {
            "java": "is there, 17 or 21",
            "jars": f"all are in {config.jars}",
            "disk": f"enough is free under {config.data.absolute()}",
            "memory": "enough for what does not run yet",
            "ports": "free for what does not run yet",
        }
        checks: dict[str, Callable[[], str]] = {"python": _check_python}
        checks |= {name: host(check, said[name]) for name, check in stack.checks().items()}
        checks["kafka"] = lambda: doctor.check_kafka(broker.kafka)
        checks["flink"] = lambda: doctor.check_flink(
            broker.flink,
            len(broker.wanted_jobs()),
            config.flink.parallelism,
            "minibroker-flink.jar",
        )
        checks["jobs"] = self._check_jobs
        checks["commits"] = self._check_commits
        checks["transactions"] = self._check_transactions
        checks["registry"] = self._check_registry
        checks["archive"] = lambda: doctor.check_writable(config.archive_folder)
        checks["store"] = lambda: f"filters that run: {len(broker.store.filters())}"
        checks["secrets"] = lambda: doctor.check_private(secret_files(config))
        return doctor.examine(checks)

    def _check_jobs(self) -> str:
        from minibroker.service.doctor import check_jobs

        broker = self._broker
        if broker.is_down():
            return "stopped by `minibroker down`"
        # Says that Flink is away, where it is: nothing is known of its jobs then.
        broker.flink.jobs()
        return check_jobs(len(broker.wanted_jobs()), broker.troubles())

    def _check_commits(self) -> str:
        from minibroker.service.doctor import check_commits

        broker = self._broker
        jobs = {name: broker.reconciler.running(name) for name in broker.wanted_jobs()}
        return check_commits(
            {name: broker.flink.refused_commits(job.job_id) for name, job in jobs.items() if job}
        )

    def _check_transactions(self) -> str:
        # Says at once that Kafka is away, where it is.
        self._broker.kafka.await_ready(0.0)
        return self._broker.hanging.check(self._broker.sent_topics())

    def _check_registry(self) -> str:
        from minibroker.engine.registry import Registry

        url = self._broker.config.registry
        if not url:
            return "none is set: ids that schemas/ lacks go to the dead letters"
        Registry(url).ping()
        return f"answers at {url}"


def _check_python() -> str:
    version = sys.version.split()[0]
    if sys.version_info[:2] not in ((3, 11), (3, 12)):
        raise OutsideError(
            "python-version", f"Python is {version}", "PyFlink 2.3 needs Python 3.11 or 3.12"
        )
    return version
