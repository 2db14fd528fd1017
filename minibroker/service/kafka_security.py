"""One set of Kafka properties for two kinds of clients: librdkafka (ours) and Java (Flink's).

Most keys are the same. How a client logs in and whom it trusts is said differently; each can be
written either way in minibroker.toml and is translated for the other.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from minibroker.model.errors import ConfigError

SHADED = "org.apache.flink.kafka.shaded."
"""Where Flink's Kafka connector keeps the classes of Kafka."""
_LOGIN = {
    "PLAIN": "org.apache.kafka.common.security.plain.PlainLoginModule",
    "SCRAM-SHA-256": "org.apache.kafka.common.security.scram.ScramLoginModule",
    "SCRAM-SHA-512": "org.apache.kafka.common.security.scram.ScramLoginModule",
}
_OURS = (
    "sasl.username",
    "sasl.password",
    "sasl.mechanisms",
    "ssl.ca.location",
    "ssl.certificate.location",
    "ssl.key.location",
)
"""Keys that only librdkafka has."""
_THEIRS = (
    "buffer.memory",
    "max.request.size",
    "receive.buffer.bytes",
    "register.consumer.metrics",
    "register.producer.metrics",
)
"""Keys that only Java's clients in Flink have, of those that the jobs set: librdkafka refuses what
it does not know."""
_QUOTED = r'"((?:[^"\\]|\\.)*)"'


def for_java(properties: Mapping[str, str]) -> dict[str, str]:
    """Return the properties as the Kafka clients in Flink want them.

    Raises ConfigError for a login that they do not have, and for a certificate's file that
    cannot be read.
    """
    told = {key: value for key, value in properties.items() if key not in _OURS}
    mechanism = properties.get("sasl.mechanism") or properties.get("sasl.mechanisms")
    if mechanism:
        told["sasl.mechanism"] = mechanism
    if "sasl.username" in properties and "sasl.jaas.config" not in told:
        told["sasl.jaas.config"] = _jaas(mechanism or "", properties)
    if "sasl.jaas.config" in told:
        given = told["sasl.jaas.config"]
        told["sasl.jaas.config"] = re.sub(
            r"^\s*org\.apache\.kafka\.", SHADED + "org.apache.kafka.", given
        )
    if "ssl.ca.location" in properties:
        told["ssl.truststore.type"] = "PEM"
        told["ssl.truststore.location"] = properties["ssl.ca.location"]
    if "ssl.certificate.location" in properties and "ssl.key.location" in properties:
        told["ssl.keystore.type"] = "PEM"
        told["ssl.keystore.certificate.chain"] = _read(properties, "ssl.certificate.location")
        told["ssl.keystore.key"] = _read(properties, "ssl.key.location")
    return told


def for_librdkafka(properties: Mapping[str, str]) -> dict[str, str]:
    """Return the properties as our own Kafka clients want them."""
    told = {key: value for key, value in properties.items() if key not in _THEIRS}
    jaas = told.pop("sasl.jaas.config", "")
    for key, name in {"sasl.username": "username", "sasl.password": "password"}.items():
        found = re.search(rf"\b{name}\s*=\s*{_QUOTED}", jaas)
        if found and key not in told:
            told[key] = re.sub(r"\\(.)", r"\1", found[1])
    is_pem = told.pop("ssl.truststore.type", "").upper() == "PEM"
    authorities = told.pop("ssl.truststore.location", "")
    if is_pem and authorities:
        told.setdefault("ssl.ca.location", authorities)
    return told


def _jaas(mechanism: str, properties: Mapping[str, str]) -> str:
    if mechanism not in _LOGIN:
        raise ConfigError(
            "sasl-mechanism",
            f"kafka.properties: sasl.mechanism {mechanism!r} takes no sasl.username here",
            f"one of {', '.join(_LOGIN)} does; for another, set sasl.jaas.config",
        )
    user, password = (
        re.sub(r'(["\\])', r"\\\1", properties.get(key, ""))
        for key in ("sasl.username", "sasl.password")
    )
    return f'{_LOGIN[mechanism]} required username="{user}" password="{password}";'


def _read(properties: Mapping[str, str], key: str) -> str:
    try:
        return Path(properties[key]).read_text()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text in PEM"
        raise ConfigError(
            "file-unreadable",
            f"kafka.properties: {key}: {properties[key]}: {reason}",
            "name a file in PEM that this user can read",
        ) from None
