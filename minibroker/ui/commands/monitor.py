"""The command that watches Kafka."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from minibroker.ui.app import Options, app
from minibroker.ui.report import Report

if TYPE_CHECKING:
    from minibroker.service.monitor import Look


@app.command
def monitor(
    *topics: str,
    once: Annotated[bool, Parameter(negative="")] = False,
    interval: Annotated[float, Parameter(validator=Number(gt=0))] = 2.0,
    partitions: Annotated[bool, Parameter(negative="")] = False,
    options: Options = Options(),
) -> None:
    """Show how fast topics grow, how far consumer groups are behind, and how much there is.

    Parameters
    ----------
    topics
        The topics to watch; all of them where none is named.
    once
        Look once, for --interval seconds, and end.
    interval
        Seconds from one look to the next: rates are over this time.
    partitions
        Show every partition with both its ends.

    Example: minibroker monitor --once --interval 1
    """
    report = options.report
    watching = options.broker().packets.monitor(topics)
    while True:
        _show(report, watching.look(interval), partitions)
        if once:
            return


def _show(report: Report, look: Look, with_partitions: bool) -> None:
    if report.is_json:
        report.value({"ok": True, **asdict(look)})
        return
    report.text(look.time)
    rows = [
        (t.topic, t.partitions, t.messages, round(t.rate, 1), _mebibytes(t.bytes), t.bytes_are)
        for t in look.topics
    ]
    report.rows(("topic", "partitions", "messages", "messages/s", "MiB", "MiB are"), rows)
    if with_partitions:
        ends = [(p.topic, p.partition, p.begin, p.end, round(p.rate, 1)) for p in look.partitions]
        report.rows(("topic", "partition", "begin", "end", "messages/s"), ends)
    if look.groups:
        groups = [(g.group, g.topic, g.state, g.lag, round(g.rate, 1)) for g in look.groups]
        report.rows(("group", "topic", "state", "lag", "messages/s"), groups)


def _mebibytes(size: int | None) -> float | None:
    return None if size is None else round(size / 2**20, 1)
