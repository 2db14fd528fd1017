from __future__ import annotations

import io
import json
from datetime import date
from typing import Any

import fastavro
import pytest

from minibroker.engine.avro import AlertReader
from minibroker.model.errors import ConfigError, OutsideError
from minibroker.model.packet import Packet
from minibroker.model.shipped import shipped
from minibroker.model.survey import Survey, load_surveys
from minibroker.service.messages import Messages, Shown
from minibroker.service.simulate import simulate

SURVEYS = load_surveys(shipped("schemas"))
SCHEMA = {
    "type": "record",
    "name": "mine",
    "fields": [
        {"name": "id", "type": ["null", "long"]},
        {"name": "list", "type": ["null", {"type": "array", "items": ["null", "double"]}]},
    ],
}


def _schema_of(topic: str, number: int) -> str:
    if (topic, number) != ("t", 17):
        raise OutsideError("schema-missing", f"no schema {number}")
    return json.dumps(SCHEMA)


def _registered(number: int) -> str:
    raise ConfigError("registry-missing", f"schema {number} is not known here")


def _messages(survey: str = "", fields: str = "") -> Messages:
    paths = tuple(tuple(each.split(".")) for each in fields.split(",") if each)
    return Messages(SURVEYS, _registered, _schema_of, SURVEYS.get(survey), paths)


def _message(value: bytes, format: str = "", **headers: str) -> Packet:
    named = {f"minibroker.{name}": text for name, text in headers.items()}
    named |= {"minibroker.format": format} if format else {}
    encoded = tuple((name, text.encode()) for name, text in named.items())
    return Packet(value, headers=encoded, topic="t", partition=2, offset=3)


def _packet(survey: Survey) -> bytes:
    (packet,) = simulate(survey, date(2026, 3, 5), 1, 1)
    return packet.value


def _avro(value: dict[str, Any]) -> bytes:
    out = io.BytesIO()
    out.write(b"\0" + (17).to_bytes(4, "big"))
    fastavro.schemaless_writer(out, fastavro.parse_schema(SCHEMA), value)
    return out.getvalue()


@pytest.mark.parametrize("survey", SURVEYS)
@pytest.mark.parametrize("format", ["", "packet", "packet-without-cutouts"])
@pytest.mark.parametrize("is_told", [True, False])
def test_packets_have_the_surveys_columns(survey: str, format: str, is_told: bool) -> None:
    messages = _messages(survey if is_told else "")
    shown = messages.shown(_message(_packet(SURVEYS[survey]), format))
    assert shown.columns == tuple(".".join(path) for path in SURVEYS[survey].default_columns)
    assert len(shown.values) == len(shown.columns)
    assert not shown.alert.keys() & set(SURVEYS[survey].cutouts)
    assert set(SURVEYS[survey].cutouts) <= shown.whole.keys()
    assert shown.survey == SURVEYS[survey]
    assert shown.name == str(shown.alert[SURVEYS[survey].alert_id[0]])


@pytest.mark.parametrize("format", ["json", ""])
def test_json_has_its_own_columns(format: str) -> None:
    message = {"id": 5, "list": [1.5, None], "nothing": None}
    packet = _message(json.dumps(message).encode(), format)
    columns = ("id", "list", "nothing")
    expected = Shown(packet, columns, (5, "[1.5, null]", None), message, message)
    assert _messages().shown(packet) == expected
    assert expected.name == "t-2-3"


def test_avro_has_its_own_columns() -> None:
    message: dict[str, Any] = {"id": 5, "list": [1.5, None]}
    packet = _message(_avro(message), "avro")
    shown = _messages().shown(packet)
    assert shown == Shown(packet, ("id", "list"), (5, "[1.5, null]"), message, message)
    (read,) = fastavro.reader(io.BytesIO(_messages().container(shown)))
    assert read == message


def test_fields_are_shown_instead() -> None:
    packet = _message(_packet(SURVEYS["ztf"]))
    shown = _messages(fields="candidate.magpsf,objectId").shown(packet)
    assert shown.columns == ("candidate.magpsf", "objectId")
    assert list(shown.alert) == ["candidate.magpsf", "objectId"]
    assert shown.alert["objectId"] == shown.whole["objectId"]
    of_columns = _messages(fields="id").shown(_message(b'{"id": 5, "x": 6}'))
    assert of_columns.alert == {"id": 5}


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("candidate.magpfs", None, "ztf has no field 'candidate.magpfs'; did you mean"),
        ("cutoutScience", None, "cutoutScience is an image"),
        ("y", b'{"id": 5, "x": 6}', "t has no field 'y'"),
    ],
)
def test_a_field_that_is_not_there_is_told(field: str, value: bytes | None, message: str) -> None:
    packet = _message(value or _packet(SURVEYS["ztf"]))
    with pytest.raises(ConfigError) as failure:
        _messages(fields=field).shown(packet)
    assert failure.value.message.startswith(message)


@pytest.mark.parametrize(
    ("packet", "reason"),
    [
        (_message(b"\0" + (17).to_bytes(4, "big") + b"\x08", "avro"), "not the columns of"),
        (_message(_avro({"id": 1, "list": None})[:2] + b"xxxxx", "avro"), "no schema"),
        (_message(b"{no", "json"), "not JSON"),
        (_message(b"[1]", "json"), "no object"),
        (_message(b"{no"), "not JSON"),
        (_message(b"garbage"), "of no survey (lsst, ztf)"),
        (_message(b""), "of no survey (lsst, ztf)"),
        (_message(_packet(SURVEYS["ztf"])[:60_000]), "not a packet of ztf"),
        (_message(_packet(SURVEYS["lsst"])[:999]), "not a packet of lsst"),
    ],
)
def test_a_broken_message_is_told_and_stops_nothing(packet: Packet, reason: str) -> None:
    shown = _messages().shown(packet)
    assert reason in shown.error
    assert shown.columns == ("error", "bytes")
    assert shown.values == (shown.error, len(packet.value))
    assert shown.survey is None


def test_a_schema_that_nobody_knows_is_told() -> None:
    shown = _messages("lsst").shown(_message(b"\0\0\0\x27\x0fof an unknown schema"))
    assert shown.error == "schema 9999 is not known here"


def test_a_dead_letter_has_its_reason_and_where_it_came_from() -> None:
    packet = _message(b"garbage", error="no Avro", topic="ztf", partition="1", offset="7")
    shown = _messages().shown(packet)
    assert shown.error == "no Avro"
    assert shown.alert == {
        "error": "no Avro",
        "bytes": 7,
        "source": "ztf",
        "source_partition": 1,
        "source_offset": 7,
    }


@pytest.mark.parametrize("survey", SURVEYS)
def test_a_packet_becomes_a_file_that_any_avro_reader_opens(survey: str) -> None:
    messages = _messages()
    value = _packet(SURVEYS[survey])
    file = messages.container(messages.shown(_message(value)))
    assert (file == value) == (survey == "ztf")
    (alert,) = fastavro.reader(io.BytesIO(file))
    reader = AlertReader(SURVEYS[survey])
    assert reader.read(file) == reader.read(value)
    assert set(SURVEYS[survey].cutouts) <= dict(alert).keys()  # type: ignore[arg-type]


def test_json_is_no_avro_file() -> None:
    messages = _messages()
    with pytest.raises(ConfigError, match="t holds no Avro"):
        messages.container(messages.shown(_message(b'{"id": 5}')))
