"""A survey: everything minibroker knows of one alert stream, read from its schemas folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path as FilePath
from typing import Any

from minibroker.model.errors import ConfigError
from minibroker.model.schema import merge_versions, read_schema, struct_of, walk
from minibroker.model.toml_table import TomlTable, closest, read_toml
from minibroker.model.types import Array, Path, Scalar, Struct, Type

OWN_COLUMNS = (
    "kafka_topic",
    "kafka_partition",
    "kafka_offset",
    "kafka_timestamp",
    "received_mjd",
    "schema_id",
    "night",
    "packet",
    "packet_bytes",
    "kafka_key",
    "error",
    "alert_id",
)
"""Columns that the archive adds to an alert; no field of the alert may have such a name."""


@dataclass(frozen=True)
class Sentinel:
    """A value that stands for "nothing here" in the fields that use it."""

    fields: tuple[Path, ...]
    value: float | str
    guard: str
    """The condition that keeps it out, with ``{field}`` for the field: ``{field} >= 0``."""


@dataclass(frozen=True)
class AlertTime:
    """When the alert was observed: its field, ``jd`` or ``mjd``, ``utc`` or ``tai``."""

    field: Path
    format: str
    scale: str


@dataclass(frozen=True)
class Band:
    """Which filter of the telescope an alert was seen through."""

    field: Path
    names: Mapping[str, str]
    """What the field's values are called, by their text; empty where they are names already."""


@dataclass(frozen=True)
class ViewPart:
    """Where some rows of a view come from: an array of the alert, or one record of it."""

    source: Path
    where: str
    """A condition on the element's own fields, unqualified; empty for all of them."""


@dataclass(frozen=True)
class View:
    """A named list to be used in sub-queries like an array: all detections, say."""

    name: str
    parts: tuple[ViewPart, ...]
    element: Struct
    """The fields that every part has with the same type, in the first part's order."""


@dataclass(frozen=True)
class LightCurvePart:
    """Where some points of a light curve come from; fields are of its own records, or empty.

    A part has either ``magnitude`` or ``flux``.
    """

    source: Path
    """An array of the alert, or one record of it."""
    time: str
    """In the format and scale of the survey's time."""
    band: str
    magnitude: str
    flux: str
    error: str
    """1 sigma, of the magnitude or of the flux."""
    limit: str
    """5 sigma limiting magnitude; where there is none it follows from the flux's error."""
    zero_point: str
    """Magnitude of flux 1; where there is none the flux is in nJy."""
    sign: str
    """What says that the source is fainter than the reference, by one of ``fainter``."""
    fainter: tuple[str, ...]
    is_forced: bool
    """Measured at the object's place whether or not anything was there."""


@dataclass(frozen=True)
class SchemaVersion:
    """One Avro schema that the survey has sent."""

    version: str
    schema_id: int | None
    """The id in front of a Confluent packet, None where packets carry their schema."""
    avro: dict[str, Any]
    """The alert's record with every named type written out at its first use."""


@dataclass(frozen=True)
class Survey:
    """One alert stream: its fields and where the things that every stream has are in it.

    ``alert`` is the union over ``versions``: a field that an older packet lacks is NULL.
    """

    name: str
    title: str
    folder: FilePath
    alert: Struct
    versions: tuple[SchemaVersion, ...]
    framing: str
    alert_id: Path
    object_id: Path
    ra: Path
    dec: Path
    time: AlertTime
    night_offset_hours: float
    """A night is the date of the observation's UTC minus these hours."""
    cutouts: tuple[str, ...]
    histories: tuple[str, ...]
    default_columns: tuple[Path, ...]
    sentinels: tuple[Sentinel, ...]
    visit: Path | None = None
    """What the alerts of one image have in common; None where the stream has no such thing."""
    band: Band | None = None
    """None where the stream has no such thing."""
    views: tuple[View, ...] = ()
    light_curve: tuple[LightCurvePart, ...] = ()
    record: str = ""
    """The alert's record in the .avsc files, empty when it is the only one no other uses."""
    schema_id: str = ""
    """How a Confluent id follows from a version: empty, or ``major*100+minor``."""
    schema_package: str = ""
    """A Python package with more versions, ``module:folder``; used when it is installed."""


@dataclass(frozen=True)
class FieldRow:
    """One line of a survey's list of fields."""

    path: str
    """Dotted; ``[]`` after an array, ``{}`` after a map."""
    type: str
    unit: str
    description: str
    versions: tuple[str, ...]
    """The versions whose packets have it, newest first."""


