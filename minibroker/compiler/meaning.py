"""What the user said, with names resolved and types known, before it is lowered.

Operators are functions with a spelling of their own, so a tree has few kinds of node.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from minibroker.model.diagnostic import Span
from minibroker.model.expression import Gathering
from minibroker.model.types import Path, Scalar, Type


@dataclass(frozen=True)
class Constant:
    """A literal; ``value`` None is NULL, and its type None until something decides it."""

    span: Span
    type: Scalar | None
    value: bool | int | float | str | None


@dataclass(frozen=True)
class FieldOf:
    """A field of the alert."""

    span: Span
    type: Type
    path: Path


@dataclass(frozen=True)
class ItemOf:
    """The element of a list at a 1-based index."""

    span: Span
    type: Type
    base: Meaning
    index: int


@dataclass(frozen=True)
class PartOf:
    """A field of a record that is not itself a field of the alert."""

    span: Span
    type: Type
    base: Meaning
    name: str


@dataclass(frozen=True)
class Apply:
    """A function or an operator of the language, by its name there."""

    span: Span
    type: Scalar
    function: str
    arguments: tuple[Meaning, ...]


@dataclass(frozen=True)
class Choice:
    """CASE: the value of the first branch whose condition is TRUE, or equals the subject."""

    span: Span
    type: Scalar
    branches: tuple[tuple[Meaning, Meaning], ...]
    otherwise: Meaning
    subject: Meaning | None = None


@dataclass(frozen=True)
class FieldOfElement:
    """A field of the element that the sub-query around it is at."""

    span: Span
    type: Type
    path: Path


@dataclass(frozen=True)
class Gathered:
    """An aggregate over the elements of the sub-query around it."""

    span: Span
    type: Scalar
    gathering: Gathering
    arguments: tuple[Meaning, ...]


@dataclass(frozen=True)
class Source:
    """An array of the alert whose elements a sub-query goes through, or a record as one of them."""

    field: FieldOf
    where: Meaning
    """Which of them; for a view its survey's text, not the filter's, so its spans mean nothing."""


@dataclass(frozen=True)
class Nested:
    """A sub-query over one of the alert's arrays, or over a view of several."""

    span: Span
    type: Scalar
    sources: tuple[Source, ...]
    where: Meaning
    value: Meaning


Meaning = Constant | FieldOf | ItemOf | PartOf | Apply | Choice | FieldOfElement | Gathered | Nested


def parts(meaning: Meaning) -> tuple[Meaning, ...]:
    """Return what is directly inside, left to right."""
    match meaning:
        case Constant() | FieldOf() | FieldOfElement():
            return ()
        case Gathered(arguments=arguments):
            return arguments
        case Nested(sources=sources, where=where, value=value):
            return (*(source.field for source in sources), where, value)
        case ItemOf(base=base) | PartOf(base=base):
            return (base,)
        case Apply(arguments=arguments):
            return arguments
        case Choice(branches=branches, otherwise=otherwise, subject=subject):
            first = () if subject is None else (subject,)
            return (*first, *(part for branch in branches for part in branch), otherwise)


def walk(meaning: Meaning) -> Iterator[Meaning]:
    """Yield the meaning and everything inside it, outermost first."""
    waiting = [meaning]
    while waiting:
        current = waiting.pop()
        yield current
        waiting.extend(reversed(parts(current)))


def conjuncts(meaning: Meaning) -> tuple[Meaning, ...]:
    """Return the conditions that are joined by AND at the outermost level."""
    if isinstance(meaning, Apply) and meaning.function == "AND":
        return tuple(term for part in meaning.arguments for term in conjuncts(part))
    return (meaning,)
