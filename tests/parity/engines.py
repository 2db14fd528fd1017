"""Filters over packets in Kafka, by both engines: one Flink job, and DuckDB over the archive."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import uuid4

import duckdb

from minibroker.broker import Broker
from minibroker.compiler import create_function
from minibroker.config import Config, SurveyConfig
from minibroker.engine.process import wait_until
from minibroker.model.errors import BrokerError, JobError
from minibroker.model.filter import FilterPlan
from minibroker.model.job import JobSpec
from minibroker.model.packet import Packet
from minibroker.model.shipped import shipped
from minibroker.service.source_table import prune, source_table, with_options
from tests.parity.rows import Row

HERE = Path(__file__).parent
SURVEYS = {
    "kinds": HERE / "schemas" / "kinds",
    "odd_ztf": shipped("schemas") / "ztf",
    "odd_lsst": shipped("schemas") / "lsst",
}
"""The surveys of the proof: one with every kind of field, and those that are real, renamed."""

IN_ONE_QUERY = 20
"""Conditions of one DuckDB query: hundreds of sub-queries in one take it minutes to plan."""
SECONDS = 300.0
"""Deadline of a job that reads a few hundred packets; planning is not part of it."""

Place = tuple[int, int]
"""A packet's partition and offset."""
Answers = list[dict[Place, object]]
"""For each filter and packet TRUE, FALSE or NULL; a text is the engine's complaint."""


def proof_config(base: Config, folder: Path) -> Config:
    """Return settings for the proof's surveys; ``folder`` is for all that it writes."""
    schemas = folder / "schemas"
    for name, source in SURVEYS.items():
        shutil.copytree(source, schemas / name, dirs_exist_ok=True)
    return replace(
        base,
        data=folder,
        schemas=schemas,
        surveys={name: SurveyConfig(f"proof.{name}") for name in SURVEYS},
        flink=replace(base.flink, parallelism=1, archive_checkpoint="1 s"),
    )


@dataclass(frozen=True)
class Sent:
    """Rows that are in Kafka and in the archive."""

    survey: str
    rows: Mapping[Place, Row]
    received_mjd: Mapping[Place, float]
    begin: Mapping[int, int]
    """By partition the offset of the first of them."""


def send(broker: Broker, survey: str, rows: Sequence[Row]) -> Sent:
    """Send rows to a survey's topic, and wait until its archive job has written them."""
    topic = broker.config.surveys[survey].topic
    begin = {number: end for number, (_, end) in broker.kafka.ends(topic).items()}
    broker.kafka.produce(topic, [Packet(row.packet) for row in rows])
    broker.past.await_archive(survey, SECONDS)
    by_packet = {row.packet: row for row in rows}
    stored = [
        packet
        for packet in broker.kafka.read([topic])
        if packet.offset >= begin.get(packet.partition, 0)
    ]
    return Sent(
        survey,
        {(packet.partition, packet.offset): by_packet[packet.value] for packet in stored},
        {(packet.partition, packet.offset): _mjd(packet.timestamp) for packet in stored},
        begin,
    )


def _mjd(milliseconds: int) -> float:
    days, rest = divmod(milliseconds, 86_400_000)
    return 40587 + days + rest / 8.64e7


# ---- Flink ----


