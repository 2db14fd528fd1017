"""What the demo does when something goes wrong while it sends."""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any, cast

import pytest

from minibroker.broker import Broker
from minibroker.config import SurveyConfig
from minibroker.model.errors import OutsideError
from minibroker.model.packet import Packet
from minibroker.ui.demo import _send_all
from minibroker.ui.report import Report


def test_what_goes_wrong_with_one_survey_ends_the_others() -> None:
    def produce(topic: str, packets: Iterable[Packet]) -> None:
        if topic == "lsst":
            raise OutsideError("kafka-away", "Kafka does not answer")
        deque(packets, maxlen=0)

    surveys = {name: SurveyConfig(name) for name in ("ztf", "lsst")}
    broker: Any = SimpleNamespace(
        config=SimpleNamespace(surveys=surveys), kafka=SimpleNamespace(produce=produce)
    )
    endless = itertools.repeat(Packet(b""))
    with pytest.raises(OutsideError, match="Kafka does not answer"):
        _send_all(cast(Broker, broker), {"ztf": endless, "lsst": []}, Report(is_json=False))
