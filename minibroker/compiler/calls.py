"""Resolve a call: the function in the table, the number and the kinds of its arguments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlglot import exp

from minibroker.compiler.faults import Faults, did_you_mean
from minibroker.compiler.functions import FUNCTIONS, Function, Kind, Parameter, known_names
from minibroker.compiler.meaning import Apply, Constant, Meaning
from minibroker.compiler.pattern import SIGNS, PatternError, regular_expression
from minibroker.compiler.refusals import AGGREGATES
from minibroker.compiler.refusals import FUNCTIONS as REFUSED
from minibroker.compiler.scope import a_type
from minibroker.compiler.subquery import KNOWN, is_aggregate
from minibroker.compiler.typing import NUMBERS, common_type, expect_scalar, typed_null
from minibroker.model.diagnostic import Span
from minibroker.model.types import Array, Scalar

if TYPE_CHECKING:
    from minibroker.compiler.resolve import Resolver

_GEOMETRIES = ("point", "circle")


def resolve_call(resolver: Resolver, node: exp.Expr, as_number: bool = False) -> Meaning | None:
    """Resolve a call; ``as_number`` where ADQL's CONTAINS is compared with 1 or 0."""
    span = resolver.spans.of(node)
    name, nodes = _name_and_arguments(node)
    has_geometry = any(_is_geometry(argument) for argument in nodes)
    if name.lower() == "contains" and (as_number or has_geometry):
        return _contains(resolver, nodes, span, as_number)
    if name.lower() == "distance" and has_geometry:
        nodes = _distance(resolver, nodes, span)
        if not nodes:
            return None
    function = FUNCTIONS.get(name.lower())
    if name.lower() == "log" and len(nodes) == 1:
        function = None
    if function is None:
        _refuse_name(name, span, resolver.faults)
        resolver.all([argument for argument in nodes if not isinstance(argument, exp.Star)])
        return None
    arguments = resolver.all(nodes)
    if arguments is None or not _has_right_number(function, arguments, span, resolver.faults):
        return None
    return _checked(function, arguments, span, resolver.faults)


def _name_and_arguments(node: exp.Expr) -> tuple[str, list[exp.Expr]]:
    if isinstance(node, exp.Substring):
        parts = [node.this, node.args.get("start"), node.args.get("length")]
        return "substring", [part for part in parts if part is not None]
    return node.name, list(node.expressions)


def _refuse_name(name: str, span: Span, faults: Faults) -> None:
    place = Span(span.start, span.start + len(name))
    folded = name.lower()
    if folded in REFUSED:
        hint = REFUSED[folded]
    elif folded in AGGREGATES:
        hint = f"the aggregates are {KNOWN}"
        if is_aggregate(folded):
            hint = f"it gathers the elements of a list: (SELECT {folded}(…) FROM UNNEST(list) AS p)"
    elif folded in _GEOMETRIES:
        hint = "it stands inside CONTAINS(POINT(…), CIRCLE(…)) = 1 or DISTANCE(…)"
    else:
        near = "" if faults.is_full else did_you_mean(name, known_names())
        hint = near or "they are listed by `minibroker functions`, and by \\df in the shell"
    message = f"there is no function '{name}'"
    if folded == "log":
        message = "log of one number means two things"
    faults.error("unknown-function", message, place, hint)


def _has_right_number(
    function: Function, arguments: Sequence[Meaning], span: Span, faults: Faults
) -> bool:
    most = len(function.parameters)
    least = most - function.optional
    if function.repeats:
        least, most = 2, 100
    if least <= len(arguments) <= most:
        return True
    wanted = str(least) if least == most else f"{least} to {most}"
    noun = "argument" if wanted == "1" else "arguments"
    message = f"{function.name} takes {wanted} {noun}, and this has {len(arguments)}"
    faults.error("wrong-arguments", message, span, f"write {function.signature}")
    return False


