"""What `why` says of an alert is what the filter says of it, part by part."""

from __future__ import annotations

from typing import Any

import pytest

from minibroker.compiler import compile_filter, dissect_filter
from minibroker.engine.archive import Archive
from minibroker.engine.avro import AlertReader
from minibroker.engine.nights import count
from minibroker.model.errors import ConfigError
from minibroker.model.filter import FilterSource
from minibroker.model.shipped import shipped
from minibroker.model.survey import Survey
from minibroker.service.why import NearMisses, Reason, Why, near, why
from tests.archived import Archived


@pytest.fixture(scope="module")
def first(ztf: Survey, packets: list[Archived]) -> dict[str, Any]:
    """The first alert of the archive."""
    return AlertReader(ztf).read(packets[0].value)


def _why(archive: Archive, ztf: Survey, text: str, alert_id: object) -> Why:
    clause = dissect_filter(FilterSource(text, "f.sql"), {"ztf": ztf})
    return why(archive, ztf, text, clause, str(alert_id))


def _near(archive: Archive, ztf: Survey, text: str, limit: int = 100) -> NearMisses:
    clause = dissect_filter(FilterSource(text, "f.sql"), {"ztf": ztf})
    return near(archive, ztf, text, clause, archive.nights(), limit)


def test_each_part_has_its_verdict_its_numbers_and_its_distance(
    archive: Archive, ztf: Survey, first: dict[str, Any]
) -> None:
    mag, fid = first["candidate"]["magpsf"], first["candidate"]["fid"]
    text = (
        f"SELECT * FROM ztf WHERE candidate.magpsf < {mag - 0.25!r}\n"
        f"  AND (candidate.fid = {fid} OR candidate.fid IN (7, 9))\n"
        f"  AND NOT candidate.magpsf BETWEEN {mag - 1!r} AND {mag + 0.5!r}\n"
        "  AND candidate.rb / 0 > 3 AND candidate.programpi = 'nobody'"
    )
    told = _why(archive, ztf, text, first["candid"])
    assert told.night == "2026-03-05"
    assert told.alert[1].value == first["candid"]
    whole = told.reason
    assert (whole.verdict, whole.connective, len(whole.parts)) == (False, "AND", 5)
    below, either, outside, undefined, wording = whole.parts
    assert below.text == f"candidate.magpsf < {mag - 0.25!r}"
    assert (below.verdict, below.values[0].value) == (False, mag)
    assert below.distance == pytest.approx(0.25)
    assert (either.verdict, either.connective, either.distance) == (True, "OR", 0.0)
    assert [part.verdict for part in either.parts] == [True, False]
    assert either.parts[1].distance == min(abs(fid - 7), abs(fid - 9))
    assert (outside.verdict, outside.connective) == (False, "NOT")
    assert outside.distance == pytest.approx(0.5)
    assert (undefined.verdict, undefined.distance) == (None, None)
    assert (wording.verdict, wording.distance) == (False, None)
    assert wording.values[0].text == "candidate.programpi"


def test_the_elements_that_counted_are_shown(
    archive: Archive, ztf: Survey, packets: list[Archived]
) -> None:
    reader = AlertReader(ztf)
    alert = next(
        alert
        for alert in (reader.read(p.value) for p in packets[:30])
        if sum(p["magpsf"] is not None for p in alert["prv_candidates"] or []) > 1
    )
    text = (
        "SELECT * FROM ztf WHERE (SELECT count(*) FROM UNNEST(prv_candidates) AS p"
        " WHERE p.magpsf IS NOT NULL) > 1000 AND EXISTS (SELECT 1 FROM UNNEST(detections) AS d"
        " WHERE d.magpsf > 0 AND d.fid = candidate.fid)"
    )
    few, exists = _why(archive, ztf, text, alert["candid"]).reason.parts
    seen = [p for p in alert["prv_candidates"] if p["magpsf"] is not None]
    assert (few.verdict, few.values[0].value) == (False, len(seen))
    assert few.distance == 1000 - len(seen)
    (walked,) = few.walked
    assert (walked.elements, walked.counted) == (len(alert["prv_candidates"]), len(seen))
    assert [dict(each) for each in walked.shown] == [{"magpsf": p["magpsf"]} for p in seen][:20]
    (detections,) = exists.walked
    fid = alert["candidate"]["fid"]
    assert detections.elements == len(seen) + 1
    assert detections.counted == sum(p["fid"] == fid for p in seen) + 1
    assert exists.verdict is True


@pytest.mark.parametrize(
    "name", sorted(file.name for file in shipped("sql").glob("ztf_*.sql")), ids=str
)
def test_the_whole_is_what_the_filter_says(
    archive: Archive, ztf: Survey, packets: list[Archived], name: str
) -> None:
    source = FilterSource((shipped("sql") / name).read_text(), name)
    plan, clause = compile_filter(source, {"ztf": ztf}), dissect_filter(source, {"ztf": ztf})
    assert clause.sql == plan.duckdb
    # Where the verdict is TRUE the distance is 0 (and where x > 5 fails by x = 5).
    wrong = f"({clause.sql}) AND COALESCE({clause.distance} <> 0, TRUE)"
    conjuncts = " AND ".join(f"(({part.sql}) IS TRUE)" for part in clause.conjuncts())
    other = f"(({clause.sql}) IS TRUE) <> ({conjuncts})"
    assert set(count(archive, archive.nights(), [wrong, other]).values()) == {(0, 0)}
    told = _why(archive, ztf, source.text, AlertReader(ztf).read(packets[0].value)["candid"])
    assert [part.text for part in _all(told.reason)] == [
        " ".join(source.text[part.span.start : part.span.end].split()) for part in clause.all()
    ]


def _all(reason: Reason) -> list[Reason]:
    return [reason, *(inner for part in reason.parts for inner in _all(part))]


def test_near_misses_come_nearest_first(
    archive: Archive, ztf: Survey, packets: list[Archived]
) -> None:
    text = "SELECT * FROM ztf WHERE candidate.magpsf < 18 AND candidate.fid = 1"
    found = _near(archive, ztf, text)
    expected = []
    for packet in packets:
        try:
            candidate = AlertReader(ztf).read(packet.value)["candidate"]
        except Exception:
            continue
        if (candidate["magpsf"] < 18) != (candidate["fid"] == 1):
            by_mag = candidate["fid"] == 1
            gap = candidate["magpsf"] - 18 if by_mag else candidate["fid"] - 1
            expected.append((by_mag, gap))
    assert found.all == len(expected) > 2
    relative = [miss.relative for miss in found.misses]
    assert relative == sorted(relative)
    for by_mag, words in ((True, "candidate.magpsf < 18"), (False, "candidate.fid = 1")):
        told = sorted(miss.distance for miss in found.misses if miss.conjunct == words)
        assert told == pytest.approx(sorted(gap for which, gap in expected if which == by_mag))
    few = _near(archive, ztf, text, 2)
    assert (few.all, few.misses) == (found.all, found.misses[:2])


def test_an_alert_that_is_not_there_is_told(archive: Archive, ztf: Survey) -> None:
    with pytest.raises(ConfigError, match="has no alert of ztf with candid 7 in its 3 nights"):
        _why(archive, ztf, "candidate.rb > 0", 7)
    with pytest.raises(ConfigError, match="'seven' is no candid, which is a whole number"):
        _why(archive, ztf, "candidate.rb > 0", "seven")
