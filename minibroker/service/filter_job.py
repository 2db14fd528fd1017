"""The filter job: one source, one decode, every filter's condition, one sink for all topics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from minibroker.compiler import create_function
from minibroker.model.expression import SubQuery, walk
from minibroker.model.filter import Filter, FilterPlan
from minibroker.model.job import JobSpec
from minibroker.model.quota import Quota
from minibroker.model.survey import Survey
from minibroker.service.archive_job import night_expression, spelled
from minibroker.service.deliveries import deliveries_topic, spell_record
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

DELIVER = "CREATE TEMPORARY SYSTEM FUNCTION DELIVER AS 'minibroker.delivery.Deliver' LANGUAGE JAVA"
"""Makes the function known that counts what each filter is sent and holds back what is too much."""

DELIVERED = "DELIVER(passed => TABLE passed PARTITION BY topic)"
"""The step between the filters and the sink, for each filter on its own."""


@dataclass(frozen=True)
class RunningFilter:
    """A filter's plan, the topic that its alerts go to, and how many may."""

    plan: FilterPlan
    owner: str
    name: str
    version: int
    fingerprint: str
    """Which every delivered message names in its headers."""
    topic: str
    quota: Quota
    schema_id: int | None = None
    """The registry's id of the columns' schema, for a filter that sends Avro."""


def filter_job_name(survey: str, shard: int = 0) -> str:
    """Return the name of one of a survey's filter jobs."""
    return f"minibroker.filters.{survey}.{shard}"


def is_filter_job(survey: str, name: str) -> bool:
    """Whether a job of this name runs a survey's filters."""
    return name.rpartition(".")[0] == filter_job_name(survey).rpartition(".")[0]


def dead_letter_topic(survey: str) -> str:
    """Return the topic of a survey's packets that cannot be decoded."""
    return f"minibroker.dead.{survey}"


def filter_job(
    name: str,
    survey: Survey,
    stream: Stream,
    filters: Sequence[RunningFilter],
    settings: Mapping[str, str],
    dead_letters: bool = True,
) -> JobSpec:
    """Return the job that runs these filters; its name is its consumer group too.

    The plan has the same operators whatever the filters are: that is what lets a savepoint of
    one set of filters be resumed with another. An undecodable packet goes to no filter's topic,
    but with ``dead_letters`` to that of dead letters: one job of a survey's says so. What a filter
    was sent is counted by its topic, and each message has its record in the topic of the
    deliveries.
    """
    own = {survey.alert_id, survey.time.field, *([survey.visit] if survey.visit else [])}
    read = own | {path for each in filters for path in each.plan.filter.columns}
    return JobSpec(
        name=name,
        tables=(
            source_table(survey, stream, name, prune(survey.alert, sorted(read))),
            _sink_table(stream, name),
            DELIVER,
            *_functions(filters),
            _passed_view(survey, stream, filters, dead_letters),
        ),
        inserts=(_insert(survey),),
        settings=settings,
    )


def _functions(filters: Sequence[RunningFilter]) -> tuple[str, ...]:
    """Return what makes the functions known that a plan calls.

    Their names are looked up again when the compiled plan is read.
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
        # See source_table.kafka_source_options.
        "properties.register.producer.metrics": "false",
    } | {f"properties.{key}": value for key, value in stream.properties.items()}
    return f"""CREATE TABLE delivered (
  kafka_key BYTES,
  packet BYTES,
  topic STRING METADATA,
  headers MAP<STRING, BYTES> METADATA
) WITH ({with_options(options)})"""


def _passed_view(
    survey: Survey, stream: Stream, filters: Sequence[RunningFilter], dead_letters: bool
) -> str:
    """Return the view of one row for each filter that an alert passes, and each dead letter.

    Its columns have the same types whatever the filters are: a savepoint holds the topic's.
    """
    decoder = decoder_options(survey, stream)
    # A row without a topic goes nowhere.
    dead = _destination(literal(dead_letter_topic(survey.name)) if dead_letters else "NULL")
    passed = ",\n      ".join(_case(each, decoder) for each in filters)
    # An array without elements has no type, so the dead letter's row stands in for the filters'.
    alive = f"ARRAY[\n      {passed}]" if filters else f"ARRAY[CASE WHEN FALSE THEN {dead} END]"
    visit = f"CAST({spelled(survey.visit)} AS STRING)" if survey.visit else "CAST(NULL AS STRING)"
    columns = ", ".join(quoted(name) for name in _DESTINATION)
    typed = ", ".join(f"CAST(d.{quoted(k)} AS {t}) AS {quoted(k)}" for k, t in _DESTINATION.items())
    place = "kafka_key, error, kafka_topic, kafka_partition, kafka_offset, kafka_timestamp"
    return f"""CREATE TEMPORARY VIEW passed AS
