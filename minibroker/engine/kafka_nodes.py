"""The Kafka brokers of this host: one, or three that hold copies of one another."""

from __future__ import annotations

import base64
import subprocess
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from minibroker.engine.process import Process
from minibroker.model.errors import ConfigError, OutsideError
from minibroker.model.shipped import shipped

PORT_STEP = 10
"""From one broker's ports to the next one's."""


@dataclass(frozen=True)
class KafkaNode:
    """One broker, which is a controller too."""

    number: int
    """Counts from 1: Kafka's node id."""
    port: int
    controller_port: int
    folder: Path
    process: Process

    @property
    def address(self) -> str:
        """Where its clients find it."""
        return f"localhost:{self.port}"

    @property
    def properties(self) -> Path:
        """Its settings, written at each start."""
        return self.folder / "server.properties"

    @property
    def log(self) -> Path:
        """The folder of its topics."""
        return self.folder / "log"

    @property
    def is_formatted(self) -> bool:
        """Whether its folder was prepared by Kafka."""
        return (self.log / "meta.properties").exists()


def kafka_nodes(
    count: int, port: int, controller_port: int, data: Path, run: Path
) -> tuple[KafkaNode, ...]:
    """Return the brokers of a stack; the first one's names and ports are those of a single one.

    Raises ConfigError for a number that is neither 1 nor 3.
    """
    if count not in (1, 3):
        raise ConfigError(
            "kafka-brokers",
            f"kafka.brokers = {count}: of so many, none could be spared",
            "set it to 1, or to 3, of which one may be away",
        )
    return tuple(
        KafkaNode(
            number,
            port + PORT_STEP * (number - 1),
            controller_port + PORT_STEP * (number - 1),
            data / ("kafka" if number == 1 else f"kafka-{number}"),
            Process("kafka" if number == 1 else f"kafka-{number}", run),
        )
        for number in range(1, count + 1)
    )


def write_properties(node: KafkaNode, nodes: Sequence[KafkaNode]) -> None:
    """Write a broker's settings: the shipped ones, and its own places."""
    own = {
        "node.id": str(node.number),
        "listeners": f"PLAINTEXT://{node.address},CONTROLLER://localhost:{node.controller_port}",
        "advertised.listeners": f"PLAINTEXT://{node.address}",
        "controller.listener.names": "CONTROLLER",
        "controller.quorum.voters": ",".join(
            f"{each.number}@localhost:{each.controller_port}" for each in nodes
        ),
        "log.dirs": str(node.log),
        **_copies(len(nodes)),
    }
    shared = (shipped("flink-conf") / "kafka.properties").read_text()
    node.folder.mkdir(parents=True, exist_ok=True)
    # Of two lines with one key Kafka takes the later.
    node.properties.write_text(shared + "".join(f"{key}={value}\n" for key, value in own.items()))


def _copies(nodes: int) -> Mapping[str, str]:
    """Return what three brokers are set to: a write is confirmed by two, so one may be away."""
    if nodes == 1:
        return {}
    return {
        "default.replication.factor": "3",
        "min.insync.replicas": "2",
        "offsets.topic.replication.factor": "3",
        "transaction.state.log.replication.factor": "3",
        "transaction.state.log.min.isr": "2",
        # They are ended together: the last would ask a quorum that is gone whether it may leave.
        "controlled.shutdown.enable": "false",
    }


def format_storage(nodes: Sequence[KafkaNode], java: Sequence[str]) -> None:
    """Prepare the folders that are not, as one cluster; ``java`` runs a class of Kafka's.

    Raises OutsideError where the folders are those of another number of brokers.
    """
    record = nodes[0].folder / "brokers"
    if nodes[0].is_formatted:
        made_for = int(record.read_text()) if record.exists() else 1
        if made_for != len(nodes):
            raise OutsideError(
                "kafka-brokers",
                f"{nodes[0].folder} was made for {made_for} brokers, kafka.brokers is {len(nodes)}",
                f"set kafka.brokers = {made_for}, or begin with another `data` folder",
            )
    else:
        record.write_text(str(len(nodes)))
    # The first one last: that it is formatted says that all are.
    for node in reversed(nodes):
        if not node.is_formatted:
            _format(node, _cluster(nodes), java)


def _cluster(nodes: Sequence[KafkaNode]) -> str:
    """Return the cluster's id, that of a folder that has one or a new one."""
    for node in nodes:
        if node.is_formatted:
            lines = (node.log / "meta.properties").read_text().splitlines()
            return next(x.partition("=")[2] for x in lines if x.startswith("cluster.id="))
    return base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")


def _format(node: KafkaNode, cluster: str, java: Sequence[str]) -> None:
    # One word: one id in 64 begins with a dash, which would be read as another option.
    words = ["kafka.tools.StorageTool", "format", f"--cluster-id={cluster}"]
    command = [*java, *words, "-c", str(node.properties)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        said = (done.stdout + done.stderr).strip().splitlines()
        raise OutsideError(
            "kafka-format",
            f"Kafka could not prepare its folder: {said[-1] if said else 'no reason given'}",
            f"look at log.dirs in {node.properties}",
        )
