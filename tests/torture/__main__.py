"""``make torture N=100``: so many kills, on a stack of its own, with a table of what became."""

from __future__ import annotations

import shutil
import signal
import sys
import tempfile
from dataclasses import astuple, fields, replace
from pathlib import Path
from random import SystemRandom

from minibroker.broker import Broker
from minibroker.config import load_config
from minibroker.ui.demo import demo_config
from minibroker.ui.report import Report
from tests.torture.settings import storm_config, write_settings
from tests.torture.storm import Account, Storm

SLOTS = 12
"""For two archive jobs and three filter jobs, two each, and one job that is just ending."""


def main(kills: int, seed: int) -> int:
    """Run one storm; return 1 when any packet is not accounted for."""
    # A stack is stopped by whoever started it, however that ends.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    report = Report(is_json=False)
    folder = Path(tempfile.mkdtemp(prefix="minibroker-torture-"))
    report.tell(f"seed {seed}, in {folder}, which stays unless each packet is accounted for")
    config = demo_config(folder, load_config().jars)
    config = replace(config, flink=replace(config.flink, slots=SLOTS))
    broker = Broker(storm_config(config, kills))
    try:
        broker.up()
        settings = write_settings(broker.config, folder / "minibroker.toml")
        accounts = Storm(broker, settings, seed, report.tell).run(kills)
    finally:
        broker.stack.stop(report.tell)
    columns = [field.name.replace("_", " ") for field in fields(Account)]
    report.rows(columns, [astuple(each) for each in accounts])
    if not all(each.is_sound for each in accounts):
        return 1
    shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    chosen = int(sys.argv[2]) if len(sys.argv) > 2 else SystemRandom().randrange(2**32)
    sys.exit(main(wanted, chosen))
