"""What there is in the sky and when it is looked at: the same for every night of a seed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from minibroker.service.simulate import dice
from minibroker.service.simulate.dice import Floats, Ints, Keys

MJD_OF_DATE = 678_576
"""A proleptic ordinal of Python's minus this is the MJD of that date's 0 h UTC."""

_ERA = 90
"""Days from one supernova in a galaxy to the next."""


class Kind(IntEnum):
    """What an alert is about."""

    VARIABLE = 0
    SUPERNOVA = 1
    ASTEROID = 2
    ARTEFACT = 3


@dataclass(frozen=True)
class Cadence:
    """How a survey looks at the sky."""

    fields: int
    fields_a_night: int
    block: int
    """Fields visited one after the other before they are visited again in another band."""
    step: float
    """Seconds from one visit to the next."""
    start: float
    """When the first visit begins at the earliest, in days after 0 h UTC of the night's date."""
    history: int
    """Days that a packet looks back."""
    declinations: tuple[float, float]
    side: float
    """Degrees that a field is wide."""
    bands: tuple[tuple[int, int], ...]
    """Pairs of bands that a field may be visited in on one night."""
    limits: tuple[float, ...]
    """5 sigma limit of each band, AB magnitude."""
    mixture: tuple[float, float, float, float]
    """Share of each `Kind` among the places where something may be seen."""
    visit_alerts: int
    """Alerts of a usual visit."""


@dataclass(frozen=True)
class Visits:
    """Visits to one field, ascending in time; arrays of one length."""

    field: int
    night: Ints
    """MJD of the night's date."""
    slot: Ints
    """Number within the night."""
    mjd: Floats
    """When the exposure began, UTC."""
    band: Ints
    key: Keys
    sigma: Floats
    """1 sigma error of a point source's flux, nJy."""

    def __len__(self) -> int:
        """Return the number of visits."""
        return len(self.mjd)

    def pick(self, which: slice | Ints | NDArray[np.bool_]) -> Visits:
        """Return some of the visits."""
        return Visits(
            self.field,
            self.night[which],
            self.slot[which],
            self.mjd[which],
            self.band[which],
            self.key[which],
            self.sigma[which],
        )


@dataclass(frozen=True)
class Sources:
    """Sources of one field that are seen in one visit; arrays of one length."""

    slot: Ints
    """Number of the place in the field; one place holds one source at a time."""
    kind: Ints
    key: Keys
    era: Ints
    """What tells the sources of one place apart: a supernova's number, a visit's, or 0."""
    ra: Floats
    dec: Floats
    host: Floats
    """Flux in the template, nJy."""

    def __len__(self) -> int:
        """Return the number of sources."""
        return len(self.slot)

    def pick(self, which: slice | Ints | NDArray[np.bool_]) -> Sources:
        """Return some of the sources."""
        return Sources(
            self.slot[which],
            self.kind[which],
            self.key[which],
            self.era[which],
            self.ra[which],
            self.dec[which],
            self.host[which],
        )


