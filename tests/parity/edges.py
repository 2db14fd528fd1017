"""Values at which engines differ, for literals and rows alike, so that the two often meet."""

from __future__ import annotations

import struct


def single(value: float) -> float:
    """Return the 32-bit number nearest to a DOUBLE, as the DOUBLE that it is widened to."""
    return float(struct.unpack("<f", struct.pack("<f", value))[0])


COMMON_DOUBLES = (0.0, 1.0, -1.0, 0.5, 2.5, 18.5, 20.0, 0.65, 100.0, -999.0, 10.0, 3.0)
ODD_DOUBLES = (
    -0.0,
    0.1,
    single(0.1),
    single(0.65),
    -2.5,
    1.5,
    0.49999999999999994,
    45.0,
    -89.5,
    359.9,
    2.0**53 - 1.0,
    2.0**53,
    2.0**53 + 2.0,
    2.0**63,
    -(2.0**63),
    1e16,
    1e-300,
    5e-324,
    2.2250738585072014e-308,
    1e308,
    -1e308,
    1.7976931348623157e308,
    -1.7976931348623157e308,
    3.4028234663852886e38,
    1.401298464324817e-45,
    1.1754943508222875e-38,
    709.782712893384,
)
SINGLES = (
    *map(single, COMMON_DOUBLES),
    *map(single, (-0.0, 0.1, -2.5, 1.5, 45.0, 359.9, 16777216.0, 16777217.0, -1e-30)),
    3.4028234663852886e38,
    -3.4028234663852886e38,
    1.401298464324817e-45,
    1.1754943508222875e-38,
)
NOT_FINITE = (float("nan"), float("inf"), float("-inf"))

COMMON_INTEGERS = (0, 1, -1, 2, 3, 5, 7, 10, 100)
ODD_INTEGERS = (
    -3,
    -7,
    -999,
    2**31 - 1,
    -(2**31),
    2**31,
    2**53 - 1,
    2**53,
    2**53 + 1,
    -(2**53) - 1,
    2**62,
    2**63 - 1,
    2**63 - 2,
    -(2**63),
    -(2**63) + 1,
)

COMMON_TEXTS = ("a", "b", "abc", "t", "f", "1", "null", "ZTF18abc")
ODD_TEXTS = (
    "",
    "A",
    "Abc",
    "aBC",
    " a",
    "a ",
    "ab",
    "O'Neill",
    "''",
    "%",
    "_",
    "a%b",
    "a_b",
    "!",
    "\\",
    "a\\b",
    "a\nb",
    "a\n",
    "\t",
    "\u00df",
    "\u0130",
    "\u00c9",
    "e\u0301",
    "\u0301",
    "\U0001f600",
    "\U0001f600x",
    "x\U0001f600",
    "\ufeff",
    "\ud7ff",
    "\ue000",
    "\U0010ffff",
    '"',
    "a" * 300,
)
UNWRITTEN_TEXTS = ("\x00", "a\x00b", "\x7f", "\uffff", "a\r\nb", "\x1b")
"""What a packet may hold and a filter's text may not, or only by chance."""
