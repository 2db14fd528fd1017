"""A night after real deliveries: the audit agrees, a changed record is told, a rewind is alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

from minibroker.broker import Broker
from minibroker.engine.archive_files import night_folder
from minibroker.engine.process import wait_until
from minibroker.model.errors import Exit
from minibroker.model.filter import FilterSource
from minibroker.model.night import Interval
from minibroker.model.packet import Packet
from minibroker.service.audit import source_of
from minibroker.service.simulate import simulate
from minibroker.ui.cli import main
from tests.torture.settings import write_settings

pytestmark = pytest.mark.stack

SECONDS = 300.0
NIGHT = date(2031, 2, 3)
"""No other test sends packets of it."""
NAME, TOPIC = "audited", "minibroker.test.audited"
FIRST, SECOND = "candidate.magpsf < 19.5", "candidate.magpsf < 20"


def _source(condition: str) -> FilterSource:
    return FilterSource(f"-- name: {NAME}\nSELECT * FROM ztf WHERE {condition}\n", NAME)


@pytest.fixture(scope="module")
def delivered(broker: Broker) -> Iterator[list[Packet]]:
    """A night of which one version of a filter read a half and the next one the other."""
    packets = [Packet(each.value, b"key") for each in simulate(broker.surveys["ztf"], NIGHT, 80, 1)]
    for condition, part in ((FIRST, packets[:40]), (SECOND, packets[40:])):
        broker.filters.submit([_source(condition)])
        broker.kafka.produce("ztf", part)
        broker.packets.await_stream("ztf", SECONDS, lambda lag: None)
    sent = list(broker.kafka.read([TOPIC]))
    archive = broker.deliveries("ztf")
    assert wait_until(lambda: _of_the_night(broker, "alerts") == len(packets), SECONDS)
    assert wait_until(lambda: len(archive.places("sent", "test", NAME)) == len(sent), SECONDS)
    yield sent
    broker.filters.remove(NAME)


def _of_the_night(broker: Broker, table: str) -> int:
    archive = broker.archive("ztf")
    files = archive.table(table, [str(NIGHT)])
    if not files:
        return 0
    with archive.session() as ask:
        ((found,),) = ask(f"SELECT count(*) FROM {files}")
    return int(found)


def test_the_audit_of_real_deliveries_agrees(broker: Broker, delivered: list[Packet]) -> None:
    audited = broker.past.certify("ztf", NIGHT, NAME)
    assert list(audited.differences()) == []
    assert [(version.ran.version, found.read) for version, found in audited.filters] == [
        (1, 40),
        (2, 40),
    ]
    by_version = Counter(packet.header("minibroker.version") for packet in delivered)
    assert {version.fingerprint: found.sent for version, found in audited.filters} == by_version


def test_a_delivery_that_is_not_recorded_is_told(
    broker: Broker,
    delivered: list[Packet],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    lost = source_of(delivered[0])
    for table in ("alerts", "packets", "deliveries"):
        files = broker.archive("ztf").table(table, [str(NIGHT)])
        folder = night_folder(tmp_path / "ztf", table, str(NIGHT))
        folder.mkdir(parents=True)
        one = f"filter = '{NAME}' AND kafka_partition = {lost.partition}"
        kept = f"NOT ({one} AND kafka_offset = {lost.offset})" if table == "deliveries" else "TRUE"
        duckdb.execute(
            f"COPY (SELECT * EXCLUDE (night) FROM {files} WHERE {kept})"
            f" TO '{folder}/part-0' (FORMAT parquet)"
        )
    settings = write_settings(broker.config, tmp_path / "minibroker.toml")
    words = ["audit", "--night", str(NIGHT), "--survey", "ztf", "--filter", NAME]
    with pytest.raises(SystemExit) as ended:
        main([*words, "--config", str(settings), "--set", f"archive={tmp_path}"])
    assert ended.value.code == Exit.FILTER
    told = capsys.readouterr()
    line = f"ztf {lost.partition} {lost.offset}: test.{NAME} version 1: passed in the archive and"
    assert f"{line} not delivered" in told.out.splitlines()
    assert f"night {NIGHT}: stream and archive differ in " in told.err


def test_a_rewind_has_the_headers_of_the_live_messages(
    broker: Broker, delivered: list[Packet]
) -> None:
    nights = Interval(NIGHT, NIGHT + timedelta(days=1))
    broker.past.rewind_to_topic(_source(SECOND), nights, "rewound.audited")
    again = {source_of(packet): packet for packet in broker.kafka.read(["rewound.audited"])}
    fingerprint = broker.filters.check(_source(SECOND)).filter.fingerprint
    live = [each for each in delivered if each.header("minibroker.version") == fingerprint]
    assert live
    for packet in live:
        found = again[source_of(packet)]
        headers = {name: value for name, value in found.headers if name != "minibroker.rewind"}
        assert headers == dict(packet.headers)
        assert found.value == packet.value
        assert found.key == packet.key == b"key"
