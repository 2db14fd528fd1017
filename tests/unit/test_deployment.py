"""docker-compose.yml says the same as flink-conf/, in the form that containers want."""

import subprocess
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = ROOT / "docker-compose.yml"


def test_compose_file_is_valid_by_the_compose_specification() -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec"]
    done = subprocess.run([*command, str(COMPOSE)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_compose_has_the_whole_stack() -> None:
    services = yaml.safe_load(COMPOSE.read_text())["services"]
    assert set(services) == {"kafka", "schema-registry", "jobmanager", "taskmanager", "minibroker"}


def test_compose_gives_kafka_the_same_settings() -> None:
    environment = yaml.safe_load(COMPOSE.read_text())["services"]["kafka"]["environment"]
    lines = (ROOT / "flink-conf" / "kafka.properties").read_text().splitlines()
    settings = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    for key, value in settings.items():
        assert environment["KAFKA_" + key.upper().replace(".", "_")] == value, key


def test_flink_of_the_compose_file_is_the_pinned_one() -> None:
    services = yaml.safe_load(COMPOSE.read_text())["services"]
    pinned = next(
        line.split("==")[1]
        for line in (ROOT / "constraints.txt").read_text().splitlines()
        if line.startswith("apache-flink==")
    )
    assert services["jobmanager"]["image"] == f"apache/flink:{pinned}-java17"
