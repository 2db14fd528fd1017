"""Kills at random moments, and afterwards an account of every packet."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from minibroker.broker import Broker
from minibroker.engine.archive import Place
from minibroker.engine.process import Process, wait_until
from minibroker.model.errors import BrokerError
from minibroker.model.filter import FilterSource
from minibroker.service.archive_job import archive_job_name
from minibroker.service.audit import source_of
from minibroker.service.catch_up import await_growth
from minibroker.service.deliveries import deliveries_topic
from minibroker.service.filter_job import dead_letter_topic
from tests.torture.feed import NIGHT, Feed
from tests.torture.settings import LIMITED

FILTERS = {
    "storm_all": ("ztf", "candidate.jd > 0"),
    "storm_bright": ("ztf", "candidate.magpsf < 19.5"),
    LIMITED: ("ztf", "candidate.rb > 0"),
    "storm_sure": ("lsst", "diaSource.reliability > 0.5"),
}
"""Of a survey the first two are in its first shard; the limited one is with the edited one."""
EDITED = "storm_edited"
WIDE, NARROW = "candidate.rb > 0.3", "candidate.rb > 0.7"
"""The edited filter runs as one or the other: all that is narrow is wide too."""

MEND_SECONDS = 480.0
"""How long everything may take to run again."""
QUIET_SECONDS = 300.0
"""How long nothing may move while the last packets are waited for."""
RATE = 40.0
"""Packets a second of each survey."""


@dataclass(frozen=True)
class Account:
    """What became of a survey's packets in one filter; the last five are none in a sound run."""

    filter: str
    sent: int
    delivered: int
    over_quota: int
    """Alerts that passed and were held back, as their records say."""
    not_passed: int
    dead: int
    missing: int
    """Passing alerts that were not delivered."""
    extra: int
    """Deliveries of an alert that does not pass, or that came before."""
    record_faults: int
    """Records that a message lacks or has twice, those that the archive does not have once, and
    alerts by which the quota was missed."""
    archive_faults: int
    """Packets that the archive lacks or has twice, and dead letters it does not agree with."""
    audit_faults: int
    """Versions of the filter in whose deliveries the audit of the night finds a difference."""

    @property
    def is_sound(self) -> bool:
        """Whether every packet is accounted for, once."""
        return (
            self.sent == self.delivered + self.over_quota + self.not_passed + self.dead
            and not self.missing
            and not self.extra
            and not self.record_faults
            and not self.archive_faults
            and not self.audit_faults
        )


@dataclass(frozen=True)
class Calm:
    """What is known of a survey's packets after the storm, whatever the filter."""

    survey: str
    sent: set[Place]
    dead: set[Place]
    archive_faults: int
    records: Mapping[tuple[str, str], Counter[Place]]
    """By filter and state, as they are in the topic of the deliveries."""


