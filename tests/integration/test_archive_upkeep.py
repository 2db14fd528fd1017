"""Real nightly archives through the real import job; what verify and compaction make of them."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import tarfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from confluent_kafka import Producer

from minibroker.broker import Broker
from minibroker.engine.avro import AlertReader
from minibroker.engine.kafka import NewTopic
from minibroker.model.errors import ConfigError
from minibroker.service.importing import import_topic, night_of
from minibroker.service.simulate import simulate
from tests.torture.settings import write_settings

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
def broker(broker: Broker, tmp_path_factory: pytest.TempPathFactory) -> Broker:
    """The run's stack with an archive of its own: other tests count what is in theirs."""
    return Broker(replace(broker.config, archive=tmp_path_factory.mktemp("archive")))


@pytest.fixture
def files(data: Path, tmp_path: Path) -> list[Path]:
    """Real tar archives, a folder with strangers in it, and an archive that breaks off."""
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "none.avro").write_bytes(b"no packet")
    (folder / "many.avro").write_bytes(next((data / "ztf/fink").glob("*.avro")).read_bytes())
    whole = (data / "ztf/archive/ztf_public_20180819_mod1000.tar.gz").read_bytes()
    broken = tmp_path / "broken.tar.gz"
    broken.write_bytes(whole[: len(whole) // 2])
    return [*sorted((data / "ztf/archive").glob("*.tar.gz")), folder, broken]


def test_import_archives_each_alert_once_and_shows_filters_none(
    broker: Broker, data: Path, files: list[Path]
) -> None:
    ends = broker.kafka.ends(broker.config.surveys["ztf"].topic)
    done = broker.upkeep.import_files(files)
    assert done.counts[0][:2] == ("ztf", 134)
    told = sorted(f"{Path(each.origin).name}: {each.reason}" for each in done.strangers)
    assert told[0].startswith("broken.tar.gz: the tar archive breaks off: ")
    assert told[1:] == [
        "many.avro: a container of 31 alerts, where a packet is one",
        "none.avro: a packet of none of ztf, lsst",
    ]
    assert broker.kafka.ends(broker.config.surveys["ztf"].topic) == ends
    _assert_archived(broker, data)
    # What was imported does not stand for packets of the stream.
    assert broker.archive("ztf").received({("ztf", number): 0 for number in ends}) == 0

    again = broker.upkeep.import_files(files)
    assert again.counts == (("ztf", 0, 134 + done.counts[0][2]),)

    ((_, compacting),) = broker.upkeep.compact("ztf", ["2018-08-19"])
    assert [each.rows for each in compacting.compacted] == [30, 30]
    _assert_archived(broker, data)
    assert broker.upkeep.verify("ztf", ["2018-08-19"], deep=True) == []


def _assert_archived(broker: Broker, data: Path) -> None:
    """The archive has the packets of a real nightly archive, in the nights that Python says."""
    survey = broker.surveys["ztf"]
    reader = AlertReader(survey)
    with tarfile.open(data / "ztf/archive/ztf_public_20180819_mod1000.tar.gz") as archive:
        for member in archive:
            file = archive.extractfile(member)
            assert file is not None
            packet = file.read()
            alert = reader.read(packet)
            found = broker.upkeep.alert(str(alert["candid"]), "ztf")
            assert (found.night, found.packet) == (night_of(survey, alert), packet)
            assert found.alert["candidate"]["rb"] == pytest.approx(alert["candidate"]["rb"])


def test_kafka_tells_a_transactions_marker_from_a_packet(broker: Broker) -> None:
    topic = "test.stored"
    broker.kafka.ensure_topics([NewTopic(topic)])
    settings = {"bootstrap.servers": broker.config.bootstrap, "transactional.id": topic}
    producer = Producer(settings)
    producer.init_transactions(30.0)
    for count in (3, 2):
        producer.begin_transaction()
        for _ in range(count):
            producer.produce(topic, b"packet")
        producer.commit_transaction(30.0)
    assert broker.kafka.ends(topic) == {0: (0, 7)}
    places = [(0, 3, 4), (0, 1, 3), (0, 0, 7), (0, 0, 8), (1, 0, 1)]
    assert list(broker.kafka.stored(topic, places)) == [0, 2, 5, None, None]


KILLED = """
import os, signal, sys
import minibroker.broker.importer as importer
from minibroker.engine.kafka import Sender
from minibroker.ui.cli import main

importer.BATCH = 20
send, left = Sender.send, 27

def deadly(self, packet):
    global left
    left -= 1
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)
    send(self, packet)

Sender.send = deadly
main(["archive", "import", *sys.argv[1:]])
"""


def test_a_killed_import_is_run_again_and_each_alert_is_there_once(
    broker: Broker, tmp_path: Path
) -> None:
    survey, night = broker.surveys["ztf"], date(2019, 7, 8)
    packets = [packet.value for packet in simulate(survey, night, 60, 1)]
    for number, packet in enumerate(packets):
        (tmp_path / f"{number:02}.avro").write_bytes(packet)
    settings = write_settings(broker.config, tmp_path / "minibroker.toml")
    words = [str(tmp_path), "--config", str(settings)]
    words += ["--set", f"archive={broker.config.archive_folder}"]
    command = [sys.executable, "-c", KILLED, *words]
    killed = subprocess.run(command, capture_output=True, text=True, timeout=300)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    # Its job runs on; `down` stops each job that the store knows.
    name = import_topic("ztf")
    assert name in [job.name for job in broker.store.jobs()]
    assert broker.reconciler.suspend(name)

    sent, known = broker.upkeep.import_files([tmp_path]).counts[0][1:]
    assert sent + known == len(packets)
    # The first batch was confirmed; of the second some may have been on their way.
    assert 20 <= known <= 26
    archive = broker.archive("ztf")
    with archive.session() as ask:
        rows = ask(f"SELECT packet FROM {archive.table('packets', [str(night)])}")
        ((alerts,),) = ask(f"SELECT count(*) FROM {archive.table('alerts', [str(night)])}")
    assert sorted(value for (value,) in rows) == sorted(packets)
    assert alerts == len(packets)
    assert broker.upkeep.verify("ztf", [str(night)], deep=True) == []


def test_an_import_whose_savepoint_is_lost_begins_anew_and_doubles_nothing(
    broker: Broker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    night, name = date(2019, 7, 9), import_topic("lsst")
    packets = [packet.value for packet in simulate(broker.surveys["lsst"], night, 6, 1)]
    for number, packet in enumerate(packets[:5]):
        (tmp_path / f"{number}.avro").write_bytes(packet)
    assert broker.upkeep.import_files([tmp_path]).counts == (("lsst", 5, 0),)
    stopped = broker.store.job(name)
    assert stopped is not None
    assert stopped.savepoint is not None
    shutil.rmtree(stopped.savepoint)

    (tmp_path / "5.avro").write_bytes(packets[5])
    said: list[str] = []

    def tell(text: str) -> None:
        said.append(text)
        if "packets sent" in text:
            with pytest.raises(ConfigError) as refused:
                broker.upkeep.import_files([tmp_path])
            assert refused.value.message == "another process imports packets of lsst"

    monkeypatch.setattr(broker, "tell", tell)
    assert broker.upkeep.import_files([tmp_path]).counts == (("lsst", 1, 5),)
    assert "lsst: 1 packets sent" in said
    assert said[0] == (
        "the savepoint of minibroker.import.lsst is lost: its job begins anew behind all that was"
        " sent; give the files of an import that was broken off again: what the archive has of them"
        " is known by its id"
    )
    archive = broker.archive("lsst")
    with archive.session() as ask:
        rows = ask(f"SELECT packet FROM {archive.table('packets', [str(night)])}")
    assert sorted(value for (value,) in rows) == sorted(packets)
