"""The commands. Each builds a Broker, calls one verb of it and prints the answer."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

from cyclopts import App, CycloptsError, Parameter

from minibroker import __version__
from minibroker.broker import Broker
from minibroker.config import load_config
from minibroker.model.errors import BrokerError, ConfigError, Exit, FilterError
from minibroker.model.filter import FilterSource
from minibroker.model.night import interval, parse_night
from minibroker.model.survey import Survey
from minibroker.ui.report import Report

EXITS = (
    "Exit codes: 0 done; 1 the filter or query is at fault, or two answers that must agree do not;"
    " 2 usage or configuration; 3 an outside system failed; 4 a Flink job failed; 130 interrupted."
)

STDIN = "/dev/stdin"

app = App(
    name="minibroker",
    version=__version__,
    help="A SQL-first alert broker: one filter text, on the stream and on the archive.",
    help_epilogue=EXITS,
)


@Parameter(name="*")
@dataclass(frozen=True)
class Options:
    """What every command takes."""

    config: Path | None = None
    "The settings file; without it minibroker.toml of the working folder, if there is one."
    set: Annotated[tuple[str, ...], Parameter(negative="")] = ()
    "One setting, as --set kafka.port=9192; may be repeated."
    json: Annotated[bool, Parameter(negative="")] = False
    "Print JSON instead of tables, and errors as JSON too."

    @property
    def report(self) -> Report:
        """The writer of this command's output."""
        return Report(self.json)

    def broker(self) -> Broker:
        """Return the broker of these settings."""
        flags = {}
        for each in self.set:
            key, equals, value = each.partition("=")
            if not equals:
                raise ConfigError(
                    "bad-set", f"--set {each}: no '=' in it", "write --set kafka.port=9192"
                )
            flags[key] = value
        return Broker(load_config(self.config, flags), self.report.tell)


@app.command
def up(*, options: Options = Options()) -> None:
    """Start Kafka and Flink on this host and bring every job back to where it stopped.

    Example: minibroker up
    """
    broker = options.broker()
    broker.up()
    _status(broker, options.report)


@app.command
def down(*, options: Options = Options()) -> None:
    """Stop every job with a savepoint, then the processes that `up` started.

    Example: minibroker down
    """
    options.broker().down()


@app.command
def status(*, options: Options = Options()) -> None:
    """Show the processes and the jobs; exit 3 when one is dead.

    Example: minibroker status
    """
    _status(options.broker(), options.report)


