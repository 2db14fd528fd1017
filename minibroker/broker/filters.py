"""The verbs on filters: check, explain, submit, pause, resume, remove, show."""

from __future__ import annotations

import getpass
from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from minibroker.broker.engines import ANSWER_SECONDS, Engines
from minibroker.compiler import Explanation, compile_filter, explain_filter
from minibroker.compiler.function_list import FunctionRow, list_functions
from minibroker.engine.store import Change, FilterState, Run, StoredFilter
from minibroker.model.errors import ConfigError, OutsideError
from minibroker.model.filter import FilterPlan, FilterSource, Format
from minibroker.model.job import JobSpec, Member
from minibroker.model.survey import FieldRow, Survey, list_fields
from minibroker.model.toml_table import closest
from minibroker.service.attempts import attempt_all
from minibroker.service.deliveries import deliveries_topic
from minibroker.service.filter_job import (
    RunningFilter,
    dead_letter_topic,
    filter_job,
    filter_job_name,
    is_filter_job,
)
from minibroker.service.shards import HELD, place

if TYPE_CHECKING:
    from minibroker.engine.deliveries import LedgerNight
    from minibroker.service.rate_gate import Share


EVERYTHING = 100.0
"""Percent: where a filter may pass so much, none passes too much."""
NAMED = 5
"""Filters that one line names; of more it tells the number."""


@dataclass(frozen=True)
class Submitted:
    """What `submit` did with one filter."""

    filter: StoredFilter
    changed: bool


