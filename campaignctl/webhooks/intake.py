"""What becomes of a request at the right address: read, kept, counted, shown, passed on; and what it is answered."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple, Protocol

from campaignctl.callbacks import Arrival, Event, Tally
from campaignctl.errors import CampaignctlError
from campaignctl.webhooks import payloads
from campaignctl.webhooks.journal import Journal, line
from campaignctl.words import why


class Forwards(Protocol):
    """What passes an event on without waiting."""

    def put(self, content_type: str | None, body: bytes) -> None:
        """Take the body of an event."""


class Verdict(NamedTuple):
    """An HTTP status, and for the log what is to be said."""

    status: int
    words: str | None = None


class Intake:
    """Takes events from any number of threads, one at a time."""

    def __init__(
        self,
        *,
        tally: Tally,
        journal: Journal | None,
        now: Callable[[], datetime],
        show: Callable[[Arrival], None],
        forward: Forwards | None = None,
    ) -> None:
        """`show` is called in the order of the file and must not wait."""
        self._tally = tally
        self._journal = journal
        self._now = now
        self._show = show
        self._forward = forward
        self._lock = threading.Lock()
        self.events = self.repeated = self.refused = 0

    def take(self, kind: str, content_type: str | None, body: bytes, sender: str) -> Verdict:
        """Return 200 once an event is durable, 400 for what is none, 503 where it cannot be kept.

        `kind` is what the address is for. The payload decides, for the two addresses are soon swapped.
        """
        try:
            event, fields = payloads.read(content_type, body)
        except payloads.Unreadable as error:
            with self._lock:
                self.refused += 1
            return Verdict(400, str(error))
        with self._lock:
            at = self._now().astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
            repeated = self._tally.knows(event)
            if not repeated:
                trouble = self._keep(line(event, fields, at, sender))
                if trouble is not None:
                    self.refused += 1
                    return Verdict(503, trouble)
                self._add(event, at)
                if self._forward is not None:
                    self._forward.put(content_type, body)
            self.repeated += repeated
            self._show(Arrival(event=event, at=at, repeated=repeated, sender=sender))
        return Verdict(200, _swapped(kind, event))

    def _add(self, event: Event, at: str) -> None:
        self._tally.add(event, at)
        self.events += 1

    def _keep(self, data: bytes) -> str | None:
        """Return why an event could not be kept, None when it is on the disk."""
        if self._journal is None:
            return None
        try:
            self._journal.append(data)
        except OSError as error:
            return f"{self._journal.path} cannot be written: {why(error)}"
        except CampaignctlError as error:
            return str(error)
        return None


def _swapped(kind: str, event: Event) -> str | None:
    if event.kind == kind:
        return None
    return f"the event of one {event.kind} came to the address for {kind} events; swap the two callbacks"
