"""The packets of the alerts that a condition passes, as they came, in the order of the stream."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from minibroker.engine.archive import Archive
from minibroker.model.errors import OutsideError
from minibroker.model.packet import Packet

PIECE = 256 * 1024 * 1024
"""Bytes of packets that are in memory at once; each piece is one scan of the nights' places."""


def passing_packets(
    archive: Archive,
    nights: Sequence[str],
    condition: str,
    take: Callable[[int, Packet], None],
    piece: int = PIECE,
) -> int:
    """Give the packets of all passing alerts to ``take``, with how many there are in all.

    They come by Kafka's timestamp, then topic, partition and offset. Returns their number.
    Raises OutsideError when the archive lacks the packet of an alert.
    """
    alerts, packets = archive.table("alerts", nights), archive.table("packets", nights)
    if not alerts:
        return 0
    order = "kafka_timestamp, kafka_topic, kafka_partition, kafka_offset"
    with archive.session() as ask:
        ask(
            f"CREATE TEMP TABLE wanted AS SELECT {order},"
            f" sum(packet_bytes) OVER (ORDER BY {order}) // {piece} AS piece"
            f" FROM {alerts} WHERE {condition}"
        )
        pieces = ask(
            "SELECT piece, count(*), min(kafka_timestamp)::VARCHAR, max(kafka_timestamp)::VARCHAR"
            " FROM wanted GROUP BY piece ORDER BY piece"
        )
        total: int = sum(count for _, count, _, _ in pieces)
        for number, count, first, last in pieces:
            # The times let DuckDB leave out files and row groups that hold none of the piece.
            rows = ask(
                "SELECT kafka_topic, kafka_partition, kafka_offset, epoch_ms(kafka_timestamp),"
                f" kafka_key, packet FROM {packets} SEMI JOIN (FROM wanted WHERE piece = {number})"
                " USING (kafka_topic, kafka_partition, kafka_offset)"
                f" WHERE kafka_timestamp BETWEEN '{first}'::TIMESTAMPTZ AND '{last}'::TIMESTAMPTZ"
                f" ORDER BY {order}"
            )
            if len(rows) != count:
                raise OutsideError(
                    "packets-missing",
                    f"{archive.folder}: {count:,} alerts pass, but {len(rows):,} of their packets"
                    f" are there, between {first} and {last}",
                    "run `minibroker archive verify`",
                )
            for topic, partition, offset, milliseconds, key, value in rows:
                packet = Packet(value, key, (), topic, partition, offset, milliseconds)
                take(total, packet)
    return total
