"""Cutout images as FITS, made from a pool of noise so that a night takes minutes, not hours."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence

import numpy as np

from minibroker.service.simulate.dice import Floats, Ints

_BLOCK = 2880
"""FITS comes in blocks of so many bytes."""

_POOL = 32
"""Noise realisations; an image is one of them and the source in it."""


class GzipStamps:
    """ZTF's cutouts: 63 x 63 pixels in DN, one image, gzipped.

    Only the rows with the source are compressed for each alert; the rows around them are
    deflated once, flushed to a byte boundary, and joined with them.
    """

    SIDE = 63
    _FIRST, _STOP = 26, 37
    """Rows that a source reaches: 5 to each side of the middle one."""

    def __init__(self, seed: int) -> None:
        rng = np.random.default_rng((seed, 63))
        shape = (_POOL, self.SIDE, self.SIDE)
        self._science = rng.normal(0.0, 9.0, shape) + rng.uniform(110, 280, (_POOL, 1, 1))
        self._template = rng.normal(0.0, 3.0, shape[1:]) + rng.uniform(110, 280, (8, 1, 1))
        self._difference = rng.normal(0.0, 9.0, shape)
        self._psf = _gaussian(self.SIDE, 0.95)
        # The form in which ZTF sends its first card is not strict FITS; kept, as readers meet it.
        self._header = _header(
            ["SIMPLE  =  T", *_axes(-32, self.SIDE, self.SIDE), _card("BUNIT", "'DN      '")]
        )
        self._frames = {
            name: [self._frame(image) for image in pool]
            for name, pool in (("science", self._science), ("difference", self._difference))
        }
        self._templates: dict[tuple[int, int], bytes] = {}

    def science(self, pick: int, flux: float, host: float) -> bytes:
        """Return the new image: source and host of so many DN on sky number ``pick``."""
        return self._stamp("science", self._science, pick, flux + host)

    def difference(self, pick: int, flux: float) -> bytes:
        """Return the difference image; a negative flux makes a hole."""
        return self._stamp("difference", self._difference, pick, flux)

    def template(self, pick: int, host: float) -> bytes:
        """Return the reference image; hosts are told apart by half magnitudes."""
        step = round(5.0 * np.log10(max(host, 1.0)))
        wanted = (pick % len(self._template), step)
        if wanted not in self._templates:
            image = self._template[wanted[0]] + self._psf * 10.0 ** (step / 5.0)
            self._templates[wanted] = _gzip(self._header + _padded(image.astype(">f4").tobytes()))
        return self._templates[wanted]

    def _frame(self, image: Floats) -> tuple[bytes, int, bytes, bytes]:
        """Return an image's deflated top, the top's CRC, the deflated bottom and the bottom."""
        pixels = image.astype(">f4").tobytes()
        row = 4 * self.SIDE
        top = self._header + pixels[: self._FIRST * row]
        bottom = _padded(pixels)[self._STOP * row :]
        return _deflated(top), zlib.crc32(top), _deflated(bottom, last=True), bottom

    def _stamp(self, name: str, pool: Floats, pick: int, flux: float) -> bytes:
        rows = slice(self._FIRST, self._STOP)
        middle = (pool[pick % _POOL, rows] + flux * self._psf[rows]).astype(">f4").tobytes()
        top, crc, deflated_bottom, bottom = self._frames[name][pick % _POOL]
        deflate = zlib.compressobj(1, zlib.DEFLATED, -15, 9, zlib.Z_HUFFMAN_ONLY)
        crc = zlib.crc32(bottom, zlib.crc32(middle, crc))
        size = len(self._header) + len(_padded(b"0" * (4 * self.SIDE**2)))
        return b"".join(
            (
                _GZIP_HEAD,
                top,
                deflate.compress(middle),
                deflate.flush(zlib.Z_SYNC_FLUSH),
                deflated_bottom,
                struct.pack("<II", crc, size),
            )
        )


class PlainStamps:
    """Rubin's cutouts: image of 30 x 30 pixels in nJy, variance, PSF, uncompressed."""

    SIDE = 30
    _PSF_SIDE = 41

    def __init__(self, seed: int) -> None:
        rng = np.random.default_rng((seed, 30))
        shape = (_POOL, self.SIDE, self.SIDE)
        variance = rng.uniform(400.0, 1600.0, (_POOL, 1, 1)) * rng.uniform(0.95, 1.05, shape)
        self._noise = rng.normal(0.0, 1.0, shape) * np.sqrt(variance)
        width = 1.9
        self._psf = _gaussian(self.SIDE, width)
        kernel = _gaussian(self._PSF_SIDE, width)
        self._tails = [
            self._tail(image, kernel * rng.uniform(0.98, 1.02, kernel.shape)) for image in variance
        ]
        self._cards = (
            _card("SIMPLE", "T"),
            *_axes(-32, self.SIDE, self.SIDE),
            _card("EXTEND", "T"),
        )

    def header(self, ra: float, dec: float, x: float, y: float) -> bytes:
        """Return the image header of a cutout around a place on the sky and in the CCD."""
        corner_x, corner_y = int(x) - self.SIDE // 2, int(y) - self.SIDE // 2
        wcs = (
            _card("CUTMINX", str(corner_x)),
            _card("CUTMINY", str(corner_y)),
            _card("BUNIT", "'nJy     '"),
            _card("WCSAXES", "2"),
            _card("CRPIX1", f"{x - corner_x + 1:.12f}"),
            _card("CRPIX2", f"{y - corner_y + 1:.12f}"),
            _card("PC1_1", "-5.55555555555556E-05"),
            _card("PC2_2", "5.55555555555556E-05"),
            _card("CDELT1", "1.0"),
            _card("CDELT2", "1.0"),
            _card("CTYPE1", "'RA---TAN'"),
            _card("CTYPE2", "'DEC--TAN'"),
            _card("CRVAL1", f"{ra:.12f}"),
            _card("CRVAL2", f"{dec:.12f}"),
            _card("LATPOLE", "90.0"),
            _card("MJDREF", "0.0"),
        )
        return _header([*self._cards, *wcs])

    def images(self, picks: Ints, fluxes: Floats, sky: float) -> list[bytes]:
        """Return the pixels of one image a source, of fluxes and a sky level in nJy."""
        images = self._noise[picks % _POOL] + self._psf * fluxes[:, None, None] + sky
        padding = b"\0" * (-4 * self.SIDE**2 % _BLOCK)
        return [image.tobytes() + padding for image in images.astype(">f4")]

    def tail(self, pick: int) -> bytes:
        """Return the HDUs after image number ``pick``: its variance and the PSF."""
        return self._tails[pick % _POOL]

    def _tail(self, variance: Floats, psf: Floats) -> bytes:
        extension = (_card("PCOUNT", "0"), _card("GCOUNT", "1"))
        uncert = _header(
            [
                _card("XTENSION", "'IMAGE   '"),
                *_axes(-32, self.SIDE, self.SIDE),
                *extension,
                _card("UTYPE", "'VarianceUncertainty'"),
                _card("EXTNAME", "'UNCERT  '"),
            ]
        )
        shape = _header(
            [
                _card("XTENSION", "'IMAGE   '"),
                *_axes(-64, self._PSF_SIDE, self._PSF_SIDE),
                *extension,
                _card("EXTNAME", "'PSFIMAGE'"),
            ]
        )
        return b"".join(
            (
                uncert,
                _padded(variance.astype(">f4").tobytes()),
                shape,
                _padded(psf.astype(">f8").tobytes()),
            )
        )


