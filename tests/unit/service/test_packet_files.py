"""Files, folders and archives of packets, whole and broken."""

from __future__ import annotations

import io
import tarfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import fastavro
import pytest

from minibroker.engine.avro import AlertReader
from minibroker.model.errors import ConfigError
from minibroker.model.shipped import shipped
from minibroker.model.survey import load_surveys
from minibroker.service.packet_files import FilePacket, PacketFiles
from minibroker.service.simulate import simulate

SURVEYS = load_surveys(shipped("schemas"))
PACKETS = {
    name: [each.value for each in simulate(survey, date(2026, 3, 5), 4, 1)]
    for name, survey in SURVEYS.items()
}


def _container(survey: str, codec: str, sync: int, count: int = 4) -> bytes:
    """A visit in one file, as an ordinary writer writes it."""
    reader = AlertReader(SURVEYS[survey])
    schema = fastavro.reader(io.BytesIO(reader.as_container(PACKETS[survey][0]))).writer_schema
    alerts = [_read(reader.as_container(each)) for each in PACKETS[survey][:count]]
    out = io.BytesIO()
    fastavro.writer(out, schema, alerts, codec=codec, sync_interval=sync)  # type: ignore[arg-type]
    return out.getvalue()


def _read(value: bytes) -> Any:
    (alert,) = fastavro.reader(io.BytesIO(value))
    return alert


def _packets(*places: Path, tell: Any = None) -> list[FilePacket]:
    return list(PacketFiles(places, SURVEYS, tell or (lambda text: None)))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    for name, packets in PACKETS.items():
        for number, packet in enumerate(packets):
            (tmp_path / "in" / f"{name}{number}.avro").write_bytes(packet)
    (tmp_path / "notes.txt").write_text("no packet")
    return tmp_path


def test_a_folder_gives_its_packets_byte_for_byte_in_order_of_names(folder: Path) -> None:
    found = _packets(folder)
    assert [each.value for each in found] == [*PACKETS["lsst"], *PACKETS["ztf"]]
    assert found[0].origin == str(folder / "in" / "lsst0.avro")
    files = PacketFiles([folder], SURVEYS)
    assert list(files) == list(files) == found


@pytest.mark.parametrize("mode", ["w", "w:gz"])
def test_an_archive_gives_its_packets(folder: Path, mode: Any) -> None:
    file = folder / "night.tar"
    with tarfile.open(file, mode) as archive:
        archive.add(folder / "in", "night")
        archive.add(folder / "notes.txt", "notes.txt")
    found = _packets(file)
    assert sorted(each.value for each in found) == sorted([*PACKETS["lsst"], *PACKETS["ztf"]])
    assert found[0].origin.startswith(f"{file}:night/")


@pytest.mark.parametrize("codec", ["null", "deflate"])
@pytest.mark.parametrize("sync", [1, 10_000_000])
def test_a_visit_in_one_file_is_taken_apart(tmp_path: Path, codec: str, sync: int) -> None:
    for survey in SURVEYS:
        (tmp_path / f"{survey}.avro").write_bytes(_container(survey, codec, sync))
    lsst, ztf = _packets(tmp_path)[:4], _packets(tmp_path)[4:]
    # Rubin's schema has a number, so its packets are what was sent; ZTF's carry theirs.
    assert [each.value for each in lsst] == PACKETS["lsst"]
    assert [_read(each.value) for each in ztf] == [_read(each) for each in PACKETS["ztf"]]
    assert {each.container for each in lsst} == {1}
    assert {each.container for each in ztf} == {2}


def test_a_schema_without_a_number_is_sent_with_its_alerts(tmp_path: Path) -> None:
    (tmp_path / "visit.avro").write_bytes(_container("lsst", "null", 1))
    unknown = replace(SURVEYS["lsst"], versions=SURVEYS["lsst"].versions[1:])
    told: list[str] = []
    packets = list(PacketFiles([tmp_path], {"lsst": unknown}, told.append))
    reader = AlertReader(SURVEYS["lsst"])
    read = [reader.read(packet.value) for packet in packets]
    assert read == [reader.read(value) for value in PACKETS["lsst"]]
    (words,) = told
    assert "its schema is none of" in words


def test_what_is_no_container_is_sent_as_it_is(tmp_path: Path) -> None:
    values = [b"garbage", b"", b"Obj\x01", b"Obj\x01\x02\x80", PACKETS["ztf"][0][:-20]]
    for number, value in enumerate(values):
        (tmp_path / f"{number}.avro").write_bytes(value)
    assert [each.value for each in _packets(tmp_path)] == values


def test_an_empty_container_is_told(tmp_path: Path) -> None:
    (tmp_path / "empty.avro").write_bytes(_container("ztf", "null", 1, 0))
    told: list[str] = []
    assert _packets(tmp_path, tell=told.append) == []
    assert told == [f"{tmp_path / 'empty.avro'}: no alert in it"]


def test_a_broken_visit_gives_what_is_whole_and_then_says_where(tmp_path: Path) -> None:
    value = _container("lsst", "null", 1)
    (tmp_path / "visit.avro").write_bytes(value[: -len(PACKETS["lsst"][3])])
    packets = iter(PacketFiles([tmp_path], SURVEYS))
    assert [next(packets).value for _ in range(3)] == PACKETS["lsst"][:3]
    with pytest.raises(ConfigError) as failure:
        next(packets)
    assert failure.value.code == "container-broken"
    assert f"{tmp_path / 'visit.avro'}: broken after 3 alerts" in failure.value.message


def test_what_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"gone\.avro: No such file"):
        _packets(tmp_path / "gone.avro")
    with pytest.raises(ConfigError, match=r"no \.avro file in it"):
        _packets(tmp_path)


def test_a_broken_archive_is_told(folder: Path) -> None:
    file = folder / "night.tar.gz"
    with tarfile.open(file, "w:gz") as archive:
        archive.add(folder / "in", "night")
    file.write_bytes(file.read_bytes()[:200_000])
    with pytest.raises(ConfigError, match=r"night\.tar\.gz.*broken"):
        _packets(file)
