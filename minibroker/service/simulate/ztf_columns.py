"""The values in ZTF's records, a column at a time."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minibroker.service.simulate import dice
from minibroker.service.simulate.avro_rows import Maybe
from minibroker.service.simulate.cells import Cells
from minibroker.service.simulate.dice import Floats, Ints
from minibroker.service.simulate.sky import MJD_OF_DATE, Kind, Sightings, magnitude_of

Columns = dict[str, Any]

_FIRST_NIGHT = 57754
"""MJD of 2017-01-01, from which nights are counted."""


class ZtfCells(Cells):
    """What many of the columns are made from."""

    def __init__(self, seen: Sightings, source: Ints, visit: Ints) -> None:
        super().__init__(seen, source, visit)
        self.snr = np.abs(self.flux) / self.visits.sigma
        self.rcid = self.sources.slot % 64

    def jd(self) -> Floats:
        """Return when the exposures began, to 10 ms as ZTF gives it."""
        return np.round(self.visits.mjd + 2_400_000.5, 7)

    def nid(self) -> Ints:
        """Return the numbers of the nights."""
        nights: Ints = self.visits.night - _FIRST_NIGHT
        return nights

    def pid(self) -> Ints:
        """Return processing numbers: night, time of the night and readout channel."""
        fraction = (self.visits.mjd % 1.0 * 1e5).astype(np.int64)
        number: Ints = self.nid() * 10**9 + fraction * 10**4 + self.rcid * 100 + 15
        return number

    def candid(self) -> Ints:
        """Return candids: processing number and row."""
        return self.pid() * 10**6 + 10_000 + self.tblid()

    def tblid(self) -> Ints:
        """Return row numbers, which no two sources of a channel share."""
        return self.sources.slot // 64 + 1

    def rfid(self) -> Ints:
        """Return the numbers of the reference images."""
        return self.visits.field * 10**6 + 120_000 + self.visits.band * 100 + self.rcid

    def magpsf(self) -> Floats:
        """Return magnitudes of the difference, whatever its sign."""
        return magnitude_of(np.abs(self.flux))

    def magdiff(self) -> Floats:
        """Return aperture less PSF magnitudes."""
        return self.either(0.07, 0.5) * self.g(21)

    def host(self) -> Floats:
        """Return the template's fluxes, nJy."""
        return self.sources.host

    def zero_point(self) -> Floats:
        """Return the images' zero points."""
        return 26.2 + 0.15 * dice.normal(self.visits.key, 30)

    def counts_per_flux(self) -> Floats:
        """Return the DN of one nJy."""
        result: Floats = 10.0 ** (0.4 * (self.zero_point() - 31.4))
        return result

    def counts(self) -> Floats:
        """Return fluxes of the difference in DN."""
        return self.flux * self.counts_per_flux()

    def limit(self) -> Floats:
        """Return 5 sigma limits, magnitudes."""
        return magnitude_of(5.0 * self.visits.sigma)

    def nearest(self) -> Columns:
        """Return the nearest source of the reference image."""
        kind = self.sources.kind
        near = np.select([kind == Kind.VARIABLE, kind == Kind.SUPERNOVA], [0.6, 5.0], 14.0)
        turn = 2.0 * np.pi * self.fixed(41)
        distance = 0.05 + near * self.fixed(40)
        degrees = distance * 1.01 / 3600.0
        return {
            "distnr": distance,
            "ranr": self.sources.ra + degrees * np.cos(turn) / np.cos(np.radians(self.sources.dec)),
            "decnr": self.sources.dec + degrees * np.sin(turn),
            "magnr": np.minimum(magnitude_of(self.host()), 22.0 - self.fixed(45)),
            "sigmagnr": 0.01 + 0.05 * self.fixed(42),
            "chinr": 0.3 + self.fixed(43) ** 3 * 3.0,
            "sharpnr": 0.2 * (self.fixed(44) - 0.5),
        }

    def calibration(self) -> Columns:
        """Return what is known of an image whether or not something was detected in it."""
        return {
            "magzpsci": self.zero_point(),
            "magzpsciunc": 2e-6 + 2e-5 * self.of_visit(31),
            "magzpscirms": 0.015 + 0.03 * self.of_visit(32),
            "clrcoeff": np.where(self.visits.band == 1, -0.05, 0.09)
            + 0.01 * dice.normal(self.visits.key, 33),
            "clrcounc": 4e-6 + 2e-5 * self.of_visit(34),
        }