class Sky:
    """The fields, visits and sources of one seed."""

    def __init__(self, cadence: Cadence, seed: int) -> None:
        self.cadence = cadence
        self._seed = seed

    def fields(self, night: date) -> list[int]:
        """Return the fields looked at in a night, in the order of their first visits."""
        mjd = night.toordinal() - MJD_OF_DATE
        first, count = self._group(mjd) * self.cadence.fields_a_night, self.cadence.fields_a_night
        fields = np.arange(first, first + count)
        return [int(field) for field in fields[self._is_clear(fields, np.array([mjd]))]]

    def visits(self, field: int, night: date) -> Visits:
        """Return the visits to a field from `history` days before a night to the night's end."""
        cadence = self.cadence
        last = night.toordinal() - MJD_OF_DATE
        # One night more than the history: what is too old for a packet is the caller's to drop.
        nights = np.arange(last - cadence.history - 1, last + 1)
        group = field // cadence.fields_a_night
        nights = nights[nights % self._groups == group]
        nights = nights[self._is_clear(np.array([field]), nights)]
        block, place = divmod(field % cadence.fields_a_night, cadence.block)
        of_night = dice.key(self._seed, field, nights)
        pair = np.array(cadence.bands)[dice.whole(of_night, 2, len(cadence.bands))]
        size = min(cadence.block, cadence.fields_a_night - block * cadence.block)
        first = 2 * block * cadence.block + place
        night_of = np.repeat(nights, 2)
        slot = np.tile(np.array([first, first + size]), len(nights))
        band = pair.reshape(-1)
        keys = dice.key(self._seed, field, night_of, slot)
        limit = np.array(cadence.limits)[band] + 0.2 * dice.normal(keys, 1)
        # No two nights begin alike, or a variable star's period would be met in step.
        begun = cadence.start + 0.02 * dice.uniform(dice.key(self._seed, night_of, 5), 1)
        mjd = night_of + begun + slot * (cadence.step / 86400.0)
        return Visits(field, night_of, slot, mjd, band, keys, flux_of(limit) / 5.0)

    def sources(self, visits: Visits, index: int, first: int, stop: int) -> Sources:
        """Return what is at the places [first, stop) of a field in its visit number ``index``."""
        slot = np.arange(first, stop)
        place = dice.key(self._seed, visits.field, slot, 1)
        edges = np.cumsum(self.cadence.mixture)
        kind = np.searchsorted(edges, dice.uniform(place, 1) * edges[-1], side="right")
        night = int(visits.night[index])
        supernova = np.floor((night + 20.0) / _ERA - dice.uniform(place, 2)).astype(np.int64)
        # The second visit of a night has the odd number.
        visit = 2 * night + index % 2
        era = np.select([kind == Kind.SUPERNOVA, kind >= Kind.ASTEROID], [supernova, visit], 0)
        key = dice.key(self._seed, visits.field, slot, era, 2)
        ra, dec = self._positions(visits.field, place, key, kind >= Kind.ASTEROID)
        host = flux_of(_host_magnitude(kind, key, max(self.cadence.limits)))
        return Sources(slot, kind, key, era, ra, dec, host)

    def fluxes(self, sources: Sources, visits: Visits) -> Floats:
        """Return the true flux less the template's, nJy: a row a source, a column a visit.

        What is there for one visit only has it in the last column.
        """
        time = visits.mjd[None, :]
        flux = np.zeros((len(sources), len(visits)))
        variable = sources.kind == Kind.VARIABLE
        flux[variable] = _variable(sources.pick(variable), time)
        supernova = sources.kind == Kind.SUPERNOVA
        flux[supernova] = self._supernova(visits.field, sources.pick(supernova), time)
        moment = (sources.kind == Kind.ASTEROID) | (sources.kind == Kind.ARTEFACT)
        flux[moment, -1] = self._moment(sources.pick(moment), float(visits.sigma[-1]))
        return flux

    @property
    def _groups(self) -> int:
        return self.cadence.fields // self.cadence.fields_a_night

    def _group(self, night: int) -> int:
        return night % self._groups

    def _is_clear(self, fields: Ints, nights: Ints) -> NDArray[np.bool_]:
        """Tell whether a field is looked at on a night when it is its turn; a seventh is lost."""
        return dice.uniform(dice.key(self._seed, fields, nights, 3), 1) > 1.0 / 7.0

    def _positions(
        self, field: int, place: Keys, key: Keys, is_moving: NDArray[np.bool_]
    ) -> tuple[Floats, Floats]:
        """Return places in a field, of what moves for this visit only."""
        low, high = np.sin(np.radians(self.cadence.declinations))
        # Two irrational steps: any run of fields, and so any night, covers the zone evenly.
        centre_dec = np.arcsin(low + (high - low) * (field * 0.5698402909980532 % 1.0))
        centre_ra = 360.0 * (field * 0.7548776662466927 % 1.0)
        keys = np.where(is_moving, key, place)
        dec = np.degrees(centre_dec) + self.cadence.side * (dice.uniform(keys, 3) - 0.5)
        offset = self.cadence.side * (dice.uniform(keys, 4) - 0.5) / np.cos(centre_dec)
        return (centre_ra + offset) % 360.0, np.clip(dec, -89.9, 89.9)

    def _supernova(self, field: int, sources: Sources, time: Floats) -> Floats:
        # The number that `sources` decided the era with, so that the peak is in it.
        place = dice.key(self._seed, field, sources.slot, 1)
        peak_at = (sources.era + dice.uniform(place, 2)) * _ERA
        key = sources.key
        peak = flux_of(max(self.cadence.limits) - 0.6 - 3.4 * dice.uniform(key, 7) ** 1.5)
        rise, decay = 4.0 + 4.0 * dice.uniform(key, 8), 15.0 + 25.0 * dice.uniform(key, 9)
        phase = time - peak_at[:, None]
        rising = np.exp(-0.5 * (np.minimum(phase, 0.0) / rise[:, None]) ** 2)
        fading = np.exp(-np.maximum(phase, 0.0) / decay[:, None])
        result: Floats = peak[:, None] * rising * fading
        return result

    def _moment(self, sources: Sources, sigma: float) -> Floats:
        """Return the fluxes of asteroids and artefacts, which one visit sees."""
        ratio = 5.5 * np.exp(-1.3 * np.log1p(-0.98 * dice.uniform(sources.key, 11)))
        sign = np.where(dice.uniform(sources.key, 12) < 0.4, -1.0, 1.0)
        result: Floats = sigma * ratio * np.where(sources.kind == Kind.ARTEFACT, sign, 1.0)
        return result