class Storm:
    """One run on a stack that is up; ``settings`` is the file that finds the same stack."""

    def __init__(
        self, broker: Broker, settings: Path, seed: int, tell: Callable[[str], None]
    ) -> None:
        self._broker = broker
        self._settings = settings
        self._dice = random.Random(seed)
        self._seed = seed
        self._tell = tell
        self._edits = 0

    def run(self, kills: int) -> list[Account]:
        """Send packets, kill so many processes, wait for the calm and account for every packet."""
        broker = self._broker
        broker.filters.submit([_filter(name, *FILTERS[name]) for name in FILTERS])
        broker.filters.submit([_filter(EDITED, "ztf", WIDE)])
        before = {survey: self._ends(survey) for survey in ("ztf", "lsst")}
        feeds = {survey: Feed(broker, survey, RATE, self._seed) for survey in before}
        for feed in feeds.values():
            feed.start()
        try:
            for number in range(1, kills + 1):
                self._strike(number)
        finally:
            confirmed = {survey: feed.end() for survey, feed in feeds.items()}
        return [
            account
            for survey, count in confirmed.items()
            for account in self._accounts(survey, before[survey], count)
        ]

    def _strike(self, number: int) -> None:
        """Kill one process, sometimes in the middle of an edit, and bring everything back."""
        stack = self._broker.stack
        children = [stack.kafka, stack.job_manager, stack.task_manager]
        # The first ones take each in turn, so that even a short run has met them all.
        victim = [*children, None][number - 1 if number <= 4 else self._dice.randrange(4)]
        edit = self._edit() if victim is None or self._dice.random() < 0.4 else None
        wait = self._dice.uniform(0.5, 5.0)
        name = "the submitting process" if victim is None else victim.name
        self._tell(f"kill {number}: {name}, after {wait:.1f} s{' of an edit' if edit else ''}")
        _let_pass(wait)
        if victim is not None:
            _kill(victim)
        elif edit is not None:
            edit.kill()
        if edit is not None:
            edit.wait()
        self._mend()

    def _edit(self) -> subprocess.Popen[bytes]:
        """Begin to submit the edited filter's other condition, in a process of its own."""
        self._edits += 1
        file = self._settings.with_name(f"{EDITED}.sql")
        condition = NARROW if self._edits % 2 else WIDE
        file.write_text(_filter(EDITED, "ztf", condition).text)
        command = [sys.executable, "-m", "minibroker", "submit", str(file)]
        return subprocess.Popen(
            [*command, "--config", str(self._settings)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def _mend(self) -> None:
        """Bring everything back; what is not ready the first time is tried again."""
        deadline = time.monotonic() + MEND_SECONDS
        while True:
            try:
                return self._broker.up()
            except BrokerError as error:
                if time.monotonic() > deadline:
                    raise
                self._tell(f"  again, since {error.code}: {error.message.splitlines()[0]}")

    def _ends(self, survey: str) -> dict[int, int]:
        topic = self._broker.config.surveys[survey].topic
        return {number: end for number, (_, end) in self._broker.kafka.ends(topic).items()}

    def _accounts(self, survey: str, before: Mapping[int, int], count: int) -> Iterator[Account]:
        broker, topic = self._broker, self._broker.config.surveys[survey].topic
        broker.packets.await_stream(survey, QUIET_SECONDS, lambda lag: None)
        ends = self._ends(survey)
        sent = {
            Place(topic, number, offset)
            for number, end in ends.items()
            for offset in range(before.get(number, 0), end)
        }
        assert len(sent) == count, f"{topic}: {count} packets confirmed, {len(sent)} stored"
        broker.past.await_archive(survey, QUIET_SECONDS)
        archive = broker.archive(survey)
        archived = Counter(place for place, _, _ in archive.packets() if place in sent)
        dead = {place for place, _, error in archive.packets() if error and place in sent}
        set_aside = Counter(
            place
            for place in map(source_of, broker.kafka.read([dead_letter_topic(survey)]))
            if place in sent
        )
        calm = Calm(
            survey,
            sent,
            dead,
            (_differing(archived, Counter(sent)) + _differing(set_aside, Counter(dead))).total(),
            self._records(survey),
        )
        for name in (name for name, (of, _) in FILTERS.items() if of == survey):
            passing = self._passing(FILTERS[name][1], survey) & sent
            yield self._account(calm, name, passing, passing)
        if survey == "ztf":
            wide, narrow = (self._passing(each, survey) & sent for each in (WIDE, NARROW))
            yield self._account(calm, EDITED, narrow, wide)

    def _records(self, survey: str) -> dict[tuple[str, str], Counter[Place]]:
        found: dict[tuple[str, str], Counter[Place]] = defaultdict(Counter)
        for packet in self._broker.kafka.read([deliveries_topic(survey)]):
            record = json.loads(packet.value)
            place = Place(record["kafka_topic"], record["kafka_partition"], record["kafka_offset"])
            found[record["filter"], record["state"]][place] += 1
        return found

    def _passing(self, condition: str, survey: str) -> set[Place]:
        plan = self._broker.filters.check(_filter("storm", survey, condition))
        return self._broker.archive(survey).passing(plan.duckdb)

    def _account(self, calm: Calm, name: str, least: set[Place], most: set[Place]) -> Account:
        """Account for a filter that must pass ``least`` and may pass ``most``."""
        owner = self._broker.config.owner
        messages = Counter(map(source_of, self._broker.kafka.read([f"minibroker.{owner}.{name}"])))
        kept, held = calm.records[name, "sent"], calm.records[name, "over quota"]
        delivered, over_quota = _of(messages, calm.sent), _of(held, calm.sent)
        passed = delivered.keys() | over_quota.keys()
        twice = delivered + over_quota - Counter(passed)
        records = {
            "message and record": _differing(kept, messages),
            "sent and archived": _differing(kept, self._archived(calm, name, "sent")),
            "held and archived": _differing(held, self._archived(calm, name, "over quota")),
        }
        wrong = {"missing": Counter(least - passed), "not passing": Counter(passed - most)}
        for what, places in {**wrong, "twice": twice, **records}.items():
            if places:
                self._tell(f"  {name}: {what}: {', '.join(map(str, places.elements()))}")
        return Account(
            filter=name,
            sent=len(calm.sent),
            delivered=delivered.total(),
            over_quota=over_quota.total(),
            not_passed=len(calm.sent - calm.dead - passed),
            dead=len(calm.dead),
            missing=wrong["missing"].total(),
            extra=wrong["not passing"].total() + twice.total(),
            record_faults=sum(each.total() for each in records.values())
            + self._quota_missed(name, messages.total(), held.total()),
            archive_faults=calm.archive_faults,
            audit_faults=self._audit_faults(calm.survey, name),
        )

    def _audit_faults(self, survey: str, name: str) -> int:
        """Audit a filter's versions over the night, whose deliveries are archived by now."""
        audited = self._broker.past.certify(survey, NIGHT, name)
        for line in audited.differences():
            self._tell(line)
        return sum(not each.is_right for _, each in audited.filters)

    def _archived(self, calm: Calm, name: str, state: str) -> Counter[Place]:
        """Return a filter's records of a state in the archive, once those of the topic are."""
        deliveries, owner = self._broker.deliveries(calm.survey), self._broker.config.owner
        await_growth(
            lambda: len(deliveries.places(state, owner, name)),
            calm.records[name, state].total(),
            QUIET_SECONDS,
            archive_job_name(calm.survey),
        )
        return Counter(deliveries.places(state, owner, name))

    def _quota_missed(self, name: str, sent: int, held: int) -> int:
        """Return how far from its quota a filter was that held something back, or went beyond."""
        config = self._broker.config
        most = config.quota.of(config.owner, name).alerts_per_night
        return abs(sent - most) if most and (held or sent > most) else held


def _of(places: Counter[Place], sent: set[Place]) -> Counter[Place]:
    return Counter({place: number for place, number in places.items() if place in sent})


def _filter(name: str, survey: str, condition: str) -> FilterSource:
    return FilterSource(f"-- name: {name}\nSELECT * FROM {survey} WHERE {condition}\n", name)


def _differing(found: Counter[Place], wanted: Counter[Place]) -> Counter[Place]:
    return (found - wanted) + (wanted - found)


def _kill(victim: Process) -> None:
    process = victim.find()
    assert process is not None, f"{victim.name} does not run"
    os.kill(process.pid, signal.SIGKILL)
    assert wait_until(lambda: victim.find() is None, 60.0), f"{victim.name} survived"


def _let_pass(seconds: float) -> None:
    """Let packets flow for a moment that chance has chosen: no condition stands for it."""
    time.sleep(seconds)
