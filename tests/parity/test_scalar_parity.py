"""Both engines give one answer: every expression below, over rows that are awkward.

Flink evaluates them in jobs of up to 400 columns each; DuckDB evaluates the other spelling
over the same rows. Values must be equal (0.0 and -0.0 are), but for functions whose
last digit an engine may choose.
"""

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
from minibroker.model.types import Array, Field, Scalar, Struct
from tests.parity.bare import bare_survey, lowered
from tests.parity.batch import flink_answers

pytestmark = [pytest.mark.flink, pytest.mark.jvm, pytest.mark.usefixtures("pyflink")]

LARGEST = 1.7976931348623157e308
BIGGEST, SMALLEST = 2**63 - 1, -(2**63)
ROWS: list[tuple[Any, ...]] = [
    (0, 7, 2, 0.65, 2.5, "Abc", "b", True, (0.65, 3), [(1.5, 1), (None, 2)]),
    (1, BIGGEST, 1, LARGEST, LARGEST, "", "", False, (None, 3), []),
    (2, SMALLEST, -1, -LARGEST, LARGEST, "a\nb", "a", None, None, None),
    (3, None, 0, None, 0.0, None, None, None, (1.0, None), [None]),
    (4, 0, 0, -0.0, 0.0, "\U0001f600x", "\U0001f600", True, (1.0, 1), [(-0.0, 5)]),
    (5, -7, 2, -2.5, -0.5, "a%b_c\\d", "%", False, (-0.0, 0), [(1.0, 5)]),
    (6, 2**53 + 1, 3, float(2**53), 1e-300, "Straße İ ΑΣ K", "ß", True, (2.0, 4), [(9.0, 9)]),
    (7, -1, SMALLEST, 5e-324, 1e300, "t ", "t", True, (1.0, 1), [(1.0, 5)]),
    (8, 2, -3, 1.0, -1.0, "O'Neill", "'", None, (0.0, 2), [(4.0, 4), (5.0, 5)]),
]
ALERT = Struct(
    (
        Field("id", Scalar.BIGINT),
        Field("i", Scalar.BIGINT),
        Field("j", Scalar.BIGINT),
        Field("d", Scalar.DOUBLE),
        Field("e", Scalar.DOUBLE),
        Field("s", Scalar.VARCHAR),
        Field("t", Scalar.VARCHAR),
        Field("b", Scalar.BOOLEAN),
        Field("r", Struct((Field("rb", Scalar.DOUBLE), Field("n", Scalar.BIGINT)))),
        Field("a", Array(Struct((Field("m", Scalar.DOUBLE), Field("f", Scalar.BIGINT))))),
    )
)
SURVEY = bare_survey(ALERT)

NUMBERS = ["d", "e", "r.rb", "a[1].m", "i", "d * e", "d / e", "0.0", "2.5"]
INTEGERS = ["i", "j", "r.n", "a[2].f", "cardinality(a)", "length(s)", "7", str(SMALLEST)]
TEXTS = ["s", "t", "'b'", "s || t", "''", "'\U0001f600'"]
CONDITIONS = ["b", "d > e", "i = 7", "s IS NULL", "d / e > 0", "NULL"]
COMPARATORS = ["=", "<>", "<", ">=", "IS DISTINCT FROM", "IS NOT DISTINCT FROM"]
ONE_NUMBER = [
    "abs", "sign", "round", "floor", "ceil", "trunc", "sqrt", "exp", "ln", "log10", "log2",
    "degrees", "radians", "sin", "cos", "tan", "asin", "acos", "atan", "mag", "flux",
    "jd_to_mjd", "mjd_to_jd",
]  # fmt: skip

