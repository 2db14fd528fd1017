"""A rewind to a topic gives each packet once and in order, however often its process is killed."""

from __future__ import annotations

import signal
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from minibroker.broker import Broker
from minibroker.engine.archive import Archive
from minibroker.model.errors import ConfigError, MismatchError, OutsideError
from minibroker.model.filter import FilterSource
from minibroker.model.night import Interval
from minibroker.model.packet import Packet
from minibroker.model.survey import Survey
from minibroker.service.audit import source_of
from minibroker.service.rewind import Rewound
from minibroker.service.simulate import simulate
from tests.archived import Archived, write_archive

pytestmark = pytest.mark.stack

TOPIC = "rewound.bright"
CONDITION = "candidate.magpsf < 19.5"
SOURCE = FilterSource(f"-- name: bright\nSELECT * FROM ztf WHERE {CONDITION}\n", "bright.sql")
NIGHTS = Interval(date(2026, 3, 5), date(2026, 3, 7))

KILLED = """
import os, signal, sys
import minibroker.service.rewind as rewind
from minibroker.engine.kafka_rewind import RewindTopic
from minibroker.ui.cli import main

rewind.BATCH = 1
when, count, *words = sys.argv[1:]
commit = RewindTopic._commit
left = int(count)

def deadly(self):
    global left
    left -= 1
    if left:
        return commit(self)
    if when == "after":
        commit(self)
    # What is in the transaction is with Kafka, and open or committed.
    assert self._producer.flush(60) == 0
    os.kill(os.getpid(), signal.SIGKILL)

RewindTopic._commit = deadly
main(["rewind", *words])
"""


def _write(folder: Path, ztf: Survey, night: date, alerts: int, offset: int) -> list[Packet]:
    """Archive a simulated night whose packets begin at an offset; return those that pass."""
    made = simulate(ztf, night, alerts, offset)
    packets = [
        Archived(str(night), each.value, number, 10**12 + number)
        for number, each in enumerate(made, start=offset)
    ]
    write_archive(folder, ztf, packets)
    passing = {place.offset for place in Archive(folder, "ztf").passing(CONDITION)}
    return [Packet(each.value, offset=each.offset) for each in packets if each.offset in passing]


@pytest.fixture(scope="module")
def past(broker: Broker, tmp_path_factory: pytest.TempPathFactory) -> Broker:
    """The run's Kafka beside an archive of its own."""
    return Broker(replace(broker.config, archive=tmp_path_factory.mktemp("archive")))


@pytest.fixture(scope="module")
def expected(past: Broker) -> list[Packet]:
    """The packets of two simulated nights that pass, in the order of the stream."""
    folder, ztf = past.config.archive_folder, past.surveys["ztf"]
    first, second = date(2026, 3, 5), date(2026, 3, 6)
    found = [*_write(folder, ztf, first, 30, 100), *_write(folder, ztf, second, 20, 200)]
    assert len(found) > 10
    return found


def _killed(broker: Broker, file: Path, when: str, count: int) -> None:
    """Begin the rewind in a process that SIGKILL ends at its ``count``th transaction."""
    settings = {
        "archive": broker.config.archive_folder,
        "owner": broker.config.owner,
        "kafka.bootstrap": broker.config.bootstrap,
    }
    flags = [word for key, value in settings.items() for word in ("--set", f"{key}={value}")]
    words = [str(file), "--from", "2026-03-05", "--to", "2026-03-07", "--to-topic", TOPIC]
    command = [sys.executable, "-c", KILLED, when, str(count), *words, *flags]
    ended = subprocess.run(command, cwd=file.parent, capture_output=True, text=True, timeout=120)
    assert ended.returncode == -signal.SIGKILL, ended.stderr


