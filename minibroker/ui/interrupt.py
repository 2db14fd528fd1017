"""Ctrl-C and SIGTERM: obeyed once, and not while something cleans up."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager

SIGNALS = (signal.SIGINT, signal.SIGTERM)
SAME_SECONDS = 1.0
"""Signals that follow one another this soon are one request: `timeout` sends its to the process and
to the process's group."""


class Interrupt:
    """A handler of signals that raises KeyboardInterrupt, once for each request."""

    def __init__(self) -> None:
        self._last = float("-inf")

    def __call__(self, *_: object) -> None:
        """Raise KeyboardInterrupt, unless the last signal that did was just now."""
        now = time.monotonic()
        if now - self._last > SAME_SECONDS:
            self._last = now
            raise KeyboardInterrupt

    def install(self) -> None:
        """Obey both signals, but for a Ctrl-C that whoever started this process does not mean."""
        signal.signal(signal.SIGTERM, self)
        if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
            signal.signal(signal.SIGINT, self)


def ignore() -> None:
    """Let both signals do nothing from now on: this process is about to end."""
    for each in SIGNALS:
        signal.signal(each, signal.SIG_IGN)


@contextmanager
def unheeded() -> Iterator[None]:
    """Let no signal interrupt what is done here; call it in the main thread."""
    before = {each: signal.getsignal(each) for each in SIGNALS}
    ignore()
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
