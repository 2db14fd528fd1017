"""AlertStream on the Kafka of the run."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from minibroker import AlertStream
from minibroker.broker import Broker
from minibroker.engine.kafka import NewTopic
from minibroker.model.errors import ConfigError, OutsideError
from minibroker.model.night import parse_night
from minibroker.model.packet import Packet
from minibroker.service.simulate import SimulatedPacket, simulate

pytestmark = pytest.mark.stack

NIGHT = parse_night("2026-03-05")


@pytest.fixture
def settings(broker: Broker, tmp_path: Path) -> Path:
    """The settings of somebody who only reads: where Kafka is, whose filters, and no store."""
    file = tmp_path / "minibroker.toml"
    file.write_text(
        f'owner = "reader"\ndata = "{tmp_path / "data"}"\n'
        f'[kafka]\nbootstrap = "{broker.config.bootstrap}"\n'
    )
    return file


@pytest.fixture(scope="module")
def packets(broker: Broker) -> list[SimulatedPacket]:
    """Twenty packets of each survey."""
    surveys = broker.surveys.values()
    return [packet for survey in surveys for packet in simulate(survey, NIGHT, 20, 1)]


@pytest.fixture
def send(broker: Broker) -> Callable[..., None]:
    """Make a topic of two partitions and send packets to it."""

    def sent(topic: str, values: list[bytes], **more: tuple[tuple[str, bytes], ...]) -> None:
        broker.kafka.ensure_topics([NewTopic(topic, 2)])
        keyed = [Packet(value, str(n).encode(), **more) for n, value in enumerate(values)]
        assert broker.kafka.produce(topic, keyed) == len(values)

    return sent


def test_every_alert_comes_once_with_its_topic_and_key(
    settings: Path, packets: list[SimulatedPacket], send: Callable[..., None]
) -> None:
    topic = "minibroker.reader.both"
    send(topic, [packet.value for packet in packets])
    got = {}
    with AlertStream("both", start="earliest", until_eos=True, config=settings) as stream:
        while (received := stream.poll()).alert is not None:
            assert received.topic == topic
            assert received.key is not None
            got[int(received.key)] = received.alert
    assert sorted(got) == list(range(len(packets)))
    for number, packet in enumerate(packets):
        alert = got[number]
        assert alert.packet.value == packet.value
        assert alert.survey is not None
        assert alert[alert.survey.alert_id[0]] == packet.alert_id
        assert len(alert.cutouts) == 3
        assert len(alert.lightcurve()) > 0
    assert not (settings.parent / "data").exists()


def test_a_group_goes_on_where_it_stopped_and_gets_again_what_failed(
    settings: Path, packets: list[SimulatedPacket], send: Callable[..., None]
) -> None:
    send("client.group", [packet.value for packet in packets])

    def stream() -> AlertStream:
        return AlertStream(
            "client.group", start="earliest", group="reader.1", until_eos=True, config=settings
        )

    seen = []
    with stream() as first:
        for alert in first:
            seen.append(alert.packet.key)
            if len(seen) == 7:
                break
    failed = []
    with suppress(ZeroDivisionError), stream() as second:
        for alert in second:
            failed.append(alert.packet.key)
            raise ZeroDivisionError
    with stream() as third:
        rest = [alert.packet.key for alert in third]
    assert len(failed) == 1
    assert failed[0] in rest
    assert sorted(seen + rest) == sorted(str(n).encode() for n in range(len(packets)))


def test_it_begins_at_a_time(
    settings: Path, packets: list[SimulatedPacket], send: Callable[..., None], broker: Broker
) -> None:
    send("client.time", [packet.value for packet in packets[:10]])
    newest = max(packet.timestamp for packet in broker.kafka.read(["client.time"]))
    # Kafka's clock is of milliseconds: what comes now is of a later one than the newest.
    begin = datetime.fromtimestamp((newest + 1) / 1000, UTC)
    while datetime.now(UTC) < begin:
        pass
    send("client.time", [packets[-1].value])
    with AlertStream("client.time", start=begin, until_eos=True, config=settings) as stream:
        (alert,) = stream
    assert alert["diaSourceId" if "diaSourceId" in alert else "candid"] == packets[-1].alert_id


def test_columns_of_a_filter_are_an_alert_without_a_survey(
    settings: Path, send: Callable[..., None]
) -> None:
    sent = {"objectId": "ZTF18aaa", "mag": 18.5}
    header = (("minibroker.format", b"json"),)
    send("client.columns", [json.dumps(sent).encode()], headers=header)
    with AlertStream("client.columns", start="earliest", until_eos=True, config=settings) as stream:
        (alert,) = stream
    assert dict(alert) == sent
    assert alert.survey is None


def test_a_broken_packet_does_not_end_the_stream(
    settings: Path, packets: list[SimulatedPacket], send: Callable[..., None]
) -> None:
    send("client.broken", [packets[0].value[:5000], packets[-1].value])
    with AlertStream("client.broken", start="earliest", until_eos=True, config=settings) as stream:
        alerts = sorted(stream, key=lambda alert: len(alert.packet.value))
    broken, whole = alerts
    assert len(whole) > 0
    with pytest.raises(OutsideError, match=r"client\.broken\[\d\]@0: ") as failure:
        len(broken)
    assert failure.value.code == "packet-undecodable"


def test_nothing_in_time_is_three_nones(
    settings: Path, packets: list[SimulatedPacket], send: Callable[..., None]
) -> None:
    send("client.quiet", [packets[0].value])
    with AlertStream("client.quiet", config=settings) as stream:
        topic, alert, key = stream.poll(timeout=0.1)
    assert (topic, alert, key) == (None, None, None)


def test_an_unknown_name_gets_the_nearest(
    settings: Path, packets: list[SimulatedPacket], send: Callable[..., None]
) -> None:
    send("client.known", [packets[0].value])
    with pytest.raises(ConfigError, match=r"did you mean 'client\.known'"):
        AlertStream("client.knwon", config=settings)
    with pytest.raises(ConfigError, match="no filter given"):
        AlertStream([], config=settings)


def test_a_setting_of_the_kafka_clients_is_passed_on(settings: Path) -> None:
    with pytest.raises(OutsideError, match="localhost:1"):
        AlertStream(
            "x",
            servers="localhost:1",
            properties={"socket.keepalive.enable": True},
            config=settings,
        )