_GZIP_HEAD = b"\x1f\x8b\x08\0\0\0\0\0\x04\x03"
"""A gzip member's head: deflate, no name, no time."""


def _gzip(data: bytes) -> bytes:
    packed = _deflated(data, last=True)
    return _GZIP_HEAD + packed + struct.pack("<II", zlib.crc32(data), len(data))


def _deflated(data: bytes, *, last: bool = False) -> bytes:
    """Deflate raw, ending at a byte boundary so that more can follow, or for good."""
    deflate = zlib.compressobj(6, zlib.DEFLATED, -15, 9)
    return deflate.compress(data) + deflate.flush(zlib.Z_FINISH if last else zlib.Z_FULL_FLUSH)


def _gaussian(side: int, width: float) -> Floats:
    """Return an image of a source of flux 1 in its middle; ``width`` is sigma in pixels."""
    offset = np.arange(side) - side // 2
    profile = np.exp(-0.5 * (offset / width) ** 2)
    image = np.outer(profile, profile)
    result: Floats = image / image.sum()
    return result


def _card(name: str, value: str) -> str:
    return f"{name:8}= {value:<20}" if value[0] == "'" else f"{name:8}= {value:>20}"


def _axes(bitpix: int, width: int, height: int) -> tuple[str, ...]:
    return (
        _card("BITPIX", str(bitpix)),
        _card("NAXIS", "2"),
        _card("NAXIS1", str(width)),
        _card("NAXIS2", str(height)),
    )


def _header(cards: Sequence[str]) -> bytes:
    text = "".join(f"{card:80}" for card in (*cards, "END"))
    return text.encode("ascii").ljust(-(-len(text) // _BLOCK) * _BLOCK)


def _padded(data: bytes) -> bytes:
    return data.ljust(-(-len(data) // _BLOCK) * _BLOCK, b"\0")
