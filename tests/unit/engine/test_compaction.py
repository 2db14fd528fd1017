"""Compaction killed at every step: a reader sees each row once, and the next run finishes."""

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from minibroker.engine.archive_files import files_of, parquet_table
from minibroker.engine.compaction import Compaction, CompactionSettings
from minibroker.model.errors import OutsideError

NIGHT = "2026-03-05"
ROWS = 3000
GRACE = 900.0
ORDERS = {"alerts": ("candidate.dec",), "packets": (), "deliveries": ("owner",)}
SETTINGS = CompactionSettings(memory=512, grace=GRACE)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One night of three tables in ten files each, with every kind of column."""
    for table in ORDERS:
        for number in range(10):
            _add(tmp_path, table, number)
    return tmp_path


def _add(folder: Path, table: str, number: int) -> None:
    night = folder / table / f"night={NIGHT}"
    night.mkdir(parents=True, exist_ok=True)
    duckdb.execute(
        "COPY (SELECT i AS candid, {'ra': i::DOUBLE, 'dec': (i * 7919 % 180 - 90)::DOUBLE,"
        " 'rb': CASE WHEN i % 3 = 0 THEN NULL ELSE 0.5 END} AS candidate,"
        " CASE WHEN i % 5 > 0 THEN [{'fid': i, 'magpsf': NULL::DOUBLE}] END AS prv_candidates,"
        " MAP {'a': i} AS counts, 'ann' AS owner, 't' AS kafka_topic, 0 AS kafka_partition,"
        " i AS kafka_offset, TIMESTAMPTZ '2026-03-05 06:00:00Z' AS kafka_timestamp,"
        f" 'x'::BLOB AS packet FROM range({number * 300}, {number * 300 + 300}) r(i))"
        f" TO '{night}/part-{number}' (FORMAT parquet)"
    )


def _rows(files: list[Path]) -> list[tuple[object, ...]]:
    return duckdb.execute(f"SELECT * FROM {parquet_table(files)} ORDER BY candid").fetchall()


def _seen(folder: Path, table: str) -> list[tuple[object, ...]]:
    return _rows(files_of(folder, table, [NIGHT]))


def _run(compaction: Compaction) -> None:
    with compaction.alone():
        compaction.finish()
        for table in ORDERS:
            compaction.compact(table, NIGHT)


def _compaction(
    folder: Path, now: float = 0.0, settings: CompactionSettings = SETTINGS
) -> Compaction:
    return Compaction(folder, ORDERS, settings, clock=lambda: now)


def _age(folder: Path) -> float:
    """Return a time a grace period after everything that was done."""
    return max(file.stat().st_ctime for file in folder.rglob("*")) + GRACE + 1


def test_few_files_hold_the_same_rows_sorted(folder: Path) -> None:
    before = {table: _seen(folder, table) for table in ORDERS}
    types = duckdb.execute(
        f"DESCRIBE FROM {parquet_table(files_of(folder, 'alerts', [NIGHT]))}"
    ).fetchall()
    _run(_compaction(folder))
    for table, rows in before.items():
        assert len(files_of(folder, table, [NIGHT])) == 1
        assert _seen(folder, table) == rows
    made = parquet_table(files_of(folder, "alerts", [NIGHT]))
    assert duckdb.execute(f"DESCRIBE FROM {made}").fetchall() == types
    dec = [row[0] for row in duckdb.execute(f"SELECT candidate.dec FROM {made}").fetchall()]
    assert dec == sorted(dec)


def test_old_files_stay_until_the_grace_period_has_passed(folder: Path) -> None:
    night = folder / "alerts" / f"night={NIGHT}"
    listed_before = files_of(folder, "alerts", [NIGHT])
    rows = _rows(listed_before)
    _run(_compaction(folder, now=1000.0))
    assert _rows(listed_before) == rows, "who began before reads on"
    listed_between = files_of(folder, "alerts", [NIGHT])
    _run(_compaction(folder, now=1000.0 + GRACE - 1))
    assert len(list(night.glob("part-*"))) == 10
    _run(_compaction(folder, now=1000.0 + GRACE))
    (made,) = files_of(folder, "alerts", [NIGHT])
    assert made.name.startswith("part-compact-")
    assert list(night.glob("part-*")) == [made]
    assert _rows(listed_between) == rows, "who began in between reads on"
    _run(_compaction(folder, now=_age(folder)))
    assert [file.name for file in night.iterdir()] == [made.name]


def test_a_compacted_night_is_left_alone(folder: Path) -> None:
    _run(_compaction(folder))
    _run(_compaction(folder, now=_age(folder)))
    compaction = _compaction(folder, now=_age(folder))
    assert [compaction.compact(table, NIGHT) for table in ORDERS] == [None, None, None]


def test_late_files_are_read_and_taken_in(folder: Path) -> None:
    _run(_compaction(folder))
    _add(folder, "alerts", 10)
    assert len(_seen(folder, "alerts")) == ROWS + 300
    _run(_compaction(folder, now=GRACE + 1))
    assert len(files_of(folder, "alerts", [NIGHT])) == 1
    assert len(_seen(folder, "alerts")) == ROWS + 300
    _run(_compaction(folder, now=2 * GRACE + 2))
    assert [row[0] for row in _seen(folder, "alerts")] == list(range(ROWS + 300))


def test_every_step_shows_each_row_once(folder: Path) -> None:
    rows = _seen(folder, "alerts")
    steps: list[str] = []

    def look(step: str) -> None:
        steps.append(step)
        assert _seen(folder, "alerts") == rows

    for now in (0.0, _age(folder)):
        _run(Compaction(folder, ORDERS, SETTINGS, clock=lambda now=now: now, step=look))
    assert set(steps) == {"begun", "written", "moved", "published", "linked", "removed", "finished"}


KILLED = """
import os, signal, sys
from pathlib import Path
from tests.unit.engine.test_compaction import ORDERS, SETTINGS, _run
from minibroker.engine.compaction import Compaction
folder, now, wanted, count = Path(sys.argv[1]), float(sys.argv[2]), sys.argv[3], int(sys.argv[4])
def step(name):
    global count
    if name == wanted:
        count -= 1
        if count == 0:
            os.kill(os.getpid(), signal.SIGKILL)
