"""Commands on the packets of a topic."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from minibroker.model.night import parse_night
from minibroker.ui.app import Options, app


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
    shown = options.broker().packets.tail(name, from_beginning, number)
    for line in shown:
        report.alert(line.offset, line.columns, line.values, line.alert)


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
    sent = broker.packets.simulate(survey, parse_night(night), alerts, seed)
    options.report.rows(("topic", "packets"), [(broker.config.surveys[survey].topic, sent)])
