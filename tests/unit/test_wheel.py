"""The wheel is the whole of minibroker: jar, schemas, settings and filters are in it."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from minibroker.model.shipped import PACKAGE, broker_jar

ROOT = PACKAGE.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    assert broker_jar().exists(), "the jar is not built: make jar"
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "-o", str(folder)]
    subprocess.run([*command, str(ROOT)], check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return built


def test_everything_that_ships_is_in_it(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder in ("schemas", "sql", "flink-conf"):
        for file in (ROOT / folder).rglob("*"):
            assert file.is_dir() or f"minibroker/shipped/{file.relative_to(ROOT)}" in names
    assert "minibroker/shipped/minibroker-flink.jar" in names


def test_it_runs_from_where_it_is_installed(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    program = (
        "from minibroker.model.shipped import broker_jar, shipped;"
        "print(shipped('schemas'), broker_jar());"
        "from minibroker.ui.cli import main; main(['check', '-e', 'candidate.rb > 0.9'])"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", program],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "site")},
        capture_output=True,
        text=True,
        check=True,
    )
    shipped = tmp_path / "site" / "minibroker" / "shipped"
    assert (
        done.stdout.splitlines()[0] == f"{shipped / 'schemas'} {shipped / 'minibroker-flink.jar'}"
    )