def load_surveys(folder: FilePath) -> dict[str, Survey]:
    """Read every folder with a survey.toml in it; raise ConfigError when there is none."""
    found = sorted(file.parent for file in folder.glob("*/survey.toml"))
    if not found:
        raise ConfigError(
            "survey-missing",
            f"{folder}: no survey here (a folder with a survey.toml)",
            "name the folder that holds one folder a survey",
        )
    return {survey.name: survey for survey in map(load_survey, found)}


def load_survey(folder: FilePath) -> Survey:
    """Read ``survey.toml`` and ``<major>/<minor>/*.avsc``; the survey is named as its folder.

    Raises ConfigError naming the file, the key and the remedy for whatever is wrong in them.
    """
    toml = read_toml(folder / "survey.toml")
    record = toml.text("record", "")
    rule = toml.choice("schema_id", ("major*100+minor",), "")
    versions = tuple(
        SchemaVersion(version, schema_id(version, rule), read_schema(path, record))
        for version, path in version_folders(folder)
    )
    words = _Descriptions(toml)
    alert = merge_versions([(v.version, struct_of(v.avro, words.of)) for v in versions])
    words.finish()
    _refuse_ambiguous_names(alert, folder)
    survey = Survey(
        name=folder.name,
        title=toml.text("title"),
        folder=folder,
        alert=alert,
        versions=versions,
        framing=toml.choice("framing", ("container", "confluent", "auto")),
        alert_id=_scalar(toml, "alert_id", alert, _KEY),
        object_id=_scalar(toml, "object_id", alert, _KEY),
        ra=_scalar(toml, "ra", alert, (Scalar.DOUBLE,)),
        dec=_scalar(toml, "dec", alert, (Scalar.DOUBLE,)),
        time=_time(toml.table("time"), alert),
        night_offset_hours=toml.number("night_offset_hours"),
        cutouts=_top_level(toml, "cutouts", alert),
        histories=_histories(toml, alert),
        default_columns=_default_columns(toml, alert),
        sentinels=tuple(_sentinel(table, alert, words) for table in toml.tables("sentinels")),
        visit=_scalar(toml, "visit", alert, _KEY) if toml.text("visit", "") else None,
        band=_band(toml.table("band"), alert),
        views=_views(toml.table("views"), alert),
        light_curve=_light_curve(toml.table("light_curve"), alert),
        record=record,
        schema_id=rule,
        schema_package=toml.text("schema_package", ""),
    )
    toml.finish()
    return survey


def version_folders(folder: FilePath) -> list[tuple[str, FilePath]]:
    """Return (``11.1``, ``<folder>/11/1``) and so on, the one that latest.txt names first."""
    found = sorted(
        {file.parent for file in folder.glob("*/*/*.avsc")},
        key=lambda path: [_number(path.parent.name), _number(path.name)],
        reverse=True,
    )
    versions = [(f"{path.parent.name}.{path.name}", path) for path in found]
    if not versions:
        raise ConfigError(
            "survey-schemas",
            f"{folder}: no schema here",
            "put the .avsc files of version 4.2 into the folder 4/2",
        )
    latest = folder / "latest.txt"
    if latest.exists():
        newest = latest.read_text(encoding="utf-8").strip()
        if newest not in dict(versions):
            raise ConfigError(
                "survey-schemas",
                f"{latest}: there is no version {newest!r}",
                f"write one of: {', '.join(dict(versions))}",
            )
        versions.sort(key=lambda item: item[0] != newest)
    return versions


def schema_id(version: str, rule: str) -> int | None:
    """Return the id in front of a version's packets, None where the rule is empty."""
    major, _, minor = version.partition(".")
    return _number(major) * 100 + _number(minor) if rule else None


def list_fields(survey: Survey) -> Iterator[FieldRow]:
    """Yield every field that a filter can name, in the alert's order."""
    held = [
        (version.version, {path for path, _ in walk(struct_of(version.avro))})
        for version in survey.versions
    ]
    for path, field in walk(survey.alert):
        versions = tuple(version for version, paths in held if path in paths)
        yield FieldRow(path, str(field.type), field.unit, field.description, versions)


_KEY = (Scalar.BIGINT, Scalar.VARCHAR)
"""Types that an identifier may have."""


