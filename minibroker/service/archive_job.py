"""The archive job: every packet of a survey into Parquet by night, decoded and as it came."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path as FilePath

from minibroker.model.job import JobSpec
from minibroker.model.survey import Survey
from minibroker.model.types import Path, Struct
from minibroker.service.deliveries import delivery_columns, records_table
from minibroker.service.source_table import Stream, flink_type, quoted, source_table, with_options

TAI_MINUS_UTC = 37.0
"""Seconds, since 2017-01-01 (IERS Bulletin C); before, the end of a night is off by a few."""

_OWN = {
    "kafka_topic": "STRING",
    "kafka_partition": "INT",
    "kafka_offset": "BIGINT",
    "kafka_timestamp": "TIMESTAMP_LTZ(3)",
    "received_mjd": "DOUBLE",
    "schema_id": "INT",
    "packet_bytes": "INT",
}
"""Columns of both tables that say where a packet came from, with their Flink types."""


def archive_job_name(survey: str) -> str:
    """Return the name of a survey's archive job."""
    return f"minibroker.archive.{survey}"


def archive_job(
    name: str, survey: Survey, stream: Stream, archive: FilePath, settings: Mapping[str, str]
) -> JobSpec:
    """Return the job of this name that writes ``<archive>/<survey>/{alerts,packets,deliveries}``.

    ``alerts`` has each decodable alert without its cutouts, ``packets`` every packet's bytes,
    the undecodable ones with the reason in ``error`` and a night taken from Kafka's timestamp,
    ``deliveries`` what became of each alert that a filter passed.
    """
    kept = Struct(tuple(field for field in survey.alert.fields if field.name not in survey.cutouts))
    folder = archive / survey.name
    return JobSpec(
        name=name,
        tables=(
            source_table(survey, stream, name, kept),
            _alerts_table(kept, folder),
            _packets_table(survey, folder),
            records_table("records", survey, stream, name),
            _deliveries_table(survey, folder),
        ),
        inserts=_inserts(survey, kept),
        settings=settings,
    )


def import_job(
    name: str, survey: Survey, stream: Stream, archive: FilePath, settings: Mapping[str, str]
) -> JobSpec:
    """Return the job that archives the packets of another topic, which no filter reads."""
    whole = archive_job(name, survey, stream, archive, settings)
    return replace(whole, tables=whole.tables[:3], inserts=whole.inserts[:2])


def _alerts_table(kept: Struct, folder: FilePath) -> str:
    columns = {quoted(field.name): flink_type(field.type) for field in kept.fields} | _OWN
    return _parquet_table("alerts", columns, folder)


def _packets_table(survey: Survey, folder: FilePath) -> str:
    kind = flink_type(survey.alert.at(survey.alert_id))
    return _parquet_table(
        "packets",
        {"alert_id": kind} | _OWN | {"kafka_key": "BYTES", "error": "STRING", "packet": "BYTES"},
        folder,
    )


def _deliveries_table(survey: Survey, folder: FilePath) -> str:
    columns = {quoted(name): kind for name, kind in delivery_columns(survey).items()}
    return _parquet_table("deliveries", columns, folder)


def _parquet_table(name: str, columns: Mapping[str, str], folder: FilePath) -> str:
    typed = ",\n  ".join(f"{column} {kind}" for column, kind in columns.items())
    options = {
        "connector": "filesystem",
        "path": (folder / name).as_uri(),
        "format": "parquet",
        "parquet.compression": "ZSTD",
        # Flink's default is INT96, a timestamp that the Parquet format has given up.
        "parquet.write.int64.timestamp": "true",
        "parquet.timestamp.time.unit": "micros",
        "parquet.utc-timezone": "true",
    }
    return f"""CREATE TABLE {name} (
  {typed},
  night STRING
) PARTITIONED BY (night) WITH ({with_options(options)})"""


def _inserts(survey: Survey, kept: Struct) -> tuple[str, ...]:
    own = ", ".join(_OWN)
    fields = ", ".join(quoted(field.name) for field in kept.fields)
    source, night = quoted(survey.name), night_expression(survey)
    return (
        f"INSERT INTO alerts SELECT {fields}, {own}, {night} FROM {source} WHERE error IS NULL",
        f"INSERT INTO packets SELECT {spelled(survey.alert_id)}, {own}, kafka_key, error, packet,"
        f" {night} FROM {source}",
        "INSERT INTO deliveries SELECT * FROM records WHERE state IS NOT NULL",
    )


def night_expression(survey: Survey) -> str:
    """Spell the night of an alert, ``YYYY-MM-DD``, for Flink.

    The date of the observation's UTC minus the survey's offset. An alert without a time, or with
    one outside 1970-2100, gets the date of its Kafka timestamp: no night is NULL.
    """
    time = spelled(survey.time.field)
    mjd = f"({time} - 2400000.5E0)" if survey.time.format == "jd" else time
    utc = f"({mjd} - {_double(TAI_MINUS_UTC / 86400)})" if survey.time.scale == "tai" else mjd
    local = f"({utc} - {_double(survey.night_offset_hours / 24)})"
    day = f"CASE WHEN {local} >= 40587E0 AND {local} < 88069E0 THEN {local} ELSE received_mjd END"
    days = f"CAST(FLOOR({day}) AS INT) - 40587"
    return f"CAST(TIMESTAMPADD(DAY, {days}, DATE '1970-01-01') AS STRING)"


def _double(value: float) -> str:
    text = repr(value)
    return text if "e" in text else f"{text}E0"


def spelled(path: Path) -> str:
    """Spell the path of a field in Flink SQL."""
    return ".".join(quoted(name) for name in path)
