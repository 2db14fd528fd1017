"""Settings from minibroker.toml, MINIBROKER_* and flags, each remembering where it came from."""

from __future__ import annotations

import dataclasses
import getpass
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args, get_type_hints

from minibroker.model.errors import ConfigError
from minibroker.model.quota import Quota
from minibroker.model.setting_kinds import (
    Brokers,
    Duration,
    Number,
    Owner,
    Percent,
    Port,
    Positive,
    Topics,
)
from minibroker.model.shipped import shipped
from minibroker.model.toml_table import closest, read_toml

FILE = Path("minibroker.toml")
PREFIX = "MINIBROKER_"


def _jars() -> Path:
    """Return where the jars are: in a checkout beside its build, else in the user's cache."""
    checkout = shipped("jvm").parent
    if (checkout / "Makefile").exists() and shipped("jvm").exists():
        return checkout / "build" / "jars"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "minibroker" / "jars"


@dataclass(frozen=True)
class KafkaConfig:
    """Where Kafka is, and what every client of it is told besides."""

    bootstrap: str = ""
    """``host:port,…`` of an outside Kafka; empty for the one that `minibroker up` starts."""
    port: Port = 9092
    """Where the clients of the Kafka that `minibroker up` starts find it."""
    controller_port: Port = 9093
    """What its brokers agree through; no client asks there."""
    brokers: Brokers = 1
    """How many `minibroker up` starts: 1, or 3 of which one may die; ports are 10 apart."""
    replication: Number = 0
    """Copies of each topic that minibroker creates; 0 for as many as ``brokers``."""
    partitions: Positive = 4
    """Partitions of an alert topic that minibroker creates on its own Kafka."""
    properties: Mapping[str, str] = field(default_factory=dict)
    """Any key of the Kafka clients, passed through to all of them."""


@dataclass(frozen=True)
class FlinkConfig:
    """Where Flink is, and how its jobs run."""

    url: str = ""
    """REST address of an outside Flink; empty for the one that `minibroker up` starts."""
    port: Port = 8081
    """REST and web page of the Flink that `minibroker up` starts."""
    rpc_port: Port = 6123
    """What its job manager and task manager talk through."""
    slots: Positive = 8
    """Subtasks that its task manager has room for: the sum of ``parallelism`` over all jobs."""
    parallelism: Positive = 2
    """Subtasks of each job; more than the topic has partitions is idle."""
    shard_filters: Positive = 200
    """Filters that one filter job runs; more make another job."""
    filter_checkpoint: Duration = "1 s"
    """A delivered alert becomes visible at the next checkpoint of the filter job."""
    archive_checkpoint: Duration = "60 s"
    """Each checkpoint makes one file a night and subtask: often is fresh, seldom is tidy."""


@dataclass(frozen=True)
class StackConfig:
    """Memory of the processes that `minibroker up` starts, in MiB."""

    kafka_memory: Positive = 1024
    """Each Kafka broker; half of it is its heap."""
    job_manager_memory: Positive = 1024
    """Flink's job manager, all in all."""
    task_manager_memory: Positive = 3072
    """Flink's task manager, all in all: it decodes, filters and writes."""


@dataclass(frozen=True)
class SubmitConfig:
    """What `submit` asks of a filter."""

    max_share: Percent = 5.0
    """Percent of the newest archived nights' alerts that it may pass."""


@dataclass(frozen=True)
class QuotaConfig(Quota):
    """The quota of every filter, and of those that have their own."""

    filters: Mapping[str, Quota] = field(default_factory=dict)
    """By ``owner.name``; what one does not set is as for every filter."""

    def of(self, owner: str, name: str) -> Quota:
        """Return a filter's quota."""
        return self.filters.get(
            f"{owner}.{name}",
            Quota(self.alerts_per_visit, self.alerts_per_night, self.bytes_per_night),
        )


@dataclass(frozen=True)
class CompactionConfig:
    """How finished nights of the archive become few files."""

    file_size: Positive = 512
    """MiB that a file should have."""
    memory: Positive = 4096
    """MiB; what does not fit is sorted on the archive's disk."""
    margin_hours: Number = 12
    """How long after its end a night may still get packets: until then it is not finished."""
    grace_seconds: Number = 900
    """How long a reader may need who began before: until then the old files stay."""


