"""What a backtest counts, against the packets themselves read by fastavro."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from minibroker.compiler import compile_filter
from minibroker.engine.archive import Archive
from minibroker.engine.avro import AlertReader
from minibroker.model.errors import BrokerError
from minibroker.model.filter import FilterPlan, FilterSource
from minibroker.model.survey import Survey
from minibroker.service.backtest import Backtest, backtest
from tests.archived import Archived

TEXT = "SELECT * FROM ztf WHERE candidate.magpsf < 19.5"
OTHER = "SELECT * FROM ztf WHERE candidate.fid = 1"


def _plan(text: str, ztf: Survey) -> FilterPlan:
    return compile_filter(FilterSource(text, "f.sql"), {"ztf": ztf})


@pytest.fixture(scope="module")
def alerts(ztf: Survey, packets: list[Archived]) -> list[tuple[Archived, dict[str, Any]]]:
    reader, found = AlertReader(ztf), []
    for packet in packets:
        try:
            found.append((packet, reader.read(packet.value)))
        except BrokerError:
            continue
    return found


@pytest.fixture(scope="module")
def found(archive: Archive, ztf: Survey) -> Backtest:
    heard: list[float] = []
    others = {"green": _plan(OTHER, ztf)}
    return backtest(archive, ztf, _plan(TEXT, ztf), archive.nights(), 3, others, 1, heard.append)


def _bright(alert: dict[str, Any]) -> bool:
    return bool(alert["candidate"]["magpsf"] < 19.5)


def test_nights_are_counted(found: Backtest, alerts: Any) -> None:
    passed = Counter(p.night for p, alert in alerts if _bright(alert))
    sizes = Counter[str]()
    for packet, alert in alerts:
        sizes[packet.night] += len(packet.value) if _bright(alert) else 0
    assert [
        (n.night, n.tally.read, n.tally.passed, n.tally.bytes, n.dead) for n in found.tallies.nights
    ] == [
        (night, 39, passed[night], sizes[night], 1)
        for night in ("2026-03-05", "2026-03-06", "2026-03-08")
    ]
    assert found.whole.passed == passed.total() > 0


def test_bands_and_latitudes_are_parts_of_the_whole(found: Backtest, alerts: Any) -> None:
    names = {1: "g", 2: "r", 3: "i"}
    bands = Counter(names[a["candidate"]["fid"]] for _, a in alerts if _bright(a))
    assert {name: tally.passed for name, tally in found.tallies.bands.items()} == dict(bands)
    regions = found.tallies.regions
    assert sum(tally.read for tally in regions.values()) == len(alerts)
    assert sum(tally.passed for tally in regions.values()) == found.whole.passed
    assert set(regions) <= {"0°-10°", "10°-30°", "30°-60°", "60°-90°"}


def test_visits_and_their_quota(found: Backtest, alerts: Any) -> None:
    visits = Counter((p.night, a["candidate"]["pid"]) for p, a in alerts)
    passed = Counter((p.night, a["candidate"]["pid"]) for p, a in alerts if _bright(a))
    told = found.tallies.visits
    assert (told.visits, told.most) == (len(visits), max(passed.values()))
    assert told.over == sum(n > 1 for n in passed.values())
    assert told.held == sum(n - 1 for n in passed.values())
    nights = {night for (night, _), n in passed.items() if n > 1}
    assert found.chance_over == pytest.approx((len(nights) + 0.5) / 4)


def test_other_filters_are_laid_over_it(found: Backtest, alerts: Any) -> None:
    green = [alert for _, alert in alerts if alert["candidate"]["fid"] == 1]
    (overlap,) = found.overlaps
    assert (overlap.name, overlap.passed) == ("green", len(green))
    assert overlap.both == sum(map(_bright, green))


def test_the_sample_came_first(found: Backtest, alerts: Any) -> None:
    bright = [a for _, a in alerts if _bright(a)][:3]
    column = found.columns.index("candid")
    assert [row[column] for row in found.sample] == [a["candid"] for a in bright]


def test_a_night_of_dead_packets_alone_is_counted(
    tmp_path_factory: pytest.TempPathFactory, ztf: Survey
) -> None:
    from tests.archived import write_archive

    folder = tmp_path_factory.mktemp("dead")
    write_archive(folder, ztf, [Archived("2026-03-05", b"garbage", 0, 0)])
    archive = Archive(folder, "ztf")
    told = backtest(archive, ztf, _plan(TEXT, ztf), archive.nights(), 2, {}, 5, lambda _: None)
    (night,) = told.tallies.nights
    assert (night.tally.read, night.tally.passed, night.dead) == (0, 0, 1)
    assert told.sample == ()
