"""Topics from outside the jobs: sent to, read from any point, recorded and played, watched."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from minibroker.broker import Broker
from minibroker.config import Config
from minibroker.engine.avro import AlertReader
from minibroker.engine.recording import read_recording
from minibroker.model.errors import ConfigError
from minibroker.model.packet import Packet
from minibroker.model.start import Edge
from minibroker.service.messages import Shown
from minibroker.service.monitor import Monitor
from minibroker.service.produce import Pace
from minibroker.service.simulate import simulate
from minibroker.service.simulate.night import send_night
from minibroker.service.tail import Wanted

pytestmark = pytest.mark.stack

REAL = ("ztf/v4.02/*.avro", "lsst/confluent/900_*.avro")
_numbers = count()


@pytest.fixture
def topic(broker: Broker) -> str:
    """A topic of three partitions that no job reads."""
    name = f"stream-{next(_numbers)}"
    broker.ensure_topics([name], 3)
    return name


@pytest.fixture
def packets(data: Path) -> list[Packet]:
    files = (file for pattern in REAL for file in sorted(data.glob(pattern)))
    return [Packet(file.read_bytes(), key=file.stem.encode()) for file in files]


def _tail(broker: Broker, name: str, **wanted: Any) -> list[Shown]:
    with closing(broker.packets.tail(name, Wanted(**{"until_end": True, **wanted}))) as shown:
        return list(shown)


def _keys(shown: list[Shown]) -> list[bytes]:
    return sorted(each.packet.key or b"" for each in shown)


def test_a_topic_of_two_surveys_is_read_from_its_beginning(
    broker: Broker, topic: str, packets: list[Packet]
) -> None:
    broker.kafka.produce(topic, [*packets, Packet(b"garbage", key=b"garbage")])
    shown = _tail(broker, topic, start=Edge.EARLIEST)
    assert _keys(shown) == sorted([*(p.key or b"" for p in packets), b"garbage"])
    surveys = [each.survey.name for each in shown if each.survey]
    assert {name: surveys.count(name) for name in surveys} == {"ztf": 14, "lsst": 1}
    (broken,) = (each for each in shown if each.error)
    assert broken.error == f"of no survey ({', '.join(broker.surveys)})"
    assert _tail(broker, topic, start=Edge.LATEST) == []


def test_a_topic_is_rewound_to_a_time(broker: Broker, topic: str, packets: list[Packet]) -> None:
    broker.kafka.produce(topic, packets[:5])
    before = max(each.packet.timestamp for each in _tail(broker, topic, start=Edge.EARLIEST))
    for _ in _until(lambda: time.time() * 1000 > before + 1):
        time.sleep(0.001)
    broker.kafka.produce(topic, packets[5:])
    then = datetime.fromtimestamp((before + 1) / 1000, UTC)
    assert _keys(_tail(broker, topic, start=then)) == sorted(p.key or b"" for p in packets[5:])
    later = datetime.fromtimestamp(before / 1000 + 3600, UTC)
    assert _tail(broker, topic, start=later) == []


def _until(condition: Any) -> Iterator[None]:
    while not condition():
        yield


def test_a_group_goes_on_where_it_stopped(
    broker: Broker, topic: str, packets: list[Packet]
) -> None:
    broker.kafka.produce(topic, packets)
    group = f"group-{topic}"
    first = _tail(broker, topic, start=Edge.EARLIEST, group=group, limit=4, until_end=False)
    assert len(first) == 4
    rest = _tail(broker, topic, start=Edge.EARLIEST, group=group)
    assert _keys([*first, *rest]) == sorted(p.key or b"" for p in packets)
    assert _tail(broker, topic, start=Edge.EARLIEST, group=group) == []


def test_a_name_that_is_neither_a_filter_nor_a_topic_is_told(broker: Broker, topic: str) -> None:
    with pytest.raises(ConfigError) as failure:
        broker.packets.tail(topic.replace("stream", "steam"), Wanted())
    assert failure.value.code == "topic-unknown"
    assert "did you mean" in failure.value.message


def test_alerts_are_saved_and_read_back(
    broker: Broker, topic: str, packets: list[Packet], tmp_path: Path
) -> None:
    broker.kafka.produce(topic, packets)
    _tail(broker, topic, start=Edge.EARLIEST, save=tmp_path)
    saved = {file.read_bytes() for file in tmp_path.iterdir()}
    assert len(saved) == len(packets)
    assert {each.value for each in packets if each.value.startswith(b"Obj")} <= saved
    assert all(value.startswith(b"Obj\x01") for value in saved)


def test_files_become_packets_of_a_topic(
    broker: Broker, topic: str, packets: list[Packet], tmp_path: Path
) -> None:
    for packet in packets:
        (tmp_path / f"{(packet.key or b'').decode()}.avro").write_bytes(packet.value)
    sent = broker.packets.produce([tmp_path], topic, Pace(visit=0, batch=6, repeat=2), False, 3)
    assert [each.packets for each in sent] == [6, 6, 3] * 2
    found = Counter(packet.value for packet in broker.kafka.read([topic]))
    assert found == Counter({packet.value: 2 for packet in packets})
    with pytest.raises(ConfigError, match=f"{topic} has 3 partitions, not 4"):
        broker.packets.produce([tmp_path], topic, Pace(visit=0), False, 4)


def test_alerts_are_sent_as_json(
    broker: Broker, packets: list[Packet], tmp_path: Path, topic: str
) -> None:
    (tmp_path / "one.avro").write_bytes(packets[0].value)
    broker.packets.produce([tmp_path], f"{topic}.json", Pace(visit=0), True, 1)
    (shown,) = _tail(broker, f"{topic}.json", start=Edge.EARLIEST)
    ztf = broker.surveys["ztf"]
    assert shown.whole["candid"] == AlertReader(ztf).read(packets[0].value)["candid"]
    assert not shown.whole.keys() & set(ztf.cutouts)


def test_ctrl_c_tells_what_is_stored(
    broker: Broker, config: Config, topic: str, packets: list[Packet], tmp_path: Path
) -> None:
    (tmp_path / "one.avro").write_bytes(packets[0].value)
    command = [sys.executable, "-m", "minibroker", "produce", str(tmp_path), "--topic", topic]
    settings = ["--set", f"kafka.bootstrap={config.bootstrap}", "--set", f"data={tmp_path}"]
    words = [*command, "--visit", "0", "--repeat", "0", *settings]
    with subprocess.Popen(words, stderr=subprocess.PIPE, text=True) as sending:
        assert sending.stderr is not None
        # It has sent something.
        sending.stderr.readline()
        sending.send_signal(signal.SIGINT)
        told = sending.stderr.read().splitlines()
        assert sending.wait(60) == 130
    stored = sum(end - begin for begin, end in broker.kafka.ends(topic).values())
    words = [f"at least {count:,} packets are stored in {topic}" for count in (stored, stored - 1)]
    assert told[-2] in words
    assert told[-1] == "interrupted"


def test_a_topic_is_recorded_and_played(
    broker: Broker, topic: str, packets: list[Packet], tmp_path: Path
) -> None:
    headed = [replace(packet, headers=(("a", b"1"), ("b", b""))) for packet in packets]
    broker.kafka.produce(topic, headed)
    file = tmp_path / "night.avro"
    assert broker.packets.record(topic, file, Edge.EARLIEST, None, True) == len(packets)
    recorded = [packet for _, packet in read_recording(file)]
    times = [packet.timestamp for packet in recorded]
    assert times == sorted(times)
    (sent,) = broker.packets.play(file, f"{topic}.again", "max", 1, 0.0)
    assert sent.packets == len(packets)
    again = {(p.key, p.value, p.headers) for p in broker.kafka.read([f"{topic}.again"])}
    assert again == {(p.key, p.value, p.headers) for p in headed}


def test_a_recording_goes_on_with_what_arrives(
    broker: Broker, topic: str, packets: list[Packet], tmp_path: Path
) -> None:
    broker.kafka.produce(topic, packets[:4])
    file = tmp_path / "live.avro"
    with ThreadPoolExecutor() as pool:
        recording = pool.submit(broker.packets.record, topic, file, Edge.EARLIEST, 9, False)
        broker.kafka.produce(topic, packets[4:9])
        assert recording.result(120) == 9
    assert {p.key for _, p in read_recording(file)} == {p.key for p in packets[:9]}


def test_simulated_visits_come_on_their_grid(broker: Broker, topic: str) -> None:
    made = list(simulate(broker.surveys["lsst"], date(2026, 3, 5), 30, 1, visits=2))
    told: list[str] = []
    sent = send_night(broker.kafka.sender(topic), made, 0.5, 1, told.append)
    assert sum(each.packets for each in sent) == 30
    assert [each.name for each in sent] == ["visit 1", "visit 2"]
    stored = Counter(packet.value for packet in broker.kafka.read([topic]))
    assert stored == Counter(each.value for each in made)
    assert "on the grid of 0.5 s" in told[1]


def test_topics_and_groups_are_watched(broker: Broker, topic: str, packets: list[Packet]) -> None:
    watching = broker.packets.monitor([topic])
    broker.kafka.produce(topic, packets)
    group = f"group-{topic}"
    _tail(broker, topic, start=Edge.EARLIEST, group=group, limit=4, until_end=False)
    look = watching.look(0.0)
    (state,) = look.topics
    assert (state.partitions, state.messages, state.bytes_are) == (3, 15, "on disk")
    assert (state.bytes or 0) > sum(len(packet.value) for packet in packets)
    assert state.rate > 0
    assert sum(each.end - each.begin for each in look.partitions) == 15
    (reader,) = (each for each in look.groups if each.group == group)
    assert reader.lag == sum(reader.lags.values()) <= 11
    # A Kafka elsewhere is asked for its newest messages instead.
    (state,) = Monitor(broker.kafka, None, [topic]).look(0.0).topics
    assert state.bytes_are == "estimated"
    assert state.bytes == pytest.approx(sum(len(p.value) for p in packets), rel=0.2)
    with pytest.raises(ConfigError, match="has no topic"):
        broker.packets.monitor([f"{topic}x"])
