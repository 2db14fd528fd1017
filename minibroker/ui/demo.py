"""The whole broker once, from nothing to proof: `make demo`."""

from __future__ import annotations

import random
import socket
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, CancelledError, ThreadPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING

from minibroker.broker import Broker
from minibroker.config import Config, FlinkConfig, KafkaConfig, StackConfig, SubmitConfig
from minibroker.engine.avro import survey_of
from minibroker.model.errors import ConfigError, MismatchError
from minibroker.model.filter import FilterSource
from minibroker.model.night import parse_night
from minibroker.model.packet import Packet
from minibroker.model.shipped import shipped
from minibroker.ui.interrupt import unheeded
from minibroker.ui.report import Report

if TYPE_CHECKING:
    from minibroker.engine.night_audit import Audited
    from minibroker.service.audit import Verdict
    from minibroker.service.certificate import Certificate

FILTERS = ("ztf_reliable", "ztf_asteroids", "ztf_stationary", "lsst_good_quality")
NIGHT = date(2026, 3, 5)
SEED = 20260305
PATIENCE = 60.0
"""Seconds without progress after which the demo gives up and says where."""


@dataclass(frozen=True)
class Sent:
    """One survey's packets, delivered."""

    survey: str
    packets: int
    seconds: float
    """From the first packet until the filters had delivered the last."""


def demo(report: Report, alerts: int, folder: Path | None, jars: Path) -> None:
    """Run the demo; raise MismatchError when stream and archive differ in anything.

    ``alerts`` are simulated for each survey, unless ``folder`` holds .avro files to send instead.
    """
    if folder is not None and not any(folder.rglob("*.avro")):
        raise ConfigError(
            "no-packets", f"{folder}: no .avro file in it", "name a folder of packets"
        )
    with tempfile.TemporaryDirectory(prefix="minibroker-demo-") as data:
        broker = Broker(demo_config(Path(data), jars), report.tell)
        try:
            broker.up()
            broker.filters.submit([_shipped_filter(name) for name in FILTERS])
            sent = _send_all(broker, _packets(broker, alerts, folder, report), report)
            _judge(broker, sent, report)
        finally:
            with unheeded():
                broker.stack.stop(report.tell)


def demo_config(data: Path, jars: Path) -> Config:
    """Return the settings of a stack that stands beside any other: free ports, its own folder."""
    ports = free_ports(4)
    return replace(
        Config(),
        data=data,
        jars=jars,
        owner="demo",
        kafka=KafkaConfig(port=ports[0], controller_port=ports[1]),
        flink=FlinkConfig(port=ports[2], rpc_port=ports[3], archive_checkpoint="3 s"),
        stack=StackConfig(task_manager_memory=2560),
        # Its filters are broad, so that a short night has something to compare.
        submit=SubmitConfig(max_share=100.0),
    )


def free_ports(count: int) -> list[int]:
    """Return ports of this host that nothing listens on."""
    # Of those that no system gives to a client: what is free now is free when it is listened on.
    ports = range(20_000, 32_768)
    candidates = random.SystemRandom().sample(ports, len(ports))
    return list(islice(filter(_is_free, candidates), count))


def _is_free(port: int) -> bool:
    with socket.socket() as probe, suppress(OSError):
        probe.bind(("localhost", port))
        return True
    return False


def _shipped_filter(name: str) -> FilterSource:
    return FilterSource((shipped("sql") / f"{name}.sql").read_text(), f"sql/{name}.sql")


def _packets(
    broker: Broker, alerts: int, folder: Path | None, report: Report
) -> Mapping[str, Iterable[Packet]]:
    if folder is not None:
        return _files(broker, folder, report)
    from minibroker.service.simulate import simulate

    # Made before they are sent: the time that is told is the stream's.
    made = {
        name: [Packet(each.value) for each in simulate(survey, NIGHT, alerts, SEED, corrupt=1)]
        for name, survey in broker.surveys.items()
    }
    report.tell(f"simulated {alerts} packets of each of {', '.join(made)}, one of them corrupt")
    return made


def _files(broker: Broker, folder: Path, report: Report) -> Mapping[str, Iterable[Packet]]:
    found: dict[str, list[Packet]] = {name: [] for name in broker.surveys}
    strangers = 0
    for file in sorted(folder.rglob("*.avro")):
        value = file.read_bytes()
        survey = survey_of(value, broker.surveys.values())
        if survey is None:
            strangers += 1
        else:
            found[survey.name].append(Packet(value))
    counts = ", ".join(f"{len(packets)} of {name}" for name, packets in found.items())
    report.tell(
        f"{folder}: {counts}; {strangers} files of no survey that is set up here were not sent"
    )
    if not any(found.values()):
        raise ConfigError("no-packets", f"{folder}: no packet of a survey", "name another folder")
    return {name: packets for name, packets in found.items() if packets}


