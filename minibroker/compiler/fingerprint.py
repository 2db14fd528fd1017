"""A stable hash of what a filter means, whatever its text looks like."""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields, is_dataclass
from enum import Enum

from minibroker.model.expression import Expression
from minibroker.model.filter import Projection

LANGUAGE_VERSION = 1
"""Part of every fingerprint: raised when the same text comes to mean something else."""

LENGTH = 16
"""Hexadecimal digits, 64 bits."""


WHOLE = Projection()
"""``SELECT *``."""


def fingerprint(survey: str, condition: Expression, projection: Projection = WHOLE) -> str:
    """Return the hash of a lowered condition on a survey and of what is sent."""
    sent = "*" if projection == WHOLE else canonical(projection)
    meaning = f"{LANGUAGE_VERSION}\n{survey}\n{sent}\n{canonical(condition)}"
    return hashlib.sha256(meaning.encode()).hexdigest()[:LENGTH]


def canonical(value: object) -> str:
    """Return a text that two lowered expressions share when they are equal, and only then."""
    if is_dataclass(value) and not isinstance(value, type):
        parts = " ".join(canonical(getattr(value, field.name)) for field in fields(value))
        return f"({type(value).__name__} {parts})"
    if isinstance(value, tuple):
        return f"[{' '.join(map(canonical, value))}]"
    if isinstance(value, Enum):
        return value.name
    if isinstance(value, str):
        return json.dumps(value)
    return repr(value)
