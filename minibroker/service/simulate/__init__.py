"""A made-up night of a survey, packet for packet as the real stream would send it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from minibroker.model.errors import ConfigError
from minibroker.model.survey import SchemaVersion, Survey
from minibroker.service.simulate.lsst import LsstPackets
from minibroker.service.simulate.packet import PacketMaker, SimulatedPacket
from minibroker.service.simulate.sky import Sky, Visits, watch
from minibroker.service.simulate.ztf import ZtfPackets

__all__ = ["SimulatedPacket", "simulate", "usual_visit"]

_MAKERS: dict[str, Callable[[Survey, SchemaVersion, int], PacketMaker]] = {
    "ztf": ZtfPackets,
    "lsst": LsstPackets,
}
_FIELDS = 12
"""Fields at least: a small night is still spread over the sky."""
_CHUNK = 256
"""Alerts made at once: enough to amortise a column's cost, few enough to stay in the cache."""


def simulate(
    survey: Survey,
    night: date,
    alerts: int,
    seed: int = 0,
    *,
    corrupt: int = 0,
    version: str = "",
    visit_alerts: int | None = None,
    visits: int | None = None,
) -> Iterator[SimulatedPacket]:
    """Return ``alerts`` packets of one night, in the order in which their visits were taken.

    One seed is one sky: an object has the same detections in every night's histories, however
    many alerts are asked for. Fields are visited twice a night in two bands; as many are
    taken, spread over the night, as give about ``visit_alerts`` a visit (as many as the survey
    usually has, if None), at least twelve. With ``visits`` instead the night's first so many,
    one after the other, with more alerts in some than in others.
    ``corrupt`` of the packets, at places that the seed chooses, are cut short or replaced by
    noise. ``version`` is the schema to write with, the newest if empty.
    Raises ConfigError for a survey or a version that cannot be simulated.
    """
    if alerts < 0 or not 0 <= corrupt <= alerts:
        raise ConfigError(
            "simulate-count",
            f"{corrupt} corrupt packets of {alerts} cannot be made",
            "ask for 0 or more alerts, and for at most as many corrupt ones",
        )
    return _spoilt(
        _night(_maker(survey, version, seed), night, alerts, seed, visit_alerts, visits),
        alerts,
        corrupt,
        seed,
    )


def usual_visit(survey: Survey) -> tuple[int, float]:
    """Return the alerts of a survey's usual visit, and the seconds from one to the next."""
    cadence = _maker(survey, "", 0).cadence
    return cadence.visit_alerts, cadence.step


def _maker(survey: Survey, version: str, seed: int) -> PacketMaker:
    if survey.name not in _MAKERS:
        raise ConfigError(
            "simulate-survey",
            f"no simulation of {survey.name} exists",
            f"choose one of: {', '.join(_MAKERS)}",
        )
    versions = {item.version: item for item in survey.versions}
    chosen = version or survey.versions[0].version
    if chosen not in versions:
        raise ConfigError(
            "simulate-version",
            f"{survey.name} has no schema of version {chosen}",
            f"choose one of: {', '.join(versions)}",
        )
    return _MAKERS[survey.name](survey, versions[chosen], seed)


def _night(
    maker: PacketMaker,
    night: date,
    alerts: int,
    seed: int,
    visit_alerts: int | None,
    visits: int | None,
) -> Iterator[SimulatedPacket]:
    sky = Sky(maker.cadence, seed)
    if visits is None:
        of_field = 2 * (visit_alerts or maker.cadence.visit_alerts)
        plan = _plan(sky, night, max(_FIELDS, -(-alerts // of_field)))
        ends = [alerts * (number + 1) // len(plan) for number in range(len(plan))]
    else:
        plan = _first(sky, night, visits)
        weights = np.random.default_rng((seed, visits)).uniform(0.8, 1.2, len(plan)).cumsum()
        ends = np.round(alerts * weights / weights[-1]).astype(int).tolist()
    for (field, index), begin, end in zip(plan, [0, *ends], ends, strict=False):
        chunk = min(_CHUNK, max(end - begin, 16))
        for seen in watch(sky, field, index, end - begin, chunk):
            yield from maker.packets(seen)


def _plan(sky: Sky, night: date, count: int) -> list[tuple[Visits, int]]:
    """Return the night's visits to ``count`` fields by time: a field's visits and one's number."""
    fields = sky.fields(night)
    count = min(count, len(fields))
    return _visits(sky, night, [fields[len(fields) * place // count] for place in range(count)])


def _first(sky: Sky, night: date, count: int) -> list[tuple[Visits, int]]:
    """Return the first ``count`` visits of a night, all of them where it has fewer."""
    # A block of fields is visited twice before the next: no later field comes before these.
    fields = sky.fields(night)[: count + sky.cadence.block]
    return _visits(sky, night, fields)[:count]


def _visits(sky: Sky, night: date, fields: Sequence[int]) -> list[tuple[Visits, int]]:
    """Return both visits of each field in a night by time: the field's visits, one's number."""
    plan = []
    for field in fields:
        visits = sky.visits(field, night)
        plan += [(visits, len(visits) - 2), (visits, len(visits) - 1)]
    return sorted(plan, key=lambda item: float(item[0].mjd[item[1]]))


def _spoilt(
    packets: Iterator[SimulatedPacket], alerts: int, corrupt: int, seed: int
) -> Iterator[SimulatedPacket]:
    """Yield the packets, some of them cut short and some of them noise."""
    rng = np.random.default_rng((seed, alerts, corrupt))
    places = set(rng.choice(alerts, corrupt, replace=False).tolist()) if corrupt else set()
    for place, packet in enumerate(packets):
        if place not in places:
            yield packet
            continue
        size = len(packet.value)
        if rng.random() < 0.5:
            value = packet.value[: int(rng.integers(size // 10, size - 100))]
        else:
            # No framing begins so: it is told from a packet at its first byte.
            value = b"\xff" + rng.bytes(size - 1)
        yield replace(packet, value=value, corrupt=True)
