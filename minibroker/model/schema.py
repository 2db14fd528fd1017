"""Avro schemas: many .avsc files to one self-contained schema, and that to the types of a filter.

A field that a filter could not use is left out of the types (never guessed at): a union of
several types, a field that is always null, and whatever holds only such. It stays in the packet.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path as FilePath
from typing import Any

from minibroker.model.errors import ConfigError
from minibroker.model.types import Array, Field, Map, Scalar, Struct, Type

Avro = dict[str, Any]
Describe = Callable[[str, str], tuple[str, str]]
"""(record's simple name, field's name) to (unit, description), both empty when unknown."""

_PRIMITIVES = {
    "boolean": Scalar.BOOLEAN,
    "int": Scalar.BIGINT,
    "long": Scalar.BIGINT,
    "float": Scalar.DOUBLE,
    "double": Scalar.DOUBLE,
    "string": Scalar.VARCHAR,
    "bytes": Scalar.BYTES,
}
_NAMED = ("record", "error", "enum", "fixed")
_HOLDS = {"array": "items", "map": "values"}


def read_schema(folder: FilePath, record: str = "") -> Avro:
    """Join a folder's .avsc files into the alert's record, every named type at its first use.

    ``record`` is the alert's simple or full name; without it the one record that no other
    uses. All names in the result are full names. Raises ConfigError for a file that is not
    an Avro schema, a name that is nowhere defined or defined twice, and a recursive type.
    """
    types = _Names(folder)
    for file in sorted(folder.glob("*.avsc")):
        types.add_file(file)
    return types.self_contained(types.root(record))


def simple_name(avro: Avro) -> str:
    """Return the last part of a named type's name."""
    return str(avro["name"]).rpartition(".")[2]


def struct_of(avro: Avro, describe: Describe = lambda record, field: ("", "")) -> Struct:
    """Return the fields of a self-contained record as a filter sees them."""
    return _Conversion(describe).struct(avro)


def merge_versions(versions: Sequence[tuple[str, Struct]]) -> Struct:
    """Return the union of a record's versions, given newest first.

    Fields stand in the newest version's order, those of older versions after. A field that is
    BIGINT in one and DOUBLE in another is DOUBLE. Raises ConfigError for other differences.
    """
    merged = versions[0][1]
    for count, (version, struct) in enumerate(versions[1:], start=1):
        try:
            merged = _merge_structs(merged, struct, "")
        except _Conflict as conflict:
            path, new, old = conflict.args
            newer = next(v for v, s in versions[:count] if path in dict(walk(s)))
            raise ConfigError(
                "schema-conflict",
                f"{path} is {new} in version {newer} and {old} in version {version}",
                "one column has one type: take one of the versions out of the survey's folder",
            ) from None
    return merged


def walk(struct: Struct, prefix: str = "") -> Iterator[tuple[str, Field]]:
    """Yield every field and its dotted path, parents first.

    ``[]`` stands for an array's elements and ``{}`` for a map's values.
    """
    for field in struct.fields:
        path = prefix + field.name
        inner = field.type
        while isinstance(inner, Array | Map):
            path += "[]" if isinstance(inner, Array) else "{}"
            inner = inner.element if isinstance(inner, Array) else inner.value
        yield path, field
        if isinstance(inner, Struct):
            yield from walk(inner, path + ".")


