from pathlib import Path

import duckdb
import pytest

from minibroker.engine.archive import Archive
from minibroker.model.errors import ShareError
from minibroker.service import rate_gate
from minibroker.service.rate_gate import Asked, Share, newest_shares, refuse_above


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """Four nights of a hundred alerts each; the newest passes the most."""
    for number in range(4):
        for table in ("alerts", "packets"):
            folder = tmp_path / "ztf" / table / f"night=2026-03-0{number + 1}"
            folder.mkdir(parents=True)
            duckdb.execute(
                f"COPY (SELECT i % 100 < {number} AS passes FROM range(100) r(i))"
                f" TO '{folder}/part-0' (FORMAT parquet)"
            )
    return Archive(tmp_path, "ztf")


def test_the_newest_nights_are_asked(archive: Archive) -> None:
    some, every = newest_shares(archive, ["passes", "TRUE"])
    nights = ("2026-03-02", "2026-03-03", "2026-03-04")
    assert some.nights == tuple(Asked(n, 100, 100, k) for k, n in enumerate(nights, start=1))
    assert (some.read, some.passed, some.percent) == (300, 6, 2)
    assert every.percent == 100


def test_no_more_alerts_are_asked_than_enough(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rate_gate, "ALERTS", 150)
    (share,) = newest_shares(archive, ["TRUE"])
    assert [(each.alerts, each.read, each.passed) for each in share.nights] == [(100, 50, 50)] * 3


def test_an_empty_archive_has_no_answer(tmp_path: Path) -> None:
    assert newest_shares(Archive(tmp_path, "ztf"), ["TRUE"]) == []


def test_a_filter_that_passes_too_much_is_refused_with_its_nights() -> None:
    few = Share((Asked("2026-03-04", 1000, 1000, 50),))
    many = Share((Asked("a", 60_000, 60_000, 5000), Asked("b", 90_000, 40_000, 100)))
    shares = {"few": few, "many": many}
    refuse_above(5.1, shares)
    with pytest.raises(ShareError) as failure:
        refuse_above(5.0, shares)
    assert failure.value.code == "passes-too-much"
    assert failure.value.message == "many passes 5.1 % of 100,000 alerts of a to b: more than 5 %"
    assert failure.value.remedy == (
        "narrow the condition, or submit it with --anyway; submit.max_share sets the limit"
    )
