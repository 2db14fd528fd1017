"""A real Kafka and a real Flink session cluster as processes of this host."""

from __future__ import annotations

import os
import shlex
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import compress
from pathlib import Path
from typing import Any

import httpx
import psutil
import yaml

from minibroker.engine import jars
from minibroker.engine.flink_home import flink_home, java_opens
from minibroker.engine.kafka_nodes import KafkaNode, format_storage, kafka_nodes, write_properties
from minibroker.engine.process import Process, wait_until
from minibroker.model.errors import OutsideError
from minibroker.model.shipped import broker_jar, shipped

GIB = 1024**3
COLLECTOR = "-XX:+UseParallelGC"
"""Of Flink's JVMs: G1 gives each answer of Kafka, which may have 16 MB, regions of its own."""
START_SECONDS = 90.0
"""Deadline for each process to answer; on two cold cores Flink takes 8 s, Kafka 4 s."""


@dataclass(frozen=True)
class StackSettings:
    """What `minibroker up` needs to know of this host.

    Memory is in MiB. A child whose ``run_*`` is false belongs to somebody else and is left alone.
    """

    data: Path
    jars: Path
    run_kafka: bool = True
    run_flink: bool = True
    kafka_brokers: int = 1
    kafka_port: int = 9092
    kafka_controller_port: int = 9093
    flink_port: int = 8081
    flink_rpc_port: int = 6123
    slots: int = 8
    kafka_memory: int = 1024
    job_manager_memory: int = 1024
    task_manager_memory: int = 3072
    minimum_free_disk: int = 2 * GIB


@dataclass(frozen=True)
class ChildState:
    """One line of `minibroker status`."""

    name: str
    state: str
    """``running``, ``stopped``, or ``dead`` when it should run and does not."""
    address: str
    pid: int | None
    memory: int
    """Resident bytes, 0 unless running."""
    log: Path


