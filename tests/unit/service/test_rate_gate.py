from pathlib import Path

import duckdb
import pytest

from minibroker.engine.archive import Archive
from minibroker.model.errors import ConfigError
from minibroker.service import rate_gate
from minibroker.service.rate_gate import Share, newest_share, refuse_above


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
    share = newest_share(archive, "passes")
    assert share == Share(("2026-03-02", "2026-03-03", "2026-03-04"), 300, 6)
    assert share.percent == 2


def test_no_more_alerts_are_asked_than_enough(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rate_gate, "ALERTS", 150)
    share = newest_share(archive, "TRUE")
    assert share == Share(("2026-03-03", "2026-03-04"), 150, 150)


def test_an_empty_archive_has_no_answer(tmp_path: Path) -> None:
    assert newest_share(Archive(tmp_path, "ztf"), "TRUE") is None


def test_a_filter_that_passes_too_much_is_refused_with_its_nights() -> None:
    shares = {"few": Share(("2026-03-04",), 1000, 50), "many": Share(("a", "b"), 100_000, 5100)}
    refuse_above(5.1, shares)
    with pytest.raises(ConfigError) as failure:
        refuse_above(5.0, shares)
    assert failure.value.code == "passes-too-much"
    assert failure.value.message == "many passes 5.1 % of 100,000 alerts of a to b: more than 5 %"
    assert failure.value.remedy == (
        "narrow the condition, or submit it with --anyway; submit.max_share sets the limit"
    )
