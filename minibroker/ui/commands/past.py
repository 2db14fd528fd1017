"""Commands on the archive."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter
from cyclopts.validators import Number

from minibroker.model.errors import ConfigError, Exit, MismatchError
from minibroker.model.night import Interval, interval, parse_night
from minibroker.ui.app import STDIN, Options, app, read_filter
from minibroker.ui.report import Branch, Report, cell
from minibroker.ui.sparkline import sparkline

if TYPE_CHECKING:
    from minibroker.broker import Broker
    from minibroker.model.filter import FilterSource
    from minibroker.service.backtest import Backtest
    from minibroker.service.why import NearMisses, Reason, Walked, Why


@Parameter(name="*")
@dataclass(frozen=True)
class Nights:
    """Which of the archive's nights."""

    from_: Annotated[str | None, Parameter(name="--from")] = None
    "The first night, as 2026-03-05; without it from the oldest."
    to: str | None = None
    "The night after the last; without it to the newest."
    nights: int | None = None
    "Of these, so many of the newest."

    def interval(self) -> Interval:
        """Return the nights that are meant; ConfigError when there can be none."""
        return interval(self.from_, self.to, self.nights)


def past_filter(broker: Broker, named: str) -> FilterSource:
    """Return a filter for past nights: a file, ``-``, or ``NAME[@VERSION]`` of the owner's."""
    if named == STDIN or Path(named).exists() or "/" in named or named.endswith(".sql"):
        return read_filter(Path(named))
    from minibroker.model.filter import FilterSource

    try:
        stored = broker.filters.version(named)
    except ConfigError as error:
        message = f"there is no file {named}, and {error.message}"
        raise ConfigError(error.code, message, error.remedy) from error
    return FilterSource(stored.text, named)


@app.command
def backtest(
    file: str,
    *,
    nights: Nights = Nights(),
    sample: Annotated[int, Parameter(validator=Number(gte=0))] = 5,
    quota: Annotated[int | None, Parameter(validator=Number(gte=0))] = None,
    plot: Path | None = None,
    csv: Annotated[bool, Parameter(negative="")] = False,
    options: Options = Options(),
) -> None:
    """Run a filter on past nights: what passes, and what a night to come will bring.

    Parameters
    ----------
    file
        A filter file, ``-`` for standard input, or NAME or NAME@VERSION of a submitted filter.
    sample
        How many passing alerts to show.
    quota
        Alerts of one visit that may pass, without it those of the settings: tells how often more
        would.
    plot
        Draw the nights and the forecast into this file, .png or .svg.
    csv
        Print the nights as CSV and nothing else.

    Example: minibroker backtest sql/ztf_asteroids.sql --nights 10
    """
    broker, report = options.broker(), options.report
    if csv and report.is_json:
        raise ConfigError("usage", "--csv and --json exclude each other", "choose one")
    if plot is not None:
        from minibroker.ui.plot import check_plot

        check_plot(plot)
    source = past_filter(broker, file)
    with report.progress("reading the archive") as hear:
        found = broker.past.backtest(source, nights.interval(), sample, quota, hear)
    if plot is not None:
        from minibroker.ui.plot import plot_backtest

        plot_backtest(found, file, plot)
        report.tell(f"drawn: {plot}")
    columns = ("night", "read", "passed", "%", "MB", "undecodable")
    rows = [
        (n.night, n.tally.read, n.tally.passed, _percent(n.tally.share), _mb(n.tally.bytes), n.dead)
        for n in found.tallies.nights
    ]
    if csv:
        report.csv(columns, rows)
        return
    whole, dead = found.whole, sum(night.dead for night in found.tallies.nights)
    total = ("all", whole.read, whole.passed, _percent(whole.share), _mb(whole.bytes), dead)
    if report.is_json:
        report.value(_as_json(found))
        return
    report.rows(columns, [*rows, total])
    report.text("\n" + "\n".join(_conclusions(found)))
    _parts(found, options)
    if found.sample:
        report.text(f"\nthe first {len(found.sample)} of {whole.passed:,} that pass:")
        report.rows(found.columns, found.sample)


