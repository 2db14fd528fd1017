"""An alert's light curve: every measurement of the object that the packet holds."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any, overload

from minibroker.model.survey import LightCurvePart, Survey
from minibroker.model.types import Path, value_at

NJY_ZERO_POINT = 31.4
"""AB magnitude of 1 nJy."""
SIGMAS = 5.0
"""A limit is so many sigmas, as ZTF's diffmaglim; a forced flux above it is a detection."""
_MAG_OF_ERROR = 2.5 / math.log(10.0)
"""Magnitudes for a relative error of the flux."""


@dataclass(frozen=True)
class Point:
    """One measurement in a difference image; None where it does not have that."""

    mjd: float
    """In the curve's time scale."""
    band: str
    magnitude: float | None
    """AB, of the flux without its sign; None where nothing was detected."""
    magnitude_error: float | None
    flux: float | None
    """nJy, negative where the source is fainter than the reference image."""
    flux_error: float | None
    limit: float | None
    """5 sigma limiting magnitude."""
    is_forced: bool
    """Measured at the object's place whether or not anything was there."""


class LightCurve(Sequence[Point]):
    """Points by time; ``columns`` is a table as pandas and astropy take it."""

    def __init__(self, points: Sequence[Point], scale: str) -> None:
        self._points = tuple(sorted(points, key=lambda point: point.mjd))
        self.scale = scale
        """``utc`` or ``tai``: the survey's own."""

    @overload
    def __getitem__(self, index: int) -> Point: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Point]: ...
    def __getitem__(self, index: int | slice) -> Point | Sequence[Point]:
        """Return one point, or a tuple of them."""
        return self._points[index]

    def __len__(self) -> int:
        """Return the number of points."""
        return len(self._points)

    @property
    def columns(self) -> dict[str, list[Any]]:
        """Column name to values, one a point: ``pandas.DataFrame(curve.columns)``."""
        rows = [asdict(point) for point in self._points]
        return {each.name: [row[each.name] for row in rows] for each in fields(Point)}

    @property
    def bands(self) -> list[str]:
        """The bands that it has points in, by name."""
        return sorted({point.band for point in self._points})

    def _repr_html_(self) -> str:
        from minibroker.model.light_curve_svg import draw

        return draw(self)


def light_curve(alert: Mapping[str, Any], survey: Survey) -> LightCurve:
    """Return the light curve that a decoded alert holds, empty where the survey names none."""
    points = [
        point
        for part in survey.light_curve
        for record in _records(alert, part.source)
        if (point := _Reading(survey, part, record).point()) is not None
    ]
    return LightCurve(points, survey.time.scale)


def _records(alert: Mapping[str, Any], source: Path) -> Iterator[Mapping[str, Any]]:
    found = value_at(alert, source)
    if isinstance(found, Mapping):
        yield found
    elif isinstance(found, list):
        yield from found


class _Reading:
    """One record of a part, in the survey's own terms."""

    def __init__(self, survey: Survey, part: LightCurvePart, record: Mapping[str, Any]) -> None:
        self._survey = survey
        self._part = part
        self._record = record

    def point(self) -> Point | None:
        """Return the record as a point; None without a time, a measurement and a limit."""
        time = self._number(self._part.time)
        if time is None:
            return None
        mjd = time - 2400000.5 if self._survey.time.format == "jd" else time
        point = self._of_magnitude(mjd) if self._part.magnitude else self._of_flux(mjd)
        return None if point.flux is None and point.limit is None else point

    def _of_magnitude(self, mjd: float) -> Point:
        magnitude, error = self._number(self._part.magnitude), self._number(self._part.error)
        flux = flux_error = None
        if magnitude is not None:
            sign = -1.0 if self._record.get(self._part.sign) in self._part.fainter else 1.0
            flux = sign * 10.0 ** (0.4 * (NJY_ZERO_POINT - magnitude))
            flux_error = None if error is None else abs(flux) * error / _MAG_OF_ERROR
        limit = self._number(self._part.limit)
        return self._made(mjd, magnitude, error, flux, flux_error, limit)

    def _of_flux(self, mjd: float) -> Point:
        zero_point = NJY_ZERO_POINT
        if self._part.zero_point:
            zero_point = self._number(self._part.zero_point) or math.nan
        scale = 10.0 ** (0.4 * (NJY_ZERO_POINT - zero_point))
        flux, error = self._scaled(self._part.flux, scale), self._scaled(self._part.error, scale)
        magnitude = magnitude_error = None
        if flux and (not self._part.is_forced or (error and abs(flux) >= SIGMAS * error)):
            magnitude = _magnitude(abs(flux))
            magnitude_error = None if error is None else _MAG_OF_ERROR * error / abs(flux)
        limit = self._number(self._part.limit)
        if limit is None and error is not None and error > 0:
            limit = _magnitude(SIGMAS * error)
        return self._made(mjd, magnitude, magnitude_error, flux, error, limit)

    def _made(
        self,
        mjd: float,
        magnitude: float | None,
        magnitude_error: float | None,
        flux: float | None,
        flux_error: float | None,
        limit: float | None,
    ) -> Point:
        band = str(self._record.get(self._part.band))
        return Point(
            mjd=mjd,
            band=self._survey.band.names.get(band, band) if self._survey.band else band,
            magnitude=magnitude,
            magnitude_error=magnitude_error,
            flux=flux,
            flux_error=flux_error,
            limit=limit,
            is_forced=self._part.is_forced,
        )

    def _scaled(self, name: str, scale: float) -> float | None:
        value = self._number(name)
        return None if value is None or not math.isfinite(scale) else value * scale

    def _number(self, name: str) -> float | None:
        """Return a field, None where it is absent, no number, or stands for "nothing here"."""
        value = self._record.get(name)
        if not isinstance(value, int | float) or not math.isfinite(value):
            return None
        path = (*self._part.source, name)
        nothing = any(
            path in each.fields and each.value == value for each in self._survey.sentinels
        )
        return None if nothing else float(value)


def _magnitude(flux: float) -> float:
    return NJY_ZERO_POINT - 2.5 * math.log10(flux)
