"""What each filter was sent: counted exactly once, held back over quota, recorded, never silent."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from minibroker.broker import Broker
from minibroker.config import Config, QuotaConfig, SubmitConfig
from minibroker.engine.archive import Place
from minibroker.engine.avro import AlertReader
from minibroker.engine.process import wait_until
from minibroker.model.errors import ShareError
from minibroker.model.filter import FilterSource
from minibroker.model.packet import Packet
from minibroker.model.quota import Quota
from minibroker.service.audit import source_of
from minibroker.service.deliveries import deliveries_topic

pytestmark = pytest.mark.stack

SECONDS = 300.0
SURVEY = "ztf"
LIMIT = 2
"""Alerts a visit that the limited filter may send."""
GARBAGE = b"garbage for the record"


@pytest.fixture(scope="module")
def limited(broker: Broker, config: Config) -> Iterator[Broker]:
    """The broker of the run with a quota for one filter, which passes everything."""
    quota = QuotaConfig(filters={"test.limited": Quota(alerts_per_visit=LIMIT)})
    limited = Broker(replace(config, quota=quota))
    limited.filters.submit([_filter("free", "candidate.jd > 1")])
    limited.packets.await_stream(SURVEY, SECONDS, lambda lag: None)
    limited.filters.submit([_filter("limited", "candidate.jd > 0")])
    yield limited
    limited.filters.remove("limited", "free")


def _filter(name: str, condition: str) -> FilterSource:
    return FilterSource(f"-- name: {name}\nSELECT * FROM {SURVEY} WHERE {condition}", name)


def _send(broker: Broker, packets: list[Packet]) -> dict[Place, bytes]:
    """Send the packets, wait until they are filtered, and return where Kafka put them."""
    topic = broker.config.surveys[SURVEY].topic
    before = {number: end for number, (_, end) in broker.kafka.ends(topic).items()}
    broker.kafka.produce(topic, packets)
    broker.packets.await_stream(SURVEY, SECONDS, lambda lag: None)
    return {
        Place(topic, packet.partition, packet.offset): packet.value
        for packet in broker.kafka.read([topic])
        if packet.offset >= before[packet.partition]
    }


def _sent(broker: Broker, name: str) -> list[Place]:
    return [source_of(packet) for packet in broker.kafka.read([f"minibroker.test.{name}"])]


def _recorded(broker: Broker, state: str) -> Counter[Place]:
    return Counter(broker.deliveries(SURVEY).places(state, "test", "limited"))


def test_a_quota_is_kept_over_an_edit_and_every_alert_is_recorded_once(
    limited: Broker, data: Path, readers: dict[str, AlertReader]
) -> None:
    # Fewer visits than the state keeps.
    files = sorted((data / "ztf/v3.3").rglob("*.avro"))[:40]
    packets = [Packet(file.read_bytes(), key=b"a key") for file in files]
    places = _send(limited, [*packets, *packets, Packet(GARBAGE)])
    # A savepoint, and another set of filters: what was spent goes with it.
    limited.filters.submit([_filter("free", "candidate.jd > 2")])
    places |= _send(limited, packets)
    dead = {place for place, value in places.items() if value == GARBAGE}
    visits = {
        place: readers[SURVEY].read(value)["candidate"]["pid"]
        for place, value in places.items()
        if place not in dead
    }
    most = {visit: min(LIMIT, alerts) for visit, alerts in Counter(visits.values()).items()}

    sent = Counter(_sent(limited, "limited"))
    assert set(sent.values()) == {1}
    assert Counter(visits[place] for place in sent) == most
    free = Counter(place for place in _sent(limited, "free") if place in places)
    assert free == Counter(visits.keys())

    archived = wait_until(
        lambda: len(_recorded(limited, "over quota")) + len(sent) >= len(visits), SECONDS
    )
    assert archived
    assert _recorded(limited, "sent") == sent
    assert _recorded(limited, "over quota") == Counter(visits.keys()) - sent
    assert Counter(limited.deliveries(SURVEY).places("dead"))[next(iter(dead))] == 1


def test_a_delivered_message_names_its_owner_and_a_record_its_alert(limited: Broker) -> None:
    topic = deliveries_topic(SURVEY)
    records = [json.loads(packet.value) for packet in limited.kafka.read([topic])]
    (stored,) = (each for each in limited.store.filters(SURVEY) if each.name == "limited")
    sizes = {}
    for packet in limited.kafka.read([stored.topic]):
        assert packet.header("minibroker.owner") == "test"
        assert packet.header("minibroker.filter") == "limited"
        sizes[source_of(packet)] = len(packet.value)
    assert sizes
    found = [each for each in records if each["filter"] == "limited" and each["state"] == "sent"]
    places = [Place(e["kafka_topic"], e["kafka_partition"], e["kafka_offset"]) for e in found]
    assert {place: each["bytes"] for place, each in zip(places, found, strict=True)} == sizes
    assert {each["fingerprint"] for each in found} == {stored.fingerprint}
    assert {each["owner"] for each in found} == {"test"}
    assert {each["topic"] for each in found} == {stored.topic}
    assert all(each["alert_id"] for each in found)


def test_the_nights_of_the_ledger_add_up(limited: Broker) -> None:
    nights = limited.deliveries(SURVEY).ledger([("test", "limited")])
    assert {each.owner for each in nights} == {"test"}
    assert sum(each.sent for each in nights) == len(_sent(limited, "limited"))
    assert sum(each.over_quota for each in nights) == _recorded(limited, "over quota").total()
    messages = limited.kafka.read(["minibroker.test.limited"])
    assert sum(each.bytes for each in nights) == sum(len(packet.value) for packet in messages)
    # The whole topic, and the filter passes every alert that it has read.
    topic = limited.config.surveys[SURVEY].topic
    ends = limited.kafka.ends(topic).values()
    assert sum(each.read for each in nights) <= sum(end - begin for begin, end in ends)
    assert all(each.not_passed >= 0 for each in nights)


def test_a_filter_that_passes_too_much_of_the_archive_is_refused(limited: Broker) -> None:
    gated = Broker(replace(limited.config, submit=SubmitConfig()))
    with pytest.raises(ShareError) as failure:
        gated.filters.submit([_filter("greedy", "candidate.jd > 3")])
    assert failure.value.code == "passes-too-much"
    assert failure.value.message.startswith("greedy passes 100 % of ")
    assert failure.value.message.endswith(": more than 5 %")
    assert gated.store.filter("test", "greedy") is None
    # What runs already is not asked again.
    (again,) = gated.filters.submit([_filter("free", "candidate.jd > 2")])
    assert not again.changed
    # But for its forecast, which there was no night for before.
    kept = gated.past.score("free").forecast
    assert kept.version == again.filter.version
    assert set(kept.nights) <= set(gated.archive(SURVEY).nights())
