"""Flink as the package of PyFlink has it: its folder, and what its JVMs are started with."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import yaml

from minibroker.model.errors import OutsideError


def flink_home() -> Path:
    """Return the folder of Flink's scripts and configuration; OutsideError without PyFlink."""
    found = importlib.util.find_spec("pyflink")
    if found is None or found.origin is None:
        raise OutsideError(
            "pyflink-missing", "PyFlink is not installed", "pip install 'minibroker[broker]'"
        )
    return Path(found.origin).parent


def java_opens() -> str:
    """Return the --add-opens that Flink's own configuration asks of Java 17."""
    conf = yaml.safe_load((flink_home() / "conf" / "config.yaml").read_text())
    return str(conf["env"]["java"]["opts"]["all"])
