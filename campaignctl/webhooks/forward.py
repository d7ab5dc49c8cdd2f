"""Events passed on to another receiver, beside the work: nobody waits for it."""

from __future__ import annotations

import http.client
import queue
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

from campaignctl.errors import UsageError
from campaignctl.words import count, why

#: Events that wait at most; what comes then is not passed on.
_WAITING = 1000
#: Seconds, for each step of a request.
_TIMEOUT = 10.0
#: Seconds before the second and the third attempt, as short as a receiver's restart.
WAITS = (1.0, 5.0)
#: Events in a row that fail before nobody waits for the receiver any more, until it answers.
PATIENCE = 3


class _Body(NamedTuple):
    content_type: str | None
    body: bytes


class Forwarder:
    """Posts events in order, each up to three times, from a thread of its own. Redirects are not followed."""

    def __init__(
        self,
        url: str,
        tell: Callable[[str], None],
        *,
        waiting: int = _WAITING,
        timeout: float = _TIMEOUT,
        sleep: Callable[[float], object] | None = None,
    ) -> None:
        """`sleep` waits between attempts; without it, `stop` ends the wait. Raises UsageError for an address that
        cannot be posted to."""
        self._url = _checked(url)
        self._tell = tell
        self._timeout = timeout
        self._queue: queue.Queue[_Body | None] = queue.Queue(waiting)
        self._thread = threading.Thread(target=self._run, name="forward", daemon=True)
        self._stopped = False
        self._ending = threading.Event()
        self._sleep = sleep if sleep is not None else self._ending.wait
        self._full = False  # which has been told
        self._row = 0  # failures without a success
        self._counting = threading.Lock()
        self._taken = 0
        self._dropped = 0  # for want of room, counted where `put` is called
        self._failed = 0  # counted by the thread
        self.passed = 0

    def start(self) -> None:
        """Begin to pass on what `put` is given."""
        self._thread.start()

    def put(self, content_type: str | None, body: bytes) -> None:
        """Pass an event on, later; never waits."""
        try:
            self._queue.put_nowait(_Body(content_type, body))
            self._taken += 1
            self._full = False
        except queue.Full:
            self._dropped += 1
            if not self._full:
                self._full = True
                waiting = f"{self._queue.maxsize} events wait already"
                self._tell(f"not passed on: {waiting}; what comes until there is room is only counted")

    @property
    def failed(self) -> int:
        """Return how many were not passed on, so far."""
        return self._dropped + self._failed

    def stop(self, seconds: float) -> None:
        """Pass on what waits, for so many seconds at most."""
        deadline = time.monotonic() + seconds
        self._ending.set()
        with suppress(queue.Full):
            self._queue.put(None, timeout=seconds)
        self._thread.join(max(0.0, deadline - time.monotonic()))
        with self._counting:
            self._stopped = True
            left = self._taken - self.passed - self._failed
            self._dropped += left
        if left:
            self._tell(f"not passed on: {count(left, 'event')} that still waited")

    def _run(self) -> None:
        while (item := self._queue.get()) is not None:
            trouble = self._deliver(item)
            with self._counting:
                if self._stopped:  # it was given up, and counted so
                    return
                self.passed += trouble is None
                self._failed += trouble is not None
            if trouble is not None:
                self._tell(f"not passed on: {trouble}")

    def _deliver(self, item: _Body) -> str | None:
        """Return why all attempts failed, None for a success."""
        trouble: str | None = None
        for wait in (0.0, *(WAITS if self._row < PATIENCE else ())):
            if wait:
                self._sleep(wait)
            trouble = self._post(item)
            if trouble is None:
                self._row = 0
                return None
        self._row += 1
        return trouble

    def _post(self, item: _Body) -> str | None:
        """Return why it failed, None for a success."""
        url = self._url
        kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
        headers = {"User-Agent": "campaignctl", "Connection": "close"}
        if item.content_type is not None:
            headers["Content-Type"] = item.content_type
        try:
            connection = kind(url.hostname or "", url.port, timeout=self._timeout)
            try:
                target = (url.path or "/") + (f"?{url.query}" if url.query else "")
                connection.request("POST", target, item.body, headers)
                status = connection.getresponse().status
            finally:
                connection.close()
        except TimeoutError:
            return f"no answer in {self._timeout:g} seconds"
        except (OSError, http.client.HTTPException, ValueError) as error:
            return why(error)
        return None if 200 <= status < 300 else f"the answer was {status}"


def _checked(url: str) -> SplitResult:
    try:
        found = urlsplit(url)
        sound = found.scheme in ("http", "https") and bool(found.hostname) and (found.port or 1) > 0
        found.geturl().encode("ascii")
    except ValueError:
        sound = False
    if not sound or not url.isprintable() or " " in url:
        raise UsageError("--forward must be an http or https address, in ASCII")
    if "@" in found.netloc:
        raise UsageError("--forward must hold no user and password; put a secret into its path")
    return found
