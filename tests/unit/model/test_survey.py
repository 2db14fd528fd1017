"""Surveys as data: the shipped ones, and what a wrong survey.toml is told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from minibroker.model.errors import ConfigError
from minibroker.model.survey import (
    OWN_COLUMNS,
    AlertTime,
    Survey,
    list_fields,
    load_survey,
    load_surveys,
)
from minibroker.model.types import Array, Scalar, Struct

SCHEMAS = Path(__file__).resolve().parents[3] / "schemas"

ALERT = {
    "type": "record",
    "name": "alert",
    "fields": [
        {"name": "id", "type": "long"},
        {"name": "object", "type": "string"},
        {"name": "mjd", "type": "double"},
        {"name": "ra", "type": "double"},
        {"name": "dec", "type": "double"},
        {"name": "image", "type": ["null", "bytes"]},
        {
            "name": "past",
            "type": {
                "type": "array",
                "items": {
                    "type": "record",
                    "name": "point",
                    "fields": [
                        {"name": "mjd", "type": "double"},
                        {"name": "flux", "type": ["null", "float"]},
                    ],
                },
            },
        },
    ],
}
TOML = """\
title = "A survey"
framing = "auto"
alert_id = "id"
object_id = "object"
ra = "ra"
dec = "dec"
night_offset_hours = 0
cutouts = ["image"]
histories = ["past"]
default_columns = ["id", "mjd"]

[time]
field = "mjd"
format = "mjd"
scale = "utc"

[views.points]
parts = [{ from = "past", where = "flux > 0" }]

[[sentinels]]
value = -99
guard = "{field} > -99"
fields = ["past.flux"]

