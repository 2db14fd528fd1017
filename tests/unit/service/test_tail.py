"""What is shown, what is saved, and what a consumer group is told to be done with."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, Self, cast

import pyarrow.parquet
import pytest

from minibroker.engine import parquet
from minibroker.engine.avro import AlertReader
from minibroker.engine.kafka_follow import Following
from minibroker.model.errors import ConfigError, OutsideError
from minibroker.model.packet import Packet
from minibroker.model.shipped import shipped
from minibroker.model.survey import load_surveys
from minibroker.service import save
from minibroker.service.messages import Messages, Shown
from minibroker.service.save import AvroFiles, ParquetFiles
from minibroker.service.simulate import simulate
from minibroker.service.tail import Wanted, tail

SURVEYS = load_surveys(shipped("schemas"))
PACKETS = [
    Packet(each.value, topic="t", offset=offset, timestamp=1_700_000_000_000 + offset)
    for offset, each in enumerate(simulate(SURVEYS["ztf"], date(2026, 3, 5), 7, 1))
]


class _Topic:
    """Stands for Kafka: a topic that holds these packets, and what its group is done with."""

    def __init__(self, packets: list[Packet]) -> None:
        self._packets = packets
        self.finished: list[int] = []
        self.is_closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.is_closed = True

    def __iter__(self) -> Iterator[Packet]:
        yield from self._packets

    def done(self, packet: Packet) -> None:
        assert not self.is_closed
        self.finished.append(packet.offset)


def _messages(fields: tuple[tuple[str, ...], ...] = ()) -> Messages:
    def unknown(*_: object) -> str:
        raise ConfigError("registry-missing", "no registry")

    return Messages(SURVEYS, unknown, unknown, None, fields)


def _tail(topic: _Topic, files: Any = None, **wanted: Any) -> list[int]:
    following = cast(Following, topic)
    return [each.offset for each in tail(following, _messages(), Wanted(**wanted), files)]


@pytest.mark.parametrize(
    ("wanted", "shown", "finished"),
    [
        ({}, [0, 1, 2, 3, 4, 5, 6], 7),
        ({"every": 3}, [0, 3, 6], 7),
        ({"limit": 2}, [0, 1], 2),
        ({"limit": 2, "every": 3}, [0, 3], 4),
    ],
)
def test_what_is_shown(wanted: dict[str, Any], shown: list[int], finished: int) -> None:
    topic = _Topic(PACKETS)
    assert _tail(topic, **wanted) == shown
    assert topic.finished == list(range(finished))
    assert topic.is_closed


def test_what_was_not_asked_further_is_not_done_with() -> None:
    topic = _Topic(PACKETS)
    shown = tail(cast(Following, topic), _messages(), Wanted(), None)
    next(shown)
    next(shown)
    shown.close()
    assert topic.finished == [0]
    assert topic.is_closed


def test_avro_files_are_the_packets(tmp_path: Path) -> None:
    topic = _Topic([*PACKETS, Packet(b"broken", topic="t", offset=7)])
    _tail(topic, AvroFiles(tmp_path / "new", _messages().container))
    saved = {file.name: file.read_bytes() for file in (tmp_path / "new").iterdir()}
    reader = AlertReader(SURVEYS["ztf"])
    assert saved == {f"{reader.read(p.value)['candid']}.avro": p.value for p in PACKETS}
    assert topic.finished == list(range(8))


def test_parquet_files_have_the_alerts_without_images(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(save, "ROWS", 3)
    topic = _Topic(PACKETS)
    following, files = cast(Following, topic), ParquetFiles(tmp_path)
    seen = [list(topic.finished) for _ in tail(following, _messages(), Wanted(), files)]
    # What is not on the disk yet is not done with.
    assert seen[:4] == [[], [], [], [0, 1, 2]]
    assert topic.finished == list(range(7))
    tables = [pyarrow.parquet.read_table(file) for file in sorted(tmp_path.iterdir())]
    assert [table.num_rows for table in tables] == [3, 3, 1]
    rows = [row for table in tables for row in table.to_pylist()]
    reader = AlertReader(SURVEYS["ztf"])
    for row, packet in zip(rows, PACKETS, strict=True):
        alert = reader.read(packet.value)
        assert row["candidate"] == alert["candidate"]
        assert row["prv_candidates"] == alert["prv_candidates"]
        assert (row["kafka_topic"], row["kafka_offset"]) == ("t", packet.offset)
        assert round(row["kafka_timestamp"].timestamp() * 1000) == packet.timestamp
        assert not row.keys() & set(SURVEYS["ztf"].cutouts)


def test_parquet_of_columns_takes_their_types(tmp_path: Path) -> None:
    topic = _Topic([Packet(b'{"id": 1, "x": 0.5}', topic="t"), Packet(b'{"id": 2, "x": null}')])
    _tail(topic, ParquetFiles(tmp_path))
    (file,) = tmp_path.iterdir()
    assert file.name.startswith("columns-")
    assert pyarrow.parquet.read_table(file, columns=["id", "x"]).to_pylist() == [
        {"id": 1, "x": 0.5},
        {"id": 2, "x": None},
    ]


def test_parquet_of_fields_has_just_them(tmp_path: Path) -> None:
    messages = _messages((("candidate", "rb"),))
    list(tail(cast(Following, _Topic(PACKETS)), messages, Wanted(), ParquetFiles(tmp_path)))
    (file,) = tmp_path.iterdir()
    assert pyarrow.parquet.read_schema(file).names[:2] == ["candidate.rb", "kafka_topic"]


def test_a_value_of_another_type_is_null(tmp_path: Path) -> None:
    alert = AlertReader(SURVEYS["ztf"]).read(PACKETS[0].value)
    place = {"kafka_topic": "t", "kafka_partition": 0, "kafka_offset": 0, "kafka_timestamp": 0}
    row = alert | place | {"candidate": alert["candidate"] | {"isdiffpos": 1, "ra": 3}}
    parquet.write_alerts(tmp_path / "x", [row], SURVEYS["ztf"].alert, SURVEYS["ztf"].cutouts)
    (read,) = pyarrow.parquet.read_table(tmp_path / "x").to_pylist()
    assert read["candidate"]["isdiffpos"] is None
    assert read["candidate"]["ra"] == 3.0


@pytest.mark.parametrize("format", ["avro", "parquet"])
def test_a_full_disk_leaves_whole_files_and_what_is_missing_comes_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, format: str
) -> None:
    monkeypatch.setattr(save, "ROWS", 2)
    rename, written = Path.replace, []

    def full(self: Path, target: Path) -> Path:
        written.append(target)
        if len(written) > 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        return rename(self, target)

    monkeypatch.setattr(Path, "replace", full)
    topic = _Topic(PACKETS)
    files = {"avro": AvroFiles(tmp_path, _messages().container), "parquet": ParquetFiles(tmp_path)}
    with pytest.raises(OutsideError) as failure:
        _tail(topic, files[format])
    assert failure.value.code == "file-unwritable"
    assert failure.value.message.endswith("No space left on device")
    assert len(list(tmp_path.iterdir())) == 2
    assert not list(tmp_path.glob(".*"))
    assert topic.finished == list(range(2 if format == "avro" else 4))
    assert topic.is_closed


def test_an_id_names_no_place_outside_the_folder(tmp_path: Path) -> None:
    shown = Shown(Packet(b"x", topic="../../up"), (), (), {}, {})
    AvroFiles(tmp_path / "in", lambda shown: shown.packet.value).add(shown)
    assert len(list((tmp_path / "in").iterdir())) == 1