EXACT = [
    *(f"{x} {op} {y}" for x, y in itertools.product(["d", "i", "r.rb"], NUMBERS) for op in "+-*/"),
    *(f"{x} {op} {y}" for x, y in itertools.product(INTEGERS, INTEGERS) for op in "+-*%"),
    *(f"-({x})" for x in NUMBERS + INTEGERS),
    *(f"{name}({x})" for name in ("abs", "sign", "floor", "ceil", "trunc", "round")
      for x in NUMBERS + INTEGERS),
    *(f"round({x}, {n})" for x in NUMBERS for n in (0, 1, 3, 15)),
    *(f"{x} {op} {y}" for x, y in itertools.combinations(NUMBERS, 2) for op in COMPARATORS),
    *(f"{x} {op} {y}" for x, y in itertools.combinations(INTEGERS, 2) for op in COMPARATORS),
    *(f"{x} {op} {y}" for x, y in itertools.combinations(TEXTS, 2) for op in COMPARATORS),
    *(f"({x}) {op} ({y})" for x, y in itertools.combinations(CONDITIONS[:-1], 2)
      for op in ("=", "<>", "AND", "OR", "IS DISTINCT FROM")),
    *(f"({x}) IS {no}{what}" for x in CONDITIONS for no in ("", "NOT ")
      for what in ("NULL", "TRUE", "FALSE")),
    *(f"NOT ({x})" for x in CONDITIONS),
    *(f"({x}) IS NULL" for x in NUMBERS + INTEGERS + TEXTS),
    *(f"NOT ({x} > 1)" for x in NUMBERS),
    *(f"{x} {no}IN (0, 1, 2, 2.5, 3, 0.65)" for x in NUMBERS for no in ("", "NOT ")),
    *(f"{x} {no}IN (0, 1, 2, 7, {BIGGEST}, {SMALLEST})" for x in INTEGERS for no in ("", "NOT ")),
    *(f"{x} {no}IN ('b', '', 'a', 'Abc', 'zz', 'ß')" for x in TEXTS for no in ("", "NOT ")),
    *(f"{x} {no}BETWEEN {y} AND {z}" for x in NUMBERS for no in ("", "NOT ")
      for y, z in (("0", "1"), ("e", "d"), ("-1", "-1"))),
    *(f"{x} BETWEEN -1 AND {BIGGEST}" for x in INTEGERS),
    *(f"{x} BETWEEN 'A' AND t" for x in TEXTS),
    "d = 0 OR d = 1 OR d = 2 OR d = 3 OR d = 4 OR d = 5",
    "d <> 0 AND d <> 1 AND d <> 2 AND d <> 3 AND d <> 4",
    "mod(j, length(s)) IN (9223372036854775807, 8)",
    "CASE WHEN b THEN 1 ELSE -1 END IN (9223372036854775807, 8)",
    *(f"CASE WHEN {c} THEN {x} ELSE {y} END" for c in CONDITIONS
      for x, y in (("d / e", "i"), ("i", "j"), ("s", "'bcd'"), ("b", "d > e"))),
    *(f"CASE {x} WHEN 0 THEN 'zero' WHEN 1 THEN 'o' WHEN d THEN 'd' END" for x in NUMBERS),
    *(f"coalesce({x}, {y})" for x, y in itertools.combinations(NUMBERS, 2)),
    *(f"coalesce({x}, {y})" for x, y in itertools.combinations(TEXTS, 2)),
    *(f"nullif({x}, {y})" for x, y in itertools.combinations(NUMBERS, 2)),
    *(f"nullif({x}, {y})" for x, y in itertools.combinations(INTEGERS, 2)),
    *(f"nullif({x}, {y})" for x, y in itertools.combinations(TEXTS, 2)),
    *(f"{name}({x}, {y}, 1)" for name in ("greatest", "least")
      for x, y in itertools.combinations(NUMBERS + INTEGERS, 2)),
    *(f"{name}({x}, {y})" for name in ("greatest", "least")
      for x, y in itertools.combinations(TEXTS, 2)),
    *(f"{name}({x})" for name in ("lower", "upper", "length") for x in TEXTS),
    *(f"substring({x}, {n}, {k})" for x in TEXTS for n, k in ((1, 2), (2, 1), (9, 9), (1, 0))),
    *(f"substring({x}, 2)" for x in TEXTS),
    *(f"{name}({x}, {y})" for name in ("starts_with", "ends_with", "contains")
      for x, y in itertools.permutations(TEXTS, 2)),
    *(f"{x} {no}{like} '{p}' ESCAPE '!'" for x in ("s", "t") for no in ("", "NOT ")
      for like in ("LIKE", "ILIKE")
      for p in ("", "%", "_", "__", "a%", "A%", "%b", "%B%", "a!%b!_c\\d", "%!!%", "_x", "%\n%",
                "%(%", "[a]%", "^a%", "%$", "%.%", "{%", "%\\Q%", "stra_e%", "O''%")),
    *(f"regexp_matches({x}, '{p}')" for x in ("s", "t")
      for p in ("a", "^a", "b$", "^$", ".", "a.b", "[^a]", "\\s", "\\d", "\\w+", "(A|t)b?",
                "(?i)ab", "[A-Z][a-z]{2}", "\\.", "^.x$", "ß|%", "[\\]%]", "b{0,2}c*",
                "\\\\", "\\n", "''N")),
    *(f"CAST({x} AS DOUBLE)" for x in INTEGERS),
    *(f"CAST({x} AS VARCHAR) || '!'" for x in INTEGERS),
    "r IS NULL", "r IS NOT NULL", "a IS NULL", "a[1] IS NULL", "a[9].m", "cardinality(a) = 0",
]  # fmt: skip

