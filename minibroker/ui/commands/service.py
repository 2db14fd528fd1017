"""Commands that keep a broker running: serve, doctor."""

from __future__ import annotations

import signal
import threading
from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from minibroker.model.errors import BrokerError
from minibroker.ui.app import Options, app

PORT = 9464
"""Where Prometheus looks for an exporter of metrics that has no port of its own."""


@app.command
def serve(
    *,
    host: str = "localhost",
    port: Annotated[int, Parameter(validator=Number(gte=0, lte=65_535))] = PORT,
    options: Options = Options(),
) -> None:
    """Bring everything up, tell how it is over HTTP, and bring back what dies; ends with Ctrl-C.

    /metrics is for Prometheus; /healthz says that this process lives, /readyz that Kafka, Flink
    and all jobs do. What `down` stopped is left alone until `up`. Kafka, Flink and the jobs go on
    when this process ends.

    Parameters
    ----------
    host
        The address to listen at.
    port
        The port; 0 takes a free one.

    Example: minibroker serve --port 9464
    """
    ended = threading.Event()
    previous = signal.signal(signal.SIGTERM, lambda *_: ended.set())
    try:
        options.broker().watch.serve(host, port, ended.wait)
    finally:
        signal.signal(signal.SIGTERM, previous)


@app.command
def doctor(*, options: Options = Options()) -> None:
    """Check this host, Kafka, Flink, the registry and the folders; exit 3 when one is not well.

    Example: minibroker doctor
    """
    report = options.report
    found = options.broker().watch.examine()
    rows = [(each.system, each.well, each.said, each.remedy) for each in found]
    ill = ", ".join(each.system for each in found if not each.well)
    failure = BrokerError("not-well", f"not as it must be: {ill}", "see above") if ill else None
    report.rows(("system", "well", "what", "what to do"), rows, failure=failure)
    if failure:
        report.fail(failure)
