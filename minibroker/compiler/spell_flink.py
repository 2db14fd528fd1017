"""The condition in Flink SQL."""

from __future__ import annotations

from dataclasses import replace

from minibroker.compiler.build import ORDERINGS
from minibroker.compiler.pattern import has_single, like_as_expression
from minibroker.compiler.program import absorb, mapped, write_program
from minibroker.compiler.spell import (
    SHARED_FORMS,
    Dialect,
    Form,
    Tightness,
    prefix,
    quoted_text,
    spell,
    value,
)
from minibroker.model.expression import (
    Between,
    Call,
    Compare,
    Expression,
    Like,
    Literal,
    Matches,
    Operation,
    SubQuery,
)
from minibroker.model.types import Scalar

ARRAY_EVAL = "ARRAY_EVAL"
"""The function of ours that runs a sub-query."""


def _subquery(query: SubQuery) -> str:
    program, outer = write_program(query)
    columns = [part.column for part in query.parts]
    # Not as ROW(…): Flink would copy the lists into it, once for every call.
    values = [spell(value, FLINK) for value in (*columns, *outer)]
    return f"{ARRAY_EVAL}({', '.join([quoted_text(program), *values])})"


FLINK = Dialect(
    quote="`",
    types={
        Scalar.BOOLEAN: "BOOLEAN",
        Scalar.BIGINT: "BIGINT",
        Scalar.DOUBLE: "DOUBLE",
        Scalar.VARCHAR: "STRING",
        Scalar.BYTES: "BYTES",
    },
    forms={
        **SHARED_FORMS,
        # BIGINT wraps in silence. DECIMAL(19, 0) holds it, and the sum, difference and product
        # of two fit into DECIMAL(38, 0). No cast from DECIMAL to BIGINT gives NULL for what
        # does not fit (it wraps too); reading the digits does.
        Operation.WIDEN: Form("CAST({0} AS DECIMAL(19, 0))"),
        Operation.NARROW: Form("TRY_CAST(CAST({0} AS STRING) AS BIGINT)"),
        # MOD by zero fails the job.
        Operation.REMAINDER: Form(
            "CASE WHEN {1} <> 0 THEN MOD({0}, {1}) END", inside=Tightness.SUM
        ),
        # TRUNCATE of a NULL fails the job.
        Operation.TRUNCATE: Form(
            "CASE WHEN {0} < 0E0 THEN CEIL({0}) ELSE FLOOR({0}) END", inside=Tightness.SUM
        ),
        Operation.TO_TEXT: Form("CAST({0} AS STRING)"),
        Operation.GREATEST: prefix("GREATEST"),
        Operation.LEAST: prefix("LEAST"),
        # These two are INT.
        Operation.LENGTH: Form("CAST(CHAR_LENGTH({0}) AS BIGINT)"),
        Operation.CARDINALITY: Form("CAST(CARDINALITY({0}) AS BIGINT)"),
        Operation.STARTS_WITH: prefix("STARTSWITH"),
        Operation.ENDS_WITH: prefix("ENDSWITH"),
        # CONTAINS is a reserved word, and POSITION(a IN b) takes no brackets around a.
        Operation.CONTAINS: Form("INSTR({0}, {1}) > 0", Tightness.COMPARISON),
    },
    matches="REGEXP",
    subquery=_subquery,
)


def create_function() -> str:
    """Return the statement that makes the function for sub-queries known to a job."""
    return (
        f"CREATE TEMPORARY SYSTEM FUNCTION {ARRAY_EVAL} "
        "AS 'minibroker.subquery.ArrayEval' LANGUAGE JAVA"
    )


def spell_flink(expression: Expression) -> str:
    """Return the expression in Flink SQL; every part of it is total."""
    return spell(_for_flink(absorb(expression)), FLINK)


def flink_value(expression: Expression) -> str:
    """Return the expression as an argument of a function, of its own type whatever it is."""
    return value(_for_flink(absorb(expression)), FLINK)


def _for_flink(expression: Expression) -> Expression:
    """Write around what Flink means by LIKE and by the order of texts.

    Its ``_`` stands for no end of a line. It orders texts by their bytes only where one of the
    two has never been Java's, which any filter of the job can bring about; what SUBSTRING
    copies is bytes again. Programs of ours do both by themselves.
    """
    if isinstance(expression, SubQuery):
        return expression
    inside = mapped(expression, _for_flink)
    match inside:
        case Like(operand=operand, pattern=pattern) if has_single(pattern):
            return Matches(operand, like_as_expression(pattern))
        case Compare(comparator=comparator, left=left, right=right) if comparator in ORDERINGS:
            # Two literals are compared by the compiler.
            if isinstance(left, Literal):
                return replace(inside, right=_as_bytes(right))
            return replace(inside, left=_as_bytes(left))
        case Between(operand=operand):
            return replace(inside, operand=_as_bytes(operand))
        case Call(operation=Operation.GREATEST | Operation.LEAST, arguments=arguments):
            return replace(inside, arguments=tuple(map(_as_bytes, arguments)))
        case _:
            return inside


def _as_bytes(operand: Expression) -> Expression:
    is_copy = isinstance(operand, Call) and operand.operation is Operation.SUBSTRING
    if operand.type is not Scalar.VARCHAR or is_copy or isinstance(operand, Literal):
        return operand
    return Call(Operation.SUBSTRING, (operand, Literal(1, Scalar.BIGINT)), Scalar.VARCHAR)