@dataclass(frozen=True)
class History:
    """What is known of one filter."""

    newest: StoredFilter
    versions: list[StoredFilter]
    changes: list[Change]
    runs: list[Run]


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

    def functions(self, part: str) -> list[FunctionRow]:
        """Return the functions and aggregates whose names, or whose groups', contain ``part``."""
        rows = list(list_functions())
        found = [r for r in rows if part.lower() in " ".join((*r.names, r.group)).lower()]
        if not found:
            near = closest(part, [name for row in rows for name in row.names])
            raise ConfigError(
                "function-unknown",
                f"filters have no function {part!r}" + near,
                "list them: minibroker functions",
            )
        return found

    def submit(self, sources: list[FilterSource], anyway: bool = False) -> list[Submitted]:
        """Check all filters, then store them and make the jobs run them: all or none.

        A filter whose fingerprint is the running one changes nothing; a paused one is resumed.
        ShareError for one that passes more of the newest archived nights than
        `submit.max_share`, unless ``anyway``.
        """
        plans: dict[str, FilterPlan] = {}
        for plan in map(self._named, sources):
            self._refuse_twice(plan, plans)
            plans[plan.filter.name] = plan
        self._engines.kafka.await_ready(ANSWER_SECONDS)
        shares = self._shares(plans, anyway)
        with self._engines.reconciler.alone():
            before = {name: self._stored(name) for name in plans}
            after = self._placed([self._next(plan, before[name]) for name, plan in plans.items()])
            self._change(after)
            self._keep_forecasts(after, shares)
        stored = [self._stored(name) for name in plans]
        return [Submitted(each, before[each.name] != each) for each in stored if each]

    def _shares(self, plans: Mapping[str, FilterPlan], anyway: bool) -> dict[str, Share]:
        """Ask the newest archived nights what filters pass that do not run, or have no forecast.

        Raises ShareError for those that do not run and pass too much, unless ``anyway``. Where
        nothing is too much, an archive that cannot be read is told and is no reason to refuse.
        """
        from minibroker.service.rate_gate import newest_shares, refuse_above

        most = EVERYTHING if anyway else self._engines.config.submit.max_share
        wanted = {name: plan for name, plan in plans.items() if not self._has_forecast(plan)}
        shares: dict[str, Share] = {}
        for survey in sorted({plan.filter.survey for plan in wanted.values()}):
            chosen = {name: p.duckdb for name, p in wanted.items() if p.filter.survey == survey}
            try:
                told = newest_shares(self._engines.archive(survey), list(chosen.values()))
            except OutsideError as error:
                if most < EVERYTHING:
                    raise
                self._engines.tell(f"no forecast: {error.message}")
                continue
            if not told:
                names = ", ".join(chosen) if len(chosen) <= NAMED else f"{len(chosen)} filters"
                self._engines.tell(f"no forecast of {names}: no night of {survey} is archived yet")
            shares |= zip(chosen, told, strict=False)
        new = {name: each for name, each in shares.items() if self._held(plans[name]) is None}
        refuse_above(most, new)
        return shares

    def _keep_forecasts(self, filters: Sequence[StoredFilter], shares: Mapping[str, Share]) -> None:
        """Keep what filters that were just submitted are expected to pass."""
        from minibroker.service.score import forecast_of

        now, surveys = datetime.now(UTC), self._engines.surveys
        made = (
            forecast_of(each, shares[each.name], surveys[each.survey], now)
            for each in filters
            if each.name in shares
        )
        self._engines.store.put_forecasts([each for each in made if each is not None])

    def pause(self, *names: str) -> None:
        """Stop delivering to filters, which keep their places: all or none."""
        self._set_state(names, FilterState.PAUSED)

    def resume(self, *names: str) -> None:
        """Deliver to paused filters again, from now on: all or none."""
        self._set_state(names, FilterState.RUNNING)

    def remove(self, *names: str) -> None:
        """Take filters out of their jobs, all or none; their topics and versions stay."""
        self._set_state(names, FilterState.REMOVED)

    def held(self) -> list[StoredFilter]:
        """Return everybody's filters that run or are paused."""
        return self._engines.store.filters(states=HELD)

    def history(self, name: str) -> History:
        """Return what is known of one of the owner's filters, removed ones too."""
        newest = self._stored(name)
        if newest is None:
            raise self._unknown(name)
        key = newest.owner, newest.name
        store = self._engines.store
        return History(newest, store.versions(*key), store.changes(*key), store.runs(*key))

    def newest_night(self, survey: str) -> list[LedgerNight]:
        """Return what became of the newest archived night's packets for each running filter."""
        archive = self._engines.deliveries(survey)
        return self._ledger(self._engines.store.filters(survey), archive.nights()[-1:])

    def nights(self, name: str) -> list[LedgerNight]:
        """Return what became of every archived night's packets for one of the owner's filters."""
        stored = self._stored(name)
        if stored is None:
            raise self._unknown(name)
        return self._ledger([stored])

    def _ledger(
        self, filters: Sequence[StoredFilter], nights: Sequence[str] | None = None
    ) -> list[LedgerNight]:
        """Return the ledger of filters of one survey over the offsets that they ran over."""
        from minibroker.engine.deliveries import Span

        if not filters:
            return []
        keys = [(each.owner, each.name) for each in filters]
        spans = [
            Span(run.owner, run.name, run.topic, run.partition, run.begin, run.end)
            for key in keys
            for run in self._engines.store.runs(*key)
        ]
        return self._engines.deliveries(filters[0].survey).ledger(keys, spans, nights)

    def stored(self, name: str) -> StoredFilter:
        """Return a filter of the owner's that was not removed, or tell the nearest name."""
        stored = self._stored(name)
        if stored is None or stored.removed:
            raise self._unknown(name)
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
                f"{owner} has no filter {name!r}" + closest(name, known),
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

    def _stored(self, name: str) -> StoredFilter | None:
        return self._engines.store.filter(self._engines.config.owner, name)

    def _unknown(self, name: str) -> ConfigError:
        owner = self._engines.config.owner
        known = [each.name for each in self.held() if each.owner == owner]
        return ConfigError(
            "filter-unknown",
            f"{owner} has no filter {name!r}" + closest(name, known),
            f"there are: {', '.join(known)}" if known else "there is none; submit one",
        )

    def _set_state(self, names: Sequence[str], state: FilterState) -> None:
        for name in names:
            self.stored(name)
        self._engines.kafka.await_ready(ANSWER_SECONDS)
        with self._engines.reconciler.alone():
            self._change([replace(self.stored(name), state=state) for name in dict.fromkeys(names)])

    def _change(self, filters: Sequence[StoredFilter]) -> None:
        """Store these filters as they are given and make their surveys' jobs match.

        Everything is planned first, so that whatever refuses it has changed nothing.
        """
        reconciler = self._engines.reconciler
        surveys = sorted({each.survey for each in filters})
        planned = reconciler.plan(
            [spec for name in surveys for spec in self.specs(self._engines.surveys[name], filters)]
        )
        self._engines.store.commit(filters, getpass.getuser())
        wanted = {spec.name for spec, _ in planned}
        steps = [
            *(partial(reconciler.apply, *each) for each in planned),
            *(partial(self._retire, name, wanted) for name in surveys),
        ]
        try:
            attempt_all(steps, self._engines.tell)
        except KeyboardInterrupt:
            self._engines.tell("the change is stored: `minibroker up` finishes it")
            raise

    def unapplied(self) -> list[str]:
        """Return the jobs that were last started with other filters than are stored.

        Whoever changed them died between the two, unless the change is under way.
        """
        store = self._engines.store
        wanted: dict[str, set[Member]] = {}
        for each in store.filters(states=HELD):
            members = wanted.setdefault(filter_job_name(each.survey, each.shard), set())
            if each.state is FilterState.RUNNING:
                members.add(Member(each.owner, each.name, each.version))
        names = wanted.keys() | {job.name for job in store.jobs()}
        return sorted(n for n in names if wanted.get(n, set()) != store.members(n))

    def match(self, survey: Survey) -> None:
        """Make Flink run a survey's filter jobs as they are stored."""
        specs = self.specs(survey)
        match, wanted = self._engines.reconciler.match, {spec.name for spec in specs}
        steps = (partial(match, spec) for spec in specs)
        retire = partial(self._retire, survey.name, wanted)
        attempt_all([*steps, retire], self._engines.tell)

    def _retire(self, survey: str, wanted: Set[str]) -> None:
        """End a survey's filter jobs that are not ``wanted``: shards that no filter is left in."""
        known = [each.name for each in self._engines.store.jobs()]
        gone = [name for name in known if is_filter_job(survey, name) and name not in wanted]
        steps = (partial(self._engines.reconciler.retire, name) for name in gone)
        attempt_all(steps, self._engines.tell)

    def _refuse_twice(self, plan: FilterPlan, plans: Mapping[str, FilterPlan]) -> None:
        name = plan.filter.name
        if name in plans:
            raise ConfigError(
                "filter-twice",
                f"{plan.filter.source.origin}: the name {name!r} is that of"
                f" {plans[name].filter.source.origin} too",
                "give each filter a name of its own",
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

    def _next(self, plan: FilterPlan, old: StoredFilter | None) -> StoredFilter:
        """Return what is stored once a plan is submitted, its shard not yet chosen."""
        chosen = plan.filter
        if old is not None and not old.removed:
            if old.survey != chosen.survey:
                raise ConfigError(
                    "filter-moved",
                    f"{chosen.source.origin}: {chosen.name!r} runs on {old.survey},"
                    f" not on {chosen.survey}",
                    f"take another name, or first run `minibroker remove {chosen.name}`",
                )
            if old.fingerprint == chosen.fingerprint:
                return replace(old, state=FilterState.RUNNING)
        return StoredFilter(
            owner=self._engines.config.owner,
            name=chosen.name,
            survey=chosen.survey,
            topic=self._topic(chosen.name),
            version=old.version + 1 if old else 1,
            fingerprint=chosen.fingerprint,
            origin=chosen.source.origin,
            text=chosen.source.text,
            state=FilterState.RUNNING,
            shard=old.shard if old else 0,
        )

    def _placed(self, filters: Sequence[StoredFilter]) -> list[StoredFilter]:
        """Give each filter its place in a shard of its survey."""
        placed = []
        for survey in sorted({each.survey for each in filters}):
            chosen = [each for each in filters if each.survey == survey]
            held = self._engines.store.filters(survey, HELD)
            shards = place(chosen, held, self._engines.config.flink.shard_filters)
            placed += [replace(each, shard=n) for each, n in zip(chosen, shards, strict=True)]
        return placed

    def _topic(self, name: str) -> str:
        return topic_of(self._engines.config.owner, name)

    def specs(self, survey: Survey, changed: Sequence[StoredFilter] = ()) -> list[JobSpec]:
        """Return a survey's filter jobs as the store has them, with their topics made.

        ``changed`` stand for the stored filters of their names. The first shard is there once any
        filter was: it sets dead letters aside. Another is there while a filter has its place in
        it, if only a paused one: its state has what its filters were sent this night.
        """
        self._engines.write_schemas(survey)
        held = self._engines.store.filters(survey.name, HELD)
        after = {(each.owner, each.name): each for each in held}
        after |= {(each.owner, each.name): each for each in changed if each.survey == survey.name}
        shards: dict[int, list[StoredFilter]] = {0: []} if self._has_jobs(survey, after) else {}
        for each in after.values():
            if each.state in HELD:
                shards.setdefault(each.shard, [])
            if each.state is FilterState.RUNNING:
                shards[each.shard].append(each)
        return [self._spec(survey, shard, filters) for shard, filters in sorted(shards.items())]

    def _has_jobs(self, survey: Survey, filters: Collection[object]) -> bool:
        return bool(filters) or self._engines.store.job(filter_job_name(survey.name)) is not None

    def _spec(self, survey: Survey, shard: int, filters: Sequence[StoredFilter]) -> JobSpec:
        chosen = sorted(filters, key=lambda each: each.topic)
        running = [
            self._running(
                self.check(FilterSource(each.text, each.origin)),
                each.owner,
                each.version,
                each.topic,
            )
            for each in chosen
        ]
        self._engines.ensure_topics(
            [
                dead_letter_topic(survey.name),
                deliveries_topic(survey.name),
                *(each.topic for each in running),
            ]
        )
        settings = self._engines.job_settings(self._engines.config.flink.filter_checkpoint)
        name, first = filter_job_name(survey.name, shard), filter_job_name(survey.name)
        stream = self._engines.stream(survey)
        spec = filter_job(name, survey, stream, running, settings, dead_letters=shard == 0)
        # Where the first shard has not begun either, both begin with the topic.
        stands = shard > 0 and self._engines.store.job(first) is not None
        members = tuple(Member(each.owner, each.name, each.version) for each in chosen)
        return replace(spec, members=members, beside=first if stands else "")

    def _held(self, plan: FilterPlan) -> StoredFilter | None:
        """Return the filter that runs or is paused with just this meaning."""
        old = self._stored(plan.filter.name)
        same = old and old.fingerprint == plan.filter.fingerprint and not old.removed
        return old if same else None

    def _has_forecast(self, plan: FilterPlan) -> bool:
        old = self._held(plan)
        store = self._engines.store
        return old is not None and store.forecast(old.owner, old.name, old.version) is not None

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


def topic_of(owner: str, name: str) -> str:
    """Return the topic that a filter's alerts go to; it stays when the filter is edited."""
    return f"minibroker.{owner}.{name}"


def subject(topic: str) -> str:
    """Return the name that a topic's values have in a schema registry."""
    return f"{topic}-value"
