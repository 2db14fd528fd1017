"""`make bench`: print each reader's speed and its ratio to the bare consumer, as table and JSON."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from bench import stream
from bench.conditions import DELIVERIES, MIXES, Mix
from bench.stack import own_stack
from bench.stream import Load, Speed
from bench.table import print_table
from minibroker.broker import Broker
from minibroker.ui.report import Report

LIVE = "lsst-live"
"""Packets of the LSST commissioning camera with 300-390 earlier and 340-780 forced measurements."""
DEEP_FIELD = (
    Path(__file__).resolve().parents[2]
    / "shared/data/lsst/native-reencoded/v10_0_lsstcam_live_20260305"
)


def main() -> None:
    """Measure the surveys on a stack of its own."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--gigabytes", type=float, default=10.0, help="of each topic")
    parser.add_argument("--streams", nargs="*", default=["ztf", "lsst", LIVE])
    parser.add_argument("--mixes", type=int, nargs="*", default=range(len(MIXES)), help="by number")
    parser.add_argument("--rounds", type=int, default=3, help="of each reader, and one before")
    chosen = parser.parse_args()
    report = Report(is_json=False)
    mixes = [MIXES[number] for number in chosen.mixes]
    with own_stack() as broker:
        broker.stack.start(report.tell)
        broker.kafka.await_ready(60.0)
        speeds: list[Speed] = []
        for name in chosen.streams:
            speeds += _measure(broker, name, chosen.gigabytes, mixes, chosen.rounds, report)
    _print(speeds, report)


def _measure(
    broker: Broker, name: str, gigabytes: float, mixes: Sequence[Mix], rounds: int, report: Report
) -> Iterator[Speed]:
    """Yield the speed of each reader: the median of its rounds, the first left out.

    The readers take turns. In the first round the page cache fills and the task manager's JVM
    compiles what all jobs share, which a broker that runs for months has long behind it. A topic
    must fit into the page cache, and last for so long that the JVM has compiled what is a job's
    own when the second half begins: on two cores that takes it eight seconds.
    """
    from minibroker.engine.schema_folder import write_schemas

    survey = broker.surveys["lsst" if name == LIVE else name]
    write_schemas(survey, broker.stream(survey).schemas)
    if name == LIVE and not DEEP_FIELD.is_dir():
        report.tell(f"{name}: left out, the packets are not here ({DEEP_FIELD})")
        return
    packets = (
        [file.read_bytes() for file in sorted(DEEP_FIELD.glob("*.avro"))]
        if name == LIVE
        else stream.simulated(survey, stream.DISTINCT)
    )
    alerts = round(gigabytes * 1e9 * len(packets) / sum(map(len, packets)))
    load = stream.fill(broker, name, survey, packets, alerts)
    report.tell(f"{name}: {alerts:,} alerts of {load.size / 1000:.0f} kB")
    measured: dict[str, list[Speed]] = {}
    for number in range(rounds + 1):
        for speed in _round(broker, replace(load, turn=number), mixes):
            report.tell(f"{name}: {speed.reader} {speed.rate:,.0f} alerts/s")
            measured.setdefault(speed.reader, []).append(speed)
    stream.forget(broker, [load.topic])
    for speeds in measured.values():
        yield sorted(speeds[1:], key=lambda each: each.rate)[rounds // 2]


def _round(broker: Broker, load: Load, mixes: Sequence[Mix]) -> Iterator[Speed]:
    # Once before it counts: the topic comes back into the page cache.
    stream.bare_consumer(broker, load)
    yield stream.bare_consumer(broker, load)
    yield stream.bare_java_consumer(broker, load)
    for mix in mixes:
        yield stream.filters(broker, load, mix)
        if mix in DELIVERIES:
            yield stream.without_deliveries(broker, load, mix)
    yield stream.archive(broker, load)


def _print(speeds: list[Speed], report: Report) -> None:
    bare = {each.stream: each.rate for each in speeds if each.reader == "bare consumer"}
    columns = (
        *("stream", "reader", "alerts/s", "of bare", "delivered/alert"),
        *("s to submit", "s with start-up"),
    )
    rows = [
        (
            each.stream,
            each.reader,
            round(each.rate),
            round(each.rate / bare[each.stream], 2),
            round(each.delivered / each.alerts, 3),
            round(each.seconds_to_submit, 1),
            round(each.seconds_with_start, 1),
        )
        for each in speeds
    ]
    print_table(report, "speeds", columns, rows)


if __name__ == "__main__":
    main()
