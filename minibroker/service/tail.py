"""Messages of a topic as they arrive: shown, saved, and done with."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path as FilePath

from minibroker.engine.kafka_follow import Following
from minibroker.engine.parquet import parquet_libraries
from minibroker.model.errors import BrokerError
from minibroker.model.packet import Packet
from minibroker.model.start import Edge, Start
from minibroker.model.types import Path
from minibroker.service.folder import check_folder
from minibroker.service.messages import Messages, Shown
from minibroker.service.save import Files
from minibroker.service.stamps import stamps_libraries


@dataclass(frozen=True)
class Wanted:
    """What is wanted of a topic."""

    start: Start = Edge.LATEST
    group: str = ""
    """A consumer group to go on with; empty to read alone."""
    until_end: bool = False
    limit: int | None = None
    """End after so many shown; None for no end."""
    every: int = 1
    """Show one of so many: the first, and every so many after it."""
    fields: tuple[Path, ...] = ()
    save: FilePath | None = None
    format: str = "avro"
    """What ``save`` is filled with: avro or parquet."""
    stamps: FilePath | None = None
    """A folder for the images of what is shown."""

    def check(self) -> None:
        """Raise ConfigError for what could not be saved: before anything is waited for."""
        if self.save is not None:
            check_folder(self.save)
            if self.format == "parquet":
                parquet_libraries()
        if self.stamps is not None:
            check_folder(self.stamps)
            stamps_libraries()


def tail(
    following: Following, messages: Messages, wanted: Wanted, files: Files | None
) -> Generator[Shown, None, None]:
    """Yield messages as they come, and tell the group what is done with.

    A message is done with when the caller asks for the next one and, where messages are saved,
    it is on the disk: what is interrupted comes again, and nothing is lost.
    """
    pending: list[Packet] = []

    def settle() -> None:
        if files is not None:
            files.close()
        for packet in pending:
            following.done(packet)
        pending.clear()

    with following:
        try:
            for shown, packet in _chosen(following, messages, wanted):
                if shown is not None:
                    if files is not None and not shown.error:
                        files.add(shown)
                    yield shown
                pending.append(packet)
                if files is None or not files.waiting:
                    settle()
        except BrokerError:
            # What could not be saved must come again.
            raise
        except BaseException:
            settle()
            raise
        settle()


def _chosen(
    following: Following, messages: Messages, wanted: Wanted
) -> Iterator[tuple[Shown | None, Packet]]:
    """Yield every packet that is read, with its message where it is to be shown."""
    count = 0
    for number, packet in enumerate(following):
        is_chosen = number % wanted.every == 0
        yield (messages.shown(packet) if is_chosen else None), packet
        count += is_chosen
        if count == wanted.limit:
            return