def _status(broker: Broker, report: Report) -> None:
    children = broker.children()
    jobs = [{"job": job.name, "state": job.state, "id": job.job_id} for job in broker.jobs()]
    if report.is_json:
        report.value({"ok": True, "processes": [asdict(each) for each in children], "jobs": jobs})
    else:
        rows = [(c.name, c.state, c.address, c.pid, c.memory // 2**20) for c in children]
        report.rows(("process", "state", "address", "pid", "MiB"), rows)
        report.rows(("job", "state", "id"), [tuple(job.values()) for job in jobs])
    dead = [each for each in children if each.state == "dead"]
    if dead:
        raise BrokerError(
            "child-dead",
            f"{', '.join(each.name for each in dead)} should run and does not: see {dead[0].log}",
            "run `minibroker down`, then `minibroker up`",
        )


@app.command
def jars(*, options: Options = Options()) -> None:
    """Fetch the third-party jars that are not here yet, checked by SHA-256.

    Example: minibroker jars
    """
    broker = options.broker()
    fetched = broker.fetch_jars()
    options.report.tell(
        f"{fetched} jars fetched to {broker.config.jars}" if fetched else "all jars are here"
    )


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
    plans, faults = [], []
    for source in _sources(files, expression):
        try:
            plans.append(broker.check(source))
        except FilterError as refused:
            faults.append(refused)
    for plan in plans:
        report.warnings(plan.filter.source.origin, plan.filter.source.text, plan.filter.warnings)
    for fault in faults:
        report.failure(fault)
    if faults:
        raise SystemExit(Exit.FILTER)
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
def explain(file: Path, *, options: Options = Options()) -> None:
    """Show how a filter is understood: fields read, both spellings, what was rewritten, warnings.

    Parameters
    ----------
    file
        A filter file; ``-`` is standard input.

    Example: minibroker explain sql/ztf_asteroids.sql
    """
    source = _read(file)
    explained = options.broker().explain(source)
    options.report.warnings(source.origin, source.text, explained.warnings)
    options.report.explanation(explained)


@app.command
def submit(*files: Path, options: Options = Options()) -> None:
    """Check filters, store them and run them: all or none.

    Parameters
    ----------
    files
        Filter files; ``-`` is standard input.

    Example: minibroker submit sql/ztf_asteroids.sql
    """
    broker, report = options.broker(), options.report
    sources = _sources(files, None)
    done = broker.submit(sources)
    rows = [
        (each.filter.name, each.filter.version, each.filter.topic, each.changed) for each in done
    ]
    report.rows(("filter", "version", "topic", "changed"), rows)


@app.command
def filters(*, options: Options = Options()) -> None:
    """List the filters that run.

    Example: minibroker filters
    """
    stored = options.broker().store.filters()
    rows = [
        (f.owner, f.name, f.survey, f.version, f.fingerprint, f.submitted_at, f.topic)
        for f in stored
    ]
    columns = ("owner", "filter", "survey", "version", "fingerprint", "submitted", "topic")
    options.report.rows(columns, rows)


@app.command
def remove(name: str, *, options: Options = Options()) -> None:
    """Stop a filter; its topic and its versions are kept.

    Example: minibroker remove ztf_asteroids
    """
    options.broker().remove(name)


@app.command
def backtest(
    file: Path,
    *,
    from_: Annotated[str, Parameter(name="--from")],
    to: str,
    sample: int = 5,
    options: Options = Options(),
) -> None:
    """Run a filter on the archive: per night what was read and what passes, and some of the alerts.

    Parameters
    ----------
    file
        A filter file; ``-`` is standard input.
    from_
        The first night, as 2026-03-05.
    to
        The night after the last.
    sample
        How many passing alerts to show.

    Example: minibroker backtest sql/ztf_asteroids.sql --from 2026-03-01 --to 2026-03-08
    """
    report = options.report
    found = options.broker().backtest(_read(file), interval(from_, to), sample)
    nights = [(n.night, n.read, n.passed, _percent(n.passed, n.read), n.dead) for n in found.nights]
    read, passed = sum(n.read for n in found.nights), sum(n.passed for n in found.nights)
    total = ("all", read, passed, _percent(passed, read), sum(n.dead for n in found.nights))
    columns = ("night", "read", "passed", "%", "undecodable")
    named = [dict(zip(found.columns, row, strict=True)) for row in found.sample]
    report.rows(columns, [*nights, total], sample=named)
    if found.sample and not report.is_json:
        report.text(f"\nthe first {len(found.sample)} of {passed:,} that pass:")
        report.rows(found.columns, found.sample)


def _percent(part: int, whole: int) -> float:
    return round(100 * part / whole, 2) if whole else 0.0


@app.command
def tail(
    name: str,
    *,
    from_beginning: Annotated[bool, Parameter(negative="")] = False,
    number: Annotated[int | None, Parameter(name=["-n", "--number"])] = None,
    options: Options = Options(),
) -> None:
    """Show a filter's alerts as they are delivered, without their cutouts.

    Parameters
    ----------
    name
        A filter's name.
    from_beginning
        Begin with the oldest alert that the topic keeps.
    number
        End after so many alerts.

    Example: minibroker tail ztf_asteroids --from-beginning -n 10
    """
    report = options.report
    shown = options.broker().tail(name, from_beginning, number)
    for line in shown:
        report.alert(line.offset, line.columns, line.values, line.alert)


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
    found = broker.fields(survey, field)
    rows = [(row.path, row.type, row.unit, row.description, row.versions[-1]) for row in found]
    report.rows(("field", "type", "unit", "description", "since"), rows)


def _versions(survey: Survey) -> str:
    return ", ".join(each.version for each in survey.versions)


@app.command
def simulate(
    survey: str, night: str, *, alerts: int = 1000, seed: int = 1, options: Options = Options()
) -> None:
    """Send a simulated night of alerts to a survey's topic: to try filters without a survey.

    Parameters
    ----------
    survey
        A survey's name.
    night
        The night, as 2026-03-05.
    alerts
        How many packets to send.
    seed
        One seed is one sky: the same seed on another night shows the same objects again.

    Example: minibroker simulate ztf 2026-03-05 --alerts 500
    """
    broker = options.broker()
    sent = broker.simulate(survey, parse_night(night), alerts, seed)
    options.report.rows(("topic", "packets"), [(broker.config.surveys[survey].topic, sent)])


@app.command
def demo(
    *,
    alerts: Path | None = None,
    count: int = 3000,
    options: Options = Options(),
) -> None:
    """Run the whole broker once on a simulated night, and compare stream and archive.

    Starts a Kafka and a Flink of its own in a temporary folder and leaves nothing behind.

    Parameters
    ----------
    alerts
        A folder of .avro packets to send instead of simulated ones.
    count
        How many alerts to simulate for each survey.

    Example: minibroker demo --count 1000
    """
    from minibroker.ui.demo import demo as run

    run(options.report, count, alerts, options.broker().config.jars)


def _sources(files: Sequence[Path], text: str | None) -> list[FilterSource]:
    sources = [_read(file) for file in files]
    if text is not None:
        sources.append(FilterSource(text, "-e"))
    if not sources:
        raise ConfigError(
            "no-filter",
            "no filter given",
            "name a .sql file, `-` for standard input, or -e CONDITION",
        )
    return sources


def _read(file: Path) -> FilterSource:
    try:
        return FilterSource(file.read_bytes().decode("utf-8"), _origin(file))
    except UnicodeDecodeError as error:
        raise ConfigError(
            "not-utf8", f"{file}: byte {error.start} is not UTF-8", "save the file as UTF-8 text"
        ) from None
    except OSError as error:
        raise ConfigError(
            "file-unreadable", f"{file}: {error.strerror}", "check the name and its permissions"
        ) from None


def _interrupted(*_: object) -> None:
    raise KeyboardInterrupt


def _origin(file: Path) -> str:
    return "-" if str(file) == STDIN else str(file)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and exit with its code."""
    given = sys.argv[1:] if arguments is None else arguments
    # A lone dash looks like an option to the parser of the command line.
    words = [STDIN if word == "-" else word for word in given]
    report = Report("--json" in words)
    signal.signal(signal.SIGTERM, _interrupted)
    try:
        app(words, exit_on_error=False, print_error=False)
    except CycloptsError as error:
        report.failure(ConfigError("usage", str(error), "run `minibroker COMMAND --help`"))
        raise SystemExit(Exit.USAGE) from None
    except BrokerError as error:
        report.failure(error)
        raise SystemExit(error.exit) from None
    except BrokenPipeError:
        # Whoever read the output has enough of it; Python would complain again at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        report.tell("interrupted")
        raise SystemExit(Exit.INTERRUPTED) from None
