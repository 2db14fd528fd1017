import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from minibroker.engine.store import FilterState, Phase, Run, Store, StoredFilter, StoredForecast
from minibroker.model.errors import OutsideError
from minibroker.model.job import Member, TopicPartition

FIRST, SECOND = TopicPartition("ztf", 0), TopicPartition("ztf", 1)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "minibroker.sqlite")


def _filter(name: str = "bright", version: int = 1, fingerprint: str = "aaaa") -> StoredFilter:
    topic, running = f"minibroker.ann.{name}", FilterState.RUNNING
    return StoredFilter(
        "ann", name, "ztf", topic, version, fingerprint, "f.sql", "text", running, 0
    )


def test_versions_and_who_submitted_them_are_kept(store: Store) -> None:
    store.commit([_filter()], "ann")
    store.commit([_filter(version=2, fingerprint="bbbb")], "bob")
    newest = store.filter("ann", "bright")
    assert newest is not None
    assert (newest.version, newest.fingerprint, newest.submitted_by) == (2, "bbbb", "bob")
    kept = store.versions("ann", "bright")
    assert [(each.version, each.fingerprint, each.submitted_by) for each in kept] == [
        (1, "aaaa", "ann"),
        (2, "bbbb", "bob"),
    ]


def test_every_change_of_state_says_who_did_it(store: Store) -> None:
    store.commit([_filter()], "ann")
    for state in (FilterState.PAUSED, FilterState.RUNNING, FilterState.REMOVED):
        store.commit([replace(_filter(), state=state)], "bob")
    store.commit([_filter(version=2)], "ann")
    assert [(each.version, each.change, each.by) for each in store.changes("ann", "bright")] == [
        (1, "submitted", "ann"),
        (1, "paused", "bob"),
        (1, "resumed", "bob"),
        (1, "removed", "bob"),
        (2, "submitted", "ann"),
    ]


def test_a_forecast_is_kept_as_it_was_made_first(store: Store, tmp_path: Path) -> None:
    made = StoredForecast(
        "ann", "bright", 1, "2026-03-07T00:00:00+00:00", ("a", "b"), 90, 80, 20.5, 3, 40, 0.9
    )
    store.put_forecasts([])
    # A store that was made before there were forecasts has all but their table.
    with sqlite3.connect(tmp_path / "minibroker.sqlite") as database:
        database.execute("DROP TABLE forecasts")
    database.close()
    store = Store(tmp_path / "minibroker.sqlite")
    assert store.forecast("ann", "bright", 1) is None
    store.put_forecasts([made])
    store.put_forecasts([replace(made, high=50), replace(made, version=2, low=9)])
    assert store.forecast("ann", "bright", 1) == made
    assert store.forecast("ann", "bright", 2) == replace(made, version=2, low=9)


def test_filters_are_found_by_survey_and_state(store: Store) -> None:
    paused = replace(_filter("faint"), state=FilterState.PAUSED)
    store.commit([_filter(), paused, replace(_filter("gone"), state=FilterState.REMOVED)], "ann")
    assert [each.name for each in store.filters("ztf")] == ["bright"]
    assert store.filters("lsst") == []
    both = store.filters(states=(FilterState.RUNNING, FilterState.PAUSED))
    assert [each.name for each in both] == ["bright", "faint"]


def test_every_version_can_be_had_again(store: Store) -> None:
    store.commit([_filter()], "ann")
    store.commit([_filter(version=2, fingerprint="bbbb")], "ann")
    store.commit([replace(_filter(version=2), state=FilterState.REMOVED)], "ann")
    first, second = (store.version("ann", "bright", number) for number in (1, 2))
    assert first is not None
    assert second is not None
    assert (first.fingerprint, second.fingerprint) == ("aaaa", "bbbb")
    assert store.version("ann", "bright", 3) is None


def test_the_same_again_records_no_change(store: Store) -> None:
    store.commit([_filter()], "ann")
    store.commit([_filter()], "bob")
    assert len(store.changes("ann", "bright")) == 1


def test_of_two_next_versions_the_second_is_refused_and_nothing_of_its_change_stays(
    store: Store,
) -> None:
    store.commit([_filter()], "ann")
    store.commit([_filter(version=2)], "bob")
    with pytest.raises(OutsideError) as failure:
        store.commit([_filter("other"), replace(_filter(), state=FilterState.PAUSED)], "ann")
    assert failure.value.code == "filter-changed"
    assert failure.value.message == ("ann's filter 'bright' was changed by somebody else meanwhile")
    assert store.filter("ann", "other") is None


