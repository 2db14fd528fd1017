"""What the archive's files hold, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from minibroker.engine.archive_database import open_archive
from minibroker.engine.archive_files import (
    files_of,
    is_compacted,
    literal,
    night_folder,
    nights_of,
    parquet_table,
    read_replacement,
)

KEY = "kafka_topic, kafka_partition, kafka_offset"


@dataclass(frozen=True)
class NightStatus:
    """One night of a survey in the archive."""

    night: str
    files: int
    alerts: int
    packets: int
    dead: int
    """Packets that could not be decoded."""
    bytes: int
    compacted: str
    """``yes``, ``no``, ``late files`` when some came after, ``published`` while the old files of a
    compaction are still there."""
    newest: datetime | None
    """Kafka's timestamp of the packet that came last."""


@dataclass(frozen=True)
class Fault:
    """Something wrong in the archive, at a place."""

    kind: str
    """unreadable, double, gap, packet without alert, alert without packet."""
    night: str
    topic: str
    partition: int | None
    begin: int | None
    """The first offset that it is about."""
    end: int | None
    """The offset after the last."""
    count: int
    file: str
    text: str = ""


class ArchiveCheck:
    """One survey's part of the archive, looked at file by file."""

    def __init__(self, folder: Path, survey: str) -> None:
        self.folder = folder / survey

    def status(self) -> list[NightStatus]:
        """Return what each night has, oldest first."""
        with open_archive(self.folder) as database:
            return [self._status(database, night) for night in nights_of(self.folder, "packets")]

    def unreadable(self, nights: Sequence[str], deep: bool) -> list[Fault]:
        """Return the files that are not whole: by their footers, or with ``deep`` every byte."""
        faults = []
        for table in ("alerts", "packets", "deliveries"):
            for file in files_of(self.folder, table, nights):
                reason = _reason(file, deep)
                if reason:
                    night = file.parent.name.removeprefix("night=")
                    faults.append(
                        Fault("unreadable", night, "", None, None, None, 1, str(file), reason)
                    )
        return faults

    def breaks(self, nights: Sequence[str], broken: Sequence[str]) -> list[Fault]:
        """Return the gaps and doubles of the packets' offsets that touch these nights.

        Offsets of one partition go on from night to night, so all nights are read.
        ``broken`` files are left out.
        """
        files = self._whole("packets", nights_of(self.folder, "packets"), broken)
        if not files:
            return []
        wanted = ", ".join(map(literal, nights))
        with open_archive(self.folder) as database:
            rows = database.execute(
                f"""SELECT night, {KEY}, before, filename FROM (
                    SELECT night, {KEY}, filename,
                      lag(kafka_offset) OVER (
                        PARTITION BY kafka_topic, kafka_partition ORDER BY kafka_offset, filename
                      ) AS before
                    FROM {_named(files)})
                  WHERE kafka_offset <> before + 1 AND night IN ({wanted})
                  ORDER BY {KEY}"""
            ).fetchall()
        return [
            Fault("double", night, topic, partition, offset, offset + 1, 1, file)
            if offset == before
            else Fault(
                "gap", night, topic, partition, before + 1, offset, offset - before - 1, file
            )
            for night, topic, partition, offset, before, file in rows
        ]

    def unmatched(self, night: str, broken: Sequence[str]) -> list[Fault]:
        """Return the decodable packets of a night without their alert, and alerts without packet.

        And alerts that are there twice. Neighbours are told together, a file and partition each.
        """
        packets = self._whole("packets", [night], broken)
        alerts = self._whole("alerts", [night], broken)
        faults: list[Fault] = []
        with open_archive(self.folder) as database:
            have = f"SELECT {KEY} FROM {parquet_table(alerts)}" if alerts else _nothing()
            sent = f"SELECT {KEY} FROM {parquet_table(packets)}" if packets else _nothing()
            if packets:
                source = f"{_named(packets)} WHERE error IS NULL"
                faults += _missing(database, "packet without alert", night, source, have)
            if alerts:
                faults += _missing(database, "alert without packet", night, _named(alerts), sent)
                faults += _doubles(database, night, alerts)
        return faults

    def _status(self, database: duckdb.DuckDBPyConnection, night: str) -> NightStatus:
        alerts = files_of(self.folder, "alerts", [night])
        packets = files_of(self.folder, "packets", [night])
        others = files_of(self.folder, "deliveries", [night])
        count = 0
        if alerts:
            ((count,),) = database.execute(
                f"SELECT count(*) FROM {parquet_table(alerts)}"
            ).fetchall()
        ((received, decoded, newest),) = database.execute(
            "SELECT count(*), count(*) FILTER (WHERE error IS NULL), max(kafka_timestamp)"
            f" FROM {parquet_table(packets)}"
        ).fetchall()
        files = [*alerts, *packets, *others]
        return NightStatus(
            night=night,
            files=len(files),
            alerts=count,
            packets=received,
            dead=received - decoded,
            bytes=sum(file.stat().st_size for file in files),
            compacted=self._compacted(night, files),
            newest=newest,
        )

    def _compacted(self, night: str, files: Sequence[Path]) -> str:
        folders = (
            night_folder(self.folder, table, night) for table in ("alerts", "packets", "deliveries")
        )
        if any(read_replacement(folder) is not None for folder in folders):
            return "published"
        made = [is_compacted(file) for file in files]
        if all(made):
            return "yes"
        return "late files" if any(made) else "no"

    def _whole(self, table: str, nights: Sequence[str], broken: Sequence[str]) -> list[Path]:
        left_out = set(broken)
        return [f for f in files_of(self.folder, table, nights) if str(f) not in left_out]


def _reason(file: Path, deep: bool) -> str:
    """Return why a file cannot be read, empty when it can."""
    name = literal(str(file))
    with duckdb.connect() as database:
        try:
            database.execute(f"SELECT num_rows FROM parquet_file_metadata({name})").fetchall()
            if deep:
                database.execute(f"SELECT bit_xor(hash(t)) FROM read_parquet({name}) t").fetchall()
        except duckdb.Error as error:
            return str(error).splitlines()[0].split(" Error: ", 1)[-1]
    return ""


def _named(files: Sequence[Path]) -> str:
    return parquet_table(files).removesuffix(")") + ", filename = true)"


def _nothing() -> str:
    return "SELECT '' AS kafka_topic, 0 AS kafka_partition, 0::BIGINT AS kafka_offset LIMIT 0"


def _missing(
    database: duckdb.DuckDBPyConnection, kind: str, night: str, source: str, other: str
) -> list[Fault]:
    rows = database.execute(
        f"SELECT filename, kafka_topic, kafka_partition, min(kafka_offset), max(kafka_offset) + 1,"
        f" count(*) FROM (FROM {source}) ANTI JOIN ({other}) USING ({KEY})"
        " GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    return [
        Fault(kind, night, topic, partition, begin, end, count, file)
        for file, topic, partition, begin, end, count in rows
    ]


def _doubles(
    database: duckdb.DuckDBPyConnection, night: str, alerts: Sequence[Path]
) -> list[Fault]:
    rows = database.execute(
        f"SELECT {KEY}, count(*) - 1, max(filename) FROM {_named(alerts)}"
        f" GROUP BY {KEY} HAVING count(*) > 1 ORDER BY {KEY}"
    ).fetchall()
    return [
        Fault("double", night, topic, partition, offset, offset + 1, more, file)
        for topic, partition, offset, more, file in rows
    ]
