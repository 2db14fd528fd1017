"""Several things to be done, of which some fail."""

import pytest

from minibroker.model.errors import JobError
from minibroker.service.attempts import attempt_all


def test_what_fails_keeps_nothing_else_from_being_done_and_is_told_once() -> None:
    said: list[str] = []
    done = []

    def fail(word: str) -> None:
        raise JobError("job-slow", word)

    def both() -> None:
        attempt_all([lambda: fail("first"), lambda: fail("second")], said.append)

    with pytest.raises(JobError, match="first"):
        attempt_all([both, lambda: done.append(1), lambda: fail("third")], said.append)
    assert said == ["second", "third"]
    assert done == [1]


def test_ctrl_c_does_not_hide_what_failed_before_it() -> None:
    said: list[str] = []

    def fail() -> None:
        raise JobError("job-slow", "first", remedy="wait")

    def interrupt() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        attempt_all([fail, interrupt], said.append)
    assert said == ["first (wait)"]
