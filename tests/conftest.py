"""Options of the whole test run."""

import os
import signal

import pytest

from minibroker.engine.flink_home import java_opens

# A run in the background starts with Ctrl-C ignored, and so would all that it starts.
signal.signal(signal.SIGINT, signal.default_int_handler)

# The JVMs live for minutes here: optimising what they run takes longer than running it.
SHORT_LIVED = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
os.environ.setdefault("FLINK_ENV_JAVA_OPTS", f"{java_opens()} {SHORT_LIVED}")
os.environ.setdefault("KAFKA_OPTS", SHORT_LIVED)


EARLY = ("end_to_end", "operation", "torture", "readme", "scalar_parity", "projection", "faults")
"""The files of integration tests that come first: one that counts all that its topics hold, then
those that take longest, so that no worker goes on for minutes alone."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    order = {f"test_{name}": place for place, name in enumerate(EARLY)}
    items.sort(key=lambda item: order.get(item.path.stem, len(order)))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update",
        action="store_true",
        help="rewrite the expected side of the golden cases with what came out",
    )
