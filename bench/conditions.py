"""Conditions of the usual kinds that pass few alerts; numbers vary them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

SCALAR: Mapping[str, tuple[str, ...]] = {
    "ztf": (
        "candidate.rb > 0.9 AND candidate.magpsf < 14.{n} AND candidate.nbad = 0"
        " AND candidate.rcid = {n}",
        "candidate.drb > 0.99 AND candidate.fwhm <= 1.{n} AND abs(candidate.magdiff) <= 0.01",
        "candidate.ssdistnr BETWEEN {n} AND {n}.1 AND candidate.ssnamenr <> 'null'"
        " AND candidate.rcid = {n}",
        "candidate.fid = 2 AND candidate.distpsnr1 BETWEEN 0 AND 0.0{n}"
        " AND candidate.sgscore1 < 0.1",
        "candidate.ra BETWEEN {wide} AND {wide}.02 AND candidate.dec > 0"
        " AND candidate.isdiffpos = 't'",
    ),
    "lsst": (
        "diaSource.reliability > 0.9 AND diaSource.psfFlux > {wide}0000 AND NOT diaSource.isDipole"
        " AND diaSource.detector = {wide}",
        "diaSource.snr > {wide}0 AND diaSource.band = 'g' AND diaSource.pixelFlags_cr IS NOT TRUE"
        " AND diaSource.detector = {wide}",
        "diaSource.ssObjectId <> 0 AND diaSource.trailLength > {n} AND diaSource.detector = {wide}",
        "diaSource.psfFlux / diaSource.psfFluxErr > {wide}0 AND diaSource.extendedness < 0.{n}"
        " AND diaSource.detector = {wide}",
        "diaSource.ra BETWEEN {wide} AND {wide}.2 AND diaSource.dec < 0 AND diaSource.band = 'r'",
    ),
}
HISTORY: Mapping[str, tuple[str, ...]] = {
    "ztf": (
        "EXISTS (SELECT 1 FROM UNNEST(prv_candidates) AS p WHERE p.fid = candidate.fid"
        " AND p.isdiffpos = 't' AND p.magpsf - candidate.magpsf > {wide})",
        "(SELECT max(d.magpsf) - min(d.magpsf) FROM UNNEST(detections) AS d"
        " WHERE d.fid = candidate.fid) > 5.{wide}",
        "(SELECT count(*) FROM UNNEST(prv_candidates) AS p WHERE p.magpsf < 14.{wide}"
        " AND abs(candidate.jd - p.jd) > 0.02) > 3",
        "(SELECT avg(p.magpsf) FROM UNNEST(prv_candidates) AS p"
        " WHERE p.rb > 0.5 AND p.isdiffpos IN ('t', '1')) < 14.{wide}",
        "(SELECT regr_slope(p.magpsf, p.jd) FROM UNNEST(prv_candidates) AS p"
        " WHERE p.fid = candidate.fid) > {wide}",
    ),
    "lsst": (
        "EXISTS (SELECT 1 FROM UNNEST(prvDiaSources) AS p WHERE p.band = diaSource.band"
        " AND NOT p.isDipole AND p.psfFlux > diaSource.psfFlux + {wide}000000)",
        "(SELECT max(d.psfFlux) - min(d.psfFlux) FROM UNNEST(detections) AS d"
        " WHERE d.band = diaSource.band) > {wide}000000",
        "(SELECT count(*) FROM UNNEST(prvDiaForcedSources) AS p WHERE p.psfFlux / p.psfFluxErr > 5"
        " AND p.band = 'u') > 9{wide}0",
        "(SELECT avg(p.snr) FROM UNNEST(prvDiaSources) AS p"
        " WHERE p.reliability > 0.5) > {wide}0000",
        "(SELECT regr_slope(p.psfFlux, p.midpointMjdTai) FROM UNNEST(prvDiaForcedSources) AS p"
        " WHERE p.band = diaSource.band) > {wide}000000",
    ),
}
"""Each walks a list of the alert's earlier measurements; {wide} makes no two alike."""
GUARD: Mapping[str, str] = {
    "ztf": "candidate.rcid = {n} AND candidate.rb > 0.9",
    "lsst": "diaSource.band = 'g' AND diaSource.reliability > 0.9 AND diaSource.snr > {wide}0",
}
"""A cheap condition that few alerts pass."""


def _scalar(survey: str, number: int) -> str:
    return SCALAR[survey][number % len(SCALAR[survey])]


def _half(survey: str, number: int) -> str:
    kinds = HISTORY[survey]
    return kinds[number // 2 % len(kinds)] if number % 2 else _scalar(survey, number)


def _guarded(survey: str, number: int) -> str:
    condition = _half(survey, number)
    return f"{condition} AND {GUARD[survey]}" if number % 2 else condition


def _alike(survey: str, number: int) -> str:
    condition = HISTORY[survey][0].replace("{wide}", "30000000")
    return f"{condition} OR ({GUARD[survey]})" if number % 2 else _scalar(survey, number)


def _everything(survey: str, number: int) -> str:
    return {"ztf": "candidate.ra >= 0", "lsst": "diaSource.ra >= 0"}[survey]


@dataclass(frozen=True)
class Mix:
    """So many filters of some kinds."""

    title: str
    count: int
    condition: Callable[[str, int], str]

    def texts(self, survey: str) -> Iterator[str]:
        """Yield the conditions of the filters, in the survey's fields."""
        for number in range(self.count):
            values = {"n": 1 + number % 9, "wide": 30 + number}
            yield self.condition(survey, number).format(**values)


MIXES = (
    Mix("1 filter", 1, _scalar),
    Mix("10 filters", 10, _scalar),
    Mix("100 filters", 100, _scalar),
    Mix("200 filters", 200, _scalar),
    Mix("100 filters, 50 walk lists", 100, _half),
    Mix("100 filters, 50 walk lists alike", 100, _alike),
    Mix("100 filters, 50 walk lists if a scalar condition holds", 100, _guarded),
    Mix("1 filter that passes everything", 1, _everything),
)


def scalar(count: int) -> Mix:
    """Return so many filters of scalar conditions."""
    return Mix(f"{count:,} filters", count, _scalar)


DELIVERIES = (MIXES[2], MIXES[-1])
"""Run a second time without the step that counts and records what each filter is sent."""