LAST_DIGIT = [
    *(f"{name}({x})" for name in ONE_NUMBER for x in NUMBERS),
    *(f"{name}({x}) IS NULL" for name in ONE_NUMBER for x in NUMBERS),
    *(f"{name}({x}, {y})" for name in ("power", "atan2", "log", "magerr")
      for x, y in itertools.product(NUMBERS[:7], NUMBERS[:7])),
    *(f"{name}({x}, {y})" for name in ("gal_l", "gal_b", "ecl_lon", "ecl_lat")
      for x, y in (("d", "e"), ("10", "r.rb"), ("i", "0"), ("0", "90"))),
    *(f"angsep({x}, {y}, {z}, 10)" for x, y, z in (("d", "e", "0"), ("e", "r.rb", "d"))),
    *(f"cone({x}, {y}, 0, {y0}, {radius})" for x, y in (("d", "e"), ("r.rb", "i"))
      for y0 in (0, 90) for radius in ("0", "3600", "500000", "abs(d)")),
    "atan(1 / d)", "exp(-1 / d)", "power(0.5, 1 / d)", "1 / (1 / d)", "1 / (1 / (d - e))",
]  # fmt: skip


def _duckdb(expressions: Sequence[Expression]) -> list[tuple[Any, ...]]:
    connection = duckdb.connect()
    connection.execute(
        "CREATE TABLE rows_ (id BIGINT, i BIGINT, j BIGINT, d DOUBLE, e DOUBLE, s VARCHAR, "
        "t VARCHAR, b BOOLEAN, r STRUCT(rb DOUBLE, n BIGINT), a STRUCT(m DOUBLE, f BIGINT)[])"
    )
    for row in ROWS:
        record = None if row[8] is None else {"rb": row[8][0], "n": row[8][1]}
        array = row[9] and [part and {"m": part[0], "f": part[1]} for part in row[9]]
        connection.execute(
            "INSERT INTO rows_ VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", [*row[:8], record, array]
        )
    columns = ", ".join(map(spell_duckdb, expressions))
    return connection.execute(f"SELECT {columns} FROM rows_ ORDER BY id").fetchall()


def _agree(one: Any, other: Any, tolerance: float) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=tolerance, abs_tol=tolerance)
    return type(one) is type(other) and one == other


@pytest.mark.parametrize(
    ("texts", "tolerance"), [(EXACT, 0.0), (LAST_DIGIT, 1e-12)], ids=["exact", "last-digit"]
)
def test_both_engines_agree(texts: list[str], tolerance: float, tmp_path: Path) -> None:
    expressions = [lowered(text, SURVEY) for text in texts]
    flink, duck = flink_answers(ALERT, ROWS, expressions, tmp_path), _duckdb(expressions)
    for row, in_flink, in_duckdb in zip(ROWS, flink, duck, strict=True):
        for text, one, other in zip(texts, in_flink, in_duckdb, strict=True):
            assert _agree(one, other, tolerance), (text, row, one, other)
