"""The one place that builds engines, each on first use."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from minibroker.config import Config
from minibroker.engine.lock import is_held
from minibroker.engine.store import FilterState, Store
from minibroker.model.errors import ConfigError
from minibroker.model.setting_kinds import seconds
from minibroker.model.survey import Survey, load_surveys
from minibroker.model.toml_table import closest
from minibroker.service.deliveries import deliveries_topic
from minibroker.service.filter_job import dead_letter_topic
from minibroker.service.kafka_security import for_java, for_librdkafka
from minibroker.service.source_table import Stream
from minibroker.service.topics import alert_topics, topic_of_night

if TYPE_CHECKING:
    from minibroker.engine.archive import Archive
    from minibroker.engine.deliveries import Deliveries
    from minibroker.engine.flink import Planner
    from minibroker.engine.flink_rest import FlinkRest
    from minibroker.engine.kafka import Kafka
    from minibroker.engine.kafka_watch import KafkaWatch
    from minibroker.engine.sandbox import Sandbox
    from minibroker.engine.stack import Stack
    from minibroker.service.hanging_transactions import HangingTransactions
    from minibroker.service.reconcile import Reconciler


ANSWER_SECONDS = 5.0
"""How long Kafka may take to answer before a command says that it does not."""


FILTER_COLUMNS = {
    "owner": "VARCHAR",
    "name": "VARCHAR",
    "survey": "VARCHAR",
    "topic": "VARCHAR",
    "version": "BIGINT",
    "fingerprint": "VARCHAR",
    "text": "VARCHAR",
    "submitted_at": "TIMESTAMPTZ",
}
"""What a query sees of the filters that run: names and types."""


class Engines:
    """The outside systems of one configuration.

    Built on first use, so that a verb pays only for what it needs: `check` starts no JVM, opens
    no socket and reads no database.
    """

    def __init__(self, config: Config, tell: Callable[[str], None] = lambda text: None) -> None:
        self.config = config
        self.tell = tell

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
        from minibroker.engine.stack import Stack, StackSettings

        config = self.config
        return Stack(
            StackSettings(
                data=config.data.absolute(),
                jars=config.jars.absolute(),
                run_kafka=not config.kafka.bootstrap,
                run_flink=not config.flink.url,
                kafka_brokers=config.kafka.brokers,
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
        """The Kafka of this configuration; OutsideError where another's is at its port."""
        from minibroker.engine.kafka import Kafka

        if not self.config.kafka.bootstrap:
            self.stack.check_kafka()
        return Kafka(self.config.bootstrap, for_librdkafka(self.config.kafka.properties))

    @cached_property
    def flink(self) -> FlinkRest:
        """The Flink of this configuration; OutsideError where another's is at its port."""
        from minibroker.engine.flink_rest import FlinkRest

        if not self.config.flink.url:
            self.stack.check_flink()
        return FlinkRest(self.config.flink_url)

    @cached_property
    def store(self) -> Store:
        """The filters of this configuration."""
        return Store(self.config.data.absolute() / "minibroker.sqlite")

    @cached_property
    def planner(self) -> Planner:
        """Flink's planner, which starts a JVM."""
        from minibroker.engine.flink import Planner

        return Planner(self.config.flink_url, self.stack.class_path())

    @cached_property
    def reconciler(self) -> Reconciler:
        """Makes Flink match."""
        from minibroker.service.reconcile import Reconciler, StateFolders

        data = self.config.data.absolute() / "flink"
        return Reconciler(
            store=self.store,
            flink=self.flink,
            planner=lambda: self.planner,
            kafka=lambda: self.kafka,
            folders=StateFolders(data / "checkpoints", data / "savepoints"),
            lock=self._jobs_lock,
            tell=self.tell,
            kafka_properties=self.kafka_properties,
        )

    def is_changing(self) -> bool:
        """Whether some process is changing jobs just now."""
        return is_held(self._jobs_lock)

    @property
    def _jobs_lock(self) -> Path:
        return self.config.data.absolute() / "run" / "jobs.lock"

    @property
    def kafka_properties(self) -> dict[str, str]:
        """What a Kafka client in Java is set to."""
        bootstrap = {"bootstrap.servers": self.config.bootstrap}
        return bootstrap | for_java(self.config.kafka.properties)

    @cached_property
    def kafka_watch(self) -> KafkaWatch:
        """What Kafka holds and who is how far."""
        from minibroker.engine.kafka_watch import KafkaWatch

        return KafkaWatch(self.kafka)

    @cached_property
    def hanging(self) -> HangingTransactions:
        """Finds and ends the transactions that Kafka has lost the owners of."""
        from minibroker.service.hanging_transactions import HangingTransactions

        return HangingTransactions(
            self.kafka_watch,
            lambda: self.planner,
            self.kafka_properties,
            seconds(self.config.flink.filter_checkpoint),
        )

    def sent_topics(self) -> dict[str, int]:
        """Return the topics that the filter jobs of this installation send to, with partitions.

        Those of filters that were removed are among them.
        """
        names = {each.topic for each in self.store.filters(states=tuple(FilterState))}
        for survey in self.config.surveys:
            names |= {dead_letter_topic(survey), deliveries_topic(survey)}
        return {name: count for name, count in self.kafka.topics().items() if name in names}

    def archive(self, survey: str) -> Archive:
        """Return the archive of a survey."""
        from minibroker.engine.archive import Archive

        return Archive(self.config.archive_folder, survey)

    def deliveries(self, survey: str) -> Deliveries:
        """Return the archive of a survey with its deliveries."""
        from minibroker.engine.deliveries import Deliveries

        return Deliveries(self.config.archive_folder, survey)

    def sandbox(self) -> Sandbox:
        """Return a sandbox for users' SQL: the archive, our functions, the filters; close it."""
        from minibroker.compiler.macros import duckdb_macros
        from minibroker.engine.sandbox import Limits, Sandbox, Table

        def tables() -> dict[str, Table]:
            stored = self.store.filters()
            rows = [[getattr(each, name) for name in FILTER_COLUMNS] for each in stored]
            return {"filters": Table(FILTER_COLUMNS, rows)}

        query = self.config.query
        limits = Limits(query.seconds, query.memory, query.threads)
        macros = [statement for _, statement in duckdb_macros()]
        return Sandbox(self.config.archive_folder, list(self.surveys), limits, macros, tables)

    def stream(self, survey: Survey) -> Stream:
        """Return where a survey's packets come from."""
        settings = self.config.surveys[survey.name]
        return Stream(
            topic=settings.topic,
            bootstrap=self.config.bootstrap,
            properties=for_java(self.config.kafka.properties),
            schemas=self.schema_folder(survey),
            registry=self.config.registry,
            bare_schema=settings.bare_schema,
            topic_pattern=settings.topic_pattern,
        )

    def topics(self, survey: str) -> list[str]:
        """Return the topics that a survey's alerts are in, by a pattern those that exist now."""
        settings = self.config.surveys[survey]
        existing = self.kafka.topics() if settings.topic_pattern else ()
        return alert_topics(settings.topic, settings.topic_pattern, existing)

    def topic_of_night(self, survey: str, night: date) -> str:
        """Return the topic that a night's alerts are sent to, made if it is not there."""
        settings = self.config.surveys[survey]
        topic = topic_of_night(settings.topic, settings.topic_pattern, night)
        self.ensure_topics([topic], self.config.kafka.partitions)
        return topic

    def schema_folder(self, survey: Survey) -> Path:
        """Return the folder of the schemas that the stream's decoder reads."""
        return self.config.data.absolute() / "schemas" / survey.name

    def write_schemas(self, survey: Survey) -> None:
        """Give the stream's decoder the schemas that the survey's folder has now."""
        from minibroker.engine.schema_folder import write_schemas

        write_schemas(survey, self.schema_folder(survey))

    def survey(self, name: str) -> Survey:
        """Return a survey that has a stream here; ConfigError with the nearest name."""
        if name not in self.surveys:
            raise ConfigError(
                "survey-unknown",
                f"no survey {name!r}" + closest(name, self.surveys),
                f"there are {', '.join(self.surveys)}",
            )
        return self.surveys[name]

    def registered(self, number: int) -> str:
        """Return a schema that only the registry knows, as JSON."""
        from minibroker.engine.registry import Registry

        if not self.config.registry:
            raise ConfigError(
                "registry-missing",
                f"schema {number} is not known here",
                "name the registry that has it as `registry` in minibroker.toml, or install the"
                " survey's package of schemas (for Rubin: pip install --no-deps lsst-alert-packet)",
            )
        return Registry(self.config.registry).schema(number)

    def ensure_topics(self, topics: Sequence[str], partitions: int = 1) -> None:
        """Make the topics that are not there."""
        from minibroker.engine.kafka import NewTopic

        copies = self.config.kafka.replication or self.config.kafka.brokers
        self.kafka.ensure_topics(NewTopic(topic, partitions, copies) for topic in topics)

    def job_settings(self, checkpoint: str) -> dict[str, str]:
        """Return what a job of this configuration is set to, with its checkpoint interval."""
        return {
            "execution.checkpointing.interval": checkpoint,
            "parallelism.default": str(self.config.flink.parallelism),
        }
