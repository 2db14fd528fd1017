from pathlib import Path

import pytest

from minibroker.config import MASK, list_settings, load_config
from minibroker.model.errors import ConfigError
from minibroker.model.quota import Quota


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
        (
            "[kafka]\nport = 'x'",
            "minibroker.toml: kafka.port: expected a port from 1 to 65535, found 'x'",
        ),
        ("kafka = 'x'", "minibroker.toml: kafka: expected a table of settings, found 'x'"),
        (
            "[kafka.port]\nx = 1",
            "minibroker.toml: kafka.port.x: expected nothing: kafka.port is one value, found 1",
        ),
        (
            "[kafka]\nport = 1.9",
            "minibroker.toml: kafka.port: expected a port from 1 to 65535, found 1.9",
        ),
        (
            "[quota]\nalerts_per_night = -1",
            "minibroker.toml: quota.alerts_per_night: expected a whole number from 0 on, found -1",
        ),
        (
            '[quota.filters."ann.a"]\nalerts = 1',
            "minibroker.toml: quota.filters.ann.a.alerts: no such setting",
        ),
        (
            "[quota.filters.a]\nbytes_per_night = 1",
            "quota.filters.a: a filter is named with its owner",
        ),
        (
            "[surveys.ztf]\ntopic = 'alerts of ztf'",
            "minibroker.toml: surveys.ztf.topic: expected a topic's name, or several divided by ;,"
            " found 'alerts of ztf'",
        ),
        ("[surveys.ztf]\nbare_schema = 'x'", "surveys.ztf.topic is missing"),
        (
            "[surveys.ztf]\ntopic = 'a'\ntopic_pattern = 'b'",
            "minibroker.toml: surveys.ztf.topic_pattern: surveys.ztf.topic is set too",
        ),
        (
            "[surveys.ztf]\ntopic_pattern = 'ztf_['",
            "minibroker.toml: surveys.ztf.topic_pattern: unterminated character set at position 4",
        ),
    ],
)
def test_mistakes_are_told(text: str, message: str) -> None:
    with pytest.raises(ConfigError) as failure:
        load_config(_file(text))
    assert failure.value.message == message


