"""An audit finds every difference between deliveries and archive, and says which packets."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from minibroker.compiler import compile_filter
from minibroker.engine.archive import Archive, Place
from minibroker.engine.night_audit import Audited, Ran, Stretch
from minibroker.model.filter import FilterSource
from minibroker.model.survey import Survey
from minibroker.service.certificate import Certificate, Version, as_json, audit_night, keep

NIGHT = "2026-03-05"
TEXT = "SELECT * FROM ztf WHERE candidate.magpsf < 19.5"


@pytest.fixture
def audited(tmp_path: Path, archive_folder: Path) -> Archive:
    """The simulated nights in a folder of their own: the test adds deliveries."""
    shutil.copytree(archive_folder / "ztf", tmp_path / "ztf")
    return Archive(tmp_path, "ztf")


def _version(ztf: Survey, stretches: tuple[Stretch, ...] | None = None) -> Version:
    """Return version 1, which ran over everything where no stretches are named."""
    plan = compile_filter(FilterSource(TEXT, "bright.sql"), {"ztf": ztf})
    besides = () if stretches is None else None
    ran = Ran("ann", "bright", 1, plan.duckdb, stretches or (), besides)
    return Version(ran, plan.filter.fingerprint, TEXT)


def _deliver(archive: Archive, changed: str = "TRUE", more: str = "") -> None:
    """Record as sent what passes, and the dead, but for ``changed`` rows; and ``more`` rows."""
    folder = archive.folder / "deliveries" / f"night={NIGHT}"
    folder.mkdir(parents=True, exist_ok=True)
    place = "kafka_topic, kafka_partition, kafka_offset"
    sent = (
        f"SELECT 'ann' AS owner, 'bright' AS filter, 1::BIGINT AS version,"
        f" CASE WHEN kafka_offset % 2 = 0 THEN 'over quota' ELSE 'sent' END AS state, {place},"
        f" candid AS alert_id FROM read_parquet('{archive.folder}/alerts/night={NIGHT}/part-*')"
        f" WHERE candidate.magpsf < 19.5 AND {changed}"
    )
    dead = (
        f"SELECT NULL, NULL, NULL, 'dead', {place}, NULL"
        f" FROM read_parquet('{archive.folder}/packets/night={NIGHT}/part-*')"
        f" WHERE error IS NOT NULL AND {changed}"
    )
    query = f"{sent} UNION ALL {dead} {more}"
    duckdb.execute(f"COPY ({query}) TO '{folder}/part-0' (FORMAT parquet)")


def _audit(archive: Archive, version: Version) -> tuple[Certificate, Audited]:
    certificate = audit_night(archive, "ztf", NIGHT, [version])
    return certificate, certificate.filters[0][1]


def _passing(archive: Archive) -> list[tuple[int, int]]:
    return duckdb.execute(
        f"SELECT kafka_offset, candid FROM read_parquet('{archive.folder}/alerts/night={NIGHT}/*')"
        " WHERE candidate.magpsf < 19.5 ORDER BY kafka_offset"
    ).fetchall()


def test_a_right_night_adds_up(audited: Archive, ztf: Survey) -> None:
    _deliver(audited)
    certificate, told = _audit(audited, _version(ztf))
    passing = _passing(audited)
    assert certificate.is_right
    assert (told.read, told.dead, certificate.dead) == (40, 1, 1)
    assert told.passed == told.expected == len(passing)
    assert told.over_quota == sum(offset % 2 == 0 for offset, _ in passing) > 0
    assert told.not_passed == 39 - len(passing)
    lines = "".join(f"ztf 0 {offset} {candid}\n" for offset, candid in passing)
    assert told.digest == told.expected_digest == hashlib.sha256(lines.encode()).hexdigest()


def test_every_difference_is_listed(audited: Archive, ztf: Survey) -> None:
    passing = [offset for offset, _ in _passing(audited)]
    lost, twice = passing[0], passing[1]
    other = next(offset for offset in range(40) if offset not in passing)
    again = (
        " UNION ALL SELECT 'ann', 'bright', 1, 'sent', kafka_topic, kafka_partition, kafka_offset,"
        f" alert_id FROM read_parquet('{audited.folder}/packets/night={NIGHT}/part-*')"
        f" WHERE kafka_offset IN ({twice}, {other})"
    )
    _deliver(audited, f"kafka_offset <> {lost}", again)
    certificate, told = _audit(audited, _version(ztf))
    assert not certificate.is_right
    assert told.missing == (Place("ztf", 0, lost),)
    assert told.extra == (Place("ztf", 0, other),)
    assert told.doubled == (Place("ztf", 0, twice),)
    assert told.digest != told.expected_digest
    assert not told.adds_up
    assert f"ztf 0 {lost}: ann.bright version 1: passed in the archive and not delivered" in (
        certificate.differences()
    )


def test_a_version_answers_for_the_offsets_it_ran_over(audited: Archive, ztf: Survey) -> None:
    passing = [offset for offset, _ in _passing(audited)]
    middle = passing[len(passing) // 2]
    stretches = (Stretch("ztf", 0, middle, None),)
    _deliver(audited, f"(kafka_offset >= {middle} OR kafka_offset % 1 <> 0)")
    _, told = _audit(audited, _version(ztf, stretches))
    assert told.is_right
    assert told.passed == sum(offset >= middle for offset in passing)
    _, whole = _audit(audited, _version(ztf))
    assert [place.offset for place in whole.missing] == [o for o in passing if o < middle]
    _, before = _audit(audited, _version(ztf, (Stretch("ztf", 0, 0, middle),)))
    assert [place.offset for place in before.extra] == [o for o in passing if o >= middle]
    other = Version(replace(_version(ztf).ran, besides=(("ztf", 0),)), "", "")
    assert _audit(audited, other)[1].read == 0
    _, nowhere = _audit(audited, _version(ztf, ()))
    assert (nowhere.read, nowhere.expected) == (0, 0)


def test_a_packet_that_one_engine_alone_sets_aside_is_told(audited: Archive, ztf: Survey) -> None:
    _deliver(audited, "kafka_offset < 0")
    certificate, told = _audit(audited, _version(ztf))
    assert len(certificate.dead_differences) == 1
    assert told.passed == 0
    assert len(told.missing) == told.expected


def test_imported_packets_are_no_filters_to_answer_for(audited: Archive, ztf: Survey) -> None:
    _deliver(audited)
    for table in ("alerts", "packets"):
        (file,) = (audited.folder / table / f"night={NIGHT}").glob("part-*")
        duckdb.execute(
            "COPY (SELECT * REPLACE ('minibroker.import.ztf' AS kafka_topic)"
            f" FROM read_parquet('{file}', hive_partitioning = false))"
            f" TO '{file}-imported' (FORMAT parquet)"
        )
    certificate, told = _audit(audited, _version(ztf))
    assert certificate.is_right
    assert (told.read, certificate.dead) == (40, 1)


def test_a_night_without_deliveries_is_no_error(audited: Archive, ztf: Survey) -> None:
    certificate, told = _audit(audited, _version(ztf))
    assert not certificate.is_right
    assert told.digest == hashlib.sha256(b"").hexdigest()


def test_the_certificate_is_kept_as_json_and_as_a_page(audited: Archive, ztf: Survey) -> None:
    _deliver(audited)
    certificate, told = _audit(audited, _version(ztf))
    file = keep(certificate, audited)
    assert file == audited.folder / "certificates" / "night=2026-03-05.json"
    kept = json.loads(file.read_text())
    assert kept == json.loads(json.dumps(as_json(certificate)))
    assert kept["agrees"] is True
    assert kept["filters"][0]["text"] == TEXT
    assert kept["filters"][0]["digest"] == told.digest
    page = file.with_suffix(".html").read_text()
    assert "stream and archive agree on every packet" in page
    assert "candidate.magpsf &lt; 19.5" in page
    assert not list(file.parent.glob(".*"))
