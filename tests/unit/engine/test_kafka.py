from collections.abc import Callable

import pytest
from confluent_kafka import KafkaError, KafkaException

from minibroker.engine.kafka import patiently


def _refusing(code: int, times: int) -> tuple[list[int], Callable[[], str]]:
    asked: list[int] = []

    def ask() -> str:
        asked.append(code)
        if len(asked) <= times:
            raise KafkaException(KafkaError(code))
        return "answer"

    return asked, ask


@pytest.mark.parametrize(
    "code",
    [
        KafkaError.LEADER_NOT_AVAILABLE,
        KafkaError.OFFSET_NOT_AVAILABLE,
        KafkaError._UNKNOWN_PARTITION,
    ],
)
def test_what_a_broker_says_for_a_moment_is_asked_again(code: int) -> None:
    asked, ask = _refusing(code, times=2)
    assert patiently(ask) == "answer"
    assert len(asked) == 3


def test_what_it_goes_on_saying_is_told_at_once() -> None:
    asked, ask = _refusing(KafkaError.TOPIC_AUTHORIZATION_FAILED, times=2)
    with pytest.raises(KafkaException):
        patiently(ask)
    assert len(asked) == 1
