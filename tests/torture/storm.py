"""Kills at random moments, and afterwards an account of every packet."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from minibroker.broker import Broker
from minibroker.engine.archive import Place
from minibroker.engine.process import Process, wait_until
from minibroker.model.errors import BrokerError
from minibroker.model.filter import FilterSource
from minibroker.service.audit import source_of
from minibroker.service.filter_job import dead_letter_topic
from tests.torture.feed import Feed

FILTERS = {
    "storm_all": ("ztf", "candidate.jd > 0"),
    "storm_bright": ("ztf", "candidate.magpsf < 19.5"),
    "storm_sure": ("lsst", "diaSource.reliability > 0.5"),
}
EDITED = "storm_edited"
WIDE, NARROW = "candidate.rb > 0.3", "candidate.rb > 0.7"
"""The edited filter runs as one or the other: all that is narrow is wide too."""

MEND_SECONDS = 240.0
"""How long everything may take to run again: a dead worker is noticed after 20 s at the latest."""
QUIET_SECONDS = 180.0
"""How long nothing may move while the last packets are waited for."""
RATE = 40.0
"""Packets a second of each survey."""


@dataclass(frozen=True)
class Account:
    """What became of a survey's packets in one filter; the last three are none in a sound run."""

    filter: str
    sent: int
    delivered: int
    not_passed: int
    dead: int
    missing: int
    """Passing alerts that were not delivered."""
    extra: int
    """Deliveries of an alert that does not pass, or that came before."""
    archive_faults: int
    """Packets that the archive lacks or has twice, and dead letters it does not agree with."""

    @property
    def is_sound(self) -> bool:
        """Whether every packet is accounted for, once."""
        return (
            self.sent == self.delivered + self.not_passed + self.dead
            and not self.missing
            and not self.extra
            and not self.archive_faults
        )


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
        broker.past.await_archive(survey, sum(ends.values()), QUIET_SECONDS)
        archive = broker.archive(survey)
        archived = Counter(place for place, _, _ in archive.packets() if place in sent)
        dead = {place for place, _, error in archive.packets() if error and place in sent}
        set_aside = Counter(
            place
            for place in map(source_of, broker.kafka.read([dead_letter_topic(survey)]))
            if place in sent
        )
        faults = _differing(archived, Counter(sent)) + _differing(set_aside, Counter(dead))
        for name in (name for name, (of, _) in FILTERS.items() if of == survey):
            passing = self._passing(FILTERS[name][1], survey) & sent
            yield self._account(name, sent, passing, passing, dead, faults)
        if survey == "ztf":
            wide, narrow = (self._passing(each, survey) & sent for each in (WIDE, NARROW))
            yield self._account(EDITED, sent, narrow, wide, dead, faults)

    def _passing(self, condition: str, survey: str) -> set[Place]:
        plan = self._broker.filters.check(_filter("storm", survey, condition))
        return self._broker.archive(survey).passing(plan.duckdb)

    def _account(
        self,
        name: str,
        sent: set[Place],
        least: set[Place],
        most: set[Place],
        dead: set[Place],
        faults: int,
    ) -> Account:
        """Account for a filter that must deliver ``least`` and may deliver ``most``."""
        topic = f"minibroker.{self._broker.config.owner}.{name}"
        places = map(source_of, self._broker.kafka.read([topic]))
        delivered = Counter(place for place in places if place in sent)
        return Account(
            filter=name,
            sent=len(sent),
            delivered=delivered.total(),
            not_passed=len(sent - dead - delivered.keys()),
            dead=len(dead),
            missing=len(least - delivered.keys()),
            extra=delivered.total() - len(delivered.keys() & most),
            archive_faults=faults,
        )


def _filter(name: str, survey: str, condition: str) -> FilterSource:
    return FilterSource(f"-- name: {name}\nSELECT * FROM {survey} WHERE {condition}\n", name)


def _differing(found: Counter[Place], wanted: Counter[Place]) -> int:
    return ((found - wanted) + (wanted - found)).total()


def _kill(victim: Process) -> None:
    process = victim.find()
    assert process is not None, f"{victim.name} does not run"
    os.kill(process.pid, signal.SIGKILL)
    assert wait_until(lambda: victim.find() is None, 10.0), f"{victim.name} survived"


def _let_pass(seconds: float) -> None:
    """Let packets flow for a moment that chance has chosen: no condition stands for it."""
    time.sleep(seconds)
