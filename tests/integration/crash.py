"""Submits a filter in a process that kills itself at one point of the change.

``python -m tests.integration.crash SETTINGS POINT FILE``: what is patched is only when it dies.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from minibroker.broker import Broker
from minibroker.config import load_config
from minibroker.engine.flink import Planner
from minibroker.engine.flink_rest import FlinkRest
from minibroker.engine.store import Store
from minibroker.model.filter import FilterSource


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _after(owner: type, name: str) -> None:
    whole: Callable[..., Any] = getattr(owner, name)

    def deadly(*words: Any, **more: Any) -> Any:
        whole(*words, **more)
        _die()

    setattr(owner, name, deadly)


POINTS: dict[str, Callable[[], None]] = {
    "the filter is stored": lambda: _after(Store, "commit"),
    "the job is stopped": lambda: _after(FlinkRest, "stop_with_savepoint"),
    "the savepoint is recorded": lambda: _after(Store, "job_stopped"),
    "the start is recorded": lambda: _after(Store, "job_starting"),
    "the job is started": lambda: _after(Planner, "submit"),
}


def main(settings: str, point: str, file: str) -> None:
    POINTS[point]()
    source = FilterSource(Path(file).read_text(), file)
    Broker(load_config(Path(settings))).filters.submit([source])


if __name__ == "__main__":
    main(*sys.argv[1:])
