"""The web page's paths: who may look, and what is read for them.

It asks for no credentials, as it is for the person at this machine. So it answers to loopback names alone: a
page elsewhere that points its own name at this machine (DNS rebinding) is refused by its Host.
"""

from __future__ import annotations

import ipaddress
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Protocol, Self
from urllib.parse import unquote, urlsplit

from . import page, stream
from .answers import Answer
from .fault import Listing
from .looks import POLICY
from .model import Campaign, Counts, Event, Message
from .queries import Query, parameters

MOST_STREAMS = 16
"""Event streams at a time; each keeps a thread."""

_MOST_DIGITS = 15
_HEADERS = (
    ("Content-Security-Policy", POLICY),
    ("X-Content-Type-Options", "nosniff"),
    ("X-Frame-Options", "DENY"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cache-Control", "no-store"),
)


class Shelf(stream.Source, Protocol):
    """What the page needs of the store."""

    def find(
        self, account: str, query: Query, now: datetime, listing: Listing
    ) -> tuple[tuple[Campaign, ...], int]: ...

    def get(self, account: str, sid: str) -> Campaign | None: ...

    def counts(self, account: str, sid: str) -> Counts: ...

    def messages(
        self, account: str, sid: str, *, limit: int, offset: int, number: str | None, newest: bool
    ) -> tuple[tuple[Message, ...], int]: ...

    def revision(self) -> object: ...

    def newest_events(self, account: str, limit: int, sid: str | None = None) -> tuple[Event, ...]: ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """A request for the page. `hosts` are all Host headers, `last_event` the Last-Event-ID, `site` Sec-Fetch-Site."""

    method: str
    target: str
    hosts: tuple[str, ...] = ()
    last_event: str | None = None
    site: str | None = None


class Site:
    """`settle` is given the present before anything is read, and carries out what is due."""

    def __init__(
        self,
        *,
        store: Shelf,
        account: str,
        clock: Callable[[], datetime],
        settle: Callable[[datetime], object] = lambda _: None,
    ) -> None:
        self._store = store
        self._account = account
        self._clock = clock
        self._settle = settle
        self._streams = threading.BoundedSemaphore(MOST_STREAMS)

    def answer(self, visit: Visit) -> Answer | Stream:
        """The page that is asked for. Whoever is given a Stream has to close it. sqlite3.Error can pass."""
        if len(visit.hosts) != 1 or not is_loopback(visit.hosts[0]):
            return _refused(
                403,
                "Not from here",
                "This page is for this machine only: open it as http://127.0.0.1 or localhost.",
            )
        if visit.method != "GET":
            return _refused(
                405, "Only to look at", "This page can be read and nothing else.", ("Allow", "GET")
            )
        path, _, query = visit.target.partition("?")
        given = parameters(query)
        match path.split("/"):
            case ["", ""]:
                return self._overview(_number(given.get("offset")))
            case ["", "campaigns", sid]:
                return self._campaign(unquote(sid), given)
            case ["", "events"]:
                return self._events(visit, given)
        return _refused(404, "No such page", "Nothing is at this address.")

    def _overview(self, offset: int) -> Answer:
        now = self._present()
        # Before all else: what happens meanwhile is then on the page and in the stream, and in neither not.
        after = self._store.last_event(self._account)
        query = Query(limit=page.LIMIT, offset=offset)
        campaigns, total = self._store.find(self._account, query, now, Listing())
        rows = [(found, self._store.counts(self._account, found.sid)) for found in campaigns]
        events = self._store.newest_events(self._account, page.NEWEST_EVENTS)
        names = {found.sid: page.called(found) for found in campaigns}
        for sid in {event.campaign_sid for event in events} - names.keys():
            found = self._store.get(self._account, sid)
            if found is not None:
                names[sid] = page.called(found)
        part = page.Part(offset=offset, total=total)
        return _page(page.overview(rows, part, events, names, now=now, after=after))

    def _campaign(self, sid: str, given: dict[str, str]) -> Answer:
        now = self._present()
        found = self._store.get(self._account, sid)
        if found is None:
            return _refused(404, "No such campaign", "No campaign here has this SID.")
        offset, number = _number(given.get("offset")), given.get("number", "").strip()
        after = self._store.last_event(self._account)
        messages, total = self._store.messages(
            self._account, sid, limit=page.LIMIT, offset=offset, number=wanted(number), newest=True
        )
        return _page(
            page.campaign(
                found,
                self._store.counts(self._account, sid),
                messages,
                page.Part(offset=offset, total=total),
                self._store.newest_events(self._account, page.NEWEST_EVENTS, sid),
                now=now,
                after=after,
                number=number,
            )
        )

    def _events(self, visit: Visit, given: dict[str, str]) -> Answer | Stream:
        # A page from elsewhere cannot read the stream, but could open it until none is left for this one.
        if visit.site not in (None, "same-origin", "none"):
            return _refused(403, "Not from here", "Another site's page may not open this stream.")
        if not self._streams.acquire(blocking=False):
            words = "As many pages as can be live are live; close one."
            return _refused(503, "Too many streams", words, ("Retry-After", "5"))
        after = _number(visit.last_event or given.get("after"))
        return Stream(
            lambda wait: stream.frames(self._store, self._account, after, look=self._look, wait=wait),
            self._streams.release,
        )

    def _look(self) -> object:
        """Another value whenever a page drawn now could show something else: also each minute, for the clock."""
        minute = int(self._present().timestamp() // 60)
        return self._store.revision(), minute

    def _present(self) -> datetime:
        now = self._clock()
        self._settle(now)
        return now


class Stream:
    """An event stream that was granted; its place is given back by `with`."""

    headers = (("Content-Type", "text/event-stream"), *_HEADERS)

    def __init__(
        self, frames: Callable[[Callable[[float], bool]], Iterator[bytes]], release: Callable[[], None]
    ) -> None:
        self.frames = frames
        self._release = release

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._release()


def owns(target: str) -> bool:
    """Whether a request target is the page's and not the vendor's."""
    path = target.partition("?")[0]
    return path in ("/", "/events") or path.startswith("/campaigns/")


def is_loopback(host: str) -> bool:
    """Whether a Host header, with or without a port, names this machine's loopback."""
    try:
        name = urlsplit(f"//{host.strip()}").hostname or ""
    except ValueError:  # an unclosed bracket
        return False
    if any(sign in host for sign in "/?#@\\"):
        return False
    if name == "localhost" or name.endswith(".localhost"):  # RFC 6761: never asked of any DNS server
        return True
    with suppress(ValueError):
        return ipaddress.ip_address(name).is_loopback
    return False


def wanted(number: str) -> str | None:
    """A number as it was typed, as lists have it: +91 before the ten digits that people in India write."""
    compact = "".join(sign for sign in number if sign not in " -()")
    if compact.isascii() and compact.isdigit():
        return {10: "+91", 12: "+"}.get(len(compact), "") + compact
    return compact or None


def _number(text: str | None) -> int:
    """A count from a query or a header; 0 for what is none, since a page is better than a refusal."""
    given = text or ""
    return int(given) if given.isascii() and given.isdigit() and len(given) <= _MOST_DIGITS else 0


def _page(text: str, status: int = 200, *more: tuple[str, str]) -> Answer:
    headers = (("Content-Type", "text/html; charset=utf-8"), *_HEADERS, *more)
    return Answer(status=status, headers=headers, body=text.encode("utf-8"))


def _refused(status: int, title: str, words: str, *more: tuple[str, str]) -> Answer:
    return _page(page.refusal(title, words), status, *more)
