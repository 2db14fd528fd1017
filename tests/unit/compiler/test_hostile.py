"""Text that must be refused quickly and clearly, or come to nothing but one condition."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlglot import exp

from minibroker.compiler import Checked
from minibroker.compiler.codes import CODES
from minibroker.compiler.dialect import FILTER_DIALECT, Unparsable, parser
from minibroker.model.expression import (
    Comparator,
    Connective,
    Gathering,
    Operation,
    Verdict,
)
from tests.unit.compiler import hostile_texts

HOSTILE = {
    "columns": (
        f"SELECT {', '.join(f'candid AS c{n}' for n in range(1_001))} FROM ztf",
        "too-long",
    ),
    "comparisons in columns": (
        f"SELECT {', '.join(f'candid > {n} AS c{n}' for n in range(1_001))} FROM ztf",
        "too-long",
    ),
    "a deep column": (f"SELECT {'/'.join(['candid'] * 5_000)} AS x FROM ztf", "too-deep"),
    "ten megabytes": ("candidate.rb > 0.5 AND " * 500_000, "too-long"),
    "ten megabytes of one word": ("a" * 10_000_000, "too-long"),
    "a long comment": ("/*" + "x" * 99_990, "unclosed"),
    "brackets": ("(" * 10_000 + "1" + ")" * 10_000, "too-deep"),
    "open brackets": ("(" * 10_000, "too-deep"),
    "closed brackets": (")" * 10_000, "unbalanced"),
    "calls": ("abs(" * 10_000 + "1" + ")" * 10_000, "too-deep"),
    "subscripts": ("a" + "[1" * 10_000 + "]" * 10_000, "too-deep"),
    "braces": ("{" * 10_000 + "}" * 10_000, "too-deep"),
    "cases": ("CASE WHEN " * 5_000, "too-deep"),
    "negations": ("NOT " * 10_000 + "TRUE", "too-deep"),
    "signs": ("- " * 10_000 + "1 > 0", "too-deep"),
    "minus and not by turns": ("NOT - " * 5_000 + "1", "too-deep"),
    "sums": ("+".join(["candid"] * 5_000) + " > 1", "too-deep"),
    "divisions": ("/".join(["candid"] * 5_000) + " > 1", "too-deep"),
    "joined texts": ("||".join(["objectId"] * 5_000) + " = ''", "too-deep"),
    "comparisons": ("candid < " * 5_000 + "1", "too-deep"),
    "betweens": ("candidate.rb BETWEEN 1 AND " * 3_000 + "1", "too-deep"),
    "casts": ("candidate.rb" + "::DOUBLE" * 9_000 + " > 1", "too-deep"),
    "elements": ("prv_candidates" + "[1]" * 6_000 + " > 1", "too-deep"),
    "parts": ("candidate" + ".rb" * 9_000 + " > 1", "too-deep"),
    "is tests": ("candidate.rb" + " IS NULL" * 9_000, "too-deep"),
    "collations": ("objectId" + " COLLATE a" * 9_000 + " = 'a'", "too-deep"),
    "sky functions": ("gal_b(" * 28 + "candidate.rb" + ", 1)" * 28 + " > 1", "too-long"),
    "sky functions in a sub-query": (
        "EXISTS (SELECT 1 FROM UNNEST(prv_candidates) AS p WHERE "
        + ("gal_b(" * 27 + "p.magpsf" + ", 1)" * 27 + " > 1)"),
        "too-long",
    ),
    "simple cases": (
        "CASE " * 28 + "candid" + " WHEN 1 THEN 1 WHEN 2 THEN 2 WHEN 3 THEN 3 END" * 28 + " > 1",
        "too-long",
    ),
    "divisors": ("candidate.rb / (" * 28 + "candidate.rb" + ")" * 28 + " > 1", "too-long"),
    "sums of integers": ("+".join(["candid"] * 90) + " > 1", "too-deep"),
    "a text of constants": ("objectId = " + " || ".join(["'" + "a" * 900 + "'"] * 90), "too-long"),
    "five thousand faults": (" AND ".join(f"a{n} > 1" for n in range(5_000)), "and-more"),
    "conditions": (" OR ".join(f"candid = {n}" for n in range(1_001)), "too-long"),
    "words": (" ".join(["x"] * 30_000), "too-long"),
    "a hint": ("candidate.rb > 0.5 /*+ STATE_TTL('a'='1s') */", "engine-hint"),
    "a hint in front": ("SELECT /*+ OPTIONS('a'='b') */ * FROM ztf", "engine-hint"),
    "a comment that MySQL runs": ("candidate.rb > 0.5 /*!50000 OR TRUE */", "engine-hint"),
    "NUL": ("candidate.rb > 0.5\x00", "bad-character"),
    "NUL in a text": ("objectId = 'a\x00b'", "bad-character"),
    "a lone surrogate": ("objectId = '\ud800'", "bad-character"),
    "a lone surrogate outside": ("\udfff > 1", "bad-character"),
    "a direction override": ("candidate.rb > 0.5 \u202e", "bad-character"),
    "a zero-width space": ("candidate.rb\u200b > 0.5", "bad-character"),
    "full-width signs": ("candidate.rb \uff1e 0.5", "bad-character"),
    "a byte order mark": ("\ufeffcandidate.rb > 0.5", "bad-character"),
    "Cyrillic look-alikes": ("c\u0430ndidate.rb > 0.5", "bad-character"),
    "a number without end": ("candidate.rb > " + "9" * 90_000, "bad-number"),
    "a fraction without end": ("candidate.rb > 1e" + "9" * 90_000, "bad-number"),
    "a name without end": ("a" * 90_000 + " > 1", "unknown-field"),
    "a function without end": ("a" * 90_000 + "(1) > 1", "unknown-function"),
    "a pattern without end": (f"regexp_matches(objectId, '{'(' * 90_000}')", "bad-pattern"),
    "nested groups": (f"regexp_matches(objectId, '{'(' * 200}a{')' * 200}')", "bad-pattern"),
    "only quotes": ("'" * 9_999, "unclosed"),
    "only semicolons": (";" * 5_000, "syntax"),
    "only commas": ("," * 5_000, "syntax"),
    "only dots": ("." * 5_000, "syntax"),
    "only dashes": ("-" * 5_001, "empty"),
    "nothing": ("", "empty"),
    "blank": (" \n\t ", "empty"),
}
"""What a text must be refused for."""

SECONDS = 5.0
"""Each takes a part of a second where nothing else runs. A machine may be several times slower for
an hour; what grows out of hand takes minutes."""
TRIES = 5
MEGABYTES = 200

FAMILIES = {
    "depths": list(hostile_texts.depths()),
    "calls": list(hostile_texts.calls()),
    "characters": list(hostile_texts.characters()),
    "payloads": list(hostile_texts.payloads()),
    "mutations": list(hostile_texts.mutations(1_500)),
}


def _batches(texts: list[tuple[str, str]]) -> list[list[tuple[str, str]]]:
    return [texts[at : at + 100] for at in range(0, len(texts), 100)]


PARTS = [
    pytest.param(part, id=f"{family} {number}")
    for family, texts in FAMILIES.items()
    for number, part in enumerate(_batches(texts))
]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_refused_for_its_reason(name: str, check: Callable[..., Checked]) -> None:
    text, code = HOSTILE[name]
    checked = _checked(text, check)
    assert checked.plan is None
    assert code in [found.code for found in checked.diagnostics]


@pytest.mark.parametrize("part", PARTS)
def test_hostile_text_is_refused_or_is_one_condition(
    part: list[tuple[str, str]], check: Callable[..., Checked]
) -> None:
    for name, text in part:
        try:
            _verify(_checked(text, check))
        except Exception as error:
            pytest.fail(f"{name}: {text[:300]!r}: {type(error).__name__}: {error}")


def test_there_are_thousands_of_texts() -> None:
    texts = {text for family in FAMILIES.values() for _, text in family}
    assert len(texts) > 7_500


def test_many_of_the_mutations_are_filters(check: Callable[..., Checked]) -> None:
    accepted = [text for _, text in FAMILIES["mutations"][:300] if check(text).plan is not None]
    assert len(accepted) > 10


def _in_time(text: str, check: Callable[..., Checked]) -> Checked:
    """Compile a text within SECONDS; tried again, since a busy machine may be slower."""
    for _ in range(TRIES):
        started = time.process_time()
        checked = check(text)
        if time.process_time() - started < SECONDS:
            return checked
    pytest.fail(f"took more than {SECONDS} s, {TRIES} times")


def _checked(text: str, check: Callable[..., Checked]) -> Checked:
    """Compile a text: in time, with known codes, places inside of it, and words of our own."""
    checked = _in_time(text, check)
    assert checked.plan is not None or checked.diagnostics
    for found in checked.diagnostics:
        assert 0 <= found.span.start <= found.span.end <= len(text)
        assert found.code in CODES
        assert max(len(found.message), len(found.hint)) < 400
        assert "sqlglot" not in found.message
    return checked


def _verify(checked: Checked) -> None:
    if checked.plan is not None:
        for sql in (checked.plan.duckdb, *checked.plan.duckdb_columns):
            _verify_duckdb(sql)
        for sql in (checked.plan.flink, *checked.plan.flink_columns):
            _verify_flink(sql)


_NODES = (
    *(exp.And, exp.Or, exp.Not, exp.Paren, exp.Case, exp.If, exp.Cast, exp.TryCast, exp.DataType),
    *(exp.Column, exp.Identifier, exp.Dot, exp.Bracket, exp.Literal, exp.Boolean, exp.Null),
    *(exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.NullSafeEQ, exp.NullSafeNEQ, exp.Is),
    *(exp.In, exp.Between, exp.Like, exp.Escape, exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Neg),
    *(exp.DPipe, exp.Substring, exp.Lambda, exp.Struct, exp.PropertyEQ, exp.Array),
    *(exp.Subquery, exp.Select, exp.From, exp.Unnest, exp.TableAlias),
)
_CALLS = frozenset(
    re.findall(
        r"\w+",
        """
    ABS ACOS ASIN ATAN ATAN2 CEIL COALESCE CONTAINS COS ENDS_WITH EXP FLOOR GREATEST LEAST LEN
    LENGTH LIST_AGGREGATE LIST_CONCAT LIST_DISTINCT LIST_FILTER LIST_MAX LIST_MIN LIST_TRANSFORM
    LN LOG10 LOG2 MOD NULLIF POWER REGEXP_MATCHES REGR_SLOPE ROUND SIGN SIN SQRT STARTS_WITH
    SUBSTRING TAN TRANSLATE TRUNC
        """,
    )
)


def _verify_duckdb(sql: str) -> None:
    """Parse the condition as DuckDB's SQL: one expression, made of nothing but these nodes."""
    (tree,) = _parsed(f"SELECT ({sql}\n)")
    assert isinstance(tree, exp.Select)
    assert not [name for name, value in tree.args.items() if value and name != "expressions"]
    assert len(tree.expressions) == 1
    for node in tree.expressions[0].walk():
        if isinstance(node, exp.Anonymous):
            assert node.name in _CALLS, node.name
        else:
            assert isinstance(node, _NODES), type(node)
        if isinstance(node, exp.Unnest):
            assert isinstance(node.parent, exp.From)


