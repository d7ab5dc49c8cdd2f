"""Ctrl-C and SIGTERM during an apply: the first is a wish, the second an end, and neither tears a record."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from campaignctl.model import Delta, State
from campaignctl.state.local import Session

#: Seconds after which a waiting run looks whether it should go on.
_NAP = 0.2


class Stopping:
    """Whether somebody wishes to stop, and whether this is a moment at which one may."""

    def __init__(self) -> None:
        self._wished = 0
        self._holding = False
        self.before: Callable[[], str] = lambda: ""  #: what makes room on a terminal for a line

    def __call__(self) -> bool:
        return self._wished > 0

    def on_signal(self, number: int, frame: Any) -> None:  # noqa: ARG002
        """Take the first signal for a wish, the second one for an order."""
        self._wished += 1
        if self._wished == 1:
            words = f"{self.before()}campaignctl: stopping after the request in flight\n"
            with suppress(OSError):  # past the buffers: the signal may have come in the middle of a print
                os.write(2, words.encode())
        elif not self._holding:
            raise KeyboardInterrupt

    @contextmanager
    def held(self) -> Iterator[None]:
        """Let no order through until this is over."""
        self._holding = True
        try:
            yield
        finally:
            self._holding = False
        if self._wished > 1:
            raise KeyboardInterrupt


@contextmanager
def stopping() -> Iterator[Stopping]:
    """Turn the first Ctrl-C or SIGTERM into a wish: the request in flight is finished and recorded.

    A second one raises KeyboardInterrupt at once, whichever it is.
    """
    stop = Stopping()
    before: dict[signal.Signals, Any] = {}
    for one in (signal.SIGINT, signal.SIGTERM):
        with suppress(ValueError):  # not in the main thread
            before[one] = signal.signal(one, stop.on_signal)
    try:
        yield stop
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def napping(stop: Callable[[], bool]) -> Callable[[float], None]:
    """Return a sleep that ends soon after `stop` says so: a wish to stop is not waited for for a minute."""

    def nap(seconds: float) -> None:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0 and not stop():
            time.sleep(min(left, _NAP))

    return nap


class Undisturbed:
    """A locked state whose records no signal cuts in two."""

    def __init__(self, session: Session, stop: Stopping) -> None:
        self._session = session
        self._stop = stop

    @property
    def state(self) -> State:
        """The state with all that was recorded."""
        return self._session.state

    def record(self, delta: Delta) -> None:
        """Record a change, as the session does, and only then be interrupted."""
        with self._stop.held():
            self._session.record(delta)
