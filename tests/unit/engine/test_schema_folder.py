"""The decoder's folder of schemas."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import fastavro
import pytest

from minibroker.engine.schema_folder import write_schemas
from minibroker.model.errors import OutsideError
from minibroker.model.survey import load_survey

SCHEMAS = Path(__file__).resolve().parents[3] / "schemas"


def test_every_id_has_a_schema_that_stands_alone(tmp_path: Path) -> None:
    survey = replace(load_survey(SCHEMAS / "lsst"), schema_package="")
    files = write_schemas(survey, tmp_path / "new" / "folder")
    assert [file.name for file in files] == ["1101.avsc", "1100.avsc", "1000.avsc", "900.avsc"]
    for file in files:
        fastavro.parse_schema(json.loads(file.read_text(encoding="utf-8")))
    assert len(list(files[0].parent.iterdir())) == len(files)


def test_without_ids_the_version_names_the_file(tmp_path: Path) -> None:
    files = write_schemas(load_survey(SCHEMAS / "ztf"), tmp_path)
    assert [file.name for file in files] == ["ztf-4.02.avsc", "ztf-3.3.avsc"]


def test_a_file_that_is_right_is_not_written_again(tmp_path: Path) -> None:
    survey = load_survey(SCHEMAS / "ztf")
    newest, older = write_schemas(survey, tmp_path)
    older.write_text("stale")
    before = newest.stat().st_mtime_ns
    write_schemas(survey, tmp_path)
    assert newest.stat().st_mtime_ns == before
    assert older.read_text() != "stale"


def test_an_absent_package_is_no_fault(tmp_path: Path) -> None:
    survey = replace(load_survey(SCHEMAS / "lsst"), schema_package="no_such.package:schema")
    assert len(write_schemas(survey, tmp_path)) == 4


def test_a_package_adds_its_versions_and_its_code_is_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "site" / "alert_schemas_for_test"
    (package / "schema" / "7" / "4").mkdir(parents=True)
    (package / "__init__.py").write_text("raise RuntimeError('imported')\n")
    alert = {"type": "record", "name": "alert", "fields": [{"name": "alertId", "type": "long"}]}
    (package / "schema" / "7" / "4" / "alert.avsc").write_text(json.dumps(alert))
    monkeypatch.syspath_prepend(tmp_path / "site")
    survey = load_survey(SCHEMAS / "lsst")
    survey = replace(survey, schema_package=f"{package.name}:schema")
    files = write_schemas(survey, tmp_path / "out")
    assert {file.name for file in files} == {
        "704.avsc",
        "900.avsc",
        "1000.avsc",
        "1100.avsc",
        "1101.avsc",
    }
    assert package.name not in sys.modules


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(OutsideError) as caught:
        write_schemas(load_survey(SCHEMAS / "ztf"), blocked / "folder")
    assert caught.value.message.startswith(f"{blocked / 'folder'}: the schemas could not be")
