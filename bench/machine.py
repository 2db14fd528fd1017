"""The machine that a speed was measured on."""

import os
import platform


def machine() -> str:
    """Return the machine in a few words, for beside its numbers."""
    return f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
