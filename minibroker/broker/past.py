"""The verbs on past nights: backtest, why, rewind, score, audit."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from minibroker.broker.engines import ANSWER_SECONDS, Engines
from minibroker.broker.filters import Filters
from minibroker.engine.store import FilterState
from minibroker.model.errors import ConfigError
from minibroker.model.filter import FilterSource
from minibroker.model.night import Interval
from minibroker.service.archive_job import archive_job_name
from minibroker.service.deliveries import deliveries_topic
from minibroker.service.filter_job import dead_letter_topic
from minibroker.service.topics import alert_topics, check_topic_name

if TYPE_CHECKING:
    from minibroker.engine.store import StoredFilter
    from minibroker.service.audit import Verdict
    from minibroker.service.backtest import Backtest
    from minibroker.service.certificate import Certificate, Version
    from minibroker.service.rewind import Rewound
    from minibroker.service.score import Score
    from minibroker.service.why import NearMisses, Why


class Past:
    """What can be asked of past nights."""

    def __init__(self, engines: Engines, filters: Filters) -> None:
        self._engines = engines
        self._filters = filters

    def backtest(
        self,
        source: FilterSource,
        nights: Interval,
        sample: int,
        quota: int | None = None,
        hear: Callable[[float], None] = lambda _: None,
    ) -> Backtest:
        """Run a filter on nights of the archive and keep ``sample`` of the alerts that pass.

        ``quota`` is how many alerts of a visit may pass, None for what the settings say;
        ``hear`` is told how far each scan is.
        """
        from minibroker.service.backtest import backtest

        plan = self._filters.check(source)
        survey = self._engines.surveys[plan.filter.survey]
        others = {
            each.name: self._filters.check(FilterSource(each.text, each.origin))
            for each in self._engines.store.filters(survey.name)
            if each.owner == self._engines.config.owner and each.name != plan.filter.name
        }
        archive = self._engines.archive(survey.name)
        chosen = archive.nights_in(nights)
        own = self._engines.config.quota.of(self._engines.config.owner, plan.filter.name)
        quota = quota or own.alerts_per_visit or None
        return backtest(archive, survey, plan, chosen, sample, others, quota, hear)

    def why(self, source: FilterSource, alert_id: str) -> Why:
        """Say what each part of a filter's condition came to for one alert of the archive."""
        from minibroker.compiler import dissect_filter
        from minibroker.service.why import why

        survey = self._engines.surveys[self._filters.check(source).filter.survey]
        clause = dissect_filter(source, self._engines.surveys)
        return why(self._engines.archive(survey.name), survey, source.text, clause, alert_id)

    def near(self, source: FilterSource, nights: Interval, limit: int) -> NearMisses:
        """Return the alerts that failed by one conjunct alone, the ``limit`` nearest of them."""
        from minibroker.compiler import dissect_filter
        from minibroker.service.why import near

        survey = self._engines.surveys[self._filters.check(source).filter.survey]
        clause = dissect_filter(source, self._engines.surveys)
        archive = self._engines.archive(survey.name)
        return near(archive, survey, source.text, clause, archive.nights_in(nights), limit)

    def rewind(
        self,
        source: FilterSource,
        nights: Interval,
        folder: Path,
        hear: Callable[[float], None] = lambda _: None,
    ) -> Rewound:
        """Write the packets that a filter passes of past nights into a folder, as they came."""
        from minibroker.service.rewind import rewind_to_folder

        plan = self._filters.check(source)
        archive = self._engines.archive(plan.filter.survey)
        owner = self._engines.config.owner
        return rewind_to_folder(archive, archive.nights_in(nights), plan, owner, folder, hear)

    def rewind_to_topic(
        self,
        source: FilterSource,
        nights: Interval,
        topic: str,
        hear: Callable[[float], None] = lambda _: None,
    ) -> Rewound:
        """Send the packets that a filter passes of past nights to a topic, as they came.

        A topic that is not there is made. ConfigError for one that minibroker itself reads or
        writes: jobs, audits and readers take what is in these for the stream.
        """
        from minibroker.service.rewind import rewind_to_topic

        check_topic_name(topic)
        if topic.startswith("minibroker.") or any(
            topic in alert_topics(each.topic, each.topic_pattern, [topic])
            for each in self._engines.config.surveys.values()
        ):
            raise ConfigError(
                "topic-taken",
                f"{topic} is a topic of the stream: a rewind there would pass for live alerts",
                "name one of your own, that does not begin with 'minibroker.'",
            )
        plan = self._filters.check(source)
        archive = self._engines.archive(plan.filter.survey)
        chosen = archive.nights_in(nights)
        self._engines.kafka.await_ready(ANSWER_SECONDS)
        self._engines.ensure_topics([topic])
        kafka, owner = self._engines.kafka, self._engines.config.owner
        return rewind_to_topic(kafka, archive, chosen, plan, owner, topic, hear)

    def certify(self, survey: str, night: date, name: str | None = None) -> Certificate:
        """Audit a night: every filter's deliveries against what the archive says they should be.

        With a name, of one filter of the owner's alone. Raises ConfigError when the archive does
        not have the night, or no filter of this name.
        """
        from minibroker.service.certificate import audit_night

        archive = self._engines.archive(survey)
        (chosen,) = archive.nights_in(Interval(night, night + timedelta(days=1)))
        versions = self._versions(survey, name)
        return audit_night(archive, survey, chosen, versions)

    def keep(self, certificate: Certificate) -> Path:
        """Write a certificate into the archive, as JSON and as a page, and return the JSON."""
        from minibroker.service.certificate import keep

        return keep(certificate, self._engines.archive(certificate.survey))

    def _versions(self, survey: str, name: str | None) -> list[Version]:
        """Return every version of a survey's filters, removed ones too, as they are audited."""
        store, owner = self._engines.store, self._engines.config.owner
        stored = store.filters(survey, tuple(FilterState))
        if name is not None:
            stored = [each for each in stored if (each.owner, each.name) == (owner, name)]
            if not stored:
                raise ConfigError(
                    "filter-unknown",
                    f"{owner} has no filter {name!r} on {survey}",
                    "`minibroker filters` lists them",
                )
        return [version for each in stored for version in self._versions_of(each)]

    def _versions_of(self, stored: StoredFilter) -> list[Version]:
        from minibroker.engine.night_audit import Ran, Stretch
        from minibroker.service.certificate import Version

        runs = self._engines.store.runs(stored.owner, stored.name)
        named = tuple(sorted({(run.topic, run.partition) for run in runs}))
        found = []
        for each in self._engines.store.versions(stored.owner, stored.name):
            plan = self._filters.check(FilterSource(each.text, each.origin))
            stretches = tuple(
                Stretch(run.topic, run.partition, run.begin, run.end)
                for run in runs
                if run.version == each.version
            )
            is_newest = each.version == stored.version
            # What a running filter has no run of, it has read from the beginning.
            reads_on = is_newest and (stored.state is FilterState.RUNNING or not named)
            besides = named if reads_on else None
            ran = Ran(each.owner, each.name, each.version, plan.duckdb, stretches, besides)
            found.append(Version(ran, each.fingerprint, each.text))
        return found

    def score(self, named: str) -> Score:
        """Put what ``NAME`` or ``NAME@VERSION`` was forecast to pass beside what it did.

        Raises ConfigError when no forecast was kept of it.
        """
        from minibroker.service.score import score

        stored, store = self._filters.version(named), self._engines.store
        kept = store.forecast(stored.owner, stored.name, stored.version)
        if kept is None:
            raise ConfigError(
                "no-forecast",
                f"{stored.name}@{stored.version} has no forecast: no finished night of"
                f" {stored.survey} was archived when it was submitted",
                "submit it again once there is one, and nights from then on are scored; or see what"
                f" it passes of past nights: minibroker backtest {stored.name}@{stored.version}",
            )
        newest = store.filter(stored.owner, stored.name)
        assert newest is not None
        versions = {each.ran.version: each.ran for each in self._versions_of(newest)}
        archive, survey = self._engines.archive(stored.survey), self._engines.survey(stored.survey)
        margin = self._engines.config.compaction.margin_hours
        return score(archive, survey, versions[stored.version], kept, margin)

    def audit(self, survey: str) -> list[Verdict]:
        """Compare what each running filter delivered with what the archive says it should have."""
        from minibroker.service.audit import audit

        filters = {
            each.name: (
                each.topic,
                self._filters.check(FilterSource(each.text, each.origin)).duckdb,
            )
            for each in self._engines.store.filters(survey)
        }
        return audit(self._engines.kafka, self._engines.archive(survey), filters)

    def dead_letters(self, survey: str) -> tuple[int, int]:
        """Return how many packets are undecodable for the stream, and for the archive."""
        set_aside = sum(1 for _ in self._engines.kafka.read([dead_letter_topic(survey)]))
        alerts, packets = self._engines.archive(survey).size()
        return set_aside, packets - alerts

    def await_deliveries(self, survey: str, seconds: float) -> None:
        """Wait until the archive has a survey's committed deliveries; JobError when it stops."""
        from minibroker.service.catch_up import await_growth

        topic = deliveries_topic(survey)
        records = sum(1 for _ in self._engines.kafka.read([topic]))
        count = self._engines.deliveries(survey).count
        await_growth(count, records, seconds, archive_job_name(survey))

    def await_archive(self, survey: str, seconds: float) -> None:
        """Wait until the archive has each packet that a survey's topics hold now.

        Packets are counted by their offsets, which the marks of a producer's transactions take
        too. Raises JobError when the archive has not grown for ``seconds``.
        """
        from minibroker.service.catch_up import await_growth

        engines = self._engines
        held = {
            (topic, number): ends
            for topic in engines.topics(survey)
            for number, ends in engines.kafka.ends(topic).items()
        }
        begins = {place: low for place, (low, _) in held.items()}
        packets = sum(end - low for low, end in held.values())
        archive, job = engines.archive(survey), archive_job_name(survey)
        await_growth(lambda: archive.received(begins), packets, seconds, job)
