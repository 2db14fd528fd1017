"""The record of what became of each alert that a filter passed: from the filter job to Parquet.

The filter job writes a record as JSON to a topic of its own, in the transaction of the alert
itself; the archive job reads that topic's committed records and keeps them by night.
"""

from __future__ import annotations

from collections.abc import Mapping

from minibroker.model.survey import Survey
from minibroker.service.source_table import (
    Stream,
    flink_type,
    kafka_source_options,
    literal,
    quoted,
    with_options,
)

_UTC_MILLISECONDS = "yyyy-MM-dd''T''HH:mm:ss.SSS''Z''"


def deliveries_topic(survey: str) -> str:
    """Return the topic of the records of a survey's deliveries."""
    return f"minibroker.deliveries.{survey}"


def delivery_columns(survey: Survey) -> dict[str, str]:
    """Return a record's columns, the night left out, with their Flink types.

    ``topic`` is where the alert was sent, or would have been within the quota; ``state`` is
    ``sent``, ``over quota`` or ``dead``. A dead letter has no filter and no alert id.
    """
    return {
        "owner": "STRING",
        "filter": "STRING",
        "version": "BIGINT",
        "fingerprint": "STRING",
        "topic": "STRING",
        "state": "STRING",
        "kafka_topic": "STRING",
        "kafka_partition": "INT",
        "kafka_offset": "BIGINT",
        "kafka_timestamp": "TIMESTAMP_LTZ(3)",
        "alert_id": flink_type(survey.alert.at(survey.alert_id)),
        "bytes": "BIGINT",
    }


def spell_record(survey: Survey, values: Mapping[str, str]) -> str:
    """Spell a record as JSON in bytes; ``values`` are the columns that have another name there."""
    columns = [*delivery_columns(survey), "night"]
    spelled = {column: values.get(column, quoted(column)) for column in columns}
    time = spelled["kafka_timestamp"]
    spelled["kafka_timestamp"] = f"DATE_FORMAT({time}, '{_UTC_MILLISECONDS}')"
    pairs = ", ".join(f"KEY {literal(name)} VALUE {value}" for name, value in spelled.items())
    return f"ENCODE(JSON_OBJECT({pairs}), 'UTF-8')"


def records_table(name: str, survey: Survey, stream: Stream, group: str) -> str:
    """Return the CREATE TABLE of the topic's records.

    What is no record, because somebody else wrote it there, has no state.
    """
    options = kafka_source_options(deliveries_topic(survey.name), stream, group) | {
        "format": "json",
        "json.ignore-parse-errors": "true",
        "json.timestamp-format.standard": "ISO-8601",
    }
    columns = delivery_columns(survey) | {"night": "STRING"}
    spelled = ",\n".join(f"  {quoted(column)} {kind}" for column, kind in columns.items())
    return f"CREATE TABLE {name} (\n{spelled}\n) WITH ({with_options(options)})"
