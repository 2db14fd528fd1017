"""A light curve as a picture: magnitudes grow downwards, limits are triangles."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from minibroker.model.light_curve import LightCurve, Point

COLOURS = {
    "u": "#0c71ff",
    "g": "#49be61",
    "r": "#c61c00",
    "i": "#ffc200",
    "z": "#f341a2",
    "y": "#5d0000",
}
"""The colours that Rubin's figures give to the bands."""
OTHER = "#777777"
WIDTH, HEIGHT = 640, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 14, 24, 40
_MARKS = "● detection  ■ forced  ○ □ fainter than the reference  ▽ 5 sigma limit"


@dataclass(frozen=True)
class _Axis:
    """A line from data to pixels."""

    low: float
    high: float
    start: float
    """Pixel of ``low``."""
    end: float

    def __call__(self, value: float) -> float:
        """Return the pixel of a value."""
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)

    def ticks(self) -> Iterator[float]:
        """Yield round values, at most eight of them."""
        step = 10.0 ** math.floor(math.log10(self.high - self.low))
        step = next(
            s for s in (step / 5, step / 2, step, 2 * step) if (self.high - self.low) / s <= 8
        )
        first = math.ceil(self.low / step)
        yield from (n * step for n in range(first, math.floor(self.high / step) + 1))


def draw(curve: LightCurve) -> str:
    """Return a light curve as SVG; a sentence where no point has a magnitude or a limit."""
    shown = [point for point in curve if point.magnitude is not None or point.limit is not None]
    if not shown:
        return "<p>no light curve</p>"
    days = _axis([point.mjd for point in shown], _LEFT, WIDTH - _RIGHT, 0.5)
    magnitudes = _axis(_extent(shown), _TOP, HEIGHT - _BOTTOM, 0.2)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}"'
        ' font-family="sans-serif" font-size="11">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>',
        *_frame(days, magnitudes, curve.scale),
        *(mark for point in shown for mark in _mark(point, days, magnitudes)),
        *_legend(curve.bands),
        "</svg>",
    ]
    return "\n".join(parts)


def _extent(points: list[Point]) -> list[float]:
    found = []
    for point in points:
        if point.magnitude is None:
            found.append(point.limit or 0.0)
        else:
            error = min(point.magnitude_error or 0.0, 1.0)
            found += [point.magnitude - error, point.magnitude + error]
    return found


def _axis(values: list[float], start: float, end: float, least: float) -> _Axis:
    """Return an axis that holds all values with a margin, ``least`` of it at least."""
    low, high = min(values), max(values)
    margin = max(0.06 * (high - low), least)
    return _Axis(low - margin, high + margin, start, end)


def _frame(days: _Axis, magnitudes: _Axis, scale: str) -> Iterator[str]:
    bottom, right = HEIGHT - _BOTTOM, WIDTH - _RIGHT
    yield (
        f'<rect x="{_LEFT}" y="{_TOP}" width="{right - _LEFT}" height="{bottom - _TOP}"'
        ' fill="none" stroke="#999999"/>'
    )
    for day in days.ticks():
        x = days(day)
        yield f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{bottom}" y2="{bottom + 4}" stroke="#999999"/>'
        yield f'<text x="{x:.1f}" y="{bottom + 16}" text-anchor="middle">{day:.7g}</text>'
    for magnitude in magnitudes.ticks():
        y = magnitudes(magnitude)
        yield f'<line x1="{_LEFT - 4}" x2="{_LEFT}" y1="{y:.1f}" y2="{y:.1f}" stroke="#999999"/>'
        yield f'<text x="{_LEFT - 7}" y="{y + 4:.1f}" text-anchor="end">{magnitude:.4g}</text>'
    middle, half = (_LEFT + right) / 2, (_TOP + bottom) / 2
    yield f'<text x="{middle}" y="{HEIGHT - 8}" text-anchor="middle">MJD ({scale.upper()})</text>'
    yield (
        f'<text transform="translate(14 {half}) rotate(-90)" text-anchor="middle">'
        "difference, AB mag</text>"
    )


def _mark(point: Point, days: _Axis, magnitudes: _Axis) -> Iterator[str]:
    colour, x = COLOURS.get(point.band, OTHER), days(point.mjd)
    if point.magnitude is None:
        y = magnitudes(point.limit or 0.0)
        yield (
            f'<path d="M{x - 4:.1f} {y - 3:.1f}h8l-4 7z" fill="none" stroke="{colour}"'
            ' stroke-opacity="0.6"/>'
        )
        return
    y = magnitudes(point.magnitude)
    error = min(point.magnitude_error or 0.0, 1.0)
    low, high = magnitudes(point.magnitude - error), magnitudes(point.magnitude + error)
    # What is fainter than the reference is hollow.
    fill = colour if (point.flux or 0.0) > 0 else "white"
    yield f'<path d="M{x:.1f} {low:.1f}V{high:.1f}" stroke="{colour}"/>'
    if point.is_forced:
        yield (
            f'<rect x="{x - 2.5:.1f}" y="{y - 2.5:.1f}" width="5" height="5" fill="{fill}"'
            f' stroke="{colour}"/>'
        )
    else:
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{fill}" stroke="{colour}"/>'


def _legend(bands: list[str]) -> Iterator[str]:
    order = [*COLOURS, *bands]
    for place, band in enumerate(sorted(bands, key=order.index)):
        x = _LEFT + 10 + 34 * place
        yield f'<circle cx="{x}" cy="13" r="3.5" fill="{COLOURS.get(band, OTHER)}"/>'
        yield f'<text x="{x + 8}" y="17">{_escaped(band)}</text>'
    yield (
        f'<text x="{WIDTH - _RIGHT}" y="17" text-anchor="end" fill="#555555">'
        f"{_MARKS.replace('  ', '&#160; ')}</text>"
    )


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
