"""How long the edit of one filter of a hundred holds up another: `python -m bench.edits`."""

from __future__ import annotations

import argparse
import itertools
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from bench.conditions import MIXES
from bench.stack import own_stack
from bench.stream import simulated
from bench.table import print_table
from minibroker.broker import Broker
from minibroker.config import Config, SurveyConfig
from minibroker.engine.kafka_follow import Following
from minibroker.model.filter import FilterSource
from minibroker.model.packet import Packet
from minibroker.model.start import Edge
from minibroker.ui.report import Report

FILTERS = 100
EDITS = 5
RATE = 50
"""Alerts a second, sent evenly."""
QUIET = 20.0
"""Seconds without an edit: what the checkpoints alone make of the gaps."""
WATCHED = "watched"


def main() -> None:
    """Run a hundred filters of which one passes everything, edit another, and print the gaps."""
    parser = argparse.ArgumentParser(prog="python -m bench.edits", description=__doc__)
    parser.add_argument("--edits", type=int, default=EDITS)
    chosen = parser.parse_args()
    with own_stack(_without_limits) as broker:
        broker.up()
        _print(*_measure(broker, chosen.edits))


def _without_limits(config: Config) -> Config:
    return replace(
        config,
        surveys={"ztf": SurveyConfig("ztf")},
        quota=replace(config.quota, alerts_per_visit=0),
        submit=replace(config.submit, max_share=100.0),
    )


def _measure(broker: Broker, count: int) -> tuple[float, list[tuple[float, float]]]:
    """Return the largest gap without an edit, then each edit's seconds and largest gap."""
    mix = next(each for each in MIXES if each.count == FILTERS)
    others = [_filter(f"other_{n}", text) for n, text in enumerate(mix.texts("ztf"))][1:]
    broker.filters.submit([_filter(WATCHED, "candidate.jd > 0"), *others])
    arrivals: list[float] = []
    with _sending(broker), _watching(broker, arrivals):
        while len(arrivals) < RATE:
            time.sleep(0.1)
        started = time.monotonic()
        time.sleep(QUIET)
        quiet = _largest_gap(arrivals, started, time.monotonic())
        edits = []
        for number in range(count):
            started = time.monotonic()
            broker.filters.submit([_filter("other_1", f"candidate.magpsf < {10 + number}.5")])
            edits.append((started, time.monotonic()))
            time.sleep(5.0)
    return quiet, [(end - start, _largest_gap(arrivals, start, end + 5.0)) for start, end in edits]


def _filter(name: str, condition: str) -> FilterSource:
    return FilterSource(f"-- name: {name}\nSELECT * FROM ztf WHERE {condition}", name)


@contextmanager
def _sending(broker: Broker) -> Iterator[None]:
    packets = [Packet(value) for value in simulated(broker.surveys["ztf"], 1000)]
    ended = threading.Event()

    def evenly() -> Iterator[Packet]:
        number, started = 0, time.monotonic()
        while not ended.wait(max(0.0, started + number / RATE - time.monotonic())):
            yield packets[number % len(packets)]
            number += 1

    with _running(lambda: broker.kafka.produce("ztf", evenly()), ended):
        yield


@contextmanager
def _watching(broker: Broker, arrivals: list[float]) -> Iterator[None]:
    topic = next(each.topic for each in broker.store.filters() if each.name == WATCHED)
    ended = threading.Event()

    def follow() -> None:
        with Following(broker.kafka, [topic], Edge.EARLIEST) as following:
            while not ended.is_set():
                if following.poll(0.5) is not None:
                    arrivals.append(time.monotonic())

    with _running(follow, ended):
        yield


@contextmanager
def _running(work: Callable[[], object], ended: threading.Event) -> Iterator[None]:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join(timeout=30.0)


def _largest_gap(arrivals: list[float], start: float, end: float) -> float:
    """Return the longest time without an arrival, of those that overlap [start, end)."""
    pairs = itertools.pairwise(arrivals)
    return max(after - before for before, after in pairs if after > start and before < end)


def _print(quiet: float, edits: list[tuple[float, float]]) -> None:
    rows = [("none", 0.0, round(quiet, 2))]
    rows += [(f"edit {n}", round(took, 2), round(gap, 2)) for n, (took, gap) in enumerate(edits, 1)]
    columns = ("change", "s to submit", "largest gap, s")
    print_table(Report(False), "gaps", columns, rows)


if __name__ == "__main__":
    main()
