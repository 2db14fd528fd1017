"""The column-wise Avro encoder against a row-wise one."""

from __future__ import annotations

import io
from typing import Any

import fastavro
import numpy as np
import pytest

from minibroker.engine.avro_container import varint
from minibroker.service.simulate.avro_rows import Maybe, encode_rows

INNER = {"type": "record", "name": "inner", "fields": [{"name": "n", "type": "long"}]}
FIELDS: list[dict[str, Any]] = [
    {"name": "flag", "type": "boolean"},
    {"name": "small", "type": "int"},
    {"name": "large", "type": ["null", "long"]},
    {"name": "single", "type": ["float", "null"]},
    {"name": "double", "type": ["null", "double"]},
    {"name": "text", "type": ["null", "string"]},
    {"name": "same", "type": "string"},
    {"name": "inner", "type": ["null", INNER]},
    {"name": "missing", "type": ["null", "double"]},
]
LONGS = [0, -1, 1, 63, 64, -64, -65, 8191, 8192, 2**31, -(2**31), 2**63 - 1, -(2**63)]


def row_wise(rows: list[dict[str, Any]]) -> bytes:
    schema = fastavro.parse_schema({"type": "record", "name": "r", "fields": FIELDS})
    out = io.BytesIO()
    for row in rows:
        fastavro.schemaless_writer(out, schema, row)
    return out.getvalue()


def test_columns_are_encoded_as_rows_are() -> None:
    count = len(LONGS)
    numbers = np.arange(count, dtype=np.float64) * 0.1
    present = np.arange(count) % 3 != 0
    texts = np.array([b"x" * (n % 7) for n in range(count)])
    columns = {
        "flag": present,
        "small": 7,
        "large": np.array(LONGS),
        "single": Maybe(numbers, present),
        "double": np.nan,
        "text": Maybe(texts, ~present),
        "same": "each",
        "inner": Maybe({"n": np.array(LONGS)}, present),
    }
    rows = [
        {
            "flag": bool(present[i]),
            "small": 7,
            "large": LONGS[i],
            "single": float(numbers[i]) if present[i] else None,
            "double": np.nan,
            "text": None if present[i] else texts[i].decode(),
            "same": "each",
            "inner": {"n": LONGS[i]} if present[i] else None,
            "missing": None,
        }
        for i in range(count)
    ]
    encoded = encode_rows(FIELDS, columns, count)
    assert encoded.data == row_wise(rows)
    assert b"".join(encoded.row(i) for i in range(count)) == encoded.data


def test_rows_make_arrays() -> None:
    schema = fastavro.parse_schema({"type": "array", "items": "long"})
    rows = encode_rows([{"name": "x", "type": "long"}], {"x": np.array(LONGS)}, len(LONGS))
    for first, stop in ((0, len(LONGS)), (3, 5), (2, 2)):
        out = io.BytesIO()
        fastavro.schemaless_writer(out, schema, LONGS[first:stop])
        assert rows.array(first, stop) == out.getvalue()


def test_no_rows_are_no_bytes() -> None:
    fields = [{"name": "x", "type": "long"}, {"name": "s", "type": "string"}]
    empty = np.array([], np.int64)
    rows = encode_rows(fields, {"x": empty, "s": np.array([], "S1")}, 0)
    assert (rows.data, rows.ends) == (b"", [])


def test_a_required_field_without_values_is_a_defect() -> None:
    with pytest.raises(KeyError, match="small"):
        encode_rows(FIELDS[1:2], {}, 1)


@pytest.mark.parametrize("value", LONGS)
def test_a_whole_number_alone(value: int) -> None:
    out = io.BytesIO()
    fastavro.schemaless_writer(out, fastavro.parse_schema("long"), value)
    assert varint(value) == out.getvalue()
