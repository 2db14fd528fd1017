"""A few rows and many expressions, which Flink answers in batch jobs of this process's JVM."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from minibroker.compiler import create_function, spell_flink
from minibroker.model.expression import Expression
from minibroker.model.types import Array, Scalar, Struct, Type

AT_ONCE = 400
"""Columns of one job."""


def flink_answers(
    alert: Struct, rows: Sequence[tuple[Any, ...]], expressions: Sequence[Expression], folder: Path
) -> list[tuple[Any, ...]]:
    """Return for each row the values of all expressions; the rows' first field is their order."""
    from pyflink.table import EnvironmentSettings, TableEnvironment

    environment = TableEnvironment.create(EnvironmentSettings.in_batch_mode())
    environment.get_config().set("parallelism.default", "1")
    table = environment.from_elements([_value(row, alert) for row in rows], _type(alert))
    environment.create_temporary_view("rows_", table)
    environment.execute_sql(create_function())
    answers: list[tuple[Any, ...]] = [()] * len(rows)
    for at in range(0, len(expressions), AT_ONCE):
        some = expressions[at : at + AT_ONCE]
        columns = ", ".join(f"{spell_flink(part)} AS x{n}" for n, part in enumerate(some))
        # PyFlink's own `collect` looks up the type of each column for longer than Flink plans it.
        written = folder / str(at)
        environment.execute_sql(
            f"CREATE TABLE answers{at} WITH ('connector' = 'filesystem', 'format' = 'parquet',"
            f" 'path' = '{written.as_uri()}') AS SELECT id AS x, {columns} FROM rows_"
        ).wait()
        with duckdb.connect() as database:
            found = database.execute(f"SELECT * FROM read_parquet('{written}/*') ORDER BY x")
            more = [row[1:] for row in found.fetchall()]
        answers = [before + after for before, after in zip(answers, more, strict=True)]
    return answers


def _type(type: Type) -> Any:
    from pyflink.table import DataTypes

    if isinstance(type, Struct):
        return DataTypes.ROW([DataTypes.FIELD(each.name, _type(each.type)) for each in type.fields])
    if isinstance(type, Array):
        return DataTypes.ARRAY(_type(type.element))
    return {
        Scalar.BIGINT: DataTypes.BIGINT(),
        Scalar.DOUBLE: DataTypes.DOUBLE(),
        Scalar.VARCHAR: DataTypes.STRING(),
        Scalar.BOOLEAN: DataTypes.BOOLEAN(),
    }[type]


def _value(value: Any, type: Type) -> Any:
    from pyflink.common import Row

    if value is None:
        return None
    if isinstance(type, Struct):
        fields = zip(value, type.fields, strict=True)
        return Row(*(_value(each, field.type) for each, field in fields))
    if isinstance(type, Array):
        return [_value(each, type.element) for each in value]
    return value
