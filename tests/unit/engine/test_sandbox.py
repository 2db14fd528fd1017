"""The known ways out of a SQL sandbox, each tried."""

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from minibroker.engine import sandbox_process
from minibroker.engine.sandbox import Limits, Sandbox
from minibroker.model.errors import QueryError
from minibroker.model.shipped import PACKAGE

HERE = Path(__file__).parent
SECRET = "hunter2"


def _queries(file: str) -> list[str]:
    lines = (HERE / file).read_text().splitlines()
    return [line for line in lines if not line.startswith("--")]


WAYS_OUT = _queries("ways_out.sql")
BOMBS = _queries("bombs.sql")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an archive of one night, and beside it what no query may see."""
    folder = tmp_path_factory.mktemp("sandbox")
    night = folder / "archive" / "ztf" / "alerts" / "night=2026-03-05"
    night.mkdir(parents=True)
    duckdb.execute(
        "COPY (SELECT i AS candid, {'ra': i::DOUBLE} AS candidate, [{'fid': 1}] AS prv_candidates,"
        " TIMESTAMPTZ '2026-03-05 06:00:00Z' AS kafka_timestamp FROM range(1000) r(i))"
        f" TO '{night}/part-0' (FORMAT parquet)"
    )
    sent = folder / "archive" / "ztf" / "deliveries" / "night=2026-03-05"
    sent.mkdir(parents=True)
    duckdb.execute(
        f"COPY (SELECT 'ann' AS owner, 7::BIGINT AS alert_id) TO '{sent}/part-0' (FORMAT parquet)"
    )
    (folder / "secret.csv").write_text(f"a,b\n1,{SECRET}\n")
    duckdb.execute(f"COPY (SELECT '{SECRET}' AS a) TO '{folder}/secret.parquet' (FORMAT parquet)")
    return folder


@pytest.fixture(scope="module")
def sandbox(folder: Path) -> Iterator[Sandbox]:
    with Sandbox(folder / "archive", ["ztf", "lsst"], Limits(memory=512)) as sandbox:
        yield sandbox


def _written(folder: Path, query: str) -> str:
    return query.format(
        folder=folder,
        secret=folder / "secret.csv",
        parquet=folder / "secret.parquet",
        part=folder / "archive/ztf/alerts/night=2026-03-05/part-0",
    )


def _files(folder: Path) -> dict[Path, bytes]:
    return {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_there_are_a_hundred_ways() -> None:
    assert len(WAYS_OUT) > 100
    assert len(set(WAYS_OUT)) == len(WAYS_OUT)


@pytest.mark.parametrize("query", WAYS_OUT)
def test_no_way_out(sandbox: Sandbox, folder: Path, query: str) -> None:
    before = _files(folder)
    with pytest.raises(QueryError) as failure:
        sandbox.query(_written(folder, query)).fetch(1)
    assert failure.value.code in ("query-refused", "query-failed")
    assert SECRET not in failure.value.message + failure.value.remedy
    assert _files(folder) == before


def test_the_lock_holds_by_itself(folder: Path) -> None:
    """What the check of the text should miss, DuckDB's settings refuse."""
    part = str(folder / "archive/ztf/alerts/night=2026-03-05/part-0")
    request = {"memory": 512, "threads": 1, "views": {"alerts": {"ztf": [part]}}}
    reading = WAYS_OUT[: WAYS_OUT.index("SELECT * FROM query_table('ztf')")]
    for query in reading:
        with duckdb.connect() as database:
            sandbox_process._make_views(database, request["views"] | {"deliveries": {}})
            sandbox_process._lock(database, request)
            with pytest.raises(duckdb.Error):
                database.execute(_written(folder, query)).fetchall()


@pytest.mark.parametrize("query", BOMBS)
def test_a_bomb_is_stopped(folder: Path, query: str) -> None:
    with (
        Sandbox(folder / "archive", ["ztf"], Limits(seconds=0.5, memory=256, threads=1)) as sandbox,
        pytest.raises(QueryError) as failure,
    ):
        sandbox.query(query).fetch(1)
    error = failure.value
    if error.code == "query-too-long":
        assert error.message == "the query was stopped after 0.5 s"
    else:
        assert error.code == "query-too-big"
        assert error.message == "the query needs more memory than it may have (256 MiB)"