@app.command
def why(
    file: str,
    alert_id: str | None = None,
    *,
    near: Annotated[int | None, Parameter(validator=Number(gte=1))] = None,
    night: str | None = None,
    nights: Nights = Nights(),
    options: Options = Options(),
) -> None:
    """Say why an alert passes a filter or does not; or which alerts nearly pass it.

    For one alert: the verdict of each part of the condition (TRUE, FALSE or NULL), the numbers
    that it compared, by how much they miss, and the elements of a list that counted.

    Parameters
    ----------
    file
        A filter file, ``-`` for standard input, or NAME or NAME@VERSION of a submitted filter.
    alert_id
        The alert's id, as the survey calls it: candid of ZTF, diaSourceId of LSST.
    near
        Instead of one alert: so many of those that failed by one conjunct alone, nearest first.
    night
        Of this night alone, with --near.

    Example: minibroker why sql/ztf_asteroids.sql 3350136160115010001
    """
    broker, report = options.broker(), options.report
    if (alert_id is None) == (near is None):
        raise ConfigError(
            "usage",
            "name one alert, or ask for --near N alerts",
            "minibroker why FILE ALERT_ID, or minibroker why FILE --near 10 --night 2026-03-05",
        )
    if night is not None:
        first = parse_night(night)
        nights = Nights(str(first), str(first + timedelta(days=1)))
    source = past_filter(broker, file)
    if near is not None:
        _report_near(broker.past.near(source, nights.interval(), near), options)
        return
    assert alert_id is not None
    show_why(report, broker.past.why(source, alert_id))


def show_why(report: Report, told: Why) -> None:
    """Print why an alert passes or does not."""
    if report.is_json:
        report.value({"ok": True, **asdict(told)})
        return
    report.text("  ".join(f"{each.text}={cell(each.value)}" for each in told.alert))
    report.tree(_branch(told.reason))


@app.command
def rewind(
    file: str,
    *,
    to_dir: Path | None = None,
    to_topic: str | None = None,
    nights: Nights = Nights(),
    options: Options = Options(),
) -> None:
    """Write or send the packets that a filter would have sent on past nights, byte for byte.

    In a folder one file a packet, named so that they sort as the stream ran; in a topic one
    message a packet, in that order. The same command goes on where an interrupted one stopped.

    Parameters
    ----------
    file
        A filter file, ``-`` for standard input, or NAME or NAME@VERSION of a submitted filter.
    to_dir
        A folder: an empty one, or that of the same rewind.
    to_topic
        A topic of your own; it is made if it is not there.

    Example: minibroker rewind sql/ztf_asteroids.sql --nights 1 --to-dir again
    """
    broker, report = options.broker(), options.report
    if (to_dir is None) == (to_topic is None):
        raise ConfigError(
            "usage",
            "name a folder or a topic",
            "minibroker rewind FILE --nights 1 --to-dir again, or --to-topic again",
        )
    source, interval = past_filter(broker, file), nights.interval()
    with report.progress("writing packets") as hear:
        if to_topic is not None:
            done = broker.past.rewind_to_topic(source, interval, to_topic, hear)
        else:
            assert to_dir is not None
            done = broker.past.rewind(source, interval, to_dir, hear)
    place = ("folder", to_dir) if to_topic is None else ("topic", to_topic)
    report.rows((place[0], "written", "there before"), [(place[1], done.written, done.there)])


@app.command
def audit(
    *,
    night: str,
    survey: str | None = None,
    filter: str | None = None,
    options: Options = Options(),
) -> None:
    """Check a night's deliveries against the archive, packet by packet; exit 1 on any difference.

    For each version of each filter: what it read where it ran is what passed, what did not and
    what could not be decoded; what passed is what DuckDB says of the archived alerts. The
    certificate is kept in the archive's folder, as JSON and as a page.

    Parameters
    ----------
    night
        The night, as 2026-03-05; one that gets no more packets.
    survey
        A survey's name; without it all that have the night.
    filter
        One filter of the owner's alone; no certificate is kept then.

    Example: minibroker audit --night 2026-03-05 --survey ztf
    """
    broker, report = options.broker(), options.report
    day = parse_night(night)
    known = [name for name in broker.surveys if night in broker.archive(name).nights()]
    surveys = [broker.survey(survey).name] if survey else known
    if not surveys:
        raise ConfigError("no-nights", f"no survey has the night {night}", "try `archive status`")
    told = [broker.past.certify(each, day, filter) for each in surveys]
    for each in told if filter is None else ():
        report.tell(f"certificate: {broker.past.keep(each)}")
    columns = (
        "filter",
        "version",
        "read",
        "passed",
        "not passed",
        "dead",
        "sent",
        "over quota",
        "digest",
        "agrees",
    )
    rows = [
        (
            f"{version.ran.owner}.{version.ran.name}",
            version.ran.version,
            found.read,
            found.passed,
            found.not_passed,
            found.dead,
            found.sent,
            found.over_quota,
            found.digest[:16],
            found.is_right,
        )
        for each in told
        for version, found in each.filters
    ]
    if report.is_json:
        from minibroker.service.certificate import as_json

        right = all(each.is_right for each in told)
        report.value({"ok": right, "certificates": [as_json(each) for each in told]})
        if not right:
            raise SystemExit(Exit.FILTER)
        return
    report.rows(columns, rows)
    differences = [line for each in told for line in each.differences()]
    if differences:
        report.text("\n" + "\n".join(differences))
    if not all(each.is_right for each in told):
        raise MismatchError(
            "audit-differs",
            f"night {night}: stream and archive differ in {len(differences):,} places",
            "a night that still gets packets differs by what is not archived yet; else this is a"
            " defect of minibroker",
        )
    if rows:
        report.tell("stream and archive agree on every packet")
    else:
        report.tell(f"no filter ran on night {night}: there was nothing to compare")


