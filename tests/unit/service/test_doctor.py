import os
from pathlib import Path

import pytest

from minibroker.model.errors import BrokerError, OutsideError
from minibroker.service.doctor import Finding, check_private, check_writable, examine


def test_each_system_is_told_with_its_remedy() -> None:
    def ill() -> str:
        raise OutsideError("kafka-away", "Kafka does not answer", "run `minibroker up`")

    assert examine({"store": lambda: "3 filters run", "kafka": ill}) == [
        Finding("store", True, "3 filters run", ""),
        Finding("kafka", False, "Kafka does not answer", "run `minibroker up`"),
    ]


def test_a_file_of_secrets_that_others_can_read_is_told(tmp_path: Path) -> None:
    file = tmp_path / "minibroker.toml"
    file.write_text("secret")
    file.chmod(0o640)
    with pytest.raises(BrokerError) as failure:
        check_private([file])
    assert failure.value.message == f"{file} holds secrets and has mode 640: others can read it"
    assert failure.value.remedy == f"chmod 600 {file}"
    file.chmod(0o600)
    assert check_private([file]) == f"only user {os.getuid()} can read {file}"
    assert check_private([]) == "no file holds secrets"


def test_a_folder_that_is_no_folder_is_told(tmp_path: Path) -> None:
    assert check_writable(tmp_path) == f"{tmp_path} can be written"
    assert check_writable(tmp_path / "a" / "b") == f"{tmp_path}/a/b can be made"
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "file").touch()
    with pytest.raises(BrokerError) as failure:
        check_writable(tmp_path / "file")
    assert failure.value.message == f"{tmp_path}/file: Not a directory"
