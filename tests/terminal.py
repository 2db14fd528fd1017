"""A terminal with a person at it: real keys into a pseudo-terminal, and what the screen shows."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence

import pexpect
import psutil
import pyte

PROMPT, CONTINUED = "minibroker=>", "minibroker->"

SECONDS = 300.0
"""How long a screen may take: the machine may be busy."""


class Terminal:
    """A command in a pseudo-terminal of 120 columns."""

    def __init__(
        self, words: Sequence[str], environment: Mapping[str, str], folder: str, lines: int = 60
    ) -> None:
        self._child = pexpect.spawn(
            words[0],
            list(words[1:]),
            env=_environment(environment),
            cwd=folder,
            dimensions=(lines, 120),
        )
        self._child.delaybeforesend = None
        self._screen = pyte.Screen(120, lines)
        # The editor asks where the cursor is; the terminal answers as one does.
        self._screen.write_process_input = lambda data: self._child.send(data)
        self._stream = pyte.ByteStream(self._screen)

    @property
    def screen(self) -> pyte.Screen:
        """The screen with its colours."""
        return self._screen

    @property
    def text(self) -> str:
        """What the screen shows, without the blanks at its ends."""
        return "\n".join(line.rstrip() for line in self._screen.display).strip()

    def keys(self, *keys: str) -> None:
        """Press keys."""
        for each in keys:
            self._child.send(each)

    def until(self, *texts: str) -> str:
        """Wait until the screen shows all of these and return its text."""
        return self._wait(lambda text: all(each in text for each in texts), texts)

    def prompted(self, *texts: str) -> str:
        """Wait for these and for an empty prompt in the last line."""
        return self._wait(
            lambda text: text.endswith(PROMPT) and all(each in text for each in texts), texts
        )

    def line(self, line: str) -> str:
        """Type a line, and wait for the prompt or continuation that follows it."""
        before = self.text.count(PROMPT) + self.text.count(CONTINUED)
        self.keys(line)
        self.until(line)
        self.keys("\r")
        return self._wait(
            lambda text: (
                text.endswith((PROMPT, CONTINUED))
                and text.count(PROMPT) + text.count(CONTINUED) > before
            ),
            (line,),
        )

    def busy(self) -> None:
        """Wait until a process that the command has started works on something."""
        deadline = time.monotonic() + SECONDS
        children = psutil.Process(self._child.pid).children()
        began = sum(child.cpu_times().user for child in children)
        while sum(child.cpu_times().user for child in children) < began + 0.3:
            self._read()
            if time.monotonic() > deadline:
                raise AssertionError(f"nothing is going on:\n{self.text}")

    def _wait(self, is_shown: Callable[[str], bool], wanted: object) -> str:
        deadline = time.monotonic() + SECONDS
        while not is_shown(self.text):
            if not self._read() or time.monotonic() > deadline:
                raise AssertionError(f"{wanted} not on the screen:\n{self.text}")
        return self.text

    def clear(self) -> None:
        """Clear the screen, as Ctrl-L does."""
        self._screen.reset()
        self.keys("\x0c")
        self.prompted()

    def ended(self) -> int:
        """Wait for the end and return the exit code."""
        deadline = time.monotonic() + SECONDS
        while self._read() and time.monotonic() < deadline:
            pass
        self._child.close()
        return int(self._child.exitstatus if self._child.exitstatus is not None else -1)

    def close(self) -> None:
        """End whatever still runs."""
        self._child.close(force=True)

    def _read(self) -> bool:
        """Take in what was written; False at the end."""
        try:
            self._stream.feed(self._child.read_nonblocking(65536, timeout=0.5))
        except pexpect.TIMEOUT:
            pass
        except pexpect.EOF:
            return False
        return True


def _environment(given: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of somebody at a terminal who has set nothing of minibroker's."""
    kept = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith("MINIBROKER_") and key not in ("COLUMNS", "LINES", "NO_COLOR")
    }
    return kept | {"TERM": "xterm-256color", "LANG": "C.UTF-8"} | dict(given)
