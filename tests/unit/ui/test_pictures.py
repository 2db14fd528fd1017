"""An alert's images in a terminal that knows no graphics, only colours."""

import sys
from datetime import date
from pathlib import Path

from minibroker.model.shipped import PACKAGE
from minibroker.model.survey import load_survey
from minibroker.service.simulate import simulate
from tests.terminal import Terminal

PROGRAM = """
from minibroker import read_alerts
from minibroker.ui.report import Report

(alert,) = read_alerts("alert.avro")
Report(is_json=False).pictures(alert.stamps())
print("done")
"""


def test_images_are_drawn_in_colours_under_their_names(tmp_path: Path) -> None:
    survey = load_survey(PACKAGE.parent / "schemas" / "lsst")
    (packet,) = simulate(survey, date(2026, 3, 5), 1, 1)
    (tmp_path / "alert.avro").write_bytes(packet.value)
    terminal = Terminal([sys.executable, "-c", PROGRAM], {"COLORTERM": "truecolor"}, str(tmp_path))
    try:
        shown = terminal.until("done")
    finally:
        terminal.close()
    assert "Traceback" not in shown
    lines = shown.splitlines()
    titles = next(number for number, line in enumerate(lines) if "Science" in line)
    assert lines[titles].split()[-2:] == ["Template", "Difference"]
    pictures = lines[titles + 1 : lines.index("done")]
    assert len(pictures) > 10
    cells = [terminal.screen.buffer[titles + 1 + n][0] for n in range(len(pictures))]
    assert len({cell.fg for cell in cells}) > 3
