"""PyFlink: Flink SQL becomes a compiled plan, and a plan becomes a job on the cluster.

The only importer of pyflink. The first Planner of a process starts a JVM, which takes
seconds; looking at jobs needs none and is in flink_rest.
"""

from __future__ import annotations

import json
import logging
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from subprocess import Popen
from typing import Any
from urllib.parse import urlsplit

import yaml

from minibroker.engine.flink_home import java_opens
from minibroker.model.errors import BrokerError, JobError, OutsideError
from minibroker.model.job import JobSpec, Offsets, TopicPartition
from minibroker.model.shipped import shipped

SHORT_LIVED = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
"""Options of a JVM that plans a few jobs and ends: optimising what it runs would take longer than
running it, and half of its time goes to that otherwise."""
NO_PYTHON_WORKERS = {"_python_worker_execution_mode": "process"}
"""PyFlink would else start a server for functions in Python, of which our jobs have none, and load
Apache Beam for it: a second of every submission."""
LOST_THREAD = "metadataHandlerProvider"
"""What Calcite's message names when it is asked from another thread than the one it began in."""


@dataclass(frozen=True)
class JobPlan:
    """A spec that Flink has planned; what is left is to tell it where to begin."""

    spec: JobSpec
    prepared: Any
    """A `PreparedJob` in PyFlink's JVM."""


class Planner:
    """Plans and submits jobs to one cluster."""

    def __init__(self, url: str, class_path: str) -> None:
        self._url = urlsplit(url)
        # PyFlink builds its JVM's class path and options from these and offers no other way.
        options = os.environ.get("FLINK_ENV_JAVA_OPTS") or f"{java_opens()} {SHORT_LIVED}"
        with _environ({"HADOOP_CLASSPATH": class_path, "FLINK_ENV_JAVA_OPTS": options}):
            from pyflink import pyflink_gateway_server
            from pyflink.java_gateway import get_gateway

            # A signal to the whole group of processes must not end the JVM while this one is still
            # ending what it does through it. It ends with its input, so with this process.
            launcher: Any = pyflink_gateway_server
            launcher.Popen = partial(Popen, start_new_session=True)
            # Py4j logs an interrupt, which whoever sent it knows of, with its traceback.
            logging.getLogger().addFilter(_is_no_interrupt)
            get_gateway()

    def plan(self, spec: JobSpec) -> JobPlan:
        """Compile a spec without running it.

        Raises JobError with Flink's reason in one line.
        """
        try:
            return self._planned(spec)
        except JobError as error:
            # Calcite keeps parts of a planner by thread, and py4j may go on in another of the
            # JVM's threads in between.
            if LOST_THREAD not in error.message:
                raise
            return self._planned(spec)

    def _planned(self, spec: JobSpec) -> JobPlan:
        settings = self._settings(spec)
        environment = self._environment(settings)
        with _told(f"Flink cannot plan {spec.name}"):
            compiled = _statements(environment, spec).compile_plan()
            plan = _renumber(compiled.as_json_string())
            prepared = self._java().job.PreparedJob.of(environment._j_tenv, settings, plan)
            return JobPlan(spec, prepared)

    def submit(self, plan: JobPlan, restore_from: str | None, job_id: str) -> None:
        """Run a plan under this id; with ``restore_from``, from that savepoint's state.

        The id is the caller's, who can write it down before the job exists.
        """
        with _told(f"Flink did not take {plan.spec.name}"):
            plan.prepared.start(job_id, restore_from)

    def snapshot_number(self, folder: Path) -> int:
        """Return the number of a checkpoint or savepoint: among one job's they count up."""
        with _told(f"Flink cannot read {folder}"):
            return int(self._java().state.SourceOffsets.number(str(folder)))

    def offsets(self, folder: Path) -> Offsets:
        """Return where a job's sources stood at a checkpoint or savepoint.

        A partition that was not read from yet is there with a negative number, Flink's mark.
        """
        with _told(f"Flink cannot read {folder}"):
            lines = str(self._java().state.SourceOffsets.read(str(folder))).splitlines()
        found = {}
        for line in lines:
            topic, partition, offset = line.split("\t")
            found[TopicPartition(topic, int(partition))] = int(offset)
        return found

    def abort_transactions(self, prefix: str, properties: Mapping[str, str]) -> int:
        """Abort the open transactions of a job that does not run, and return how many there were.

        ``prefix`` is that of the job's transactional ids, ``properties`` are those of a Kafka
        client in Java.
        """
        with _told(f"Kafka did not abort what {prefix} had left open", _refused_by_kafka):
            return int(self._java().state.OpenTransactions.abort(dict(properties), prefix))

    def hanging(
        self, partitions: Iterable[tuple[str, int]], properties: Mapping[str, str]
    ) -> list[tuple[str, int]]:
        """Return where in these partitions something is open that has no owner, each time it is.

        No owner means that no transactional id that Kafka knows is its producer's: nobody can
        commit it, and Kafka does not end it either.
        """
        with _told("Kafka did not tell whose transactions are open", _refused_by_kafka):
            java = self._java().state.OpenTransactions
            return _places(java.hanging(dict(properties), _tabbed(partitions)))

    def abort_hanging(
        self, partitions: Iterable[tuple[str, int]], properties: Mapping[str, str]
    ) -> list[tuple[str, int]]:
        """Abort what is `hanging` in these partitions, and return the same."""
        did_not = "Kafka did not abort the transactions that it has lost the owners of"
        with _told(did_not, _refused_by_kafka):
            java = self._java().state.OpenTransactions
            return _places(java.abortHanging(dict(properties), _tabbed(partitions)))

    def _java(self) -> Any:
        from pyflink.java_gateway import get_gateway

        return get_gateway().jvm.minibroker

    def _settings(self, spec: JobSpec) -> dict[str, str]:
        return {
            **_shared_settings(),
            "execution.target": "remote",
            "rest.address": self._url.hostname or "localhost",
            "rest.port": str(self._url.port or 8081),
            "pipeline.name": spec.name,
            **spec.settings,
        }

    def _environment(self, settings: Mapping[str, str]) -> Any:
        from pyflink.common import Configuration
        from pyflink.java_gateway import get_gateway
        from pyflink.table import EnvironmentSettings, TableEnvironment

        configuration = Configuration()
        for key, value in settings.items():
            configuration.set_string(key, value)
        builder = EnvironmentSettings.new_instance().in_streaming_mode()
        thread = get_gateway().jvm.Thread.currentThread()
        loader = thread.getContextClassLoader()
        chosen = builder.with_configuration(configuration).build()
        # PyFlink has just put one more class loader around the last. After a hundred plans in one
        # process every look for a class would go through a hundred of them.
        thread.setContextClassLoader(loader)
        with _environ(NO_PYTHON_WORKERS):
            return TableEnvironment.create(chosen)