def _common(cells: ZtfCells) -> Columns:
    """Return the columns of an image that candidates and upper limits share."""
    return {
        "jd": cells.jd(),
        "fid": cells.visits.band,
        "pid": cells.pid(),
        "diffmaglim": cells.limit(),
        "programpi": "Kulkarni",
        "programid": 1,
        "nid": cells.nid(),
        "rcid": cells.rcid,
        "field": cells.visits.field,
        **cells.calibration(),
        "rbversion": "t17_f5_c3",
    }


def _detection(cells: ZtfCells) -> Columns:
    """Return the columns that only a detection has."""
    magpsf, magdiff, limit = cells.magpsf(), cells.magdiff(), cells.limit()
    x = 3072.0 * cells.fixed(20) + cells.g(22)
    y = 3080.0 * cells.fixed(19) + cells.g(23)
    fwhm = cells.either(1.9 + 1.3 * cells.u(24), 1.0 + 8.0 * cells.u(24))
    elong = 1.0 + cells.either(0.3 * cells.u(25) ** 1.5, 1.6 * cells.u(25))
    aimage = 0.4 * fwhm * np.sqrt(elong)
    bimage = aimage / elong
    sigma = 1.0857 / np.maximum(cells.snr, 1.0)
    jitter = 0.3 / 3600.0 / np.maximum(cells.snr, 3.0)
    return {
        "candid": cells.candid(),
        "isdiffpos": np.where(cells.flux >= 0, b"t", b"f"),
        "tblid": cells.tblid(),
        "xpos": x,
        "ypos": y,
        "ra": np.round((cells.sources.ra + jitter * cells.g(26)) % 360.0, 7),
        "dec": np.round(cells.sources.dec + jitter * cells.g(27), 7),
        "magpsf": magpsf,
        "sigmapsf": sigma,
        "chipsf": cells.either(0.5 + 2.5 * cells.u(28), 1.0 + 30.0 * cells.u(28)),
        "magap": magpsf + magdiff,
        "sigmagap": 1.4 * sigma,
        **cells.nearest(),
        "sky": 1.5 * cells.g(29),
        "magdiff": magdiff,
        "fwhm": fwhm,
        "classtar": cells.either(1.0 - 0.7 * cells.u(35) ** 2, cells.u(35)),
        "mindtoedge": np.minimum(np.minimum(x, 3072.0 - x), np.minimum(y, 3080.0 - y)),
        "magfromlim": limit - magpsf - magdiff,
        "seeratio": cells.either(1.0 + 0.8 * cells.u(36), 2.5 * cells.u(36)),
        "aimage": aimage,
        "bimage": bimage,
        "aimagerat": aimage / fwhm,
        "bimagerat": bimage / fwhm,
        "elong": elong,
        "nneg": cells.either(3.0 * cells.u(37), 12.0 * cells.u(37)).astype(np.int64),
        "nbad": np.where(cells.is_real, cells.u(38) < 0.02, 8.0 * cells.u(38) - 3.0)
        .clip(0)
        .astype(np.int64),
        "rb": cells.either(1.0 - 0.6 * cells.u(39) ** 2, 0.62 * cells.u(39)),
        "sumrat": cells.either(1.0 - 0.3 * cells.u(46) ** 2, cells.u(46)),
        "magapbig": magpsf + 1.1 * magdiff,
        "sigmagapbig": 1.8 * sigma,
        "scorr": cells.snr,
    }


def previous_columns(cells: ZtfCells) -> Columns:
    """Return prv_candidates: a detection, or NULLs and the limit that nothing was above."""
    detection = {name: Maybe(column, cells.detected) for name, column in _detection(cells).items()}
    path = "/ztf/archive/sci/{0:%Y}/{0:%m%d}/"
    return _common(cells) | detection | {"pdiffimfilename": _files(cells, path, ".fits.fz")}


