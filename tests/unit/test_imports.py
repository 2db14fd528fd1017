"""What the commands load before they do anything, which no static graph can see."""

import subprocess
import sys


def test_the_commands_load_neither_pyflink_nor_duckdb() -> None:
    code = "import sys, minibroker.ui.cli; print(*sorted({m.split('.')[0] for m in sys.modules}))"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    assert "sqlglot" in loaded
    assert not {"pyflink", "duckdb", "confluent_kafka", "fastavro", "numpy"} & set(loaded)
