"""What was measured, for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from bench.machine import machine
from minibroker.ui.report import Report


def print_table(
    report: Report, name: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]
) -> None:
    """Print rows as a table, and as one line of JSON under a name, beside the machine."""
    report.rows(columns, rows)
    named = [dict(zip(columns, row, strict=True)) for row in rows]
    print(json.dumps({"machine": machine(), name: named}))