def test_a_job_is_starting_running_or_stopped_somewhere(store: Store) -> None:
    assert store.job("j") is None
    store.job_starting("j", "id1", None)
    assert store.job("j").phase is Phase.STARTING
    store.job_started("j", "another")
    assert store.job("j").phase is Phase.STARTING, "another job's id"
    store.job_started("j", "id1")
    assert store.job("j").phase is Phase.RUNNING
    store.job_stopped("j", "id1", "/s")
    assert (store.job("j").phase, store.job("j").savepoint) == (Phase.STOPPED, "/s")
    store.job_starting("j", "id2", "/s")
    assert (store.job("j").job_id, store.job("j").savepoint) == ("id2", "/s")
    assert [each.name for each in store.jobs()] == ["j"]
    store.forget_job("j")
    assert store.jobs() == []


def test_a_run_ends_where_the_next_version_begins(store: Store) -> None:
    store.record_members("job", [Member("ann", "a", 1)], {FIRST: 5})
    store.record_members("job", [Member("ann", "a", 2)], {FIRST: 9, SECOND: 3})
    assert store.runs("ann", "a") == [
        Run("ann", "a", 1, "ztf", 0, 5, 9),
        Run("ann", "a", 1, "ztf", 1, 0, 3),
        Run("ann", "a", 2, "ztf", 0, 9, None),
        Run("ann", "a", 2, "ztf", 1, 3, None),
    ]


def test_a_filter_that_is_not_changed_runs_on(store: Store) -> None:
    both = [Member("ann", "a", 1), Member("ann", "b", 1)]
    store.record_members("job", both, {FIRST: 5})
    store.record_members("job", both[:1], {FIRST: 7})
    assert store.runs("ann", "a") == [Run("ann", "a", 1, "ztf", 0, 5, None)]
    assert store.runs("ann", "b") == [Run("ann", "b", 1, "ztf", 0, 5, 7)]


def test_a_version_that_never_read_anything_has_no_run(store: Store) -> None:
    store.record_members("job", [Member("ann", "a", 1)], {FIRST: 5})
    store.record_members("job", [Member("ann", "a", 2)], {FIRST: 5})
    assert [each.version for each in store.runs("ann", "a")] == [2]


def test_a_resumed_version_has_a_second_run(store: Store) -> None:
    one = [Member("ann", "a", 1)]
    store.record_members("job", one, {FIRST: 5})
    store.record_members("job", [], {FIRST: 7})
    store.record_members("job", one, {FIRST: 9})
    assert [(each.begin, each.end) for each in store.runs("ann", "a")] == [(5, 7), (9, None)]


def test_partitions_that_a_job_finds_are_read_from_their_beginning(store: Store) -> None:
    store.record_members("job", [Member("ann", "a", 1)], {})
    store.record_partitions("job", [FIRST])
    store.record_partitions("job", [FIRST, SECOND])
    assert [(each.partition, each.begin) for each in store.runs("ann", "a")] == [(0, 0), (1, 0)]


def test_reading_makes_no_file_and_the_first_writing_does(tmp_path: Path) -> None:
    file = tmp_path / "data" / "minibroker.sqlite"
    store = Store(file)
    assert store.filters() == []
    assert store.job("job") is None
    assert not file.parent.exists()
    other = Store(file)
    other.put_schema("http://a", "t-value", "{}", 5)
    assert store.schema("t-value", 5) == "{}", "what another process wrote is seen"


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    file = tmp_path / "minibroker.sqlite"
    file.write_bytes(b"this is no database at all" * 100)
    with pytest.raises(OutsideError) as failure:
        Store(file).jobs()
    assert failure.value.message == f"{file}: file is not a database"


def test_a_file_of_another_layout_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "minibroker.sqlite"
    with sqlite3.connect(file) as database:
        database.execute("CREATE TABLE filters (owner TEXT)")
    database.close()
    with pytest.raises(OutsideError) as failure:
        Store(file).jobs()
    assert failure.value.code == "store-layout"
    assert failure.value.message == f"{file}: its layout is number 0, this minibroker reads 2"


def test_ids_of_schemas_are_kept_by_registry_and_subject(tmp_path: Path) -> None:
    store = Store(tmp_path / "minibroker.sqlite")
    store.put_schema("http://a", "t-value", "{}", 5)
    store.put_schema("http://b", "t-value", "{}", 6)
    store.put_schema("http://a", "t-value", "[]", 7)
    assert store.schema_id("http://a", "t-value", "{}") == 5
    assert store.schema_id("http://b", "t-value", "{}") == 6
    assert store.schema_id("http://c", "t-value", "{}") is None
    assert store.schema_id("http://a", "u-value", "{}") is None
    assert store.schema_id("", "t-value", "[]") == 7, "without a registry any will do"
    assert store.schema("t-value", 7) == "[]"
    assert store.schema("u-value", 7) is None
