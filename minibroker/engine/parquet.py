"""Parquet by pyarrow: alerts that were read here. The archive's files are Flink's."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from minibroker.model.errors import ConfigError, OutsideError
from minibroker.model.types import Array, Map, Scalar, Struct, Type


def write_alerts(
    file: Path,
    rows: Sequence[Mapping[str, Any]],
    alert: Struct | None,
    dropped: Collection[str] = (),
) -> None:
    """Write alerts and where they were in Kafka, with the columns that the archive has.

    ``alert`` gives the types of its fields but the ``dropped`` ones; a value of another type is
    NULL. Where it is None the rows give them. OSError when the disk is full.
    """
    arrow, parquet = parquet_libraries()
    try:
        if alert is None:
            table = arrow.Table.from_pylist([_plain(row) for row in rows])
        else:
            kept = Struct(tuple(field for field in alert.fields if field.name not in dropped))
            fields = [arrow.field(f.name, _arrow(arrow, f.type)) for f in kept.fields]
            schema = arrow.schema([*fields, *_place(arrow)])
            names = [field.name for field in _place(arrow)]
            fitted = [_fitted(row, kept) | {name: row[name] for name in names} for row in rows]
            table = arrow.Table.from_pylist(fitted, schema=schema)
    except (arrow.ArrowInvalid, arrow.ArrowTypeError) as error:
        raise OutsideError(
            "parquet-types", f"{file.name}: {error}", "save them with --format avro"
        ) from error
    parquet.write_table(table, file, compression="zstd")


def _place(arrow: Any) -> list[Any]:
    return [
        arrow.field("kafka_topic", arrow.string()),
        arrow.field("kafka_partition", arrow.int32()),
        arrow.field("kafka_offset", arrow.int64()),
        arrow.field("kafka_timestamp", arrow.timestamp("ms", "UTC")),
    ]


def _arrow(arrow: Any, kind: Type) -> Any:
    match kind:
        case Struct():
            return arrow.struct([arrow.field(f.name, _arrow(arrow, f.type)) for f in kind.fields])
        case Array():
            return arrow.list_(_arrow(arrow, kind.element))
        case Map():
            return arrow.map_(arrow.string(), _arrow(arrow, kind.value))
        case Scalar():
            return {
                Scalar.BOOLEAN: arrow.bool_(),
                Scalar.BIGINT: arrow.int64(),
                Scalar.DOUBLE: arrow.float64(),
                Scalar.VARCHAR: arrow.string(),
                Scalar.BYTES: arrow.binary(),
            }[kind]


def _fitted(value: Any, kind: Type) -> Any:
    """Return a value as its type has it, None where it is of another."""
    match kind:
        case Struct():
            if not isinstance(value, Mapping):
                return None
            return {f.name: _fitted(value.get(f.name), f.type) for f in kind.fields}
        case Array():
            if not isinstance(value, list):
                return None
            return [_fitted(each, kind.element) for each in value]
        case Map():
            if not isinstance(value, Mapping):
                return None
            return [(key, _fitted(each, kind.value)) for key, each in value.items()]
        case Scalar():
            return _fitted_scalar(_plain(value), kind)


def _fitted_scalar(value: Any, kind: Scalar) -> Any:
    if kind is Scalar.DOUBLE and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    wanted = {
        Scalar.BOOLEAN: bool,
        Scalar.BIGINT: int,
        Scalar.DOUBLE: float,
        Scalar.VARCHAR: str,
        Scalar.BYTES: bytes,
    }[kind]
    return value if type(value) is wanted else None


def _plain(value: Any) -> Any:
    """Return a value with times as the stream has them: microseconds since 1970."""
    match value:
        case datetime():
            return round(value.timestamp() * 1_000_000)
        case Mapping():
            return {key: _plain(each) for key, each in value.items()}
        case list():
            return [_plain(each) for each in value]
        case _:
            return value


def parquet_libraries() -> tuple[Any, Any]:
    """Return pyarrow and its Parquet; ConfigError without the extra."""
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise ConfigError(
            "extra-missing",
            f"Parquet needs {error.name}, which is not installed",
            "pip install 'minibroker[parquet]', or choose another format",
        ) from None
    return pyarrow, pyarrow.parquet
