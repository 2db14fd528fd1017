"""The verbs on filters: check, explain, submit, remove."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING

from minibroker.broker.engines import ANSWER_SECONDS, Engines
from minibroker.compiler import Explanation, compile_filter, explain_filter
from minibroker.engine.store import StoredFilter
from minibroker.model.errors import ConfigError
from minibroker.model.filter import FilterPlan, FilterSource, Format
from minibroker.model.job import JobSpec
from minibroker.model.survey import FieldRow, Survey, list_fields
from minibroker.model.toml_table import closest
from minibroker.service.deliveries import deliveries_topic
from minibroker.service.filter_job import (
    RunningFilter,
    dead_letter_topic,
    filter_job,
    filter_job_name,
)

if TYPE_CHECKING:
    from minibroker.engine.deliveries import LedgerNight

EVERYTHING = 100.0
"""Percent: a filter that may pass so much is not asked how much it does."""


@dataclass(frozen=True)
class Submitted:
    """What `submit` did with one filter."""

    filter: StoredFilter
    changed: bool


class Filters:
    """What can be done with filters."""

    def __init__(self, engines: Engines) -> None:
        self._engines = engines

    def check(self, source: FilterSource) -> FilterPlan:
        """Compile a filter; raise FilterError with all its faults."""
        return compile_filter(source, self._engines.surveys)

    def explain(self, source: FilterSource) -> Explanation:
        """Compile a filter and say how it was understood."""
        return explain_filter(source, self._engines.surveys)

    def fields(self, survey: str, part: str) -> list[FieldRow]:
        """Return the fields of a survey whose dotted names contain ``part``, in packet order."""
        rows = list(list_fields(self._engines.survey(survey)))
        found = [row for row in rows if part in row.path]
        if not found:
            near = closest(part, [row.path.rsplit(".", 1)[-1] for row in rows])
            raise ConfigError(
                "field-unknown",
                f"{survey} has no field {part!r}" + near,
                f"list them: minibroker schema {survey}",
            )
        return found

    def submit(self, sources: list[FilterSource], anyway: bool = False) -> list[Submitted]:
        """Check all filters, then store them and make the jobs run them: all or none.

        A filter whose fingerprint is the running one changes nothing. ConfigError for one that
        passes more of the newest archived nights than `submit.max_share`, unless ``anyway``.
        """
        plans: dict[str, FilterPlan] = {}
        for plan in map(self._named, sources):
            self._refuse_clash(plan, plans)
            plans[plan.filter.name] = plan
        if not anyway and self._engines.config.submit.max_share < EVERYTHING:
            self._refuse_passing_much(plans)
        self._engines.kafka.await_ready(ANSWER_SECONDS)
        with self._engines.reconciler.alone():
            specs = [
                self._spec_with(survey, plans)
                for survey in sorted({p.filter.survey for p in plans.values()})
            ]
            planned = [(spec, self._engines.reconciler.plan(spec)) for spec in specs]
            before = {
                name: self._engines.store.filter(self._engines.config.owner, name) for name in plans
            }
            stored = [self._store(plan) for plan in plans.values()]
            for spec, job in planned:
                self._engines.reconciler.apply(spec, job)
        return [Submitted(each, before[each.name] != each) for each in stored]

    def _refuse_passing_much(self, plans: Mapping[str, FilterPlan]) -> None:
        from minibroker.service.rate_gate import newest_share, refuse_above

        shares = {}
        for name, plan in plans.items():
            if self._runs_already(plan):
                continue
            share = newest_share(self._engines.archive(plan.filter.survey), plan.duckdb)
            if share is not None:
                shares[name] = share
            else:
                self._engines.tell(
                    f"{name}: no night of {plan.filter.survey} is archived yet to ask how much"
                    " it passes"
                )
        refuse_above(self._engines.config.submit.max_share, shares)

    def remove(self, name: str) -> None:
        """Take a filter out of its job; its topic and its versions stay."""
        stored = self.stored(name)
        with self._engines.reconciler.alone():
            self._engines.store.remove(stored.owner, name)
            self._engines.reconciler.match(self.spec(self._engines.surveys[stored.survey]))

    def newest_night(self, survey: str) -> list[LedgerNight]:
        """Return what became of the newest archived night's packets for each running filter."""
        archive = self._engines.deliveries(survey)
        filters = [(each.owner, each.name) for each in self._engines.store.filters(survey)]
        return archive.ledger(filters, nights=archive.nights()[-1:])

    def nights(self, name: str) -> list[LedgerNight]:
        """Return what became of every archived night's packets for one of the owner's filters."""
        stored = self.stored(name)
        return self._engines.deliveries(stored.survey).ledger([(stored.owner, name)])

    def stored(self, name: str) -> StoredFilter:
        """Return the owner's running filter of this name; ConfigError with the nearest one."""
        owner = self._engines.config.owner
        stored = self._engines.store.filter(owner, name)
        if stored is None or stored.removed:
            known = [each.name for each in self._engines.store.filters() if each.owner == owner]
            raise ConfigError(
                "filter-unknown",
                f"{owner} has no filter {name!r}" + closest(name, known),
                f"the running ones are: {', '.join(known) or 'none'}",
            )
        return stored

    def version(self, named: str) -> StoredFilter:
        """Return what ``NAME`` or ``NAME@VERSION`` names of the owner's filters, running or not.

        The name alone is its newest version. Raises ConfigError with the versions that there are.
        """
        owner, store = self._engines.config.owner, self._engines.store
        name, at, number = named.partition("@")
        newest = store.filter(owner, name)
        if newest is None:
            known = [each.name for each in store.filters() if each.owner == owner]
            raise ConfigError(
                "filter-unknown",
                f"{owner} has no filter {name!r}, and there is no file {named}"
                + closest(name, known),
                f"the running ones are: {', '.join(known) or 'none'}",
            )
        if not at:
            return newest
        found = store.version(owner, name, int(number)) if number.isdecimal() else None
        if found is None:
            raise ConfigError(
                "version-unknown",
                f"{owner}'s filter {name!r} has no version {number!r}",
                f"its versions are 1 to {newest.version}",
            )
        return found

    def _refuse_clash(self, plan: FilterPlan, plans: Mapping[str, FilterPlan]) -> None:
        name, survey = plan.filter.name, plan.filter.survey
        if name in plans:
            raise ConfigError(
                "filter-twice",
                f"{plan.filter.source.origin}: the name {name!r} is that of"
                f" {plans[name].filter.source.origin} too",
                "give each filter a name of its own",
            )
        stored = self._engines.store.filter(self._engines.config.owner, name)
        if stored is not None and not stored.removed and stored.survey != survey:
            raise ConfigError(
                "filter-moved",
                f"{plan.filter.source.origin}: {name!r} runs on {stored.survey}, not on {survey}",
                f"take another name, or first run `minibroker remove {name}`",
            )

    def _named(self, source: FilterSource) -> FilterPlan:
        plan = self.check(source)
        if not plan.filter.name:
            raise ConfigError(
                "filter-unnamed",
                f"{source.origin}: a submitted filter needs a name",
                "begin it with a line such as: -- name: bright_transients",
            )
        return plan

    def _store(self, plan: FilterPlan) -> StoredFilter:
        chosen = plan.filter
        return self._engines.store.put(
            owner=self._engines.config.owner,
            name=chosen.name,
            survey=chosen.survey,
            topic=self._topic(chosen.name),
            fingerprint=chosen.fingerprint,
            origin=chosen.source.origin,
            text=chosen.source.text,
        )

    def _topic(self, name: str) -> str:
        return f"minibroker.{self._engines.config.owner}.{name}"

    def _spec_with(self, survey: str, plans: Mapping[str, FilterPlan]) -> JobSpec:
        """Return the filter job as it will be once these plans are stored, with its topics made."""
        changed = [
            self._running(
                plan, self._engines.config.owner, self._next_version(plan), self._topic(name)
            )
            for name, plan in plans.items()
            if plan.filter.survey == survey
        ]
        return self.spec(self._engines.surveys[survey], changed, leave_out=set(plans))

    def spec(
        self,
        survey: Survey,
        changed: Sequence[RunningFilter] = (),
        leave_out: Set[str] = frozenset(),
    ) -> JobSpec:
        """Return a survey's filter job as the store has it, with its topics made.

        ``changed`` run besides, or instead of the owner's stored filters in ``leave_out``.
        """
        kept = [
            self._running(
                self.check(FilterSource(each.text, each.origin)),
                each.owner,
                each.version,
                each.topic,
            )
            for each in self._engines.store.filters(survey.name)
            if each.owner != self._engines.config.owner or each.name not in leave_out
        ]
        running = sorted([*kept, *changed], key=lambda each: each.topic)
        self._engines.ensure_topics(
            [
                dead_letter_topic(survey.name),
                deliveries_topic(survey.name),
                *(each.topic for each in running),
            ]
        )
        settings = self._engines.job_settings(self._engines.config.flink.filter_checkpoint)
        name = filter_job_name(survey.name)
        return filter_job(name, survey, self._engines.stream(survey), running, settings)

    def _runs_already(self, plan: FilterPlan) -> bool:
        old = self._engines.store.filter(self._engines.config.owner, plan.filter.name)
        return bool(old and old.fingerprint == plan.filter.fingerprint and not old.removed)

    def _next_version(self, plan: FilterPlan) -> int:
        """Return the number that `put` will give a plan's version."""
        old = self._engines.store.filter(self._engines.config.owner, plan.filter.name)
        newest = old.version if old else 0
        return newest if self._runs_already(plan) else newest + 1

    def _running(self, plan: FilterPlan, owner: str, version: int, topic: str) -> RunningFilter:
        chosen = plan.filter
        is_avro = chosen.projection.format is Format.AVRO
        return RunningFilter(
            plan,
            owner,
            chosen.name,
            version,
            chosen.fingerprint,
            topic,
            self._engines.config.quota.of(owner, chosen.name),
            self._schema_id(plan, topic) if is_avro else None,
        )

    def _schema_id(self, plan: FilterPlan, topic: str) -> int:
        """Return the id of the schema of a filter's columns, registered when it is new."""
        from minibroker.engine.registry import Registry
        from minibroker.service.columns_schema import columns_schema

        registry, place = self._engines.config.registry, subject(topic)
        schema = columns_schema(plan.filter, self._engines.surveys[plan.filter.survey])
        known = self._engines.store.schema_id(registry, place, schema)
        if known is not None:
            return known
        if not registry:
            raise ConfigError(
                "registry-missing",
                f"{plan.filter.source.origin}: columns in Avro need a schema registry",
                "name one as `registry` in minibroker.toml, or write -- format: json",
            )
        number = Registry(registry).register(place, schema)
        self._engines.store.put_schema(registry, place, schema, number)
        return number


def subject(topic: str) -> str:
    """Return the name that a topic's values have in a schema registry."""
    return f"{topic}-value"
