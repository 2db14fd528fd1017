"""The folder of Avro schemas that the stream's decoder reads, one self-contained file an id."""

from __future__ import annotations

import importlib.util
import json
import os
from pathlib import Path

from minibroker.model.errors import OutsideError
from minibroker.model.schema import Avro, read_schema
from minibroker.model.survey import Survey, schema_id, version_folders


def write_schemas(survey: Survey, folder: Path) -> tuple[Path, ...]:
    """Write the schema of every version to ``<folder>/<id>.avsc`` and return the files.

    Where packets carry their schema there is no id, and a file is named after survey and
    version (``ztf-4.02.avsc``). The survey's own versions go before those of its schema
    package. A reader never sees half a file, and one that is already right is left alone.
    Raises OutsideError when the folder cannot be written.
    """
    packaged = _packaged(survey).items()
    wanted = {name: read_schema(path, survey.record) for name, path in packaged}
    wanted |= {_file_name(survey, v.version, v.schema_id): v.avro for v in survey.versions}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, avro in wanted.items():
            _write(folder / name, json.dumps(avro, ensure_ascii=False))
    except OSError as error:
        raise OutsideError(
            "schema-folder",
            f"{folder}: the schemas could not be written: {error.strerror}",
            "make the folder writable, or name another one",
        ) from error
    return tuple(folder / name for name in wanted)


def packaged_schema(survey: Survey, number: int) -> Avro | None:
    """Return the schema of this id from the survey's Python package, None if it is not there."""
    path = _packaged(survey).get(f"{number}.avsc")
    return read_schema(path, survey.record) if path else None


def is_packaged(survey: Survey, number: int) -> bool:
    """Return whether the survey's Python package has a schema of this id; reads none of them."""
    return f"{number}.avsc" in _packaged(survey)


def _packaged(survey: Survey) -> dict[str, Path]:
    """Return the versions of the survey's Python package by file name, none if not installed."""
    module, _, inner = survey.schema_package.partition(":")
    if not module:
        return {}
    try:
        # Only finds the folder: the package's own code, and what it imports, is not run.
        spec = importlib.util.find_spec(module)
    except ModuleNotFoundError:
        return {}
    places = spec.submodule_search_locations if spec else None
    return {
        _file_name(survey, version, schema_id(version, survey.schema_id)): path
        for place in places or ()
        if (Path(place) / inner).is_dir()
        for version, path in version_folders(Path(place) / inner)
    }


def _file_name(survey: Survey, version: str, number: int | None) -> str:
    return f"{survey.name}-{version}.avsc" if number is None else f"{number}.avsc"


def _write(file: Path, text: str) -> None:
    if file.exists() and file.read_text(encoding="utf-8") == text:
        return
    unfinished = file.with_name(f".{file.name}.{os.getpid()}")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.replace(file)
