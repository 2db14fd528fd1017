"""A query's rows as a Parquet file by pyarrow, with the types that DuckDB says they have."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from minibroker.engine.parquet import parquet_libraries

if TYPE_CHECKING:
    from minibroker.engine.sandbox import Result

ROW_GROUP = 10_000
"""Rows that are held at once."""


def write_result(path: Path, result: Result) -> int:
    """Write the rows beside ``path``, then give the file its name; return how many there were."""
    arrow, parquet = parquet_libraries()
    schema = arrow.schema(
        [
            (name, arrow_type(type_))
            for name, type_ in zip(result.columns, result.types, strict=True)
        ]
    )
    unfinished = path.with_name(f".{path.name}.unfinished")
    count = 0
    try:
        with parquet.ParquetWriter(unfinished, schema, compression="zstd") as writer:
            while rows := result.fetch(ROW_GROUP):
                columns = [list(column) for column in zip(*rows, strict=True)]
                arrays = [
                    arrow.array(_fitting(values, field.type), field.type)
                    for values, field in zip(columns, schema, strict=True)
                ]
                writer.write_table(arrow.Table.from_arrays(arrays, schema=schema))
                count += len(rows)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return count


def _fitting(values: list[Any], type_: Any) -> list[Any]:
    """Return the values; texts where the type is one that is written as text."""
    import pyarrow

    if type_ == pyarrow.string():
        return [None if value is None else str(value) for value in values]
    if pyarrow.types.is_map(type_):
        return [None if value is None else list(value.items()) for value in values]
    return values


_TOKEN = re.compile(r'"(?:[^"]|"")*"|\w+(?: WITH TIME ZONE)?|\[\d*\]|[(),]')


def arrow_type(text: str) -> Any:
    """Return the Arrow type of DuckDB's: what Arrow's Parquet lacks is written as text."""
    return _type(iter([*_TOKEN.findall(text), ""]))[0]


def _scalars() -> dict[str, Any]:
    import pyarrow as pa

    return {
        "BOOLEAN": pa.bool_(),
        "TINYINT": pa.int8(),
        "SMALLINT": pa.int16(),
        "INTEGER": pa.int32(),
        "BIGINT": pa.int64(),
        "UTINYINT": pa.uint8(),
        "USMALLINT": pa.uint16(),
        "UINTEGER": pa.uint32(),
        "UBIGINT": pa.uint64(),
        "FLOAT": pa.float32(),
        "DOUBLE": pa.float64(),
        "HUGEINT": pa.decimal128(38),
        "BLOB": pa.binary(),
        "DATE": pa.date32(),
        "TIME": pa.time64("us"),
        "TIMESTAMP": pa.timestamp("us"),
        "TIMESTAMP_NS": pa.timestamp("us"),
        "TIMESTAMP_MS": pa.timestamp("ms"),
        "TIMESTAMP_S": pa.timestamp("s"),
        "TIMESTAMP WITH TIME ZONE": pa.timestamp("us", "UTC"),
        '"NULL"': pa.null(),
    }


def _type(tokens: Iterator[str]) -> tuple[Any, str]:
    """Return the type that the tokens begin with, and the token after it."""
    import pyarrow as pa

    name = next(tokens)
    following = next(tokens)
    if name == "STRUCT":
        fields = []
        while following in ("(", ","):
            label = next(tokens)
            inner, following = _type(tokens)
            fields.append((label.strip('"').replace('""', '"'), inner))
        type_, following = pa.struct(fields), next(tokens)
    elif name == "MAP":
        key, following = _type(tokens)
        value, following = _type(tokens)
        type_, following = pa.map_(key, value), next(tokens)
    elif name == "DECIMAL" and following == "(":
        precision = int(next(tokens))
        next(tokens)
        type_ = pa.decimal128(precision, int(next(tokens)))
        next(tokens)
        following = next(tokens)
    else:
        type_ = _scalars().get(name, pa.string())
    while following.startswith("["):
        type_ = pa.list_(type_)
        following = next(tokens)
    return type_, following
