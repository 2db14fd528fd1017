"""The one place that builds engines: every front end holds a Broker and adds no logic."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from minibroker.compiler import Explanation, compile_filter, explain_filter
from minibroker.config import Config
from minibroker.engine.jars import fetch, read_list
from minibroker.engine.stack import ChildState, Stack, StackSettings
from minibroker.engine.store import Store, StoredFilter
from minibroker.model.errors import BrokerError, ConfigError, JobError
from minibroker.model.filter import FilterPlan, FilterSource, Format
from minibroker.model.job import JobSpec, JobState
from minibroker.model.night import Interval
from minibroker.model.packet import Packet
from minibroker.model.shipped import shipped
from minibroker.model.survey import FieldRow, Survey, list_fields, load_surveys
from minibroker.model.toml_table import closest
from minibroker.service.archive_job import archive_job, archive_job_name
from minibroker.service.filter_job import (
    RunningFilter,
    dead_letter_topic,
    filter_job,
    filter_job_name,
)
from minibroker.service.reconcile import Reconciler
from minibroker.service.source_table import Stream

if TYPE_CHECKING:
    from minibroker.engine.archive import Archive
    from minibroker.engine.flink import Planner
    from minibroker.engine.flink_rest import FlinkRest
    from minibroker.engine.kafka import Kafka
    from minibroker.service.audit import Verdict
    from minibroker.service.backtest import Backtest
    from minibroker.service.catch_up import Reading
    from minibroker.service.tail import Shown


ANSWER_SECONDS = 5.0
"""How long Kafka may take to answer before a command says that it does not."""


@dataclass(frozen=True)
class Submitted:
    """What `submit` did with one filter."""

    filter: StoredFilter
    changed: bool


class Broker:
    """The verbs of minibroker on one configuration.

    Engines are built on first use, so that a verb pays only for what it needs: `check` starts
    no JVM, opens no socket and reads no database.
    """

    def __init__(self, config: Config, tell: Callable[[str], None] = lambda text: None) -> None:
        self.config = config
        self._tell = tell

    @cached_property
    def surveys(self) -> Mapping[str, Survey]:
        """The surveys that have a stream here; ConfigError for one without a schemas folder."""
        known = load_surveys(self.config.schemas)
        for name in self.config.surveys:
            if name not in known:
                raise ConfigError(
                    "survey-unknown",
                    f"surveys.{name}: {self.config.schemas} has no folder of that name",
                    f"it has {', '.join(known)}",
                )
        return {name: known[name] for name in self.config.surveys}

    @cached_property
    def stack(self) -> Stack:
        """The processes of this host."""
        config = self.config
        return Stack(
            StackSettings(
                data=config.data.absolute(),
                jars=config.jars.absolute(),
                run_kafka=not config.kafka.bootstrap,
                run_flink=not config.flink.url,
                kafka_port=config.kafka.port,
                kafka_controller_port=config.kafka.controller_port,
                flink_port=config.flink.port,
                flink_rpc_port=config.flink.rpc_port,
                slots=config.flink.slots,
                kafka_memory=config.stack.kafka_memory,
                job_manager_memory=config.stack.job_manager_memory,
                task_manager_memory=config.stack.task_manager_memory,
            )
        )

    @cached_property
    def kafka(self) -> Kafka:
        """The Kafka of this configuration."""
        from minibroker.engine.kafka import Kafka

        return Kafka(self.config.bootstrap, self.config.kafka.properties)

    @cached_property
    def flink(self) -> FlinkRest:
        """The Flink of this configuration."""
        from minibroker.engine.flink_rest import FlinkRest

        return FlinkRest(self.config.flink_url)

    @cached_property
    def store(self) -> Store:
        """The filters of this configuration."""
        return Store(self.config.data.absolute() / "minibroker.sqlite")

    @cached_property
    def _planner(self) -> Planner:
        from minibroker.engine.flink import Planner

        return Planner(self.config.flink_url, self.stack.class_path())

    @cached_property
    def reconciler(self) -> Reconciler:
        """Makes Flink match."""
        data = self.config.data.absolute()
        return Reconciler(
            store=self.store,
            flink=self.flink,
            planner=lambda: self._planner,
            checkpoints=data / "flink" / "checkpoints",
            lock=data / "run" / "jobs.lock",
            tell=self._tell,
        )

    def archive(self, survey: str) -> Archive:
        """Return the archive of a survey."""
        from minibroker.engine.archive import Archive

        return Archive(self.config.archive_folder, survey)

    def fetch_jars(self) -> int:
        """Bring the third-party jars that are not here yet and return how many those were."""
        listed = read_list(shipped("flink-conf") / "jars.toml")
        return sum(
            fetch(jars, self.config.jars / class_path) for class_path, jars in listed.items()
        )

    def up(self) -> None:
        """Start the stack, make the topics, and bring every job back to where it stopped."""
        from minibroker.engine.schema_folder import write_schemas

        self.stack.start(self._tell)
        self.kafka.await_ready(60.0)
        for survey in self.surveys.values():
            write_schemas(survey, self._schema_folder(survey))
        for settings in self.config.surveys.values():
            self._ensure_topics(settings.topic.split(";"), self.config.kafka.partitions)
        with self.reconciler.alone():
            for survey in self.surveys.values():
                self.reconciler.match(self._archive_spec(survey))
                if self.store.filters(survey.name) or self.store.job(filter_job_name(survey.name)):
                    self.reconciler.match(self._filter_spec(survey))

    def down(self) -> None:
        """Stop every job with a savepoint, then the processes that `up` started.

        A job that cannot be stopped is told and left: its checkpoints are on disk, and `up`
        resumes from the newest.
        """
        if self._flink_is_up():
            with self.reconciler.alone():
                for name in self._job_names():
                    try:
                        self.reconciler.suspend(name)
                    except BrokerError as error:
                        self._tell(
                            f"{name}: {error.message}; it will resume from its newest checkpoint"
                        )
        self.stack.stop(self._tell)

    def children(self) -> list[ChildState]:
        """Return the state of each process of the stack."""
        return self.stack.states()

    def jobs(self) -> list[JobState]:
        """Return Flink's jobs, those that ended too; empty when Flink is away."""
        return self.flink.jobs() if self._flink_is_up() else []

    def check(self, source: FilterSource) -> FilterPlan:
        """Compile a filter; raise FilterError with all its faults."""
        return compile_filter(source, self.surveys)

    def explain(self, source: FilterSource) -> Explanation:
        """Compile a filter and say how it was understood."""
        return explain_filter(source, self.surveys)

    def backtest(self, source: FilterSource, nights: Interval, sample: int) -> Backtest:
        """Run a filter on the archive's nights and keep ``sample`` of the alerts that pass."""
        from minibroker.service.backtest import backtest

        plan = self.check(source)
        survey = self.surveys[plan.filter.survey]
        return backtest(self.archive(survey.name), survey, plan, nights, sample)

    def tail(self, name: str, from_beginning: bool, limit: int | None) -> Iterator[Shown]:
        """Yield a filter's alerts as they are delivered, ``limit`` of them or without end."""
        from minibroker.engine.avro import AlertReader
        from minibroker.service.tail import tail

        stored = self._stored(name)
        survey = self.surveys[stored.survey]
        return tail(
            self.kafka,
            survey,
            AlertReader(survey, self._registered),
            stored.topic,
            from_beginning,
            limit,
            lambda number: (
                self.store.schema(_subject(stored.topic), number) or self._registered(number)
            ),
        )

    def fields(self, survey: str, part: str) -> list[FieldRow]:
        """Return the fields of a survey whose dotted names contain ``part``, in packet order."""
        rows = list(list_fields(self._survey(survey)))
        found = [row for row in rows if part in row.path]
        if not found:
            near = closest(part, [row.path.rsplit(".", 1)[-1] for row in rows])
            raise ConfigError(
                "field-unknown",
                f"{survey} has no field {part!r}" + near,
                f"list them: minibroker schema {survey}",
            )
        return found

    def submit(self, sources: list[FilterSource]) -> list[Submitted]:
        """Check all filters, then store them and make the jobs run them: all or none.

        A filter whose fingerprint is the running one changes nothing.
        """
        plans: dict[str, FilterPlan] = {}
        for plan in map(self._named, sources):
            self._refuse_clash(plan, plans)
            plans[plan.filter.name] = plan
        self.kafka.await_ready(ANSWER_SECONDS)
        with self.reconciler.alone():
            specs = [
                self._spec_with(survey, plans)
                for survey in sorted({p.filter.survey for p in plans.values()})
            ]
            planned = [(spec, self.reconciler.plan(spec)) for spec in specs]
            before = {name: self.store.filter(self.config.owner, name) for name in plans}
            stored = [self._store(plan) for plan in plans.values()]
            for spec, job in planned:
                self.reconciler.apply(spec, job)
        return [Submitted(each, before[each.name] != each) for each in stored]

    def remove(self, name: str) -> None:
        """Take a filter out of its job; its topic and its versions stay."""
        stored = self._stored(name)
        with self.reconciler.alone():
            self.store.remove(stored.owner, name)
            self.reconciler.match(self._filter_spec(self.surveys[stored.survey]))

    def simulate(self, survey: str, night: date, alerts: int, seed: int) -> int:
        """Send a simulated night to a survey's topic and return how many packets that were."""
        from minibroker.service.simulate import simulate

        packets = simulate(self._survey(survey), night, alerts, seed)
        self.kafka.await_ready(ANSWER_SECONDS)
        topic = self.config.surveys[survey].topic
        return self.kafka.produce(topic, (Packet(each.value) for each in packets))

    def await_stream(self, survey: str, seconds: float, each: Callable[[int], None]) -> None:
        """Wait until every packet that a survey's topic holds is filtered and delivered.

        ``each`` hears the lag. Raises JobError when nothing moves for ``seconds``.
        """
        from minibroker.service.catch_up import await_caught_up

        outputs = [dead_letter_topic(survey), *(each.topic for each in self.store.filters(survey))]
        reading = self.reading(filter_job_name(survey), self.config.surveys[survey].topic)
        await_caught_up(reading, outputs, seconds, each)

    def reading(self, name: str, topic: str) -> Reading:
        """Return what a running job of this name reads; JobError when it does not run."""
        from minibroker.service.catch_up import Reading

        job = self.reconciler.running(name)
        if job is None:
            raise JobError("job-missing", f"{name} does not run", "look at `minibroker status`")
        return Reading(self.kafka, self.flink, job, name, topic)

    def await_archive(self, survey: str, packets: int, seconds: float) -> None:
        """Wait until the archive holds at least so many packets; JobError when it stops growing."""
        from minibroker.service.catch_up import await_growth

        await_growth(
            lambda: self.archive(survey).size()[1], packets, seconds, archive_job_name(survey)
        )

    def audit(self, survey: str) -> list[Verdict]:
        """Compare what each running filter delivered with what the archive says it should have."""
        from minibroker.service.audit import audit

        filters = {
            each.name: (each.topic, self.check(FilterSource(each.text, each.origin)).duckdb)
            for each in self.store.filters(survey)
        }
        return audit(self.kafka, self.archive(survey), filters)

    def dead_letters(self, survey: str) -> tuple[int, int]:
        """Return how many packets are undecodable for the stream, and for the archive."""
        set_aside = sum(1 for _ in self.kafka.read([dead_letter_topic(survey)]))
        alerts, packets = self.archive(survey).size()
        return set_aside, packets - alerts

    def _survey(self, name: str) -> Survey:
        if name not in self.surveys:
            raise ConfigError(
                "survey-unknown",
                f"no survey {name!r}" + closest(name, self.surveys),
                f"there are {', '.join(self.surveys)}",
            )
        return self.surveys[name]

    def _stored(self, name: str) -> StoredFilter:
        owner = self.config.owner
        stored = self.store.filter(owner, name)
        if stored is None or stored.removed:
            known = [each.name for each in self.store.filters() if each.owner == owner]
            raise ConfigError(
                "filter-unknown",
                f"{owner} has no filter {name!r}" + closest(name, known),
                f"the running ones are: {', '.join(known) or 'none'}",
            )
        return stored

    def _refuse_clash(self, plan: FilterPlan, plans: Mapping[str, FilterPlan]) -> None:
        name, survey = plan.filter.name, plan.filter.survey
        if name in plans:
            raise ConfigError(
                "filter-twice",
                f"{plan.filter.source.origin}: the name {name!r} is that of"
                f" {plans[name].filter.source.origin} too",
                "give each filter a name of its own",
            )
        stored = self.store.filter(self.config.owner, name)
        if stored is not None and not stored.removed and stored.survey != survey:
            raise ConfigError(
                "filter-moved",
                f"{plan.filter.source.origin}: {name!r} runs on {stored.survey}, not on {survey}",
                f"take another name, or first run `minibroker remove {name}`",
            )

    def _named(self, source: FilterSource) -> FilterPlan:
        plan = self.check(source)
        if not plan.filter.name:
            raise ConfigError(
                "filter-unnamed",
                f"{source.origin}: a submitted filter needs a name",
                "begin it with a line such as: -- name: bright_transients",
            )
        return plan

    def _store(self, plan: FilterPlan) -> StoredFilter:
        chosen = plan.filter
        return self.store.put(
            owner=self.config.owner,
            name=chosen.name,
            survey=chosen.survey,
            topic=self._topic(chosen.name),
            fingerprint=chosen.fingerprint,
            origin=chosen.source.origin,
            text=chosen.source.text,
        )

    def _topic(self, name: str) -> str:
        return f"minibroker.{self.config.owner}.{name}"

    def _spec_with(self, survey: str, plans: Mapping[str, FilterPlan]) -> JobSpec:
        """Return the filter job as it will be once these plans are stored, with its topics made."""
        changed = [
            self._running(plan, self._topic(name), plan.filter.fingerprint)
            for name, plan in plans.items()
            if plan.filter.survey == survey
        ]
        return self._filter_spec(self.surveys[survey], changed, leave_out=set(plans))

    def _filter_spec(
        self,
        survey: Survey,
        changed: Sequence[RunningFilter] = (),
        leave_out: Set[str] = frozenset(),
    ) -> JobSpec:
        kept = [
            self._running(
                self.check(FilterSource(each.text, each.origin)), each.topic, each.fingerprint
            )
            for each in self.store.filters(survey.name)
            if each.owner != self.config.owner or each.name not in leave_out
        ]
        running = sorted([*kept, *changed], key=lambda each: each.topic)
        self._ensure_topics([dead_letter_topic(survey.name), *(each.topic for each in running)])
        settings = self._settings(self.config.flink.filter_checkpoint)
        name = filter_job_name(survey.name)
        return filter_job(name, survey, self.stream(survey), running, settings)

    def _running(self, plan: FilterPlan, topic: str, version: str) -> RunningFilter:
        is_avro = plan.filter.projection.format is Format.AVRO
        number = self._schema_id(plan, topic) if is_avro else None
        return RunningFilter(plan, plan.filter.name, topic, version, number)

    def _schema_id(self, plan: FilterPlan, topic: str) -> int:
        """Return the id of the schema of a filter's columns, registered when it is new."""
        from minibroker.engine.registry import Registry
        from minibroker.service.columns_schema import columns_schema

        registry, subject = self.config.registry, _subject(topic)
        schema = columns_schema(plan.filter, self.surveys[plan.filter.survey])
        known = self.store.schema_id(registry, subject, schema)
        if known is not None:
            return known
        if not registry:
            raise ConfigError(
                "registry-missing",
                f"{plan.filter.source.origin}: columns in Avro need a schema registry",
                "name one as `registry` in minibroker.toml, or write -- format: json",
            )
        number = Registry(registry).register(subject, schema)
        self.store.put_schema(registry, subject, schema, number)
        return number

    def _registered(self, number: int) -> str:
        from minibroker.engine.registry import Registry

        if not self.config.registry:
            raise ConfigError(
                "registry-missing",
                f"schema {number} is not known here",
                "name the registry that has it as `registry` in minibroker.toml",
            )
        return Registry(self.config.registry).schema(number)

    def _ensure_topics(self, topics: Sequence[str], partitions: int = 1) -> None:
        from minibroker.engine.kafka import NewTopic

        self.kafka.ensure_topics(
            NewTopic(topic, partitions, self.config.kafka.replication) for topic in topics
        )

    def _archive_spec(self, survey: Survey) -> JobSpec:
        settings = self._settings(self.config.flink.archive_checkpoint)
        name, folder = archive_job_name(survey.name), self.config.archive_folder
        return archive_job(name, survey, self.stream(survey), folder, settings)

    def _settings(self, checkpoint: str) -> dict[str, str]:
        return {
            "execution.checkpointing.interval": checkpoint,
            "parallelism.default": str(self.config.flink.parallelism),
        }

    def stream(self, survey: Survey) -> Stream:
        """Return where a survey's packets come from."""
        settings = self.config.surveys[survey.name]
        return Stream(
            topic=settings.topic,
            bootstrap=self.config.bootstrap,
            properties=self.config.kafka.properties,
            schemas=self._schema_folder(survey),
            registry=self.config.registry,
            bare_schema=settings.bare_schema,
        )

    def _schema_folder(self, survey: Survey) -> Path:
        return self.config.data.absolute() / "schemas" / survey.name

    def _job_names(self) -> list[str]:
        kinds = (filter_job_name, archive_job_name)
        return [name(survey) for survey in self.config.surveys for name in kinds]

    def _flink_is_up(self) -> bool:
        try:
            self.flink.jobs()
        except BrokerError:
            return False
        return True


def _subject(topic: str) -> str:
    """Return the name that a topic's values have in a schema registry."""
    return f"{topic}-value"