@dataclass(frozen=True)
class QueryConfig:
    """What one query of a user's on the archive may use."""

    seconds: Positive = 60
    """How long it may take; then it is stopped."""
    memory: Positive = 2048
    """MiB of DuckDB; with all else its process may use half as much again and 512."""
    threads: Positive = 2
    """Processor cores that it may use."""


@dataclass(frozen=True)
class SurveyConfig:
    """One survey's stream."""

    topic: Topics = ""
    """The alert topic, or several divided by ``;``."""
    topic_pattern: str = ""
    """Instead of ``topic``: a regular expression; topics that match are read as they appear."""
    bare_schema: str = ""
    """An .avsc file for packets that are a bare datum; empty when the stream has none."""


@dataclass(frozen=True)
class Config:
    """Everything that can be set."""

    data: Path = Path("minibroker-data")
    """Kafka's log, Flink's state, the archive and the filters: all that must outlive a restart."""
    archive: Path = Path()
    """The archive's folder; empty for ``archive`` in ``data``."""
    jars: Path = field(default_factory=_jars)
    """Kafka and Flink's connectors, as `minibroker jars` fetches them."""
    schemas: Path = field(default_factory=lambda: shipped("schemas"))
    """A folder a survey: its schemas and its survey.toml."""
    registry: str = ""
    """Address of a schema registry, asked for ids that ``schemas`` does not have."""
    owner: Owner = field(default_factory=getpass.getuser)
    """Whose filters these are: part of their names and topics."""
    kafka: KafkaConfig = field(default_factory=KafkaConfig)
    flink: FlinkConfig = field(default_factory=FlinkConfig)
    stack: StackConfig = field(default_factory=StackConfig)
    submit: SubmitConfig = field(default_factory=SubmitConfig)
    quota: QuotaConfig = field(default_factory=QuotaConfig)
    compaction: CompactionConfig = field(default_factory=CompactionConfig)
    query: QueryConfig = field(default_factory=QueryConfig)
    surveys: Mapping[str, SurveyConfig] = field(
        default_factory=lambda: {"ztf": SurveyConfig("ztf"), "lsst": SurveyConfig("lsst")}
    )
    origins: Mapping[str, str] = field(default_factory=dict)
    """Dotted key to the file, variable or flag that set it; defaults are not in it."""

    @property
    def archive_folder(self) -> Path:
        """The archive's folder, absolute."""
        return (self.archive if self.archive != Path() else self.data / "archive").absolute()

    @property
    def bootstrap(self) -> str:
        """The Kafka that everything talks to."""
        if self.kafka.bootstrap:
            return self.kafka.bootstrap
        from minibroker.engine.kafka_nodes import PORT_STEP

        ports = (self.kafka.port + PORT_STEP * number for number in range(self.kafka.brokers))
        return ",".join(f"localhost:{port}" for port in ports)

    @property
    def flink_url(self) -> str:
        """The REST address of the Flink that everything talks to."""
        return self.flink.url or f"http://localhost:{self.flink.port}"


def load_config(file: Path | None = None, flags: Mapping[str, str] | None = None) -> Config:
    """Read the settings: defaults, then the file, then MINIBROKER_*, then ``flags``.

    ``file`` must exist when it is given; else minibroker.toml of the working folder is read if
    there is one. Flags and variables name a dotted key (``MINIBROKER_KAFKA_PORT`` is
    ``kafka.port``). Raises ConfigError for an unknown key, with the nearest known one, and for a
    file that holds a secret and that others can read.
    """
    given: dict[str, tuple[Any, str]] = {}
    if file is not None or FILE.exists():
        given.update(_from_file(file or FILE))
    given.update(_from_environment())
    given.update({key: (value, f"--set {key}") for key, value in (flags or {}).items()})
    _refuse_logins(given)
    config: Config = _build(Config, given, "")
    if "owner" not in given:
        _typed("owner", Owner, config.owner, "the user's name")
    origins = {key: origin for key, (_, origin) in given.items()}
    config = dataclasses.replace(config, origins=origins)
    if secrets := secret_files(config):
        from minibroker.service.doctor import check_private

        check_private(secrets)
    return config


@dataclass(frozen=True)
class Setting:
    """One value that can be set, as it is shown."""

    key: str
    value: str
    """Masked where it is a secret."""
    origin: str
    """``default``, or the file, variable or flag that set it."""


MASK = "********"
_SECRET = re.compile(
    r"password|passphrase|secret|token|credential|jaas|\.pem$|basic\.auth|oauth.*key"
)
_USER_INFO = re.compile(r"(?<=://)[^/@\s]*@")


