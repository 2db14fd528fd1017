"""An alert's cutout images: as FITS, and as pictures for people. Needs the extra `stamps`."""

from __future__ import annotations

import io
import re
import warnings
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from minibroker.model.errors import OutsideError
from minibroker.model.extras import extra_missing

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

LARGEST = 64 * 1024 * 1024
"""Bytes of an unpacked image; a real one has 20 to 300 kB. A gzip of zeros must not fill memory."""
SIDE = 252
"""Pixels that a picture is wide, at least: 4 for each of ZTF's 63, 9 for each of Rubin's 30."""
_GZIP = b"\x1f\x8b"
_GAP = 6
_TITLE = 16
"""Rows above each picture of a montage."""


@dataclass(frozen=True)
class Stamp:
    """One image of an alert, as it was sent."""

    name: str
    """The cutout's field, such as cutoutScience."""
    fits: bytes
    """The FITS file, unpacked."""
    pixels: NDArray[np.float64]
    """The first image of the file; row 0 is the lowest, as in FITS. NaN where there is nothing."""
    north: tuple[float, float] | None
    """Where north is, to the right and upwards, length 1; None when the header does not say."""
    east: tuple[float, float] | None


def read_stamps(
    alert: Mapping[str, Any], cutouts: Sequence[str]
) -> tuple[list[Stamp], list[OutsideError]]:
    """Return the images of an alert in the order of ``cutouts``, and why others cannot be read.

    A cutout that the alert does not have is in neither. Raises ConfigError without the extra.
    """
    found, broken = [], []
    for name in cutouts:
        packed = packed_image(alert.get(name))
        if packed is None:
            continue
        try:
            found.append(read_stamp(name, packed))
        except OutsideError as error:
            broken.append(error)
    return found, broken


def packed_image(cutout: Any) -> bytes | None:
    """Return a cutout's bytes: the field itself, or its part ``stampData``; None without any."""
    data = cutout.get("stampData") if isinstance(cutout, Mapping) else cutout
    return bytes(data) if isinstance(data, bytes | bytearray | memoryview) else None


def read_stamp(name: str, packed: bytes) -> Stamp:
    """Return one image, gzipped or not; OutsideError when it is none."""
    fits, _ = stamps_libraries()
    try:
        unpacked = _gunzip(packed) if packed.startswith(_GZIP) else packed
        # ZTF's first card is not strict FITS, and astropy says so of every image.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with fits.open(io.BytesIO(unpacked), memmap=False) as file:
                header, data = file[0].header, file[0].data
                if data is None or data.ndim != 2 or not data.size:
                    raise ValueError("its first image does not have two dimensions")
                north, east = _compass(header)
                return Stamp(name, unpacked, data.astype("float64"), north, east)
    except Exception as error:  # astropy and zlib raise a dozen types, OSError among them
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise OutsideError("stamp-broken", f"{name} is no FITS image: {reason}") from error


