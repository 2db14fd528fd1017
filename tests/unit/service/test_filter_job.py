from pathlib import Path

import pytest

from minibroker.compiler import compile_filter
from minibroker.model.filter import FilterSource
from minibroker.model.quota import Quota
from minibroker.model.shipped import shipped
from minibroker.model.survey import Survey, load_surveys
from minibroker.service.filter_job import (
    RunningFilter,
    filter_job,
    filter_job_name,
    is_filter_job,
)
from minibroker.service.source_table import Stream

SURVEYS = load_surveys(shipped("schemas"))
STREAM = Stream("alerts", "kafka:9092", {"sasl.mechanism": "PLAIN"}, Path("/schemas"))


@pytest.fixture
def ztf() -> Survey:
    return SURVEYS["ztf"]


def _running(name: str, condition: str, select: str = "*", format: str = "") -> RunningFilter:
    header = f"-- name: {name}\n" + (f"-- format: {format}\n" if format else "")
    source = FilterSource(f"{header}SELECT {select} FROM ztf WHERE {condition}", name)
    plan = compile_filter(source, SURVEYS)
    topic, quota = f"minibroker.ann.{name}", Quota(alerts_per_visit=20)
    return RunningFilter(plan, "ann", name, 3, plan.filter.fingerprint, topic, quota, 17)


def test_the_source_decodes_only_what_the_filters_read(ztf: Survey) -> None:
    filters = [_running("a", "candidate.rb > 0.5"), _running("b", "candidate.drb > 0.5")]
    spec = filter_job("job", ztf, STREAM, filters, {})
    source = spec.tables[0]
    assert "`candidate` ROW<`jd` DOUBLE, `pid` BIGINT, `rb` DOUBLE, `drb` DOUBLE>" in source
    assert "prv_candidates" not in source
    assert "cutout" not in source


def test_every_filter_has_its_row_and_garbage_has_the_dead_letter_topic(ztf: Survey) -> None:
    filters = [_running("a", "candidate.rb > 0.5")]
    *_, view = filter_job("job", ztf, STREAM, filters, {}).tables
    fingerprint = filters[0].fingerprint
    assert (
        "CASE WHEN `candidate`.`rb` > 0.5E0 THEN"
        " ROW(CAST('minibroker.ann.a' AS STRING), CAST('ann' AS STRING), CAST('a' AS STRING),"
        " CAST(3 AS BIGINT),"
        f" CAST('{fingerprint}' AS STRING), CAST('packet' AS STRING), CAST(20 AS BIGINT),"
        " CAST(NULL AS BIGINT), CAST(NULL AS BIGINT), CAST(NULL AS BYTES)) END"
    ) in view
    assert (
        "WHEN error IS NOT NULL THEN ARRAY[ROW(CAST('minibroker.dead.ztf' AS STRING), CAST(NULL AS"
        in view
    )


def test_without_filters_the_job_still_sets_garbage_aside(ztf: Survey) -> None:
    *_, view = filter_job("job", ztf, STREAM, [], {}).tables
    assert "minibroker.dead.ztf" in view


def test_each_message_has_its_record_in_the_topic_of_the_deliveries(ztf: Survey) -> None:
    (insert,) = filter_job("job", ztf, STREAM, [], {}).inserts
    assert "CASE WHEN is_record THEN 'minibroker.deliveries.ztf' ELSE topic END" in insert
    assert "KEY 'state' VALUE `state`" in insert
    assert "KEY 'bytes' VALUE message_bytes" in insert


def test_what_is_sent_is_counted_by_topic_whose_type_no_filter_changes(ztf: Survey) -> None:
    spec = filter_job("job", ztf, STREAM, [_running("a", "candidate.rb > 0.5")], {})
    assert "CAST(d.`topic` AS STRING) AS `topic`" in spec.tables[-1]
    assert spec.inserts[0].endswith("FROM DELIVER(passed => TABLE passed PARTITION BY topic)")


def test_client_properties_reach_source_and_sink(ztf: Survey) -> None:
    for table in filter_job("job", ztf, STREAM, [], {}).tables[:2]:
        assert "'properties.sasl.mechanism' = 'PLAIN'" in table