[fields.point]
flux = { unit = "nJy", description = "its brightness" }
"""


@pytest.fixture(scope="module")
def ztf() -> Survey:
    return load_survey(SCHEMAS / "ztf")


@pytest.fixture(scope="module")
def lsst() -> Survey:
    return load_survey(SCHEMAS / "lsst")


def survey_folder(tmp_path: Path, toml: str = TOML, alert: object = ALERT) -> Path:
    folder = tmp_path / "mine"
    (folder / "1" / "0").mkdir(parents=True)
    (folder / "survey.toml").write_text(toml)
    (folder / "1" / "0" / "alert.avsc").write_text(json.dumps(alert))
    return folder


def refused(folder: Path) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        load_survey(folder)
    return caught.value


def test_both_surveys_ship() -> None:
    assert list(load_surveys(SCHEMAS)) == ["lsst", "ztf"]


def test_ztf(ztf: Survey) -> None:
    assert [(v.version, v.schema_id) for v in ztf.versions] == [("4.02", None), ("3.3", None)]
    assert ztf.framing == "container"
    assert ztf.time == AlertTime(("candidate", "jd"), "jd", "utc")
    assert (ztf.alert_id, ztf.object_id) == (("candid",), ("objectId",))
    assert ztf.histories == ("prv_candidates", "fp_hists")
    assert ztf.alert.fields[3].name == "candid"
    (detections,) = ztf.views
    assert [(part.source, part.where) for part in detections.parts] == [
        (("prv_candidates",), "magpsf IS NOT NULL"),
        (("candidate",), ""),
    ]
    assert len(detections.element.fields) == 57


def test_lsst(lsst: Survey) -> None:
    assert [(v.version, v.schema_id) for v in lsst.versions] == [
        ("11.1", 1101),
        ("11.0", 1100),
        ("10.0", 1000),
        ("9.0", 900),
    ]
    assert lsst.night_offset_hours == 12
    assert lsst.time.scale == "tai"
    orbit = lsst.alert.get("mpc_orbits")
    older = lsst.alert.get("MPCORB")
    assert orbit is not None
    assert older is not None
    # What only older versions have stands last.
    assert lsst.alert.fields[-1] is older


def test_a_history_shares_the_words_of_what_it_is_a_history_of(lsst: Survey, ztf: Survey) -> None:
    rows = {row.path: row for row in [*list_fields(lsst), *list_fields(ztf)]}
    snr, earlier = rows["diaSource.snr"], rows["prvDiaSources[].snr"]
    assert snr.description == earlier.description != ""
    assert rows["prv_candidates[].rb"].description == rows["candidate.rb"].description != ""
    assert rows["diaObject.g_psfFluxMean"].unit == "nJy"
    assert rows["diaObject.g_psfFluxMeanErr"].description == "error of g_psfFluxMean"
    assert rows["candidate.distpsnr2"].unit == "arcsec"


def test_a_field_knows_the_versions_that_have_it(lsst: Survey, ztf: Survey) -> None:
    rows = {row.path: row for row in [*list_fields(lsst), *list_fields(ztf)]}
    assert rows["diaSource.exposureTime"].versions == ("11.1",)
    assert rows["diaSource.snr"].versions == ("11.1", "11.0", "10.0", "9.0")
    assert rows["MPCORB.a"].versions == ("9.0",)
    assert rows["fp_hists[].forcediffimflux"].versions == ("4.02",)
    assert rows["candidate.drb"].type == "DOUBLE"


def test_the_fields_that_filters_use_are_described(lsst: Survey, ztf: Survey) -> None:
    assert sum(bool(row.description) for row in list_fields(ztf)) >= 200
    assert sum(bool(row.description) for row in list_fields(lsst)) >= 350


def test_sentinels_reach_into_arrays_and_repeats(ztf: Survey, lsst: Survey) -> None:
    guards = {path: (s.value, s.guard) for s in ztf.sentinels for path in s.fields}
    assert guards["candidate", "ssdistnr"] == (-999.0, "{field} >= 0")
    assert guards["candidate", "sgscore3"] == (-999.0, "{field} >= 0")
    assert guards["candidate", "ssnamenr"] == ("null", "{field} <> 'null'")
    assert guards["fp_hists", "forcediffimflux"] == (-99999.0, "{field} > -99999")
    assert ("diaSource", "ssObjectId") in lsst.sentinels[0].fields


def test_a_description_is_one_short_line(ztf: Survey, lsst: Survey) -> None:
    for row in [*list_fields(ztf), *list_fields(lsst)]:
        assert "\n" not in row.description
        assert len(row.description) < 120


def test_a_survey_of_ones_own(tmp_path: Path) -> None:
    survey = load_survey(survey_folder(tmp_path))
    assert survey.name == "mine"
    past = survey.alert.get("past")
    assert past is not None
    assert isinstance(past.type, Array)
    assert isinstance(past.type.element, Struct)
    flux = past.type.element.get("flux")
    assert flux is not None
    assert (flux.type, flux.unit, flux.description) == (Scalar.DOUBLE, "nJy", "its brightness")
    assert survey.views[0].element == past.type.element
    assert survey.visit is None


@pytest.mark.parametrize(
    ("old", "new", "message", "remedy"),
    [
        ('title = "A survey"\n', "", "title: is missing; it is a string", "add title to the file"),
        ('"auto"', '"avro"', 'framing: found "avro"', "write"),
        (
            'ra = "ra"',
            'ra = "rA"',
            "ra: no version of the alert has a field 'rA'; did you mean 'ra'?",
            "dotted path",
        ),
        ('ra = "ra"', 'ra = "object"', "ra: 'object' is VARCHAR", "name a field of type DOUBLE"),
        ('ra = "ra"', 'ra = "past.mjd"', "ra: 'past.mjd' is DOUBLE", "outside arrays"),
        (
            '"past.flux"',
            '"past.flx"',
            "fields: no version of the alert has a field 'past.flx'; did you mean 'past.flux'?",
            "dotted path",
        ),
        (
            "value = -99",
            'value = "-99"',
            "fields: 'past.flux' is DOUBLE and cannot be '-99'",
            "list only fields",
        ),
        ("{field} > -99", "flux > -99", "guard: 'flux > -99' names no field", "write it as in"),
        ('["past"]', '["image"]', "histories: 'image' is BYTES", "name an array of records"),
        ('["image"]', '["past.flux"]', "cutouts: 'past.flux' is not at the top", "top field"),
        ('["id", "mjd"]', '["past"]', "default_columns: 'past' is STRUCT[]", "single values"),
        ('from = "past"', 'from = "mjd"', "views.points.parts[1].from: 'mjd' is DOUBLE", "records"),
        ("views.points", "views.past", "views.past: the alert has a field of this name", "another"),
        (
            "fields.point",
            "fields.pont",
            "fields.pont: no version has such a record; did you mean 'point'?",
            "the records are: alert, point",
        ),
        (
            "flux = {",
            "flx = {",
            "fields.point.flx: no version has such a field; did you mean 'flux'?",
            "correct the name",
        ),
        (
            "unit =",
            "units =",
            "fields.point.flux.units: no such key; did you mean 'unit'?",
            "the keys here are: unit, description",
        ),
        ("cutouts =", "cutout =", "cutout: no such key; did you mean 'cutouts'?", "keys here"),
        ("= 0", '= "0"', "night_offset_hours: expected a number, found '0'", "make it a number"),
    ],
)
def test_a_mistake_is_told_with_file_key_and_remedy(
    tmp_path: Path, old: str, new: str, message: str, remedy: str
) -> None:
    assert TOML.count(old) >= 1
    folder = survey_folder(tmp_path, TOML.replace(old, new, 1))
    error = refused(folder)
    assert error.message.startswith(f"{folder / 'survey.toml'}: ")
    assert message in error.message
    assert remedy in error.remedy


@pytest.mark.parametrize("name", [*OWN_COLUMNS, "Night"])
def test_a_column_of_the_archive_cannot_be_a_field(tmp_path: Path, name: str) -> None:
    alert = ALERT | {"fields": [*ALERT["fields"], {"name": name, "type": "int"}]}
    error = refused(survey_folder(tmp_path, alert=alert))
    assert f"the field '{name}' has the name of a column of the archive" in error.message


def test_two_names_that_differ_in_case_only_cannot_be_archived(tmp_path: Path) -> None:
    alert = ALERT | {"fields": [*ALERT["fields"], {"name": "MJD", "type": "int"}]}
    error = refused(survey_folder(tmp_path, alert=alert))
    assert "the field 'MJD' has the name of mjd" in error.message


def test_latest_names_the_version_that_comes_first(tmp_path: Path) -> None:
    folder = survey_folder(tmp_path)
    (folder / "10" / "2").mkdir(parents=True)
    (folder / "10" / "2" / "alert.avsc").write_text(json.dumps(ALERT))
    assert [v.version for v in load_survey(folder).versions] == ["10.2", "1.0"]
    (folder / "latest.txt").write_text("1.0\n")
    assert [v.version for v in load_survey(folder).versions] == ["1.0", "10.2"]
    (folder / "latest.txt").write_text("2.0\n")
    error = refused(folder)
    assert error.message == f"{folder / 'latest.txt'}: there is no version '2.0'"
    assert error.remedy == "write one of: 10.2, 1.0"


def test_a_folder_without_surveys_or_schemas_says_what_belongs_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no survey here"):
        load_surveys(tmp_path)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "survey.toml").write_text(TOML)
    assert refused(tmp_path / "mine").remedy == (
        "put the .avsc files of version 4.2 into the folder 4/2"
    )
