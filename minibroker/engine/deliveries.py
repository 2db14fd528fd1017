"""The archive's record of what became of the alerts that filters passed, counted by night."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from minibroker.engine.archive import Archive, Place
from minibroker.engine.archive_files import nights_of


@dataclass(frozen=True)
class Span:
    """A filter read the offsets [begin, end) of one partition of the alert topic."""

    owner: str
    name: str
    topic: str
    partition: int
    begin: int
    end: int | None
    """None while it reads."""


@dataclass(frozen=True)
class LedgerNight:
    """What became of one night's packets for one filter."""

    night: str
    owner: str
    name: str
    read: int
    """Packets of the night that the filter's job read."""
    dead: int
    """Those of them that could not be decoded."""
    sent: int
    over_quota: int
    """Alerts that passed and were held back."""
    bytes: int
    """Of the messages that were sent."""

    @property
    def passed(self) -> int:
        """Alerts that passed, sent or held back."""
        return self.sent + self.over_quota

    @property
    def not_passed(self) -> int:
        """Alerts that did not; with `passed` and `dead` they are all that was read."""
        return self.read - self.passed - self.dead


class Deliveries(Archive):
    """One survey's part of the archive, with its deliveries."""

    def ledger(
        self,
        filters: Iterable[tuple[str, str]],
        spans: Iterable[Span] = (),
        nights: Sequence[str] | None = None,
    ) -> list[LedgerNight]:
        """Count for each of the filters (owner and name) what became of each night's packets.

        A partition for which a filter has no span was read by it from its beginning. A night of
        which a filter read nothing is left out; all nights where ``nights`` is None. The oldest
        night comes first.
        """
        wanted = self.nights() if nights is None else nights
        chosen = list(filters)
        if not chosen or not self._files("packets", wanted):
            return []
        has_records = bool(self._files("deliveries", wanted))
        records = self._table("deliveries", wanted) if has_records else _NO_RECORDS
        with self._open() as database:
            database.execute("CREATE TEMP TABLE filters (owner VARCHAR, filter VARCHAR)")
            database.executemany("INSERT INTO filters VALUES (?, ?)", chosen)
            database.execute(_SPANS)
            rows = [(s.owner, s.name, s.topic, s.partition, s.begin, s.end) for s in spans]
            if rows:
                database.executemany("INSERT INTO spans VALUES (?, ?, ?, ?, ?, ?)", rows)
            packets = self._table("packets", wanted)
            counted = database.execute(_LEDGER.format(packets=packets, records=records)).fetchall()
        return [LedgerNight(*row) for row in counted]

    def count(self) -> int:
        """Return how many deliveries and dead letters are archived."""
        records = self.table("deliveries", nights_of(self.folder, "deliveries"))
        if not records:
            return 0
        with self.session() as ask:
            ((found,),) = ask(f"SELECT count(*) FROM {records}")
        return int(found)

    def newest_dead(self) -> int:
        """Return how many packets of the newest night could not be decoded."""
        newest = self.nights()[-1:]
        if not newest:
            return 0
        with self._open() as database:
            query = f"SELECT count(error) FROM {self._table('packets', newest)}"
            ((dead,),) = database.execute(query).fetchall()
        return int(dead)

    def places(self, state: str, owner: str | None = None, name: str | None = None) -> list[Place]:
        """Return where each packet of a state was in Kafka: one filter's, or the dead ones."""
        nights = self.nights()
        if not self._files("deliveries", nights):
            return []
        with self._open() as database:
            rows = database.execute(
                "SELECT kafka_topic, kafka_partition, kafka_offset"
                f" FROM {self._table('deliveries', nights)} WHERE state = ?"
                " AND owner IS NOT DISTINCT FROM ? AND filter IS NOT DISTINCT FROM ?",
                (state, owner, name),
            ).fetchall()
        return [Place(*row) for row in rows]


_NO_RECORDS = (
    "(SELECT '' AS night, '' AS owner, '' AS filter, '' AS state, 0::BIGINT AS bytes WHERE FALSE)"
)
_SPANS = (
    "CREATE TEMP TABLE spans (owner VARCHAR, filter VARCHAR, topic VARCHAR, part INTEGER,"
    ' "begin" BIGINT, "end" BIGINT)'
)
_LEDGER = """
WITH packets AS (
  SELECT night, kafka_topic AS topic, kafka_partition AS part, kafka_offset AS place, error
  FROM {packets}
), whole AS (
  SELECT owner, filter, topic, part, 0::BIGINT AS "begin", NULL::BIGINT AS "end"
  FROM filters CROSS JOIN (SELECT DISTINCT topic, part FROM packets) AS known
  ANTI JOIN spans USING (owner, filter, topic, part)
), ran AS (
  SELECT * FROM whole UNION ALL SELECT spans.* FROM spans SEMI JOIN filters USING (owner, filter)
), bounds AS (
  SELECT topic, part, "begin" AS bound FROM ran
  UNION SELECT topic, part, "end" FROM ran WHERE "end" IS NOT NULL
), pieces AS (
  SELECT night, packets.topic, packets.part, bound, count(*) AS read, count(error) AS dead
  FROM packets ASOF JOIN bounds ON packets.topic = bounds.topic AND packets.part = bounds.part
    AND place >= bound
  GROUP BY ALL
), reads AS (
  SELECT night, owner, filter, sum(read)::BIGINT AS read, sum(dead)::BIGINT AS dead
  FROM pieces JOIN ran ON pieces.topic = ran.topic AND pieces.part = ran.part
    AND bound >= "begin" AND ("end" IS NULL OR bound < "end")
  GROUP BY ALL
), delivered AS (
  SELECT night, owner, filter, count(*) FILTER (WHERE state = 'sent') AS sent,
    count(*) FILTER (WHERE state = 'over quota') AS over_quota,
    coalesce(sum(bytes) FILTER (WHERE state = 'sent'), 0)::BIGINT AS bytes
  FROM {records} AS records SEMI JOIN filters USING (owner, filter) GROUP BY ALL
)
SELECT night, owner, filter, coalesce(read, 0), coalesce(dead, 0), coalesce(sent, 0),
  coalesce(over_quota, 0), coalesce(bytes, 0)
FROM reads FULL JOIN delivered USING (night, owner, filter)
ORDER BY night, owner, filter
"""
"""Packets are counted once, by the pieces between the bounds of all spans, and not per filter."""
