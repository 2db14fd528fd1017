"""Where the shipped files are: in the wheel, or beside the package in a checkout."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent


def shipped(name: str) -> Path:
    """Return the folder ``name`` (``schemas``, ``flink-conf``, ``sql``, ``jvm``) as installed."""
    wheel = PACKAGE / "shipped" / name
    return wheel if wheel.exists() else PACKAGE.parent / name


def broker_jar() -> Path:
    """Return the path of minibroker's own jar, which a checkout has only once it is built."""
    wheel = PACKAGE / "shipped" / "minibroker-flink.jar"
    return wheel if wheel.exists() else PACKAGE.parent / "jvm" / "target" / "minibroker-flink.jar"