def _parsed(sql: str) -> list[exp.Expr | None]:
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(10_000)
    try:
        return parser().parse(FILTER_DIALECT.tokenize(sql), sql)
    finally:
        sys.setrecursionlimit(limit)


_QUOTED = re.compile(r"'(?:[^']|'')*'|`(?:[^`]|``)*`")
_PLAIN = re.compile(r"[A-Z0-9_ ().,+*/<>=\[\]|-]*")
_WORDS = frozenset(
    re.findall(
        r"\w+",
        """
    ABS ACOS AND ARRAY_EVAL AS ASIN ATAN ATAN2 BETWEEN BIGINT BOOLEAN CARDINALITY CASE CAST CEIL
    CHAR_LENGTH COALESCE COS DECIMAL DISTINCT DOUBLE ELSE END ENDSWITH ESCAPE EXP FALSE FLOOR
    FROM GREATEST IN INSTR IS LEAST LIKE LN LOG10 LOG2 MOD NOT NULL NULLIF OR POWER REGEXP ROUND
    SIGN SIN SQRT STARTSWITH STRING SUBSTRING TAN THEN TRANSLATE TRUE TRY_CAST WHEN
        """,
    )
)


def _verify_flink(sql: str) -> None:
    """Read the condition as Flink's SQL: outside of quotes, nothing but these words and signs."""
    outside = _QUOTED.sub(" ", sql)
    assert _PLAIN.fullmatch(outside), outside
    assert "--" not in outside
    assert "/*" not in outside
    words = set(re.findall(r"\b[A-Z_][A-Z0-9_]*", outside))
    assert words <= _WORDS, words - _WORDS
    for program in re.findall(r"ARRAY_EVAL\(('(?:[^']|'')*')", sql):
        _verify_program(program[1:-1].replace("''", "'"))