def _send_all(
    broker: Broker, packets: Mapping[str, Iterable[Packet]], report: Report
) -> list[Sent]:
    """Send all surveys at once and wait until everything is delivered and archived."""
    ended = Event()
    with ThreadPoolExecutor() as pool:
        sending = [pool.submit(_send, broker, *each, report, ended) for each in packets.items()]
        try:
            done, _ = wait(sending, return_when=FIRST_EXCEPTION)
        finally:
            # All are done; or one has failed, or this is interrupted, and the others are to end.
            ended.set()
    failed = [each for each in done if each.exception()]
    sent = [each.result() for each in failed or sending]
    for each in sent:
        broker.past.await_archive(each.survey, PATIENCE)
        report.tell(f"{each.survey}: {each.packets} packets archived")
    return sent


def _send(
    broker: Broker, survey: str, packets: Iterable[Packet], report: Report, ended: Event
) -> Sent:
    progress = _Progress(survey, report, ended)
    started = time.monotonic()
    topic = broker.config.surveys[survey].topic
    count = broker.kafka.produce(topic, progress.counting(packets))
    broker.packets.await_stream(survey, PATIENCE, progress.lag)
    seconds = time.monotonic() - started
    report.tell(f"{survey}: {count} packets sent and filtered in {seconds:.1f} s")
    return Sent(survey, count, seconds)


class _Progress:
    """Tells how far a survey is, about every other second; raises CancelledError once ``ended``."""

    EVERY = 2.0

    def __init__(self, survey: str, report: Report, ended: Event) -> None:
        self._survey = survey
        self._report = report
        self._ended = ended
        self._last = time.monotonic()

    def counting(self, packets: Iterable[Packet]) -> Iterator[Packet]:
        for number, packet in enumerate(packets, start=1):
            yield packet
            self._tell(f"{number} packets sent")

    def lag(self, packets: int) -> None:
        self._tell(f"{packets} packets behind")

    def _tell(self, text: str) -> None:
        if self._ended.is_set():
            raise CancelledError
        if time.monotonic() - self._last >= self.EVERY:
            self._last = time.monotonic()
            self._report.tell(f"{self._survey}: {text}")


def _judge(broker: Broker, sent: list[Sent], report: Report) -> None:
    """Compare what was delivered with the archive, twice: by the messages, and by the record.

    The messages are compared byte by byte with the packets; the audit compares the archived
    record of deliveries, night by night, packet by packet.
    """
    rows, differing = [], []
    for each in sent:
        read, archived = broker.past.dead_letters(each.survey)
        certificates = _certificates(broker, each.survey)
        sums = _sums(certificates)
        for verdict in broker.past.audit(each.survey):
            dead = f"{read} = {archived}" if read == archived else f"{read} ≠ {archived}"
            rate = round(each.packets / each.seconds)
            rows.append(
                (
                    verdict.name,
                    each.packets,
                    verdict.delivered,
                    verdict.passed,
                    verdict.identical,
                    dead,
                    sums[verdict.name],
                    rate,
                )
            )
            if not verdict.equal or read != archived:
                differing.append(_difference(verdict, read, archived))
        differing += [line for night in certificates for line in night.differences()]
    report.rows(
        (
            "filter",
            "packets",
            "delivered",
            "archive",
            "bytes identical",
            "dead letters",
            "audit",
            "packets/s, cold",
        ),
        rows,
    )
    if differing:
        raise MismatchError(
            "stream-archive-differ", "; ".join(differing), "this is a defect of minibroker"
        )
    report.tell("stream and archive agree on every packet")


def _certificates(broker: Broker, survey: str) -> list[Certificate]:
    """Audit every night that the demo has sent packets of, once their deliveries are archived."""
    broker.past.await_deliveries(survey, PATIENCE)
    nights = broker.archive(survey).nights()
    return [broker.past.certify(survey, parse_night(night)) for night in nights]


def _sums(certificates: Sequence[Certificate]) -> dict[str, str]:
    """Add up, for each filter, what the audits of all nights have counted."""
    audited: dict[str, list[Audited]] = {}
    for night in certificates:
        for version, found in night.filters:
            audited.setdefault(version.ran.name, []).append(found)
    return {name: _sum(found) for name, found in audited.items()}


def _sum(audited: Sequence[Audited]) -> str:
    counts = ((each.read, each.passed, each.not_passed, each.dead) for each in audited)
    read, passed, others, dead = map(sum, zip(*counts, strict=True))
    equal = "=" if all(each.is_right for each in audited) else "≠"
    return f"{read} {equal} {passed} + {others} + {dead}"


def _difference(verdict: Verdict, read: int, archived: int) -> str:
    return (
        f"{verdict.name}: {len(verdict.missing)} missing, {len(verdict.extra)} extra,"
        f" {verdict.packets - verdict.identical} with other bytes,"
        f" dead letters {read} and {archived}"
    )
