"""The verbs of minibroker on one configuration: every front end holds a Broker, adds no logic."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from minibroker.broker.engines import ANSWER_SECONDS, Engines
from minibroker.broker.filters import Filters, Submitted
from minibroker.broker.packets import Packets
from minibroker.broker.past import Past
from minibroker.broker.upkeep import Upkeep
from minibroker.broker.watch import Watch
from minibroker.engine.jars import fetch, read_list
from minibroker.engine.lock import hold
from minibroker.model.errors import BrokerError
from minibroker.model.job import JobSpec, JobState, short_name
from minibroker.model.shipped import shipped
from minibroker.model.survey import Survey
from minibroker.service.archive_job import archive_job, archive_job_name
from minibroker.service.attempts import attempt_all
from minibroker.service.deliveries import deliveries_topic
from minibroker.service.filter_job import filter_job_name
from minibroker.service.shards import HELD

if TYPE_CHECKING:
    from minibroker.broker.restart import Restart
    from minibroker.engine.stack import ChildState

__all__ = ["Broker", "Submitted"]


class Broker(Engines):
    """The stack and its jobs; what is done with filters, packets and past nights."""

    @cached_property
    def filters(self) -> Filters:
        """What can be done with filters."""
        return Filters(self)

    @cached_property
    def packets(self) -> Packets:
        """What can be done with the packets of a topic."""
        return Packets(self, self.filters)

    @cached_property
    def past(self) -> Past:
        """What can be asked of past nights."""
        return Past(self, self.filters)

    @cached_property
    def upkeep(self) -> Upkeep:
        """What can be done with the archive's files."""
        return Upkeep(self, self.packets)

    def fetch_jars(self) -> int:
        """Bring the third-party jars that are not here yet and return how many those were."""
        listed = read_list(shipped("flink-conf") / "jars.toml")
        return sum(
            fetch(jars, self.config.jars / class_path) for class_path, jars in listed.items()
        )

    @cached_property
    def watch(self) -> Watch:
        """What keeps it all running, and tells how it is."""
        return Watch(self)

    def up(self) -> None:
        """Start the stack, make the topics, and bring every job back to where it stopped."""
        with self._stack_alone():
            self.forget_down()
            self.stack.start(self.tell)
        self._bring_back()

    def bring_up(self) -> None:
        """Do what `up` does, unless a `down` came in between."""
        with self._stack_alone():
            if self.is_down():
                return
            self.stack.start(self.tell)
        self._bring_back()

    def _bring_back(self) -> None:
        """Make the topics and bring back every job, unless a `down` came in between."""
        self.kafka.await_ready(60.0, self.config.kafka.brokers)
        for name in self.surveys:
            self.ensure_topics(self.topics(name), self.config.kafka.partitions)
        with self.reconciler.alone():
            if self.is_down():
                return
            matches = (self._match_archive, self.filters.match)
            steps = [partial(match, each) for each in self.surveys.values() for match in matches]
            # Last: a job that came back has ended its own by then.
            attempt_all([*steps, self._end_hanging], self.tell)

    def _match_archive(self, survey: Survey) -> None:
        self.reconciler.match(self._archive_spec(survey))

    def _end_hanging(self) -> None:
        found = self.hanging.find_twice(self.sent_topics())
        if found:
            ends = [partial(self.hanging.end, place, self.tell) for place in found]
            specs = [spec for each in self.surveys.values() for spec in self.filters.specs(each)]
            proofs = [partial(self.reconciler.prove, spec) for spec in specs]
            attempt_all([*ends, *proofs], self.tell)

    @contextmanager
    def _stack_alone(self) -> Iterator[None]:
        """Hold the lock that keeps two processes from starting and ending the stack at once."""
        lock = self.config.data.absolute() / "run" / "stack.lock"
        waiting = "waiting for another minibroker that starts or ends the stack"
        with hold(lock, lambda: self.tell(waiting)):
            yield

    def specs(self, survey: Survey) -> list[JobSpec]:
        """Return all of a survey's jobs as they should be, with their topics made."""
        return [self._archive_spec(survey), *self.filters.specs(survey)]

    def restart(self, survey: str, start: datetime | None, is_sure: bool) -> list[Restart]:
        """Start anew those jobs of a survey whose state is lost, from a time on or from now.

        Raises ConfigError with what that repeats and skips, unless ``is_sure``.
        """
        from minibroker.broker.restart import refusal, restarts

        self.kafka.await_ready(ANSWER_SECONDS)
        with self.reconciler.alone():
            chosen = restarts(self, survey, start)
            if not is_sure:
                raise refusal(chosen)
            for each in chosen:
                self.reconciler.restart(each.spec, each.offsets, each.known)
        return chosen

    def down(self) -> None:
        """Stop every job with a savepoint, then the processes that `up` started.

        A job that cannot be stopped is told and left: its checkpoints are on disk, and `up`
        resumes from the newest.
        """
        self._down_mark.parent.mkdir(parents=True, exist_ok=True)
        self._down_mark.touch()
        if self._flink_is_up():
            with self.reconciler.alone():
                for name in [each.name for each in self.store.jobs()]:
                    try:
                        self.reconciler.suspend(name)
                    except BrokerError as error:
                        self.tell(
                            f"{name}: {error.message}; it will resume from its newest checkpoint"
                        )
        elif self.config.flink.url or self.stack.has_flink():
            self.tell("Flink does not answer: its jobs will resume from their newest checkpoints")
        with self._stack_alone():
            # An `up` may have taken it back meanwhile; this is the last word now.
            self._down_mark.touch()
            self.stack.stop(self.tell)

    def is_down(self) -> bool:
        """Whether `down` was the last word: what does not run then is not missing."""
        return self._down_mark.exists()

    def forget_down(self) -> None:
        """Take back a `down`."""
        self._down_mark.unlink(missing_ok=True)

    @property
    def _down_mark(self) -> Path:
        return self.config.data.absolute() / "run" / "down"

    def wanted_jobs(self) -> dict[str, str]:
        """Return the names of the jobs that should run, with their surveys."""
        wanted: dict[str, str] = {}
        for survey in self.config.surveys:
            filters = self.store.filters(survey, HELD)
            shards = {each.shard for each in filters}
            if filters or self.store.job(filter_job_name(survey)):
                shards.add(0)
            names = [archive_job_name(survey), *(filter_job_name(survey, n) for n in shards)]
            wanted |= dict.fromkeys(names, survey)
        return wanted

    def children(self) -> list[ChildState]:
        """Return the state of each process of the stack."""
        return self.stack.states()

    def jobs(self) -> list[JobState]:
        """Return each job's newest run, those that ended too; empty when Flink is away."""
        return list(self._newest_runs().values()) if self._flink_is_up() else []

    def _newest_runs(self) -> dict[str, JobState]:
        """Return each job's newest run by the job's name, the newest first."""
        newest: dict[str, JobState] = {}
        for job in self.flink.jobs():
            newest.setdefault(short_name(job.name), job)
        return newest

    def troubles(self) -> dict[str, str]:
        """Return by name of each job that failed, or should run and does not, what is with it.

        Empty after a `down`, and while our own job manager does not run, which its process tells.
        Raises OutsideError when a Flink that should answer does not.
        """
        if self.is_down() or not (self.config.flink.url or self.stack.job_manager.find()):
            return {}
        wanted = self.wanted_jobs().keys()
        newest = self._newest_runs()
        found = {
            name: f"{newest[name].state}: {self.flink.root_cause(newest[name].job_id)}"
            for name in wanted | {job.name for job in self.store.jobs()}
            if name in newest and newest[name].state in ("RESTARTING", "FAILING", "FAILED")
        }
        if not self.is_changing():
            live = {name for name, job in newest.items() if job.live}
            found |= dict.fromkeys(wanted - live - found.keys(), "should run and does not")
        return found

    def _archive_spec(self, survey: Survey) -> JobSpec:
        self.write_schemas(survey)
        settings = self.job_settings(self.config.flink.archive_checkpoint)
        self.ensure_topics([deliveries_topic(survey.name)])
        name, folder = archive_job_name(survey.name), self.config.archive_folder
        return archive_job(name, survey, self.stream(survey), folder, settings)

    def _flink_is_up(self) -> bool:
        try:
            self.flink.jobs()
        except BrokerError:
            return False
        return True
