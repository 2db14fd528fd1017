"""Cutout images: real ones, and broken ones."""

from __future__ import annotations

import gzip
import io
import math
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from astropy.io import fits
from PIL import Image

from minibroker.engine.avro import AlertReader
from minibroker.model.errors import ConfigError, OutsideError
from minibroker.model.shipped import shipped
from minibroker.model.survey import load_surveys
from minibroker.service import stamps as module
from minibroker.service.stamps import montage, picture, read_stamp, read_stamps, save_stamps

SURVEYS = load_surveys(shipped("schemas"))
DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
REAL = {
    "ztf": "ztf/v4.02/2752190655615010046.avro",
    "lsst": "lsst/native-reencoded/v10_0_lsstcam_20251231/169813005919846484.avro",
}


def _alert(survey: str) -> dict[str, Any]:
    file = DATA / REAL[survey]
    if not file.exists():
        pytest.skip(f"the real packets are not here ({DATA})")
    return AlertReader(SURVEYS[survey]).read(file.read_bytes())


def _fits(pixels: Any, **cards: float) -> bytes:
    out = io.BytesIO()
    hdu = fits.PrimaryHDU(np.asarray(pixels, dtype=">f4"))
    hdu.header.update(cards)
    hdu.writeto(out)
    return out.getvalue()


@pytest.mark.parametrize(("survey", "side"), [("ztf", 63), ("lsst", 30)])
def test_a_real_alert_has_three_images(survey: str, side: int, tmp_path: Path) -> None:
    found, broken = read_stamps(_alert(survey), SURVEYS[survey].cutouts)
    assert [each.name for each in found] == list(SURVEYS[survey].cutouts)
    assert broken == []
    assert {each.pixels.shape for each in found} == {(side, side)}
    files = save_stamps(tmp_path, 7, found)
    assert [file.name for file in files[:2]] == [f"7.{found[0].name}{x}" for x in (".fits", ".png")]
    assert [file.read_bytes() for file in files[::2]] == [each.fits for each in found]
    with Image.open(files[1]) as drawn:
        assert drawn.size == (252 if survey == "ztf" else 270,) * 2
    assert montage(found).width > 3 * 252


def test_ztf_tells_no_north_and_rubin_does() -> None:
    found, _ = read_stamps(_alert("ztf"), SURVEYS["ztf"].cutouts)
    assert found[0].north is None
    found, _ = read_stamps(_alert("lsst"), SURVEYS["lsst"].cutouts)
    north, east = found[0].north, found[0].east
    assert north is not None
    assert east is not None
    # The header's own words: ROTPA is 77.6 degrees, and the sky is seen from inside.
    assert math.degrees(math.atan2(-north[0], north[1])) % 360 == pytest.approx(-78.3 % 360, abs=1)
    assert north[0] * east[0] + north[1] * east[1] == pytest.approx(0, abs=0.01)
    assert north[0] * east[1] - north[1] * east[0] > 0


def test_north_is_where_the_header_says() -> None:
    cards = {"CRVAL1": 10.0, "CRVAL2": 20.0, "CRPIX1": 1.0, "CRPIX2": 1.0}
    cards |= {"PC1_1": 0.0, "PC1_2": 1e-4, "PC2_1": 1e-4, "PC2_2": 0.0}
    stamp = read_stamp("x", _fits(np.eye(4), **cards))
    assert stamp.north == (1.0, 0.0)
    assert stamp.east == (0.0, 1.0)
    assert read_stamp("x", _fits(np.eye(4), CRVAL1=10.0, PC1_1=0.0, PC2_2=0.0)).north is None


def test_the_first_row_is_drawn_lowest() -> None:
    pixels = np.zeros((20, 20))
    pixels[0] = 100.0
    drawn = np.asarray(picture(read_stamp("x", _fits(pixels))))
    assert drawn[-1].min() == 255
    assert drawn[0].max() == 0


@pytest.mark.parametrize("pixels", [np.full((8, 8), np.nan), np.full((8, 8), 3.0)])
def test_an_image_of_nothing_is_drawn(pixels: Any) -> None:
    assert picture(read_stamp("x", _fits(pixels))).size == (256, 256)


@pytest.mark.parametrize(
    ("packed", "reason"),
    [
        (b"", "Empty"),
        (b"not FITS", "SIMPLE"),
        (gzip.compress(b"not FITS", mtime=0), "SIMPLE"),
        (gzip.compress(_fits(np.eye(9)), mtime=0)[:-20], "its gzip ends early"),
        (_fits(np.eye(9))[:2900], ""),
        (_fits(np.zeros(9)), "two dimensions"),
        (b"\x1f\x8bnothing", "while decompressing"),
    ],
)
def test_a_broken_image_is_told_and_the_others_are_read(packed: bytes, reason: str) -> None:
    alert = {"a": packed, "b": {"stampData": _fits(np.eye(9))}, "c": None}
    found, broken = read_stamps(alert, ("a", "b", "c", "d"))
    assert [each.name for each in found] == ["b"]
    assert [each.code for each in broken] == ["stamp-broken"]
    assert broken[0].message.startswith("a is no FITS image: ")
    assert reason in broken[0].message


def test_a_gzip_of_zeros_does_not_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LARGEST", 10_000)
    with pytest.raises(OutsideError, match="it unpacks to more than 10000 bytes"):
        read_stamp("a", gzip.compress(bytes(20_000), mtime=0))


def test_an_id_names_no_place_outside_the_folder(tmp_path: Path) -> None:
    (file, _) = save_stamps(tmp_path / "in", "../../x", [read_stamp("a", _fits(np.eye(4)))])
    assert file.parent == tmp_path / "in"


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutsideError, match=r"file: .*exists"):
        save_stamps(tmp_path / "file", 1, [])


def test_without_the_extra_the_remedy_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "astropy.io", None)
    with pytest.raises(ConfigError) as failure:
        read_stamp("a", b"")
    assert failure.value.remedy == "pip install 'minibroker[stamps]'"
