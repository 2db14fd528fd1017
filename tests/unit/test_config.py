from pathlib import Path

import pytest

from minibroker.config import load_config
from minibroker.model.errors import ConfigError


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MINIBROKER_JARS", raising=False)


def _file(text: str) -> Path:
    file = Path("minibroker.toml")
    file.write_text(text)
    return file


def test_flags_beat_variables_beat_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    _file("[kafka]\nport = 1\n[flink]\nport = 2\nslots = 3\n")
    monkeypatch.setenv("MINIBROKER_FLINK_PORT", "20")
    monkeypatch.setenv("MINIBROKER_FLINK_SLOTS", "30")
    config = load_config(flags={"flink.slots": "300"})
    assert (config.kafka.port, config.flink.port, config.flink.slots) == (1, 20, 300)
    assert config.origins == {
        "kafka.port": "minibroker.toml",
        "flink.port": "variable MINIBROKER_FLINK_PORT",
        "flink.slots": "--set flink.slots",
    }


def test_without_anything_the_defaults_stand() -> None:
    config = load_config()
    assert config.bootstrap == "localhost:9092"
    assert set(config.surveys) == {"ztf", "lsst"}
    assert config.archive_folder == (Path.cwd() / "minibroker-data" / "archive")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "[kafak]\nport = 1",
            "minibroker.toml: kafak.port: no such setting; did you mean 'kafka'?",
        ),
        ("[kafka]\nprot = 1", "minibroker.toml: kafka.prot: no such setting; did you mean 'port'?"),
        ("[kafka]\nport = 'x'", "minibroker.toml: kafka.port: expected a whole number, found 'x'"),
        ("kafka = 'x'", "minibroker.toml: kafka: expected a table of settings, found 'x'"),
        (
            "[kafka.port]\nx = 1",
            "minibroker.toml: kafka.port.x: expected nothing: kafka.port is one value, found 1",
        ),
        ("[kafka]\nport = 1.9", "minibroker.toml: kafka.port: expected a whole number, found 1.9"),
        ("[surveys.ztf]\nbare_schema = 'x'", "surveys.ztf.topic is missing"),
    ],
)
def test_mistakes_are_told(text: str, message: str) -> None:
    with pytest.raises(ConfigError) as failure:
        load_config(_file(text))
    assert failure.value.message == message


def test_an_unknown_variable_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINIBROKER_KAFKA_PROT", "1")
    with pytest.raises(ConfigError) as failure:
        load_config()
    assert failure.value.message == (
        "MINIBROKER_KAFKA_PROT: no such setting; did you mean 'MINIBROKER_KAFKA_PORT'?"
    )


def test_any_key_of_the_kafka_clients_passes_through() -> None:
    config = load_config(_file('[kafka.properties]\n"sasl.mechanism" = "SCRAM-SHA-512"\n'))
    assert config.kafka.properties == {"sasl.mechanism": "SCRAM-SHA-512"}
