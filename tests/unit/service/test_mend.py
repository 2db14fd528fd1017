import itertools

from minibroker.model.errors import OutsideError
from minibroker.service.mend import FIRST_PAUSE, LONGEST_PAUSE, Mender


class Clock:
    def __init__(self) -> None:
        self.time = 0.0

    def now(self) -> float:
        return self.time


def test_what_is_missing_is_brought_back_once_and_told() -> None:
    told: list[str] = []
    calls: list[float] = []
    clock = Clock()
    mender = Mender(lambda: calls.append(clock.time), told.append, clock.now)
    mender.look([])
    assert calls == []
    mender.look(["taskmanager is dead"])
    mender.look([])
    assert calls == [0.0]
    assert told == ["bringing back: taskmanager is dead", "nothing is missing any more"]


def test_a_mend_that_does_not_help_is_tried_later_and_later() -> None:
    told: list[str] = []
    calls: list[float] = []
    clock = Clock()

    def mend() -> None:
        calls.append(clock.time)
        raise OutsideError("disk-full", "no room", "make some")

    mender = Mender(mend, told.append, clock.now)
    for second in range(2000):
        clock.time = float(second)
        mender.look(["kafka is dead"])
    pauses = [after - before for before, after in itertools.pairwise(calls)]
    assert pauses[:3] == [FIRST_PAUSE, 2 * FIRST_PAUSE, 4 * FIRST_PAUSE]
    assert pauses == sorted(pauses)
    assert pauses[-1] == LONGEST_PAUSE
    assert told[:3] == [
        "bringing back: kafka is dead",
        "could not: no room (make some)",
        "attempt 1 did not help (kafka is dead); if this one does not either, the next is in 10 s",
    ]
    assert mender.failures == len(calls) - 1


def test_after_success_the_pauses_are_short_again() -> None:
    calls: list[float] = []
    clock = Clock()
    mender = Mender(lambda: calls.append(clock.time), lambda text: None, clock.now)
    mender.look(["x"])
    clock.time = 100.0
    mender.look(["x"])
    assert mender.failures == 1
    mender.look([])
    mender.look(["x"])
    assert mender.failures == 0
    assert calls == [0.0, 100.0, 100.0]
