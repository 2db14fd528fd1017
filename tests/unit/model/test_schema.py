"""Avro schemas: joined, resolved, converted and merged."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import fastavro
import pytest

from minibroker.model.errors import ConfigError
from minibroker.model.schema import merge_versions, read_schema, struct_of, walk
from minibroker.model.types import Array, Field, Map, Scalar, Struct, Type

REPOSITORY = Path(__file__).resolve().parents[3]
SCHEMAS = REPOSITORY / "schemas"
DATA = REPOSITORY.parent / "shared" / "data"
SHIPPED = {
    "ztf/3/3": "ztf/schema/v3.3",
    "ztf/4/02": "ztf/schema/v4.02",
    "lsst/9/0": "lsst/schema/9.0",
    "lsst/10/0": "lsst/schema/10.0",
    "lsst/11/0": "lsst/schema/11.0",
    "lsst/11/1": "lsst/schema/11.1",
}


def record(name: str, *fields: tuple[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "type": "record",
        "name": name,
        "fields": [{"name": field, "type": kind} for field, kind in fields],
        **more,
    }


def write(folder: Path, **schemas: Any) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, schema in schemas.items():
        (folder / f"{name}.avsc").write_text(json.dumps(schema))
    return folder


def types_of(*fields: tuple[str, Any]) -> dict[str, Type]:
    return {field.name: field.type for field in struct_of(record("alert", *fields)).fields}


def refused(folder: Path, name: str = "") -> tuple[str, str, str]:
    with pytest.raises(ConfigError) as caught:
        read_schema(folder, name)
    return caught.value.code, caught.value.message, caught.value.remedy


@pytest.mark.parametrize(
    ("avro", "expected"),
    [
        ("boolean", Scalar.BOOLEAN),
        ("int", Scalar.BIGINT),
        ("long", Scalar.BIGINT),
        ("float", Scalar.DOUBLE),
        ("double", Scalar.DOUBLE),
        ("string", Scalar.VARCHAR),
        ("bytes", Scalar.BYTES),
        (["null", "float"], Scalar.DOUBLE),
        (["int", "null"], Scalar.BIGINT),
        (["long"], Scalar.BIGINT),
        ({"type": "long", "logicalType": "timestamp-micros"}, Scalar.BIGINT),
        ({"type": "bytes", "logicalType": "decimal", "precision": 4}, Scalar.BYTES),
        ({"type": "enum", "name": "band", "symbols": ["g"]}, Scalar.VARCHAR),
        ({"type": "fixed", "name": "hash", "size": 16}, Scalar.BYTES),
        ({"type": "array", "items": ["null", "float"]}, Array(Scalar.DOUBLE)),
        ({"type": "map", "values": "int"}, Map(Scalar.BIGINT)),
        (record("inner", ("x", "int")), Struct((Field("x", Scalar.BIGINT),))),
    ],
)
def test_a_type_of_avro_becomes_one_of_ours(avro: Any, expected: Type) -> None:
    assert types_of(("field", avro)) == {"field": expected}


@pytest.mark.parametrize(
    "unusable",
    [
        "null",
        ["null"],
        ["null", "int", "string"],
        ["int", "long"],
        {"type": "array", "items": ["int", "string"]},
        {"type": "map", "values": "null"},
        record("empty"),
        record("inner", ("x", ["int", "string"])),
    ],
)
def test_what_a_filter_cannot_use_is_left_out(unusable: Any) -> None:
    assert types_of(("a", "int"), ("field", unusable), ("z", "int")) == {
        "a": Scalar.BIGINT,
        "z": Scalar.BIGINT,
    }


def test_a_type_used_twice_is_written_once_and_converted_twice(tmp_path: Path) -> None:
    write(
        tmp_path,
        alert=record(
            "alert",
            ("now", "x.source"),
            ("past", {"type": "array", "items": "source"}),
            namespace="x",
        ),
        source=record("source", ("flux", "float"), namespace="x"),
    )
    avro = read_schema(tmp_path)
    assert avro["name"] == "x.alert"
    assert avro["fields"][0]["type"]["name"] == "x.source"
    assert avro["fields"][1]["type"]["items"] == "x.source"
    fastavro.parse_schema(avro)
    source = Struct((Field("flux", Scalar.DOUBLE),))
    assert struct_of(avro) == Struct((Field("now", source), Field("past", Array(source))))


def test_a_namespace_holds_inside_and_a_dotted_name_brings_its_own(tmp_path: Path) -> None:
    write(
        tmp_path,
        a=record("deep.alert", ("kind", "kind"), ("side", "flat")),
        b={"type": "enum", "name": "kind", "namespace": "deep", "symbols": ["a"]},
        c={"type": "fixed", "name": "deep.flat", "size": 2},
    )
    names = [field["type"]["name"] for field in read_schema(tmp_path)["fields"]]
    assert names == ["deep.kind", "deep.flat"]


def test_attributes_and_logical_types_are_kept(tmp_path: Path) -> None:
    stamp = {"type": "long", "logicalType": "timestamp-micros"}
    write(tmp_path, a=record("alert", ("at", ["null", stamp]), version="7"))
    avro = read_schema(tmp_path)
    assert avro["version"] == "7"
    assert avro["fields"][0]["type"][1] == stamp


def test_without_a_name_the_alert_is_the_record_that_no_other_uses(tmp_path: Path) -> None:
    write(
        tmp_path,
        a=record("inner", ("x", "int")),
        b=record("outer", ("inner", {"type": "array", "items": ["null", "inner"]})),
    )
    assert read_schema(tmp_path)["name"] == "outer"
    assert read_schema(tmp_path, "inner")["name"] == "inner"


def test_two_candidates_for_the_alert_are_not_guessed_between(tmp_path: Path) -> None:
    write(tmp_path, a=record("one", ("x", "int")), b=record("two", ("x", "int")))
    assert refused(tmp_path) == (
        "schema-invalid",
        f"{tmp_path}: the alert's record could be one, two",
        "set `record` in survey.toml to one of: one, two",
    )
    assert refused(tmp_path, "three")[1] == f"{tmp_path}: 'three' is not there"


def test_a_recursive_record_is_refused_with_its_circle(tmp_path: Path) -> None:
    write(
        tmp_path,
        a=record("alert", ("node", "node")),
        b=record("node", ("next", ["null", "other"])),
        c=record("other", ("back", {"type": "array", "items": "node"})),
    )
    assert refused(tmp_path, "alert") == (
        "schema-recursive",
        f"{tmp_path}: the record node holds itself (node > other > node)",
        "a column has a fixed depth: a recursive record cannot be an alert's field",
    )


@pytest.mark.parametrize(
    ("schema", "message"),
    [
        (record("alert", ("x", "candidate")), "the type candidate is used and nowhere defined"),
        ({"type": "record", "name": "alert"}, "the record alert has no list of fields"),
        ({"type": "record", "fields": []}, "a record has no name"),
        ("int", 'expected a record, an enum or a fixed, found "int"'),
        (record("alert", ("x", {"type": "array"})), '{"type": "array"} is not an Avro type'),
        (record("alert", ("x", 7)), "7 is not an Avro type"),
        (record("alert", ("x", record("alert"))), "alert is defined twice"),
    ],
)
def test_a_broken_schema_is_refused_by_name(tmp_path: Path, schema: Any, message: str) -> None:
    assert message in refused(write(tmp_path, a=schema), "alert")[1]


def test_a_file_that_is_not_json_is_named(tmp_path: Path) -> None:
    (tmp_path / "alert.avsc").write_text("{")
    code, message, remedy = refused(tmp_path)
    assert (code, remedy) == ("schema-invalid", "repair the file")
    assert message.startswith(f"{tmp_path / 'alert.avsc'}: not readable as JSON: ")


def test_a_folder_without_a_record_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path)[1] == f"{tmp_path}: no .avsc file holds a record"


def test_a_merge_keeps_the_newest_order_and_adds_what_only_older_ones_have() -> None:
    new = struct_of(record("r", ("b", "int"), ("s", record("s", ("y", "int"), ("x", "int")))))
    old = struct_of(record("r", ("gone", "int"), ("s", record("s", ("x", "int"), ("w", "int")))))
    merged = merge_versions([("2.0", new), ("1.0", old)])
    assert [path for path, _ in walk(merged)] == ["b", "s", "s.y", "s.x", "s.w", "gone"]


def test_a_merge_widens_numbers_and_keeps_the_newest_words() -> None:
    merged = merge_versions(
        [
            ("2", Struct((Field("x", Scalar.BIGINT, "", "new"), Field("y", Scalar.DOUBLE)))),
            ("1", Struct((Field("x", Scalar.DOUBLE, "d", "old"), Field("y", Scalar.BIGINT)))),
        ]
    )
    assert merged.get("x") == Field("x", Scalar.DOUBLE, "d", "new")
    assert merged.get("y") == Field("y", Scalar.DOUBLE)


def test_a_merge_names_the_field_and_the_versions_that_disagree() -> None:
    def version(*fields: tuple[str, Any]) -> Struct:
        array = {"type": "array", "items": record("e", *fields)}
        return struct_of(record("r", ("past", array)))

    with pytest.raises(ConfigError) as caught:
        merge_versions(
            [
                ("3.0", version(("new", "int"))),
                ("2.0", version(("flux", "string"))),
                ("1.0", version(("flux", "float"))),
            ]
        )
    assert caught.value.code == "schema-conflict"
    assert caught.value.message == (
        "past[].flux is VARCHAR in version 2.0 and DOUBLE in version 1.0"
    )


def skeleton(folder: Path) -> dict[str, Any]:
    """Every named type of a folder with its fields' names, types, order and defaults."""
    found = {}
    for file in folder.glob("*.avsc"):
        schema = json.loads(file.read_text())
        found[f"{schema['namespace']}.{schema['name']}"] = [
            (field["name"], field["type"], field.get("default", "none"))
            for field in schema["fields"]
        ]
    return found


@pytest.mark.parametrize("ours", SHIPPED)
def test_a_shipped_schema_is_what_the_survey_sends(ours: str) -> None:
    if not DATA.is_dir():
        pytest.skip(f"the surveys' own schema files are not here ({DATA})")
    theirs = skeleton(DATA / SHIPPED[ours])
    # Published beside the alert's records, but in no packet.
    theirs = {name: fields for name, fields in theirs.items() if not name.endswith("ssObject")}
    assert skeleton(SCHEMAS / ours) == theirs


@pytest.mark.parametrize("ours", SHIPPED)
def test_a_shipped_schema_is_accepted_by_a_strict_parser(ours: str) -> None:
    fastavro.parse_schema(read_schema(SCHEMAS / ours, "alert"))
