"""What a look finds when this stack's ports are another program's."""

from __future__ import annotations

import socket
from pathlib import Path

from minibroker.broker import Broker
from minibroker.config import Config, FlinkConfig, KafkaConfig


def test_ports_that_another_program_has_are_told_and_the_look_goes_on(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("localhost", 0))
        other.listen()
        port = other.getsockname()[1]
        kafka, flink = KafkaConfig(port=port), FlinkConfig(port=port)
        broker = Broker(Config(data=tmp_path, kafka=kafka, flink=flink))
        seen = broker.watch.observe()
    told = [each for each in seen.problems if "is not the" in each]
    assert told == [
        f"what is at localhost:{port} is not the Kafka of {tmp_path}",
        f"what is at http://localhost:{port} is not the Flink of {tmp_path}",
    ]