class Stack:
    """Starts, looks at and ends the children; everything of theirs is under ``settings.data``."""

    def __init__(self, settings: StackSettings) -> None:
        self.settings = settings
        self._run = settings.data / "run"
        self.nodes = kafka_nodes(
            settings.kafka_brokers,
            settings.kafka_port,
            settings.kafka_controller_port,
            settings.data,
            self._run,
        )
        self.kafka = self.nodes[0].process
        self.job_manager = Process("jobmanager", self._run)
        self.task_manager = Process("taskmanager", self._run)
        self._departed: frozenset[str] = frozenset()

    def children(self) -> Iterator[tuple[Process, str]]:
        """Yield each child that this stack owns with its address, in the order of starting."""
        if self.settings.run_kafka:
            yield from ((node.process, node.address) for node in self.nodes)
        if self.settings.run_flink:
            yield self.job_manager, f"http://localhost:{self.settings.flink_port}"
            yield self.task_manager, ""

    def states(self) -> list[ChildState]:
        """Look at every child now."""
        return [_state_of(child, address) for child, address in self.children()]

    def has_flink(self) -> bool:
        """Whether this stack has a Flink that runs, or died without being stopped."""
        flink = (self.job_manager, self.task_manager)
        return self.settings.run_flink and any(each.record.exists() for each in flink)

    def start(self, tell: Callable[[str], None]) -> None:
        """Start what does not run yet and wait until it answers.

        A half-finished start is left as it is, so that its logs can be read; `down` clears it.
        Raises OutsideError when something is missing on this host or a child does not come up.
        """
        self._check_host()
        self._end_orphan(tell)
        self._prepare_kafka()
        steps = (
            *(
                (node.process, partial(self._start_kafka, node), partial(_in_use, node.port))
                for node in self.nodes
                if self.settings.run_kafka
            ),
            *(
                (
                    (self.job_manager, self._start_job_manager, self._flink_answers),
                    (self.task_manager, self._start_task_manager, self._slots_offered),
                )
                if self.settings.run_flink
                else ()
            ),
        )
        for child, start, _ in steps:
            if child.find() is None:
                if child.record.exists():
                    tell(f"{child.name} had died; its last words are in {child.log}")
                tell(f"starting {child.name}")
                start()
        for child, _, answers in steps:
            self._await(child, answers)

    def _end_orphan(self, tell: Callable[[str], None]) -> None:
        """End a task manager whose job manager died.

        It would notice after a minute, and until then run the jobs that nobody knows any more and
        keep its slots for them.
        """
        if self.settings.run_flink and self.job_manager.find() is None and self.task_manager.find():
            tell("stopping taskmanager, whose job manager had died")
            self.task_manager.stop()

    def stop(self, tell: Callable[[str], None]) -> None:
        """End every child that `start` started, the readers before what they read from.

        Kafka's nodes go together: the last of them would wait in vain for a quorum to leave.
        """
        readers = [self.task_manager, self.job_manager] if self.settings.run_flink else []
        nodes = [node.process for node in self.nodes] if self.settings.run_kafka else []
        for together in (*([each] for each in readers), nodes):
            with ThreadPoolExecutor() as pool:
                stopped = list(pool.map(Process.stop, together))
            for child in compress(together, stopped):
                tell(f"stopped {child.name}")

    def check_kafka(self) -> None:
        """Raise OutsideError where another Kafka than this stack's is at its port."""
        for node in self.nodes:
            if node.process.find() is None and _in_use(node.port):
                raise self._not_ours("Kafka", node.address, "kafka.port", "kafka.bootstrap")

    def check_flink(self) -> None:
        """Raise OutsideError where another Flink than this stack's is at its port."""
        port = self.settings.flink_port
        if self.job_manager.find() is None and _in_use(port):
            address = f"http://localhost:{port}"
            raise self._not_ours("Flink", address, "flink.port", "flink.url")

    def _not_ours(self, what: str, address: str, port: str, outside: str) -> OutsideError:
        return OutsideError(
            "not-ours",
            f"what is at {address} is not the {what} of {self.settings.data}",
            f"go to the folder whose `minibroker up` started it, or name it as {outside} in"
            f" minibroker.toml; for one of this folder's own set another {port}",
        )

    def class_path(self) -> str:
        """Return the jars that the cluster and the submitting process share."""
        listed = jars.read_list(shipped("flink-conf") / "jars.toml")["flink"]
        files = [self.settings.jars / "flink" / jar.file_name for jar in listed]
        return os.pathsep.join(str(file) for file in [*files, broker_jar()])

    def checks(self) -> dict[str, Callable[[], None]]:
        """Return what this host must have; each raises OutsideError where it has not."""
        return {
            "java": _check_java,
            "jars": self._check_jars,
            "disk": self._check_disk,
            "memory": self._check_memory,
            "ports": self._check_ports,
        }

    def _check_host(self) -> None:
        for check in self.checks().values():
            check()

    def _check_disk(self) -> None:
        self.settings.data.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(self.settings.data).free
        if free < self.settings.minimum_free_disk:
            raise OutsideError(
                "disk-full",
                f"{self.settings.data}: {free / GIB:.1f} GiB free, at least "
                f"{self.settings.minimum_free_disk / GIB:.1f} GiB needed",
                "make room, or name another folder as data in minibroker.toml",
            )

    def _idle(self) -> list[Process]:
        return [child for child, _ in self.children() if child.find() is None]

    def _check_memory(self) -> None:
        idle = self._idle()
        sizes = {
            **{node.process.name: self.settings.kafka_memory for node in self.nodes},
            "jobmanager": self.settings.job_manager_memory,
            "taskmanager": self.settings.task_manager_memory,
        }
        needed = sum(sizes[child.name] for child in idle)
        available = psutil.virtual_memory().available // 1024**2
        if needed > available:
            raise OutsideError(
                "memory-short",
                f"{available} MiB of memory available, {needed} MiB needed for "
                + ", ".join(child.name for child in idle),
                "lower stack.task_manager_memory in minibroker.toml, or end other programs",
            )

    def _check_ports(self) -> None:
        ports = {
            "jobmanager": {
                "flink.port": self.settings.flink_port,
                "flink.rpc_port": self.settings.flink_rpc_port,
            },
            **{
                node.process.name: {
                    "kafka.port": node.port,
                    "kafka.controller_port": node.controller_port,
                }
                for node in self.nodes
            },
        }
        taken = [
            (key, number)
            for child in self._idle()
            for key, number in ports.get(child.name, {}).items()
            if _in_use(number)
        ]
        if taken:
            told = ", ".join(f"{number} ({_holder(number)})" for _, number in taken)
            # Several nodes of Kafka have their ports from one setting.
            keys = " and ".join(dict.fromkeys(key for key, _ in taken))
            raise OutsideError(
                "port-in-use",
                f"in use by another program: port{'s' * (len(taken) > 1)} {told}",
                f"end that program, or set {keys} in minibroker.toml",
            )

    def _check_jars(self) -> None:
        for class_path, listed in jars.read_list(shipped("flink-conf") / "jars.toml").items():
            gone = jars.missing(listed, self.settings.jars / class_path)
            if gone:
                raise OutsideError(
                    "jars-missing",
                    f"{self.settings.jars / class_path}: {len(gone)} jars are missing or damaged,"
                    f" the first is {gone[0].file_name}",
                    "run `minibroker jars`",
                )
        if not broker_jar().exists():
            raise OutsideError(
                "jar-missing", f"{broker_jar()} does not exist", "run `make jar` in the checkout"
            )

    def _prepare_kafka(self) -> None:
        if self.settings.run_kafka:
            for node in self.nodes:
                write_properties(node, self.nodes)
            format_storage(self.nodes, self._kafka_java())

    def _start_kafka(self, node: KafkaNode) -> None:
        logging = f"-Dlog4j2.configurationFile={shipped('flink-conf') / 'log4j-kafka.xml'}"
        node.process.start([*self._kafka_java(logging), "kafka.Kafka", str(node.properties)], {})

    def _kafka_java(self, *options: str) -> list[str]:
        """Return the command that runs a class of Kafka's, with its own scripts' options."""
        memory = f"-Xmx{self.settings.kafka_memory // 2}m"
        given = shlex.split(os.environ.get("KAFKA_OPTS", ""))
        jars = str(self.settings.jars / "kafka" / "*")
        return [_java(), memory, *given, *options, "-cp", jars]

    def _start_job_manager(self) -> None:
        self._write_flink_conf()
        self.job_manager.start(
            [str(flink_home() / "bin/jobmanager.sh"), "start-foreground"], self._flink_env()
        )

    def _start_task_manager(self) -> None:
        self._write_flink_conf()
        # The job manager goes on counting the slots of a dead one until its heartbeat is missed.
        self._departed = frozenset(self._workers())
        self.task_manager.start(
            [str(flink_home() / "bin/taskmanager.sh"), "start-foreground"], self._flink_env()
        )

    def _flink_env(self) -> dict[str, str]:
        conf = self.settings.data / "flink" / "conf"
        # Flink's scripts put HADOOP_CLASSPATH behind their own jars, which is where ours belong.
        return {
            "FLINK_CONF_DIR": str(conf),
            "FLINK_LOG_DIR": str(self._run),
            "FLINK_PID_DIR": str(self._run),
            "HADOOP_CLASSPATH": self.class_path(),
            "JAVA_HOME": str(Path(_java()).resolve().parent.parent),
        }

    def _write_flink_conf(self) -> None:
        folder = self.settings.data / "flink"
        (folder / "conf").mkdir(parents=True, exist_ok=True)
        settings = yaml.safe_load((shipped("flink-conf") / "config.yaml").read_text())
        settings.update(
            {
                "jobmanager.rpc.address": "localhost",
                "jobmanager.rpc.port": self.settings.flink_rpc_port,
                "jobmanager.bind-host": "localhost",
                "jobmanager.memory.process.size": f"{self.settings.job_manager_memory}m",
                "taskmanager.bind-host": "localhost",
                "taskmanager.host": "localhost",
                "taskmanager.memory.process.size": f"{self.settings.task_manager_memory}m",
                "taskmanager.numberOfTaskSlots": self.settings.slots,
                "rest.address": "localhost",
                "rest.port": self.settings.flink_port,
                "rest.bind-address": "localhost",
                "io.tmp.dirs": str(folder / "tmp"),
                "execution.checkpointing.dir": (folder / "checkpoints").as_uri(),
                "execution.checkpointing.savepoint-dir": (folder / "savepoints").as_uri(),
                "env.java.opts.all": f"{java_opens()} {COLLECTOR}",
            }
        )
        (folder / "tmp").mkdir(parents=True, exist_ok=True)
        (folder / "conf" / "config.yaml").write_text(yaml.safe_dump(settings))
        for name in ("log4j-console.properties",):
            shutil.copy(shipped("flink-conf") / name, folder / "conf" / name)

    def _flink_answers(self) -> bool:
        return self._overview() is not None

    def _slots_offered(self) -> bool:
        # One question: the answers to two may be of different moments.
        living = {
            worker: n for worker, n in self._workers().items() if worker not in self._departed
        }
        return sum(living.values()) >= self.settings.slots

    def _workers(self) -> dict[str, int]:
        """Return the slots of every task manager that the job manager counts, by id."""
        known = self._ask("/taskmanagers") or {"taskmanagers": []}
        return {str(each["id"]): int(each["slotsNumber"]) for each in known["taskmanagers"]}

    def _overview(self) -> dict[str, Any] | None:
        return self._ask("/overview")

    def _ask(self, path: str) -> dict[str, Any] | None:
        try:
            answer = self._flink_client.get(path)
            return dict(answer.json()) if answer.status_code == httpx.codes.OK else None
        except (httpx.HTTPError, ValueError):
            return None

    @cached_property
    def _flink_client(self) -> httpx.Client:
        # Made once: a client reads all certificates first, which takes longer than asking.
        return httpx.Client(base_url=f"http://localhost:{self.settings.flink_port}", timeout=5.0)

    def _await(self, child: Process, answers: Callable[[], bool]) -> None:
        has_answered = False

        def settled() -> bool:
            nonlocal has_answered
            has_answered = answers()
            return has_answered or child.find() is None

        wait_until(settled, START_SECONDS)
        if has_answered:
            return
        found = child.find()
        if found is None:
            raise OutsideError(
                "child-died",
                f"{child.name} ended while starting; its last words:\n{child.last_words()}",
                f"read {child.log}, then `minibroker down` and `minibroker up`",
            )
        raise OutsideError(
            "child-silent",
            f"{child.name} (pid {found.pid}) did not answer within {START_SECONDS:.0f} s",
            f"read {child.log}",
        )


