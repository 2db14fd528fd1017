"""Commands on the archive."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from minibroker.model.night import interval
from minibroker.ui.app import Options, app, read_filter


@app.command
def backtest(
    file: Path,
    *,
    from_: Annotated[str, Parameter(name="--from")],
    to: str,
    sample: int = 5,
    options: Options = Options(),
) -> None:
    """Run a filter on the archive: per night what was read and what passes, and some of the alerts.

    Parameters
    ----------
    file
        A filter file; ``-`` is standard input.
    from_
        The first night, as 2026-03-05.
    to
        The night after the last.
    sample
        How many passing alerts to show.

    Example: minibroker backtest sql/ztf_asteroids.sql --from 2026-03-01 --to 2026-03-08
    """
    report = options.report
    found = options.broker().past.backtest(read_filter(file), interval(from_, to), sample)
    nights = [(n.night, n.read, n.passed, _percent(n.passed, n.read), n.dead) for n in found.nights]
    read, passed = sum(n.read for n in found.nights), sum(n.passed for n in found.nights)
    total = ("all", read, passed, _percent(passed, read), sum(n.dead for n in found.nights))
    columns = ("night", "read", "passed", "%", "undecodable")
    named = [dict(zip(found.columns, row, strict=True)) for row in found.sample]
    report.rows(columns, [*nights, total], sample=named)
    if found.sample and not report.is_json:
        report.text(f"\nthe first {len(found.sample)} of {passed:,} that pass:")
        report.rows(found.columns, found.sample)


def _percent(part: int, whole: int) -> float:
    return round(100 * part / whole, 2) if whole else 0.0
