from pathlib import Path

import pytest

from minibroker.engine.kafka_nodes import KafkaNode, format_storage, kafka_nodes, write_properties
from minibroker.model.errors import ConfigError, OutsideError


def _nodes(tmp_path: Path, count: int) -> tuple[KafkaNode, ...]:
    return kafka_nodes(count, 9092, 9093, tmp_path, tmp_path / "run")


def _settings(node: KafkaNode) -> dict[str, str]:
    lines = node.properties.read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def test_three_brokers_have_names_ports_and_folders_of_their_own(tmp_path: Path) -> None:
    nodes = _nodes(tmp_path, 3)
    assert [each.process.name for each in nodes] == ["kafka", "kafka-2", "kafka-3"]
    assert [(each.port, each.controller_port) for each in nodes] == [
        (9092, 9093),
        (9102, 9103),
        (9112, 9113),
    ]
    assert len({each.folder for each in nodes}) == 3


def test_three_brokers_confirm_what_two_of_them_hold(tmp_path: Path) -> None:
    nodes = _nodes(tmp_path, 3)
    write_properties(nodes[1], nodes)
    found = _settings(nodes[1])
    assert found["node.id"] == "2"
    assert found["controller.quorum.voters"] == "1@localhost:9093,2@localhost:9103,3@localhost:9113"
    assert found["min.insync.replicas"] == found["transaction.state.log.min.isr"] == "2"
    # The three end together, so none of them may wait for the others' leave.
    assert found["controlled.shutdown.enable"] == "false"
    for topics in ("default", "offsets.topic", "transaction.state.log"):
        assert found[f"{topics}.replication.factor"] == "3"


def test_one_broker_holds_one_copy(tmp_path: Path) -> None:
    (node,) = _nodes(tmp_path, 1)
    write_properties(node, [node])
    found = _settings(node)
    assert found["default.replication.factor"] == "1"
    assert "min.insync.replicas" not in found


def test_two_brokers_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as failure:
        _nodes(tmp_path, 2)
    assert failure.value.message == "kafka.brokers = 2: of so many, none could be spared"


def test_folders_of_another_number_of_brokers_are_refused(tmp_path: Path) -> None:
    (node,) = _nodes(tmp_path, 1)
    node.log.mkdir(parents=True)
    (node.log / "meta.properties").write_text("cluster.id=x\n")
    with pytest.raises(OutsideError) as failure:
        format_storage(_nodes(tmp_path, 3), ["java"])
    assert failure.value.message == (f"{node.folder} was made for 1 brokers, kafka.brokers is 3")
    assert failure.value.remedy == "set kafka.brokers = 1, or begin with another `data` folder"
