from datetime import date
from pathlib import Path

import duckdb
import pytest

from minibroker.engine.archive import Archive, NightCount, Place
from minibroker.model.errors import ConfigError, OutsideError
from minibroker.model.night import Interval

NIGHTS = Interval(date(2026, 3, 5), date(2026, 3, 8))


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """Two nights of three alerts, one undecodable packet, and a file that is still written."""
    for night in ("2026-03-05", "2026-03-06"):
        for table in ("alerts", "packets"):
            folder = tmp_path / "ztf" / table / f"night={night}"
            folder.mkdir(parents=True)
            columns = (
                "i AS mag, 't' AS kafka_topic, 0 AS kafka_partition, i AS kafka_offset,"
                " i AS kafka_timestamp"
            )
            if table == "packets":
                columns += ", 'p'::BLOB AS packet, NULL::VARCHAR AS error"
            duckdb.execute(
                f"COPY (SELECT {columns} FROM range(3) r(i)) TO '{folder}/part-0' (FORMAT parquet)"
            )
            (folder / ".part-1.inprogress").write_bytes(b"half a file")
    dead = tmp_path / "ztf" / "packets" / "night=2026-03-06" / "part-1"
    duckdb.execute(
        "COPY (SELECT 't' AS kafka_topic, 0 AS kafka_partition, 9 AS kafka_offset,"
        f" 'x'::BLOB AS packet, 'no Avro' AS error) TO '{dead}' (FORMAT parquet)"
    )
    return Archive(tmp_path, "ztf")


def test_counts_by_night(archive: Archive) -> None:
    assert archive.count("mag >= 1", NIGHTS) == [
        NightCount("2026-03-05", read=3, passed=2, dead=0),
        NightCount("2026-03-06", read=3, passed=2, dead=1),
    ]


def test_null_does_not_pass(archive: Archive) -> None:
    assert archive.count("CAST(NULL AS BOOLEAN)", NIGHTS)[0].passed == 0


def test_an_interval_without_nights_says_what_there_is(archive: Archive) -> None:
    with pytest.raises(ConfigError) as failure:
        archive.count("true", Interval(date(2020, 1, 1), date(2020, 1, 2)))
    assert failure.value.message == "the archive has no night of ztf in [2020-01-01, 2020-01-02)"
    assert failure.value.remedy.startswith("it has 2 nights, 2026-03-05 to 2026-03-06; what")


def test_a_night_that_is_only_being_written_is_not_there_yet(archive: Archive) -> None:
    folder = archive.folder / "packets" / "night=2026-03-07"
    folder.mkdir()
    (folder / ".part-0.inprogress").write_bytes(b"half a file")
    assert archive.nights() == ["2026-03-05", "2026-03-06"]


def test_passing_packets_and_size(archive: Archive) -> None:
    assert archive.passing("mag = 2") == {Place("t", 0, 2)}
    assert archive.size() == (6, 7)
    reasons = [error for _, _, error in archive.packets() if error]
    assert reasons == ["no Avro"]


def test_nothing_else_can_be_read(archive: Archive, tmp_path: Path) -> None:
    secret = tmp_path.parent / "secret.csv"
    secret.write_text("a\n1\n")
    with pytest.raises(OutsideError) as failure:
        archive.passing(f"mag IN (SELECT a FROM read_csv('{secret}'))")
    assert "Permission Error" in failure.value.message
    with pytest.raises(OutsideError):
        archive.passing("mag IN (SELECT 1 FROM duckdb_settings() WHERE getenv('HOME') = '')")
