"""Texts that nobody should write, by families: the same ones in every run."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path

from minibroker.compiler.functions import Kind, Parameter, reference

SEED = 20_260_305
GOLDEN = Path(__file__).parents[2] / "cases" / "accept"

_FILLERS = {
    Kind.NUMBER: "candidate.rb",
    Kind.DOUBLE: "candidate.rb",
    Kind.INTEGER: "candidate.fid",
    Kind.TEXT: "objectId",
    Kind.LIST: "prv_candidates",
    Kind.SCALAR: "candidate.rb",
    Kind.ORDERED: "candidate.rb",
}
_NESTS: dict[str, Callable[[str], str]] = {
    "brackets": lambda x: f"({x})",
    "sign": lambda x: f"- {x}",
    "not": lambda x: f"NOT {x}",
    "not in brackets": lambda x: f"NOT ({x} IS NULL)",
    "sum": lambda x: f"{x} + candidate.rb",
    "sum to the right": lambda x: f"candidate.rb + ({x})",
    "integer sum": lambda x: f"{x} + candidate.fid",
    "integer product": lambda x: f"{x} * candidate.fid",
    "quotient": lambda x: f"{x} / candidate.fwhm",
    "divisor": lambda x: f"candidate.rb / ({x})",
    "remainder": lambda x: f"{x} % candidate.fid",
    "remainder by": lambda x: f"candidate.fid % ({x})",
    "joined": lambda x: f"{x} || objectId",
    "comparison": lambda x: f"{x} < candidate.rb",
    "distinct": lambda x: f"({x}) IS DISTINCT FROM candidate.rb",
    "is null": lambda x: f"{x} IS NULL",
    "and": lambda x: f"candidate.rb > 0.5 AND ({x})",
    "or by turns": lambda x: f"candidate.fid = 1 OR (candidate.fid = 2 AND ({x}))",
    "between": lambda x: f"CASE WHEN {x} BETWEEN 1 AND 2 THEN 1 END",
    "between bounds": lambda x: f"CASE WHEN candidate.rb BETWEEN ({x}) AND (2) THEN 1 END",
    "simple case": lambda x: f"CASE {x} WHEN 1 THEN 2 WHEN 2 THEN 3 WHEN 3 THEN 4 ELSE 0 END",
    "searched case": lambda x: f"CASE WHEN candidate.rb > 1 THEN 1 ELSE {x} END",
    "case condition": lambda x: f"CASE WHEN {x} > 1 THEN 1 END",
    "in": lambda x: f"CASE WHEN {x} IN (candidate.rb, 1.5, candidate.drb) THEN 1 END",
    "cast": lambda x: f"CAST({x} AS DOUBLE)",
    "short cast": lambda x: f"{x}::DOUBLE",
    "element": lambda x: f"{x}[1]",
    "part": lambda x: f"{x}.rb",
    "like": lambda x: f"{x} LIKE 'a'",
    "call of nothing": lambda x: f"nothing({x})",
    "sub-query": lambda x: f"(SELECT max(p.rb) FROM UNNEST(prv_candidates) AS p WHERE {x})",
    "exists": lambda x: f"EXISTS (SELECT 1 FROM UNNEST(prv_candidates) AS p WHERE {x})",
    "aggregate": lambda x: f"max({x})",
    "list": lambda x: f"[{x}]",
    "record": lambda x: f"{{'a': {x}}}",
    "interval": lambda x: f"INTERVAL {x}",
    "lambda": lambda x: f"x -> {x}",
    "collate": lambda x: f"{x} COLLATE a",
    "union": lambda x: f"SELECT * FROM ztf UNION {x}",
    "from": lambda x: f"SELECT * FROM ({x})",
    "comment": lambda x: f"/* {x} */ candidate.rb",
    "quoted": lambda x: f'"{x}"',
}
_DEPTHS = (1, 2, 3, 5, 8, 13, 21, 28, 29, 30, 31, 43, 44, 60, 95, 100, 101, 1_000, 10_000)
_STARTS = ("candidate.rb", "candidate.fid", "objectId", "candidate.rb > 1")


def nested(nest: Callable[[str], str], depth: int, inner: str) -> str:
    """Return a construct inside itself, so many times; a long one by doubling its two sides."""
    left, right = nest("\x00").split("\x00")
    return left * depth + inner + right * depth


def depths() -> Iterator[tuple[str, str]]:
    """Yield every bracketing construct and operator inside itself, 1 to 10,000 deep."""
    for name, nest in _NESTS.items():
        for depth in _DEPTHS:
            start = _STARTS[depth % len(_STARTS)]
            yield f"{name} x {depth}", nested(nest, depth, start)
            compared = nested(nest, depth, "candidate.rb") + " > 1"
            yield f"{name} x {depth}, compared", compared
            yield f"{name} x {depth}, sent", f"SELECT candid, {compared[:-4]} AS x FROM ztf"


def calls() -> Iterator[tuple[str, str]]:
    """Yield every function inside itself at each of its places, in and out of sub-queries."""
    for function in reference():
        for place in range(len(function.parameters)):
            arguments = [_filler(parameter) for parameter in function.parameters]
            arguments[place] = "\x00"
            shape = f"{function.name}({', '.join(arguments)})"
            for depth in (2, 6, 28):
                inner = _FILLERS[function.parameters[place].kind]
                text = nested(lambda x, shape=shape: shape.replace("\x00", x), depth, inner)
                yield f"{function.name}, argument {place}, x {depth}", f"{text} IS NULL"
            yield f"{function.name}, argument {place}, sent", f"SELECT {text} AS x FROM ztf"
            text = nested(lambda x, shape=shape: shape.replace("\x00", x), 20, "p.rb")
            where = f"EXISTS (SELECT 1 FROM UNNEST(detections) AS p WHERE {text} IS NULL)"
            yield f"{function.name}, argument {place}, in a sub-query", where
            text = nested(lambda x, shape=shape: shape.replace("\x00", x), 20, "max(p.rb)")
            value = f"(SELECT {text} FROM UNNEST(detections) AS p) IS NULL"
            yield f"{function.name}, argument {place}, of an aggregate", value
        twice = _twice(function.name, len(function.parameters), 9)
        yield f"{function.name} of itself in every argument", f"{twice} IS NULL"


def _filler(parameter: Parameter) -> str:
    if parameter.is_literal:
        return "'a'" if parameter.kind is Kind.TEXT else "2"
    return _FILLERS[parameter.kind]


def _twice(name: str, count: int, depth: int) -> str:
    text = "candidate.rb"
    for _ in range(depth):
        text = f"{name}({', '.join([text] * count)})"
        if len(text) > 90_000:
            break
    return text


_ODD = [
    *"\x00\x01\x07\x08\x0b\x0c\x1b\x7f\x80\x85\x9f\xa0\xad",
    *"\u0300\u0301\u034f\u0430\u0435\u0660\u06f1\u0966\u115f\u1680\u180e",
    *"\u2000\u200b\u200c\u200d\u200e\u200f\u2010\u2013\u2018\u2019\u201c\u201d\u2028\u2029",
    *"\u202a\u202d\u202e\u2060\u2066\u2069\u2212\u2264\u2265\u2260\u3000\u3164",
    *"\ufeff\ufe0f\uff07\uff08\uff09\uff0c\uff10\uff19\uff1b\uff1d\uff1e\uff21\uff41\uff3f\uffa0",
    *"\ufff9\ufffc\ufffd\ufffe\uffff\ud800\udbff\udc00\udfff\U0001d400\U0001f600\U000e0041\U0010ffff",
    "e\u0301", "\r", "\t", "\\", "$", "`", "'", '"', "\u00df", "\u0130", "\u0131", "\u212a",
]  # fmt: skip
_PLACES = (
    "{}",
    "{}candidate.rb > 0.5",
    "candidate.rb > 0.5{}",
    "candi{}date.rb > 0.5",
    "candidate{}.rb > 0.5",
    "candidate.rb {} 0.5",
    "candidate.rb > 0{}5",
    "candidate.rb > {}",
    "objectId = 'a{}b'",
    "objectId = {}a{}",
    'candidate."r{}b" > 0.5',
    "objectId LIKE 'a{}%'",
    "objectId ILIKE '%{}' ESCAPE '{}'",
    "regexp_matches(objectId, 'a{}+b')",
    "regexp_matches(objectId, '[{}-z]')",
    "ab{}s(candidate.rb) > 0.5",
    "-- a {} comment\ncandidate.rb > 0.5",
    "/* a {} comment */ candidate.rb > 0.5",
    "-- name: a{}b\ncandidate.rb > 0.5",
    "SELECT * FROM z{}tf WHERE candidate.rb > 0.5",
    "EXISTS (SELECT 1 FROM UNNEST(prv_candidates) AS p{} WHERE p{}.rb > 0.5)",
    "EXISTS (SELECT 1 FROM UNNEST(prv_candidates) AS p WHERE candidate.ssnamenr = 'a{}')",
    "(SELECT max(lower('{}') || candidate.ssnamenr) FROM UNNEST(prv_candidates) AS p) = '{}'",
)


def characters() -> Iterator[tuple[str, str]]:
    """Yield odd characters in every place where a character can stand."""
    for odd in _ODD:
        for place in _PLACES:
            name = unicodedata.name(odd[0], f"U+{ord(odd[0]):04X}")
            yield f"{name} in {place!r}", place.replace("{}", odd)


_PAYLOADS = (
    "/*+ OPTIONS('scan.startup.mode'='latest-offset') */",
    "/*+ STATE_TTL('a'='1s') */",
    "-- ",
    ";",
    "; DROP TABLE ztf; --",
    "' OR '1'='1",
    "'' OR 1=1 --",
    "\\' OR 1=1 --",
    '" OR 1=1 --',
    '"" OR ""=""',
    "` OR 1=1 --",
    "') OR (1=1",
    "')) UNION SELECT * FROM duckdb_settings() --",
    "$$ OR TRUE $$",
    "$1",
    "?",
    ":name",
    "@@version",
    "{{ jinja }}",
    "${env}",
    "#{el}",
    "COPY ztf TO '/tmp/x'",
    "ATTACH '/tmp/x' AS x",
    "INSTALL httpfs",
    "LOAD httpfs",
    "PRAGMA database_list",
    "SET memory_limit = '1GB'",
    "EXPORT DATABASE '/tmp/x'",
    "CALL pragma_version()",
    "CREATE MACRO f(a) AS a",
    "CREATE TEMPORARY SYSTEM FUNCTION f AS 'a.B' LANGUAGE JAVA",
    "ADD JAR '/tmp/x.jar'",
    "EXECUTE STATEMENT SET BEGIN END",
    "PREPARE p AS SELECT 1",
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM read_parquet('/tmp/*')",
    "SELECT * FROM '/etc/passwd'",
    "SELECT * FROM 'ztf.parquet' WHERE TRUE",
    "SELECT * FROM glob('/*')",
    "SELECT * FROM ztf, read_text('/etc/passwd')",
    "SELECT * FROM TABLE(f())",
    "SELECT * FROM ztf FOR SYSTEM_TIME AS OF 1",
    "SELECT * FROM ztf TABLESAMPLE 1%",
    "SELECT * FROM ztf MATCH_RECOGNIZE (PATTERN (a))",
    "SELECT * FROM information_schema.tables",
    "SELECT * FROM default_catalog.default_database.alerts",
    "getenv('HOME')",
    "current_setting('home_directory')",
    "read_text('/etc/passwd')",
    "nextval('s')",
    "pg_sleep(10)",
    "query('SELECT 1')",
    "ARRAY_EVAL('(select true true)', prv_candidates)",
    "ARRAY_EVAL('(select true (aggregate count))', prv_candidates) > 1",
    "(select true (aggregate count))",
    '" (outer 0) "',
    '\\") (outer 99) (\\"',
    '")) (select true true) ((',
    "\\",
    "\\\\",
    '\\"',
    "a\nb",
    "a\r\nb",
    "%",
    "_",
    "!",
    "%!",
    "[",
    "(?i)",
    "\\Q\\E",
    "\\p{L}",
    "(a+)+b",
    "a{99999999}",
    "JSON_VALUE('{}', '$')",
    "TRY_CAST('1' AS INT)",
    "STRUCT_PACK(a := 1)",
    "x.y.z.w.v",
    "lambda x: x",
    "COLUMNS('.*')",
    "* EXCLUDE (candid)",
    "ztf.*",
    "now()",
    "random()",
    "1e400",
    "0x7f",
    "1_000",
    ".5.5",
    "0xFFFFFFFFFFFFFFFFFF",
    "DATE '2026-01-01'",
    "E'\\x41'",
    "U&'\\0041'",
    "X'41'",
)
_CONTEXTS = (
    "{}",
    "candidate.rb > 0.5 {}",
    "{} candidate.rb > 0.5",
    "candidate.rb > {}",
    "objectId = '{}'",
    "objectId = {q}",
    'candidate."{}" > 0.5',
    "candidate.{qi} > 0.5",
    "objectId LIKE {q}",
    "regexp_matches(objectId, {q})",
    "objectId IN ('a', {q}, {q})",
    "lower(concat({})) = 'a'",
    "abs({}) > 1",
    "CASE WHEN {} THEN TRUE END",
    "SELECT * FROM ztf WHERE {}",
    "SELECT {} FROM ztf WHERE TRUE",
    "SELECT objectId || {q} AS {qi} FROM ztf WHERE candidate.rb > 0.5",
    "-- format: avro\nSELECT candid AS x, {q} AS y FROM ztf WHERE candidate.rb > 0.5",
    "SELECT * FROM {} WHERE TRUE",
    "SELECT * FROM ztf AS {} WHERE TRUE",
    "SELECT {} * FROM ztf WHERE candidate.rb > 0.5",
    "-- {}\ncandidate.rb > 0.5",
    "-- description: {}\ncandidate.rb > 0.5",
    "/* {} */ candidate.rb > 0.5",
    "EXISTS (SELECT 1 FROM UNNEST({}) AS p)",
    "EXISTS (SELECT 1 FROM UNNEST(prv_candidates) AS {qi} WHERE {qi}.rb > 0.5)",
    "EXISTS (SELECT {} 1 FROM UNNEST(prv_candidates) AS p WHERE p.rb > 0.5)",
    "EXISTS (SELECT 1 FROM UNNEST(prv_candidates) AS p WHERE p.ssnamenr = {q})",
    "EXISTS (SELECT 1 FROM UNNEST(prv_candidates) AS p WHERE p.ssnamenr LIKE {q})",
    "EXISTS (SELECT 1 FROM UNNEST(prv_candidates) AS p WHERE regexp_matches(p.ssnamenr, {q}))",
    "(SELECT max({q} || p.ssnamenr || objectId) FROM UNNEST(prv_candidates) AS p) > {q}",
)


def payloads() -> Iterator[tuple[str, str]]:
    """Yield what tries to reach an engine, bare, quoted, and in names, comments and programs."""
    for payload in _PAYLOADS:
        quoted = "'" + payload.replace("'", "''") + "'"
        name = '"' + payload.replace('"', '""') + '"'
        for context in _CONTEXTS:
            text = context.replace("{qi}", name).replace("{q}", quoted).replace("{}", payload)
            yield f"{payload!r} in {context!r}", text


def mutations(count: int) -> Iterator[tuple[str, str]]:
    """Yield accepted filters with something taken out, doubled, swapped or put in."""
    chance = random.Random(SEED)
    texts = [
        file.read_text().partition("---- duckdb ----\n")[0] for file in sorted(GOLDEN.glob("*.sql"))
    ]
    words = sorted({word for text in texts for word in text.split()})
    for number in range(count):
        text = chance.choice(texts)
        for _ in range(chance.randint(1, 4)):
            text = _mutated(text, words, texts, chance)
        yield f"mutation {number}", text


def _mutated(text: str, words: list[str], texts: list[str], chance: random.Random) -> str:
    low, high = sorted(chance.randrange(len(text) + 1) for _ in "ab")
    high = min(high, low + chance.choice((1, 2, 8, 40)))
    piece = text[low:high]
    match chance.randrange(7):
        case 0:
            return text[:low] + text[high:]
        case 1:
            return text[:high] + piece * chance.choice((1, 2, 50)) + text[high:]
        case 2:
            return f"{text[:low]} {chance.choice(words)} {text[high:]}"
        case 3:
            return text[:low] + chance.choice(_ODD) + text[low:]
        case 4:
            return (
                text[:low]
                + chance.choice("()[]{}'\",.;:-+*/%<>=!|&^~?@#\\ \n0123456789eE_")
                + text[high:]
            )
        case 5:
            other = chance.choice(texts)
            return text[:low] + other[low:]
        case _:
            return text[:low] + chance.choice(_PAYLOADS) + text[high:]


LARGE: dict[str, Callable[[], str]] = {
    "conditions": lambda: "candidate.rb > 0.5 AND " * 440_000,
    "one word": lambda: "a" * 10_000_000,
    "one number": lambda: "candidate.rb > " + "9" * 10_000_000,
    "one fraction": lambda: "candidate.rb > 0." + "9" * 10_000_000,
    "one exponent": lambda: "candidate.rb > 1e" + "9" * 10_000_000,
    "one text": lambda: "objectId = '" + "a" * 10_000_000 + "'",
    "one name in quotes": lambda: '"' + "a" * 10_000_000 + '" > 1',
    "one comment": lambda: "/*" + "a" * 10_000_000 + "*/ candidate.rb > 0.5",
    "lines": lambda: "\n" * 10_000_000,
    "leading comments": lambda: "-- a: b\n" * 1_250_000,
    "leading keys": lambda: "-- name: b\n" * 900_000,
    "brackets": lambda: "(" * 10_000_000,
    "quotes": lambda: "'" * 10_000_000,
    "dashes": lambda: "-" * 10_000_000,
    "surrogates": lambda: "\ud800" * 10_000_000,
    "values": lambda: f"candid IN ({', '.join(map(str, range(1_000_000)))})",
    "faults": lambda: " AND ".join(f"a{n} > 1" for n in range(100_000)),
    "just within, conditions": lambda: " AND ".join(["candidate.rb > 0.5"] * 4_300),
    "just within, values": lambda: f"candid IN ({', '.join(map(str, range(9_900)))})",
    "just within, unlike values": lambda: f"candid IN ({', '.join(['candid + 1'] * 4_900)})",
    "just within, unknown names": lambda: " AND ".join(f"candidate.x{n}<5" for n in range(3_300)),
    "just within, unknown calls": lambda: " AND ".join(f"fluxx{n}(1)<5" for n in range(2_800)),
    "just within, unlike types": lambda: " AND ".join(["candidate.rb<'1'"] * 3_300),
    "just within, odd nodes": lambda: " AND ".join(["[]<5"] * 3_900),
    "just within, signs": lambda: "candidate.rb " + "?" * 19_000,
    "just within, sentinels": lambda: " AND ".join(["candidate.ssdistnr<5"] * 3_300),
    "just within, branches": lambda: (
        "CASE gal_b(candidate.ra, candidate.dec) "
        + " ".join(f"WHEN {n} THEN 1" for n in range(4_900))
        + " END = 1"
    ),
    "just within, views": lambda: " AND ".join(
        ["EXISTS (SELECT 1 FROM UNNEST(detections) AS p)"] * 1_500
    ),
    "just within, keys": lambda: "-- nmae: b\n" * 9_000,
    "just within, repeated keys": lambda: "-- name: b\n" * 9_000,
    "just within, odd characters": lambda: "".join(chr(0x4E00 + n) for n in range(20_000)) * 4,
    "just within, a pattern": lambda: "objectId LIKE '" + "%_" * 40_000 + "'",
    "just within, columns": lambda: "SELECT " + "a, " * 9_900 + "b FROM ztf",
    "just within, columns of one name": lambda: (
        "SELECT " + ", ".join(["candid AS x"] * 4_900) + " FROM ztf"
    ),
    "just within, columns that grow": lambda: (
        "SELECT "
        + ", ".join(["gal_b(gal_b(gal_b(candidate.ra, 1), 1), 1) AS x"] * 950)
        + " FROM ztf"
    ),
    "just within, columns of views": lambda: (
        "SELECT "
        + ", ".join(["(SELECT max(p.rb) FROM UNNEST(detections) AS p) AS x"] * 1_100)
        + " FROM ztf"
    ),
    "just within, casts": lambda: "1" + "::INT" * 6_600,
}
"""Ten megabytes of one thing, and as much as is looked into at all."""