class Flink:
    """Evaluates filters as the columns of a job that reads a survey's topic."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self._planner = broker.planner
        self._jobs = 0

    def answers(self, sent: Sent, plans: Sequence[FilterPlan]) -> Answers:
        """Return what each filter says of each packet."""
        return _by_halves(lambda some: self._answers(sent, some), plans, sent)

    def _answers(self, sent: Sent, plans: Sequence[FilterPlan]) -> Answers:
        self._jobs += 1
        folder = self._broker.config.data.absolute() / "answers" / str(self._jobs)
        spec = self._spec(sent, plans, folder)
        job_id = uuid4().hex
        self._planner.submit(self._planner.plan(spec), None, job_id)
        try:
            self._await_end(job_id)
            files = [str(file) for file in folder.glob("part-*")]
            with duckdb.connect() as database:
                found = database.execute("SELECT * FROM read_parquet(?)", [files]).fetchall()
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        places = [(row[0], row[1]) for row in found]
        return [
            _told(
                dict(zip(places, (row[2 + 2 * n] for row in found), strict=True)),
                {place for place, row in zip(places, found, strict=True) if row[3 + 2 * n]},
            )
            for n in range(len(plans))
        ]

    def _await_end(self, job_id: str) -> None:
        def state() -> str:
            return next(job.state for job in self._broker.flink.jobs() if job.job_id == job_id)

        ended = wait_until(lambda: state() in ("FINISHED", "FAILED", "CANCELED"), SECONDS)
        if state() != "FINISHED":
            reason = self._broker.flink.root_cause(job_id) if ended else "it does not end"
            if not ended:
                self._broker.flink.cancel(job_id)
            raise JobError("job-failed", reason)

    def _spec(self, sent: Sent, plans: Sequence[FilterPlan], folder: Path) -> JobSpec:
        survey = self._broker.surveys[sent.survey]
        read = {survey.alert_id, *(path for plan in plans for path in plan.filter.columns)}
        columns = prune(survey.alert, sorted(read))
        name = f"proof.{sent.survey}.{self._jobs}"
        options = with_options(_bounds(sent.begin))
        # As a value, and as the job asks it: the planner knows that NULL is as good as FALSE there.
        asked = ", ".join(
            f"{plan.flink} AS c{n}, CASE WHEN {plan.flink} THEN TRUE END AS p{n}"
            for n, plan in enumerate(plans)
        )
        return JobSpec(
            name=name,
            tables=(
                source_table(survey, self._broker.stream(survey), name, columns),
                _answers_table(len(plans), folder),
                create_function(),
            ),
            inserts=(
                f"INSERT INTO answers SELECT kafka_partition, kafka_offset, {asked}"
                f" FROM {sent.survey} /*+ OPTIONS({options}) */ WHERE error IS NULL",
            ),
            settings={
                "execution.checkpointing.interval": "1 s",
                "parallelism.default": "1",
                "restart-strategy.type": "none",
            },
        )


def _bounds(begin: Mapping[int, int]) -> dict[str, str]:
    places = ";".join(f"partition:{number},offset:{at}" for number, at in begin.items())
    return {
        "scan.startup.mode": "specific-offsets",
        "scan.startup.specific-offsets": places,
        "scan.bounded.mode": "latest-offset",
    }


def _answers_table(count: int, folder: Path) -> str:
    columns = ", ".join(f"c{n} BOOLEAN, p{n} BOOLEAN" for n in range(count))
    options = {"connector": "filesystem", "path": folder.as_uri(), "format": "parquet"}
    return (
        f"CREATE TABLE answers (kafka_partition INT, kafka_offset BIGINT, {columns})"
        f" WITH ({with_options(options)})"
    )


# ---- DuckDB ----


class DuckDB:
    """Evaluates filters over the archive."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker

    def answers(self, sent: Sent, plans: Sequence[FilterPlan]) -> Answers:
        """Return what each filter says of each packet."""
        found: Answers = []
        for at in range(0, len(plans), IN_ONE_QUERY):
            some = plans[at : at + IN_ONE_QUERY]
            found.extend(_by_halves(lambda part: self._answers(sent, part), some, sent))
        return found

    def _answers(self, sent: Sent, plans: Sequence[FilterPlan]) -> Answers:
        archive = self._broker.archive(sent.survey)
        columns = ["kafka_partition", "kafka_offset", *(plan.duckdb for plan in plans)]
        found = archive.sample(_since(sent.begin), archive.nights(), columns, 1_000_000)
        return [
            _told(
                {(row[0], row[1]): row[2 + n] for row in found},
                # As a WHERE, too: there DuckDB leaves out what the files' statistics rule out.
                {(each.partition, each.offset) for each in archive.passing(plan.duckdb)},
            )
            for n, plan in enumerate(plans)
        ]


def _since(begin: Mapping[int, int]) -> str:
    return " OR ".join(
        f"kafka_partition = {number} AND kafka_offset >= {at}" for number, at in begin.items()
    )


def _told(answers: dict[Place, object], passing: set[Place]) -> dict[Place, object]:
    """Return the answers, with a complaint where what passes is not just what is TRUE."""
    wrong = {place for place, answer in answers.items() if (answer is True) != (place in passing)}
    return answers | {place: f"{answers[place]}, but not where it decides" for place in wrong}


def _by_halves(
    ask: Callable[[Sequence[FilterPlan]], Answers], plans: Sequence[FilterPlan], sent: Sent
) -> Answers:
    """Ask about all plans at once; where the engine fails, about half of them, down to one."""
    try:
        return ask(plans)
    except BrokerError as error:
        if len(plans) == 1:
            return [dict.fromkeys(sent.rows, str(error))]
        half = len(plans) // 2
        return [*_by_halves(ask, plans[:half], sent), *_by_halves(ask, plans[half:], sent)]
