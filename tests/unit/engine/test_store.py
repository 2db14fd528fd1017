from pathlib import Path

import pytest

from minibroker.engine.store import Store
from minibroker.model.errors import OutsideError


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "minibroker.sqlite")


def _put(store: Store, fingerprint: str, name: str = "bright"):
    return store.put("ann", name, "ztf", f"minibroker.ann.{name}", fingerprint, "f.sql", "text")


def test_versions_count_up_and_the_same_fingerprint_is_the_same_version(store: Store) -> None:
    first = _put(store, "aaaa")
    assert (first.version, first.fingerprint, first.removed) == (1, "aaaa", False)
    assert _put(store, "aaaa") == first
    assert _put(store, "bbbb").version == 2
    assert store.filter("ann", "bright").fingerprint == "bbbb"


def test_a_removed_filter_keeps_its_versions_and_comes_back(store: Store) -> None:
    _put(store, "aaaa")
    assert store.remove("ann", "bright")
    assert not store.remove("ann", "bright")
    assert store.filters() == []
    assert [each.name for each in store.filters(removed=True)] == ["bright"]
    assert _put(store, "aaaa").version == 2
    assert [each.name for each in store.filters("ztf")] == ["bright"]
    assert store.filters("lsst") == []


def test_every_version_can_be_had_again(store: Store) -> None:
    first, second = _put(store, "aaaa"), _put(store, "bbbb")
    store.remove("ann", "bright")
    assert store.version("ann", "bright", 1).fingerprint == first.fingerprint
    assert store.version("ann", "bright", 2).fingerprint == second.fingerprint
    assert store.version("ann", "bright", 3) is None


def test_a_job_is_either_running_or_stopped_somewhere(store: Store) -> None:
    assert store.job("j") is None
    store.job_started("j", "id1")
    assert store.job("j").savepoint is None
    store.job_stopped("j", "id1", "file:///s")
    assert store.job("j").savepoint == "file:///s"
    store.job_started("j", "id2")
    assert (store.job("j").job_id, store.job("j").savepoint) == ("id2", None)


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    file = tmp_path / "minibroker.sqlite"
    file.write_bytes(b"this is no database at all" * 100)
    with pytest.raises(OutsideError) as failure:
        Store(file)
    assert failure.value.message == f"{file}: file is not a database"


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