def _report_near(found: NearMisses, options: Options) -> None:
    columns = ("distance", "/ median", "failed by", "verdict", "night", *found.columns)
    rows = [
        (m.distance, m.relative, m.conjunct, _verdict(m.verdict), m.night, *m.alert)
        for m in found.misses
    ]
    options.report.rows(columns, rows, all=found.all)
    if not options.report.is_json and found.all > len(found.misses):
        options.report.tell(
            f"the nearest {len(found.misses)} of {found.all:,} that failed by one conjunct alone;"
            " --near shows more"
        )


def _branch(reason: Reason) -> Branch:
    words = reason.connective or reason.text
    missed = reason.distance and reason.verdict is not True and not reason.connective
    miss = f"   misses by {cell(reason.distance)}" if missed else ""
    return Branch(
        f"{_verdict(reason.verdict):<5}  {words}{miss}",
        (
            *(Branch(f"{each.text} = {_value(each.value)}") for each in reason.values),
            *map(_walked, reason.walked),
            *map(_branch, reason.parts),
        ),
    )


def _walked(walked: Walked) -> Branch:
    more = walked.counted - len(walked.shown)
    shown = [
        "  ".join(f"{name}={_value(value)}" for name, value in element.items())
        for element in walked.shown
    ]
    return Branch(
        f"{walked.counted} of {walked.elements} elements count",
        (*map(Branch, shown), *([Branch(f"and {more} more")] if more else [])),
    )


def _verdict(verdict: bool | None) -> str:
    return "NULL" if verdict is None else str(verdict).upper()


def _value(value: Any) -> str:
    """Spell a value of an alert as a filter has it: ZTF's text 'null' is no NULL."""
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return "NULL" if value is None else cell(value)


def _conclusions(found: Backtest) -> list[str]:
    passed = [night.tally.passed for night in found.tallies.nights]
    forecast, visits = found.forecast, found.tallies.visits
    noun = "night" if forecast.nights == 1 else "nights"
    said = [
        f"a night to come: about {forecast.expected:,.0f} alerts, {forecast.level:.0%} between"
        f" {forecast.low:,} and {forecast.high:,} (from {forecast.nights} {noun})"
    ]
    if len(passed) > 1:
        said.append(f"the nights: {sparkline(passed)}")
    if visits.visits:
        said.append(f"a visit: {visits.most:,} at most, of {visits.visits:,} visits")
    if found.quota is not None:
        said.append(
            f"the quota of {found.quota:,} alerts a visit: {visits.over:,} visits of"
            f" {visits.nights_over} nights exceed it, {visits.held:,} alerts kept back;"
            f" chance of it in a night to come {found.chance_over:.0%}"
        )
    return said


def _parts(found: Backtest, options: Options) -> None:
    for noun, parts in (("band", found.tallies.bands), ("latitude", found.tallies.regions)):
        known = {name: part for name, part in parts.items() if name is not None}
        if known:
            rows = [
                (name or "none", part.read, part.passed, _percent(part.share))
                for name, part in parts.items()
            ]
            options.report.text("")
            options.report.rows((noun, "read", "passed", "%"), rows)
    if found.overlaps:
        options.report.text("")
        options.report.rows(
            ("other filter", "passed", "both", "% of this"),
            [
                (o.name, o.passed, o.both, _percent(o.both / max(found.whole.passed, 1)))
                for o in found.overlaps
            ],
        )


def _as_json(found: Backtest) -> dict[str, Any]:
    def parts(name: str, tallies: Any) -> list[dict[str, Any]]:
        return [{name: key, **asdict(part)} for key, part in tallies.items()]

    return {
        "ok": True,
        "survey": found.survey,
        "rows": [
            {"night": n.night, **asdict(n.tally), "undecodable": n.dead}
            for n in found.tallies.nights
        ],
        "all": asdict(found.whole),
        "forecast": asdict(found.forecast),
        "visits": asdict(found.tallies.visits),
        "quota": found.quota,
        "chance_over_quota": None if found.quota is None else found.chance_over,
        "bands": parts("band", found.tallies.bands),
        "latitudes": parts("latitude", found.tallies.regions),
        "overlaps": [asdict(each) for each in found.overlaps],
        "sample": [dict(zip(found.columns, row, strict=True)) for row in found.sample],
    }


def _percent(share: float) -> float:
    return round(100 * share, 2)


def _mb(size: int) -> float:
    return round(size / 1e6, 1)
