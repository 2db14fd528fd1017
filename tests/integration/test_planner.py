"""The JVM that plans: what it need not load, and when somebody has enough of waiting for it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from minibroker.engine.process import wait_until

pytestmark = pytest.mark.flink

SECONDS = 300.0
WAITS_FOR_JAVA = """
from minibroker.broker import Broker
from minibroker.config import load_config
from minibroker.ui import interrupt
interrupt.SAME_SECONDS = 3600.0
assert Broker(load_config()).planner
from pyflink.java_gateway import get_gateway
java = get_gateway().jvm.java.lang
interrupt.Interrupt().install()
try:
    print("ready", flush=True)
    java.Thread.sleep(600_000)
except KeyboardInterrupt:
    print("Java goes on:", java.Integer.valueOf(7))
"""
PLANS = """
import sys
from minibroker.broker import Broker
from minibroker.config import load_config
from minibroker.model.job import JobSpec
tables = (
    "CREATE TABLE numbers (n INT) WITH ('connector' = 'datagen')",
    "CREATE TABLE nothing (n INT) WITH ('connector' = 'blackhole')",
)
spec = JobSpec("numbers", tables, ("INSERT INTO nothing SELECT n FROM numbers",), {})
print(Broker(load_config()).planner.plan(spec).spec.name, "apache_beam" in sys.modules)
"""


def test_planning_starts_no_workers_for_functions_in_python(tmp_path: Path) -> None:
    planning = [sys.executable, "-c", PLANS]
    told = subprocess.run(planning, cwd=tmp_path, capture_output=True, text=True, timeout=SECONDS)
    assert (told.stdout, told.stderr) == ("numbers False\n", "")


def test_signals_to_the_group_interrupt_and_neither_end_java_nor_say_more(tmp_path: Path) -> None:
    waiting = subprocess.Popen(
        [sys.executable, "-c", WAITS_FOR_JAVA],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        assert waiting.stdout is not None
        assert waiting.stdout.readline() == "ready\n"
        (jvm,) = psutil.Process(waiting.pid).children()
        # As `timeout` does it: to the process, and to its group.
        waiting.send_signal(signal.SIGTERM)
        os.killpg(waiting.pid, signal.SIGTERM)
        out, err = waiting.communicate(timeout=SECONDS)
    finally:
        waiting.kill()
    assert (out, err, waiting.returncode) == ("Java goes on: 7\n", "", 0)
    assert wait_until(lambda: not jvm.is_running(), SECONDS)
