"""Options of the whole test run."""

import os
import signal

import pytest

from minibroker.engine.flink_home import java_opens

# A run in the background starts with Ctrl-C ignored, and so would all that it starts.
signal.signal(signal.SIGINT, signal.default_int_handler)

# The JVMs live for minutes here: optimising what they run takes longer than running it, and to
# verify the classes of Kafka and Flink once more is a seventh of each start.
SHORT_LIVED = (
    "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
    " -XX:+UnlockDiagnosticVMOptions -XX:-BytecodeVerificationRemote"
)
os.environ.setdefault("FLINK_ENV_JAVA_OPTS", f"{java_opens()} {SHORT_LIVED}")
os.environ.setdefault("KAFKA_OPTS", SHORT_LIVED)

# Files that are given out first (with --no-loadscope-reorder): one that counts all that its stack
# holds, and those with minutes of work, so that none begins last while the other worker is idle.
FIRST = (
    "test_end_to_end",
    "test_torture",
    "test_operation",
    "test_readme",
    "test_scalar_parity",
    "test_generated_filters",
    "test_projection",
    "test_three_brokers",
    "test_jobs",
    "test_faults",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give these files out first."""
    place = {name: number for number, name in enumerate(FIRST)}
    items.sort(key=lambda item: place.get(item.path.stem, len(FIRST)))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update",
        action="store_true",
        help="rewrite the expected side of the golden cases with what came out",
    )
