"""The filter job: one source, one decode, every filter's condition, one sink for all topics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from minibroker.compiler import create_function
from minibroker.model.expression import SubQuery, walk
from minibroker.model.filter import Filter, FilterPlan
from minibroker.model.job import JobSpec
from minibroker.model.survey import Survey
from minibroker.service.output import create_output_function, spell_value
from minibroker.service.source_table import (
    Stream,
    decoder_options,
    literal,
    prune,
    quoted,
    source_table,
    with_options,
)

TRANSACTION_MILLISECONDS = 3_600_000
"""How long a stopped job may take to come back before its open transaction is aborted."""


@dataclass(frozen=True)
class RunningFilter:
    """A filter's plan and the topic that its alerts go to."""

    plan: FilterPlan
    name: str
    topic: str
    version: str
    """The fingerprint, which every delivered message names in its headers."""
    schema_id: int | None = None
    """The registry's id of the columns' schema, for a filter that sends Avro."""


def filter_job_name(survey: str) -> str:
    """Return the name of a survey's filter job."""
    return f"minibroker.filters.{survey}"


def dead_letter_topic(survey: str) -> str:
    """Return the topic of a survey's packets that cannot be decoded."""
    return f"minibroker.dead.{survey}"


def filter_job(
    name: str,
    survey: Survey,
    stream: Stream,
    filters: Sequence[RunningFilter],
    settings: Mapping[str, str],
) -> JobSpec:
    """Return the job that runs these filters; its name is its consumer group too.

    The plan has the same operators whatever the filters are: that is what lets a savepoint of
    one set of filters be resumed with another. An undecodable packet goes to the dead-letter
    topic and to no filter's.
    """
    read = {survey.alert_id, *(path for each in filters for path in each.plan.filter.columns)}
    return JobSpec(
        name=name,
        tables=(
            source_table(survey, stream, name, prune(survey.alert, sorted(read))),
            _sink_table(stream, name),
            *_functions(filters),
        ),
        inserts=(_insert(survey, stream, filters),),
        settings=settings,
    )


def _functions(filters: Sequence[RunningFilter]) -> tuple[str, ...]:
    """Return what makes the functions known that a plan calls.

    Their names are looked up again when the plan is submitted.
    """
    chosen = [each.plan.filter for each in filters]
    subquery = create_function() if any(map(_has_subquery, chosen)) else ""
    formats = sorted({each.projection.format for each in chosen}, key=lambda each: each.value)
    return tuple(filter(None, (subquery, *map(create_output_function, formats))))


def _has_subquery(chosen: Filter) -> bool:
    columns = (column.expression for column in chosen.projection.columns)
    return any(
        isinstance(part, SubQuery) for each in (chosen.condition, *columns) for part in walk(each)
    )


def _sink_table(stream: Stream, name: str) -> str:
    options = {
        "connector": "kafka",
        "topic-pattern": r"minibroker\..*",
        "properties.bootstrap.servers": stream.bootstrap,
        "key.format": "raw",
        "key.fields": "kafka_key",
        "value.format": "raw",
        "value.fields-include": "EXCEPT_KEY",
        "sink.delivery-guarantee": "exactly-once",
        "sink.transactional-id-prefix": name,
        "sink.transaction-naming-strategy": "incrementing",
        "properties.transaction.timeout.ms": str(TRANSACTION_MILLISECONDS),
        "properties.max.request.size": str(16 * 1024 * 1024),
        # A producer asks where a topic is when it first sends there, and waits this long between
        # two such questions: at the default of 100 ms a hundred topics take ten seconds.
        "properties.retry.backoff.ms": "5",
        "properties.linger.ms": "20",
        "properties.batch.size": str(128 * 1024),
        "properties.buffer.memory": str(64 * 1024 * 1024),
    } | {f"properties.{key}": value for key, value in stream.properties.items()}
    return f"""CREATE TABLE delivered (
  kafka_key BYTES,
  packet BYTES,
  topic STRING METADATA,
  headers MAP<STRING, BYTES> METADATA
) WITH ({with_options(options)})"""


def _insert(survey: Survey, stream: Stream, filters: Sequence[RunningFilter]) -> str:
    dead = f"ROW({literal(dead_letter_topic(survey.name))}, '', '', '', CAST(NULL AS BYTES))"
    decoder = decoder_options(survey, stream)
    passed = ",\n      ".join(_case(each, decoder) for each in filters)
    # An array without elements has no type, so the dead letter's row stands in for the filters'.
    alive = f"ARRAY[\n      {passed}]" if filters else f"ARRAY[CASE WHEN FALSE THEN {dead} END]"
    return f"""INSERT INTO delivered
SELECT kafka_key, COALESCE(d.`message`, packet), d.topic, CASE WHEN error IS NULL
  THEN MAP[{_headers("d.`filter`", "filter")}, {_headers("d.`version`", "version")},
    {_headers("d.`format`", "format")}, {_PLACE}]
  ELSE MAP[{_headers("error", "error")}, {_PLACE}] END
FROM (
  SELECT kafka_key, packet, error, kafka_topic, kafka_partition, kafka_offset,
    CASE WHEN error IS NOT NULL THEN ARRAY[{dead}] ELSE {alive} END AS destinations
  FROM {quoted(survey.name)}
) CROSS JOIN UNNEST(destinations) AS d(`topic`, `filter`, `version`, `format`, `message`)
WHERE d.`topic` IS NOT NULL"""


def _case(each: RunningFilter, decoder: Mapping[str, str]) -> str:
    """Spell a filter's row where an alert passes: only then its message is made."""
    sent = each.plan.filter.projection.format.value
    texts = ", ".join(literal(text) for text in (each.topic, each.name, each.version, sent))
    message = spell_value(each.plan, decoder, each.schema_id)
    return f"CASE WHEN {each.plan.flink} THEN ROW({texts}, {message}) END"


def _headers(value: str, name: str) -> str:
    return f"'minibroker.{name}', ENCODE({value}, 'UTF-8')"


_PLACE = ", ".join(
    (
        _headers("kafka_topic", "topic"),
        _headers("CAST(kafka_partition AS STRING)", "partition"),
        _headers("CAST(kafka_offset AS STRING)", "offset"),
    )
)
