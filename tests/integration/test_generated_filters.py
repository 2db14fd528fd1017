"""The headline: filters and alerts made at random, and no two opinions on any pair of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from minibroker.broker import Broker
from minibroker.config import Config
from tests.parity.engines import SURVEYS, proof_config
from tests.parity.proof import Proof, Tally

pytestmark = pytest.mark.stack

SEED = 20261123
FILTERS, ROWS = 80, 250
"""Of each survey."""


@pytest.fixture(scope="module")
def surveys_added(
    config: Config, broker: Broker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Broker]:
    """The run's Kafka and Flink with the surveys of the proof, which are folders and no code."""
    running = replace(
        config,
        kafka=replace(config.kafka, bootstrap=config.bootstrap),
        flink=replace(config.flink, url=config.flink_url),
    )
    added = Broker(proof_config(running, tmp_path_factory.mktemp("proof")))
    before = {job.job_id for job in broker.jobs()}
    added.up()
    yield added
    for job in added.jobs():
        if job.live and job.job_id not in before:
            added.flink.cancel(job.job_id)


@pytest.fixture(scope="module")
def tally(surveys_added: Broker) -> Tally:
    tally = Tally()
    for survey in SURVEYS:
        Proof(surveys_added, survey, tally).round(FILTERS, ROWS, SEED)
    return tally


def test_stream_archive_and_referee_agree_on_every_pair(tally: Tally) -> None:
    assert tally.differences == [], "\n".join(map(str, tally.differences[:20]))
    assert tally.pairs >= 50_000


def test_the_answers_are_of_all_three_kinds(tally: Tally) -> None:
    assert min(tally.share(True), tally.share(False)) >= 15, tally
    assert tally.share(None) >= 5, tally


def test_the_filters_use_the_whole_language(tally: Tally) -> None:
    assert tally.uncalled == set()
    assert tally.with_lists >= 0.25 * tally.filters
    assert sum(tally.refused.values()) <= 0.02 * tally.filters


def test_hardly_any_answer_hangs_on_a_last_digit(tally: Tally) -> None:
    assert len(tally.tolerated) <= 0.001 * tally.pairs
