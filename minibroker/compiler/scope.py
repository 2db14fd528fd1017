"""What a name means: fields of the alert, and the nearest ones for a name that means nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from minibroker.compiler.faults import Faults, nearest
from minibroker.compiler.meaning import FieldOf, FieldOfElement, Meaning, PartOf
from minibroker.model.diagnostic import Span
from minibroker.model.survey import Survey
from minibroker.model.types import Array, Field, Map, Path, Scalar, Struct, Type, dotted


@dataclass(frozen=True)
class Name:
    """One part of a dotted name and where it stands."""

    text: str
    span: Span
    is_quoted: bool = False


@dataclass(frozen=True)
class Elements:
    """What a sub-query goes through, and the name that it gives each element."""

    alias: str
    """Empty where the fields of the element have no name before them: in a view's condition."""
    type: Struct


@dataclass(frozen=True)
class Scope:
    """The names that an expression may use."""

    survey: Survey
    qualifiers: frozenset[str]
    """What may stand before a field: the survey's name, the alias that FROM gives it."""
    element: Elements | None = None
    """The array whose elements a name may mean, inside of a sub-query."""

    def resolve(self, names: tuple[Name, ...], faults: Faults) -> Meaning | None:
        """Return the field that a dotted name means; None after noting why it has none."""
        span = Span(names[0].span.start, names[-1].span.end)
        if self.element is not None and self.element.alias in ("", names[0].text):
            return self._of_element(self.element, names, span, faults)
        is_qualified = (
            len(names) > 1
            and names[0].text in self.qualifiers
            and self.survey.alert.get(names[0].text) is None
        )
        if is_qualified:
            names = names[1:]
        path = tuple(name.text for name in names)
        if path[0] in self.survey.cutouts:
            hint = "filter on the numbers that the survey measured on it"
            faults.error("cutout-field", f"'{path[0]}' is an image: no filter sees it", span, hint)
            return None
        type = self._descend(self.survey.alert, names, span, faults)
        return None if type is None else FieldOf(span, type, path)

    def _of_element(
        self, elements: Elements, names: tuple[Name, ...], span: Span, faults: Faults
    ) -> Meaning | None:
        known = 1 if elements.alias else 0
        if len(names) == known:
            first = elements.type.fields[0].name
            message = f"'{elements.alias}' is a whole element, not a single value"
            hint = f"name a field of it: {elements.alias}.{first}"
            faults.error("not-a-value", message, span, hint)
            return None
        type = self._descend(elements.type, names[known:], span, faults, names[:known])
        path = tuple(name.text for name in names[known:])
        if isinstance(type, Array):
            message = "a list inside of an element is no single value"
            faults.error("bad-sub-query", message, span, "name its single values")
            return None
        return None if type is None else FieldOfElement(span, type, path)

    def part(self, base: Meaning, name: Name, faults: Faults) -> Meaning | None:
        """Return a field of a record that is an element of a list."""
        span = Span(base.span.start, name.span.end)
        type = self._descend(base.type, (name,), span, faults)
        return None if type is None else PartOf(span, type, base, name.text)

    def _descend(
        self,
        type: Type | None,
        names: tuple[Name, ...],
        span: Span,
        faults: Faults,
        holder: tuple[Name, ...] = (),
    ) -> Type | None:
        """Return the type at the end of names; ``holder`` is what stood before them."""
        for index, name in enumerate(names):
            before = dotted(tuple(each.text for each in (*holder, *names[:index])))
            found = type.get(name.text) if isinstance(type, Struct) else None
            if found is None:
                self._refuse(type, before, (*holder, *names), span, faults)
                return None
            type = found.type
        return type

    def _refuse(
        self, type: Type | None, before: str, names: tuple[Name, ...], span: Span, faults: Faults
    ) -> None:
        written = dotted(tuple(name.text for name in names))
        if isinstance(type, Array):
            rest = written[len(before) + 1 :]
            message = f"'{before}' is a list: it has no field '{rest}', its elements have"
            faults.error("not-a-record", message, span, f"take one element: {before}[1].{rest}")
        elif isinstance(type, Map):
            message = f"'{before}' is a map, and maps are not in the language yet"
            faults.error("not-a-value", message, span)
        elif isinstance(type, Struct):
            message = f"{self.survey.name} has no field '{written}'"
            hint = "" if faults.is_full else self._suggestion(written, before, type)
            if len(names) == 1 and names[0].is_quoted:
                hint = f"write '{written}' for a text: double quotes are for names"
            faults.error("unknown-field", message, span, hint)
        else:
            message = f"'{before}' is {_a(type)}, it has no parts"
            faults.error("not-a-record", message, span, f"write {before}")

    def _suggestion(self, written: str, before: str, inside: Struct) -> str:
        """Return the nearest names: in the record that was named, else by their last part."""
        wanted = written.rpartition(".")[2]
        if inside is not self.survey.alert:
            prefix = f"{before}." if before else ""
            local = {f"{prefix}{field.name}": field for field in inside.fields}
            described = [
                _described(prefix + name, local[prefix + name])
                for name in _close(wanted, [field.name for field in inside.fields])
            ]
        else:
            fields = {dotted(path): field for path, field in self.fields()}
            names = _nearest_paths(written, wanted, tuple(fields))
            described = [_described(name, fields[name]) for name in names]
        if not described:
            return f"minibroker schema {self.survey.name} lists its fields"
        return f"did you mean {' or '.join(described)}?"

    def fields(self) -> Iterator[tuple[Path, Field]]:
        """Yield every field that a filter can name without a subscript, records too."""
        waiting: list[tuple[Path, Field]] = [
            ((field.name,), field)
            for field in reversed(self.survey.alert.fields)
            if field.name not in self.survey.cutouts
        ]
        while waiting:
            path, field = waiting.pop()
            yield path, field
            if isinstance(field.type, Struct):
                inside = [((*path, part.name), part) for part in field.type.fields]
                waiting.extend(reversed(inside))


