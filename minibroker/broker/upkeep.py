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

if TYPE_CHECKING:
    from minibroker.engine.archive_check import ArchiveCheck, Fault, NightStatus
    from minibroker.engine.archive_lookup import ArchivedAlert
    from minibroker.engine.compaction import Compacted, Compaction
    from minibroker.engine.kafka import Kafka
    from minibroker.service.importing import Stranger


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

    def compact(self, survey: Survey, nights: Sequence[str], everything: bool) -> Compacting:
        """Compact a survey's finished nights, or these, or with ``everything`` all it has.

        Old files whose grace period has passed are removed first.
        """
        from minibroker.service.compact import archived_nights, compact, is_finished

        compaction = self._compaction(survey)
        known = archived_nights(compaction)
        unknown = sorted(set(nights) - set(known))
        if unknown:
            raise ConfigError(
                "no-nights",
                f"the archive has no night {unknown[0]} of {survey.name}",
                "look at `minibroker archive status`",
            )
        margin, now = self._engines.config.compaction.margin_hours, datetime.now(UTC)
        wanted = nights or [
            night for night in known if everything or is_finished(survey, night, margin, now)
        ]
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

    def verify(self, survey: Survey, nights: Sequence[str], deep: bool) -> list[Fault]:
        """Return what is wrong with a survey's nights, all of them when none are named."""
        from minibroker.engine.archive_files import nights_of
        from minibroker.service.verify import verify

        check = self._check(survey)
        wanted = nights or sorted(
            {*nights_of(check.folder, "packets"), *nights_of(check.folder, "alerts")}
        )
        return verify(check, self._kafka_if_there(), wanted, deep)

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
        from minibroker.service.importing import Stranger, sort_out

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
            for each in importers.values():
                each.suspend()
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

    def surveys(self, name: str) -> list[Survey]:
        """Return the survey of this name, or all of them for an empty one."""
        return self._surveys(name)

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
