from __future__ import annotations

import io
import json
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, cast

import fastavro
import pytest

from minibroker.engine.avro import AlertReader
from minibroker.engine.kafka import Kafka
from minibroker.model.errors import OutsideError
from minibroker.model.packet import Packet
from minibroker.model.shipped import shipped
from minibroker.model.survey import Survey, load_surveys
from minibroker.service.simulate import simulate
from minibroker.service.tail import Shown, tail

SURVEYS = load_surveys(shipped("schemas"))
SCHEMA = {
    "type": "record",
    "name": "mine",
    "fields": [
        {"name": "id", "type": ["null", "long"]},
        {"name": "list", "type": ["null", {"type": "array", "items": ["null", "double"]}]},
    ],
}


class _Topic:
    """Stands for Kafka: a topic that holds these packets."""

    def __init__(self, packets: Sequence[Packet]) -> None:
        self._packets = packets

    def follow(self, topics: Sequence[str], from_beginning: bool) -> Iterator[Packet]:
        yield from self._packets


def _shown(value: bytes, format: str, survey: str = "ztf") -> Shown:
    headers = (("minibroker.format", format.encode()),) if format else ()
    topic = cast(Kafka, _Topic([Packet(value, headers=headers, offset=3)]))
    reader = AlertReader(SURVEYS[survey])
    texts = {17: json.dumps(SCHEMA)}
    (shown,) = tail(topic, SURVEYS[survey], reader, "t", True, None, texts.__getitem__)
    return shown


def _packet(survey: Survey) -> bytes:
    (packet,) = simulate(survey, date(2026, 3, 5), 1, 1)
    return packet.value


@pytest.mark.parametrize("survey", SURVEYS)
@pytest.mark.parametrize("format", ["", "packet", "packet-without-cutouts"])
def test_packets_have_the_surveys_columns(survey: str, format: str) -> None:
    shown = _shown(_packet(SURVEYS[survey]), format, survey)
    assert shown.columns == tuple(".".join(path) for path in SURVEYS[survey].default_columns)
    assert len(shown.values) == len(shown.columns)
    assert not shown.alert.keys() & set(SURVEYS[survey].cutouts)


def test_json_has_its_own_columns() -> None:
    message = {"id": 5, "list": [1.5, None], "nothing": None}
    shown = _shown(json.dumps(message).encode(), "json")
    assert shown == Shown(3, ("id", "list", "nothing"), (5, "[1.5, null]", None), message)


def test_avro_has_its_own_columns() -> None:
    out = io.BytesIO(b"\0" + (17).to_bytes(4, "big"))
    out.seek(5)
    message: dict[str, Any] = {"id": 5, "list": [1.5, None]}
    fastavro.schemaless_writer(out, fastavro.parse_schema(SCHEMA), message)
    shown = _shown(out.getvalue(), "avro")
    assert shown == Shown(3, ("id", "list"), (5, "[1.5, null]"), message)


def test_a_broken_message_is_told() -> None:
    with pytest.raises(OutsideError) as failure:
        _shown(b"\0" + (17).to_bytes(4, "big") + b"\x08", "avro")
    assert failure.value.code == "message-undecodable"
