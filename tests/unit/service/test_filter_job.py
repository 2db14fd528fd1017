from pathlib import Path

import pytest

from minibroker.compiler import compile_filter
from minibroker.model.filter import FilterSource
from minibroker.model.shipped import shipped
from minibroker.model.survey import Survey, load_surveys
from minibroker.service.filter_job import RunningFilter, filter_job
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
    return RunningFilter(plan, name, f"minibroker.ann.{name}", plan.filter.fingerprint, 17)


def test_the_source_decodes_only_what_the_filters_read(ztf: Survey) -> None:
    filters = [_running("a", "candidate.rb > 0.5"), _running("b", "candidate.drb > 0.5")]
    spec = filter_job("job", ztf, STREAM, filters, {})
    source, _ = spec.tables
    assert "`candidate` ROW<`rb` DOUBLE, `drb` DOUBLE>" in source
    assert "prv_candidates" not in source
    assert "cutout" not in source


def test_every_filter_has_its_row_and_garbage_has_the_dead_letter_topic(ztf: Survey) -> None:
    filters = [_running("a", "candidate.rb > 0.5")]
    (insert,) = filter_job("job", ztf, STREAM, filters, {}).inserts
    version = filters[0].version
    assert (
        "CASE WHEN `candidate`.`rb` > 0.5E0 THEN"
        f" ROW('minibroker.ann.a', 'a', '{version}', 'packet', CAST(NULL AS BYTES)) END"
    ) in insert
    assert (
        "WHEN error IS NOT NULL THEN"
        " ARRAY[ROW('minibroker.dead.ztf', '', '', '', CAST(NULL AS BYTES))]"
    ) in insert


def test_without_filters_the_job_still_sets_garbage_aside(ztf: Survey) -> None:
    (insert,) = filter_job("job", ztf, STREAM, [], {}).inserts
    assert "minibroker.dead.ztf" in insert


def test_client_properties_reach_source_and_sink(ztf: Survey) -> None:
    for table in filter_job("job", ztf, STREAM, [], {}).tables:
        assert "'properties.sasl.mechanism' = 'PLAIN'" in table


def test_the_sink_is_exactly_once_under_the_jobs_own_prefix(ztf: Survey) -> None:
    _, sink = filter_job("job", ztf, STREAM, [], {}).tables
    assert "'sink.delivery-guarantee' = 'exactly-once'" in sink
    assert "'sink.transactional-id-prefix' = 'job'" in sink


def test_a_sub_query_brings_its_function_and_reads_only_its_fields(ztf: Survey) -> None:
    query = "EXISTS (SELECT 1 FROM UNNEST(prv_candidates) AS p WHERE p.fid = candidate.fid)"
    spec = filter_job("job", ztf, STREAM, [_running("a", query), _running("b", query)], {})
    source, _, function = spec.tables
    assert "`prv_candidates` ARRAY<ROW<`fid` BIGINT>>" in source
    assert function.startswith("CREATE TEMPORARY SYSTEM FUNCTION ARRAY_EVAL AS 'minibroker.")
    assert "(aggregate exists))', `prv_candidates`, `candidate`.`fid`)" in spec.inserts[0]


def test_without_a_sub_query_there_is_no_function(ztf: Survey) -> None:
    spec = filter_job("job", ztf, STREAM, [_running("a", "prv_candidates[1].fid = 1")], {})
    assert len(spec.tables) == 2


def test_columns_are_read_and_written_where_the_alert_passes(ztf: Survey) -> None:
    columns = 'candidate.ra, candidate.magpsf - 1 AS "it\'s"'
    spec = filter_job("job", ztf, STREAM, [_running("a", "candidate.rb > 0.5", columns)], {})
    source, _, function = spec.tables
    assert "`candidate` ROW<`ra` DOUBLE, `magpsf` DOUBLE, `rb` DOUBLE>" in source
    assert function.startswith("CREATE TEMPORARY SYSTEM FUNCTION COLUMNS_JSON AS 'minibroker.")
    row = "ROW(`candidate`.`ra`, `candidate`.`magpsf` - 1E0)"
    assert f"""'json', COLUMNS_JSON('["ra", "it''s"]', {row})) END""" in spec.inserts[0]


def test_avro_has_the_id_of_its_schema(ztf: Survey) -> None:
    running = _running("a", "candidate.rb > 0.5", "objectId", "avro")
    (insert,) = filter_job("job", ztf, STREAM, [running], {}).inserts
    assert "'avro', COLUMNS_AVRO('17', ROW(`objectId`))) END" in insert


def test_a_packet_without_cutouts_is_read_as_the_source_reads_it(ztf: Survey) -> None:
    running = _running("a", "candidate.rb > 0.5", "* EXCLUDE (cutoutScience)")
    source, _, function = filter_job("job", ztf, STREAM, [running], {}).tables
    (insert,) = filter_job("job", ztf, STREAM, [running], {}).inserts
    options = '{"framing": "container", "schemas": "/schemas"}'
    assert (
        "'packet-without-cutouts',"
        f' WITHOUT_FIELDS(\'{{"fields": ["cutoutScience"], "options": {options}}}\', packet))'
    ) in insert
    assert "cutout" not in source
    assert "WithoutFields" in function


def test_functions_are_made_once_whatever_uses_them(ztf: Survey) -> None:
    query = "(SELECT count(*) FROM UNNEST(prv_candidates) AS p) AS n"
    filters = [_running(name, "candidate.rb > 0.5", query) for name in ("a", "b")]
    _, _, *functions = filter_job("job", ztf, STREAM, filters, {}).tables
    assert ["ARRAY_EVAL" in each for each in functions] == [True, False]
    assert len(functions) == 2