def _checked(
    function: Function, arguments: list[Meaning], span: Span, faults: Faults
) -> Meaning | None:
    parameters = list(function.parameters)
    while function.repeats and len(parameters) < len(arguments):
        parameters.append(parameters[-1])
    typed: list[Meaning] = []
    for parameter, argument in zip(parameters, arguments, strict=False):
        known = _argument(function, parameter, argument, faults)
        if known is not None:
            typed.append(known)
    if len(typed) < len(arguments):
        return None
    result = function.result
    if isinstance(result, str):
        joined = _joined(parameters, typed, span, faults)
        if joined is None:
            return None
        result = joined
        typed = [typed_null(argument, result) for argument in typed]
    return Apply(span, result, function.name, tuple(typed))


def _joined(
    parameters: Sequence[Parameter], arguments: Sequence[Meaning], span: Span, faults: Faults
) -> Scalar | None:
    """Return the type of a call that has the type of its arguments."""
    alike = [
        argument
        for parameter, argument in zip(parameters, arguments, strict=False)
        if not parameter.is_literal
    ]
    return common_type(alike, span, faults)


def _argument(
    function: Function, parameter: Parameter, argument: Meaning, faults: Faults
) -> Meaning | None:
    who = f"{function.name}({parameter.name})"
    if parameter.kind is Kind.LIST:
        if isinstance(argument.type, Array):
            return argument
        message = f"{who} takes a list, and this is {a_type(argument.type)}"
        hint = "write length(x) for a text" if argument.type is Scalar.VARCHAR else ""
        faults.error("type-mismatch", message, argument.span, hint)
        return None
    if not expect_scalar(argument, faults):
        return None
    allowed, default = _KINDS[parameter.kind]
    known = typed_null(argument, default) if default is not None else argument
    if known.type is not None and known.type not in allowed:
        message = f"{who} takes {parameter.kind.value.strip()}, and this is {a_type(known.type)}"
        if parameter.kind is Kind.INTEGER and known.type is Scalar.DOUBLE:
            message = f"{who} takes an integer, and this is a DOUBLE"
        faults.error("type-mismatch", message, known.span, f"it is written {function.signature}")
        return None
    return _constant(function, parameter, known, faults)


_KINDS: dict[Kind, tuple[tuple[Scalar, ...], Scalar | None]] = {
    Kind.NUMBER: (NUMBERS, Scalar.DOUBLE),
    Kind.DOUBLE: (NUMBERS, Scalar.DOUBLE),
    Kind.INTEGER: ((Scalar.BIGINT,), Scalar.BIGINT),
    Kind.TEXT: ((Scalar.VARCHAR,), Scalar.VARCHAR),
    Kind.SCALAR: ((*NUMBERS, Scalar.VARCHAR, Scalar.BOOLEAN), None),
    Kind.ORDERED: ((*NUMBERS, Scalar.VARCHAR), None),
}
"""The types that a kind takes, and the type of a NULL there; None where others decide it."""


def _constant(
    function: Function, parameter: Parameter, argument: Meaning, faults: Faults
) -> Meaning | None:
    who = f"{function.name}({parameter.name})"
    is_constant = isinstance(argument, Constant) and argument.value is not None
    if parameter.is_literal and not is_constant:
        hint = "write the value itself, a text between single quotes"
        faults.error("not-a-literal", f"{who} must be a literal", argument.span, hint)
        return None
    if not isinstance(argument, Constant):
        return argument
    if _is_outside(argument.value, parameter):
        message = f"{who} {_limits(parameter)}, and this is not"
        hint = f"check its unit and the order: {function.signature}"
        faults.error("out-of-range", message, argument.span, hint)
        return None
    if parameter.name == "pattern" and isinstance(argument.value, str):
        return _pattern(argument, argument.value, faults)
    return argument


def _is_outside(value: bool | int | float | str | None, parameter: Parameter) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and not parameter.low <= float(value or 0) <= parameter.high


def _limits(parameter: Parameter) -> str:
    if parameter.high == float("inf"):
        return f"is at least {parameter.low:g}"
    return f"lies between {parameter.low:g} and {parameter.high:.0f}"


