"""`make screens`: the pictures of the README, of programs that run while they are taken."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from docs.screens.terminal_picture import terminal_picture
from minibroker.model.shipped import shipped
from minibroker.model.survey import load_surveys
from tests.archived import write_night
from tests.terminal import Terminal

FOLDER = Path(__file__).resolve().parent
SURVEYS = load_surveys(shipped("schemas"))
NIGHT = date(2026, 3, 5)
SHELL = (
    "SELECT objectId, round(candidate.magpsf, 2) AS mag, len(prv_candidates) AS earlier",
    "FROM ztf WHERE cone(candidate.ra, candidate.dec, 352, -24, 36000) ORDER BY mag LIMIT 3;",
    "SELECT * FROM ztf WHERE candidate.rb > 0.9 AND candidate.ssdistnr < 5 \\check",
    "SELECT * FROM ztf WHERE candidate.rb > 0.9 AND candidate.ssdistnr BETWEEN 0 AND 5 \\check",
    "\\backtest",
)
FLUXES = (12_000.0, 4_000.0, -4_000.0)
"""nJy in the difference image of the montage's alerts, a row each: the last one has faded."""


def main() -> None:
    """Make every picture, or those that are named."""
    pictures = {"stamps": stamps, "shell": shell, "demo": demo}
    for name in sys.argv[1:] or pictures:
        pictures[name]()


def stamps() -> None:
    """Draw the images of some simulated alerts, an alert a row."""
    from PIL import Image

    from minibroker.engine.avro import AlertReader
    from minibroker.service.simulate import simulate
    from minibroker.service.stamps import montage, read_stamps

    survey = SURVEYS["lsst"]
    reader = AlertReader(survey)
    decoded = [reader.read(each.value) for each in simulate(survey, NIGHT, 400, 1)]
    rows = [
        montage(read_stamps(min(decoded, key=partial(_distance, flux)), survey.cutouts)[0])
        for flux in FLUXES
    ]
    sheet = Image.new("RGB", (rows[0].width, sum(row.height for row in rows)), "white")
    top = 0
    for row in rows:
        sheet.paste(row, (0, top))
        top += row.height
    sheet.save(FOLDER / "stamps.png", optimize=True)


def _distance(flux: float, alert: Mapping[str, Any]) -> float:
    return abs(alert["diaSource"]["psfFlux"] - flux)


def shell() -> None:
    """Type into the shell, on two simulated nights."""
    with tempfile.TemporaryDirectory() as data:
        for day in (5, 6):
            write_night(Path(data) / "archive", SURVEYS["ztf"], date(2026, 3, day), 400)
        terminal = _terminal(["shell", "--set", f"data={data}"], data)
        try:
            terminal.prompted()
            for line in SHELL:
                terminal.line(line)
        finally:
            terminal.close()
    _save("shell", terminal)


def demo() -> None:
    """Run the demo to its end."""
    with tempfile.TemporaryDirectory() as folder:
        terminal = _terminal(["demo"], folder)
        try:
            terminal.until("stream and archive agree on every packet", "stopped kafka")
        finally:
            terminal.close()
    _save("demo", terminal)


def _terminal(words: Sequence[str], folder: str) -> Terminal:
    environment = {"XDG_STATE_HOME": folder, "PAGER": "cat", "COLORTERM": "truecolor"}
    return Terminal([sys.executable, "-m", "minibroker", *words], environment, folder)


def _save(name: str, terminal: Terminal) -> None:
    (FOLDER / f"{name}.svg").write_text(terminal_picture(terminal.screen, f"minibroker {name}"))


if __name__ == "__main__":
    main()
