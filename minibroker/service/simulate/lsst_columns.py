"""The values in Rubin's records, a column at a time."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minibroker.service.simulate import dice
from minibroker.service.simulate.cells import Cells
from minibroker.service.simulate.dice import Floats, Ints
from minibroker.service.simulate.sky import MJD_OF_DATE, Sightings

Columns = dict[str, Any]

_BANDS = "ugrizy"
_TAI = 37.0 / 86400.0
"""Days that TAI is ahead of UTC."""


class LsstCells(Cells):
    """What many of the columns are made from."""

    def __init__(self, seen: Sightings, source: Ints, visit: Ints) -> None:
        super().__init__(seen, source, visit)
        self.error = self.visits.sigma * (1.0 + 0.02 * self.g(10))
        self.snr = np.abs(self.flux) / self.error

    def flag(self, channel: int, real: float, artefact: float) -> NDArray[np.bool_]:
        """Return flags that are set with one probability or the other."""
        result: NDArray[np.bool_] = self.u(channel) < self.either(real, artefact)
        return result

    def visit(self) -> Ints:
        """Return visit numbers: the date of the night and five digits."""
        nights, index = np.unique(self.visits.night, return_inverse=True)
        days = [int(f"{date.fromordinal(n + MJD_OF_DATE):%Y%m%d}") for n in nights.tolist()]
        result: Ints = np.array(days, np.int64)[index] * 100_000 + self.visits.slot
        return result

    def source_id(self) -> Ints:
        """Return diaSourceIds."""
        return self.visit() * 100_000 + self.sources.slot

    def object_id(self) -> Ints:
        """Return diaObjectIds, also for what has none."""
        return 10**17 + (self.sources.key >> np.uint64(5)).astype(np.int64)

    def midpoint(self) -> Floats:
        """Return the middle of the exposure, MJD in TAI."""
        return self.visits.mjd + 15.0 / 86400.0 + _TAI

    def pixel(self) -> tuple[Floats, Floats]:
        """Return x and y in the CCD."""
        return 30.0 + 4010.0 * self.fixed(20), 30.0 + 3940.0 * self.fixed(21)

    def science(self) -> Floats:
        """Return fluxes in the visit image, nJy."""
        return self.flux + self.sources.host + self.error * self.g(22)

    def band(self) -> NDArray[Any]:
        """Return the bands' letters."""
        return np.array(list(_BANDS), "S1")[self.visits.band]


_FLAGS = {
    "centroid_flag": (0.02, 0.10),
    "apFlux_flag": (0.01, 0.08),
    "apFlux_flag_apertureTruncated": (0.005, 0.02),
    "psfFlux_flag": (0.005, 0.04),
    "psfFlux_flag_edge": (0.005, 0.02),
    "psfFlux_flag_noGoodPixels": (0.001, 0.01),
    "trail_flag": (0.30, 0.40),
    "trail_flag_edge": (0.005, 0.02),
    "forced_PsfFlux_flag": (0.005, 0.03),
    "forced_PsfFlux_flag_edge": (0.005, 0.02),
    "forced_PsfFlux_flag_noGoodPixels": (0.001, 0.01),
    "shape_flag": (0.08, 0.30),
    "shape_flag_no_pixels": (0.001, 0.01),
    "shape_flag_not_contained": (0.003, 0.03),
    "shape_flag_parent_source": (0.001, 0.01),
    "isDipole": (0.02, 0.35),
    "dipoleFitAttempted": (0.25, 0.60),
    "pixelFlags": (0.0, 0.0),
    "pixelFlags_bad": (0.01, 0.05),
    "pixelFlags_cr": (0.01, 0.10),
    "pixelFlags_crCenter": (0.003, 0.05),
    "pixelFlags_edge": (0.01, 0.04),
    "pixelFlags_nodata": (0.01, 0.05),
    "pixelFlags_nodataCenter": (0.002, 0.02),
    "pixelFlags_interpolated": (0.03, 0.25),
    "pixelFlags_interpolatedCenter": (0.01, 0.15),
    "pixelFlags_offimage": (0.0, 0.001),
    "pixelFlags_saturated": (0.01, 0.20),
    "pixelFlags_saturatedCenter": (0.005, 0.10),
    "pixelFlags_suspect": (0.01, 0.10),
    "pixelFlags_suspectCenter": (0.005, 0.05),
    "pixelFlags_streak": (0.01, 0.08),
    "pixelFlags_streakCenter": (0.005, 0.05),
    "pixelFlags_injected": (0.0, 0.0),
    "pixelFlags_injectedCenter": (0.0, 0.0),
    "pixelFlags_injected_template": (0.0, 0.0),
    "pixelFlags_injected_templateCenter": (0.0, 0.0),
    "glint_trail": (0.002, 0.02),
}
"""How often a flag is set on what is in the sky and on what is not."""


