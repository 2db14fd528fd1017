from datetime import UTC, datetime, timedelta, timezone

import pytest

from minibroker.model.errors import ConfigError
from minibroker.model.start import Edge, Start, parse_start


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("earliest", Edge.EARLIEST),
        ("latest", Edge.LATEST),
        ("2026-03-05T04:30:00Z", datetime(2026, 3, 5, 4, 30, tzinfo=UTC)),
        ("2026-03-05T04:30", datetime(2026, 3, 5, 4, 30, tzinfo=UTC)),
        ("2026-03-05", datetime(2026, 3, 5, tzinfo=UTC)),
        (
            "2026-03-05T04:30-03:00",
            datetime(2026, 3, 5, 4, 30, tzinfo=timezone(timedelta(hours=-3))),
        ),
    ],
)
def test_where_reading_begins(text: str, start: Start) -> None:
    assert parse_start(text) == start


def test_a_text_that_is_no_place_is_told() -> None:
    with pytest.raises(ConfigError, match="'yesterday' is no place in a topic"):
        parse_start("yesterday")
