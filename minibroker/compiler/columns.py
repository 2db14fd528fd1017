"""Which fields of the alert a filter reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from minibroker.compiler.functions import RECEIVED_MJD
from minibroker.model.expression import (
    Column,
    Element,
    Expression,
    Member,
    OfElement,
    SubQuery,
    children,
    walk,
)
from minibroker.model.survey import Survey
from minibroker.model.types import Array, Path, Scalar, Struct, Type


def columns_read(expressions: Iterable[Expression], survey: Survey) -> tuple[Path, ...]:
    """Return the fields that expressions read, in the order of the survey's packets.

    A record or list that is read as a whole (``x IS NULL``, ``cardinality(x)``) is one path; a
    field of an element of a list is the list's path and the field's name.
    """
    read = {path for expression in expressions for path in _paths(expression)}
    return tuple(path for path in _in_order(survey.alert, ()) if path in read)


def _paths(expression: Expression) -> Iterator[Path]:
    if isinstance(expression, SubQuery):
        yield from _paths_of_subquery(expression)
        return
    path = _path(expression)
    if path is not None:
        if expression != RECEIVED_MJD:
            yield path
        return
    for part in children(expression):
        yield from _paths(part)


def _paths_of_subquery(query: SubQuery) -> Iterator[Path]:
    shared = {*_inside(query.where), *_inside(query.value)}
    for part in query.parts:
        read = shared | set(_inside(part.where))
        # Counting elements reads none of their fields, and a list must have some.
        yield from ((*part.column.path, *path) for path in read or {_first(part.column.type)})
        yield from _paths(part.where)
    yield from _paths(query.where)
    yield from _paths(query.value)


def _inside(expression: Expression) -> Iterator[Path]:
    return (part.path for part in walk(expression) if isinstance(part, OfElement))


def _first(type: Type) -> Path:
    """Return the first single value of a record, or of an element of a list."""
    if isinstance(type, Array):
        return _first(type.element)
    if isinstance(type, Struct):
        scalars = [field for field in type.fields if isinstance(field.type, Scalar)]
        return ((scalars or type.fields)[0].name,)
    return ()


def _path(expression: Expression) -> Path | None:
    match expression:
        case Column(path=path):
            return path
        case Element(base=base):
            return _path(base)
        case Member(base=base, name=name):
            inside = _path(base)
            return None if inside is None else (*inside, name)
        case _:
            return None


def _in_order(type: Type, before: Path) -> Iterator[Path]:
    if before:
        yield before
    if isinstance(type, Array):
        yield from list(_in_order(type.element, before))[1:]
    elif isinstance(type, Struct):
        for field in type.fields:
            yield from _in_order(field.type, (*before, field.name))
