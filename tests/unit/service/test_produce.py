"""How packets are divided into visits, and when each may go."""

from __future__ import annotations

from itertools import chain
from typing import cast

import pytest

from minibroker.engine.kafka import Sender
from minibroker.model.errors import ConfigError
from minibroker.model.packet import Packet
from minibroker.service.packet_files import FilePacket
from minibroker.service.produce import Pace, as_they_are, produce, visits
from minibroker.service.simulate.burst import BURSTS, SPREAD, burst_times
from minibroker.service.visit import await_grid


class _Topic:
    """Stands for a sender; the brokers confirm what is flushed."""

    def __init__(self) -> None:
        self.topic = "t"
        self.values: list[bytes] = []
        self.confirmed = 0

    def __enter__(self) -> None:
        pass

    def __exit__(self, *_: object) -> None:
        pass

    @property
    def sent(self) -> int:
        return len(self.values)

    def send(self, packet: Packet) -> None:
        self.values.append(packet.value)

    def flush(self) -> None:
        self.confirmed = self.sent


def _files(*containers: int) -> list[FilePacket]:
    return [FilePacket(b"%d" % n, f"f{n}", container) for n, container in enumerate(containers)]


@pytest.mark.parametrize(
    ("containers", "batch", "sizes"),
    [
        ((), 2, []),
        ((0, 0, 0, 0, 0), 2, [2, 2, 1]),
        ((0, 0, 1, 1, 1, 0, 0), 10, [2, 3, 2]),
        ((1, 1, 1, 2, 2), 2, [2, 1, 2]),
        ((0, 0), 2, [2]),
    ],
)
def test_a_container_is_a_visit_and_single_packets_fill_one(
    containers: tuple[int, ...], batch: int, sizes: list[int]
) -> None:
    divided = [[packet.value for packet in visit] for visit in visits(_files(*containers), batch)]
    assert [len(visit) for visit in divided] == sizes
    assert list(chain.from_iterable(divided)) == [packet.value for packet in _files(*containers)]


def test_everything_is_sent_as_often_as_asked_and_each_visit_is_told() -> None:
    topic, told = _Topic(), list[str]()
    sender = cast(Sender, topic)
    pace = Pace(visit=0, batch=2, repeat=2)
    done = produce(sender, _files(0, 0, 0), as_they_are, pace, told.append)
    assert topic.values == [b"0", b"1", b"2"] * 2
    assert [(each.name, each.packets, each.bytes) for each in done] == [
        ("visit 1", 2, 2),
        ("visit 2", 1, 1),
        ("visit 3", 2, 2),
        ("visit 4", 1, 1),
    ]
    assert [line.split(":")[0] for line in told] == [each.name for each in done]


def test_visits_begin_on_the_grid_and_packets_keep_the_rate(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = [103.0]

    def sleep(seconds: float) -> None:
        now[0] += seconds

    monkeypatch.setattr("time.time", lambda: now[0])
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    monkeypatch.setattr("time.sleep", sleep)
    told: list[str] = []
    await_grid(0, "visit 0", told.append)
    assert (now, told) == ([103.0], [])
    pace = Pace(visit=39, batch=4, rate=2)
    done = produce(cast(Sender, _Topic()), _files(0, 0, 0, 0, 0), as_they_are, pace, told.append)
    assert [each.seconds for each in done] == [1.5, 0.0]
    assert now == [156.0]
    assert told[0] == "visit 1 begins in 14.0 s, on the grid of 39 s"


def test_an_early_end_tells_what_is_stored() -> None:
    def broken() -> list[FilePacket]:
        raise ConfigError("container-broken", "f: broken", "")

    class _Files:
        def __iter__(self):  # type: ignore[no-untyped-def]
            yield from _files(0, 0, 0)
            broken()

    told: list[str] = []
    with pytest.raises(ConfigError):
        produce(cast(Sender, _Topic()), _Files(), as_they_are, Pace(0, 2), told.append)
    assert told[-1] == "at least 2 packets are stored in t; whether 1 more are is not known"


def test_a_visit_comes_in_bursts_within_seconds() -> None:
    times = burst_times(10_000, 1, 7)
    assert len(times) == 10_000
    assert times == sorted(times)
    assert times[0] == 0.0
    assert 0.9 * SPREAD < times[-1] < SPREAD
    assert len(set(times)) == BURSTS
    assert times == burst_times(10_000, 1, 7) != burst_times(10_000, 1, 8)
    assert burst_times(0, 1, 7) == []