_TOKEN = re.compile(r'[()]|"(?:[^"\\]|\\["\\])*"|[^\s()"]+|\s+')
_HEADS = frozenset(
    {"select", "aggregate", "field", "outer", "null", "case", "in", "like", "matches", "between"}
    | {"not"}
    | {each.value for each in Operation}
    | {each.value.lower().replace(" ", "-") for kind in (Comparator, Verdict) for each in kind}
    | {each.value.lower() for each in Connective}
)
_ATOMS = re.compile(r"true|false|-?[0-9.]+(E-?[0-9]+)?|BOOLEAN|BIGINT|DOUBLE|STRING")


def _verify_program(program: str) -> None:
    """Read a sub-query's program: one form, made of known forms, texts and constants."""
    tokens = _TOKEN.findall(program)
    assert "".join(tokens) == program
    words = [token for token in tokens if not token.isspace()]
    depth = 0
    for before, word in zip([None, *words], words, strict=False):
        assert depth or before is None, "something follows the program"
        depth += {"(": 1, ")": -1}.get(word, 0)
        if before == "(":
            assert word in _HEADS, word
        elif word not in "()" and not word.startswith('"'):
            assert _ATOMS.fullmatch(word) or word in {each.value for each in Gathering}, word
    assert depth == 0


@pytest.mark.parametrize(
    "sql",
    [
        "1 = 1) FROM ztf WHERE (TRUE",
        "1 = 1), (2 = 2",
        "getenv('HOME') = ''",
        "a IN (SELECT b FROM ztf)",
        "(SELECT b FROM read_csv('x')) > 1",
        "now() > 1",
        "1 = 1) -- (",
    ],
)
def test_a_way_out_would_be_seen(sql: str) -> None:
    with pytest.raises((AssertionError, Unparsable)):
        _verify_duckdb(sql)
    with pytest.raises(AssertionError):
        _verify_flink(sql.replace("1 = 1", "ARRAY_EVAL('(select true true) (', x)"))


