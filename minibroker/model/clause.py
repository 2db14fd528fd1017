"""A filter's condition in the parts that its text has, each ready to be asked of the archive."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from minibroker.model.diagnostic import Span


@dataclass(frozen=True)
class Operand:
    """Something that a clause compares or reads; a constant is none."""

    span: Span
    sql: str
    """Its value in DuckDB's SQL."""


@dataclass(frozen=True)
class ListWalk:
    """The elements that a sub-query in a clause goes through."""

    span: Span
    every: str
    """A list of records in DuckDB's SQL, of the fields that the sub-query reads."""
    counted: str
    """Those of them that meet its condition."""


@dataclass(frozen=True)
class Clause:
    """A condition, or a part of one that is a condition itself."""

    span: Span
    connective: str
    """AND, OR or NOT of ``parts``; empty where a clause has no parts."""
    parts: tuple[Clause, ...]
    sql: str
    """TRUE, FALSE or NULL in DuckDB's SQL."""
    distance: str
    """How much the compared numbers are apart from what would make the clause TRUE.

    In DuckDB's SQL and the unit of the numbers: 0 where it is TRUE, or where x > 5 fails by
    x = 5; NULL where the numbers say nothing.
    """
    operands: tuple[Operand, ...] = ()
    walks: tuple[ListWalk, ...] = ()

    def conjuncts(self) -> tuple[Clause, ...]:
        """Return the clauses that are joined by AND at the outermost level."""
        if self.connective == "AND":
            return tuple(inner for part in self.parts for inner in part.conjuncts())
        return (self,)

    def all(self) -> Iterator[Clause]:
        """Yield the clause and all inside it, outermost first."""
        yield self
        for part in self.parts:
            yield from part.all()
