"""Options of the whole test run."""

import os
import signal

import pytest

from minibroker.engine.flink_home import java_opens

# A run in the background starts with Ctrl-C ignored, and so would all that it starts.
signal.signal(signal.SIGINT, signal.default_int_handler)

# Flink's processes live for minutes here: optimising what they run takes longer than running it.
os.environ.setdefault("FLINK_ENV_JAVA_OPTS", f"{java_opens()} -XX:TieredStopAtLevel=1")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update",
        action="store_true",
        help="rewrite the expected side of the golden cases with what came out",
    )
