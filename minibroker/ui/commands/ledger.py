"""The ledger: what became of the packets, filter by filter and night by night."""

from __future__ import annotations

from minibroker.ui.app import Options, app
from minibroker.ui.ledger import NIGHT, night_cells


@app.command
def ledger(name: str | None = None, *, options: Options = Options()) -> None:
    """Show what became of the newest archived night's packets for each filter, or of every night's.

    read = passed + not passed + dead; passed = sent + over quota.

    Parameters
    ----------
    name
        One of your filters, to see it night by night; without it all filters on the newest night.

    Example: minibroker ledger ztf_asteroids
    """
    broker, report = options.broker(), options.report
    if name is None:
        nights = [each for survey in broker.surveys for each in broker.filters.newest_night(survey)]
        rows = [(each.owner, each.name, *night_cells(each)) for each in nights]
        report.rows(("owner", "filter", *NIGHT), rows, noun="night with deliveries")
        return
    quota = str(broker.config.quota.of(broker.config.owner, name))
    rows = [night_cells(each) for each in broker.filters.nights(name)]
    report.rows(NIGHT, rows, noun="night with deliveries", quota=quota)
    report.tell(f"quota: {quota}")
