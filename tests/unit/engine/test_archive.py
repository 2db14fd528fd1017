from datetime import date
from pathlib import Path

import duckdb
import pytest

from minibroker.engine.archive import Archive, Place
from minibroker.engine.nights import count
from minibroker.model.errors import ConfigError, OutsideError
from minibroker.model.night import Interval


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


def test_conditions_are_counted_together(archive: Archive) -> None:
    conditions = ["mag >= 1", "CAST(NULL AS BOOLEAN)", "TRUE"]
    assert count(archive, archive.nights(), conditions) == {
        "2026-03-05": (2, 0, 3),
        "2026-03-06": (2, 0, 3),
    }
    assert count(archive, archive.nights(), []) == {}


def test_an_interval_without_nights_says_what_there_is(archive: Archive) -> None:
    with pytest.raises(ConfigError) as failure:
        archive.nights_in(Interval(date(2020, 1, 1), date(2020, 1, 2)))
    assert failure.value.message == "the archive has no night of ztf in [2020-01-01, 2020-01-02)"
    assert failure.value.remedy.startswith("it has 2 nights, 2026-03-05 to 2026-03-06; what")


def test_a_query_is_stopped_at_once(archive: Archive) -> None:
    heard = []

    def interrupted(share: float) -> None:
        heard.append(share)
        raise KeyboardInterrupt

    # Nothing to join on: 10^12 pairs, each of which must be looked at.
    endless = (
        "SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE sin(a.range * b.range) > 0.5"
    )
    with pytest.raises(KeyboardInterrupt), archive.session(interrupted) as ask:
        ask(endless)
    assert len(heard) == 1


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


def test_packets_of_another_topic_are_not_counted(archive: Archive) -> None:
    assert archive.received({("t", 0): 0}) == 7
    assert archive.received({("t", 0): 2}) == 3
    assert archive.received({("t", 1): 0, ("other", 0): 0}) == 0
    assert archive.received({}) == 0


def test_nothing_else_can_be_read(archive: Archive, tmp_path: Path) -> None:
    secret = tmp_path.parent / "secret.csv"
    secret.write_text("a\n1\n")
    with pytest.raises(OutsideError) as failure:
        archive.passing(f"mag IN (SELECT a FROM read_csv('{secret}'))")
    assert "Permission Error" in failure.value.message
    with pytest.raises(OutsideError):
        archive.passing("mag IN (SELECT 1 FROM duckdb_settings() WHERE getenv('HOME') = '')")
