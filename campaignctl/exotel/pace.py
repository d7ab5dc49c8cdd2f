"""Holding requests to so many a minute, reading and creating together."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

#: Seconds that a wait has at least: less might not move a clock's last digit, and would wait for ever.
_TICK = 0.001


class Pace:
    """Of any 60 seconds none has more than `rate` requests. `rate` None holds nothing back."""

    def __init__(
        self, rate: int | None, *, sleep: Callable[[float], None], clock: Callable[[], float]
    ) -> None:
        self.rate = rate
        self.tell: Callable[[str], None] = lambda _: None  #: is told, once, that requests wait for their turn
        self._sleep = sleep
        self._clock = clock
        self._told = False
        self._sent: deque[float] = deque(maxlen=rate or 0)

    def take(self) -> None:
        """Wait until a minute has passed since the request `rate` requests ago; the next one leaves now."""
        while (wait := self._turn()) > 0:
            self._sleep(wait)
        self._sent.append(self._clock())

    def wait(self, stop: Callable[[], bool]) -> None:
        """Wait until a request may leave at once, or until `stop` says to give up, asked every second.

        Who waits here has not written an intent yet, and can be interrupted without leaving one.
        """
        while (wait := self._turn()) > 0 and not stop():
            self._sleep(min(wait, 1.0))

    def _turn(self) -> float:
        """Return the seconds until a request may leave."""
        if self.rate is None or len(self._sent) < self.rate:
            return 0.0
        wait = self._sent[0] + 60.0 - self._clock()
        if wait <= 0:
            return 0.0
        if not self._told:
            self._told = True
            self.tell(
                f"waiting {wait:.0f} seconds now and then: no more than {self.rate:,} requests a minute go to Exotel "
                "(api.requests_per_minute)"
            )
        return max(wait, _TICK)
