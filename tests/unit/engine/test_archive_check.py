"""Faults put into an archive, each found with its file and place."""

from pathlib import Path

import duckdb
import pytest

from minibroker.engine.archive_check import ArchiveCheck
from minibroker.engine.archive_lookup import ArchiveLookup
from minibroker.service.verify import verify

FIRST, SECOND = "2026-03-05", "2026-03-06"
NIGHTS = [FIRST, SECOND]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two nights of ten packets; their offsets alternate, and one packet is undecodable."""
    for night, parity in ((FIRST, 0), (SECOND, 1)):
        _write(tmp_path, "packets", night, "part-0", f"i % 2 = {parity}")
        _write(tmp_path, "alerts", night, "part-0", f"i % 2 = {parity} AND i <> 7")
    return tmp_path


def _write(folder: Path, table: str, night: str, name: str, condition: str) -> None:
    place = folder / "ztf" / table / f"night={night}"
    place.mkdir(parents=True, exist_ok=True)
    own = (
        "CASE WHEN i = 7 THEN 'no Avro' END AS error, ('packet ' || i)::BLOB AS packet"
        if table == "packets"
        else "i AS candid, {'rb': 0.5} AS candidate"
    )
    duckdb.execute(
        f"COPY (SELECT {own}, 't' AS kafka_topic, 0 AS kafka_partition, i AS kafka_offset,"
        " TIMESTAMP '2026-03-05 06:00:00' + INTERVAL (i) SECOND AS kafka_timestamp"
        f" FROM range(20) r(i) WHERE {condition}) TO '{place}/{name}' (FORMAT parquet)"
    )


def _faults(folder: Path, nights: list[str] | None = None, deep: bool = False) -> list[str]:
    found = verify(ArchiveCheck(folder, "ztf"), None, nights or NIGHTS, deep)
    return [
        f"{fault.kind} {fault.night} {fault.begin} {fault.end} {fault.count}"
        f" {Path(fault.file).name} {fault.text}".strip()
        for fault in found
    ]


def test_a_whole_archive_has_no_fault(folder: Path) -> None:
    assert _faults(folder) == []
    assert _faults(folder, [SECOND]) == [], "offsets go on from night to night"


def test_status_counts_each_night(folder: Path) -> None:
    first, second = ArchiveCheck(folder, "ztf").status()
    assert (first.night, first.files, first.alerts, first.packets, first.dead) == (
        *(FIRST, 2),
        *(10, 10, 0),
    )
    assert (second.alerts, second.packets, second.dead, second.compacted) == (9, 10, 1, "no")
    assert str(second.newest) == "2026-03-05 06:00:19"
    assert first.bytes > 0


def test_missing_packets_are_a_gap(folder: Path) -> None:
    _write(folder, "packets", FIRST, "part-0", "i % 2 = 0 AND i NOT IN (4, 6)")
    _write(folder, "packets", SECOND, "part-0", "i % 2 = 1 AND i <> 5")
    assert _faults(folder) == [
        "gap 2026-03-06 4 7 3 part-0 Kafka was not asked",
        "alert without packet 2026-03-05 4 7 2 part-0",
        "alert without packet 2026-03-06 5 6 1 part-0",
    ]


def test_a_file_that_came_twice_is_double(folder: Path) -> None:
    _write(folder, "packets", FIRST, "part-1", "i = 8")
    _write(folder, "alerts", FIRST, "part-1", "i = 8")
    assert _faults(folder) == [
        "double 2026-03-05 8 9 1 part-1",
        "double 2026-03-05 8 9 1 part-1",
    ]


def test_missing_alerts_are_told_together(folder: Path) -> None:
    _write(folder, "alerts", FIRST, "part-0", "i = 0")
    assert _faults(folder) == ["packet without alert 2026-03-05 2 19 9 part-0"]


def test_a_night_without_any_alert_is_told(folder: Path) -> None:
    (folder / "ztf" / "alerts" / f"night={FIRST}" / "part-0").unlink()
    assert _faults(folder, [FIRST]) == ["packet without alert 2026-03-05 0 19 10 part-0"]


def test_a_file_without_its_end_is_unreadable(folder: Path) -> None:
    file = folder / "ztf" / "alerts" / f"night={SECOND}" / "part-0"
    file.write_bytes(file.read_bytes()[:-20])
    fault, *_ = _faults(folder)
    assert fault.startswith("unreadable 2026-03-06 None None 1 part-0 ")
    assert str(file) in ArchiveCheck(folder, "ztf").unreadable(NIGHTS, False)[0].file


def test_a_damaged_byte_is_found_by_reading_deep(folder: Path) -> None:
    file = folder / "ztf" / "packets" / f"night={SECOND}" / "part-0"
    damaged = bytearray(file.read_bytes())
    damaged[4:24] = bytes(20)
    file.write_bytes(damaged)
    assert _faults(folder, [SECOND], deep=True)[0].startswith("unreadable 2026-03-06")


def test_an_alert_is_found_with_its_packet(folder: Path) -> None:
    lookup = ArchiveLookup(folder, "ztf", ("candid",))
    found = lookup.find(9)
    assert found is not None
    assert (found.night, found.packet, found.copies) == (SECOND, b"packet 9", 1)
    assert found.alert["candidate"] == {"rb": 0.5}
    assert lookup.find(7) is None
    assert ArchiveLookup(folder, "lsst", ("candid",)).find(9) is None


def test_the_newest_copy_of_an_alert_is_shown(folder: Path) -> None:
    _write(folder, "alerts", SECOND, "part-1", "i = 4")
    found = ArchiveLookup(folder, "ztf", ("candid",)).find(4)
    assert found is not None
    assert found.copies == 2
