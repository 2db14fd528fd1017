"""The simulated sky: random numbers without a state, and a schedule that recurs."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from minibroker.service.simulate import dice
from minibroker.service.simulate.lsst import LsstPackets
from minibroker.service.simulate.sky import Kind, Sky, measured
from minibroker.service.simulate.ztf import ZtfPackets

NIGHT = date(2026, 3, 5)


def test_numbers_are_spread_as_they_should_be() -> None:
    keys = dice.key(1, np.arange(200_000))
    assert len(np.unique(keys)) == 200_000
    numbers = dice.uniform(keys, 1)
    assert abs(numbers.mean() - 0.5) < 0.005
    assert 0.0 <= numbers.min() < numbers.max() < 1.0
    assert abs(np.corrcoef(numbers, dice.uniform(keys, 2))[0, 1]) < 0.01
    normal = dice.normal(keys, 1)
    assert abs(normal.mean()) < 0.01
    assert abs(normal.std() - 1.0) < 0.01
    assert set(dice.whole(keys, 3, 5)) == {0, 1, 2, 3, 4}


def test_a_key_depends_on_every_part_and_on_their_order() -> None:
    assert dice.key(1, 2) != dice.key(2, 1)
    assert dice.key(1, 2, 3) != dice.key(1, 2, 4)
    assert dice.key(-1, 0) != dice.key(1, 0)


def test_a_field_is_visited_twice_a_night_in_two_bands_half_an_hour_apart() -> None:
    for cadence, gap in ((ZtfPackets.cadence, 1800.0), (LsstPackets.cadence, 600.0)):
        sky = Sky(cadence, 1)
        fields = sky.fields(NIGHT)
        assert len(fields) > 0.7 * cadence.fields_a_night
        for field in (fields[0], fields[len(fields) // 2], fields[-1]):
            visits = sky.visits(field, NIGHT)
            assert len(visits) % 2 == 0
            assert np.all(np.diff(visits.mjd) > 0)
            assert (visits.mjd[-1] - visits.mjd[-2]) * 86400.0 > gap * 0.6
            assert visits.band[-1] != visits.band[-2]


def test_no_two_fields_are_looked_at_at_once() -> None:
    for cadence in (ZtfPackets.cadence, LsstPackets.cadence):
        sky = Sky(cadence, 1)
        times = [t for f in sky.fields(NIGHT) for t in sky.visits(f, NIGHT).mjd[-2:].tolist()]
        assert np.diff(sorted(times)).min() * 86400.0 > 0.9 * cadence.step


def test_the_past_of_a_field_does_not_depend_on_the_night_it_is_asked_from() -> None:
    sky = Sky(ZtfPackets.cadence, 1)
    field = sky.fields(NIGHT)[5]
    now = sky.visits(field, NIGHT)
    earlier = sky.visits(field, NIGHT - timedelta(days=9))
    shared = set(now.mjd.tolist()) & set(earlier.mjd.tolist())
    assert len(shared) >= 6


def test_a_flux_does_not_depend_on_what_it_is_measured_with() -> None:
    sky = Sky(ZtfPackets.cadence, 1)
    visits = sky.visits(sky.fields(NIGHT)[0], NIGHT)
    last = len(visits) - 1
    many = sky.sources(visits, last, 0, 500)
    few = sky.sources(visits, last, 100, 110)
    assert np.array_equal(many.key[100:110], few.key)
    together = measured(sky, many, visits)
    alone = measured(sky, few, visits.pick(slice(last, last + 1)))
    assert np.array_equal(together[100:110, last:].astype("f4"), alone.astype("f4"))


def test_what_moves_is_seen_by_one_visit() -> None:
    sky = Sky(ZtfPackets.cadence, 1)
    visits = sky.visits(sky.fields(NIGHT)[0], NIGHT)
    sources = sky.sources(visits, len(visits) - 1, 0, 300)
    flux = sky.fluxes(sources, visits)
    moves = sources.kind == Kind.ASTEROID
    assert moves.any()
    assert np.all(flux[moves, :-1] == 0.0)
    assert np.all(flux[moves, -1] > 0.0)
