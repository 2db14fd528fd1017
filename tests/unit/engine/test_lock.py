from pathlib import Path

import pytest

from minibroker.engine.lock import hold, is_held
from minibroker.model.errors import OutsideError


def _refuse() -> None:
    raise OutsideError("busy", "somebody else has it")


def test_one_holds_a_file_and_others_are_refused_as_long(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    assert not is_held(lock)
    with hold(lock, _refuse):
        assert is_held(lock)
        with pytest.raises(OutsideError, match="somebody else has it"), hold(lock, _refuse):
            pass
        assert is_held(lock)
    assert not is_held(lock)
    with hold(lock, _refuse):
        assert is_held(lock)
