"""Commands that start, stop and show the stack, and the demo."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from minibroker.model.errors import BrokerError, JobError, OutsideError
from minibroker.model.job import TROUBLES_REMEDY, JobState
from minibroker.ui.app import Options, app
from minibroker.ui.report import Report, outcome

if TYPE_CHECKING:
    from minibroker.broker import Broker
    from minibroker.engine.stack import ChildState


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
def restart(
    survey: str,
    *,
    start: Annotated[str, Parameter(name="--from")],
    yes: Annotated[bool, Parameter(negative="")] = False,
    options: Options = Options(),
) -> None:
    """Start anew the jobs of a survey whose savepoints and checkpoints are lost.

    Jobs that run, or that can go on where they stopped, are left alone. First bring the lost
    folder back if that is possible: starting anew repeats alerts or skips them.

    Parameters
    ----------
    survey
        A survey's name.
    start
        ``latest`` skips what came since the job stopped, ``earliest`` reads everything again
        that the topic still has, a time (UTC) as 2026-03-05T04:00:00 lies in between.
    yes
        Do it. Without this, only say what would be repeated and skipped.

    Example: minibroker restart ztf --from latest
    """
    from minibroker.broker.restart import parse_start

    done = options.broker().restart(survey, parse_start(start), yes)
    rows = [(each.spec.name, each.repeated, each.skipped) for each in done]
    options.report.rows(("job", "repeated", "skipped"), rows)


@app.command
def status(*, options: Options = Options()) -> None:
    """Show the processes and the jobs; exit 3 when a process is dead, 4 when a job is not well.

    Example: minibroker status
    """
    _status(options.broker(), options.report)


def _status(broker: Broker, report: Report) -> None:
    children = broker.children()
    if not report.is_json:
        # At once: a Flink that hangs is waited for.
        rows = [(c.name, c.state, c.address, c.pid, c.memory // 2**20) for c in children]
        report.rows(("process", "state", "address", "pid", "MiB"), rows)
    troubles, away, found = dict[str, str](), None, list[JobState]()
    try:
        troubles, found = broker.troubles(), broker.jobs()
    except OutsideError as error:
        away = error
    jobs = [{"job": job.name, "state": job.state, "id": job.job_id} for job in found]
    causes = [{"job": name, "cause": cause} for name, cause in troubles.items()]
    failure = away or _failure(children, troubles)
    if report.is_json:
        processes = [asdict(each) for each in children]
        said = {"processes": processes, "jobs": jobs, "troubles": causes}
        report.value({**outcome(failure), **said})
    else:
        report.rows(("job", "state", "id"), [tuple(job.values()) for job in jobs])
    for name, cause in troubles.items():
        report.tell(f"{name}: {cause}")
    if failure:
        report.fail(failure)


def _failure(children: Sequence[ChildState], troubles: Collection[str]) -> BrokerError | None:
    """Return what is wrong with processes or, if they all run, with jobs."""
    dead = [each for each in children if each.state == "dead"]
    if dead:
        return BrokerError(
            "child-dead",
            f"{', '.join(each.name for each in dead)} should run and does not: see {dead[0].log}",
            "run `minibroker up`: it starts what is dead, and its jobs go on where they stopped",
        )
    if troubles:
        return JobError(
            "job-failed",
            f"{', '.join(troubles)}: not well, for the reason above",
            TROUBLES_REMEDY,
        )
    return None


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
def demo(
    *,
    alerts: Path | None = None,
    count: Annotated[int, Parameter(validator=Number(gte=1))] = 3000,
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
