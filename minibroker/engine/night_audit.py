"""One night's deliveries against what the archive says they should have been, as sets of places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from minibroker.engine.archive import Archive, Ask, Place
from minibroker.engine.archive_files import literal


@dataclass(frozen=True)
class Stretch:
    """The offsets [begin, end) of one partition that a version of a filter ran over."""

    topic: str
    partition: int
    begin: int
    end: int | None
    """None for all that follow."""


@dataclass(frozen=True)
class Ran:
    """One version of a filter, and where it ran."""

    owner: str
    name: str
    version: int
    condition: str
    """The compiled filter's DuckDB spelling."""
    stretches: tuple[Stretch, ...] = ()
    besides: tuple[tuple[str, int], ...] | None = None
    """Partitions (topic and number) besides which it ran over all others whole; None: it did not.

    The newest version reads a partition of which nothing was written down from its beginning.
    """


@dataclass(frozen=True)
class Audited:
    """What one version of a filter did with a night, in both answers."""

    read: int
    """Packets of the night where the version ran."""
    dead: int
    not_passed: int
    """Alerts that do not pass, as DuckDB says."""
    sent: int
    over_quota: int
    expected: int
    """Alerts that pass, as DuckDB says."""
    digest: str
    """SHA-256 of the places and ids of the alerts that were delivered or held back."""
    expected_digest: str
    missing: tuple[Place, ...]
    """Passed in the archive and not delivered."""
    extra: tuple[Place, ...]
    """Delivered and not passed in the archive, or where another version ran."""
    doubled: tuple[Place, ...]
    """Delivered more than once."""

    @property
    def passed(self) -> int:
        """Alerts that passed in the stream, sent or held back."""
        return self.sent + self.over_quota

    @property
    def adds_up(self) -> bool:
        """Whether everything that was read is accounted for."""
        return self.read == self.passed + self.not_passed + self.dead

    @property
    def is_right(self) -> bool:
        """Whether stream and archive agree on every packet."""
        return self.adds_up and not (self.missing or self.extra or self.doubled)


def audit_version(archive: Archive, night: str, ran: Ran, unread: str) -> Audited:
    """Compare what a version of a filter delivered of a night with what it should have.

    ``unread`` is a topic that no filter reads, though its packets are archived.

    A digest is of lines ``topic partition offset alert_id``, in the order of the places, each
    ended by a newline: the order in which alerts were sent does not matter.
    """
    with archive.session() as ask:
        _gather(ask, archive, night, ran, unread)
        ((read, dead),) = ask("SELECT count(*), count(*) FILTER (WHERE is_dead) FROM packets")
        ((alerts,),) = ask("SELECT count(*) FROM answered")
        ((sent, over),) = ask(
            "SELECT count(*) FILTER (WHERE state = 'sent'),"
            " count(*) FILTER (WHERE state = 'over quota') FROM delivered"
        )
        ((expected,),) = ask("SELECT count(*) FROM expected")
        return Audited(
            read=read,
            dead=dead,
            not_passed=alerts - expected,
            sent=sent,
            over_quota=over,
            expected=expected,
            digest=_digest(ask, "delivered"),
            expected_digest=_digest(ask, "expected"),
            missing=_places(ask, "expected ANTI JOIN delivered USING (topic, part, place, id)"),
            extra=_places(ask, "delivered ANTI JOIN expected USING (topic, part, place, id)"),
            doubled=_places(ask, "delivered GROUP BY topic, part, place HAVING count(*) > 1"),
        )


