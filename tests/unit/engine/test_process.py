import json
import os
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from minibroker.engine.process import Process, wait_until

SLEEP = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(60)"]


@pytest.fixture
def process(tmp_path: Path):
    process = Process("child", tmp_path)
    yield process
    process.stop()


def test_start_find_and_stop(process: Process) -> None:
    assert process.find() is None
    process.start(SLEEP, {})
    found = process.find()
    assert found is not None
    assert wait_until(lambda: process.last_words() == "up", 10)
    assert process.stop()
    assert process.find() is None
    assert not process.stop()


def test_a_killed_child_is_not_found_but_its_record_stays(process: Process) -> None:
    process.start(SLEEP, {})
    found = process.find()
    assert found is not None
    os.kill(found.pid, signal.SIGKILL)
    assert wait_until(lambda: process.find() is None, 10)
    assert process.record.exists()


def test_a_pid_that_now_belongs_to_another_is_not_ours(process: Process) -> None:
    process.folder.mkdir(exist_ok=True)
    process.record.write_text(json.dumps({"pid": os.getpid(), "started": 1.0}))
    assert process.find() is None
    assert not process.stop()
    assert not process.record.exists()


def test_wait_until_gives_up_at_the_deadline() -> None:
    assert not wait_until(lambda: False, 0.05, every=0.01)


def test_who_looks_during_a_start_finds_a_whole_record_or_none(process: Process) -> None:
    def start() -> None:
        for _ in range(20):
            process.start(["true"], {})

    with ThreadPoolExecutor() as pool:
        starting = pool.submit(start)
        while not starting.done():
            process.find()
            assert not process.record.exists() or process.record.read_text()
        starting.result()
