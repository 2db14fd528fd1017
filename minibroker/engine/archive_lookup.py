"""One alert of the archive by its id: its fields, and its packet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from minibroker.engine.archive_database import open_archive
from minibroker.engine.archive_files import files_of, nights_of, parquet_table


@dataclass(frozen=True)
class ArchivedAlert:
    """An alert as the archive has it."""

    survey: str
    night: str
    alert: Mapping[str, Any]
    """Its fields without the cutouts, and the archive's own columns."""
    packet: bytes | None
    """None when the archive has lost it."""
    copies: int
    """How often the archive has this id: a survey may send an alert again."""


class ArchiveLookup:
    """One survey's alerts; ``alert_id`` is where an alert has its id."""

    def __init__(self, folder: Path, survey: str, alert_id: tuple[str, ...]) -> None:
        self._survey = survey
        self._folder = folder / survey
        self._alert_id = ".".join('"' + name.replace('"', '""') + '"' for name in alert_id)

    def find(self, alert_id: str | int) -> ArchivedAlert | None:
        """Return the alert of this id, the newest one of several; None when there is none.

        All nights are looked through; row groups that cannot have the id are not read.
        """
        alerts = files_of(self._folder, "alerts", nights_of(self._folder, "alerts"))
        if not alerts:
            return None
        with open_archive(self._folder) as database:
            rows = database.execute(
                f"FROM {parquet_table(alerts)} WHERE {self._alert_id} = $1"
                " ORDER BY kafka_timestamp DESC",
                [alert_id],
            )
            names = [column[0] for column in rows.description or ()]
            found = rows.fetchall()
            if not found:
                return None
            alert = dict(zip(names, found[0], strict=True))
            night = alert.pop("night")
            files = files_of(self._folder, "packets", [night])
            packets = (
                database.execute(
                    f"SELECT packet FROM {parquet_table(files)} WHERE kafka_topic = $1"
                    " AND kafka_partition = $2 AND kafka_offset = $3",
                    [alert[name] for name in ("kafka_topic", "kafka_partition", "kafka_offset")],
                ).fetchall()
                if files
                else []
            )
        packet = packets[0][0] if packets else None
        return ArchivedAlert(self._survey, night, alert, packet, len(found))

    def ids(self, night: str) -> set[Any]:
        """Return the ids of a night's alerts."""
        files = files_of(self._folder, "packets", [night])
        if not files:
            return set()
        with open_archive(self._folder) as database:
            rows = database.execute(
                f"SELECT alert_id FROM {parquet_table(files)} WHERE alert_id IS NOT NULL"
            ).fetchall()
        return {found for (found,) in rows}
