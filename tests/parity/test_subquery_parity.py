"""Sub-queries in both engines over NULL, empty and odd lists: every answer is the same."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import pytest

from minibroker.compiler import spell_duckdb
from minibroker.model.expression import Expression
from minibroker.model.survey import View, ViewPart
from minibroker.model.types import Array, Field, Scalar, Struct
from tests.parity.bare import bare_survey, lowered
from tests.parity.batch import flink_answers

pytestmark = [pytest.mark.flink, pytest.mark.jvm, pytest.mark.usefixtures("pyflink")]

BIGGEST, SMALLEST = 2**63 - 1, -(2**63)

ELEMENT = Struct(
    (
        Field("m", Scalar.DOUBLE),
        Field("f", Scalar.BIGINT),
        Field("s", Scalar.VARCHAR),
        Field("b", Scalar.BOOLEAN),
    )
)
ALERT = Struct(
    (
        Field("id", Scalar.BIGINT),
        Field("d", Scalar.DOUBLE),
        Field("i", Scalar.BIGINT),
        Field("t", Scalar.VARCHAR),
        Field("r", Struct((Field("rb", Scalar.DOUBLE), Field("n", Scalar.BIGINT)))),
        Field("a", Array(ELEMENT)),
        Field("e", Struct((Field("f", Scalar.BIGINT), Field("m", Scalar.DOUBLE)))),
    )
)
# The elements of a and then e, which is NULL where i is.
VIEW = View(
    "v",
    (ViewPart(("a",), "f <> 7 OR m IS NULL"), ViewPart(("e",), "")),
    Struct((Field("m", Scalar.DOUBLE), Field("f", Scalar.BIGINT))),
)
SURVEY = bare_survey(ALERT, views=(VIEW,))
Item = tuple[float | None, int | None, str | None, bool | None]
LONG: list[Item | None] = [
    (math.sin(n) * 10.0 ** (n % 7), n * n % 17 - 8, "abc"[n % 3] * (n % 4), n % 5 == 0)
    for n in range(400)
]
# id, d, i, t, r, a
ROWS: list[tuple[Any, ...]] = [
    (0, 18.5, 2, "b", (0.5, 3), [(1.5, 7, "ab", True), (2.5, 7, "b", False)]),
    (1, None, None, None, None, None),
    (2, 1.0, 1, "a", (1.0, 1), []),
    (3, 2.0, 3, "", (None, None), [None]),
    (4, 0.0, 0, "é", (-0.0, 0), [(None, None, None, None), None, (3.0, 3, "é", None)]),
    (5, 0.0, BIGGEST, "x", (0.0, 0), [(-0.0, BIGGEST, "", True), (0.0, BIGGEST, "ß", True)]),
    (6, -1.0, SMALLEST, "x%", (2.0, 2), [(1.0, SMALLEST, "a", None), (1.0, -1, "a", False)]),
    (7, 1e308, 1, "b", (1.0, 1), [(1e308, 1, "z", False), (1e308, 2, "\U0001f600", True)]),
    (8, 5e-324, 5, "b", (1.0, 5), [(5e-324, 5, "b", None), (1e-300, 0, None, None)]),
    (9, 3.0, -3, "c", (0.1, 7), LONG),
    (10, 20.1, 4, "c", (0.3, 4), [(20.1 + n * 0.1, n, "c", None) for n in range(7)]),
    (11, 1.0, 1, "O'", (9.0, 9), [(1.0, 1, 'q"\\', True)]),
    (12, 1.0, 1, "d", (9.0, 9), [(0.1, 1, "d", True), (0.2, 1, "d", True), (0.3, 1, "e", None)]),
]

CONDITIONS = [
    "p.m > 1", "NOT p.m > 1", "p.m < d", "p.f = i", "p.f <> r.n", "p.m = 0", "p.m IS NULL",
    "p.b", "NOT p.b", "p.b IS NOT TRUE", "p.s = t", "p.s < t", "p.s IS DISTINCT FROM t",
    "p.s LIKE '_%b'", "p.s LIKE '%!%%' ESCAPE '!'", "p.s ILIKE 'A%'", "p.s LIKE '_'",
    "regexp_matches(p.s, '^[a-c]+$')", "p.f IN (0, 1, 7)", "p.f NOT IN (0, 1, 7)",
    "p.s IN ('a', 'ß', 'O''', '')", "p.m BETWEEN 0 AND d", "p.m - d > 0.3 * (p.f - i)",
    "p.f + i > 0", "p.f * p.f > 10", "-p.f < 3", "p.f % 3 = 1", "p.f % i = 0", "abs(p.f) > 2",
    "p.m / p.f > 0.1", "1 / p.m > 1", "coalesce(p.f, i, 0) = 3", "nullif(p.f, 7) IS NULL",
    "greatest(p.m, d) > 2", "least(p.f, i) < 1", "length(p.s) = 2", "upper(p.s) = 'AB'",
    "substring(p.s, 2, 1) = 'b'", "contains(p.s, t)", "starts_with(t, p.s)",
    "ends_with(p.s, 'b')", "p.s || t = 'bb'", "CAST(p.f AS VARCHAR) = '7'",
    "CASE WHEN p.b THEN p.m > 1 WHEN p.f > 2 THEN p.s = 'b' ELSE p.f < 1 END",
    "p.b OR p.m > 2", "p.b AND p.m > 2", "(p.b OR p.f = 3) AND NOT p.s = 'b'",
    "round(p.m * 2) = 3", "floor(p.m) = ceil(p.m)", "trunc(p.m) = sign(p.f)", "sqrt(p.m) > 1",
    "ln(p.m) > 0", "log10(p.m) > 0.3", "log2(p.m) > 0", "exp(p.m) > 3", "power(p.m, p.f) > 2",
    "sin(p.m) > 0", "cos(p.f) > 0", "tan(p.m) > 0", "asin(p.m) > 0", "acos(p.m) > 1",
    "atan(p.m) > 1", "atan2(p.m, d) > 1", "cone(p.m, p.f, d, 1, 36000)", "mag(p.m) < 31",
    "angsep(p.m, 1, d, 2) > 5000", "gal_b(p.m, p.f) > 0", "round(p.m, 1) = 0.1",
    "CAST(p.f AS DOUBLE) / 3 = 1", "p.m IS DISTINCT FROM d", "p.f IS NOT DISTINCT FROM i",
    "cardinality(a) > 2 AND p.m > 0", "a[1].m = p.m", "r.rb < p.m", "TRUE", "NULL",
]  # fmt: skip
VALUES = [
    "count(*)", "count(p.m)", "count(p.s)", "count(DISTINCT p.m)", "count(DISTINCT p.f)",
    "count(DISTINCT p.s)", "count(DISTINCT p.b)", "count(DISTINCT p.f % 3)",
    *(f"{name}(p.{field})" for name in ("min", "max") for field in "mfs"),
    "sum(p.m)", "sum(p.f)", "sum(p.f % 100)", "avg(p.m)", "avg(p.f)", "stddev_samp(p.m)",
    "var_samp(p.m)", "var_samp(p.f)", "median(p.m)", "median(p.f)",
    *(f"{name}(p.{field}, p.{by})" for name in ("arg_min", "arg_max")
      for field in "mfsb" for by in "mfs"),
    "regr_slope(p.m, p.f)", "regr_slope(p.f, p.m)", "bool_and(p.b)", "bool_or(p.b)",
    "bool_and(p.m > d)", "bool_or(p.s = t)",
    "max(p.m) - min(p.m)", "max(p.f) - min(p.f)", "max(p.m - d)", "sum(p.m * p.m) / count(p.m)",
    "max(p.m) - d", "count(*) + i", "count(*) * i", "coalesce(max(p.f), i)", "min(p.s) || t",
    "CASE WHEN count(*) > 1 THEN max(p.m) ELSE d END", "max(1 / p.m)", "abs(min(p.m))",
    "max(abs(p.m)) > 1 AND count(*) < 5", "max(coalesce(d, p.m))",
    "max(CASE WHEN TRUE THEN d ELSE p.m END)",
]  # fmt: skip
AROUND = [
    "{} > 1", "NOT {} > 1", "{} = 0", "{} BETWEEN 1 AND d", "{} IN (1, 2, 0)", "{} IS NULL",
    "{} + 1 > d", "1 / {} < 3", "{} IS DISTINCT FROM r.n", "d > 1 AND {} > 1", "{} > 1 OR d > 1",
    "coalesce({}, 1) > 0", "CASE WHEN {} > 1 THEN d ELSE r.rb END", "{} % 2 = 1",
    "greatest({}, i) < 5", "{} + {} > 2", "{} > (SELECT avg(q.m) FROM UNNEST(a) AS q)",
]  # fmt: skip


def _over(value: str, condition: str = "") -> str:
    where = f" WHERE {condition}" if condition else ""
    return f"(SELECT {value} FROM UNNEST(a) AS p{where})"


def _over_view(value: str, condition: str = "TRUE") -> str:
    return f"(SELECT {value} FROM UNNEST(v) AS p WHERE {condition})"


def _around(shape: str, value: str) -> str:
    return shape.replace("{}", _over(value, "p.f > -9"))


WHOLE = ["count(*)", "max(p.f)"]
TEXTS = [
    *(f"{no}EXISTS (SELECT 1 FROM UNNEST(a) AS p WHERE {condition})"
      for condition in CONDITIONS for no in ("", "NOT ")),
    "EXISTS (SELECT 1 FROM UNNEST(a) AS p)",
    *map(_over, VALUES),
    *(_over("count(*)", condition) for condition in CONDITIONS),
    *(_over(value, condition) for value, condition in itertools.product(
        VALUES, ["p.m > 0", "p.f = i", "p.s <> t"])),
    *(_over_view(value, condition) for value in VALUES if "p.s" not in value and "p.b" not in value
      for condition in ("TRUE", "p.f > i", "p.m <= d")),
    *(f"{no}EXISTS (SELECT 1 FROM UNNEST(v) AS p WHERE p.m {comparator} d)"
      for no in ("", "NOT ") for comparator in ("=", "<>", "IS DISTINCT FROM")),
    *(_around(shape, value) for shape in AROUND
      for value in (WHOLE if "%" in shape or "greatest" in shape else [*WHOLE, "max(p.m) - d",
                    "avg(p.m)", "regr_slope(p.m, p.f)", "stddev_samp(p.m)"])),
]  # fmt: skip


def _duckdb(expressions: Sequence[Expression]) -> list[tuple[Any, ...]]:
    connection = duckdb.connect()
    connection.execute(
        "CREATE TABLE rows_ (id BIGINT, d DOUBLE, i BIGINT, t VARCHAR, r STRUCT(rb DOUBLE, "
        "n BIGINT), a STRUCT(m DOUBLE, f BIGINT, s VARCHAR, b BOOLEAN)[], "
        "e STRUCT(f BIGINT, m DOUBLE))"
    )
    for row in ROWS:
        record = row[4] and dict(zip(("rb", "n"), row[4], strict=True))
        array = row[5] and [item and dict(zip("mfsb", item, strict=True)) for item in row[5]]
        last = None if row[2] is None else {"f": row[2], "m": row[1]}
        values = [*row[:4], record, array, last]
        connection.execute("INSERT INTO rows_ VALUES (?, ?, ?, ?, ?, ?, ?)", values)
    answers: list[tuple[Any, ...]] = [()] * len(ROWS)
    # Slopes are sub-queries to DuckDB too, and hundreds of those in one SELECT take it minutes.
    for at in range(0, len(expressions), 50):
        columns = ", ".join(map(spell_duckdb, expressions[at : at + 50]))
        found = connection.execute(f"SELECT {columns} FROM rows_ ORDER BY id").fetchall()
        answers = [before + more for before, more in zip(answers, found, strict=True)]
    return answers


def _agree(text: str, one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        # DuckDB's builds differ in whether they fuse the products of a slope.
        tolerance = 1e-9 if "regr_slope" in text else 0.0
        return math.isclose(one, other, rel_tol=tolerance, abs_tol=0.0)
    return type(one) is type(other) and one == other


def test_both_engines_agree(tmp_path: Path) -> None:
    expressions = [lowered(text, SURVEY) for text in TEXTS]
    # The last field is that of the view's second part.
    rows = [(*row, None if row[2] is None else (row[2], row[1])) for row in ROWS]
    flink, duck = flink_answers(ALERT, rows, expressions, tmp_path), _duckdb(expressions)
    wrong = []
    for row, in_flink, in_duckdb in zip(ROWS, flink, duck, strict=True):
        for text, one, other in zip(TEXTS, in_flink, in_duckdb, strict=True):
            if not _agree(text, one, other):
                wrong.append((text, row[:5], one, other))
    assert wrong == []