@pytest.mark.parametrize(
    ("key", "value", "wanted"),
    [
        ("kafka.port", "99999", "a port from 1 to 65535"),
        ("flink.port", "0", "a port from 1 to 65535"),
        ("kafka.brokers", "2", "1 or 3"),
        ("kafka.partitions", "0", "a whole number from 1 on"),
        ("kafka.replication", "-1", "a whole number from 0 on"),
        ("flink.filter_checkpoint", "abc", "a time as 500 ms, 1 s or 2 min"),
        ("flink.archive_checkpoint", "0 s", "a time as 500 ms, 1 s or 2 min"),
        ("submit.max_share", "nan", "a number from 0 to 100"),
        ("submit.max_share", "101", "a number from 0 to 100"),
        ("query.threads", "0", "a whole number from 1 on"),
        ("owner", "a b", "1 to 100 of A-Z, a-z, 0-9, dot, _ and -"),
    ],
)
def test_a_value_that_is_not_allowed_is_told_with_its_source(
    key: str, value: str, wanted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = f"expected {wanted}, found {value!r}"
    with pytest.raises(ConfigError) as failure:
        load_config(flags={key: value})
    assert (failure.value.code, failure.value.message) == ("config-value", f"--set {key}: {told}")
    assert failure.value.remedy == f"change {key}"

    section, _, name = key.rpartition(".")
    with pytest.raises(ConfigError) as failure:
        load_config(_file(f"[{section}]\n{name} = '{value}'" if section else f"{name} = '{value}'"))
    assert failure.value.message == f"minibroker.toml: {key}: {told}"

    Path("minibroker.toml").unlink()
    variable = f"MINIBROKER_{key.upper().replace('.', '_')}"
    monkeypatch.setenv(variable, value)
    with pytest.raises(ConfigError) as failure:
        load_config()
    assert failure.value.message == f"variable {variable}: {key}: {told}"


@pytest.mark.parametrize("value", ["500 ms", "1s", "60 sec", "1 m", "2 minutes", "1 h", "1000"])
def test_a_time_is_whatever_flink_takes_for_one(value: str) -> None:
    assert load_config(flags={"flink.filter_checkpoint": value}).flink.filter_checkpoint == value


def test_a_login_name_that_cannot_be_in_a_topics_name_is_no_owner(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LOGNAME", "SKY\\ann")
    with pytest.raises(ConfigError) as failure:
        load_config()
    assert failure.value.message.startswith("the user's name: owner: expected 1 to 100 of ")
    assert load_config(flags={"owner": "ann"}).owner == "ann"


def test_a_flag_names_its_key_once() -> None:
    with pytest.raises(ConfigError) as failure:
        load_config(flags={"kafka.prot": "1"})
    assert failure.value.message == "--set kafka.prot: no such setting; did you mean 'port'?"


def test_an_unknown_variable_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINIBROKER_KAFKA_PROT", "1")
    with pytest.raises(ConfigError) as failure:
        load_config()
    assert failure.value.message == (
        "MINIBROKER_KAFKA_PROT: no such setting; did you mean 'MINIBROKER_KAFKA_PORT'?"
    )


KAFKA_KEYS = [
    '[kafka.properties]\n"sasl.mechanism" = "SCRAM-SHA-512"\n"enable.idempotence" = true',
    '[kafka]\nproperties = { sasl.mechanism = "SCRAM-SHA-512", enable.idempotence = true }',
]


@pytest.mark.parametrize("text", KAFKA_KEYS)
def test_any_key_of_the_kafka_clients_passes_through(text: str) -> None:
    config = load_config(_file(text), {"kafka.properties.debug": "broker"})
    assert config.kafka.properties == {
        "sasl.mechanism": "SCRAM-SHA-512",
        "enable.idempotence": "true",
        "debug": "broker",
    }


def test_settings_say_where_they_came_from(monkeypatch: pytest.MonkeyPatch) -> None:
    _file("[kafka]\nport = 1\n[surveys.ztf]\ntopic = 'ztf_20260305'\n")
    monkeypatch.setenv("MINIBROKER_FLINK_PORT", "20")
    shown = {
        each.key: (each.value, each.origin)
        for each in list_settings(load_config(flags={"kafka.properties.debug": "all"}))
    }
    assert shown["kafka.port"] == ("1", "minibroker.toml")
    assert shown["flink.port"] == ("20", "variable MINIBROKER_FLINK_PORT")
    assert shown["kafka.properties.debug"] == ("all", "--set kafka.properties.debug")
    assert shown["surveys.ztf.topic"] == ("ztf_20260305", "minibroker.toml")
    assert shown["flink.slots"] == ("8", "default")
    assert "surveys.lsst.topic" not in shown


@pytest.mark.parametrize(
    "key", ["sasl.password", "ssl.key.password", "sasl.jaas.config", "ssl.key.pem"]
)
def test_secrets_are_not_shown(key: str) -> None:
    config = load_config(flags={f"kafka.properties.{key}": "hunter2"})
    assert config.kafka.properties[key] == "hunter2"
    shown = {each.key: each.value for each in list_settings(config)}
    assert shown[f"kafka.properties.{key}"] == MASK


def test_a_password_in_an_address_is_not_shown() -> None:
    key = "kafka.properties.sasl.oauthbearer.endpoint.url"
    config = load_config(flags={key: "https://ann:hunter2@login.example/"})
    (shown,) = (each.value for each in list_settings(config) if each.key == key)
    assert shown == f"https://{MASK}@login.example/"


@pytest.mark.parametrize("key", ["kafka.properties", "kafka.port.password"])
def test_what_is_wrong_is_told_without_its_secret(key: str) -> None:
    with pytest.raises(ConfigError) as failure:
        load_config(flags={key: "sasl.password=hunter2", "kafka.port": "1"})
    assert failure.value.code == "config-value"
    assert failure.value.message.endswith(f", found {MASK}")
    assert "hunter2" not in str(failure.value.__dict__)


@pytest.mark.parametrize("key", ["registry", "flink.url"])
def test_a_login_in_an_address_that_jobs_would_show_is_refused(key: str) -> None:
    with pytest.raises(ConfigError) as failure:
        load_config(flags={key: "https://ann:hunter2@registry.example/"})
    assert failure.value.message == (
        f"--set {key}: an address holds no login: jobs and messages would show it"
    )
    assert "hunter2" not in str(failure.value.__dict__)


def test_a_filters_own_quota_is_over_that_of_every_filter() -> None:
    _file(
        "[quota]\nalerts_per_visit = 20\nbytes_per_night = 1000\n"
        '[quota.filters."a.b.free"]\nalerts_per_visit = 0\nalerts_per_night = 5\n'
    )
    quota = load_config().quota
    assert quota.of("ann", "any") == Quota(20, 0, 1000)
    assert quota.of("a.b", "free") == Quota(0, 5, 1000)
    assert (
        load_config(flags={"quota.alerts_per_visit": "7"}).quota.of("ann", "any").alerts_per_visit
        == 7
    )


def test_a_file_with_secrets_that_others_can_read_is_refused() -> None:
    file = _file("[kafka.properties]\n'sasl.password' = 'hush'")
    file.chmod(0o640)
    with pytest.raises(ConfigError) as failure:
        load_config(file)
    assert failure.value.message == f"{file} holds secrets and has mode 640: others can read it"
    assert failure.value.remedy == f"chmod 600 {file}"
    file.chmod(0o600)
    assert load_config(file).kafka.properties == {"sasl.password": "hush"}
