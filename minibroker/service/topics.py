"""Which topics a survey's alerts come in: named ones, or all that match a pattern."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date

from minibroker.model.errors import ConfigError
from minibroker.model.setting_kinds import TOPIC

DATE = re.compile(r"(\[0-9\]|\\d)\{8\}")
"""Where a pattern has the eight digits of a night, as ``ztf_[0-9]{8}_programid1`` does."""


def alert_topics(topic: str, pattern: str, existing: Collection[str]) -> list[str]:
    """Return the named topics, or those of the existing ones that the pattern matches as a whole.

    ``topic`` is one, or several divided by ``;``; empty where a pattern is given.
    """
    if pattern:
        return sorted(name for name in existing if re.fullmatch(pattern, name))
    return topic.split(";")


def topic_of_night(topic: str, pattern: str, night: date) -> str:
    """Return the topic that a night's alerts are sent to; of several that are named, the first.

    Raises ConfigError where a pattern does not say which topic is a night's.
    """
    if not pattern:
        return topic.split(";")[0]
    chosen, dates = DATE.subn(f"{night:%Y%m%d}", pattern)
    chosen = chosen.replace("\\", "")
    if dates and re.fullmatch(TOPIC, chosen) and re.fullmatch(pattern, chosen):
        return chosen
    raise ConfigError(
        "topic-unclear",
        f"{pattern} does not say which topic the night {night} is sent to",
        "name one: --set surveys.NAME.topic=TOPIC",
    )


def check_topic_name(topic: str) -> None:
    """Raise ConfigError for a name that Kafka lets no topic have."""
    if not re.fullmatch(TOPIC, topic) or topic in (".", ".."):
        raise ConfigError(
            "topic-name",
            f"{topic!r} cannot be a topic's name",
            "write up to 249 of A-Z, a-z, 0-9, dot, _ and -",
        )