class _Names:
    """The named types of a folder, by full name, each with the namespace it is read in."""

    def __init__(self, folder: FilePath) -> None:
        self._folder = folder
        self._types: dict[str, tuple[Avro, str]] = {}
        self._top: dict[str, FilePath] = {}

    def add_file(self, file: FilePath) -> None:
        try:
            schema = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError) as error:
            raise _fault(f"{file}: not readable as JSON: {error}", "repair the file") from error
        for top in schema if isinstance(schema, list) else [schema]:
            if not isinstance(top, dict) or top.get("type") not in _NAMED:
                raise _fault(
                    f"{file}: expected a record, an enum or a fixed, found {_short(top)}",
                    "an .avsc file holds one named type, or a list of them",
                )
            self._top[self._add(top, "", file)] = file

    def _add(self, node: Any, namespace: str, file: FilePath) -> str:
        """Enter every named type within ``node``; return the full name of ``node`` itself."""
        if isinstance(node, str):
            return ""
        if isinstance(node, list):
            for branch in node:
                self._add(branch, namespace, file)
            return ""
        kind = node.get("type") if isinstance(node, dict) else None
        if kind is None or (kind in ("array", "map") and _HOLDS[kind] not in node):
            raise _fault(f"{file}: {_short(node)} is not an Avro type", "repair the schema")
        full = ""
        if kind in _NAMED:
            full, namespace = _full_name(node, namespace, file)
            if full in self._types:
                raise _fault(
                    f"{file}: {full} is defined twice in {self._folder}",
                    "keep one definition and use its name elsewhere",
                )
            self._types[full] = (node, namespace)
            for field in _fields(node, file) if kind in ("record", "error") else ():
                self._add(field["type"], namespace, file)
        elif kind in ("array", "map"):
            self._add(node[_HOLDS[kind]], namespace, file)
        else:
            self._add(kind, namespace, file)
        return full

    def root(self, record: str) -> str:
        records = [name for name in self._top if self._types[name][0]["type"] == "record"]
        if not records:
            raise _fault(f"{self._folder}: no .avsc file holds a record", "add the alert's schema")
        if record:
            found = [n for n in records if record in (n, n.rpartition(".")[2])]
        else:
            used = {name for name in self._top for name in self._uses(name)}
            found = [name for name in records if name not in used]
        if len(found) != 1:
            names = ", ".join(sorted(records))
            which = f"{record!r}" if record else "the alert's record"
            count = "is not there" if not found else f"could be {', '.join(sorted(found))}"
            raise _fault(
                f"{self._folder}: {which} {count}",
                f"set `record` in survey.toml to one of: {names}",
            )
        return found[0]

    def _uses(self, name: str) -> set[str]:
        """Return the full names that the definition of ``name`` mentions."""
        used: set[str] = set()

        def visit(node: Any, namespace: str) -> None:
            if isinstance(node, str) and node not in _PRIMITIVES and node != "null":
                used.add(self._resolve(node, namespace))
            elif isinstance(node, list):
                for branch in node:
                    visit(branch, namespace)
            elif isinstance(node, dict):
                kind = node["type"]
                if kind in ("record", "error"):
                    _, namespace = _full_name(node, namespace, self._folder)
                    for field in node["fields"]:
                        visit(field["type"], namespace)
                elif kind in ("array", "map"):
                    visit(node[_HOLDS[kind]], namespace)
                elif kind not in _NAMED:
                    visit(kind, namespace)

        visit(*self._types[name])
        return used

    def _resolve(self, name: str, namespace: str) -> str:
        full = name if "." in name or not namespace else f"{namespace}.{name}"
        if full not in self._types:
            known = ", ".join(sorted(self._types))
            raise _fault(
                f"{self._folder}: the type {full} is used and nowhere defined",
                f"add its .avsc file, or correct the name; defined are: {known}",
            )
        return full

    def self_contained(self, root: str) -> Avro:
        written: set[str] = set()

        def named(full: str, within: tuple[str, ...]) -> Any:
            if full in within:
                cycle = " > ".join((*within[within.index(full) :], full))
                raise ConfigError(
                    "schema-recursive",
                    f"{self._folder}: the record {full} holds itself ({cycle})",
                    "a column has a fixed depth: a recursive record cannot be an alert's field",
                )
            if full in written:
                return full
            written.add(full)
            node, namespace = self._types[full]
            result = {k: v for k, v in node.items() if k != "namespace"} | {"name": full}
            if "fields" in node:
                inside = (*within, full)
                result["fields"] = [
                    field | {"type": expand(field["type"], namespace, inside)}
                    for field in node["fields"]
                ]
            return result

        def expand(node: Any, namespace: str, within: tuple[str, ...]) -> Any:
            if isinstance(node, str):
                if node in _PRIMITIVES or node == "null":
                    return node
                return named(self._resolve(node, namespace), within)
            if isinstance(node, list):
                return [expand(branch, namespace, within) for branch in node]
            kind = node["type"]
            if kind in _NAMED:
                return named(_full_name(node, namespace, self._folder)[0], within)
            if kind in ("array", "map"):
                return node | {_HOLDS[kind]: expand(node[_HOLDS[kind]], namespace, within)}
            inner = expand(kind, namespace, within)
            return inner if node.keys() == {"type"} else node | {"type": inner}

        result: Avro = named(root, ())
        return result


