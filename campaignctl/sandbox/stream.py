"""The event stream of the web page (Server-Sent Events, HTML standard section 9.2)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Protocol

from .model import Event, written

POLL = 0.25
"""Seconds between two looks at the database. It is looked at and not listened to: another process may write."""

HEARTBEAT = 15.0
"""Seconds of silence after which a comment is sent; without one a proxy or a browser gives a stream up."""

BATCH = 100
_RETRY = b"retry: 2000\n\n"
_CHANGE = b"event: change\ndata: {}\n\n"
_BEAT = b": still here\n\n"


class Source(Protocol):
    """What the stream needs of the store."""

    def events(self, account: str, after: int, limit: int) -> tuple[Event, ...]: ...

    def last_event(self, account: str) -> int: ...


def frames(
    store: Source, account: str, after: int, *, look: Callable[[], object], wait: Callable[[float], bool]
) -> Iterator[bytes]:
    """All events with an id above `after`, and a bare "change" whenever else `look` gives a new value.

    Ends when `wait`, which is given seconds, is true: the other side is gone, or the server stops. It begins
    with a change, so that a page drawn before the stream stood misses nothing. An `after` beyond the last event
    is from a database that is gone, and counts as the last.
    """
    yield _RETRY + _CHANGE
    after = min(after, store.last_event(account))
    seen, silent = look(), 0.0
    while True:
        now = look()
        events = store.events(account, after, BATCH)
        if events:
            yield b"".join(map(frame, events))
            after = events[-1].id
        elif now != seen:
            yield _CHANGE
        elif silent >= HEARTBEAT:
            yield _BEAT
        else:
            silent += POLL
            if wait(POLL):
                return
            continue
        seen, silent = now, 0.0
        if len(events) < BATCH and wait(POLL):
            return


def frame(event: Event) -> bytes:
    """One event. JSON in ASCII has no line break, which would end the field."""
    told = {
        "id": event.id,
        "at": written(event.at),
        "kind": event.kind,
        "campaign_sid": event.campaign_sid,
        "status": event.payload.get("status"),
        "number": event.payload.get("number"),
        "posted": event.posted,
    }
    return f"id: {event.id}\nevent: change\ndata: {json.dumps(told)}\n\n".encode("ascii")
