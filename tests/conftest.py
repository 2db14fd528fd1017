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


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update",
        action="store_true",
        help="rewrite the expected side of the golden cases with what came out",
    )