@pytest.mark.parametrize(
    "program", ['(select true "a" b")', "(select true true) (select)", "(run true)", "(select x)"]
)
def test_a_way_out_of_a_program_would_be_seen(program: str) -> None:
    with pytest.raises(AssertionError):
        _verify_program(program)


_MEASURE = """
import json, resource, sys, time
from minibroker.compiler import check_filter
from minibroker.model.filter import FilterSource
from minibroker.model.shipped import shipped
from minibroker.model.survey import load_surveys
from tests.unit.compiler.hostile_texts import LARGE

surveys = load_surveys(shipped("schemas"))
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
for name in sys.argv[1:]:
    text = LARGE[name]()
    # The second time nothing is loaded any more; what the text itself takes is not counted.
    check_filter(FilterSource("candidate.rb > 0.5", "-e"), surveys, "ztf")
    before, seconds = peak(), 9.0
    for _ in range(5):
        started = time.process_time()
        checked = check_filter(FilterSource(text, "-e"), surveys, "ztf")
        seconds = min(seconds, time.process_time() - started)
        if seconds < 5.0:
            break
    codes = [found.code for found in checked.diagnostics]
    print(json.dumps([name, seconds, peak() - before, codes, checked.plan is not None]))
"""


@pytest.mark.parametrize("half", [0, 1])
def test_large_texts_take_little_time_and_memory(half: int) -> None:
    names = list(hostile_texts.LARGE)[half::2]
    done = subprocess.run(
        [sys.executable, "-c", _MEASURE, *names],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row[0] for row in rows] == names
    for name, seconds, megabytes, codes, is_accepted in rows:
        assert seconds < SECONDS, name
        assert megabytes < MEGABYTES, name
        assert is_accepted or codes, name
        assert set(codes) <= CODES.keys(), name
        assert len(codes) <= 102, name


def test_a_long_chain_of_conditions_is_a_filter(check: Callable[..., Checked]) -> None:
    terms = [f"candidate.fid <> {n}" for n in range(900)]
    assert check(" AND ".join(terms)).plan is not None
    assert check(" OR ".join(terms)).plan is not None


def test_many_values_are_a_filter(check: Callable[..., Checked]) -> None:
    values = ", ".join(f"'ZTF18{n:07d}'" for n in range(5_000))
    assert check(f"objectId IN ({values})").plan is not None


def test_depth_within_the_limit_is_a_filter(check: Callable[..., Checked]) -> None:
    assert check("(" * 29 + "candidate.rb > 1" + ")" * 29).plan is not None
    assert check("abs(" * 25 + "candidate.rb" + ")" * 25 + " > 1").plan is not None
    assert check("candidate.rb" + " / candidate.fwhm" * 50 + " > 1").plan is not None


def test_fifty_divisions_in_a_row_stay_linear(check: Callable[..., Checked]) -> None:
    plan = check("candidate.rb" + " / candidate.fwhm" * 50 + " > 1").plan
    assert plan is not None
    assert len(plan.flink) < 5_000
