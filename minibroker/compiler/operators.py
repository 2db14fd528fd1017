"""Resolve operators, IN, LIKE, CASE and CAST: what their sides must be, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from sqlglot import exp

from minibroker.compiler.calls import resolve_call
from minibroker.compiler.meaning import Apply, Choice, Constant, Meaning
from minibroker.compiler.numerals import resolve_number
from minibroker.compiler.pattern import PatternError, like_pattern
from minibroker.compiler.scope import a_type
from minibroker.compiler.typing import (
    check_comparable,
    common_type,
    expect_number,
    expect_text,
    expect_truth,
    typed_null,
)
from minibroker.model.diagnostic import Span
from minibroker.model.types import Scalar

if TYPE_CHECKING:
    from minibroker.compiler.resolve import Resolver

_COMPARISONS: Mapping[type[exp.Expr], str] = {
    exp.EQ: "=",
    exp.NEQ: "<>",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.GT: ">",
    exp.GTE: ">=",
    exp.NullSafeEQ: "IS NOT DISTINCT FROM",
    exp.NullSafeNEQ: "IS DISTINCT FROM",
}
_ARITHMETIC: Mapping[type[exp.Expr], str] = {
    exp.Add: "+",
    exp.Sub: "-",
    exp.Mul: "*",
    exp.Div: "/",
}
_CASTS: Mapping[exp.DType, Scalar] = {
    exp.DType.DOUBLE: Scalar.DOUBLE,
    exp.DType.BIGINT: Scalar.BIGINT,
    exp.DType.TEXT: Scalar.VARCHAR,
    exp.DType.VARCHAR: Scalar.VARCHAR,
}


def _comparison(resolver: Resolver, node: exp.Binary) -> Meaning | None:
    operator = _COMPARISONS[type(node)]
    span = resolver.spans.of(node)
    geometry = _geometry(node)
    if geometry is not None:
        return _contained(resolver, *geometry, span)
    sides = resolver.all([node.this, node.expression])
    if sides is None:
        return None
    left, right = sides
    joined = check_comparable(operator, left, right, span, resolver.faults)
    if joined is None:
        return None
    pair = (typed_null(left, joined), typed_null(right, joined))
    return Apply(span, Scalar.BOOLEAN, operator, pair)


def _contained(resolver: Resolver, call: exp.Expr, wanted: str, span: Span) -> Meaning | None:
    inside = resolve_call(resolver, call, as_number=True)
    if inside is None or wanted == "1":
        return inside
    return Apply(span, Scalar.BOOLEAN, "NOT", (inside,))


def _is(resolver: Resolver, node: exp.Is) -> Meaning | None:
    operand = resolver.resolve(node.this)
    if operand is None:
        return None
    span = resolver.spans.of(node)
    wanted = node.expression
    if isinstance(wanted, exp.Null):
        known = typed_null(operand, Scalar.BOOLEAN)
        return Apply(span, Scalar.BOOLEAN, "IS NULL", (known,))
    if isinstance(wanted, exp.Boolean):
        checked = expect_truth(operand, resolver.faults)
        word = "IS TRUE" if wanted.this else "IS FALSE"
        return None if checked is None else Apply(span, Scalar.BOOLEAN, word, (checked,))
    message = "IS asks for NULL, TRUE or FALSE only"
    resolver.faults.error("not-supported", message, span, "write = to compare values")
    return None


def _in(resolver: Resolver, node: exp.In) -> Meaning | None:
    span = resolver.spans.of(node)
    if not node.expressions:
        message = "IN needs values in brackets"
        resolver.faults.error("syntax", message, span, "write IN ('t', '1')")
        return None
    resolved = resolver.all([node.this, *node.expressions])
    if resolved is None:
        return None
    operand, *choices = resolved
    for choice in choices:
        if isinstance(choice, Constant) and choice.value is None:
            message = "nothing equals NULL, so it has no place in IN"
            resolver.faults.error(
                "compared-with-null", message, choice.span, "write x IS NULL OR …"
            )
            return None
        if check_comparable("=", operand, choice, choice.span, resolver.faults) is None:
            return None
    return Apply(span, Scalar.BOOLEAN, "IN", tuple(resolved))


def _between(resolver: Resolver, node: exp.Between) -> Meaning | None:
    resolved = resolver.all([node.this, node.args["low"], node.args["high"]])
    if resolved is None:
        return None
    span = resolver.spans.of(node)
    operand, low, high = resolved
    for limit in (low, high):
        if check_comparable("<=", operand, limit, limit.span, resolver.faults) is None:
            return None
    return Apply(span, Scalar.BOOLEAN, "BETWEEN", tuple(resolved))


def _like(resolver: Resolver, node: exp.Like | exp.ILike, escape: str = "") -> Meaning | None:
    sides = resolver.all([node.this, node.expression])
    if sides is None:
        return None
    operand, pattern = sides
    if (
        expect_text(operand, resolver.faults) is None
        or expect_text(pattern, resolver.faults) is None
    ):
        return None
    span = resolver.spans.of(node)
    if not isinstance(pattern, Constant) or pattern.value is None:
        hint = "write the pattern itself: LIKE 'ZTF18%'"
        resolver.faults.error("not-a-literal", "a pattern is a literal", pattern.span, hint)
        return None
    try:
        written = like_pattern(str(pattern.value), escape)
    except PatternError as error:
        resolver.faults.error("bad-pattern", error.message, pattern.span, error.hint)
        return None
    word = "LIKE" if isinstance(node, exp.Like) else "ILIKE"
    known = Constant(pattern.span, Scalar.VARCHAR, written)
    liked = Apply(span, Scalar.BOOLEAN, word, (operand, known))
    if node.args.get("negate"):
        return Apply(span, Scalar.BOOLEAN, "NOT", (liked,))
    return liked


def _escaped(resolver: Resolver, node: exp.Escape) -> Meaning | None:
    liked, escape = node.this, node.expression
    is_text = isinstance(escape, exp.Literal) and escape.is_string
    if not is_text or len(escape.name) != 1 or escape.name.isalnum() or escape.name in "%_":
        message = "the escape is one character that is no letter, digit, % or _"
        resolver.faults.error("bad-pattern", message, resolver.spans.of(escape), "write ESCAPE '!'")
        return None
    if not isinstance(liked, exp.Like | exp.ILike):
        resolver.refuse(node)
        return None
    return _like(resolver, liked, escape.name) if resolver.is_allowed(liked) else None


def _case(resolver: Resolver, node: exp.Case) -> Meaning | None:
    span = resolver.spans.of(node)
    subject = resolver.resolve(node.this) if node.this else None
    if node.this and subject is None:
        return None
    conditions = [_branch(resolver, subject, branch) for branch in node.args["ifs"]]
    default = node.args.get("default")
    values = [branch.args.get("true") for branch in node.args["ifs"]]
    if any(value is None for value in values) or not values:
        resolver.faults.error("syntax", "CASE needs WHEN … THEN …", span)
        return None
    resolved = resolver.all([value for value in values if value is not None])
    otherwise: Meaning | None = Constant(span, None, None)
    if default is not None:
        otherwise = resolver.resolve(default)
    known = [condition for condition in conditions if condition is not None]
    if resolved is None or otherwise is None or len(known) < len(conditions):
        return None
    joined = common_type([*resolved, otherwise], span, resolver.faults)
    if joined is None:
        return None
    typed = [typed_null(value, joined) for value in resolved]
    branches = tuple(zip(known, typed, strict=True))
    return Choice(span, joined, branches, typed_null(otherwise, joined), subject)


def _branch(resolver: Resolver, subject: Meaning | None, branch: exp.If) -> Meaning | None:
    when = resolver.resolve(branch.this)
    if when is None:
        return None
    if subject is None:
        return expect_truth(when, resolver.faults)
    joined = check_comparable("=", subject, when, when.span, resolver.faults)
    return None if joined is None else typed_null(when, joined)


def _arithmetic(resolver: Resolver, node: exp.Binary) -> Meaning | None:
    sides = resolver.all([node.this, node.expression])
    operator = _ARITHMETIC[type(node)]
    if sides is None:
        return None
    checked = [expect_number(side, resolver.faults, f"'{operator}'") for side in sides]
    left, right = checked
    if left is None or right is None:
        return None
    is_whole = left.type is Scalar.BIGINT and right.type is Scalar.BIGINT
    result = Scalar.BIGINT if is_whole and operator != "/" else Scalar.DOUBLE
    return Apply(resolver.spans.of(node), result, operator, (left, right))


def _remainder(resolver: Resolver, node: exp.Mod) -> Meaning | None:
    sides = resolver.all([node.this, node.expression])
    if sides is None:
        return None
    for side in sides:
        if expect_number(side, resolver.faults, "'%'") is None:
            return None
        if side.type is not Scalar.BIGINT:
            message = "% is for integers, and this is a DOUBLE"
            hint = "write x - floor(x / y) * y"
            resolver.faults.error("type-mismatch", message, side.span, hint)
            return None
    return Apply(resolver.spans.of(node), Scalar.BIGINT, "%", tuple(sides))


def _negative(resolver: Resolver, node: exp.Neg) -> Meaning | None:
    span = resolver.spans.of(node)
    inner = node.this
    if isinstance(inner, exp.Literal) and not inner.is_string:
        return resolve_number(f"-{inner.name}", span, resolver.faults)
    operand = resolver.resolve(inner)
    checked = None if operand is None else expect_number(operand, resolver.faults, "'-'")
    if checked is None:
        return None
    result = Scalar.BIGINT if checked.type is Scalar.BIGINT else Scalar.DOUBLE
    return Apply(span, result, "negate", (checked,))


def _concatenation(resolver: Resolver, node: exp.DPipe) -> Meaning | None:
    sides = resolver.all([node.this, node.expression])
    if sides is None:
        return None
    checked = [expect_text(side, resolver.faults) for side in sides]
    known = [side for side in checked if side is not None]
    if len(known) < 2:
        return None
    return Apply(resolver.spans.of(node), Scalar.VARCHAR, "||", tuple(known))


def _cast(resolver: Resolver, node: exp.Cast) -> Meaning | None:
    operand = resolver.resolve(node.this)
    if operand is None:
        return None
    span = resolver.spans.of(node)
    to = node.to
    wanted = None if to.expressions or to.args.get("nested") else _CASTS.get(to.this)
    if wanted is None:
        hint = "CAST to DOUBLE, BIGINT (from an integer) or VARCHAR (from an integer)"
        if to.this in (exp.DType.INT, exp.DType.SMALLINT, exp.DType.TINYINT):
            hint = "write CAST(x AS BIGINT) for an integer, floor(x) for a DOUBLE"
        elif to.this in exp.DataType.TEMPORAL_TYPES:
            hint = "times are numbers of days here: compare the JD or MJD field"
        elif to.this is exp.DType.FLOAT:
            hint = "write CAST(x AS DOUBLE): FLOAT would round what is compared"
        message = "this type cannot be cast to with one meaning in both engines"
        resolver.faults.error("bad-cast", message, span, hint)
        return None
    return _checked_cast(resolver, operand, wanted, span)


def _checked_cast(
    resolver: Resolver, operand: Meaning, wanted: Scalar, span: Span
) -> Meaning | None:
    hints = {
        Scalar.DOUBLE: "only numbers can be cast to DOUBLE",
        Scalar.BIGINT: "only integers can be cast to BIGINT; use floor, ceil, trunc or round",
        Scalar.VARCHAR: "only integers and texts can be cast to VARCHAR",
    }
    allowed = {
        Scalar.DOUBLE: (Scalar.BIGINT, Scalar.DOUBLE),
        Scalar.BIGINT: (Scalar.BIGINT,),
        Scalar.VARCHAR: (Scalar.BIGINT, Scalar.VARCHAR),
    }
    known = typed_null(operand, wanted)
    if known.type in allowed[wanted]:
        return Apply(span, wanted, f"CAST TO {wanted}", (known,))
    message = f"{a_type(known.type)} cannot be cast to {wanted}"
    resolver.faults.error("bad-cast", message, span, hints[wanted])
    return None


def _geometry(node: exp.Expr) -> tuple[exp.Expr, str] | None:
    """Return ADQL's ``CONTAINS(POINT(…), CIRCLE(…)) = 1`` as its call and the number."""
    if not isinstance(node, exp.EQ):
        return None
    for call, number in ((node.this, node.expression), (node.expression, node.this)):
        is_call = isinstance(call, exp.Anonymous) and call.name.lower() == "contains"
        is_number = isinstance(number, exp.Literal) and number.name in ("0", "1")
        if is_call and is_number and not number.is_string:
            return call, number.name
    return None


OPERATORS: Mapping[type[exp.Expr], Callable[..., Meaning | None]] = {
    exp.Is: _is,
    exp.In: _in,
    exp.Between: _between,
    exp.Like: _like,
    exp.ILike: _like,
    exp.Escape: _escaped,
    exp.Case: _case,
    exp.Mod: _remainder,
    exp.Neg: _negative,
    exp.DPipe: _concatenation,
    exp.Cast: _cast,
    exp.TryCast: _cast,
    **dict.fromkeys(_COMPARISONS, _comparison),
    **dict.fromkeys(_ARITHMETIC, _arithmetic),
}
"""By node: what resolves it, given the resolver and the node."""
