"""A stack of its own for a measurement, which is gone when that ends."""

from __future__ import annotations

import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from minibroker.broker import Broker
from minibroker.config import Config, load_config
from minibroker.ui.demo import demo_config
from minibroker.ui.interrupt import unheeded
from minibroker.ui.report import Report


@contextmanager
def own_stack(changed: Callable[[Config], Config] = lambda config: config) -> Iterator[Broker]:
    """Yield a broker on free ports in a temporary folder, with nothing started yet.

    ``changed`` returns the settings that the measurement needs. What was started is stopped.
    """
    # A measurement that is ended from outside leaves nothing running that would slow down the next.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with tempfile.TemporaryDirectory(prefix="minibroker-bench-") as data:
        config = changed(demo_config(Path(data), load_config().jars))
        broker = Broker(config, Report(is_json=False).tell)
        try:
            yield broker
        finally:
            with unheeded():
                broker.stack.stop(broker.tell)