def source_columns(cells: LsstCells) -> Columns:
    """Return diaSource; what was not measured is NaN, as Rubin sends it."""
    flags = {
        name: cells.flag(300 + index, real, artefact)
        for index, (name, (real, artefact)) in enumerate(_FLAGS.items())
    }
    has_shape = ~flags["shape_flag"]
    x, y = cells.pixel()
    nan = np.nan
    psf_moment = 0.16 + 0.02 * cells.of_visit(30)
    moment = psf_moment * cells.either(1.0 + 0.2 * cells.u(31), 0.3 + 4.0 * cells.u(31))
    ids = _identifiers(cells)
    return {
        **ids,
        **flags,
        **_centroid(cells, x, y),
        **_trail(cells),
        **_dipole(cells, flags["dipoleFitAttempted"]),
        "midpointMjdTai": cells.midpoint(),
        "exposureTime": 30.0,
        "apFlux": cells.flux * (1.0 + 0.05 * cells.g(32)) + 2.0 * cells.error * cells.g(33),
        "apFluxErr": 2.3 * cells.error,
        "isNegative": cells.flux < 0,
        "snr": cells.snr,
        "psfFlux": cells.flux,
        "psfFluxErr": cells.error,
        "psfLnL": nan,
        "psfChi2": 1681.0 * cells.either(0.9 + 0.3 * cells.u(34), 1.0 + 4.0 * cells.u(34)),
        "psfNdata": 1681,
        "scienceFlux": cells.science(),
        "scienceFluxErr": 1.02 * cells.error,
        "templateFlux": np.where(cells.u(35) < 0.05, nan, cells.sources.host),
        "templateFluxErr": 0.3 * cells.error,
        "ixx": np.where(has_shape, moment, nan),
        "iyy": np.where(has_shape, moment * (1.0 + 0.1 * cells.g(36)), nan),
        "ixy": np.where(has_shape, 0.01 * cells.g(37), nan),
        "ixxPSF": psf_moment,
        "iyyPSF": psf_moment * 1.02,
        "ixyPSF": 0.001 * dice.normal(cells.visits.key, 38),
        "extendedness": np.where(cells.u(39) < 0.1, nan, cells.either(0.4, 1.0) * cells.u(40)),
        "reliability": cells.either(1.0 - 0.75 * cells.u(41) ** 1.5, 0.65 * cells.u(41)),
        "reliabilityVersion": "1.4.0",
        "band": cells.band(),
        "timeProcessedMjdTai": cells.midpoint() + 75.0 / 86400.0,
        "timeWithdrawnMjdTai": nan,
        "bboxSize": 10 + (25.0 * cells.u(42) ** 3).astype(np.int64),
    }


def _identifiers(cells: LsstCells) -> Columns:
    """Return the ids; one that is not there is 0, not NULL."""
    return {
        "diaSourceId": cells.source_id(),
        "visit": cells.visit(),
        "detector": cells.sources.slot % 189,
        "diaObjectId": np.where(cells.is_asteroid, 0, cells.object_id()),
        "ssObjectId": np.where(cells.is_asteroid, _ss_object_id(cells), 0),
        "parentDiaSourceId": np.where(cells.u(11) < 0.06, cells.source_id() - 1, 0),
    }


def _ss_object_id(cells: LsstCells) -> Ints:
    return 20_000_000_000_000_000 + (10**15 * cells.fixed(12)).astype(np.int64)


def _centroid(cells: LsstCells, x: Floats, y: Floats) -> Columns:
    pixel_error = 1.0 / np.maximum(cells.snr, 3.0)
    degrees = pixel_error * 0.2 / 3600.0
    return {
        "ra": (cells.sources.ra + degrees * cells.g(50)) % 360.0,
        "raErr": degrees,
        "dec": cells.sources.dec + degrees * cells.g(51),
        "decErr": degrees,
        "ra_dec_Cov": 0.05 * degrees**2 * cells.g(52),
        "x": x + pixel_error * cells.g(53),
        "xErr": pixel_error,
        "y": y + pixel_error * cells.g(54),
        "yErr": pixel_error,
    }


def _trail(cells: LsstCells) -> Columns:
    """Return the trail's fit, NaN for most of what does not move."""
    is_fitted = cells.u(60) < np.where(cells.is_asteroid, 0.7, 0.3)
    length = np.where(cells.is_asteroid, 0.3 + 2.0 * cells.u(61) ** 3, 0.5 * cells.u(61))
    fitted = {
        "trailFlux": cells.flux * (1.0 + 0.05 * cells.g(62)),
        "trailRa": cells.sources.ra,
        "trailDec": cells.sources.dec,
        "trailLength": length,
        "trailAngle": 360.0 * cells.u(63),
        "trailChi2": 1600.0 + 200.0 * cells.u(64),
    }
    unfitted = ("trailFluxErr", "trailRaErr", "trailDecErr", "trailLengthErr", "trailAngleErr")
    return {
        **{name: np.where(is_fitted, column, np.nan) for name, column in fitted.items()},
        **dict.fromkeys(unfitted, np.nan),
        "trailNdata": np.where(is_fitted, 1681, 0),
        "trailAlgorithm": 1,
    }


