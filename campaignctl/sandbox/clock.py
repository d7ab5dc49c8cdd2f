"""The sandbox's clock: real time, and whatever it was advanced by. It never goes back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from .database import moment
from .store import Store

LATEST = datetime(9000, 1, 1, tzinfo=UTC)
"""Far enough from the calendar's end for every date that is computed from a present."""


class Clock:
    """`real` answers the real present; `carry_out` is given each new present that the clock is advanced to.

    By how much it is ahead stands in the database, so that all who share it share the present.
    """

    def __init__(
        self, real: Callable[[], datetime], store: Store, account: str, carry_out: Callable[[datetime], None]
    ) -> None:
        self._real = real
        self._store = store
        self._carry_out = carry_out
        self.latest = moment(store.settled(account))  #: the last present that was told

    def now(self) -> datetime:
        """The present. A real clock that is set back makes it stand still."""
        ahead = timedelta(seconds=self._store.ahead())
        self.latest = max(self.latest, min(self._real(), LATEST - ahead) + ahead)
        return self.latest

    def advance(self, by: timedelta) -> datetime:
        """Moves the present, has everything carried out that falls due, and returns the new present.

        Whole seconds. Raises ValueError for a step back and beyond the calendar; nothing has moved then.
        """
        step = by // timedelta(seconds=1)
        if step < 0:
            raise ValueError("the clock never goes back")
        with self._store.transaction():
            now = self.now()
            if LATEST - now < by:
                raise ValueError(f"the clock ends in the year {LATEST.year}")
            self._store.set_ahead(self._store.ahead() + step)
            self.latest = now + timedelta(seconds=step)
            self._carry_out(self.latest)
        return self.latest
