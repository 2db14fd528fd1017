from datetime import date

import pytest

from minibroker.model.errors import ConfigError
from minibroker.service.topics import alert_topics, topic_of_night

NIGHTLY = "ztf_[0-9]{8}_programid1"
NIGHT = date(2026, 3, 5)


def test_named_topics_need_not_exist() -> None:
    assert alert_topics("a;b", "", []) == ["a", "b"]


def test_a_pattern_matches_whole_names_of_topics_that_exist() -> None:
    existing = ["ztf_20260305_programid1", "ztf_20260304_programid1", "ztf_20260305_programid12"]
    assert alert_topics("", NIGHTLY, existing) == [
        "ztf_20260304_programid1",
        "ztf_20260305_programid1",
    ]


@pytest.mark.parametrize("pattern", [NIGHTLY, r"ztf_\d{8}_programid1"])
def test_a_nightly_pattern_says_which_topic_is_a_nights(pattern: str) -> None:
    assert topic_of_night("", pattern, NIGHT) == "ztf_20260305_programid1"


def test_of_several_topics_the_first_is_sent_to() -> None:
    assert topic_of_night("a;b", "", NIGHT) == "a"


def test_a_pattern_without_a_night_is_told() -> None:
    with pytest.raises(ConfigError) as failure:
        topic_of_night("", "alerts-.*", NIGHT)
    assert failure.value.message == (
        "alerts-.* does not say which topic the night 2026-03-05 is sent to"
    )
