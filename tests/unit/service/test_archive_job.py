from pathlib import Path

from minibroker.model.shipped import shipped
from minibroker.model.survey import load_surveys
from minibroker.service.archive_job import archive_job, night_expression
from minibroker.service.source_table import Stream

SURVEYS = load_surveys(shipped("schemas"))
STREAM = Stream("alerts", "kafka:9092", {}, Path("/schemas"))


def test_alerts_have_everything_but_the_cutouts() -> None:
    for survey in SURVEYS.values():
        spec = archive_job("job", survey, STREAM, Path("/archive"), {})
        source, alerts, packets, *_ = spec.tables
        for cutout in survey.cutouts:
            assert f"`{cutout}`" not in source
        for field in survey.alert.fields:
            assert (f"`{field.name}`" in alerts) == (field.name not in survey.cutouts)
        assert f"file:///archive/{survey.name}/packets" in packets


def test_undecodable_packets_are_archived_and_are_no_alerts() -> None:
    alerts, packets, _ = archive_job("job", SURVEYS["ztf"], STREAM, Path("/a"), {}).inserts
    assert alerts.endswith("WHERE error IS NULL")
    assert "WHERE" not in packets


def test_committed_records_alone_become_deliveries() -> None:
    spec = archive_job("job", SURVEYS["lsst"], STREAM, Path("/archive"), {})
    *_, records, deliveries = spec.tables
    assert "'topic' = 'minibroker.deliveries.lsst'" in records
    assert "'properties.isolation.level' = 'read_committed'" in records
    assert "file:///archive/lsst/deliveries" in deliveries
    assert spec.inserts[-1].endswith("FROM records WHERE state IS NOT NULL")


def test_a_night_is_the_surveys() -> None:
    ztf, lsst = night_expression(SURVEYS["ztf"]), night_expression(SURVEYS["lsst"])
    assert "`candidate`.`jd` - 2400000.5E0) - 0.0E0" in ztf
    # MJD in TAI, 37 s ahead of UTC; the night ends at noon UTC.
    assert "`diaSource`.`midpointMjdTai` - 0.00042824074074074075E0) - 0.5E0" in lsst