def candidate_columns(seen: Sightings, cells: ZtfCells) -> Columns:
    """Return candidate: the detection, and what is known of its place."""
    history = seen.detected[:, :-1]
    jd = cells.jd()
    times = np.round(seen.visits.mjd + 2_400_000.5, 7)
    first = np.where(seen.detected, times, np.inf).min(axis=1)
    is_variable = cells.sources.kind == Kind.VARIABLE
    older = np.where(is_variable, 300.0 * cells.fixed(50) ** 2, 0.0).astype(np.int64)
    first = np.where(older > 0, 2_458_240.5 + 400.0 * cells.fixed(51), first)
    detections = history.sum(axis=1) + 1 + older
    return {
        **_common(cells),
        **_detection(cells),
        **_solar_system(cells),
        **_neighbours(cells),
        **_gaia(cells),
        "pdiffimfilename": _files(cells, "", ".fits"),
        "ndethist": detections,
        "ncovhist": detections + 10 + (600.0 * cells.fixed(52)).astype(np.int64),
        "jdstarthist": first,
        "jdendhist": jd,
        "tooflag": 0,
        "rfid": cells.rfid(),
        "jdstartref": 2_458_246.86 + 30.0 * cells.fixed(53),
        "jdendref": 2_458_430.58 + 200.0 * cells.fixed(54),
        "nframesref": 15 + (25.0 * cells.fixed(55)).astype(np.int64),
        "dsnrms": 0.9 * cells.snr,
        "ssnrms": 1.6 * cells.snr,
        "dsdiff": -0.7 * cells.snr,
        "nmatches": 200 + (1800.0 * cells.u(56)).astype(np.int64),
        "zpclrcov": -4e-6 * (1.0 + cells.u(57)),
        "zpmed": cells.zero_point() + 0.05,
        "clrmed": 0.6 + 0.2 * cells.u(58),
        "clrrms": 0.1 + 0.05 * cells.u(59),
        "exptime": 30.0,
        "drb": cells.either(1.0 - 0.5 * cells.u(60) ** 5, 0.7 * cells.u(60) ** 2),
        "drbversion": "d6_m7",
    }


def _solar_system(cells: ZtfCells) -> Columns:
    """Return the nearest known asteroid: the source itself, a chance neighbour, or none."""
    is_asteroid = cells.sources.kind == Kind.ASTEROID
    # A measured distance of exactly 0 is common and real.
    own = np.where(cells.u(61) < 0.3, 0.0, 4.0 * cells.u(62) ** 3)
    is_near = ~is_asteroid & (cells.u(63) < 0.03)
    number = (1 + 600_000 * cells.fixed(64)).astype(np.int64).astype("S6")
    none = -999.0
    return {
        "ssdistnr": np.select([is_asteroid, is_near], [own, 6.0 + 24.0 * cells.u(62)], none),
        "ssmagnr": np.select(
            [is_asteroid, is_near],
            [cells.magpsf() + 0.3 * cells.g(65), 17.0 + 5.0 * cells.u(66)],
            none,
        ),
        "ssnamenr": np.where(is_asteroid | is_near, number, b"null"),
    }


