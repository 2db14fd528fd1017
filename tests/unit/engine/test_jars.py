import hashlib
from pathlib import Path

import pytest

from minibroker.engine import jars
from minibroker.engine.jars import Jar
from minibroker.model.errors import OutsideError
from minibroker.model.shipped import shipped


def _jar(content: bytes) -> Jar:
    return Jar("group", "artifact", "1.0", hashlib.sha256(content).hexdigest())


def test_shipped_list_names_both_class_paths_with_checksums() -> None:
    listed = jars.read_list(shipped("flink-conf") / "jars.toml")
    assert set(listed) == {"kafka", "flink"}
    for jar in (*listed["kafka"], *listed["flink"]):
        assert len(jar.sha256) == 64
    assert any(jar.artifact == "kafka_2.13" and jar.version == "4.3.1" for jar in listed["kafka"])


def test_a_damaged_jar_counts_as_missing(tmp_path: Path) -> None:
    jar = _jar(b"whole")
    assert jars.missing([jar], tmp_path) == (jar,)
    (tmp_path / jar.file_name).write_bytes(b"damaged")
    assert jars.missing([jar], tmp_path) == (jar,)
    (tmp_path / jar.file_name).write_bytes(b"whole")
    assert jars.missing([jar], tmp_path) == ()


def test_nothing_is_fetched_when_all_is_here(tmp_path: Path) -> None:
    jar = _jar(b"whole")
    (tmp_path / jar.file_name).write_bytes(b"whole")
    assert jars.fetch([jar], tmp_path) == 0


def test_a_jar_with_another_checksum_is_refused_and_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    jar = _jar(b"whole")
    monkeypatch.setattr(jars.shutil, "which", lambda _: "/usr/bin/mvn")
    monkeypatch.setattr(
        jars, "_copy_with_maven", lambda _, folder: (folder / jar.file_name).write_bytes(b"other")
    )
    with pytest.raises(OutsideError) as failure:
        jars.fetch([jar], tmp_path)
    found = hashlib.sha256(b"other").hexdigest()
    assert failure.value.message == f"artifact-1.0.jar: SHA-256 is {found}, not {jar.sha256}"
    assert list(tmp_path.glob("**/*.jar")) == []


def test_without_maven_the_remedy_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jars.shutil, "which", lambda _: None)
    with pytest.raises(OutsideError) as failure:
        jars.fetch([_jar(b"whole")], tmp_path)
    assert (failure.value.message, failure.value.remedy) == (
        "mvn is not on the PATH",
        "install Apache Maven 3.8 or newer",
    )
