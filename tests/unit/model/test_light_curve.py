from __future__ import annotations

from math import isclose
from typing import Any

import pytest

from minibroker.model.light_curve import LightCurve, Point, light_curve
from minibroker.model.shipped import shipped
from minibroker.model.survey import Survey, load_surveys

ZTF = {"jd": 2459000.5, "fid": 2, "magpsf": 18.9, "sigmapsf": 0.1, "diffmaglim": 20.5}


@pytest.fixture(scope="module")
def surveys() -> dict[str, Survey]:
    return load_surveys(shipped("schemas"))


def _only(alert: dict[str, Any], survey: Survey) -> Point:
    (point,) = light_curve(alert, survey)
    return point


def test_a_magnitude_has_its_flux_too(surveys: dict[str, Survey]) -> None:
    point = _only({"candidate": {**ZTF, "isdiffpos": "t"}}, surveys["ztf"])
    assert (point.mjd, point.band, point.magnitude, point.limit) == (59000.0, "r", 18.9, 20.5)
    assert point.flux is not None
    assert point.flux_error is not None
    assert isclose(point.flux, 10.0**5)
    assert isclose(point.flux_error, 10.0**5 * 0.1 * 0.921034, rel_tol=1e-6)


@pytest.mark.parametrize("sign", ["f", "0"])
def test_what_is_fainter_than_the_reference_has_a_negative_flux(
    surveys: dict[str, Survey], sign: str
) -> None:
    point = _only({"candidate": {**ZTF, "isdiffpos": sign}}, surveys["ztf"])
    assert point.magnitude == 18.9
    assert isclose(point.flux or 0, -(10.0**5))


def test_where_nothing_was_detected_there_is_a_limit(surveys: dict[str, Survey]) -> None:
    point = _only({"prv_candidates": [{**ZTF, "magpsf": None, "sigmapsf": None}]}, surveys["ztf"])
    assert (point.magnitude, point.flux, point.limit) == (None, None, 20.5)


def test_a_forced_flux_has_its_zero_point(surveys: dict[str, Survey]) -> None:
    forced = {"jd": 2459000.5, "fid": 1, "magzpsci": 26.4, "diffmaglim": 20.5}
    found = {**forced, "forcediffimflux": 1000.0, "forcediffimfluxunc": 10.0}
    point = _only({"fp_hists": [found]}, surveys["ztf"])
    assert point.is_forced
    assert point.magnitude is not None
    assert isclose(point.magnitude, 26.4 - 7.5)
    assert isclose(point.flux or 0, 10.0**5)


def test_a_forced_flux_in_the_noise_is_no_detection(surveys: dict[str, Survey]) -> None:
    record = {"midpointMjdTai": 61000.0, "band": "i", "psfFlux": 499.0, "psfFluxErr": 100.0}
    point = _only({"prvDiaForcedSources": [record]}, surveys["lsst"])
    assert point.magnitude is None
    assert point.flux == 499.0
    assert point.limit is not None
    assert isclose(point.limit, 24.6525750, rel_tol=1e-8)
    seen = _only({"prvDiaForcedSources": [{**record, "psfFlux": -501.0}]}, surveys["lsst"])
    assert seen.magnitude is not None
    assert seen.flux == -501.0


def test_sentinels_and_rows_without_a_measurement_are_left_out(surveys: dict[str, Survey]) -> None:
    failed = {"jd": 2459000.5, "fid": 1, "magzpsci": 26.4, "forcediffimflux": -99999.0}
    assert len(light_curve({"fp_hists": [failed]}, surveys["ztf"])) == 0
    assert len(light_curve({"prv_candidates": None, "candidate": {}}, surveys["ztf"])) == 0
    assert len(light_curve({"prvDiaSources": [{"midpointMjdTai": 61000.0}]}, surveys["lsst"])) == 0


def test_points_are_by_time_and_columns_are_a_table(surveys: dict[str, Survey]) -> None:
    past = {**ZTF, "jd": 2458999.5, "fid": 1, "magpsf": None, "sigmapsf": None}
    curve = light_curve({"candidate": ZTF, "prv_candidates": [past]}, surveys["ztf"])
    assert curve.columns["mjd"] == [58999.0, 59000.0]
    assert curve.columns["magnitude"] == [None, 18.9]
    assert curve.bands == ["g", "r"]
    assert curve.scale == "utc"


def test_the_picture_has_limits_as_triangles_and_grows_downwards(
    surveys: dict[str, Survey],
) -> None:
    points = [
        {**ZTF, "jd": 2459001.5, "magpsf": 17.0},
        {**ZTF, "jd": 2459002.5, "magpsf": None, "sigmapsf": None},
    ]
    curve = light_curve({"prv_candidates": points, "candidate": ZTF}, surveys["ztf"])
    picture = curve._repr_html_()
    heights = [float(part.split('"')[0]) for part in picture.split('cy="')[1:]]
    faint, bright = heights[0], heights[1]
    assert picture.count("<circle") == 2 + len(curve.bands)
    assert picture.count('h8l-4 7z"') == 1
    assert bright < faint
    assert "MJD (UTC)" in picture


def test_without_points_the_picture_is_a_sentence() -> None:
    assert LightCurve((), "utc")._repr_html_() == "<p>no light curve</p>"
