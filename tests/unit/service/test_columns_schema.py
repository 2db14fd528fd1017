from __future__ import annotations

import io
import json
from typing import Any

import fastavro
import pytest

from minibroker.compiler import compile_filter
from minibroker.model.filter import FilterSource
from minibroker.model.shipped import shipped
from minibroker.model.survey import load_surveys
from minibroker.service.columns_schema import columns_schema

SURVEYS = load_surveys(shipped("schemas"))


def _schema(columns: str) -> Any:
    text = f"-- name: mine\n-- format: avro\nSELECT {columns} FROM ztf WHERE candid > 0"
    filter_ = compile_filter(FilterSource(text, "-e"), SURVEYS).filter
    return json.loads(columns_schema(filter_, SURVEYS["ztf"]))


def test_columns_are_their_type_or_null_and_have_their_unit() -> None:
    schema = _schema(
        "objectId, candid, candidate.magpsf AS m, candidate.magpsf + 1 AS n, candid > 1 AS b"
    )
    assert schema == {
        "type": "record",
        "name": "mine",
        "namespace": "minibroker",
        "fields": [
            {"name": "objectId", "type": ["null", "string"], "default": None},
            {"name": "candid", "type": ["null", "long"], "default": None},
            {"name": "m", "type": ["null", "double"], "default": None, "doc": "mag"},
            {"name": "n", "type": ["null", "double"], "default": None},
            {"name": "b", "type": ["null", "boolean"], "default": None},
        ],
    }


def test_records_and_lists_are_whole_and_no_two_names_clash() -> None:
    schema = _schema("candidate, prv_candidates, prv_candidates[1] AS p, candidate AS candidate_2")
    parsed = fastavro.parse_schema(schema)
    _, record = schema["fields"][0]["type"]
    assert (record["namespace"], record["name"]) == ("minibroker.mine", "candidate")
    units = {field["name"]: field.get("doc") for field in record["fields"]}
    assert units["magpsf"] == "mag"
    _, items = schema["fields"][1]["type"][1]["items"]
    assert items["name"] == "prv_candidates"
    written = {"candidate": {"rb": 0.5}, "prv_candidates": [None, {"fid": 1}]}
    out = io.BytesIO()
    fastavro.schemaless_writer(out, parsed, written)
    read: Any = fastavro.schemaless_reader(io.BytesIO(out.getvalue()), parsed, None)
    assert read["candidate"]["rb"] == 0.5
    assert read["prv_candidates"][1]["fid"] == 1
    assert read["p"] is None


@pytest.mark.parametrize("columns", ["candid", "candid, candidate.rb", "candidate.rb, objectId"])
def test_readers_of_one_list_of_columns_read_another(columns: str) -> None:
    wide = _schema("candid, objectId, candidate.rb, candidate.ra")
    out = io.BytesIO()
    fastavro.schemaless_writer(out, fastavro.parse_schema(_schema(columns)), {"candid": 5})
    read: Any = fastavro.schemaless_reader(io.BytesIO(out.getvalue()), _schema(columns), wide)
    assert read["ra"] is None
    assert read["candid"] == (5 if columns.startswith("candid,") or columns == "candid" else None)
