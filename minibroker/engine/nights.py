"""What conditions pass on past nights, counted in one scan of the archive."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from minibroker.engine.archive import Archive, Ask

Hear = Callable[[float], None]
"""Hears which share of a query is done, 0 to 1."""


@dataclass(frozen=True)
class Parted:
    """What alerts are counted by, as DuckDB expressions; NULL where an alert has no such thing."""

    band: str
    region: str
    visit: str


@dataclass(frozen=True)
class Tally:
    """What a condition passes of some alerts."""

    read: int
    passed: int
    bytes: int
    """Of the packets of those that pass."""

    @property
    def share(self) -> float:
        """The part that passes, 0 to 1."""
        return self.passed / self.read if self.read else 0.0


@dataclass(frozen=True)
class Visits:
    """What a condition passes of the images of some nights, those with nothing among them."""

    visits: int
    most: int
    """Alerts of one visit that pass, where they are most."""
    over: int
    """Visits of which more pass than the quota."""
    nights_over: int
    """Nights with such a visit."""
    held: int
    """Alerts that the quota would have kept back."""


@dataclass(frozen=True)
class NightTally:
    """What a condition passes of one night."""

    night: str
    tally: Tally
    dead: int
    """Packets of the night that could not be decoded."""


@dataclass(frozen=True)
class Tallies:
    """What a condition passes, night by night, and all nights by band, region and visit."""

    nights: tuple[NightTally, ...]
    bands: Mapping[str | None, Tally]
    regions: Mapping[str | None, Tally]
    visits: Visits


def tally(
    archive: Archive,
    nights: Sequence[str],
    condition: str,
    parted: Parted,
    quota: int | None,
    hear: Hear = lambda _: None,
) -> Tallies:
    """Count what a condition passes of nights that the archive has.

    ``condition`` is a compiled filter's DuckDB spelling; ``quota`` is how many alerts of one
    visit may pass, None for any number.
    """
    with archive.session(hear) as ask:
        dead = _dead(ask, archive.table("packets", nights))
        alerts = archive.table("alerts", nights)
        ask(f"CREATE TEMP TABLE cells AS {_cells(alerts, condition, parted)}")
        found = _tallies(ask, "night")
        nothing = Tally(0, 0, 0)
        return Tallies(
            tuple(NightTally(each, found.get(each, nothing), dead.get(each, 0)) for each in nights),
            _tallies(ask, "band"),
            _tallies(ask, "region"),
            _visits(ask, quota),
        )


def count(
    archive: Archive,
    nights: Sequence[str],
    conditions: Sequence[str],
    hear: Hear = lambda _: None,
) -> dict[str, tuple[int, ...]]:
    """Return per night how many alerts each of several conditions passes, in one scan."""
    alerts = archive.table("alerts", nights)
    if not alerts or not conditions:
        return {}
    counts = ", ".join(f"count(*) FILTER (WHERE {condition})" for condition in conditions)
    with archive.session(hear) as ask:
        rows = ask(f"SELECT night, {counts} FROM {alerts} GROUP BY night ORDER BY night")
    return {night: tuple(passed) for night, *passed in rows}


def _dead(ask: Ask, packets: str) -> dict[str, int]:
    return dict(
        ask(f"SELECT night, count(*) FROM {packets} WHERE error IS NOT NULL GROUP BY night")
    )


def _cells(alerts: str, condition: str, parted: Parted) -> str:
    """Spell the counts by everything at once: few rows beside the alerts."""
    # Without a file there is no table to name: no rows, of the same columns.
    read = (
        f"SELECT night, {parted.band} AS band, {parted.region} AS region,"
        f" {parted.visit} AS visit, packet_bytes, ({condition}) IS TRUE AS passes FROM {alerts}"
        if alerts
        else "SELECT '' AS night, '' AS band, '' AS region, '' AS visit, 0 AS packet_bytes,"
        " FALSE AS passes WHERE FALSE"
    )
    return (
        "SELECT night, band, region, visit, count(*) AS n,"
        " count(*) FILTER (WHERE passes) AS passed,"
        " coalesce(sum(packet_bytes) FILTER (WHERE passes), 0) AS bytes"
        f" FROM ({read}) GROUP BY ALL"
    )


def _tallies(ask: Ask, column: str) -> dict[str | None, Tally]:
    rows = ask(
        f"SELECT {column}, sum(n)::BIGINT, sum(passed)::BIGINT, sum(bytes)::BIGINT FROM cells"
        f" GROUP BY {column} ORDER BY {column}"
    )
    return {value: Tally(*counts) for value, *counts in rows}


def _visits(ask: Ask, quota: int | None) -> Visits:
    limit = "NULL" if quota is None else str(quota)
    ((visits, most, over, nights_over, held),) = ask(
        "SELECT count(*), coalesce(max(passed), 0), count(*) FILTER (WHERE passed > quota),"
        " count(DISTINCT night) FILTER (WHERE passed > quota),"
        " coalesce(sum(greatest(passed - quota, 0)), 0)"
        f" FROM (SELECT night, visit, sum(passed)::BIGINT AS passed, {limit}::BIGINT AS quota"
        " FROM cells WHERE visit IS NOT NULL GROUP BY night, visit)"
    )
    return Visits(visits, most, over, nights_over, int(held))
