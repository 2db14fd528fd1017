"""The process of a sandbox: bounded by the kernel, it answers one query after another.

Started by engine.sandbox alone. Reads a line of JSON a query from stdin; writes frames to
stdout, each a length of 8 bytes and a pickle: columns, rows …, then end or error.
"""

from __future__ import annotations

import json
import os
import pickle
import re
import resource
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, BinaryIO

import duckdb

from minibroker.engine.archive_database import SETTINGS
from minibroker.engine.archive_files import literal, parquet_table
from minibroker.engine.sandbox import LARGEST_FRAME, too_big
from minibroker.model.diagnostic import Span
from minibroker.model.errors import QueryError

BATCH = 64
"""Rows of a frame."""
_NODES = ("SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE")
"""What a query may be made of: no INSERT, COPY or other statement inside WITH."""
_TABLE_FUNCTIONS = ("range", "generate_series", "unnest", "repeat", "repeat_row", "json_each")
_FUNCTIONS = ("getenv", "write_log", "current_setting", "getvariable", "nextval", "currval")
"""Functions that tell of the host or change something, and have no place in a query."""


@dataclass(frozen=True)
class _Tables:
    """What a query may name."""

    names: list[str]
    empty: list[str]
    """What would be there, and has no row yet."""


_SHOWN = ('"tables"', '"databases"', '"variables"')


def main() -> None:
    """Answer queries until stdin ends."""
    out = os.fdopen(os.dup(1), "wb")
    # Nothing that a library might print gets between the frames.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    for number, line in enumerate(sys.stdin.buffer):
        request = json.loads(line)
        if number == 0:
            _confine(request["memory"])
        try:
            for frame in _answer(request):
                _write(out, *frame)
            _write(out, "end", None)
        except QueryError as error:
            _write(out, "error", _fields(error))
        except (duckdb.OutOfMemoryException, MemoryError):
            _write(out, "error", _fields(too_big(request["memory"])))
        except duckdb.Error as error:
            _write(out, "error", _fields(_failed(_told(str(error)), request["sql"])))
        except RecursionError:
            deep = QueryError("query-refused", "the query is nested too deeply")
            _write(out, "error", _fields(deep))


