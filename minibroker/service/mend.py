"""Trying again and again to bring back what is missing, each time later when it does not help."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from minibroker.model.errors import BrokerError

FIRST_PAUSE = 5.0
"""Seconds from the first failed attempt to the second; each further pause is twice as long."""
LONGEST_PAUSE = 300.0
"""Seconds that no pause exceeds."""


@dataclass
class Mender:
    """Calls ``mend`` when something is missing, and waits longer after each time it failed."""

    mend: Callable[[], None]
    tell: Callable[[str], None]
    now: Callable[[], float]
    """Seconds on a clock that does not go back."""
    failures: int = field(default=0, init=False)
    """Attempts in a row that raised, or after which something was missing at once again."""
    _next: float = field(default=0.0, init=False)
    _tried: bool = field(default=False, init=False)

    def look(self, problems: Sequence[str]) -> None:
        """Mend what is missing, unless the pause after the last attempt is not over."""
        if not problems:
            if self._tried:
                self.tell("nothing is missing any more")
            self.failures, self._next, self._tried = 0, 0.0, False
            return
        if self.now() < self._next:
            return
        if self._tried:
            self.failures += 1
            self.tell(
                f"attempt {self.failures} did not help ({'; '.join(problems)}); if this one does"
                f" not either, the next is in {self._pause():.0f} s"
            )
        else:
            self.tell(f"bringing back: {'; '.join(problems)}")
        self._tried = True
        try:
            self.mend()
        except BrokerError as error:
            self.tell(f"could not: {error.sentence}")
        self._next = self.now() + self._pause()

    def _pause(self) -> float:
        return float(min(LONGEST_PAUSE, FIRST_PAUSE * 2**self.failures))