class _Descriptions:
    """Units and descriptions of survey.toml, by record and field."""

    def __init__(self, toml: TomlTable) -> None:
        repeat = toml.table("repeat")
        self._repeat = {key: repeat.texts(key) for key in repeat}
        like = toml.table("describe_as")
        self._like = {key: like.text(key) for key in like}
        self._toml = toml.table("fields")
        self._words: dict[str, dict[str, tuple[str, str]]] = {}
        self._fields: dict[str, set[str]] = {}
        for record in self._toml:
            table = self._toml.table(record)
            words = self._words[record] = {}
            for key in table:
                entry = table.table(key)
                unit, description = entry.text("unit", ""), entry.text("description", "")
                entry.finish()
                for name, value in self.repeated(key):
                    words[name] = (unit, value(description))

    def repeated(self, key: str) -> Iterator[tuple[str, Callable[[str], str]]]:
        """Yield the names that a key like ``{band}_flux`` stands for, and how to fill a text."""
        for word, values in self._repeat.items():
            mark = "{" + word + "}"
            if mark in key:
                for value in values:
                    yield key.replace(mark, value), partial(_fill, mark, value)
                return
        yield key, str

    def of(self, record: str, field: str) -> tuple[str, str]:
        """Return a field's unit and description, those of ``describe_as`` where it has none."""
        self._fields.setdefault(record, set()).add(field)
        found = self._words.get(record, {}).get(field)
        if found is None and record in self._like:
            found = self._words.get(self._like[record], {}).get(field)
        return found or ("", "")

    def finish(self) -> None:
        """Raise ConfigError for the first description of something that no version has."""
        for record, words in self._words.items():
            if record not in self._fields:
                raise self._toml.fault(
                    record,
                    "no version has such a record" + closest(record, self._fields),
                    f"the records are: {', '.join(sorted(self._fields))}",
                )
            for field in words:
                if field not in self._fields[record]:
                    raise self._toml.fault(
                        f"{record}.{field}",
                        "no version has such a field" + closest(field, self._fields[record]),
                        "correct the name, or take the description out",
                    )


def _fill(mark: str, value: str, text: str) -> str:
    return text.replace(mark, value)


def _resolve(toml: TomlTable, key: str, dotted: str, root: Type) -> tuple[Path, Type]:
    """Return the path and type of a field named in survey.toml; arrays are looked into."""
    path = tuple(dotted.split("."))
    inner = root
    for name in path:
        while isinstance(inner, Array):
            inner = inner.element
        field = inner.get(name) if isinstance(inner, Struct) else None
        if field is None:
            known = [p.replace("[]", "") for p, _ in walk(root)] if isinstance(root, Struct) else []
            raise toml.fault(
                key,
                f"no version of the alert has a field '{dotted}'" + closest(dotted, known),
                "write the dotted path of a field, as in candidate.ra",
            )
        inner = field.type
    return path, inner


def _scalar(toml: TomlTable, key: str, alert: Struct, types: tuple[Scalar, ...]) -> Path:
    path, kind = _resolve(toml, key, toml.text(key), alert)
    if kind not in types or _in_array(path, alert):
        raise toml.fault(
            key,
            f"'{'.'.join(path)}' is {kind}",
            f"name a field of type {' or '.join(map(str, types))} outside arrays",
        )
    return path


def _in_array(path: Path, alert: Struct) -> bool:
    inner: Type = alert
    for name in path:
        field = inner.get(name) if isinstance(inner, Struct) else None
        if field is None:
            return True
        inner = field.type
    return False


def _time(toml: TomlTable, alert: Struct) -> AlertTime:
    time = AlertTime(
        field=_scalar(toml, "field", alert, (Scalar.DOUBLE, Scalar.BIGINT)),
        format=toml.choice("format", ("jd", "mjd")),
        scale=toml.choice("scale", ("utc", "tai")),
    )
    toml.finish()
    return time


def _band(toml: TomlTable, alert: Struct) -> Band | None:
    if not toml.values:
        return None
    field = _scalar(toml, "field", alert, _KEY)
    names = toml.table("names")
    band = Band(field, {value: names.text(value) for value in names})
    toml.finish()
    return band


def _top_level(toml: TomlTable, key: str, alert: Struct) -> tuple[str, ...]:
    names = toml.texts(key, ())
    for name in names:
        _resolve(toml, key, name, alert)
        if "." in name:
            raise toml.fault(key, f"'{name}' is not at the top of the alert", "name a top field")
    return names


