"""Recordings: what goes in comes out, and what is broken is told."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import fastavro
import pytest

from minibroker.engine.recording import read_recording
from minibroker.model.errors import ConfigError
from minibroker.model.packet import Packet
from minibroker.service.record import check_recording, parse_speed, record

PACKETS = [
    Packet(
        bytes(range(256)) * 5000, b"key", (("a", b"1"), ("a", b"")), "t", 1, 5, 1_700_000_000_000
    ),
    Packet(b"", None, (), "t", 0, 9, 1_700_000_000_250),
    Packet(b"x" * 3_000_000, None, (), "t", 1, 6, 1_700_000_002_000),
]


def test_a_recording_is_what_was_recorded(tmp_path: Path) -> None:
    file, told = tmp_path / "night.avro", list[str]()
    assert record(PACKETS, file, None, told.append) == 3
    assert list(read_recording(file)) == list(zip((0.0, 0.25, 2.0), PACKETS, strict=True))
    assert told == [f"3 messages recorded in {file}"]
    assert list(tmp_path.iterdir()) == [file]


def test_a_limit_ends_it_and_nothing_is_read_beyond(tmp_path: Path) -> None:
    def packets() -> Iterator[Packet]:
        yield from PACKETS[:2]
        raise AssertionError

    assert record(packets(), tmp_path / "x", 2, lambda text: None) == 2


def test_ctrl_c_ends_a_recording_well(tmp_path: Path) -> None:
    def packets() -> Iterator[Packet]:
        yield from PACKETS[:2]
        raise KeyboardInterrupt

    told: list[str] = []
    with pytest.raises(KeyboardInterrupt):
        record(packets(), tmp_path / "x", None, told.append)
    assert [packet for _, packet in read_recording(tmp_path / "x")] == PACKETS[:2]
    assert told == [f"2 messages recorded in {tmp_path / 'x'}"]


def test_a_failure_leaves_no_file(tmp_path: Path) -> None:
    def packets() -> Iterator[Packet]:
        yield from PACKETS[:2]
        raise OSError(28, "No space left on device")

    with pytest.raises(Exception, match="No space left"):
        record(packets(), tmp_path / "x", None, lambda text: None)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_there_is_kept(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("mine")
    with pytest.raises(ConfigError, match="is there already"):
        record(PACKETS, tmp_path / "x", None, lambda text: None)
    assert (tmp_path / "x").read_text() == "mine"


def test_what_is_no_recording_is_told(tmp_path: Path) -> None:
    file = tmp_path / "x"
    with pytest.raises(ConfigError, match="No such file"):
        list(read_recording(file))
    file.write_bytes(b"garbage")
    with pytest.raises(ConfigError, match="broken after 0 messages"):
        list(read_recording(file))
    with file.open("wb") as out:
        fastavro.writer(out, {"type": "record", "name": "other", "fields": []}, [{}])
    with pytest.raises(ConfigError) as failure:
        list(read_recording(file))
    assert failure.value.code == "not-a-recording"


def test_a_recording_cut_short_is_played_up_to_there(tmp_path: Path) -> None:
    file = tmp_path / "x"
    record(PACKETS, file, None, lambda text: None)
    file.write_bytes(file.read_bytes()[:-30])
    played = read_recording(file)
    assert next(played)[1] == PACKETS[0]
    with pytest.raises(ConfigError, match="broken after 1 messages"):
        list(played)  # the other two are in one block


def test_speeds() -> None:
    assert [parse_speed(text) for text in ("1", "0.5", "max")] == [1.0, 0.5, float("inf")]
    for text in ("fast", "0", "-1", "nan"):
        with pytest.raises(ConfigError, match=f"--speed {text}: no speed"):
            parse_speed(text)


def test_a_pipe_is_not_read_before_it_is_played(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    check_recording(pipe)
