"""The vendor's throttle: so many requests in any minute of real time."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

from .answers import THROTTLED, TOO_MANY, Headers, Refused

PER_MINUTE = 200
"""Requests of an account, as for the vendor's voice and SMS APIs (Rate limits); none is published for campaigns."""


class Limit:
    """`status` is 429 or 503: the pages have both. Each second refusal says when to come again (Retry-After)."""

    def __init__(self, status: int, clock: Callable[[], float]) -> None:
        self._status = status
        self._clock = clock
        self._admitted: deque[float] = deque(maxlen=PER_MINUTE)
        self._refused = 0
        self._lock = threading.Lock()

    def admit(self) -> None:
        """Counts a request. Raises Refused beyond the limit; who is refused does not count."""
        with self._lock:
            now = self._clock()
            if len(self._admitted) < PER_MINUTE or now - self._admitted[0] >= 60.0:
                self._admitted.append(now)
                return
            self._refused += 1
            wait = int(60.0 - (now - self._admitted[0])) + 1
            headers: Headers = (("Retry-After", str(wait)),) if self._refused % 2 == 0 else ()
        code = TOO_MANY if self._status == 429 else THROTTLED
        raise Refused(self._status, code, f"more than {PER_MINUTE} requests in a minute", headers)
