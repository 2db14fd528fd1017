"""A packet: one alert as it travels, and where in Kafka it was."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Packet:
    """The bytes of one alert; place and time are those of the topic it was read from."""

    value: bytes
    key: bytes | None = None
    headers: tuple[tuple[str, bytes], ...] = ()
    topic: str = ""
    partition: int = 0
    offset: int = -1
    timestamp: int = 0
    """Kafka's timestamp in milliseconds since 1970 UTC."""

    def header(self, name: str) -> str:
        """Return the first header of this name as text, empty when absent."""
        return next((value.decode() for key, value in self.headers if key == name), "")
