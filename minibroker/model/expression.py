"""What a filter means, after lowering: a small typed tree that both engines spell.

Every node is total: it has a value or NULL for every row, and the same one in both engines.
DOUBLE arithmetic may pass through NaN and infinities on its way; ``Operation.FINITE`` stands
wherever one could be seen, and turns it into NULL.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from minibroker.model.types import Array, Path, Scalar, Type


class Operation(Enum):
    """What a Call does to its arguments. NULL in any argument gives NULL, but for COALESCE."""

    ADD = "add"
    SUBTRACT = "subtract"
    MULTIPLY = "multiply"
    DIVIDE = "divide"
    NEGATE = "negate"
    """The five above are of DOUBLE, or of widened integers (never DIVIDE)."""
    WIDEN = "widen"
    """BIGINT to a type in which one step of arithmetic cannot overflow."""
    NARROW = "narrow"
    """A widened result back to BIGINT, NULL where it does not fit."""
    REMAINDER = "remainder"
    """Of BIGINT, with the sign of the dividend; NULL when the divisor is zero."""
    REMAINDER_LITERAL = "remainder-literal"
    """REMAINDER by a literal that is neither 0 nor -1."""
    FINITE = "finite"
    """A DOUBLE itself, or NULL where it is NaN or infinite."""
    TO_DOUBLE = "to-double"
    TO_TEXT = "to-text"
    """BIGINT in decimal digits."""
    ABSOLUTE = "absolute"
    SIGN = "sign"
    ROUND = "round"
    """Halves go away from zero. The argument must be finite."""
    FLOOR = "floor"
    CEILING = "ceiling"
    TRUNCATE = "truncate"
    SQUARE_ROOT = "square-root"
    POWER = "power"
    EXPONENTIAL = "exponential"
    LOGARITHM = "logarithm"
    LOGARITHM_2 = "logarithm-2"
    LOGARITHM_10 = "logarithm-10"
    SINE = "sine"
    COSINE = "cosine"
    TANGENT = "tangent"
    ARC_SINE = "arc-sine"
    ARC_COSINE = "arc-cosine"
    ARC_TANGENT = "arc-tangent"
    ARC_TANGENT_2 = "arc-tangent-2"
    UNSIGNED_ZERO = "unsigned-zero"
    """A DOUBLE itself, with -0.0 as 0.0."""
    GREATEST = "greatest"
    LEAST = "least"
    """NULL when any argument is NULL."""
    COALESCE = "coalesce"
    NULL_IF = "null-if"
    LOWER = "lower"
    UPPER = "upper"
    """LOWER and UPPER change the letters of ASCII only."""
    LENGTH = "length"
    """In code points."""
    SUBSTRING = "substring"
    STARTS_WITH = "starts-with"
    ENDS_WITH = "ends-with"
    CONTAINS = "contains"
    CONCATENATE = "concatenate"
    CARDINALITY = "cardinality"


class Comparator(Enum):
    """How Compare compares; the value is its spelling in every dialect."""

    EQUAL = "="
    UNEQUAL = "<>"
    LESS = "<"
    LESS_OR_EQUAL = "<="
    GREATER = ">"
    GREATER_OR_EQUAL = ">="
    DISTINCT = "IS DISTINCT FROM"
    NOT_DISTINCT = "IS NOT DISTINCT FROM"


class Verdict(Enum):
    """What Test asks of its operand; the value is its spelling in every dialect."""

    NULL = "IS NULL"
    NOT_NULL = "IS NOT NULL"
    TRUE = "IS TRUE"
    NOT_TRUE = "IS NOT TRUE"
    FALSE = "IS FALSE"
    NOT_FALSE = "IS NOT FALSE"


class Connective(Enum):
    """How Logic joins its terms; the value is its spelling in every dialect."""

    AND = "AND"
    OR = "OR"


class Gathering(Enum):
    """What an Aggregate makes of the elements; the value is its name in the filter language.

    Over no elements the first two are FALSE and 0, and the rest are NULL, as they are where
    every argument is. A DOUBLE may come out as NaN or infinite.
    """

    EXISTS = "exists"
    COUNT = "count"
    """Of elements; with an argument, of those where it is not NULL."""
    COUNT_DISTINCT = "count-distinct"
    MINIMUM = "min"
    MAXIMUM = "max"
    SUM = "sum"
    """Of BIGINT exact, and NULL where it does not fit."""
    MEAN = "avg"
    DEVIATION = "stddev_samp"
    VARIANCE = "var_samp"
    MEDIAN = "median"
    AT_MINIMUM = "arg_min"
    AT_MAXIMUM = "arg_max"
    """The first argument where the second is extreme, of elements that have both."""
    SLOPE = "regr_slope"
    ALL = "bool_and"
    ANY = "bool_or"


class Node:
    """What every kind of expression has.

    Lowering shares what it repeats, so a few nodes can stand for a tree of billions. These are
    found once for each node, from those of its parts.
    """

    @cached_property
    def size(self) -> int:
        """Nodes of the tree, a shared one as often as it stands there."""
        inside: list[int] = [part.size for part in self._parts]
        return 1 + sum(inside)

    @cached_property
    def depth(self) -> int:
        """Nodes inside each other, this one counted."""
        inside: list[int] = [part.depth for part in self._parts]
        return 1 + max(inside, default=0)

    @property
    def _parts(self) -> tuple[Expression, ...]:
        assert isinstance(self, Expression)
        return children(self)


@dataclass(frozen=True)
class Literal(Node):
    """A constant; never NULL, never NaN or infinite, zero never signed."""

    value: bool | int | float | str
    type: Scalar


@dataclass(frozen=True)
class Null(Node):
    """A typed NULL."""

    type: Scalar


@dataclass(frozen=True)
class Column(Node):
    """A field of the alert, or a column that both engines' tables have beside it."""

    path: Path
    type: Type