def _histories(toml: TomlTable, alert: Struct) -> tuple[str, ...]:
    names = _top_level(toml, "histories", alert)
    for name in names:
        _, kind = _resolve(toml, "histories", name, alert)
        if not isinstance(kind, Array) or not isinstance(kind.element, Struct):
            raise toml.fault("histories", f"'{name}' is {kind}", "name an array of records")
    return names


def _default_columns(toml: TomlTable, alert: Struct) -> tuple[Path, ...]:
    columns = []
    for name in toml.texts("default_columns"):
        path, kind = _resolve(toml, "default_columns", name, alert)
        if not isinstance(kind, Scalar) or _in_array(path, alert):
            raise toml.fault("default_columns", f"'{name}' is {kind}", "name single values")
        columns.append(path)
    return tuple(columns)


def _sentinel(toml: TomlTable, alert: Struct, words: _Descriptions) -> Sentinel:
    value = toml.scalar("value")
    guard = toml.text("guard")
    if "{field}" not in guard:
        raise toml.fault("guard", f"{guard!r} names no field", 'write it as in "{field} >= 0"')
    fields = []
    for key in toml.texts("fields"):
        for name, _ in words.repeated(key):
            path, kind = _resolve(toml, "fields", name, alert)
            if (kind is Scalar.VARCHAR) != isinstance(value, str) or not isinstance(kind, Scalar):
                raise toml.fault(
                    "fields",
                    f"'{name}' is {kind} and cannot be {value!r}",
                    "list only fields that can have the value",
                )
            fields.append(path)
    toml.finish()
    return Sentinel(tuple(fields), value, guard)


def _views(toml: TomlTable, alert: Struct) -> tuple[View, ...]:
    views = []
    for name in toml:
        if alert.get(name) is not None:
            raise toml.fault(name, "the alert has a field of this name", "choose another name")
        table = toml.table(name)
        parts: list[ViewPart] = []
        common: Struct | None = None
        for part in table.tables("parts"):
            path, kind = _resolve(part, "from", part.text("from"), alert)
            element = kind.element if isinstance(kind, Array) else kind
            if not isinstance(element, Struct):
                raise part.fault("from", f"'{'.'.join(path)}' is {kind}", "name records")
            parts.append(ViewPart(path, part.text("where", "")))
            part.finish()
            common = element if common is None else _common(common, element)
        if common is None or not common.fields:
            raise table.fault("parts", "have no field in common", "name one part or more")
        table.finish()
        views.append(View(name, tuple(parts), common))
    return tuple(views)


_LIGHT_CURVE_FIELDS = ("time", "band", "magnitude", "flux", "error", "limit", "zero_point", "sign")


def _light_curve(toml: TomlTable, alert: Struct) -> tuple[LightCurvePart, ...]:
    parts = []
    for table in toml.tables("parts"):
        source, kind = _resolve(table, "from", table.text("from"), alert)
        element = kind.element if isinstance(kind, Array) else kind
        names = {key: table.text(key, "") for key in _LIGHT_CURVE_FIELDS}
        for key, name in names.items():
            if name:
                _resolve(table, key, name, element)
        if not names["time"] or bool(names["magnitude"]) == bool(names["flux"]):
            raise table.fault("from", "has no time, or not one of magnitude and flux", "name them")
        fainter = table.texts("fainter", ())
        forced = table.choice("kind", ("detection", "forced"), "detection") == "forced"
        table.finish()
        parts.append(LightCurvePart(source, fainter=fainter, is_forced=forced, **names))
    toml.finish()
    return tuple(parts)


def _common(first: Struct, second: Struct) -> Struct:
    fields = []
    for field in first.fields:
        other = second.get(field.name)
        if other is not None and other.type == field.type:
            fields.append(field)
    return Struct(tuple(fields))


def _refuse_ambiguous_names(alert: Struct, folder: FilePath) -> None:
    """Refuse names that DuckDB, blind to case, or the archive's own columns would confuse."""
    seen: dict[str, str] = dict.fromkeys(OWN_COLUMNS, "a column of the archive")
    for path, _ in walk(alert):
        other = seen.setdefault(path.lower(), path)
        if other != path:
            raise ConfigError(
                "survey-name",
                f"{folder}: the field '{path}' has the name of {other}",
                "case does not tell columns apart: such a schema cannot be archived",
            )


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else 0