def _dipole(cells: LsstCells, is_fitted: NDArray[np.bool_]) -> Columns:
    fitted = {
        "dipoleMeanFlux": np.abs(cells.flux) * (1.0 + cells.u(70)),
        "dipoleMeanFluxErr": 1.5 * cells.error,
        "dipoleFluxDiff": cells.flux,
        "dipoleFluxDiffErr": 2.0 * cells.error,
        "dipoleLength": 0.2 + cells.u(71),
        "dipoleAngle": 360.0 * cells.u(72),
        "dipoleChi2": 800.0 + 400.0 * cells.u(73),
    }
    return {
        **{name: np.where(is_fitted, column, np.nan) for name, column in fitted.items()},
        "dipoleNdata": np.where(is_fitted, 900, 0),
    }


def forced_columns(cells: LsstCells) -> Columns:
    """Return prvDiaForcedSources."""
    return {
        "diaForcedSourceId": cells.source_id() + 5_000_000_000_000_000_000,
        "diaObjectId": cells.object_id(),
        "ra": cells.sources.ra,
        "dec": cells.sources.dec,
        "visit": cells.visit(),
        "detector": cells.sources.slot % 189,
        "psfFlux": cells.flux,
        "psfFluxErr": cells.error,
        "midpointMjdTai": cells.midpoint(),
        "scienceFlux": cells.science(),
        "scienceFluxErr": 1.02 * cells.error,
        "band": cells.band(),
        "timeProcessedMjdTai": cells.midpoint() + 80.0 / 86400.0,
        "timeWithdrawnMjdTai": np.nan,
    }


def object_columns(seen: Sightings, current: LsstCells) -> Columns:
    """Return the object's record; what a band has no data for is NaN."""
    sigma = seen.visits.sigma
    columns: Columns = {
        "diaObjectId": current.object_id(),
        "validityStartMjdTai": current.midpoint() + 80.0 / 86400.0,
        "ra": current.sources.ra,
        "raErr": 5e-6,
        "dec": current.sources.dec,
        "decErr": 5e-6,
        "ra_dec_Cov": 1e-13,
        # Seen unfilled in every real packet so far.
        "firstDiaSourceMjdTai": np.nan,
        "lastDiaSourceMjdTai": np.nan,
        "nDiaSources": seen.detected.sum(axis=1),
    }
    for number, band in enumerate(_BANDS):
        of_band = seen.visits.band == number
        detected = seen.detected & of_band
        columns |= _band_of_object(band, seen, detected, sigma)
        visits = int(of_band[:-1].sum())
        forced = seen.flux[:, :-1][:, of_band[:-1]]
        mean = forced.mean(axis=1) if visits else np.nan
        error = float(sigma[:-1][of_band[:-1]].mean()) / visits**0.5 if visits else np.nan
        columns |= {
            f"{band}_fpFluxMean": mean,
            f"{band}_fpFluxMeanErr": error,
            f"{band}_scienceFluxMean": mean + current.sources.host,
            f"{band}_scienceFluxMeanErr": error,
        }
    return columns


def _band_of_object(
    band: str, seen: Sightings, detected: NDArray[np.bool_], sigma: Floats
) -> Columns:
    """Return the statistics over the detections in one band."""
    count = detected.sum(axis=1)
    has_one, has_two = count > 0, count > 1
    flux = np.where(detected, seen.flux, 0.0)
    divisor = np.maximum(count, 1)
    mean = flux.sum(axis=1) / divisor
    spread = np.where(detected, seen.flux - mean[:, None], 0.0)
    deviation = np.sqrt((spread**2).sum(axis=1) / np.maximum(count - 1, 1))
    error = (np.where(detected, sigma, 0.0)).sum(axis=1) / divisor
    filled = {
        "psfFluxMean": (mean, has_one),
        "psfFluxMeanErr": (error / np.sqrt(divisor), has_one),
        "psfFluxSigma": (deviation, has_two),
        "psfFluxMin": (np.where(detected, seen.flux, np.inf).min(axis=1), has_one),
        "psfFluxMax": (np.where(detected, seen.flux, -np.inf).max(axis=1), has_one),
        "psfFluxMaxSlope": (_steepest(seen, detected), has_two),
        "psfFluxErrMean": (error, has_one),
    }
    return {
        **{f"{band}_{name}": np.where(there, v, np.nan) for name, (v, there) in filled.items()},
        f"{band}_psfFluxNdata": count,
    }


