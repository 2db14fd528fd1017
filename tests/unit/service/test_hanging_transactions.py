"""Transactions that stay open: who is asked, what is told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import pytest

from minibroker.engine.flink import Planner
from minibroker.engine.kafka_watch import KafkaWatch, Place
from minibroker.model.errors import OutsideError
from minibroker.service.hanging_transactions import HangingTransactions, OpenSince

TOPICS = {"minibroker.dead.ztf": 1, "minibroker.ann.mine": 2}
MINE, DEAD = ("minibroker.ann.mine", 1), ("minibroker.dead.ztf", 0)


class Watch(KafkaWatch):
    """Knows what is open at each look; the last look is repeated."""

    def __init__(self, *looks: dict[Place, int]) -> None:
        self.looks = list(looks)

    def open(self, topics: Mapping[str, int]) -> dict[Place, int]:
        return self.looks.pop(0) if len(self.looks) > 1 else self.looks[0]


class Java:
    """A planner whose Kafka has lost the owner of what is open in MINE."""

    def __init__(self) -> None:
        self.asked: list[Place] = []
        self.aborted: list[Place] = []
        self.lost_for = 9
        """At so many questions."""

    def hanging(self, partitions: list[Place], properties: Any) -> list[Place]:
        self.asked += partitions
        self.lost_for -= 1
        return [each for each in partitions if each == MINE and self.lost_for >= 0]

    def abort_hanging(self, partitions: list[Place], properties: Any) -> list[Place]:
        found = self.hanging(partitions, properties)
        self.aborted += found
        return found


@pytest.fixture
def java() -> Java:
    return Java()


def _hanging(java: Java, *looks: dict[Place, int]) -> HangingTransactions:
    return HangingTransactions(Watch(*looks), lambda: cast(Planner, java), {}, 0.0)


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("minibroker.service.hanging_transactions.OPEN_SECONDS", 0.05)
    monkeypatch.setattr("minibroker.engine.kafka_watch.PAUSE", 0.01)


def test_what_a_running_job_has_open_starts_no_java(java: Java) -> None:
    assert _hanging(java, {MINE: 7}, {MINE: 9}, {MINE: 12}).find_twice(TOPICS) == []
    assert _hanging(java, {MINE: 7}, {}).check(TOPICS) == "each that is open has an owner"
    assert java.asked == []


def test_what_stays_open_is_asked_for_and_what_has_no_owner_is_ended(java: Java) -> None:
    told: list[str] = []
    hanging = _hanging(java, {MINE: 7, DEAD: 3})
    assert hanging.find_twice(TOPICS) == [MINE]
    assert java.asked == [MINE, DEAD] * 2
    hanging.end(MINE, told.append)
    assert java.aborted == [MINE]
    assert told == [
        "Kafka had lost the owner of an open transaction, which is aborted: minibroker.ann.mine"
        " (partition 1); `minibroker audit` names what was in it and is not delivered"
    ]
    hanging.end(DEAD, pytest.fail)
    assert java.aborted == [MINE]
    assert _hanging(java, {DEAD: 3}).find_twice(TOPICS) == []


def test_what_has_an_owner_at_a_second_look_is_left_alone(java: Java) -> None:
    """Its coordinator had just moved to another broker."""
    java.lost_for = 1
    assert _hanging(java, {MINE: 7}).find_twice(TOPICS) == []
    assert java.asked == [MINE, MINE]


def test_the_doctor_tells_what_has_no_owner_and_ends_nothing(java: Java) -> None:
    with pytest.raises(OutsideError) as failure:
        _hanging(java, {MINE: 7, DEAD: 3}).check(TOPICS)
    assert failure.value.message == (
        "Kafka has lost the owner of an open transaction, for which readers wait:"
        " minibroker.ann.mine (partition 1)"
    )
    assert failure.value.remedy == "run `minibroker up`, which aborts it"
    assert java.aborted == []
    assert _hanging(java, {DEAD: 3}).check(TOPICS) == "each that is open has an owner"


def test_what_stays_open_for_longer_than_patience_lasts_is_told() -> None:
    open_since = OpenSince(30.0)
    assert open_since.look({MINE: 7, DEAD: 3}, 100.0) == []
    assert open_since.look({MINE: 9, DEAD: 3}, 125.0) == []
    assert open_since.look({MINE: 9, DEAD: 3}, 131.0) == [DEAD]
    assert open_since.look({MINE: 9}, 150.0) == []
    assert open_since.look({MINE: 9, DEAD: 3}, 156.0) == [MINE]
    assert open_since.look({MINE: 9, DEAD: 3}, 180.0) == [MINE]