def picture(stamp: Stamp) -> Image:
    """Return an image as a picture: ZScale, every pixel a square, arrows where north is known."""
    from PIL import Image

    height, width = stamp.pixels.shape
    zoom = max(1, -(-SIDE // max(height, width)))
    grey = Image.fromarray(_scaled(stamp.pixels)[::-1].copy())
    drawn = grey.resize((width * zoom, height * zoom), Image.Resampling.NEAREST).convert("RGB")
    _draw_compass(drawn, stamp)
    return drawn


def title(stamp: Stamp) -> str:
    """Return what people call an image: Science, of cutoutScience."""
    return stamp.name.removeprefix("cutout")


def montage(stamps: Sequence[Stamp], *, is_titled: bool = True) -> Image:
    """Return the pictures of some images side by side, each under its name; at least one."""
    from PIL import Image, ImageDraw

    pictures = [picture(stamp) for stamp in stamps]
    width = sum(each.width for each in pictures) + _GAP * (len(pictures) - 1)
    top = _TITLE if is_titled else 0
    height = max(each.height for each in pictures) + top
    sheet = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(sheet)
    left = 0
    for stamp, each in zip(stamps, pictures, strict=True):
        if is_titled:
            draw.text((left + 2, 2), title(stamp), fill="black")
        sheet.paste(each, (left, top))
        left += each.width + _GAP
    return sheet


def save_stamps(folder: Path, alert_id: Any, stamps: Sequence[Stamp]) -> list[Path]:
    """Write each image as ``<alert id>.<cutout>.fits`` and ``.png``; return the files.

    Raises OutsideError when the folder cannot be written to.
    """
    # An id is the packet's word: it must not name a place outside the folder.
    base = re.sub(r"[^\w-]", "_", str(alert_id))
    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for stamp in stamps:
            fits = folder / f"{base}.{stamp.name}.fits"
            fits.write_bytes(stamp.fits)
            png = fits.with_suffix(".png")
            picture(stamp).save(png)
            written += [fits, png]
    except OSError as error:
        raise OutsideError(
            "folder-unwritable",
            f"{folder}: {error.strerror}",
            "make room there, or name another folder",
        ) from error
    return written


def unpacked_image(packed: bytes) -> bytes:
    """Return an image as a FITS file, gzipped or not; OutsideError when its gzip is broken."""
    try:
        return _gunzip(packed) if packed.startswith(_GZIP) else packed
    except (ValueError, zlib.error) as error:
        raise OutsideError("stamp-broken", f"an image cannot be unpacked: {error}") from error


def _gunzip(packed: bytes) -> bytes:
    unpacking = zlib.decompressobj(wbits=31)
    unpacked = unpacking.decompress(packed, LARGEST)
    if unpacking.unconsumed_tail:
        raise ValueError(f"it unpacks to more than {LARGEST} bytes")
    if not unpacking.eof:
        raise ValueError("its gzip ends early")
    return unpacked


def _compass(header: Any) -> tuple[tuple[float, float] | None, tuple[float, float] | None]:
    """Return the directions of north and east in an image, where its header has a WCS.

    Rubin's headers have the matrix and no CTYPE, so the matrix is asked and not the projection.
    """
    import numpy as np

    if "CRVAL1" not in header:
        return None, None
    matrix = np.array([[_scale(header, row, column) for column in (1, 2)] for row in (1, 2)])
    if np.linalg.det(matrix) == 0:
        return None, None
    east, north = np.linalg.inv(matrix).T
    return _unit(north), _unit(east)


def _scale(header: Any, row: int, column: int) -> float:
    """Return degrees a pixel: CDi_j, else CDELTi times PCi_j with the standard's defaults."""
    if "CD1_1" in header:
        return float(header.get(f"CD{row}_{column}", 0.0))
    usual = 1.0 if row == column else 0.0
    return float(header.get(f"CDELT{row}", 1.0) * header.get(f"PC{row}_{column}", usual))


def _unit(vector: NDArray[np.float64]) -> tuple[float, float]:
    x, y = (float(part) for part in vector)
    length = (x * x + y * y) ** 0.5
    return x / length, y / length


def _scaled(pixels: NDArray[np.float64]) -> NDArray[np.uint8]:
    import numpy as np
    from astropy.visualization import ZScaleInterval

    finite = pixels[np.isfinite(pixels)]
    if not finite.size:
        return np.zeros(pixels.shape, np.uint8)
    low, high = ZScaleInterval().get_limits(finite)  # type: ignore[no-untyped-call]
    share = (np.nan_to_num(pixels, nan=low) - low) / (high - low or 1.0)
    grey: NDArray[np.uint8] = (255 * np.clip(share, 0.0, 1.0)).astype(np.uint8)
    return grey


def _draw_compass(drawn: Image, stamp: Stamp) -> None:
    from PIL import ImageDraw

    draw = ImageDraw.Draw(drawn)
    length = min(drawn.size) / 9
    # Far enough from the corner for the arrows to point anywhere.
    x, y = drawn.width - 1.6 * length, drawn.height - 1.6 * length
    for letter, direction in (("N", stamp.north), ("E", stamp.east)):
        if direction is None:
            continue
        right, up = direction
        draw.line((x, y, x + length * right, y - length * up), fill="orange", width=2)
        place = (x + 1.3 * length * right, y - 1.3 * length * up)
        draw.text(place, letter, fill="orange", anchor="mm")


def stamps_libraries() -> tuple[Any, Any]:
    """Return astropy's FITS and Pillow; ConfigError without the extra."""
    try:
        import PIL
        from astropy.io import fits
    except ModuleNotFoundError as error:
        raise (extra_missing(error) or error) from None
    return fits, PIL