@dataclass(frozen=True)
class Element(Node):
    """The element of an array at a 1-based index; NULL beyond its end."""

    base: Expression
    index: int
    type: Type


@dataclass(frozen=True)
class Member(Node):
    """A field of a record that is not itself a Column: ``a[1].b``."""

    base: Expression
    name: str
    type: Type


@dataclass(frozen=True)
class Call(Node):
    """An operation on values."""

    operation: Operation
    arguments: tuple[Expression, ...]
    type: Scalar


@dataclass(frozen=True)
class Compare(Node):
    """A comparison of two values of one type."""

    comparator: Comparator
    left: Expression
    right: Expression
    type: Scalar = Scalar.BOOLEAN


@dataclass(frozen=True)
class Between(Node):
    """``low <= operand AND operand <= high``, all of one type."""

    operand: Expression
    low: Expression
    high: Expression
    type: Scalar = Scalar.BOOLEAN


@dataclass(frozen=True)
class OneOf(Node):
    """The operand equals one of the literals, all of its own type."""

    operand: Expression
    choices: tuple[Literal, ...]
    type: Scalar = Scalar.BOOLEAN


@dataclass(frozen=True)
class Like(Node):
    """The text matches a LIKE pattern whose escape, where it needs one, is ``!``."""

    operand: Expression
    pattern: str
    type: Scalar = Scalar.BOOLEAN


@dataclass(frozen=True)
class Matches(Node):
    """The text holds a match of a regular expression that means the same in Java and RE2."""

    operand: Expression
    pattern: str
    type: Scalar = Scalar.BOOLEAN


@dataclass(frozen=True)
class Test(Node):
    """A two-valued question about a value."""

    __test__ = False  # pytest collects classes by this name

    operand: Expression
    verdict: Verdict
    type: Scalar = Scalar.BOOLEAN


@dataclass(frozen=True)
class Logic(Node):
    """Two or more conditions joined by AND or by OR."""

    connective: Connective
    terms: tuple[Expression, ...]
    type: Scalar = Scalar.BOOLEAN


@dataclass(frozen=True)
class Not(Node):
    """The three-valued opposite."""

    term: Expression
    type: Scalar = Scalar.BOOLEAN


@dataclass(frozen=True)
class Case(Node):
    """The value of the first branch whose condition is TRUE, else ``otherwise``."""

    branches: tuple[tuple[Expression, Expression], ...]
    otherwise: Expression
    type: Scalar


@dataclass(frozen=True)
class OfElement(Node):
    """A field of the element that the SubQuery around it is at."""

    path: Path
    type: Type


@dataclass(frozen=True)
class Aggregate(Node):
    """What is gathered from the elements of the SubQuery around it."""

    gathering: Gathering
    arguments: tuple[Expression, ...]
    type: Scalar


@dataclass(frozen=True)
class Part:
    """Some of the elements that a SubQuery goes through."""

    column: Column
    """An array of records, or one record, which is left out where it is NULL."""
    where: Expression
    """Of this part's element alone: those for which it is not TRUE are left out."""


@dataclass(frozen=True)
class SubQuery(Node):
    """The value of aggregates over the elements for which a condition is TRUE.

    The condition and the value name only fields that every part's elements have.
    """

    parts: tuple[Part, ...]
    where: Expression
    value: Expression
    type: Scalar

    @property
    def array(self) -> Column | None:
        """The array where it is one, and all of it; else None."""
        (first, *rest) = self.parts
        is_whole = first.where == Literal(True, Scalar.BOOLEAN)
        is_array = isinstance(first.column.type, Array)
        return first.column if is_array and is_whole and not rest else None


Expression = (
    Literal
    | Null
    | Column
    | Element
    | Member
    | Call
    | Compare
    | Between
    | OneOf
    | Like
    | Matches
    | Test
    | Logic
    | Not
    | Case
    | OfElement
    | Aggregate
    | SubQuery
)


def children(expression: Expression) -> tuple[Expression, ...]:
    """Return the expressions directly inside one, left to right."""
    match expression:
        case Literal() | Null() | Column() | OfElement():
            return ()
        case Aggregate(arguments=arguments):
            return arguments
        case SubQuery(parts=parts, where=where, value=value):
            return (
                *(inside for part in parts for inside in (part.column, part.where)),
                where,
                value,
            )
        case Element(base=base) | Member(base=base):
            return (base,)
        case Call(arguments=arguments):
            return arguments
        case Compare(left=left, right=right):
            return (left, right)
        case Between(operand=operand, low=low, high=high):
            return (operand, low, high)
        case OneOf(operand=operand) | Like(operand=operand):
            return (operand,)
        case Matches(operand=operand) | Test(operand=operand):
            return (operand,)
        case Logic(terms=terms):
            return terms
        case Not(term=term):
            return (term,)
        case Case(branches=branches, otherwise=otherwise):
            return (*(part for branch in branches for part in branch), otherwise)


def walk(expression: Expression) -> Iterator[Expression]:
    """Yield the expression and everything inside it, outermost first."""
    waiting = [expression]
    while waiting:
        current = waiting.pop()
        yield current
        waiting.extend(reversed(children(current)))