SELECT {place}, alert_id, visit, night, {typed}, COALESCE(d.`message`, packet) AS message
FROM (
  SELECT {place}, packet, {spelled(survey.alert_id)} AS alert_id, {visit} AS visit,
    {night_expression(survey)} AS night,
    CASE WHEN error IS NOT NULL THEN ARRAY[{dead}] ELSE {alive} END AS destinations
  FROM {quoted(survey.name)}
) CROSS JOIN UNNEST(destinations) AS d({columns}, `message`)
WHERE d.`topic` IS NOT NULL"""


_DESTINATION = {
    "topic": "STRING",
    "owner": "STRING",
    "filter": "STRING",
    "version": "BIGINT",
    "fingerprint": "STRING",
    "format": "STRING",
    "alerts_per_visit": "BIGINT",
    "alerts_per_night": "BIGINT",
    "bytes_per_night": "BIGINT",
}
"""What an alert's row says of the filter, with its types; all but the topic NULL if dead."""


def _case(each: RunningFilter, decoder: Mapping[str, str]) -> str:
    """Spell a filter's row where an alert passes: only then its message is made."""
    quota = each.quota
    values = (
        *map(literal, (each.owner, each.name)),
        str(each.version),
        *map(literal, (each.fingerprint, each.plan.filter.projection.format.value)),
        *map(_limit, (quota.alerts_per_visit, quota.alerts_per_night, quota.bytes_per_night)),
    )
    message = spell_value(each.plan, decoder, each.schema_id)
    return (
        f"CASE WHEN {each.plan.flink} THEN {_destination(literal(each.topic), values, message)} END"
    )


def _destination(
    topic: str, values: Sequence[str] = (), message: str = "CAST(NULL AS BYTES)"
) -> str:
    kinds = _DESTINATION.values()
    given = (topic, *(values or ["NULL"] * (len(kinds) - 1)))
    typed = (f"CAST({value} AS {kind})" for value, kind in zip(given, kinds, strict=True))
    return f"ROW({', '.join((*typed, message))})"


def _limit(number: int) -> str:
    return str(number) if number else "NULL"


def _insert(survey: Survey) -> str:
    record = spell_record(survey, {"bytes": "message_bytes"})
    return f"""INSERT INTO delivered
SELECT CASE WHEN is_record THEN CAST(NULL AS BYTES) ELSE kafka_key END,
  CASE WHEN is_record THEN {record} ELSE message END,
  CASE WHEN is_record THEN {literal(deliveries_topic(survey.name))} ELSE topic END,
  CASE WHEN is_record THEN CAST(NULL AS MAP<STRING, BYTES>)
    WHEN error IS NULL THEN MAP[{_headers("`owner`", "owner")}, {_headers("`filter`", "filter")},
      {_headers("fingerprint", "version")}, {_headers("`format`", "format")}, {_PLACE}]
    ELSE MAP[{_headers("error", "error")}, {_PLACE}] END
FROM {DELIVERED}"""


def _headers(value: str, name: str) -> str:
    return f"'minibroker.{name}', ENCODE({value}, 'UTF-8')"


_PLACE = ", ".join(
    (
        _headers("kafka_topic", "topic"),
        _headers("CAST(kafka_partition AS STRING)", "partition"),
        _headers("CAST(kafka_offset AS STRING)", "offset"),
    )
)
