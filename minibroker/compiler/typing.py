"""Which types go together: nothing is converted silently but an integer to DOUBLE."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from minibroker.compiler.faults import Faults
from minibroker.compiler.meaning import Apply, Constant, FieldOf, Meaning
from minibroker.compiler.scope import a_type
from minibroker.model.diagnostic import Span
from minibroker.model.types import Array, Scalar, Struct, Type, dotted

NUMBERS = (Scalar.BIGINT, Scalar.DOUBLE)


def typed_null(meaning: Meaning, type: Scalar) -> Meaning:
    """Return the meaning itself, or a NULL without a type as one of this type."""
    if isinstance(meaning, Constant) and meaning.type is None:
        return replace(meaning, type=type)
    return meaning


def expect_scalar(meaning: Meaning, faults: Faults) -> bool:
    """Return whether something is one value; note what to do when it is a record or a list."""
    if meaning.type is None or meaning.type in (*NUMBERS, Scalar.BOOLEAN, Scalar.VARCHAR):
        return True
    name = f"'{dotted(meaning.path)}'" if isinstance(meaning, FieldOf) else "this"
    hint = ""
    if isinstance(meaning.type, Struct) and isinstance(meaning, FieldOf):
        first = next((f.name for f in meaning.type.fields if isinstance(f.type, Scalar)), "field")
        hint = f"name a field of it: {dotted(meaning.path)}.{first}"
    elif isinstance(meaning.type, Array) and isinstance(meaning, FieldOf):
        list_name = dotted(meaning.path)
        hint = f"use an element, {list_name}[1], or their number, cardinality({list_name})"
    message = f"{name} is {a_type(meaning.type)}, not a single value"
    faults.error("not-a-value", message, meaning.span, hint)
    return False


def expect_truth(meaning: Meaning, faults: Faults) -> Meaning | None:
    """Return a meaning that is true or false; None after noting that it is neither."""
    known = typed_null(meaning, Scalar.BOOLEAN)
    if known.type is Scalar.BOOLEAN:
        return known
    if not expect_scalar(known, faults):
        return None
    compared = {
        Scalar.BIGINT: "compare it: … = 1, or … <> 0",
        Scalar.DOUBLE: "compare it: … > 0.5, say",
        Scalar.VARCHAR: "compare it: … = 't', say",
    }
    hint = compared.get(known.type, "") if isinstance(known.type, Scalar) else ""
    message = f"a condition is true or false, and this is {a_type(known.type)}"
    faults.error("not-a-condition", message, known.span, hint)
    return None


def expect_number(meaning: Meaning, faults: Faults, who: str) -> Meaning | None:
    """Return a meaning that is a number; None after noting that it is not."""
    known = typed_null(meaning, Scalar.DOUBLE)
    if known.type in NUMBERS:
        return known
    if expect_scalar(known, faults):
        message = f"{who} takes numbers, and this is {a_type(known.type)}"
        faults.error("type-mismatch", message, known.span, _number_hint(known))
    return None


def expect_text(meaning: Meaning, faults: Faults) -> Meaning | None:
    """Return a meaning that is a text; None after noting that it is not."""
    known = typed_null(meaning, Scalar.VARCHAR)
    if known.type is Scalar.VARCHAR:
        return known
    if expect_scalar(known, faults):
        hint = _TEXT_HINTS.get(known.type, "")
        message = f"a text is needed here, and this is {a_type(known.type)}"
        faults.error("type-mismatch", message, known.span, hint)
    return None


def check_comparable(
    operator: str, left: Meaning, right: Meaning, span: Span, faults: Faults
) -> Scalar | None:
    """Return the type that two values are compared in; None after noting why they cannot be."""
    if not (expect_scalar(left, faults) and expect_scalar(right, faults)):
        return None
    if operator not in ("IS DISTINCT FROM", "IS NOT DISTINCT FROM"):
        for side, other in ((left, right), (right, left)):
            if isinstance(side, Constant) and side.value is None:
                null_test = "IS NOT NULL" if operator == "<>" else "IS NULL"
                message = "a comparison with NULL is never true"
                hint = f"write … {null_test}"
                faults.error("compared-with-null", message, span, hint)
                return None
            del other
    type = _together(left.type, right.type)
    if type is None:
        message = f"{a_type(left.type)} cannot be compared with {a_type(right.type)}"
        faults.error("type-mismatch", message, span, _comparison_hint(left, right))
        return None
    if type is Scalar.BOOLEAN and operator in ("<", "<=", ">", ">="):
        message = "truth values have no order"
        faults.error("type-mismatch", message, span, "use =, <>, AND, OR or NOT")
        return None
    return type


def common_type(values: Sequence[Meaning], span: Span, faults: Faults) -> Scalar | None:
    """Return the one type of several values; None after noting that they have none."""
    refused = [value for value in values if not expect_scalar(value, faults)]
    if refused:
        return None
    known = [value for value in values if value.type is not None]
    if not known:
        message = "every value here is NULL, so there is none to choose"
        faults.error("type-mismatch", message, span, "give one of them a value")
        return None
    type: Type | None = known[0].type
    for value in known[1:]:
        joined = _together(type, value.type)
        if joined is None:
            message = f"{a_type(value.type)} stands beside {a_type(type)}: the types must agree"
            faults.error("type-mismatch", message, value.span, _comparison_hint(known[0], value))
            return None
        type = joined
    return type if isinstance(type, Scalar) else None


def _together(left: Type | None, right: Type | None) -> Scalar | None:
    if left is None or right is None:
        either = left or right
        return either if isinstance(either, Scalar) else Scalar.BOOLEAN
    if left == right and isinstance(left, Scalar):
        return left
    if left in NUMBERS and right in NUMBERS:
        return Scalar.DOUBLE
    return None


def _comparison_hint(left: Meaning, right: Meaning) -> str:
    for side, other in ((left, right), (right, left)):
        if not isinstance(side, Constant):
            continue
        if isinstance(side.value, str) and other.type in NUMBERS:
            return _number_hint(side)
        if other.type is Scalar.VARCHAR and side.value is not None:
            value = str(side.value).lower() if isinstance(side.value, bool) else side.value
            return f"write '{value}' for the text"
        if other.type is Scalar.BOOLEAN:
            return "write the condition alone, or NOT before it"
        if isinstance(side.value, bool):
            return "write 1 or 0 for TRUE or FALSE"
    if isinstance(left, Apply) and left.function in ("<", "<=", ">", ">=", "="):
        return "write a < b AND b < c for a < b < c"
    if Scalar.VARCHAR in (left.type, right.type) and Scalar.BIGINT in (left.type, right.type):
        return "write CAST(… AS VARCHAR) to compare them as texts"
    return ""


def _number_hint(meaning: Meaning) -> str:
    if isinstance(meaning, Constant) and isinstance(meaning.value, str):
        text = meaning.value.strip()
        try:
            float(text)
        except ValueError:
            return _NUMBER_HINTS[Scalar.VARCHAR]
        return f"write {text} without the quotes" if text.isascii() else ""
    return _NUMBER_HINTS.get(meaning.type, "")


_NUMBER_HINTS: Mapping[Type | None, str] = {
    Scalar.VARCHAR: "texts are compared, matched with LIKE and joined with ||",
    Scalar.BOOLEAN: "write CASE WHEN … THEN 1 ELSE 0 END to count with a condition",
}
_TEXT_HINTS: Mapping[Type | None, str] = {
    Scalar.BIGINT: "write CAST(… AS VARCHAR)",
    Scalar.DOUBLE: "compare it as a number: no fraction is written out as a text",
    Scalar.BOOLEAN: "write OR for either of two conditions",
}
"""By the type that is there: what to write where another is needed."""
