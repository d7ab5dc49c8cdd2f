"""The sandbox's clock: real time, and whatever it was advanced by."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from .store import Store

LATEST = datetime(9000, 1, 1, tzinfo=UTC)
"""Far enough from the calendar's end for every date that is computed from a present."""
LONGEST_STEP = timedelta(days=3660)
"""What has gone wrong by a slip of the hand cannot be taken back."""


class Clock:
    """`real` answers the real present; `carry_out` is given each new present that the clock is advanced to.

    By how much it is ahead stands in the database, so that all who share it share the present.
    """

    def __init__(
        self, real: Callable[[], datetime], store: Store, carry_out: Callable[[datetime], object]
    ) -> None:
        self._real = real
        self._store = store
        self._carry_out = carry_out
        self.latest = real()  #: the last present that was told

    def now(self) -> datetime:
        """The present. Where the machine's own clock is set back, it follows; what has happened stays so."""
        ahead = timedelta(seconds=self._store.ahead())
        self.latest = min(self._real(), LATEST - ahead) + ahead
        return self.latest

    def ahead(self) -> int:
        """How many seconds the clock was advanced in all."""
        return self._store.ahead()

    def advance(self, by: timedelta) -> datetime:
        """Moves the present, has everything carried out that falls due, and returns the new present.

        Whole seconds. Raises ValueError for a step back, beyond LONGEST_STEP or the calendar; nothing has moved then.
        """
        step = by // timedelta(seconds=1)
        if step < 0:
            raise ValueError("the clock never goes back")
        if by > LONGEST_STEP:
            raise ValueError(f"the clock moves at most {LONGEST_STEP.days:,} days at once")
        with self._store.transaction():
            now = self.now()
            if LATEST - now < by:
                raise ValueError(f"the clock ends in the year {LATEST.year}")
            self._store.set_ahead(self._store.ahead() + step)
            present = self.latest = now + timedelta(seconds=step)
        self._carry_out(present)
        return present
