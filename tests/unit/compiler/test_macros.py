"""The macros of the shell mean what the functions of filters mean."""

import duckdb
import pytest

from minibroker.compiler import compile_filter
from minibroker.compiler.macros import duckdb_macros
from minibroker.model.filter import FilterSource
from minibroker.model.survey import Survey

FIELDS = {"ra": 12.5, "dec": -41.25, "magpsf": 12.6, "diffmaglim": -41.2, "sigmapsf": 400.0}
"""Any five numbers: what a function is given are fields, so that nothing is worked out before."""


@pytest.mark.parametrize(
    ("name", "statement"), duckdb_macros(), ids=lambda each: each.split(" ")[0]
)
def test_a_macro_answers_as_the_compiled_filter(
    name: str, statement: str, surveys: dict[str, Survey]
) -> None:
    count = statement.partition(")")[0].count(",") + 1
    fields = [f"candidate.{field}" for field in FIELDS][:count]
    call = f"{name}({', '.join(fields)})"
    is_truth = name in ("cone", "q3c_radial_query")
    row = f"(SELECT {FIELDS} AS candidate)"
    with duckdb.connect() as database:
        database.execute(statement)
        ((asked,),) = database.execute(f"SELECT {call} FROM {row}").fetchall()
        condition = call if is_truth else f"{call} = {asked!r}"
        plan = compile_filter(FilterSource(condition, "-e"), {"ztf": surveys["ztf"]})
        ((passes,),) = database.execute(f"SELECT {plan.duckdb} FROM {row}").fetchall()
    assert passes is (asked if is_truth else True)
