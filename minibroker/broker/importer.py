"""One survey's packets on their way from files into its archive."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

from minibroker.broker.engines import Engines
from minibroker.broker.packets import Packets
from minibroker.engine.lock import hold
from minibroker.model.errors import BrokerError, ConfigError
from minibroker.model.job import JobSpec, TopicPartition
from minibroker.model.packet import Packet
from minibroker.model.survey import Survey

if TYPE_CHECKING:
    from minibroker.service.importing import Import

BATCH = 200
"""Packets that are sent together: 60 MB of large ones."""
SECONDS = 120.0
"""How long the job may stand still."""


class Importer:
    """Runs a job of its own for the import topic, from construction to `suspend`.

    Holds the survey's imports meanwhile: what one of two were sending, the other would not find in
    the archive. ConfigError when another process imports.
    """

    def __init__(self, engines: Engines, packets: Packets, survey: Survey) -> None:
        from minibroker.engine.archive_lookup import ArchiveLookup
        from minibroker.service.importing import import_topic

        self.sent = 0
        self.known = 0
        """Packets whose alert the archive has."""
        self._engines = engines
        self._packets = packets
        self._survey = survey
        self._topic = import_topic(survey.name)
        self._batch: list[Packet] = []
        lookup = ArchiveLookup(engines.config.archive_folder, survey.name, survey.alert_id)
        self._ids = cache(lookup.ids)
        with ExitStack() as begun:
            begun.enter_context(self._alone())
            try:
                self._start()
            except BaseException:
                with suppress(BrokerError):
                    self._suspend()
                raise
            begun.callback(self._suspend)
            self._end = begun.pop_all()

    def take(self, found: Import) -> None:
        """Send a packet, unless the archive has its alert."""
        ids: set[Any] = self._ids(found.night)
        if found.alert_id in ids:
            self.known += 1
            return
        ids.add(found.alert_id)
        self._batch.append(Packet(found.packet))
        if len(self._batch) >= BATCH:
            self._send()

    def finish(self) -> None:
        """Send the rest and wait until the archive has all of it."""
        self._send()
        self._await()

    def suspend(self) -> None:
        """Stop the job with a savepoint, from which the next import goes on."""
        self._end.close()

    def _suspend(self) -> None:
        with self._engines.reconciler.alone():
            self._engines.reconciler.suspend(self._topic)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the survey's imports."""

        def refuse() -> None:
            raise ConfigError(
                "import-twice",
                f"another process imports packets of {self._survey.name}",
                "let that one finish, then give the files again: what the archive has is skipped",
            )

        run = self._engines.config.data.absolute() / "run"
        with hold(run / f"import.{self._survey.name}.lock", refuse):
            yield

    def _start(self) -> None:
        from minibroker.engine.schema_folder import write_schemas
        from minibroker.service.archive_job import import_job

        engines, survey = self._engines, self._survey
        write_schemas(survey, engines.schema_folder(survey))
        engines.ensure_topics([self._topic], engines.config.kafka.partitions)
        stream = replace(engines.stream(survey), topic=self._topic)
        settings = engines.job_settings(engines.config.flink.archive_checkpoint)
        folder = engines.config.archive_folder
        spec = import_job(self._topic, survey, stream, folder, settings)
        with engines.reconciler.alone():
            if engines.reconciler.is_lost(self._topic):
                self._begin_anew(spec)
            else:
                engines.reconciler.match(spec)
        # What a killed import had sent is to be known before the ids are read.
        self._await()

    def _begin_anew(self, spec: JobSpec) -> None:
        """Go on without the job's lost state: what the archive lacks is sent when given again."""
        ends = self._engines.kafka.offsets_since(self._topic, None)
        self._engines.tell(
            f"the savepoint of {self._topic} is lost: its job begins anew behind all that was sent;"
            " give the files of an import that was broken off again: what the archive has of them"
            " is known by its id"
        )
        offsets = {TopicPartition(self._topic, number): end for number, end in ends.items()}
        self._engines.reconciler.restart(spec, offsets, {})

    def _send(self) -> None:
        if self._batch:
            self.sent += self._engines.kafka.produce(self._topic, self._batch)
            self._batch = []
            self._engines.tell(f"{self._survey.name}: {self.sent:,} packets sent")

    def _await(self) -> None:
        from minibroker.service.catch_up import await_caught_up

        await_caught_up(self._packets.reading(self._topic, self._topic), [], SECONDS)
