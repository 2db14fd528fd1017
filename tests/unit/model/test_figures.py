import math

import pytest

from minibroker.model.figures import readable


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (2461104.6361623, "2461104.6361623"),
        (-2461104.6361623, "-2461104.6361623"),
        (61104.25, "61104.25"),
        (359.7802632, "359.7802632"),
        (0.9903387427330017, "0.9903387427"),
        (1000.0, "1000"),
        (0.0, "0"),
        (1e-7, "1e-07"),
        (1.7e308, "1.7e+308"),
        (math.nan, "nan"),
        (math.inf, "inf"),
    ],
)
def test_a_number_is_short_and_a_date_is_whole(value: float, text: str) -> None:
    assert readable(value) == text