def test_a_package_that_isolated_python_does_not_find_is_the_one_that_runs(
    folder: Path, tmp_path: Path
) -> None:
    copy = tmp_path / "minibroker"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    changed = copy / "engine" / "sandbox_process.py"
    changed.write_text(changed.read_text().replace("there is no table", "here is no table"))
    program = (
        "from pathlib import Path\nfrom minibroker.engine.sandbox import Sandbox\n"
        f"with Sandbox(Path({str(folder / 'archive')!r}), ['ztf']) as sandbox:\n"
        "    sandbox.query('SELECT * FROM atlas')"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", program],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "here is no table 'atlas' here" in done.stderr


def test_rows_come_with_their_types(sandbox: Sandbox) -> None:
    found = sandbox.query("SELECT * FROM ztf ORDER BY candid")
    assert found.columns == ("candid", "candidate", "prv_candidates", "kafka_timestamp", "night")
    assert found.types[1:3] == ("STRUCT(ra DOUBLE)", "STRUCT(fid INTEGER)[]")
    at = datetime(2026, 3, 5, 6, tzinfo=UTC)
    assert found.fetch(1) == [(0, {"ra": 0.0}, [{"fid": 1}], at, "2026-03-05")]
    assert len(list(found)) == 999


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("SHOW TABLES", [("deliveries",), ("ztf",)]),
        ("WITH a AS (SELECT 1 AS x) SELECT x FROM a", [(1,)]),
        (
            "SELECT survey, owner, alert_id, night FROM deliveries",
            [("ztf", "ann", 7, "2026-03-05")],
        ),
        ("SELECT count(*) FROM main.ztf WHERE night >= '2026-03-05'", [(1000,)]),
        ("SELECT max(n) FROM range(3) t(n)", [(2,)]),
        ("FROM ztf SELECT sum(len(prv_candidates))", [(1000,)]),
    ],
)
def test_queries_that_are_none_of_this_run(
    sandbox: Sandbox, query: str, rows: list[tuple[object, ...]]
) -> None:
    assert list(sandbox.query(query)) == rows


@pytest.mark.parametrize("query", ["DESCRIBE ztf", "SUMMARIZE ztf", "EXPLAIN SELECT * FROM ztf"])
def test_a_table_can_be_looked_at(sandbox: Sandbox, query: str) -> None:
    assert sandbox.query(query).fetch(1)


@pytest.mark.parametrize(
    ("query", "message", "remedy"),
    [
        (
            "DELETE FROM ztf",
            "only SELECT, DESCRIBE, SHOW, SUMMARIZE and EXPLAIN of them run here",
            "the archive is read-only; a PIVOT must list its values: ON x IN (…)",
        ),
        (
            "SELECT * FROM atlas",
            "there is no table 'atlas' here",
            "the tables are ztf, deliveries",
        ),
        (
            "SELECT * FROM read_csv('a')",
            "read_csv() is not for queries on the archive",
            "the tables are ztf, deliveries",
        ),
        ("SELECT 1; SELECT 2", "2 statements at once", "give one at a time"),
        (
            "SELECT candidate.mag FROM ztf",
            'Could not find key "mag" in struct',
            "did you mean 'ra'?",
        ),
    ],
)
def test_what_is_wrong_is_told(sandbox: Sandbox, query: str, message: str, remedy: str) -> None:
    with pytest.raises(QueryError) as failure:
        sandbox.query(query)
    assert (failure.value.message, failure.value.remedy) == (message, remedy)


def test_the_next_query_runs_after_any(sandbox: Sandbox) -> None:
    abandoned = sandbox.query("SELECT * FROM range(1000000)")
    assert len(abandoned.fetch(3)) == 3
    with pytest.raises(QueryError):
        sandbox.query("SELECT length(repeat('x', 4000000000))").fetch(1)
    assert list(sandbox.query("SELECT 1")) == [(1,)]


def test_an_interrupt_ends_a_query(sandbox: Sandbox) -> None:
    endless = sandbox.query("SELECT a.range FROM range(100000) a, range(100000000) b")
    assert endless.fetch(1) == [(0,)]
    threading.Timer(0.1, sandbox.interrupt).start()
    with pytest.raises(QueryError) as failure:
        for _ in endless:
            pass
    assert failure.value.code == "query-interrupted"
    assert list(sandbox.query("SELECT 1")) == [(1,)]


def test_a_row_that_is_too_large_is_told(sandbox: Sandbox) -> None:
    with pytest.raises(QueryError) as failure:
        sandbox.query("SELECT repeat('x', 70000000)").fetch(1)
    assert failure.value.message == "a row of the answer is larger than 64 MiB"


def test_new_files_are_seen_by_the_next_query(folder: Path, sandbox: Sandbox) -> None:
    night = folder / "archive/ztf/alerts/night=2026-03-06"
    night.mkdir()
    part = night / "part-0"
    duckdb.execute(f"COPY (SELECT 1::BIGINT AS candid) TO '{part}' (FORMAT parquet)")
    assert list(sandbox.query("SELECT count(*) FROM ztf")) == [(1001,)]
    part.unlink()
    assert list(sandbox.query("SELECT count(*) FROM ztf")) == [(1000,)]


def test_an_empty_archive_says_so(tmp_path: Path) -> None:
    with Sandbox(tmp_path, ["ztf"]) as sandbox:
        for query in ("SELECT * FROM ztf", "SELECT * FROM main.ZTF", "DESCRIBE ztf"):
            with pytest.raises(QueryError) as failure:
                sandbox.query(query)
            assert failure.value.code == "no-nights"
            assert failure.value.message == "nothing of ztf is archived yet"
            assert "`minibroker archive status`, and \\dt, show the nights" in failure.value.remedy
        with pytest.raises(QueryError, match="nothing of deliveries is archived yet"):
            sandbox.query("SELECT * FROM deliveries")
        with pytest.raises(QueryError) as failure:
            sandbox.query("SELECT * FROM lsst")
    assert failure.value.remedy == "the tables are none: the archive is empty"