def _is_no_interrupt(record: logging.LogRecord) -> bool:
    return record.exc_info is None or record.exc_info[0] is not KeyboardInterrupt


@contextmanager
def _environ(given: Mapping[str, str]) -> Iterator[None]:
    """Set variables for a while: Flink's own scripts, started from here later, read the same."""
    before = {name: os.environ.get(name) for name in given}
    os.environ.update(given)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _shared_settings() -> dict[str, str]:
    """Return flink-conf/config.yaml, which is for the jobs as much as for the cluster."""
    conf = yaml.safe_load((shipped("flink-conf") / "config.yaml").read_text())
    return {key: _flink_text(value) for key, value in conf.items()}


def _flink_text(value: Any) -> str:
    if isinstance(value, list):
        return ";".join(map(str, value))
    return str(value).lower() if isinstance(value, bool) else str(value)


def _statements(environment: Any, spec: JobSpec) -> Any:
    for table in spec.tables:
        environment.execute_sql(table)
    statements = environment.create_statement_set()
    for insert in spec.inserts:
        statements.add_insert_sql(insert)
    return statements


def _renumber(plan: str) -> str:
    """Renumber a compiled plan's nodes from 1, in the plan's own order.

    Flink draws node ids, and from them the uids of operators, from a counter of the whole JVM:
    the same job planned twice in one process would not find its own state in a savepoint.
    """
    tree = json.loads(plan)
    new = {node["id"]: place for place, node in enumerate(tree["nodes"], start=1)}
    for node in tree["nodes"]:
        node["id"] = new[node["id"]]
    for edge in tree["edges"]:
        edge["source"] = new[edge["source"]]
        edge["target"] = new[edge["target"]]
    return json.dumps(tree)


def _tabbed(places: Iterable[tuple[str, int]]) -> list[str]:
    return [f"{topic}\t{number}" for topic, number in places]


def _places(tabbed: Iterable[Any]) -> list[tuple[str, int]]:
    parts = (str(each).rpartition("\t") for each in tabbed)
    return [(topic, int(number)) for topic, _, number in parts]


def _refused_by_flink(message: str) -> BrokerError:
    return JobError("flink-refused", message)


def _refused_by_kafka(message: str) -> BrokerError:
    return OutsideError(
        "kafka-refused",
        message,
        "see Kafka's log; one that asks who may do what must let minibroker read the topics of its"
        " filters, describe all transactional ids and `__transaction_state`, and alter the cluster",
    )


@contextmanager
def _told(what: str, refused: Callable[[str], BrokerError] = _refused_by_flink) -> Iterator[None]:
    from py4j.protocol import Py4JError
    from pyflink.util.exceptions import TableException

    try:
        yield
    except (Py4JError, TableException) as error:
        raise refused(f"{what}: {root_cause(str(error))}") from error


def root_cause(trace: str) -> str:
    """Return the innermost cause of a Java stack trace in one line, without its class name."""
    causes = re.findall(
        r"^(?:Caused by: |: )?([\w.$]+(?:Exception|Error))(?:: (.+))?$", trace, re.MULTILINE
    )
    if not causes:
        return trace.strip().splitlines()[0] if trace.strip() else "no reason given"
    name, message = map(str, causes[-1])
    return message.strip() or name.rsplit(".", 1)[-1]
