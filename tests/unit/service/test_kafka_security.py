from pathlib import Path

import pytest

from minibroker.model.errors import ConfigError
from minibroker.service.kafka_security import for_java, for_librdkafka

OURS = {
    "security.protocol": "SASL_SSL",
    "sasl.mechanism": "SCRAM-SHA-512",
    "sasl.username": "ann",
    "sasl.password": 'a"b\\c',
    "ssl.ca.location": "/ca.pem",
}
JAAS = (
    "org.apache.flink.kafka.shaded.org.apache.kafka.common.security.scram.ScramLoginModule"
    ' required username="ann" password="a\\"b\\\\c";'
)


def test_a_login_is_spelled_for_java() -> None:
    assert for_java(OURS) == {
        "security.protocol": "SASL_SSL",
        "sasl.mechanism": "SCRAM-SHA-512",
        "sasl.jaas.config": JAAS,
        "ssl.truststore.type": "PEM",
        "ssl.truststore.location": "/ca.pem",
    }


def test_a_login_in_the_words_of_java_is_understood() -> None:
    java = for_java(OURS) | {
        "sasl.jaas.config": JAAS.removeprefix("org.apache.flink.kafka.shaded.")
    }
    assert for_librdkafka(java) == OURS
    assert for_java(java)["sasl.jaas.config"] == JAAS


def test_what_both_know_is_passed_through() -> None:
    plain = {"security.protocol": "SSL", "fetch.max.bytes": "1000"}
    assert for_java(plain) == for_librdkafka(plain) == plain


def test_what_the_jobs_set_can_be_set_otherwise() -> None:
    given = {"buffer.memory": "1000000", "register.consumer.metrics": "true", "linger.ms": "7"}
    assert for_java(given) == given
    assert for_librdkafka(given) == {"linger.ms": "7"}


def test_a_clients_own_certificate_is_read_for_java(tmp_path: Path) -> None:
    (tmp_path / "cert.pem").write_text("CERT")
    (tmp_path / "key.pem").write_text("KEY")
    told = for_java(
        {
            "ssl.certificate.location": str(tmp_path / "cert.pem"),
            "ssl.key.location": str(tmp_path / "key.pem"),
        }
    )
    assert told == {
        "ssl.keystore.type": "PEM",
        "ssl.keystore.certificate.chain": "CERT",
        "ssl.keystore.key": "KEY",
    }


def test_a_mechanism_without_a_user_name_is_told_without_the_password() -> None:
    with pytest.raises(ConfigError) as failure:
        for_java(OURS | {"sasl.mechanism": "GSSAPI"})
    assert failure.value.message == (
        "kafka.properties: sasl.mechanism 'GSSAPI' takes no sasl.username here"
    )
    assert OURS["sasl.password"] not in str(failure.value.__dict__)