def _state_of(child: Process, address: str) -> ChildState:
    found = child.find()
    if found is None:
        state = "dead" if child.record.exists() else "stopped"
        return ChildState(child.name, state, address, None, 0, child.log)
    return ChildState(child.name, "running", address, found.pid, found.memory_info().rss, child.log)


def _java() -> str:
    home = os.environ.get("JAVA_HOME")
    found = shutil.which("java", path=str(Path(home) / "bin")) if home else shutil.which("java")
    if found is None:
        raise OutsideError(
            "java-missing", "java is not on the PATH", "install JDK 17, or set JAVA_HOME"
        )
    return found


def _check_java() -> None:
    said = subprocess.run([_java(), "-version"], capture_output=True, text=True, check=False).stderr
    version = said.split('"')[1] if '"' in said else "unknown"
    if version.split(".")[0] not in ("17", "21"):
        raise OutsideError(
            "java-version", f"java is version {version}", "Flink and Kafka need JDK 17 (or 21)"
        )


def _holder(port: int) -> str:
    """Say which process listens at a port, as far as this user may know."""
    with suppress(psutil.Error):
        for each in psutil.net_connections("tcp"):
            if each.pid and each.status == psutil.CONN_LISTEN and port in each.laddr:
                return f"pid {each.pid}, {psutil.Process(each.pid).name()}"
    return "of another user"


def _in_use(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(1.0)
        return probe.connect_ex(("localhost", port)) == 0
