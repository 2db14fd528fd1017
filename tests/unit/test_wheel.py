"""The wheel is the whole of minibroker: jar, schemas, settings and filters are in it."""

import os
import subprocess
import sys
import zipfile
from datetime import date
from pathlib import Path

import pytest

from minibroker.model.shipped import PACKAGE, broker_jar
from minibroker.model.survey import load_surveys
from minibroker.service.simulate import simulate

# The environment is made once, and not by every worker.
pytestmark = pytest.mark.xdist_group("wheel")

ROOT = PACKAGE.parent


LARGEST_BASE = 60
"""Megabytes that the base install may take, its bytecode included."""


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


@pytest.fixture(scope="module")
def base(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment that has the wheel without any extra, and not even pip."""
    folder = tmp_path_factory.mktemp("base")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    python = folder / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "-q", "--no-compile"]
    pip += ["--disable-pip-version-check", "-c", str(ROOT / "constraints.txt")]
    subprocess.run([*pip, str(wheel)], check=True, capture_output=True)
    return python


def _run(python: Path, *words: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("MINIBROKER_")}
    return subprocess.run(
        [str(python), *words],
        cwd=folder or python.parent,
        env={**environment, "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_base_install_is_small(base: Path) -> None:
    files = [file for file in base.parents[1].rglob("*") if file.is_file()]
    megabytes = sum(file.lstat().st_size for file in files) / 1e6
    assert 20 < megabytes < LARGEST_BASE


def test_every_command_starts_in_the_base_install(base: Path) -> None:
    code = "from minibroker.ui.cli import app; print(*(n for n in app if not n.startswith('-')))"
    names = _run(base, "-c", code).stdout.split()
    assert {"check", "submit", "tail", "demo"} <= set(names)
    program = (
        "import sys; from minibroker.ui.cli import main\n"
        "for name in sys.argv[1:]:\n"
        "    try:\n"
        "        main([name, '--help'])\n"
        "    except SystemExit as end:\n"
        "        assert not end.code\n"
    )
    done = _run(base, "-c", program, *names)
    assert done.returncode == 0, done.stderr
    told = " ".join(done.stdout.split())
    assert [name for name in names if f"Usage: minibroker {name} " not in told] == []


def test_what_needs_no_extra_works_in_the_base_install(base: Path, tmp_path: Path) -> None:
    done = _run(base, "-m", "minibroker", "check", "-e", "candidate.rb > 0.9", folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    done = _run(base, "-m", "minibroker", "schema", "lsst", "psfFlux", folder=tmp_path)
    assert "nJy" in done.stdout
    done = _run(base, "-m", "minibroker", "functions", "cone", folder=tmp_path)
    assert "cone(ra, dec, ra0, dec0, radius)" in done.stdout
    done = _run(base, "-m", "minibroker", "filters", folder=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "no filter\n")
    away = ("-m", "minibroker", "--set", "kafka.port=1", "tail", "x")
    assert "extra" not in _run(base, *away, folder=tmp_path).stderr


@pytest.mark.parametrize(
    ("command", "extra"),
    [
        ("backtest bright.sql --from 2026-03-01 --to 2026-03-02", "archive"),
        ("backtest bright.sql --plot nights.png", "plot"),
        ("tail x --stamps images", "stamps"),
        ("tail x --save alerts --format parquet", "parquet"),
        ("simulate ztf 2026-03-05", "simulate"),
        ("up", "broker"),
        ("status", "broker"),
        ("down", "broker"),
        ("demo", "broker"),
    ],
)
def test_what_needs_an_extra_says_which(
    base: Path, tmp_path: Path, command: str, extra: str
) -> None:
    (tmp_path / "bright.sql").write_text("candidate.magpsf < 18")
    done = _run(base, "-m", "minibroker", *command.split(), folder=tmp_path)
    assert done.returncode == 2, done.stderr
    assert f"help: pip install 'minibroker[{extra}]'" in done.stderr


def test_alerts_are_read_in_the_base_install(base: Path, tmp_path: Path) -> None:
    surveys = load_surveys(ROOT / "schemas")
    for survey in surveys.values():
        (packet,) = simulate(survey, date(2026, 3, 5), 1, 1)
        (tmp_path / f"{survey.name}.avro").write_bytes(packet.value)
    program = (
        "from minibroker import read_alerts\n"
        "for alert in read_alerts('.'):\n"
        "    print(alert.survey.name, len(alert.cutouts), len(alert.lightcurve()) > 0)\n"
        "    assert 'minibroker[stamps]' in alert._repr_html_()\n"
    )
    done = _run(base, "-c", program, folder=tmp_path)
    assert (done.stdout, done.stderr) == ("lsst 3 True\nztf 3 True\n", "")


def test_older_packets_of_rubin_are_read_with_its_package_of_schemas(
    base: Path, tmp_path: Path
) -> None:
    packets = sorted((ROOT.parent / "shared/data/lsst/confluent").glob("70*.avro"))
    if not packets:
        pytest.skip("the real packets are not here (../shared/data)")
    read = (
        "from minibroker import read_alerts\n"
        "for alert in read_alerts('.'):\n"
        "    print(alert['alertId'])\n"
    )
    for packet in packets:
        (tmp_path / packet.name).write_bytes(packet.read_bytes())
    assert "of no survey that is known" in _run(base, "-c", read, folder=tmp_path).stderr
    pip = [sys.executable, "-m", "pip", "--python", str(base), "install", "-q", "--no-deps"]
    pip += ["--disable-pip-version-check", "-c", str(ROOT / "constraints.txt")]
    subprocess.run([*pip, "lsst-alert-packet"], check=True, capture_output=True)
    done = _run(base, "-c", read, folder=tmp_path)
    assert (done.stdout.count("\n"), done.stderr) == (len(packets), "")
