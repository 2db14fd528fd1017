"""The verbs on the archive's files: status, compact, verify, and one alert by its id."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from minibroker.broker.engines import ANSWER_SECONDS, Engines
from minibroker.broker.importer import Importer
from minibroker.broker.packets import Packets
from minibroker.model.errors import BrokerError, ConfigError, OutsideError
from minibroker.model.survey import Survey
from minibroker.model.types import Scalar
from minibroker.service.attempts import attempt_all

if TYPE_CHECKING:
    from minibroker.engine.archive_check import ArchiveCheck, Fault, NightStatus
    from minibroker.engine.archive_lookup import ArchivedAlert
    from minibroker.engine.compaction import Compacted, Compaction
    from minibroker.engine.kafka import Kafka
    from minibroker.service.importing import Stranger


NO_NIGHTS = (
    "`minibroker archive status` lists those it has; what the archive job writes is seen from its"
    " next checkpoint on (flink.archive_checkpoint)"
)


@dataclass(frozen=True)
class Compacting:
    """What a run of compaction did to a survey."""

    compacted: tuple[Compacted, ...]
    removed: int
    """Old files whose grace period had passed."""
    pending: int
    """Tables of nights whose old files are still there."""


@dataclass(frozen=True)
class Imported:
    """What came of an import."""

    counts: tuple[tuple[str, int, int], ...]
    """Per survey its name, the packets archived, and those skipped since it has them."""
    strangers: tuple[Stranger, ...]


class Upkeep:
    """What can be done with the archive's files."""

    def __init__(self, engines: Engines, packets: Packets) -> None:
        self._engines = engines
        self._packets = packets

    def status(self, survey: str = "") -> Iterator[tuple[str, NightStatus]]:
        """Yield each night of a survey, or of all of them, oldest first."""
        for each in self._surveys(survey):
            for night in self._check(each).status():
                yield each.name, night

    def compact(
        self, survey: str = "", nights: Sequence[str] = (), everything: bool = False
    ) -> list[tuple[Survey, Compacting]]:
        """Compact the finished nights of a survey or of all, or these, or with ``everything`` all.

        Old files whose grace period has passed are removed first.
        """
        return [
            (each, self._compact(each, has, bool(nights) or everything))
            for each, has in self._nights(survey, nights)
            if has
        ]

    def _compact(self, survey: Survey, nights: Sequence[str], everything: bool) -> Compacting:
        from minibroker.service.compact import compact, is_finished

        compaction = self._compaction(survey)
        margin, now = self._engines.config.compaction.margin_hours, datetime.now(UTC)
        wanted = [n for n in nights if everything or is_finished(survey, n, margin, now)]
        done = []
        with compaction.alone():
            removed = compaction.finish()
            for each in compact(compaction, wanted):
                self._engines.tell(
                    f"{survey.name} {each.night} {each.table}: {each.files_before} files"
                    f" to {each.files_after}"
                )
                done.append(each)
            removed += compaction.finish()
        return Compacting(tuple(done), removed, compaction.pending())

    def verify(
        self, survey: str = "", nights: Sequence[str] = (), deep: bool = False
    ) -> list[tuple[Survey, Fault]]:
        """Return what is wrong with the nights of a survey or of all, or with these.

        Raises ConfigError where there is nothing to look at.
        """
        from minibroker.service.verify import verify

        archived = self._nights(survey, nights)
        if not any(has for _, has in archived):
            raise ConfigError(
                "no-nights",
                f"the archive has no night of {survey or ' or '.join(self._engines.surveys)}:"
                f" {self._engines.config.archive_folder}",
                NO_NIGHTS,
            )
        kafka = self._kafka_if_there()
        return [
            (each, fault)
            for each, has in archived
            for fault in verify(self._check(each), kafka, has, deep)
        ]

    def alert(self, alert_id: str, survey: str = "") -> ArchivedAlert:
        """Return the alert of this id from a survey's archive, or from whichever has it."""
        from minibroker.engine.archive_lookup import ArchiveLookup

        for each in self._surveys(survey):
            value = _typed(each, alert_id)
            if value is None:
                continue
            folder = self._engines.config.archive_folder
            found = ArchiveLookup(folder, each.name, each.alert_id).find(value)
            if found is not None:
                return found
        where = survey or " or ".join(self._engines.surveys)
        raise ConfigError(
            "alert-unknown",
            f"the archive has no alert {alert_id!r} of {where}",
            "what the archive job writes is seen from its next checkpoint on;"
            " look at `minibroker archive status`",
        )

    def import_files(self, places: Sequence[Path]) -> Imported:
        """Archive the packets of files, folders and tar archives; filters do not see them.

        An alert whose id its night has already is skipped. Killed and run again it goes on: what
        was sent before is archived first, and known then.
        """
        from minibroker.engine.avro import AlertReader
        from minibroker.service.importing import Stranger, check_places, sort_out

        check_places(places)
        surveys = self._engines.surveys
        readers = {
            name: AlertReader(survey, self._engines.registered) for name, survey in surveys.items()
        }
        importers: dict[str, Importer] = {}
        strangers = []
        self._engines.kafka.await_ready(ANSWER_SECONDS)
        try:
            for found in sort_out(places, surveys, readers):
                if isinstance(found, Stranger):
                    strangers.append(found)
                    continue
                name = found.survey.name
                if name not in importers:
                    importers[name] = Importer(self._engines, self._packets, found.survey)
                importers[name].take(found)
            for each in importers.values():
                each.finish()
        finally:
            attempt_all((each.suspend for each in importers.values()), self._engines.tell)
        counts = tuple((name, each.sent, each.known) for name, each in importers.items())
        return Imported(counts, tuple(strangers))

    def packet(self, found: ArchivedAlert) -> bytes:
        """Return an archived alert's packet; OutsideError when the archive has lost it."""
        if found.packet is None:
            raise OutsideError(
                "packet-missing",
                "the archive has the alert and not its packet",
                "run `minibroker archive verify`",
            )
        return found.packet

    def save_stamps(
        self, found: ArchivedAlert, folder: Path
    ) -> tuple[list[Path], list[OutsideError]]:
        """Write an alert's cutouts as FITS and PNG: the files, and why others cannot be read."""
        from minibroker.engine.avro import AlertReader
        from minibroker.service.stamps import read_stamps, save_stamps

        survey = self._engines.surveys[found.survey]
        alert = AlertReader(survey, self._engines.registered).read(self.packet(found))
        stamps, broken = read_stamps(alert, survey.cutouts)
        if not stamps and not broken:
            raise ConfigError("stamps-missing", "the packet has no cutouts")
        value = found.alert
        for name in survey.alert_id:
            value = value[name]
        return save_stamps(folder, value, stamps), broken

    def _nights(self, name: str, nights: Sequence[str]) -> list[tuple[Survey, list[str]]]:
        """Return each survey with its archived nights, of ``nights`` where there are any.

        Raises ConfigError for a night that none of them has.
        """
        from minibroker.engine.archive_files import archived_nights

        folder = self._engines.config.archive_folder
        archived = [(each, archived_nights(folder / each.name)) for each in self._surveys(name)]
        unknown = set(nights).difference(*(has for _, has in archived))
        if unknown:
            raise ConfigError(
                "no-nights",
                f"the archive has no night {min(unknown)}"
                f" of {' or '.join(each.name for each, _ in archived)}: {folder}",
                NO_NIGHTS,
            )
        return [(each, [n for n in has if not nights or n in nights]) for each, has in archived]

    def _surveys(self, name: str) -> list[Survey]:
        return [self._engines.survey(name)] if name else list(self._engines.surveys.values())

    def _check(self, survey: Survey) -> ArchiveCheck:
        from minibroker.engine.archive_check import ArchiveCheck

        return ArchiveCheck(self._engines.config.archive_folder, survey.name)

    def _compaction(self, survey: Survey) -> Compaction:
        from minibroker.engine.compaction import Compaction, CompactionSettings
        from minibroker.service.compact import orders

        chosen = self._engines.config.compaction
        settings = CompactionSettings(chosen.file_size, chosen.memory, chosen.grace_seconds)
        folder = self._engines.config.archive_folder / survey.name
        return Compaction(folder, orders(survey), settings)

    def _kafka_if_there(self) -> Kafka | None:
        try:
            self._engines.kafka.await_ready(ANSWER_SECONDS)
        except BrokerError:
            return None
        return self._engines.kafka


def _typed(survey: Survey, alert_id: str) -> str | int | None:
    """Return an id as the survey's own type, None when it cannot be one."""
    if survey.alert.at(survey.alert_id) is not Scalar.BIGINT:
        return alert_id
    try:
        return int(alert_id)
    except ValueError:
        return None
