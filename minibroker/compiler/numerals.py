"""Numbers as they are written: integers of 64 bits, everything else DOUBLE."""

from __future__ import annotations

import math

from minibroker.compiler.build import LARGEST_INTEGER, SMALLEST_INTEGER
from minibroker.compiler.faults import Faults
from minibroker.compiler.meaning import Constant
from minibroker.model.diagnostic import Span
from minibroker.model.types import Scalar


def resolve_number(text: str, span: Span, faults: Faults) -> Constant | None:
    """Return the constant that a number in the text means; None after noting why it has none."""
    plain = text.replace("_", "")
    if plain.lstrip("-").isdecimal():
        if len(plain) < 25 and SMALLEST_INTEGER <= int(plain) <= LARGEST_INTEGER:
            return Constant(span, Scalar.BIGINT, int(plain))
        hint = "write it as a DOUBLE, with a point or an exponent: 1e20"
        faults.error("bad-number", "this integer does not fit into 64 bits", span, hint)
        return None
    try:
        value = float(plain)
    except ValueError:
        faults.error("bad-number", f"'{text[:40]}' is not a number", span)
        return None
    if math.isinf(value):
        faults.error(
            "bad-number", "this number is beyond the range of DOUBLE", span, "at most 1.8e308"
        )
        return None
    if value == 0.0 and plain.lower().partition("e")[0].strip("-0."):
        faults.error("bad-number", "this number is too small for DOUBLE", span, "write 0.0")
        return None
    return Constant(span, Scalar.DOUBLE, value + 0.0 if value else 0.0)