def test_the_sink_is_exactly_once_under_the_jobs_own_prefix(ztf: Survey) -> None:
    _, sink, *_ = filter_job("job", ztf, STREAM, [], {}).tables
    assert "'sink.delivery-guarantee' = 'exactly-once'" in sink
    assert "'sink.transactional-id-prefix' = 'job'" in sink


def test_a_sub_query_brings_its_function_and_reads_only_its_fields(ztf: Survey) -> None:
    query = "EXISTS (SELECT 1 FROM UNNEST(prv_candidates) AS p WHERE p.fid = candidate.fid)"
    spec = filter_job("job", ztf, STREAM, [_running("a", query), _running("b", query)], {})
    source, _, _, function, view = spec.tables
    assert "`prv_candidates` ARRAY<ROW<`fid` BIGINT>>" in source
    assert function.startswith("CREATE TEMPORARY SYSTEM FUNCTION ARRAY_EVAL AS 'minibroker.")
    assert "(aggregate exists))', `prv_candidates`, `candidate`.`fid`)" in view


def test_without_a_sub_query_there_is_no_function(ztf: Survey) -> None:
    spec = filter_job("job", ztf, STREAM, [_running("a", "prv_candidates[1].fid = 1")], {})
    assert len(spec.tables) == 4


def test_columns_are_read_and_written_where_the_alert_passes(ztf: Survey) -> None:
    columns = 'candidate.ra, candidate.magpsf - 1 AS "it\'s"'
    spec = filter_job("job", ztf, STREAM, [_running("a", "candidate.rb > 0.5", columns)], {})
    source, _, _, function, view = spec.tables
    assert (
        "`candidate` ROW<`jd` DOUBLE, `pid` BIGINT, `ra` DOUBLE, `magpsf` DOUBLE, `rb` DOUBLE>"
        in source
    )
    assert function.startswith("CREATE TEMPORARY SYSTEM FUNCTION COLUMNS_JSON AS 'minibroker.")
    row = "ROW(`candidate`.`ra`, `candidate`.`magpsf` - 1E0)"
    assert f"""COLUMNS_JSON('["ra", "it''s"]', {row})) END""" in view


def test_avro_has_the_id_of_its_schema(ztf: Survey) -> None:
    running = _running("a", "candidate.rb > 0.5", "objectId", "avro")
    *_, view = filter_job("job", ztf, STREAM, [running], {}).tables
    assert "COLUMNS_AVRO('17', ROW(`objectId`))) END" in view


def test_a_packet_without_cutouts_is_read_as_the_source_reads_it(ztf: Survey) -> None:
    running = _running("a", "candidate.rb > 0.5", "* EXCLUDE (cutoutScience)")
    source, _, _, function, view = filter_job("job", ztf, STREAM, [running], {}).tables
    options = '{"framing": "container", "schemas": "/schemas"}'
    call = f'WITHOUT_FIELDS(\'{{"fields": ["cutoutScience"], "options": {options}}}\', packet))'
    assert call in view
    assert "cutout" not in source
    assert "WithoutFields" in function


def test_functions_are_made_once_whatever_uses_them(ztf: Survey) -> None:
    query = "(SELECT count(*) FROM UNNEST(prv_candidates) AS p) AS n"
    filters = [_running(name, "candidate.rb > 0.5", query) for name in ("a", "b")]
    _, _, _, *functions, _ = filter_job("job", ztf, STREAM, filters, {}).tables
    assert ["ARRAY_EVAL" in each for each in functions] == [True, False]
    assert len(functions) == 2


def test_one_shard_alone_sets_garbage_aside(ztf: Survey) -> None:
    spec = filter_job("job", ztf, STREAM, [_running("a", "candidate.rb > 0.5")], {}, False)
    assert "minibroker.dead" not in "".join((*spec.tables, *spec.inserts))
    assert "WHEN error IS NOT NULL THEN ARRAY[ROW(CAST(NULL AS STRING)" in spec.tables[-1]


def test_the_jobs_of_a_survey_are_known_by_name() -> None:
    assert filter_job_name("ztf", 3) == "minibroker.filters.ztf.3"
    assert is_filter_job("ztf", "minibroker.filters.ztf.3")
    assert not is_filter_job("ztf", "minibroker.filters.lsst.0")
    assert not is_filter_job("ztf", "minibroker.archive.ztf")
