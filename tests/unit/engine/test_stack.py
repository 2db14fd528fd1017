import os
import socket
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from minibroker.engine import stack
from minibroker.engine.process import Process
from minibroker.engine.stack import Stack, StackSettings
from minibroker.model.errors import OutsideError


@pytest.fixture
def settings(tmp_path: Path) -> StackSettings:
    return StackSettings(data=tmp_path / "data", jars=tmp_path / "jars")


def _refusal(settings: StackSettings, monkeypatch: pytest.MonkeyPatch) -> OutsideError:
    """Start a stack whose jars are taken as present; nothing may be started."""
    monkeypatch.setattr(Stack, "_check_jars", lambda self: None)
    monkeypatch.setattr(Process, "start", lambda *_: pytest.fail("a process was started"))
    with pytest.raises(OutsideError) as failure:
        Stack(settings).start(lambda text: None)
    return failure.value


def test_a_port_in_use_is_told_with_its_setting(
    settings: StackSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as taken:
        taken.bind(("localhost", 0))
        taken.listen()
        port = taken.getsockname()[1]
        chosen = StackSettings(settings.data, settings.jars, kafka_port=port)
        error = _refusal(chosen, monkeypatch)
    assert error.code == "port-in-use"
    name = psutil.Process().name()
    assert error.message == f"in use by another program: port {port} (pid {os.getpid()}, {name})"
    assert error.remedy == "end that program, or set kafka.port in minibroker.toml"


def test_every_port_in_use_of_several_kafka_nodes_is_told(
    settings: StackSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stack, "_in_use", lambda port: port in (9092, 9112))
    monkeypatch.setattr(stack, "_holder", lambda port: f"pid {port}, java")
    chosen = StackSettings(settings.data, settings.jars, kafka_brokers=3)
    error = _refusal(chosen, monkeypatch)
    assert error.message == (
        "in use by another program: ports 9092 (pid 9092, java), 9112 (pid 9112, java)"
    )
    assert error.remedy == "end that program, or set kafka.port in minibroker.toml"


def test_too_little_disk_is_told(settings: StackSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = StackSettings(settings.data, settings.jars, minimum_free_disk=2**60)
    error = _refusal(chosen, monkeypatch)
    assert error.code == "disk-full"
    assert error.message.startswith(f"{settings.data}: ")
    assert error.message.endswith("at least 1073741824.0 GiB needed")


def test_too_little_memory_is_told(
    settings: StackSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = StackSettings(settings.data, settings.jars, task_manager_memory=2**40)
    error = _refusal(chosen, monkeypatch)
    assert error.code == "memory-short"
    assert "needed for kafka, jobmanager, taskmanager" in error.message
    assert "stack.task_manager_memory" in error.remedy


def test_missing_jars_are_told_before_anything_starts(settings: StackSettings) -> None:
    with pytest.raises(OutsideError) as failure:
        Stack(settings).start(lambda text: None)
    assert failure.value.code == "jars-missing"
    assert failure.value.remedy == "run `minibroker jars`"


def test_a_missing_java_is_told(settings: StackSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", str(settings.data))
    error = _refusal(settings, monkeypatch)
    assert error.message == "java is not on the PATH"


def test_a_dead_child_is_told_with_its_last_words(
    settings: StackSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Stack, "_check_host", lambda self: None)
    monkeypatch.setattr(Stack, "_prepare_kafka", lambda self: None)
    monkeypatch.setattr(
        Stack,
        "_start_kafka",
        lambda self, node: node.process.start(["sh", "-c", "echo no log dirs"], {}),
    )
    chosen = StackSettings(settings.data, settings.jars, run_flink=False, kafka_port=1)
    with pytest.raises(OutsideError) as failure:
        Stack(chosen).start(lambda text: None)
    assert failure.value.message == ("kafka ended while starting; its last words:\nno log dirs")
    assert {child.state for child in Stack(chosen).states()} == {"dead"}


def test_a_task_manager_is_not_left_to_a_job_manager_that_does_not_know_it(
    settings: StackSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Stack, "_check_host", lambda self: None)
    told: list[str] = []
    stack = Stack(replace(settings, run_kafka=False))
    stack.task_manager.start(["sleep", "600"], {})
    orphan = stack.task_manager.find()
    assert orphan is not None

    def start(self: Stack) -> None:
        assert not orphan.is_running()
        raise KeyboardInterrupt

    monkeypatch.setattr(Stack, "_start_job_manager", start)
    with pytest.raises(KeyboardInterrupt):
        stack.start(told.append)
    assert told == ["stopping taskmanager, whose job manager had died", "starting jobmanager"]


def test_outside_systems_are_not_our_children(settings: StackSettings) -> None:
    outside = StackSettings(settings.data, settings.jars, run_kafka=False, run_flink=False)
    assert Stack(outside).states() == []


def test_in_use_sees_a_listener() -> None:
    with socket.socket() as taken:
        taken.bind(("localhost", 0))
        assert not stack._in_use(taken.getsockname()[1])
        taken.listen()
        assert stack._in_use(taken.getsockname()[1])


def test_kafka_takes_the_options_that_its_own_scripts_read(
    settings: StackSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[list[str]] = []
    monkeypatch.setenv("KAFKA_OPTS", "-Da='b c' -XX:+UseSerialGC")
    monkeypatch.setattr(Stack, "_check_jars", lambda self: None)
    monkeypatch.setattr(stack, "format_storage", lambda nodes, java: started.append([*java]))

    def start(self: Process, command: list[str], more: dict[str, str]) -> None:
        started.append(command)
        raise KeyboardInterrupt

    monkeypatch.setattr(Process, "start", start)
    with pytest.raises(KeyboardInterrupt):
        Stack(settings).start(lambda text: None)
    assert [command[2:4] for command in started] == [["-Da=b c", "-XX:+UseSerialGC"]] * 2
