"""A rewind gives the packets as they came, in their order, once, whatever interrupts it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from minibroker.compiler import compile_filter
from minibroker.engine.archive import Archive
from minibroker.engine.passing_packets import passing_packets
from minibroker.model.errors import BrokerError, ConfigError, OutsideError
from minibroker.model.filter import FilterPlan, FilterSource
from minibroker.model.packet import Packet
from minibroker.model.survey import Survey
from minibroker.service.rewind import NOTE, Rewound, rewind_to_folder
from tests.archived import Archived

TEXT = "SELECT * FROM ztf WHERE candidate.magpsf < 19.5"


def _plan(ztf: Survey, text: str = TEXT) -> FilterPlan:
    return compile_filter(FilterSource(text, "bright.sql"), {"ztf": ztf})


@pytest.fixture(scope="module")
def expected(archive: Archive, packets: list[Archived]) -> list[Archived]:
    """The packets that pass, as they were sent."""
    places = {place.offset for place in archive.passing("candidate.magpsf < 19.5")}
    found = [packet for packet in packets if packet.offset in places]
    assert len(found) > 20
    return sorted(found, key=lambda packet: (packet.milliseconds, packet.offset))


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.avro"))


@pytest.mark.parametrize("piece", [1, 500_000, 2**40])
def test_packets_come_as_the_stream_ran(
    archive: Archive, expected: list[Archived], piece: int
) -> None:
    found: list[Packet] = []
    totals: set[int] = set()

    def take(total: int, packet: Packet) -> None:
        totals.add(total)
        found.append(packet)

    passing_packets(archive, archive.nights(), "candidate.magpsf < 19.5", take, piece)
    assert totals == {len(expected)}
    assert [(p.offset, p.value, p.timestamp, p.key, p.topic) for p in found] == [
        (p.offset, p.value, p.milliseconds, b"key", "ztf") for p in expected
    ]


def test_a_folder_holds_each_packet_in_a_file(
    archive: Archive, ztf: Survey, expected: list[Archived], tmp_path: Path
) -> None:
    folder = tmp_path / "again"
    done = rewind_to_folder(archive, archive.nights(), _plan(ztf), "ann", folder)
    assert done == Rewound(len(expected), 0)
    assert [file.read_bytes() for file in _files(folder)] == [packet.value for packet in expected]
    note = json.loads((folder / NOTE).read_text())
    assert (note["finished"], note["packets"]) == (True, len(expected))
    assert note["headers"]["minibroker.rewind"] == "2026-03-05/2026-03-08"
    assert note["headers"]["minibroker.version"] == _plan(ztf).filter.fingerprint


KILLED = """
import sys
from pathlib import Path
import minibroker.service.rewind as rewind
from minibroker.compiler import compile_filter
from minibroker.engine.archive import Archive
from minibroker.model.filter import FilterSource
from minibroker.model.shipped import shipped
from minibroker.model.survey import load_survey

ztf = load_survey(shipped("schemas") / "ztf")
plan = compile_filter(FilterSource(sys.argv[3], "bright.sql"), {"ztf": ztf})
archive = Archive(Path(sys.argv[1]), "ztf")

def hear(share):
    if share > 0.4:
        # Half a file, as a process that is killed while it writes leaves it.
        (Path(sys.argv[2]) / ".half.unfinished").write_bytes(b"half")
        print("ready", flush=True)
        sys.stdin.read()