def list_settings(config: Config) -> Iterator[Setting]:
    """Yield every setting with its value and origin, in the order of the reference."""
    for key, value in _values(config, ""):
        value = "" if value == Path() else value
        shown = MASK if value and _SECRET.search(key) else _USER_INFO.sub(f"{MASK}@", str(value))
        yield Setting(key, shown, config.origins.get(key, "default"))


def secret_files(config: Config) -> list[Path]:
    """Return the settings files that set a secret."""
    secret = {name for key, name in config.origins.items() if _SECRET.search(key)}
    return sorted(Path(name) for name in secret if not name.startswith(("variable ", "--set ")))


def _refuse_logins(given: Mapping[str, tuple[Any, str]]) -> None:
    """Refuse a login in an address that goes into jobs, errors and Flink's own pages."""
    for key in ("registry", "flink.url"):
        value, origin = given.get(key, ("", ""))
        if _USER_INFO.search(str(value)):
            raise ConfigError(
                "config-value",
                f"{_place(key, origin)}: an address holds no login:"
                " jobs and messages would show it",
                "name it without one; where a login is needed, name a proxy that knows it",
            )


def _values(section: Any, prefix: str) -> Iterator[tuple[str, Any]]:
    if isinstance(section, Mapping):
        parts = dict(section)
    else:
        parts = {each.name: getattr(section, each.name) for each in dataclasses.fields(section)}
    for name, value in parts.items():
        if dataclasses.is_dataclass(value) or isinstance(value, Mapping):
            if prefix + name != "origins":
                yield from _values(value, f"{prefix}{name}.")
        else:
            yield prefix + name, value


def _from_file(file: Path) -> Iterator[tuple[str, tuple[Any, str]]]:
    table = read_toml(file)
    for key, value in _leaves(table.values, ""):
        yield key, (value, str(file))


def _leaves(table: Mapping[str, Any], prefix: str) -> Iterator[tuple[str, Any]]:
    for key, value in table.items():
        dotted = prefix + key
        if isinstance(value, dict):
            yield from _leaves(value, dotted + ".")
        else:
            yield dotted, value


def _from_environment() -> Iterator[tuple[str, tuple[Any, str]]]:
    known = {PREFIX + key.upper().replace(".", "_"): key for key in _known_keys(Config, "")}
    for name, value in os.environ.items():
        if not name.startswith(PREFIX):
            continue
        if name not in known:
            near = closest(name, known)
            raise ConfigError(
                "config-unknown-key",
                f"{name}: no such setting" + near,
                "unset it; a survey's topic is set in minibroker.toml",
            )
        yield known[name], (value, f"variable {name}")


def _known_keys(section: type, prefix: str) -> Iterator[str]:
    hints = get_type_hints(section)
    for each in dataclasses.fields(section):
        hint = hints[each.name]
        if dataclasses.is_dataclass(hint) and isinstance(hint, type):
            yield from _known_keys(hint, f"{prefix}{each.name}.")
        elif each.name not in ("origins", "surveys", "properties", "filters"):
            yield prefix + each.name


def _build(section: type[Any], given: Mapping[str, tuple[Any, str]], prefix: str) -> Any:
    hints = get_type_hints(section, include_extras=True)
    names = [each.name for each in dataclasses.fields(section) if each.name != "origins"]
    _refuse_unknown(given, names, prefix)
    values: dict[str, Any] = {}
    for name in names:
        key, hint = prefix + name, hints[name]
        if name == "surveys":
            values |= _surveys(given)
        elif name == "properties":
            values[name] = _properties(given, key)
        elif name == "filters":
            values[name] = _quotas(given, Quota(**values))
        elif dataclasses.is_dataclass(hint) and isinstance(hint, type):
            if key in given:
                raise _fault(key, given[key], "a table of settings")
            values[name] = _build(hint, given, key + ".")
        elif key in given:
            values[name] = _typed(key, hint, *given[key])
        for longer in given:
            if longer.startswith(key + ".") and not _is_table(name, hint):
                raise _fault(longer, given[longer], f"nothing: {key} is one value")
    return section(**values)


def _properties(given: Mapping[str, tuple[Any, str]], key: str) -> dict[str, str]:
    if key in given:
        raise _fault(key, given[key], "a table of texts")
    prefix = key + "."
    named = {name.removeprefix(prefix): v for name, (v, _) in given.items() if prefix in name}
    # The Kafka clients spell truth in small letters.
    return {n: str(v).lower() if isinstance(v, bool) else str(v) for n, v in named.items()}


