"""A process that outlives the command that started it, found again by pid and start time."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

STOP_SECONDS = 30.0
"""How long a process may take to end after SIGTERM before it is killed: Kafka flushes its log."""


@dataclass(frozen=True)
class Process:
    """One child of the stack: its record and its log live in ``folder``."""

    name: str
    folder: Path

    @property
    def log(self) -> Path:
        """Everything the process printed, all starts appended."""
        return self.folder / f"{self.name}.log"

    @property
    def record(self) -> Path:
        """Pid and start time of the process, as long as it is meant to run."""
        return self.folder / f"{self.name}.json"

    def start(self, command: Sequence[str], env: Mapping[str, str]) -> None:
        """Start the command in a session of its own and record it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log, open(os.devnull, "rb") as nothing:
            # Not subprocess: its Popen would complain that the child outlives it, which is meant.
            pid = os.posix_spawnp(
                command[0],
                list(command),
                {**os.environ, **env},
                file_actions=[
                    (os.POSIX_SPAWN_DUP2, nothing.fileno(), 0),
                    (os.POSIX_SPAWN_DUP2, log.fileno(), 1),
                    (os.POSIX_SPAWN_DUP2, log.fileno(), 2),
                ],
                setsid=True,
            )
        started = psutil.Process(pid).create_time()
        # Others look while this one starts it: they find a whole record or none.
        unfinished = self.record.with_suffix(".unfinished")
        unfinished.write_text(json.dumps({"pid": pid, "started": started}))
        unfinished.replace(self.record)

    def find(self) -> psutil.Process | None:
        """Return the running process, or None when it ended or its pid now belongs to another."""
        try:
            recorded = json.loads(self.record.read_text())
            found = psutil.Process(recorded["pid"])
            same = abs(found.create_time() - recorded["started"]) < 1.0
            return found if same and found.status() != psutil.STATUS_ZOMBIE else None
        except (FileNotFoundError, psutil.NoSuchProcess):
            return None

    def stop(self) -> bool:
        """End the process and its children; return whether it was running.

        SIGTERM first, SIGKILL after STOP_SECONDS. The record goes last, so that a stop that is
        itself interrupted can be repeated.
        """
        found = self.find()
        if found is not None:
            family = [found, *found.children(recursive=True)]
            for member in family:
                _quietly(member.terminate)
            _, alive = psutil.wait_procs(family, timeout=STOP_SECONDS)
            for member in alive:
                _quietly(member.kill)
            psutil.wait_procs(alive, timeout=STOP_SECONDS)
        self.record.unlink(missing_ok=True)
        return found is not None

    def last_words(self, lines: int = 5) -> str:
        """Return the end of the log, for the message that says the process died."""
        if not self.log.exists():
            return ""
        with self.log.open("rb") as log:
            log.seek(max(0, self.log.stat().st_size - 16_384))
            text = log.read().decode("utf-8", "replace")
        return "\n".join(text.splitlines()[-lines:])


def wait_until(ready: Callable[[], object], seconds: float, every: float = 0.1) -> bool:
    """Call ``ready`` until it returns a true value; False when the deadline passed first."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if ready():
            return True
        time.sleep(every)
    return bool(ready())


def _quietly(action: Callable[[], object]) -> None:
    try:
        action()
    except psutil.NoSuchProcess:
        return
