"""What the commands load before they do anything, which no static graph can see."""

import subprocess
import sys

HEAVY = {
    "confluent_kafka",
    "duckdb",
    "fastavro",
    "httpx",
    "numpy",
    "prompt_toolkit",
    "psutil",
    "pyflink",
    "rich",
    "sqlglot",
    "yaml",
}
"""What no command pays for that does not use it: most of the time to --help was theirs."""
LATER = ("broker", "compiler", "engine", "service", "model.expression", "model.survey")
"""Our own, which a command imports when it runs."""


def test_the_commands_load_nothing_heavy() -> None:
    code = "import sys, minibroker.ui.cli; print(*sorted(sys.modules))"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert "cyclopts" in loaded
    assert not HEAVY & set(loaded)
    assert not {f"minibroker.{name}" for name in LATER} & set(loaded)
