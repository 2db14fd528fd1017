"""What one version of a filter did with each night of the archive, counted."""

from __future__ import annotations

from dataclasses import dataclass

from minibroker.engine.archive import Archive
from minibroker.engine.archive_files import literal
from minibroker.engine.night_audit import Ran, within


@dataclass(frozen=True)
class VersionNight:
    """One night's packets for one version of a filter."""

    night: str
    packets: int
    """All of the night that a filter could read."""
    read: int
    """Those where the version ran."""
    sent: int
    over_quota: int

    @property
    def passed(self) -> int:
        """Alerts that passed, sent or held back."""
        return self.sent + self.over_quota

    @property
    def is_whole(self) -> bool:
        """Whether the version read all of the night."""
        return self.read == self.packets


def version_nights(archive: Archive, ran: Ran, unread: str) -> list[VersionNight]:
    """Count the nights of which a version of a filter read something, the oldest first.

    ``unread`` is a topic that no filter reads, though its packets are archived.
    """
    nights = archive.nights()
    packets, records = archive.table("packets", nights), archive.table("deliveries", nights)
    if not packets:
        return []
    delivered = (
        "SELECT night, count(*) FILTER (WHERE state = 'sent') AS sent,"
        f" count(*) FILTER (WHERE state = 'over quota') AS over_quota FROM {records}"
        f" WHERE owner = {literal(ran.owner)} AND filter = {literal(ran.name)}"
        f" AND version = {ran.version} GROUP BY night"
        if records
        else "SELECT '' AS night, 0 AS sent, 0 AS over_quota WHERE FALSE"
    )
    with archive.session() as ask:
        rows = ask(
            "SELECT night, packets, read, coalesce(sent, 0), coalesce(over_quota, 0)"
            f" FROM (SELECT night, count(*) AS packets, count(*) FILTER (WHERE {within(ran)})"
            f" AS read FROM {packets} WHERE kafka_topic <> {literal(unread)} GROUP BY night)"
            f" LEFT JOIN ({delivered}) USING (night) WHERE read > 0 ORDER BY night"
        )
    return [VersionNight(*row) for row in rows]