class _Conversion:
    """One self-contained schema to types; a record used twice is converted once."""

    def __init__(self, describe: Describe) -> None:
        self._describe = describe
        self._seen: dict[str, Type | None] = {}

    def struct(self, avro: Avro) -> Struct:
        fields = []
        for field in avro["fields"]:
            kind = self._type(field["type"])
            if kind is not None:
                unit, description = self._describe(simple_name(avro), field["name"])
                is_single = _is_single(field["type"])
                fields.append(Field(field["name"], kind, unit, description, is_single))
        return Struct(tuple(fields))

    def _type(self, node: Any) -> Type | None:
        if isinstance(node, str):
            return _PRIMITIVES.get(node) or self._seen.get(node)
        if isinstance(node, list):
            branches = [branch for branch in node if branch != "null"]
            return self._type(branches[0]) if len(branches) == 1 else None
        kind = node["type"]
        if kind in _NAMED:
            return self._named(node)
        if kind == "array":
            element = self._type(node["items"])
            return None if element is None else Array(element)
        if kind == "map":
            value = self._type(node["values"])
            return None if value is None else Map(value)
        return self._type(kind)

    def _named(self, node: Avro) -> Type | None:
        kind: Type | None = {"enum": Scalar.VARCHAR, "fixed": Scalar.BYTES}.get(node["type"])
        if kind is None:
            struct = self.struct(node)
            kind = struct if struct.fields else None
        self._seen[node["name"]] = kind
        return kind


def _is_single(node: Any) -> bool:
    branches = node if isinstance(node, list) else [node]
    return [branch for branch in branches if branch != "null"] == ["float"]


class _Conflict(Exception):
    """A field's path and the two types that have no common one."""


def _merge_structs(new: Struct, old: Struct, prefix: str) -> Struct:
    older = {field.name: field for field in old.fields}
    fields = []
    for field in new.fields:
        other = older.pop(field.name, None)
        if other is None:
            fields.append(field)
            continue
        fields.append(
            Field(
                field.name,
                _merge_types(field.type, other.type, prefix + field.name),
                field.unit or other.unit,
                field.description or other.description,
                field.is_single and other.is_single,
            )
        )
    return Struct((*fields, *older.values()))


def _merge_types(new: Type, old: Type, path: str) -> Type:
    if isinstance(new, Struct) and isinstance(old, Struct):
        return _merge_structs(new, old, path + ".")
    if isinstance(new, Array) and isinstance(old, Array):
        return Array(_merge_types(new.element, old.element, path + "[]"))
    if isinstance(new, Map) and isinstance(old, Map):
        return Map(_merge_types(new.value, old.value, path + "{}"))
    if new == old:
        return new
    if {new, old} == {Scalar.BIGINT, Scalar.DOUBLE}:
        return Scalar.DOUBLE
    raise _Conflict(path, new, old)


def _full_name(node: Avro, namespace: str, file: FilePath) -> tuple[str, str]:
    """Return a named type's full name and the namespace that holds inside it."""
    name = node.get("name")
    if not isinstance(name, str) or not name:
        raise _fault(f"{file}: a {node['type']} has no name", "give every named type a `name`")
    if "." in name:
        return name, name.rpartition(".")[0]
    space = node.get("namespace", namespace)
    return (f"{space}.{name}" if space else name), space


def _fields(node: Avro, file: FilePath) -> list[Avro]:
    fields = node.get("fields")
    if not isinstance(fields, list) or not all(
        isinstance(field, dict) and isinstance(field.get("name"), str) and "type" in field
        for field in fields
    ):
        raise _fault(
            f"{file}: the record {node['name']} has no list of fields with `name` and `type`",
            "repair the schema",
        )
    return fields


def _fault(message: str, remedy: str) -> ConfigError:
    return ConfigError("schema-invalid", message, remedy)


def _short(value: Any) -> str:
    text = json.dumps(value)
    return text if len(text) <= 60 else text[:57] + "..."
