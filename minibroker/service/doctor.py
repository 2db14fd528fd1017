"""Looking at each outside system, and saying what to do where it is not as it must be."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from minibroker.engine.flink_rest import FlinkRest
from minibroker.engine.kafka import LARGEST_MESSAGE, Kafka
from minibroker.model.errors import BrokerError, ConfigError, JobError, OutsideError
from minibroker.model.job import TROUBLES_REMEDY
from minibroker.service.filter_job import TRANSACTION_MILLISECONDS
from minibroker.service.folder import writable

ANSWER_SECONDS = 5.0
"""How long an outside system may take to answer."""


@dataclass(frozen=True)
class Finding:
    """What was found of one system."""

    system: str
    well: bool
    said: str
    """How it is, or what is wrong with it."""
    remedy: str


def examine(checks: Mapping[str, Callable[[], str]]) -> list[Finding]:
    """Run every check: it says how its system is, or raises BrokerError."""
    return [_finding(system, check) for system, check in checks.items()]


def _finding(system: str, check: Callable[[], str]) -> Finding:
    try:
        return Finding(system, True, check(), "")
    except BrokerError as error:
        return Finding(system, False, error.message, error.remedy)


def check_kafka(kafka: Kafka) -> str:
    """Say that Kafka answers, with the settings that correctness rests on."""
    kafka.await_ready(ANSWER_SECONDS)
    found = kafka.broker_settings()
    wrong = [
        f"{name} is {found.get(name, 'unknown')}, {wanted} is needed"
        for name, wanted, holds in _KAFKA
        if name in found and not holds(found[name])
    ]
    if wrong:
        raise OutsideError(
            "kafka-settings",
            f"Kafka at {kafka.bootstrap}: {'; '.join(wrong)}",
            "set it in Kafka's server.properties; flink-conf/kafka.properties has the reasons",
        )
    return f"answers at {kafka.bootstrap}, {len(kafka.topics())} topics"


_KAFKA: tuple[tuple[str, str, Callable[[str], bool]], ...] = (
    (
        "transaction.max.timeout.ms",
        f"at least {TRANSACTION_MILLISECONDS}",
        lambda value: int(value) >= TRANSACTION_MILLISECONDS,
    ),
    (
        "message.max.bytes",
        f"at least {LARGEST_MESSAGE}",
        lambda value: int(value) >= LARGEST_MESSAGE,
    ),
    ("auto.create.topics.enable", "false", lambda value: value == "false"),
)
"""Settings of a Kafka broker, what is needed of them, and whether a value is that."""


def check_flink(flink: FlinkRest, jobs: int, parallelism: int, jar: str) -> str:
    """Say that Flink answers, has our jar, and slots for so many jobs."""
    total, free = flink.slots()
    if not total:
        raise OutsideError(
            "flink-slots",
            f"Flink at {flink.url} has no task manager",
            "run `minibroker up`, or start your Flink's",
        )
    if not any(path.endswith(jar) for path in flink.class_path()):
        raise OutsideError(
            "flink-jar",
            f"Flink at {flink.url} does not have {jar} in its class path",
            "copy it and the jars of flink-conf/jars.toml into its lib/, and start it again",
        )
    if total < jobs * parallelism:
        raise OutsideError(
            "flink-slots",
            f"Flink at {flink.url} has {total} slots; {jobs} jobs of parallelism {parallelism}"
            f" need {jobs * parallelism}",
            "raise flink.slots in minibroker.toml, or start more task managers",
        )
    return f"answers at {flink.url}, {free} of {total} slots are free"


def check_jobs(wanted: int, troubles: Mapping[str, str]) -> str:
    """Say that every job runs that should; ``troubles`` is what is with each that does not."""
    if troubles:
        raise JobError(
            "job-failed", "; ".join(": ".join(each) for each in troubles.items()), TROUBLES_REMEDY
        )
    return f"all {wanted} that should run do"


def check_commits(refused: Mapping[str, int]) -> str:
    """Say that Kafka committed all that the running jobs asked for; job to refused transactions."""
    told = [refusal(job, count) for job, count in refused.items() if count]
    if told:
        raise OutsideError("commits-refused", "; ".join(told), REFUSED_REMEDY)
    return f"none of {len(refused)} running jobs was refused one"


def refusal(job: str, count: int) -> str:
    """Say what it means that Kafka refused to commit so many transactions of a job."""
    transactions = f"{count} transaction{'s' * (count > 1)}"
    return (
        f"Kafka refused to commit {transactions} of {job} since it last started:"
        " alerts that passed may not have been delivered"
    )


REFUSED_REMEDY = (
    "`minibroker audit --night NIGHT` names what is lacking; `minibroker rewind` sends it"
)


def check_writable(folder: Path) -> str:
    """Say that a folder can be written to, or made where it is not yet."""
    try:
        there = writable(folder)
    except OSError as error:
        raise OutsideError(
            "folder-unwritable",
            f"{folder}: {error.strerror}",
            "give the user who runs minibroker and Flink the right to write there",
        ) from error
    return f"{folder} can be {'written' if there == folder else 'made'}"


def check_private(files: Iterable[Path]) -> str:
    """Say that nobody else can read these files, which hold secrets."""
    known = [file for file in files if file.is_file()]
    for file in known:
        mode = file.stat().st_mode & 0o777
        if mode & 0o077:
            raise ConfigError(
                "secret-readable",
                f"{file} holds secrets and has mode {mode:03o}: others can read it",
                f"chmod 600 {file}",
            )
    named = ", ".join(map(str, known))
    return f"only user {os.getuid()} can read {named}" if known else "no file holds secrets"
