"""A topic to a file, and a file to a topic at the pace at which it came."""

from __future__ import annotations

import heapq
from collections.abc import Generator, Iterable, Iterator
from contextlib import ExitStack
from itertools import count, islice
from pathlib import Path

from minibroker.engine.kafka import Kafka, Sender
from minibroker.engine.kafka_follow import Following
from minibroker.engine.recording import read_recording, write_recording
from minibroker.model.errors import ConfigError
from minibroker.model.packet import Packet
from minibroker.model.start import Start
from minibroker.service.folder import check_file
from minibroker.service.save import written
from minibroker.service.visit import Tell, Visit, await_grid, interruptible, send_visit


def record(packets: Iterable[Packet], file: Path, limit: int | None, tell: Tell) -> int:
    """Keep messages in a file and return how many.

    The file is there when it is whole: at the end, after ``limit`` messages, or with Ctrl-C,
    which is a way to end it and is raised again. Until then its name begins with a dot.
    """
    check_new(file)
    counted = _Counted(islice(packets, limit))
    with written(file) as unfinished, unfinished.open("wb") as opened:
        write_recording(opened, counted)
    tell(f"{counted.count:,} messages recorded in {file}")
    if counted.is_interrupted:
        raise KeyboardInterrupt
    return counted.count


def check_new(file: Path) -> None:
    """Raise ConfigError where a recording cannot be written: before a message is read for it."""
    if file.exists():
        raise ConfigError(
            "file-exists", f"{file} is there already", "name another file, or remove it"
        )
    check_file(file)


def check_recording(file: Path) -> None:
    """Raise ConfigError for a file that cannot be read, or is no recording.

    A pipe, which can be read once, is left alone.
    """
    if not file.is_fifo():
        next(read_recording(file), None)


def messages_of(
    kafka: Kafka, topic: str, start: Start, until_end: bool
) -> Generator[Packet, None, None]:
    """Yield a topic's messages from ``start``, for ever or to its end.

    What is there already comes in the order of Kafka's time over all partitions, what arrives
    then as it arrives.
    """
    ends = yield from _backlog(kafka, topic, start)
    if not until_end:
        with Following(kafka, [topic], ends) as following:
            yield from following


def play(
    sender: Sender, file: Path, speed: float, repeat: int, interval: float, tell: Tell
) -> list[Visit]:
    """Send a recording ``repeat`` times (0: for ever), ``speed`` times as fast as it came.

    With an ``interval`` each time begins on the wall clock's grid of so many seconds. What was
    sent before an error or Ctrl-C is told.
    """
    rounds = range(repeat) if repeat else count()
    done: list[Visit] = []
    with interruptible(sender, tell):
        for number, _ in enumerate(rounds, start=1):
            await_grid(interval, f"round {number}", tell)
            timed = ((seconds / speed, packet) for seconds, packet in read_recording(file))
            done.append(send_visit(sender, f"round {number}", timed, tell))
    return done


def parse_speed(text: str) -> float:
    """Read ``10``, or ``max`` for as fast as it goes."""
    try:
        speed = float("inf") if text == "max" else float(text)
    except ValueError:
        speed = 0.0
    if not speed > 0:
        raise ConfigError("bad-speed", f"--speed {text}: no speed", "write 1, 10, 0.5 or max")
    return speed


def _backlog(kafka: Kafka, topic: str, start: Start) -> Generator[Packet, None, dict[int, int]]:
    """Yield what a topic holds in the order of its times; return where each partition ended."""
    with ExitStack() as stack:
        readers = {
            number: stack.enter_context(
                Following(kafka, [topic], start, until_end=True, partition=number)
            )
            for number in kafka.ends(topic)
        }
        yield from heapq.merge(*readers.values(), key=lambda packet: packet.timestamp)
        return {number: reader.ends[topic, number] for number, reader in readers.items()}


class _Counted:
    """Messages by their number; Ctrl-C ends them."""

    def __init__(self, packets: Iterable[Packet]) -> None:
        self._packets = packets
        self.count = 0
        self.is_interrupted = False

    def __iter__(self) -> Iterator[Packet]:
        try:
            for packet in self._packets:
                self.count += 1
                yield packet
        except KeyboardInterrupt:
            self.is_interrupted = True