def audit_dead(archive: Archive, night: str, unread: str) -> tuple[int, tuple[Place, ...]]:
    """Return a night's undecodable packets, and those that one engine alone found undecodable.

    Each is to be set aside once by the stream, and to be without an alert in the archive.
    """
    records = archive.table("deliveries", [night])
    aside = f"SELECT {_PLACE} FROM {records} WHERE state = 'dead'" if records else _NO_PLACES
    with archive.session() as ask:
        ask(
            f"CREATE TEMP TABLE dead AS SELECT {_PLACE} FROM {archive.table('packets', [night])}"
            f" WHERE error IS NOT NULL AND kafka_topic <> {literal(unread)}"
        )
        ask(f"CREATE TEMP TABLE aside AS {aside}")
        ((count,),) = ask("SELECT count(*) FROM dead")
        return count, (
            *_places(ask, "dead ANTI JOIN aside USING (topic, part, place)"),
            *_places(ask, "aside ANTI JOIN dead USING (topic, part, place)"),
            *_places(ask, "aside GROUP BY topic, part, place HAVING count(*) > 1"),
        )


_PLACE = "kafka_topic AS topic, kafka_partition AS part, kafka_offset AS place"
_NO_PLACES = "SELECT '' AS topic, 0 AS part, 0::BIGINT AS place WHERE FALSE"


def _gather(ask: Ask, archive: Archive, night: str, ran: Ran, unread: str) -> None:
    """Make the tables that are compared: what was read and answered, expected and delivered."""
    where = f"kafka_topic <> {literal(unread)} AND {within(ran)}"
    packets, alerts = archive.table("packets", [night]), archive.table("alerts", [night])
    records = archive.table("deliveries", [night])
    ask(
        f"CREATE TEMP TABLE packets AS SELECT {_PLACE}, alert_id, error IS NOT NULL AS is_dead"
        f" FROM {packets} WHERE {where}"
    )
    answered = (
        f"SELECT {_PLACE}, ({ran.condition}) IS TRUE AS passes FROM {alerts} WHERE {where}"
        if alerts
        else f"SELECT *, FALSE AS passes FROM ({_NO_PLACES})"
    )
    ask(f"CREATE TEMP TABLE answered AS {answered}")
    ask(
        "CREATE TEMP TABLE expected AS SELECT topic, part, place, CAST(alert_id AS VARCHAR) AS id"
        " FROM answered LEFT JOIN packets USING (topic, part, place) WHERE passes"
    )
    delivered = (
        f"SELECT {_PLACE}, CAST(alert_id AS VARCHAR) AS id, state FROM {records}"
        f" WHERE owner = {literal(ran.owner)} AND filter = {literal(ran.name)}"
        f" AND version = {ran.version} AND state IN ('sent', 'over quota')"
        if records
        else f"SELECT *, '' AS id, '' AS state FROM ({_NO_PLACES})"
    )
    ask(f"CREATE TEMP TABLE delivered AS {delivered}")


def within(ran: Ran) -> str:
    """Spell for DuckDB whether a version of a filter ran where a packet was."""
    terms = [
        f"({_of(each.topic, each.partition)} AND kafka_offset >= {each.begin}"
        + ("" if each.end is None else f" AND kafka_offset < {each.end}")
        + ")"
        for each in ran.stretches
    ]
    if ran.besides is not None:
        named = " OR ".join(f"({_of(*partition)})" for partition in ran.besides)
        terms.append(f"NOT ({named or 'FALSE'})")
    return f"({' OR '.join(terms)})" if terms else "FALSE"


def _of(topic: str, partition: int) -> str:
    return f"kafka_topic = {literal(topic)} AND kafka_partition = {partition}"


def _digest(ask: Ask, table: str) -> str:
    line = "topic || ' ' || part || ' ' || place || ' ' || coalesce(id, '') || chr(10)"
    rows: list[tuple[Any, ...]] = ask(
        f"SELECT sha256(coalesce(string_agg({line}, '' ORDER BY topic, part, place), ''))"
        f" FROM {table}"
    )
    return str(rows[0][0])


def _places(ask: Ask, of: str) -> tuple[Place, ...]:
    return tuple(Place(*row) for row in ask(f"SELECT topic, part, place FROM {of} ORDER BY ALL"))
