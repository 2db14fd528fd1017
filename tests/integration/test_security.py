"""A Kafka that asks for a password: filters run on it, and the password is nowhere to be read."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from minibroker.broker import Broker
from minibroker.config import Config, load_config
from minibroker.engine.kafka_nodes import KafkaNode, format_storage
from minibroker.engine.process import Process
from minibroker.model.errors import JobError, OutsideError
from minibroker.model.filter import FilterSource
from minibroker.model.packet import Packet
from minibroker.model.shipped import shipped
from minibroker.service.filter_job import filter_job_name
from minibroker.ui.demo import free_ports

pytestmark = pytest.mark.stack

SECONDS = 300.0
SURVEY = "guarded"
NEEDLE = "hush7f3a"
PASSWORD = f"{NEEDLE}'\"\\; x=1"
"""With whatever ends a text in TOML, SQL or a JAAS configuration."""
ROOT = Path(__file__).resolve().parents[2]


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


@contextmanager
def _guarded_kafka(folder: Path, config: Config) -> Iterator[str]:
    """Run a Kafka of one node that lets in ``ann`` alone, and yield its address."""
    port, controller = free_ports(2)
    node = KafkaNode(1, port, controller, folder, Process("kafka", folder))
    folder.mkdir()
    module = "org.apache.kafka.common.security.plain.PlainLoginModule required"
    # Of one key's two lines Kafka takes the later, and a backslash is escaped in such a file.
    users = f'user_kafka="own" user_ann={_quoted(PASSWORD)}'
    login = f'{module} username="kafka" password="own" {users};'
    own = {
        "listeners": f"GUARDED://{node.address},CONTROLLER://localhost:{controller}",
        "advertised.listeners": f"GUARDED://{node.address}",
        "listener.security.protocol.map": "GUARDED:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT",
        "inter.broker.listener.name": "GUARDED",
        "sasl.mechanism.inter.broker.protocol": "PLAIN",
        "sasl.enabled.mechanisms": "PLAIN",
        "listener.name.guarded.plain.sasl.jaas.config": login.replace("\\", "\\\\"),
        "controller.listener.names": "CONTROLLER",
        "controller.quorum.voters": f"1@localhost:{controller}",
        "log.dirs": str(node.log),
    }
    shared = (shipped("flink-conf") / "kafka.properties").read_text()
    node.properties.write_text(shared + "".join(f"{key}={value}\n" for key, value in own.items()))
    java = ["java", "-Xmx384m", "-cp", str(config.jars.absolute() / "kafka" / "*")]
    format_storage([node], java)
    node.process.start([*java, "kafka.Kafka", str(node.properties)], {})
    try:
        yield node.address
    finally:
        node.process.stop()


@pytest.fixture(scope="module")
def settings(broker: Broker, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A minibroker.toml that names the guarded Kafka and the run's Flink."""
    folder = tmp_path_factory.mktemp("guarded")
    shutil.copytree(shipped("schemas") / "ztf", folder / "schemas" / SURVEY)
    config = broker.config
    with _guarded_kafka(folder / "kafka", config) as address:
        file = folder / "minibroker.toml"
        file.touch(0o600)
        file.write_text(f"""\
data = "{config.data}"
jars = "{config.jars.absolute()}"
schemas = "{folder / "schemas"}"
owner = "test"
submit.max_share = 100.0
kafka.bootstrap = "{address}"
kafka.partitions = 1
flink.url = "{config.flink_url}"
flink.parallelism = 1
flink.archive_checkpoint = "2 s"
surveys.{SURVEY}.topic = "guarded"

[kafka.properties]
"security.protocol" = "SASL_PLAINTEXT"
"sasl.mechanism" = "PLAIN"
"sasl.username" = "ann"
"sasl.password" = {_quoted(PASSWORD)}
""")
        yield file


def _filter(condition: str) -> FilterSource:
    return FilterSource(f"-- name: guarded\nSELECT * FROM {SURVEY} WHERE {condition}", "guarded")


