"""Runs a command of minibroker in the process of the test."""

from __future__ import annotations

from minibroker.ui.cli import main


def run(*words: str) -> int:
    """Run a command and return its exit code."""
    try:
        main(words)
    except SystemExit as end:
        return int(end.code or 0)
    return 0