def test_a_killed_rewind_goes_on_without_doubles(
    past: Broker, expected: list[Packet], tmp_path: Path
) -> None:
    file = tmp_path / SOURCE.origin
    file.write_text(SOURCE.text)
    # Before anything is committed, in the middle of a transaction, and right behind one.
    for when, count, there in (("during", 1, 0), ("during", 4, 3), ("after", 2, 5)):
        _killed(past, file, when, count)
        if there:
            assert len(list(past.kafka.read([TOPIC]))) == there
    # Another rewind in between changes nothing for this one.
    one = Interval(NIGHTS.first, date(2026, 3, 6))
    other = past.past.rewind_to_topic(SOURCE, one, TOPIC)
    done = past.past.rewind_to_topic(SOURCE, NIGHTS, TOPIC)
    assert done == Rewound(len(expected) - 5, 5)
    assert past.past.rewind_to_topic(SOURCE, NIGHTS, TOPIC) == Rewound(0, len(expected))

    messages = list(past.kafka.read([TOPIC]))
    assert len(messages) == len(expected) + other.written
    nights = "2026-03-05/2026-03-06"
    sent = [each for each in messages if each.header("minibroker.rewind").startswith(nights)]
    assert [each.value for each in sent] == [each.value for each in expected]
    assert [source_of(each).offset for each in sent] == [each.offset for each in expected]
    assert [each.header("minibroker.rewind") for each in sent] == [
        f"{nights} {number}/{len(expected)}" for number in range(1, len(expected) + 1)
    ]
    fingerprint = past.filters.check(SOURCE).filter.fingerprint
    assert {name: value for name, value in sent[0].headers if name != "minibroker.offset"} == {
        "minibroker.owner": past.config.owner.encode(),
        "minibroker.filter": b"bright",
        "minibroker.version": fingerprint.encode(),
        "minibroker.format": b"packet",
        "minibroker.topic": b"ztf",
        "minibroker.partition": b"0",
        "minibroker.rewind": f"{nights} 1/{len(expected)}".encode(),
    }
    assert {each.key for each in sent} == {b"key"}


def test_of_two_rewinds_at_once_the_second_goes_on_and_the_first_is_told(
    past: Broker, expected: list[Packet], monkeypatch: pytest.MonkeyPatch
) -> None:
    topic = "rewound.twice"
    monkeypatch.setattr("minibroker.service.rewind.BATCH", 1)
    second: list[Rewound] = []

    def begin_another(share: float) -> None:
        if share >= 0.5 and not second:
            second.append(past.past.rewind_to_topic(SOURCE, NIGHTS, topic))

    with pytest.raises(OutsideError) as failure:
        past.past.rewind_to_topic(SOURCE, NIGHTS, topic, begin_another)
    assert failure.value.code == "rewind-twice"
    assert failure.value.message == f"another process has begun the same rewind to {topic}"
    assert failure.value.remedy == "let that one finish"
    assert second[0].there > 0
    assert second[0].written + second[0].there == len(expected)
    values = [each.value for each in past.kafka.read([topic])]
    assert values == [each.value for each in expected]


def test_a_changed_archive_is_told_and_nothing_is_sent(past: Broker, tmp_path: Path) -> None:
    changed = Broker(replace(past.config, archive=tmp_path))
    ztf = past.surveys["ztf"]
    passing = _write(tmp_path, ztf, date(2026, 3, 5), 20, 0)
    topic = "rewound.changed"
    before = changed.past.rewind_to_topic(SOURCE, Interval(), topic)
    assert before == Rewound(len(passing), 0)
    _write(tmp_path, ztf, date(2026, 3, 5), 10, 100)
    with pytest.raises(MismatchError) as failure:
        changed.past.rewind_to_topic(SOURCE, Interval(), topic)
    assert failure.value.code == "archive-changed"
    assert failure.value.message.startswith(
        f"{topic} has {before.written} of {before.written} packets of this rewind, and the archive"
    )
    assert len(list(changed.kafka.read([topic]))) == before.written


@pytest.mark.parametrize("topic", ["ztf", "minibroker.ann.bright"])
def test_a_topic_of_the_stream_is_refused(past: Broker, topic: str) -> None:
    ends = past.kafka.topics()
    with pytest.raises(ConfigError, match="would pass for live alerts"):
        past.past.rewind_to_topic(SOURCE, NIGHTS, topic)
    assert past.kafka.topics() == ends
