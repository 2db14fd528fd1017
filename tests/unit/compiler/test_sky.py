"""The sky and photometry functions as DuckDB computes them, against astropy."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import duckdb
import numpy as np
import pytest

from minibroker.compiler import spell_duckdb
from minibroker.compiler.functions import FUNCTIONS
from minibroker.model.expression import Column, Expression
from minibroker.model.types import Scalar

coordinates = pytest.importorskip("astropy.coordinates")
units = pytest.importorskip("astropy.units")

EDGES = [
    (0.0, 0.0),
    (360.0, 0.0),
    (359.999999999, 1e-9),
    (0.0, 90.0),
    (123.4, 90.0),
    (0.0, -90.0),
    (180.0, 0.0),
    (10.0, 20.0),
    (190.0, -20.0),
    (192.8594812065348, 27.12825118085622),
    (12.8594812065348, -27.12825118085622),
    (266.40498829, -28.93617776),
    (270.0, 66.56070889),
    (1e-7, -1e-7),
]


@pytest.fixture(scope="module")
def positions() -> list[tuple[float, float]]:
    random = np.random.default_rng(1)
    ra = random.uniform(0.0, 360.0, 300)
    dec = np.degrees(np.arcsin(random.uniform(-1.0, 1.0, 300)))
    return EDGES + list(zip(ra.tolist(), dec.tolist(), strict=True))


def _evaluate(expression: Expression, rows: Sequence[Sequence[Any]]) -> np.ndarray[Any, Any]:
    connection = duckdb.connect()
    names = [f"c{n}" for n in range(len(rows[0]))]
    connection.execute(f"CREATE TABLE t ({', '.join(f'{name} DOUBLE' for name in names)})")
    connection.executemany(f"INSERT INTO t VALUES ({', '.join('?' * len(names))})", rows)
    found = connection.execute(f"SELECT {spell_duckdb(expression)} FROM t").fetchall()
    return np.array([row[0] for row in found])


def _column(n: int) -> Expression:
    return Column((f"c{n}",), Scalar.DOUBLE)


def _call(name: str, count: int) -> Expression:
    return FUNCTIONS[name].lower(*(_column(n) for n in range(count)))


def _icrs(rows: Sequence[Sequence[float]]) -> Any:
    array = np.array(rows)
    return coordinates.SkyCoord(array[:, 0] * units.deg, array[:, 1] * units.deg, frame="icrs")


@pytest.mark.parametrize(
    ("longitude", "latitude", "frame"),
    [
        ("gal_l", "gal_b", lambda sky: sky.galactic.data),
        (
            "ecl_lon",
            "ecl_lat",
            lambda sky: sky.transform_to(coordinates.BarycentricMeanEcliptic()).data,
        ),
    ],
)
def test_frames(
    longitude: str,
    latitude: str,
    frame: Callable[[Any], Any],
    positions: list[tuple[float, float]],
) -> None:
    sky = frame(_icrs(positions)).represent_as(coordinates.UnitSphericalRepresentation)
    lon = _evaluate(_call(longitude, 2), positions)
    lat = _evaluate(_call(latitude, 2), positions)
    assert np.all((lon >= 0.0) & (lon <= 360.0))
    assert np.abs(lat - sky.lat.deg).max() < 1e-9
    turn = (lon - sky.lon.deg + 180.0) % 360.0 - 180.0
    # At a pole every longitude is the same place.
    assert np.abs(turn * np.cos(np.radians(lat))).max() < 1e-9


@pytest.fixture(scope="module")
def pairs(positions: list[tuple[float, float]]) -> list[tuple[float, float, float, float]]:
    edges = [(*a, *b) for a in EDGES for b in EDGES]
    near = [
        (ra, dec, ra + step, min(dec + step, 90.0))
        for ra, dec in positions[:60]
        for step in (0.0, 1e-10, 1e-7, 1e-3)
    ]
    antipodes = [
        (ra, dec, ra + 180.0 + step, -dec) for ra, dec in positions for step in (0.0, 1e-6)
    ]
    random = [(*a, *b) for a, b in zip(positions, reversed(positions), strict=True)]
    return edges + near + antipodes + random


def test_separations(pairs: list[tuple[float, float, float, float]]) -> None:
    expected = _icrs([pair[:2] for pair in pairs]).separation(_icrs([pair[2:] for pair in pairs]))
    degrees = _evaluate(_call("distance", 4), pairs)
    assert np.abs(degrees - expected.deg).max() < 1e-9
    arcseconds = _evaluate(_call("angsep", 4), pairs)
    assert np.abs(arcseconds - expected.arcsec).max() < 3.6e-6


@pytest.mark.parametrize("centre", EDGES)
@pytest.mark.parametrize("radius", [0.0, 1e-6, 0.01, 1.75, 89.9, 90.0, 90.1, 179.999, 180.0, 400.0])
def test_cones_with_a_literal_radius(
    centre: tuple[float, float], radius: float, positions: list[tuple[float, float]]
) -> None:
    distance = _icrs(positions).separation(_icrs([centre])[0]).deg
    literals = [_number(value) for value in (*centre, radius)]
    inside = FUNCTIONS["q3c_radial_query"].lower(_column(0), _column(1), *literals)
    passes = _evaluate(inside, positions)
    clear = np.abs(distance - radius) > 1e-9
    assert np.array_equal(passes[clear], (distance <= radius)[clear])
    # The place itself passes at every radius, also at none.
    assert bool(_evaluate(inside, [centre])[0])


def _number(value: float) -> Expression:
    from minibroker.compiler.build import number

    return number(value)


def test_cones_with_a_radius_from_a_field(positions: list[tuple[float, float]]) -> None:
    rows = [(ra, dec, 3600.0 * radius) for ra, dec in positions for radius in (0.1, 45.0, 170.0)]
    inside = FUNCTIONS["cone"].lower(
        _column(0), _column(1), _number(100.0), _number(-30.0), _column(2)
    )
    passes = _evaluate(inside, rows)
    distance = _icrs(rows).separation(_icrs([(100.0, -30.0)])[0]).arcsec
    assert np.array_equal(passes, distance <= np.array(rows)[:, 2])


def test_a_cone_without_a_position_is_null() -> None:
    literals = [_number(value) for value in (1.0, 2.0, 3.0)]
    inside = FUNCTIONS["cone"].lower(_column(0), _column(1), *literals)
    assert _evaluate(inside, [(None, 1.0), (1.0, None)]).tolist() == [None, None]


def test_odd_angles_are_answered() -> None:
    rows = [(1e308, 1e308), (-1e308, 5e-324), (720.5, 100.0), (-0.0, -0.0)]
    for name in ("gal_l", "gal_b", "ecl_lon", "ecl_lat"):
        assert all(math.isfinite(value) for value in _evaluate(_call(name, 2), rows))


def test_magnitudes() -> None:
    fluxes = np.concatenate([10.0 ** np.linspace(-3.0, 9.0, 200), [1.0, 36307.80547701014]])
    expected = (fluxes * units.nJy).to_value(units.ABmag)
    rows = [(flux,) for flux in fluxes.tolist()]
    assert np.abs(_evaluate(_call("mag", 1), rows) - expected).max() < 1e-12
    back = _evaluate(_call("flux", 1), [(mag,) for mag in expected.tolist()])
    assert np.abs(back / fluxes - 1.0).max() < 1e-12


def test_magnitude_errors() -> None:
    rows = [(1000.0, 10.0), (5.0, 1.0), (1e-3, 1e-3)]
    expected = [2.5 / math.log(10.0) * error / flux for flux, error in rows]
    assert np.allclose(_evaluate(_call("magerr", 2), rows), expected, rtol=1e-12, atol=0.0)


def test_a_flux_that_is_not_positive_has_no_magnitude() -> None:
    lowered = _call("mag", 1)
    from minibroker.compiler.build import finite

    assert _evaluate(finite(lowered), [(0.0,), (-1.0,), (None,)]).tolist() == [None, None, None]
    errors = _evaluate(_call("magerr", 2), [(0.0, 1.0), (-1.0, 1.0), (None, 1.0)])
    assert errors.tolist() == [None, None, None]