@dataclass(frozen=True)
class Sightings:
    """Some sources as one visit detects them, and the visits before: what alerts are made of."""

    sources: Sources
    visits: Visits
    """Those that a packet looks back to, ascending; the last is the one of the alert."""
    flux: Floats
    """Measured in the difference image, nJy: a row a source, a column a visit."""
    detected: NDArray[np.bool_]
    """Where it stood out by 5 sigma."""

    def rows(self, which: NDArray[np.bool_]) -> tuple[Ints, Ints]:
        """Return the source's and the visit's number of every true cell, source by source."""
        source, visit = np.nonzero(which)
        return source, visit


def watch(sky: Sky, visits: Visits, index: int, wanted: int, chunk: int) -> Iterator[Sightings]:
    """Yield ``wanted`` detections in visit number ``index``, at most ``chunk`` at a time."""
    now = float(visits.mjd[index])
    recent = visits.pick((visits.mjd > now - sky.cadence.history) & (visits.mjd <= now))
    current = visits.pick(slice(index, index + 1))
    place = 0
    while wanted > 0:
        sources = sky.sources(visits, index, place, place + 2 * chunk)
        place += 2 * chunk
        flux = measured(sky, sources, current)
        seen = np.nonzero(np.abs(flux[:, 0]) >= 5.0 * current.sigma[0])[0][: min(wanted, chunk)]
        if not len(seen):
            continue
        # Places passed over by the cut at `chunk` are simply not reported in this visit.
        sources = sources.pick(seen)
        flux = measured(sky, sources, recent)
        wanted -= len(seen)
        yield Sightings(sources, recent, flux, np.abs(flux) >= 5.0 * recent.sigma)


def measured(sky: Sky, sources: Sources, visits: Visits) -> Floats:
    """Return true flux and noise, the same for a source and visit whenever it is asked for."""
    keys = dice.key(sources.key[:, None], visits.key[None, :])
    return sky.fluxes(sources, visits) + visits.sigma * dice.normal(keys, 1)


def flux_of(magnitude: Floats | float) -> Floats:
    """Return the flux in nJy of an AB magnitude."""
    result: Floats = np.power(10.0, 0.4 * (31.4 - np.asarray(magnitude)))
    return result


def magnitude_of(flux: Floats) -> Floats:
    """Return the AB magnitude of a flux in nJy, which must be positive."""
    result: Floats = 31.4 - 2.5 * np.log10(flux)
    return result


def _host_magnitude(kind: Ints, key: Keys, limit: float) -> Floats:
    """Return what the template shows: the star itself, the galaxy, next to nothing."""
    star = limit - 6.5 + 6.5 * dice.uniform(key, 5) ** 0.6
    galaxy = limit - 3.5 + 4.5 * dice.uniform(key, 5) ** 0.6
    return np.select(
        [kind == Kind.VARIABLE, kind == Kind.SUPERNOVA, kind == Kind.ARTEFACT],
        [star, galaxy, star - 1.0],
        limit + 4.0,
    )


def _variable(sources: Sources, time: Floats) -> Floats:
    """Return the flux above the template's of periodic and of slowly varying sources."""
    period = (0.3 * 1000.0 ** dice.uniform(sources.key, 6))[:, None]
    amplitude = (0.05 + 1.1 * dice.uniform(sources.key, 7) ** 3)[:, None]
    turns = time / period + dice.uniform(sources.key, 8)[:, None]
    wave = np.sin(2.0 * np.pi * turns) + 0.35 * np.sin(4.0 * np.pi * turns + 1.0)
    result: Floats = sources.host[:, None] * (10.0 ** (-0.4 * amplitude * wave) - 1.0)
    return result