def _pattern(argument: Constant, text: str, faults: Faults) -> Meaning | None:
    try:
        return Constant(argument.span, Scalar.VARCHAR, regular_expression(text))
    except PatternError as error:
        # The literal's own characters begin after its quote; a doubled quote moves the rest.
        begin = argument.span.start + 1 + error.start
        span = argument.span
        if "'" not in text and error.end > error.start:
            span = Span(begin, argument.span.start + 1 + error.end)
        hint = error.hint or f"a pattern is made of {SIGNS}"
        faults.error("bad-pattern", error.message, span, hint)
        return None


def _is_geometry(node: exp.Expr) -> bool:
    return isinstance(node, exp.Anonymous) and node.name.lower() in _GEOMETRIES


def _contains(
    resolver: Resolver, nodes: Sequence[exp.Expr], span: Span, as_number: bool
) -> Meaning | None:
    """Resolve ADQL's CONTAINS(POINT(…), CIRCLE(…)), which is 1 or 0 there."""
    shape = "CONTAINS(POINT(ra, dec), CIRCLE(ra0, dec0, radius)) = 1"
    if not any(_is_geometry(node) for node in nodes):
        message = "contains(text, part) is true or false, not a number"
        resolver.faults.error("type-mismatch", message, span, "leave = 1 out")
        return None
    if not as_number:
        message = "ADQL's CONTAINS is 1 or 0"
        resolver.faults.error("not-a-condition", message, span, f"write {shape}")
        return None
    is_shaped = (
        len(nodes) == 2 and nodes[0].name.lower() == "point" and nodes[1].name.lower() == "circle"
    )
    if not is_shaped:
        message = "CONTAINS takes a POINT and a CIRCLE"
        resolver.faults.error("wrong-arguments", message, span, f"write {shape}")
        return None
    point = _coordinates(resolver, nodes[0], 2)
    circle = _coordinates(resolver, nodes[1], 3)
    if point is None or circle is None:
        return None
    arguments = resolver.all([*point, *circle])
    if arguments is None:
        return None
    return _checked(FUNCTIONS["q3c_radial_query"], arguments, span, resolver.faults)


def _distance(resolver: Resolver, nodes: Sequence[exp.Expr], span: Span) -> list[exp.Expr]:
    """Return the four numbers of DISTANCE(POINT(…), POINT(…)); nothing after a fault."""
    is_shaped = len(nodes) == 2 and all(node.name.lower() == "point" for node in nodes)
    if not is_shaped:
        hint = "write DISTANCE(POINT(ra1, dec1), POINT(ra2, dec2))"
        message = "DISTANCE takes two POINTs"
        resolver.faults.error("wrong-arguments", message, span, hint)
        return []
    points = [_coordinates(resolver, node, 2) for node in nodes]
    known = [point for point in points if point is not None]
    return [number for point in known for number in point] if len(known) == 2 else []


def _coordinates(resolver: Resolver, node: exp.Expr, count: int) -> list[exp.Expr] | None:
    """Return the numbers of a POINT or CIRCLE, its frame left out: it must be ICRS."""
    span = resolver.spans.of(node)
    numbers = list(node.expressions)
    if numbers and isinstance(numbers[0], exp.Literal) and numbers[0].is_string:
        frame = numbers.pop(0)
        if frame.name.upper() not in ("ICRS", ""):
            message = f"the frame is ICRS, not {frame.name[:40]}"
            place = resolver.spans.of(frame)
            resolver.faults.error("not-supported", message, place, "leave it out, or write 'ICRS'")
            return None
    if count == 3 and len(numbers) == 2 and _is_geometry(numbers[0]):
        centre = _coordinates(resolver, numbers[0], 2)
        return None if centre is None else [*centre, numbers[1]]
    if len(numbers) == count:
        return numbers
    wanted = "POINT(ra, dec)" if count == 2 else "CIRCLE(ra, dec, radius)"
    message = f"{node.name.upper()} takes {count} numbers, and this has {len(numbers)}"
    resolver.faults.error("wrong-arguments", message, span, f"write {wanted}, in degrees")
    return None
