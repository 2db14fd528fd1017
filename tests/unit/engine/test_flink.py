import json
import os

import pytest

from minibroker.engine.flink import _environ, _renumber, root_cause


def test_node_ids_and_edges_are_renumbered_together() -> None:
    plan = {
        "nodes": [{"id": 41, "type": "scan"}, {"id": 43, "type": "calc"}],
        "edges": [{"source": 41, "target": 43}],
    }
    assert json.loads(_renumber(json.dumps(plan))) == {
        "nodes": [{"id": 1, "type": "scan"}, {"id": 2, "type": "calc"}],
        "edges": [{"source": 1, "target": 2}],
    }


def test_root_cause_is_the_innermost_in_one_line() -> None:
    trace = (
        "An error occurred while calling o1.execute.\n"
        ": org.apache.flink.table.api.TableException: Could not translate\n"
        "\tat org.apache.flink.A(A.java:1)\n"
        "Caused by: java.lang.IllegalStateException: the topic is gone\n"
        "\tat B(B.java:2)\n"
    )
    assert root_cause(trace) == "the topic is gone"
    assert root_cause("java.lang.OutOfMemoryError\n\tat X") == "OutOfMemoryError"
    assert root_cause("") == "no reason given"


def test_what_the_planners_jvm_is_told_reaches_no_other_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HADOOP_CLASSPATH", "theirs")
    monkeypatch.delenv("FLINK_ENV_JAVA_OPTS", raising=False)
    with _environ({"HADOOP_CLASSPATH": "ours", "FLINK_ENV_JAVA_OPTS": "-Xint"}):
        assert os.environ["HADOOP_CLASSPATH"] == "ours"
        assert os.environ["FLINK_ENV_JAVA_OPTS"] == "-Xint"
    assert os.environ["HADOOP_CLASSPATH"] == "theirs"
    assert "FLINK_ENV_JAVA_OPTS" not in os.environ