_run(Compaction(folder, ORDERS, SETTINGS, clock=lambda: now, step=step))
"""


@pytest.mark.parametrize(
    ("step", "count"),
    [
        *(("begun", 1), ("written", 1), ("moved", 1), ("published", 1), ("published", 2)),
        *(("linked", 1), ("removed", 1), ("removed", 5), ("finished", 1), ("linked", 3)),
    ],
)
def test_a_killed_compaction_loses_and_doubles_nothing(folder: Path, step: str, count: int) -> None:
    rows = {table: _seen(folder, table) for table in ORDERS}
    if step in ("linked", "removed", "finished"):
        _run(_compaction(folder))
    command = [sys.executable, "-c", KILLED, str(folder), str(_age(folder)), step, str(count)]
    done = subprocess.run(command, check=False, cwd=Path(__file__).parents[3], timeout=60)
    assert done.returncode == -signal.SIGKILL
    assert {table: _seen(folder, table) for table in ORDERS} == rows
    began = _age(folder)
    for number in range(1, 4):
        _run(_compaction(folder, now=began + number * (GRACE + 1)))
    assert {table: _seen(folder, table) for table in ORDERS} == rows
    left = [file for file in folder.rglob("*") if file.is_file() and file.parent != folder]
    assert [file.name[:13] for file in left] == ["part-compact-"] * 3


def test_a_compaction_that_fails_changes_nothing(folder: Path) -> None:
    rows = _seen(folder, "alerts")
    tight = replace(SETTINGS, memory=1)
    with pytest.raises(OutsideError) as failure:
        _run(_compaction(folder, settings=tight))
    assert failure.value.code == "compaction-failed"
    assert "the old files are all there" in failure.value.remedy
    assert _seen(folder, "alerts") == rows
    assert not list(folder.rglob(".compact-*"))


def test_two_at_once_are_refused(folder: Path) -> None:
    with _compaction(folder).alone(), pytest.raises(OutsideError) as failure:
        _run(_compaction(folder))
    assert failure.value.message == f"{folder}: another process compacts it"
    assert os.path.exists(folder / ".compaction.lock")