def _confine(memory: int) -> None:
    """Give up what a query must not have: more memory, any file to write, any core dump."""
    most = (memory + memory // 2 + 512) * 2**20
    for kind, limit in (
        (resource.RLIMIT_DATA, most),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(kind)[1]
        bound = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        resource.setrlimit(kind, (bound, bound))


def _answer(request: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    with duckdb.connect() as database:
        names = _make_views(database, request["views"])
        names += _make_tables(database, request["tables"])
        for macro in request["macros"]:
            database.execute(macro)
        _lock(database, request)
        sql = _checked(database, request["sql"], _Tables(names, request["empty"]))
        cursor = database.execute(sql)
        described = cursor.description or []
        yield (
            "columns",
            (tuple(each[0] for each in described), tuple(str(each[1]) for each in described)),
        )
        while rows := cursor.fetchmany(BATCH):
            yield "rows", [tuple(map(_plain, row)) for row in rows]


def _make_views(
    database: duckdb.DuckDBPyConnection, views: Mapping[str, Mapping[str, list[str]]]
) -> list[str]:
    for survey, files in views["alerts"].items():
        database.execute(f"CREATE VIEW {_quoted(survey)} AS FROM {parquet_table(files)}")
    parts = [
        f"SELECT {literal(survey)} AS survey, * FROM {parquet_table(files)}"
        for survey, files in views["deliveries"].items()
    ]
    if parts:
        database.execute(f"CREATE VIEW deliveries AS {' UNION ALL BY NAME '.join(parts)}")
    return [*views["alerts"], *(["deliveries"] if parts else [])]


def _make_tables(
    database: duckdb.DuckDBPyConnection, tables: Mapping[str, Mapping[str, Any]]
) -> list[str]:
    for name, table in tables.items():
        columns = ", ".join(f"{_quoted(each)} {type_}" for each, type_ in table["columns"].items())
        database.execute(f"CREATE TABLE {_quoted(name)} ({columns})")
        if table["rows"]:
            marks = ", ".join("?" for _ in table["columns"])
            database.executemany(
                f"INSERT INTO {_quoted(name)} VALUES ({marks})", list(table["rows"])
            )
    return list(tables)


def _lock(database: duckdb.DuckDBPyConnection, request: Mapping[str, Any]) -> None:
    paths = [
        literal(file)
        for views in request["views"].values()
        for files in views.values()
        for file in files
    ]
    # In this order: after the lock nothing can be opened again, not by any query.
    for setting in (
        *SETTINGS,
        f"memory_limit = '{int(request['memory'])}MiB'",
        f"threads = {int(request['threads'])}",
        "temp_directory = ''",
        "allow_persistent_secrets = false",
        "autoinstall_known_extensions = false",
        "autoload_known_extensions = false",
        "python_enable_replacements = false",
        "errors_as_json = true",
        f"allowed_paths = [{', '.join(paths)}]",
        "enable_external_access = false",
        "lock_configuration = true",
    ):
        database.execute(f"SET {setting}")


def _checked(database: duckdb.DuckDBPyConnection, sql: str, tables: _Tables) -> str:
    """Return what is to be executed, or raise QueryError when it is more than a query."""
    words = sql.lstrip().split(None, 2)
    explained = bool(words) and words[0].upper() == "EXPLAIN"
    if not explained:
        _check_select(database, sql, tables)
        return sql
    analyzed = len(words) > 1 and words[1].upper() == "ANALYZE"
    inner = sql.lstrip().split(None, 2 if analyzed else 1)[-1] if len(words) > 1 else ""
    # Blanks before it keep every place where the user wrote it.
    _check_select(database, inner.rjust(len(sql)), tables)
    return f"EXPLAIN {'ANALYZE ' if analyzed else ''}{inner}".rjust(len(sql))


def _check_select(database: duckdb.DuckDBPyConnection, sql: str, tables: _Tables) -> None:
    ((text,),) = database.execute("SELECT json_serialize_sql($1)", [sql]).fetchall()
    tree = json.loads(text)
    if tree["error"]:
        if tree["error_type"] == "not implemented":
            raise QueryError(
                "query-refused",
                "only SELECT, DESCRIBE, SHOW, SUMMARIZE and EXPLAIN of them run here",
                "the archive is read-only; a PIVOT must list its values: ON x IN (…)",
            )
        raise _failed({"exception_message": tree["error_message"], **tree}, sql)
    if len(tree["statements"]) != 1:
        found = len(tree["statements"])
        raise QueryError("query-refused", f"{found} statements at once", "give one at a time")
    known = {*(name.lower() for name in tables.names), *_common_names(tree)}
    for node in _nodes(tree):
        try:
            _check_node(node, known, tables)
        except QueryError as refused:
            place = [node.get("query_location", -1), node.get("query_location_length", 1)]
            refused.span = _span({"location": json.dumps(place)}, sql)
            raise


def _check_node(node: Mapping[str, Any], known: set[str], tables: _Tables) -> None:
    match node.get("type"):
        case "BASE_TABLE" if _named(node) not in known:
            raise _unknown_table(_written(node), tables)
        case "TABLE_FUNCTION" if (name := node["function"]["function_name"]) not in (
            _TABLE_FUNCTIONS
        ):
            raise QueryError(
                "query-refused",
                f"{name}() is not for queries on the archive",
                _listed(tables),
            )
        case "FUNCTION" if (name := str(node.get("function_name", ""))) in _FUNCTIONS:
            raise QueryError("query-refused", f"{name}() is not for queries on the archive")
        case "SHOW_REF" if node.get("table_name") and not _is_shown(node, known):
            raise _unknown_table(str(node["table_name"]), tables)
        case str(kind) if kind.endswith("_NODE") and kind not in _NODES:
            raise QueryError("query-refused", "WITH may hold queries only, no other statement")


def _is_shown(node: Mapping[str, Any], known: set[str]) -> bool:
    name = str(node["table_name"])
    return name in _SHOWN or name.strip('"').lower() in known


def _unknown_table(name: str, tables: _Tables) -> QueryError:
    plain = name.strip('"').lower().removeprefix("main.")
    if plain in tables.empty:
        return QueryError(
            "no-nights",
            f"nothing of {plain} is archived yet",
            "what the archive job writes is seen from its next checkpoint on"
            " (flink.archive_checkpoint); `minibroker archive status`, and \\dt, show the nights"
            " that there are",
        )
    return QueryError("query-refused", f"there is no table {name!r} here", _listed(tables))


def _listed(tables: _Tables) -> str:
    return f"the tables are {', '.join(tables.names) or 'none: the archive is empty'}"


def _named(node: Mapping[str, Any]) -> str:
    """Return a table's name where it stands alone or in the main schema; else what is unknown."""
    path = [str(part).lower() for part in node["qualified_name"]["path"]]
    return (
        path[-1] if path[:-1] in ([], ["main"], ["memory", "main"], ["memory"]) else _written(node)
    )


def _written(node: Mapping[str, Any]) -> str:
    return ".".join(map(str, node["qualified_name"]["path"]))


def _common_names(tree: Any) -> Iterator[str]:
    for node in _nodes(tree):
        for each in node.get("cte_map", {}).get("map", ()):
            yield str(each["key"]).lower()
        if node.get("type") == "RECURSIVE_CTE_NODE" or "cte_name" in node:
            yield str(node.get("cte_name", "")).lower()


def _nodes(tree: Any) -> Iterator[Mapping[str, Any]]:
    rest = [tree]
    while rest:
        node = rest.pop()
        if isinstance(node, dict):
            yield node
            rest.extend(node.values())
        elif isinstance(node, list):
            rest.extend(node)


def _fields(error: QueryError) -> tuple[str, str, str, tuple[int, int] | None]:
    place = (error.span.start, error.span.end) if error.span else None
    return error.code, error.message, error.remedy, place


def _told(text: str) -> Mapping[str, Any]:
    """Return what DuckDB tells of an error, which it does as JSON after the error's kind."""
    found = re.search(r"\{.*\}", text, re.DOTALL)
    try:
        return dict(json.loads(found[0])) if found else {"exception_message": text}
    except ValueError:
        return {"exception_message": text}


def _failed(told: Mapping[str, Any], sql: str) -> QueryError:
    """Return DuckDB's reason without its kind, what it suggests, and the place in the query."""
    lines = str(told.get("exception_message", "")).splitlines() or ["the query failed"]
    suggested = " ".join(
        line for line in lines[1:] if line.startswith(("Candidate", "Did you mean"))
    )
    names = re.findall(r'"([^"]+)"', suggested)[:3]
    remedy = f"did you mean {' or '.join(map(repr, names))}?" if names else ""
    message = lines[0].split(" Error: ", 1)[-1].rstrip("!.")
    return QueryError("query-failed", message, remedy, _span(told, sql) or _mentioned(message, sql))


def _mentioned(message: str, sql: str) -> Span | None:
    """Return where the name stands that a message without a place speaks of."""
    name = re.search(r'"([^"]+)"', message)
    found = re.search(rf"(?<!\w){re.escape(name[1])}(?!\w)", sql) if name else None
    return Span(*found.span()) if found else None


def _span(told: Mapping[str, Any], sql: str) -> Span | None:
    """Return the place that DuckDB tells in bytes, in characters of the query."""
    start, length = json.loads(told.get("location") or "[-1, 0]")
    text = sql.encode()
    if not 0 <= start <= len(text):
        return None
    before = len(text[:start].decode(errors="ignore"))
    return Span(before, before + max(1, len(text[start : start + length].decode(errors="ignore"))))


def _plain(value: Any) -> Any:
    """Return a value whose times are in Python's own UTC, also inside lists and structs."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC)
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    return value


def _write(out: BinaryIO, kind: str, value: Any) -> None:
    frame = pickle.dumps((kind, value))
    if len(frame) > LARGEST_FRAME and kind == "rows" and len(value) > 1:
        for row in value:
            _write(out, kind, [row])
        return
    out.write(len(frame).to_bytes(8))
    out.write(frame)
    out.flush()


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
