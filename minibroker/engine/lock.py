"""A file that one process holds at a time, until it ends at the latest."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def hold(file: Path, taken: Callable[[], None]) -> Iterator[None]:
    """Hold a file, which is made, and its folder with it.

    When another process holds it ``taken`` is called: it raises, or the other is waited for.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    # The file and not its folder: network file systems lock only what is open for writing.
    with file.open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            taken()
            fcntl.flock(held, fcntl.LOCK_EX)
        yield


def is_held(file: Path) -> bool:
    """Whether some process holds a file."""
    try:
        with file.open("r") as found:
            fcntl.flock(found, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    return False