rewind.rewind_to_folder(archive, archive.nights(), plan, "ann", Path(sys.argv[2]), hear)
"""


def test_a_killed_rewind_goes_on_without_doubles(
    archive: Archive,
    archive_folder: Path,
    ztf: Survey,
    expected: list[Archived],
    tmp_path: Path,
) -> None:
    folder = tmp_path / "again"
    words = [sys.executable, "-c", KILLED, str(archive_folder), str(folder), TEXT]
    with subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as killed:
        assert killed.stdout is not None
        assert killed.stdout.readline() == b"ready\n"
        os.kill(killed.pid, signal.SIGKILL)
        assert killed.wait(60) == -signal.SIGKILL
    before = {file: file.stat().st_mtime_ns for file in _files(folder)}
    assert 0 < len(before) < len(expected)
    assert json.loads((folder / NOTE).read_text())["finished"] is False
    done = rewind_to_folder(archive, archive.nights(), _plan(ztf), "ann", folder)
    assert done == Rewound(len(expected) - len(before), len(before))
    assert [file.read_bytes() for file in _files(folder)] == [packet.value for packet in expected]
    assert {file: file.stat().st_mtime_ns for file in before} == before
    assert not list(folder.glob(".*.unfinished"))
    again = rewind_to_folder(archive, archive.nights(), _plan(ztf), "ann", folder)
    assert again == Rewound(0, len(expected))


def test_a_second_rewind_into_a_folder_is_refused_while_the_first_writes(
    archive: Archive, ztf: Survey, expected: list[Archived], tmp_path: Path
) -> None:
    folder = tmp_path / "again"
    words = archive, archive.nights(), _plan(ztf), "ann", folder
    refused: list[ConfigError] = []

    def begin_another(share: float) -> None:
        if not refused:
            with pytest.raises(ConfigError) as failure:
                rewind_to_folder(*words)
            refused.append(failure.value)

    assert rewind_to_folder(*words, begin_another) == Rewound(len(expected), 0)
    assert refused[0].code == "rewind-twice"
    assert refused[0].message == f"another process writes a rewind to {folder}"
    assert refused[0].remedy == "let that one finish, or name another folder"
    assert rewind_to_folder(*words) == Rewound(0, len(expected))


def test_a_folder_of_something_else_is_refused(
    archive: Archive, ztf: Survey, tmp_path: Path
) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(ConfigError, match="holds something else"):
        rewind_to_folder(archive, archive.nights(), _plan(ztf), "ann", tmp_path)
    folder = tmp_path / "again"
    rewind_to_folder(archive, archive.nights()[:1], _plan(ztf), "ann", folder)
    for nights, text in (
        (archive.nights(), TEXT),
        (archive.nights()[:1], TEXT + " AND TRUE IS TRUE"),
    ):
        with pytest.raises(ConfigError, match="another filter or of other nights"):
            rewind_to_folder(archive, nights, _plan(ztf, text), "ann", folder)
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match=r"File exists|Not a directory"):
        rewind_to_folder(archive, archive.nights(), _plan(ztf), "ann", tmp_path / "file")


@pytest.mark.parametrize(
    "text",
    ["SELECT * EXCLUDE (cutouts) FROM ztf WHERE TRUE", "SELECT candid FROM ztf WHERE TRUE"],
)
def test_what_is_no_packet_is_refused(
    archive: Archive, ztf: Survey, tmp_path: Path, text: str
) -> None:
    with pytest.raises(ConfigError, match="a rewind gives packets as they came") as failure:
        rewind_to_folder(archive, archive.nights(), _plan(ztf, text), "ann", tmp_path / "again")
    assert failure.value.code == "rewind-format"
    assert not (tmp_path / "again").exists()


def test_an_alert_without_its_packet_is_told(
    archive_folder: Path, ztf: Survey, tmp_path: Path
) -> None:
    import shutil

    import duckdb

    shutil.copytree(archive_folder / "ztf", tmp_path / "ztf")
    (file,) = (tmp_path / "ztf" / "packets" / "night=2026-03-06").glob("part-*")
    duckdb.execute(
        f"COPY (SELECT * EXCLUDE (night) FROM read_parquet('{file}', hive_partitioning = true)"
        f" WHERE kafka_offset % 2 = 0) TO '{file}-even' (FORMAT parquet)"
    )
    file.unlink()
    archive = Archive(tmp_path, "ztf")
    with pytest.raises(OutsideError, match="of their packets are there") as failure:
        rewind_to_folder(archive, archive.nights(), _plan(ztf), "ann", tmp_path / "again")
    assert isinstance(failure.value, BrokerError)
    assert failure.value.remedy == "run `minibroker archive verify`"
