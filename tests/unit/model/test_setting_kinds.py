import pytest

from minibroker.model.setting_kinds import seconds


@pytest.mark.parametrize(
    ("duration", "expected"),
    [
        ("250", 0.25),
        ("500 ms", 0.5),
        ("3 millis", 0.003),
        ("2s", 2.0),
        ("1 sec", 1.0),
        ("2 min", 120.0),
        ("3 m", 180.0),
        ("1 hour", 3600.0),
    ],
)
def test_a_duration_is_so_many_seconds(duration: str, expected: float) -> None:
    assert seconds(duration) == expected