def _steepest(seen: Sightings, detected: NDArray[np.bool_]) -> Floats:
    """Return the steepest rise from one detection to the next, nJy a day."""
    source, visit = seen.rows(detected)
    steepest = np.full(len(seen.sources), -np.inf)
    same = source[1:] == source[:-1]
    rise = np.diff(seen.flux[source, visit])[same]
    days = np.diff(seen.visits.mjd[visit])[same]
    np.maximum.at(steepest, source[1:][same], rise / days)
    return steepest


def solar_system_columns(cells: LsstCells) -> Columns:
    """Return what the orbit predicts; only the asteroids' rows are used."""
    rate = 0.1 + 0.3 * cells.fixed(400)
    sun, earth = 2.0 + 1.2 * cells.fixed(401), 1.1 + 1.2 * cells.fixed(402)
    offset = 0.2 * cells.u(403)
    columns = {
        "diaSourceId": cells.source_id(),
        "ssObjectId": _ss_object_id(cells),
        "designation": _designations(cells),
        "eclLambda": (cells.sources.ra + 3.0) % 360.0,
        "eclBeta": cells.sources.dec * 0.6,
        "galLon": (cells.sources.ra + 120.0) % 360.0,
        "galLat": -cells.sources.dec * 0.7,
        "elongation": 100.0 + 70.0 * cells.fixed(404),
        "phaseAngle": 20.0 * cells.fixed(405),
        "topoRange": earth,
        "topoRangeRate": 10.0 * cells.g(406),
        "helioRange": sun,
        "helioRangeRate": 2.0 * cells.g(407),
        "ephRa": cells.sources.ra,
        "ephDec": cells.sources.dec,
        "ephVmag": 19.0 + 4.0 * cells.fixed(408),
        "ephRate": rate,
        "ephOffset": offset,
        "heliocentricDist": sun,
        "topocentricDist": earth,
        "diaDistanceRank": 1,
    }
    for axis in "xyz":
        columns[f"helio_{axis}"] = sun * 0.57
        columns[f"topo_{axis}"] = earth * 0.57
        columns[f"helio_v{axis}"] = 10.0 * cells.g(410 + ord(axis))
        columns[f"topo_v{axis}"] = 15.0 * cells.g(420 + ord(axis))
    return columns


def orbit_columns(cells: LsstCells) -> Columns:
    """Return the orbit, in the names of every version."""
    designation = _designations(cells)
    axis, e = 2.1 + 1.2 * cells.fixed(430), 0.3 * cells.fixed(431)
    node, peri = 360.0 * cells.fixed(432), 360.0 * cells.fixed(433)
    incl, anomaly = 25.0 * cells.fixed(434) ** 2, 360.0 * cells.fixed(435)
    return {
        "id": (1 + 1_500_000 * cells.fixed(436)).astype(np.int64),
        "designation": designation,
        "packed_primary_provisional_designation": np.char.replace(designation, b" ", b""),
        "unpacked_primary_provisional_designation": designation,
        "created_at": 1_700_000_000_000_000,
        "updated_at": 1_750_000_000_000_000,
        "fitting_datetime": 1_750_000_000_000_000,
        "u_param": (9.0 * cells.fixed(437)).astype(np.int64),
        "nopp": 1 + (12.0 * cells.fixed(438)).astype(np.int64),
        "arc_length_total": 5000.0 * cells.fixed(439),
        "nobs_total": 20 + (900.0 * cells.fixed(440)).astype(np.int64),
        "a": axis,
        "q": axis * (1.0 - e),
        "e": e,
        "i": incl,
        "incl": incl,
        "node": node,
        "argperi": peri,
        "peri": peri,
        "mean_anomaly": anomaly,
        "M": anomaly,
        "period": 365.25 * axis**1.5,
        "mean_motion": 360.0 / (365.25 * axis**1.5),
        "epoch_mjd": 61000.0,
        "epoch": 61000.0,
        "h": 15.0 + 6.0 * cells.fixed(441),
        "mpcH": 15.0 + 6.0 * cells.fixed(441),
        "g": 0.15,
        "normalized_rms": 0.3 + cells.fixed(442),
        "earth_moid": axis * (1.0 - e) - 1.0,
        "mpcDesignation": designation,
        "ssObjectId": _ss_object_id(cells),
    }


def _designations(cells: LsstCells) -> NDArray[Any]:
    years = 1990 + (35 * cells.fixed(450)).astype(np.int64)
    numbers = (700.0 * cells.fixed(451)).astype(np.int64)
    return np.array(
        [b"%d A%c%d" % (y, 65 + n % 25, n) for y, n in zip(years, numbers, strict=True)] or [b""]
    )[: len(years)]
