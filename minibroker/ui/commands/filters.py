"""Commands on filters."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from minibroker.model.errors import BrokerError, ConfigError, FilterError
from minibroker.ui.app import Options, app, filter_sources, one_filter, read_filter
from minibroker.ui.ledger import NIGHT, newest_cells, night_cells

if TYPE_CHECKING:
    from minibroker.broker import Broker
    from minibroker.broker.filters import History
    from minibroker.engine.store import Change
    from minibroker.model.survey import Survey
    from minibroker.ui.report import Report


@app.command
def check(
    *files: Path,
    expression: Annotated[str | None, Parameter(name=["-e", "--expression"])] = None,
    options: Options = Options(),
) -> None:
    """Check filters and report every fault at once; needs no service.

    Parameters
    ----------
    files
        Filter files; ``-`` is standard input.
    expression
        A condition on the command line instead of a file.

    Example: minibroker check sql/ztf_asteroids.sql
    """
    broker, report = options.broker(), options.report
    plans, faults = [], list[BrokerError]()
    readers = [partial(read_filter, file) for file in files]
    if expression is not None or not files:
        readers.append(partial(one_filter, None, expression))
    for read in readers:
        try:
            plans.append(broker.filters.check(read()))
        except (ConfigError, FilterError) as refused:
            faults.append(refused)
    for plan in plans:
        report.warnings(plan.filter.source.origin, plan.filter.source.text, plan.filter.warnings)
    for fault in faults:
        report.failure(fault)
    if faults:
        raise SystemExit(max(fault.exit for fault in faults))
    columns = ("file", "filter", "survey", "fields read", "warnings")
    rows = [
        (
            p.filter.source.origin,
            p.filter.name,
            p.filter.survey,
            len(p.filter.columns),
            len(p.filter.warnings),
        )
        for p in plans
    ]
    report.rows(columns, rows)


@app.command
def explain(
    file: Path | None = None,
    *,
    expression: Annotated[str | None, Parameter(name=["-e", "--expression"])] = None,
    options: Options = Options(),
) -> None:
    """Show how a filter is understood: fields read, both spellings, what was rewritten, warnings.

    Parameters
    ----------
    file
        A filter file; ``-`` is standard input.
    expression
        A condition on the command line instead of a file.

    Example: minibroker explain sql/ztf_asteroids.sql
    """
    source = one_filter(file, expression)
    explained = options.broker().filters.explain(source)
    options.report.warnings(source.origin, source.text, explained.warnings)
    options.report.explanation(explained)


@app.command
def submit(
    *files: Path,
    anyway: Annotated[bool, Parameter(negative="")] = False,
    options: Options = Options(),
) -> None:
    """Check filters, store them and run them: all or none.

    One that passes more of the newest archived nights than submit.max_share is refused.

    Parameters
    ----------
    files
        Filter files; ``-`` is standard input.
    anyway
        Run them however much they pass.

    Example: minibroker submit sql/ztf_asteroids.sql
    """
    broker, report = options.broker(), options.report
    sources = filter_sources(files, None)
    done = broker.filters.submit(sources, anyway)
    rows = [
        (each.filter.name, each.filter.version, each.filter.topic, each.changed) for each in done
    ]
    report.rows(("filter", "version", "topic", "changed"), rows)


@app.command
def filters(*, options: Options = Options()) -> None:
    """List the filters that run or are paused, with what became of the newest night's packets.

    Example: minibroker filters
    """
    broker = options.broker()
    held = broker.filters.held()
    newest = {
        (night.owner, night.name): night
        for survey in broker.surveys.keys() & {each.survey for each in held}
        for night in broker.filters.newest_night(survey)
    }
    rows = [
        (
            *(f.owner, f.name, f.survey, f.version, f.state, f.topic),
            *newest_cells(newest.get((f.owner, f.name))),
        )
        for f in held
    ]
    columns = ("owner", "filter", "survey", "version", "state", "topic", *NIGHT)
    options.report.rows(columns, rows, noun="filter")
    if held:
        tell_troubles(broker, options.report)


def tell_troubles(broker: Broker, report: Report) -> None:
    """Say why running filters get nothing, where processes or their jobs do not run."""
    idle = [each.name for each in broker.children() if each.state != "running"]
    try:
        troubles = idle or list(broker.troubles())
    except BrokerError as error:
        troubles = [error.message]
    if troubles:
        report.tell(f"not running: {', '.join(troubles)} (see `minibroker status`)")


@app.command
def show(name: str, *, options: Options = Options()) -> None:
    """Show a filter: state, topic, quota, versions, who changed it, what it was sent each night.

    Parameters
    ----------
    name
        One of your filters, removed ones too.

    Example: minibroker show ztf_asteroids
    """
    report = options.report
    broker = options.broker()
    told = broker.filters.history(name)
    quota = str(broker.config.quota.of(told.newest.owner, name))
    nights = [night_cells(night) for night in broker.filters.nights(name)]
    if report.is_json:
        named = [dict(zip(NIGHT, cells, strict=True)) for cells in nights]
        report.value({"ok": True, **asdict(told), "quota": quota, "nights": named})
        return
    newest = told.newest
    columns = ("filter", "owner", "survey", "state", "version", "shard", "topic")
    report.rows(columns, [tuple(getattr(newest, _FIELDS.get(c, c)) for c in columns)])
    changes = [(c.at, c.by, c.change, c.version, _text(told, c)) for c in told.changes]
    report.rows(("when", "who", "change", "version", "fingerprint"), changes)
    report.rows(NIGHT, nights)
    report.text(f"quota: {quota}")
    report.text(newest.text.rstrip())
    if newest.state == "running":
        tell_troubles(broker, report)


_FIELDS = {"filter": "name"}


def _text(told: History, change: Change) -> str:
    return next(each.fingerprint for each in told.versions if each.version == change.version)


@app.command
def pause(*names: str, options: Options = Options()) -> None:
    """Stop delivering to filters for a while: alerts that come meanwhile are not kept for them.

    `rewind` sends what they would have got.

    Parameters
    ----------
    names
        Filters that run: all are paused or none.

    Example: minibroker pause ztf_asteroids
    """
    options.broker().filters.pause(*_named(names))


@app.command
def resume(*names: str, options: Options = Options()) -> None:
    """Deliver to paused filters again, from the alerts that come now.

    Parameters
    ----------
    names
        Paused filters: all are resumed or none.

    Example: minibroker resume ztf_asteroids
    """
    options.broker().filters.resume(*_named(names))


@app.command
def remove(*names: str, options: Options = Options()) -> None:
    """Stop filters for good; their topics and versions are kept.

    Parameters
    ----------
    names
        Filters that run or are paused: all are removed or none.

    Example: minibroker remove ztf_asteroids
    """
    options.broker().filters.remove(*_named(names))


def _named(names: tuple[str, ...]) -> tuple[str, ...]:
    if not names:
        raise ConfigError("no-filter", "no filter named", "list them: minibroker filters")
    return names


@app.command
def schema(survey: str | None = None, field: str = "", *, options: Options = Options()) -> None:
    """Show a survey's fields: types, units, what they are, and which versions have them.

    Parameters
    ----------
    survey
        A survey's name; without it the surveys are listed.
    field
        Show only fields whose dotted name contains this.

    Example: minibroker schema ztf rb
    """
    broker, report = options.broker(), options.report
    if survey is None:
        known = [(each.name, each.title, _versions(each)) for each in broker.surveys.values()]
        report.rows(("survey", "title", "versions"), known)
        return
    found = broker.filters.fields(survey, field)
    rows = [(row.path, row.type, row.unit, row.description, row.versions[-1]) for row in found]
    report.rows(("field", "type", "unit", "description", "since"), rows)


@app.command
def functions(part: str = "", *, options: Options = Options()) -> None:
    """Show the functions that a filter may call, and what gathers a list in a sub-query.

    Parameters
    ----------
    part
        Show only those whose names, or whose headings of the reference, contain this.

    Example: minibroker functions mag
    """
    found = options.broker().filters.functions(part)
    rows = [(row.form, row.result, row.unit, row.told) for row in found]
    options.report.rows(("function", "result", "unit", "what it is"), rows)


def _versions(survey: Survey) -> str:
    return ", ".join(each.version for each in survey.versions)