def _neighbours(cells: ZtfCells) -> Columns:
    """Return up to three PS1 sources within 30 arcsec, ascending in distance."""
    kind = cells.sources.kind
    is_star, is_galaxy = kind == Kind.VARIABLE, kind == Kind.SUPERNOVA
    near = np.select([is_star, is_galaxy], [0.4, 4.0], 28.0)
    distance = 0.05 + near * cells.fixed(70)
    score = np.select(
        [is_star, is_galaxy], [1.0 - 0.2 * cells.fixed(71), 0.35 * cells.fixed(71)], cells.fixed(71)
    )
    magnitude = magnitude_of(cells.host())
    columns: Columns = {"nmtchps": 1 + (40.0 * cells.fixed(72) ** 2).astype(np.int64)}
    for n in (1, 2, 3):
        is_there = (distance <= 30.0) & (cells.fixed(72 + n) < 0.96)
        columns[f"distpsnr{n}"] = np.where(is_there, distance, -999.0)
        columns[f"sgscore{n}"] = np.where(is_there, score, -999.0)
        number = 10**16 + (9e16 * cells.fixed(75 + n)).astype(np.int64)
        columns[f"objectidps{n}"] = np.where(is_there, number, -999)
        for band, colour in (("sg", 0.4), ("sr", 0.0), ("si", -0.2), ("sz", -0.3)):
            channel = 100 + 10 * n + len(columns) % 10
            has_band = is_there & (cells.fixed(channel) < 0.93)
            value = magnitude + colour * (1.0 + 0.3 * cells.fixed(channel + 200))
            columns[f"{band}mag{n}"] = np.where(has_band, value, -999.0)
        distance = distance + 14.0 * cells.fixed(150 + n)
        score = np.where(cells.fixed(160 + n) < 0.3, 0.5, cells.fixed(170 + n))
        magnitude = 17.0 + 5.0 * cells.fixed(180 + n)
    return columns


def _gaia(cells: ZtfCells) -> Columns:
    has_any, has_bright = cells.fixed(81) < 0.97, cells.fixed(82) < 0.37
    is_star = cells.sources.kind == Kind.VARIABLE
    distance = np.where(is_star, 0.4, 30.0) * cells.fixed(83) + 0.05
    return {
        "neargaia": np.where(has_any, distance, -999.0),
        "maggaia": np.where(has_any, 14.0 + 6.0 * cells.fixed(84), -999.0),
        "neargaiabright": np.where(has_bright, 5.0 + 85.0 * cells.fixed(85), -999.0),
        "maggaiabright": np.where(has_bright, 9.0 + 5.0 * cells.fixed(86), -999.0),
    }


def forced_columns(cells: ZtfCells) -> Columns:
    """Return fp_hists; where the measurement failed its numbers are -99999."""
    draw = cells.u(200)
    status = np.select([draw < 0.55, draw < 0.94, draw < 0.97], [b"0", b"61", b"56"], b"55")
    has_flux = (status == b"0") | (status == b"56")
    scale = cells.counts_per_flux()
    measured = {
        "forcediffimflux": cells.counts(),
        "forcediffimfluxunc": cells.visits.sigma * scale,
        **cells.nearest(),
    }
    return {
        **_common(cells),
        **{name: np.where(has_flux, column, -99999.0) for name, column in measured.items()},
        "rfid": cells.rfid(),
        "sciinpseeing": 1.5 + 1.2 * cells.of_visit(35),
        "scibckgnd": 90.0 + 220.0 * cells.of_visit(36),
        "scisigpix": 5.0 + 8.0 * cells.of_visit(37),
        "exptime": 30.0,
        "adpctdif1": 0.05 + 0.1 * cells.of_visit(38),
        "adpctdif2": 0.05 + 0.1 * cells.of_visit(39),
        "procstatus": status,
    }


def _files(cells: ZtfCells, folder: str, ending: str) -> NDArray[Any]:
    """Return the names of the difference images."""
    if not len(cells):
        return np.array([], "S1")
    of_visit: dict[tuple[int, int], tuple[str, str]] = {}
    names = []
    visits = cells.visits
    for night, slot, mjd, band, rcid in zip(
        visits.night.tolist(),
        visits.slot.tolist(),
        visits.mjd.tolist(),
        visits.band.tolist(),
        cells.rcid.tolist(),
        strict=True,
    ):
        if (night, slot) not in of_visit:
            day = date.fromordinal(night + MJD_OF_DATE)
            fraction = int(mjd % 1.0 * 1e6)
            where = f"{fraction:06d}/" if folder else ""
            of_visit[night, slot] = (
                f"{folder.format(day)}{where}ztf_{day:%Y%m%d}{fraction:06d}_{visits.field:06d}"
                f"_z{' gri'[band]}_c",
                f"_scimrefdiffimg{ending}",
            )
        start, end = of_visit[night, slot]
        names.append(f"{start}{rcid // 4 + 1:02d}_o_q{rcid % 4 + 1}{end}")
    return np.array(names, "S")
