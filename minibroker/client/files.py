"""Alerts out of files: those of a survey's nightly archive, or saved by `minibroker tail`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from os import PathLike
from pathlib import Path
from typing import Any

from minibroker.client.alert import Alert, Decoded
from minibroker.engine.avro import AlertReader, survey_of
from minibroker.engine.avro_container import MAGIC
from minibroker.model.errors import ConfigError
from minibroker.model.packet import Packet
from minibroker.model.shipped import shipped
from minibroker.model.survey import Survey, load_surveys


def read_alerts(
    *paths: str | PathLike[str], schemas: str | PathLike[str] | None = None
) -> Iterator[Alert]:
    """Yield the alerts of .avro files and of folders of them, in the order of their names.

    A file is an object container with one alert or many, or one message as it was in Kafka.
    ``schemas`` is a folder of surveys instead of those that ship. Raises ConfigError for a
    path with nothing in it and for a file that is of no survey.
    """
    surveys = load_surveys(shipped("schemas") if schemas is None else Path(schemas))
    readers = {name: AlertReader(survey) for name, survey in surveys.items()}
    for path in map(Path, paths):
        for file in _files(path):
            yield from _alerts(file, surveys, readers)


def _files(path: Path) -> list[Path]:
    found = sorted(path.rglob("*.avro")) if path.is_dir() else [path]
    if not found or not found[0].exists():
        raise ConfigError("no-packets", f"{path}: no .avro file here", "name a file or a folder")
    return found


def _alerts(
    file: Path, surveys: Mapping[str, Survey], readers: Mapping[str, AlertReader]
) -> Iterator[Alert]:
    value = file.read_bytes()
    survey = survey_of(value, surveys.values())
    if survey is None:
        raise ConfigError(
            "packet-stranger",
            f"{file}: of no survey that is known here ({', '.join(surveys)})",
            "name a folder of surveys that has it as `schemas`",
        )
    reader, packet = readers[survey.name], Packet(value, topic=str(file), offset=0)
    if not value.startswith(MAGIC):
        yield Alert(packet, lambda: (survey, reader.read(value)))
        return
    for number, record in enumerate(reader.records(value)):
        yield Alert(replace(packet, offset=number), partial(_pair, survey, record))


def _pair(survey: Survey, record: Mapping[str, Any]) -> Decoded:
    return survey, record
