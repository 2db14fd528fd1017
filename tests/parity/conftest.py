"""PyFlink as the broker starts it: a worker's later tests submit jobs from the same JVM."""

import pytest

from minibroker.broker import Broker
from minibroker.config import load_config


@pytest.fixture(scope="session")
def pyflink() -> None:
    """Start PyFlink's JVM with our jars, unless a test before did."""
    assert Broker(load_config()).planner
