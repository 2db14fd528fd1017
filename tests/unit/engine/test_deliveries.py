from pathlib import Path

import duckdb
import pytest

from minibroker.engine.archive import Place
from minibroker.engine.deliveries import Deliveries, LedgerNight, Span

MINE = ("ann", "mine")


@pytest.fixture
def archive(tmp_path: Path) -> Deliveries:
    """Two nights of ten packets each in one partition; every fifth cannot be decoded."""
    for night, first in (("2026-03-05", 0), ("2026-03-06", 10)):
        _write(
            tmp_path,
            "packets",
            night,
            "SELECT 't' AS kafka_topic, 0 AS kafka_partition, i AS kafka_offset,"
            " CASE WHEN i % 5 = 0 THEN 'no Avro' END AS error, 'p'::BLOB AS packet"
            f" FROM range({first}, {first + 10}) r(i)",
        )
    return Deliveries(tmp_path, "ztf")


def _write(root: Path, table: str, night: str, query: str) -> None:
    folder = root / "ztf" / table / f"night={night}"
    folder.mkdir(parents=True, exist_ok=True)
    duckdb.execute(f"COPY ({query}) TO '{folder}/part-0' (FORMAT parquet)")


def _deliver(archive: Deliveries, night: str, rows: str) -> None:
    _write(
        archive.folder.parent,
        "deliveries",
        night,
        "SELECT owner, filter, state, kafka_offset, 't' AS kafka_topic, 0 AS kafka_partition,"
        f" 100::BIGINT AS bytes FROM (VALUES {rows}) AS v(owner, filter, state, kafka_offset)",
    )


def test_every_packet_that_was_read_passed_or_not_or_is_dead(archive: Deliveries) -> None:
    _deliver(
        archive,
        "2026-03-05",
        "('ann', 'mine', 'sent', 1), ('ann', 'mine', 'sent', 2), ('ann', 'mine', 'over quota', 3),"
        " ('ann', 'other', 'sent', 4), (NULL, NULL, 'dead', 0), (NULL, NULL, 'dead', 5)",
    )
    first, second = archive.ledger([MINE])
    assert first == LedgerNight("2026-03-05", *MINE, 10, 2, sent=2, over_quota=1, bytes=200)
    assert (first.passed, first.not_passed) == (3, 5)
    assert second == LedgerNight("2026-03-06", *MINE, 10, 2, sent=0, over_quota=0, bytes=0)
    assert archive.ledger([MINE], nights=["2026-03-06"]) == [second]


def test_a_filter_has_read_what_it_ran_over(archive: Deliveries) -> None:
    spans = [
        Span(*MINE, "t", 0, 3, 8),
        Span(*MINE, "t", 0, 15, None),
        Span("bob", "b", "t", 0, 0, 1),
    ]
    told = archive.ledger([MINE, ("ann", "other")], spans)
    assert [(each.name, each.read, each.dead) for each in told] == [
        ("mine", 5, 1),
        ("other", 10, 2),
        ("mine", 5, 1),
        ("other", 10, 2),
    ]


def test_without_filters_or_nights_there_is_no_ledger(archive: Deliveries, tmp_path: Path) -> None:
    assert archive.ledger([]) == []
    assert Deliveries(tmp_path, "lsst").ledger([MINE]) == []


def test_places_are_those_of_a_state(archive: Deliveries) -> None:
    assert archive.places("sent", *MINE) == []
    _deliver(archive, "2026-03-05", "('ann', 'mine', 'sent', 1), (NULL, NULL, 'dead', 5)")
    assert archive.places("sent", *MINE) == [Place("t", 0, 1)]
    assert archive.places("over quota", *MINE) == []
    assert archive.places("dead") == [Place("t", 0, 5)]