def _is_table(name: str, hint: Any) -> bool:
    return name in ("surveys", "properties", "filters") or dataclasses.is_dataclass(hint)


def _fault(key: str, given: tuple[Any, str], wanted: str) -> ConfigError:
    value, origin = given
    # A text where the properties belong may hold any of them.
    found = MASK if key == "kafka.properties" or _SECRET.search(key) else repr(value)
    message = f"{_place(key, origin)}: expected {wanted}, found {found}"
    return ConfigError("config-value", message, f"change {key}")


def _surveys(given: Mapping[str, tuple[Any, str]]) -> dict[str, dict[str, SurveyConfig]]:
    """Return the surveys that were named, or nothing so that the defaults stand."""
    named = sorted({key.split(".")[1] for key in given if key.startswith("surveys.")})
    for name in named:
        _check_topic(given, f"surveys.{name}.")
    return (
        {"surveys": {name: _build(SurveyConfig, given, f"surveys.{name}.") for name in named}}
        if named
        else {}
    )


def _quotas(given: Mapping[str, tuple[Any, str]], every: Quota) -> dict[str, Quota]:
    """Return the quotas that single filters have: what one does not set is as for every filter."""
    prefix = "quota.filters."
    keys = (key.removeprefix(prefix) for key in given if key.startswith(prefix))
    named = sorted({key.rpartition(".")[0] for key in keys})
    for name in named:
        if "." not in name:
            raise ConfigError(
                "config-value",
                f"{prefix}{name}: a filter is named with its owner",
                'write the table as [quota.filters."owner.name"]',
            )
    quotas = {}
    for name in named:
        own = f"{prefix}{name}."
        inherited = {own + key: (value, "") for key, value in dataclasses.asdict(every).items()}
        quotas[name] = _build(Quota, {**inherited, **given}, own)
    return quotas


def _check_topic(given: Mapping[str, tuple[Any, str]], prefix: str) -> None:
    """Refuse a survey without topics, or with both a name and a pattern of them."""
    topic, pattern = given.get(prefix + "topic"), given.get(prefix + "topic_pattern")
    if not topic and not pattern:
        raise ConfigError(
            "config-missing-key",
            f"{prefix}topic is missing",
            "name the Kafka topic of the alerts, or a topic_pattern",
        )
    if topic and pattern:
        raise ConfigError(
            "config-two-keys",
            f"{_place(f'{prefix}topic_pattern', pattern[1])}: {prefix}topic is set too",
            "keep one of them",
        )
    try:
        re.compile(str(pattern[0]) if pattern else "")
    except re.error as error:
        raise ConfigError(
            "config-value",
            f"{_place(f'{prefix}topic_pattern', pattern[1] if pattern else '')}: {error}",
            "write a regular expression such as ztf_[0-9]{8}_programid1",
        ) from None


def _refuse_unknown(given: Mapping[str, tuple[Any, str]], names: list[str], prefix: str) -> None:
    for key, (_, origin) in given.items():
        if key.startswith(prefix) and key[len(prefix) :].split(".")[0] not in names:
            near = closest(key[len(prefix) :].split(".")[0], names)
            raise ConfigError(
                "config-unknown-key",
                f"{_place(key, origin)}: no such setting" + near,
                f"the settings here are: {', '.join(prefix + name for name in names)}",
            )


def _typed(key: str, hint: Any, value: Any, origin: str) -> Any:
    kind, *allowed = get_args(hint) or (hint,)
    wanted = allowed[0].wanted if allowed else {str: "a text", Path: "a path"}[kind]
    read = _read(kind, value)
    if read is None or not all(each.admits(read) for each in allowed):
        raise _fault(key, (value, origin), wanted)
    return read


def _read(kind: type, value: Any) -> Any:
    """Return a value as a setting's type, None where it is none."""
    taken: Any = {int: int | str, float: int | float | str, str: str, Path: str | Path}[kind]
    if not isinstance(value, taken) or isinstance(value, bool):
        return None
    try:
        return Path(value).expanduser() if kind is Path else kind(value)
    except ValueError:
        return None


def _place(key: str, origin: str) -> str:
    """Return where a key was set, which a flag says by itself."""
    return origin if origin == f"--set {key}" else f"{origin}: {key}"