def _command(settings: Path, *words: str) -> str:
    """Run a command in a process of its own and return all that it said."""
    done = subprocess.run(
        [sys.executable, "-m", "minibroker", *words, "--config", str(settings)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout + done.stderr


def _told_by_flink(url: str, job_id: str) -> str:
    """Return what the REST API says of a job to whoever asks."""
    paths = [f"/jobs/{job_id}{each}" for each in ("", "/plan", "/config", "/exceptions")]
    paths += ["/jobmanager/config", "/jobmanager/environment", "/jobs/overview"]
    return "".join(httpx.get(url + path, timeout=30.0).raise_for_status().text for path in paths)


def _files_with(needle: str, folder: Path) -> list[Path]:
    """Return the files of a stack that a text is in; Kafka's log, which is packets, is left out."""
    found = []
    for place, folders, names in os.walk(folder):
        folders[:] = [each for each in folders if each not in ("kafka", "archive")]
        for file in (Path(place, name) for name in names):
            try:
                text = file.read_bytes()
            except FileNotFoundError:
                continue  # A checkpoint that was replaced meanwhile.
            if needle.encode() in text:
                found.append(file)
    return found


def test_a_password_reaches_every_client_and_nobody_else(
    broker: Broker, settings: Path, data: Path
) -> None:
    config = load_config(settings)
    said: list[str] = []
    guarded = Broker(config, said.append)
    guarded.kafka.await_ready(SECONDS)
    packets = [Packet(each.read_bytes()) for each in sorted((data / "ztf/v3.3").rglob("*.avro"))]
    guarded.ensure_topics(["guarded"])
    columns = "-- name: cut\nSELECT * EXCLUDE (cutoutScience) FROM guarded WHERE candidate.jd > 0"
    guarded.filters.submit([_filter("candidate.jd > 0"), FilterSource(columns, "cut")])
    try:
        sent = guarded.kafka.produce("guarded", packets)
        guarded.packets.await_stream(SURVEY, SECONDS, lambda lag: None)
        values = {each.value for each in guarded.kafka.read(["minibroker.test.guarded"])}
        assert sent == len(packets)
        assert values == {each.value for each in packets}

        job = guarded.reconciler.running(filter_job_name(SURVEY))
        assert job is not None
        said.append(_told_by_flink(config.flink_url, job.job_id))
        said += [_command(settings, *words) for words in COMMANDS]
        assert "guarded" in "".join(said)
        assert NEEDLE not in "".join(said)
        assert _files_with(NEEDLE, config.data) == []
    finally:
        guarded.filters.remove("guarded", "cut")
        with guarded.reconciler.alone():
            guarded.reconciler.suspend(filter_job_name(SURVEY))
            guarded.store.forget_job(filter_job_name(SURVEY))


COMMANDS = (
    ("config", "show"),
    ("config", "show", "--json"),
    ("doctor",),
    ("status", "--json"),
    ("filters",),
    ("show", "guarded", "--json"),
    ("explain", "-e", "candidate.jd > 0"),
)


def test_a_wrong_password_is_told_as_one_and_not_shown(settings: Path) -> None:
    wrong = settings.with_name("wrong.toml")
    wrong.touch(0o600)
    wrong.write_text(settings.read_text().replace(NEEDLE, f"not{NEEDLE}"))
    guarded = Broker(load_config(wrong))
    stored = guarded.filters.held()
    with pytest.raises(OutsideError) as failure:
        guarded.filters.submit([_filter("candidate.jd > 1")])
    assert failure.value.code == "kafka-login"
    assert failure.value.message.startswith(
        f"Kafka at {guarded.config.bootstrap} does not let this login in: "
    )
    assert failure.value.remedy == "correct the sasl and ssl settings in kafka.properties"
    assert NEEDLE not in str(failure.value.__dict__)
    assert guarded.filters.held() == stored


def test_a_plan_that_flink_refuses_does_not_show_the_password(
    settings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    guarded = Broker(load_config(settings))
    monkeypatch.setattr("minibroker.service.filter_job.literal", lambda text: "no literal")
    with pytest.raises(JobError) as failure:
        guarded.filters.submit([_filter("candidate.jd > 1")])
    assert failure.value.code == "flink-refused"
    assert NEEDLE not in str(failure.value.__dict__)