def _close(wanted: str, names: Sequence[str]) -> list[str]:
    """Return the names nearest to one; only the right case where nothing else is wrong."""
    same = [name for name in names if name.lower() == wanted.lower()]
    if same:
        return same
    longer = [name for name in names if name.lower().startswith(wanted.lower())]
    return list(dict.fromkeys([*nearest(wanted, longer, least=0.3), *nearest(wanted, names)]))[:3]


@lru_cache(maxsize=128)  # A text that names no survey is read once for each, and once more.
def _nearest_paths(written: str, wanted: str, paths: tuple[str, ...]) -> tuple[str, ...]:
    leaves: dict[str, list[str]] = {}
    for path in paths:
        leaves.setdefault(path.rpartition(".")[2], []).append(path)
    found = [path for leaf in _close(wanted, list(leaves)) for path in leaves[leaf]]
    whole = nearest(written, paths)
    found.sort(key=lambda path: (path not in whole, path.count(".")))
    return tuple(dict.fromkeys([*found, *whole]))[:3]


def _described(name: str, field: Field) -> str:
    return f"'{name}' (in {field.unit})" if field.unit else f"'{name}'"


def _a(type: Type | None) -> str:
    names = {
        Scalar.BOOLEAN: "a truth value",
        Scalar.BIGINT: "an integer",
        Scalar.DOUBLE: "a number",
        Scalar.VARCHAR: "a text",
        Scalar.BYTES: "a string of bytes",
    }
    match type:
        case Scalar():
            return names[type]
        case Array():
            return "a list"
        case Struct():
            return "a record"
        case Map():
            return "a map"
        case None:
            return "NULL"


def a_type(type: Type | None) -> str:
    """Return the word for a type with its article: ``a number``."""
    return _a(type)
