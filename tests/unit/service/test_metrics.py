from dataclasses import replace
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from minibroker.engine.deliveries import LedgerNight
from minibroker.engine.stack import ChildState
from minibroker.service.metrics import JobHealth, Observation, exposition

RUNNING = ChildState("kafka", "running", "localhost:9092", 7, 4096, Path("kafka.log"))
DEAD = ChildState("taskmanager", "dead", "", None, 0, Path("taskmanager.log"))
JOB = JobHealth("minibroker.archive.ztf", "RUNNING", {("ztf", 3): 12}, 1.5, 2)
NIGHT = LedgerNight("2026-03-05", "ann", "mine", 10, 1, sent=3, over_quota=2, bytes=300)


Found = dict[frozenset[str], float]


def _samples(observation: Observation) -> Found:
    """Return each sample by its name and the values of its labels."""
    text = exposition(observation, 2).decode()
    return {
        frozenset((sample.name, *sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_all_that_should_run_does() -> None:
    seen = Observation([RUNNING], [JOB], [], {"ztf": [NIGHT]}, {"ztf": 1})
    assert seen.problems == []
    samples = _samples(seen)
    assert samples[frozenset(("minibroker_ready",))] == 1
    assert samples[frozenset(("minibroker_failed_mends",))] == 2
    assert (
        samples[
            frozenset(
                (
                    "minibroker_process_up",
                    "kafka",
                )
            )
        ]
        == 1
    )
    assert (
        samples[
            frozenset(
                (
                    "minibroker_process_resident_bytes",
                    "kafka",
                )
            )
        ]
        == 4096
    )
    assert (
        samples[
            frozenset(
                (
                    "minibroker_job_up",
                    JOB.name,
                    "RUNNING",
                )
            )
        ]
        == 1
    )
    assert (
        samples[
            frozenset(
                (
                    "minibroker_lag_packets",
                    JOB.name,
                    "ztf",
                    "3",
                )
            )
        ]
        == 12
    )
    assert (
        samples[
            frozenset(
                (
                    "minibroker_checkpoint_age_seconds",
                    JOB.name,
                )
            )
        ]
        == 1.5
    )
    assert samples[frozenset(("minibroker_refused_commits", JOB.name))] == 2
    of = ("ztf", "ann", "mine", "2026-03-05")
    counts = {"read": 10, "passed": 5, "not_passed": 4, "sent": 3, "over_quota": 2, "dead": 1}
    for state, count in counts.items():
        assert (
            samples[
                frozenset(
                    (
                        "minibroker_filter_alerts",
                        *of,
                        state,
                    )
                )
            ]
            == count
        )
    assert (
        samples[
            frozenset(
                (
                    "minibroker_filter_sent_bytes",
                    *of,
                )
            )
        ]
        == 300
    )
    assert (
        samples[
            frozenset(
                (
                    "minibroker_dead_letters",
                    "ztf",
                )
            )
        ]
        == 1
    )


def test_what_is_missing_is_named() -> None:
    missing = JobHealth("minibroker.filters.ztf", "MISSING")
    seen = Observation([RUNNING, DEAD], [JOB, missing], ["Flink does not answer"], {}, {})
    assert seen.problems == [
        "taskmanager is dead",
        "Flink does not answer",
        "minibroker.filters.ztf is MISSING",
    ]
    samples = _samples(seen)
    assert samples[frozenset(("minibroker_ready",))] == 0
    stored = replace(seen, unapplied=[JOB.name])
    assert stored.problems == [*seen.problems, f"{JOB.name} lacks a change that is stored"]
    stuck = replace(seen, stuck=[("minibroker.ann.mine", 0)])
    assert stuck.problems == [
        *seen.problems,
        "readers wait for a transaction that stays open: minibroker.ann.mine (partition 0)",
    ]
    assert (
        samples[
            frozenset(
                (
                    "minibroker_process_up",
                    "taskmanager",
                )
            )
        ]
        == 0
    )
    assert (
        samples[
            frozenset(
                (
                    "minibroker_job_up",
                    missing.name,
                    "MISSING",
                )
            )
        ]
        == 0
    )
