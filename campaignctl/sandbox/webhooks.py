"""The webhooks: what they hold, and the thread that posts them.

Source: Exotel, Create SMS campaign: `status_callback` when a campaign starts or is completed, with five fields;
`sms_status_callback` when an SMS reaches its end, with six. The page does not name the encoding; JSON is what the
vendor prints for its other campaigns. A receiver has 15 seconds to answer 2xx, and is tried twice more (Exotel,
webhooks); how long the vendor waits in between is told differently on each page.
"""

from __future__ import annotations

import ipaddress
import json
import socket
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Protocol
from urllib.parse import quote, urlencode, urlsplit

from .model import COMPLETED, IN_PROGRESS, written

TIMEOUT = 15.0
"""Seconds from the first byte sent to the answer."""

WAITS = (1.0, 5.0)
"""Seconds before the second and the third attempt. A rehearsal has no 5 and 15 minutes."""

PATIENCE = 3
"""Events in a row that a receiver may fail before nobody waits for it any more."""

ELSEWHERE = "not posted: not on this machine"

_BATCH = 100
_LOOK_SECONDS = 1.0
_MOST_WORKERS = 32
_LONGEST_HEAD = 65536
_STOP_SECONDS = 2.0
_LOCALHOST = frozenset(("localhost", "localhost."))
_SAFE = "/%:@!$&'()*+,;=-._~?"

#: The page's own spellings, for each status that an SMS may have in the per-SMS details.
_SMS_STATUSES = {
    "submitted": "submitted",
    "sent": "sent",
    "failed": "failed",
    "failed_dnd": "failed_dnd",
    "failed-dnd": "failed_dnd",
    "Failed_Expired": "Failed_Expired",
    "failed_expired": "Failed_Expired",
    "failed_spam_detected": "failed",
    "invalid": "failed",
}

Payload = dict[str, str | None]


def campaign_event(
    *, campaign_sid: str, created: datetime, updated: datetime, status: str, report: str | None
) -> Payload:
    """What `status_callback` gets. `report` is told when the campaign is completed, and null before.

    Raises ValueError for a status other than in-progress and completed.
    """
    if status not in (IN_PROGRESS, COMPLETED):
        raise ValueError(f"no event is posted for a campaign that is {status!r}")
    return {
        "campaign_sid": campaign_sid,
        "date_created": written(created),
        "date_updated": written(updated),
        "status": status,
        "reports": report if status == COMPLETED else None,
    }


def sms_event(
    *, campaign_sid: str, sms_sid: str, created: datetime, sent: datetime | None, number: str, status: str
) -> Payload:
    """What `sms_status_callback` gets. `date_sent` is "the time when the resource was updated".

    The page knows fewer statuses than the details of an SMS: whatever else has failed is `failed` here. Raises
    ValueError for an SMS that is still on its way to the operator.
    """
    if status not in _SMS_STATUSES:
        raise ValueError(f"no event is posted for an SMS that is {status!r}")
    return {
        "campaign_sid": campaign_sid,
        "sms_sid": sms_sid,
        "date_created": written(created),
        "date_sent": None if sent is None else written(sent),
        "number": number,
        "status": _SMS_STATUSES[status],
    }


def encoded(payload: Mapping[str, str | None], *, form: bool) -> tuple[str, bytes]:
    """The content type and the body. A form has no null: its values are empty."""
    if form:
        body = urlencode({name: value or "" for name, value in payload.items()})
        return "application/x-www-form-urlencoded", body.encode("ascii")
    return "application/json", json.dumps(payload).encode("ascii")


class Event(Protocol):
    """An event of the store, as far as it is posted."""

    @property
    def id(self) -> int: ...
    @property
    def kind(self) -> str: ...
    @property
    def campaign_sid(self) -> str: ...
    @property
    def url(self) -> str | None: ...
    @property
    def payload(self) -> Mapping[str, str | None]: ...


class Store(Protocol):
    """Where events wait. All methods are called from the poster's threads."""

    def waiting(self) -> Sequence[str]:
        """The addresses for which events wait."""

    def unposted(self, urls: Sequence[str], limit: int) -> Sequence[Event]:
        """The oldest events that wait for these addresses, in order."""

    def posted(self, event_id: int, result: str) -> None:
        """Keeps what became of an event, which then waits no longer."""


class Poster:
    """Posts what waits in the store: in order for each receiver, and none holds up another, or anybody else.

    `store` is asked after `start`, after each `wake`, and now and then, since another process may have written to
    it. Without `anywhere` only receivers on this machine get anything: numeric loopback addresses and `localhost`,
    without asking a name server. Redirects are not followed, and no proxy is used. `sleep` waits between attempts;
    without it, the wait ends at `stop`. Nothing is posted while `turn` says no: another process does it then.

    A receiver that failed PATIENCE events in a row is tried once for each, without a wait, until it answers again.
    """

    def __init__(
        self,
        store: Store,
        log: Callable[[str], None] | None = None,
        *,
        anywhere: bool = False,
        form: bool = False,
        timeout: float = TIMEOUT,
        sleep: Callable[[float], object] | None = None,
        turn: Callable[[], bool] = lambda: True,
    ) -> None:
        self._store = store
        self._log = log
        self._anywhere = anywhere
        self._form = form
        self._timeout = timeout
        self._turn = turn
        self._stopping = threading.Event()
        self._sleep = sleep if sleep is not None else self._stopping.wait
        self._woken = threading.Event()
        self._thread: threading.Thread | None = None
        self._change = threading.Lock()
        self._workers: dict[str, threading.Thread] = {}  # one for each receiver that events wait for
        self._sockets: set[socket.socket] = set()
        self._failed: dict[str, int] = {}  # how many events in a row, by receiver

    def start(self) -> None:
        """Posts what waits already, and goes on until `stop`."""
        if self._thread is None:
            self._stopping.clear()
            self._woken.set()
            self._thread = threading.Thread(target=self._run, name="webhooks", daemon=True)
            self._thread.start()

    def wake(self) -> None:
        """Has the store looked at for events. Returns at once."""
        self._woken.set()

    def stop(self) -> None:
        """Breaks off what is under way; an event without a result waits for the next `start`. Idempotent."""
        thread, self._thread = self._thread, None
        if thread is None:
            return
        self._stopping.set()
        self._woken.set()
        with self._change:
            sockets, workers = list(self._sockets), list(self._workers.values())
        for connection in sockets:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        until = time.monotonic() + _STOP_SECONDS  # a connection that does not come about cannot be broken off
        for one in (thread, *workers):
            if one is not threading.current_thread():
                one.join(max(0.0, until - time.monotonic()))

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._woken.wait(_LOOK_SECONDS)
            self._woken.clear()
            try:
                self._hire()
            except Exception as error:  # noqa: BLE001 - a database that another process holds too long, or is closed
                self._failure(error)

    def _hire(self) -> None:
        """Sees to it that somebody posts to each receiver that events wait for."""
        if self._stopping.is_set() or not self._turn():
            return
        for receiver in dict.fromkeys(map(_receiver, self._store.waiting())):
            with self._change:
                if (
                    receiver in self._workers
                    or len(self._workers) >= _MOST_WORKERS
                    or self._stopping.is_set()
                ):
                    continue
                worker = threading.Thread(
                    target=self._serve, args=(receiver,), name=f"webhooks of {receiver}", daemon=True
                )
                self._workers[receiver] = worker
                worker.start()

    def _serve(self, receiver: str) -> None:
        """Posts what waits for one receiver until nothing does."""
        more = False
        try:
            while not self._stopping.is_set() and self._post_some(receiver):
                more = True
        except Exception as error:  # noqa: BLE001 - as in _run, where the next look comes soon
            more = False
            self._failure(error)
        with self._change:
            self._workers.pop(receiver, None)
        if more:
            self._woken.set()  # for what came after the last look, and for whoever found no worker free

    def _post_some(self, receiver: str) -> bool:
        """Whether there was anything to post."""
        urls = [url for url in self._store.waiting() if _receiver(url) == receiver]
        events = self._store.unposted(urls, _BATCH)
        for event in events:
            patient = self._failed.get(receiver, 0) < PATIENCE
            result = self._post(event, WAITS if patient else ())
            if self._stopping.is_set() and not result.startswith("2"):
                return False
            self._store.posted(event.id, result)
            self._tell(f"webhook {event.kind} of {ascii(event.campaign_sid)[1:-1]}: {result}")
            self._failed[receiver] = 0 if result.startswith("2") else self._failed.get(receiver, 0) + 1
            if self._failed[receiver] == PATIENCE:
                self._tell(
                    f"webhooks: {PATIENCE} in a row failed at {receiver}; each is posted once until it answers"
                )
        return bool(events)

    def _failure(self, error: Exception) -> None:
        if not self._stopping.is_set():
            self._tell(f"webhooks failed: {error!r}")

    def _tell(self, line: str) -> None:
        if self._log is not None:
            self._log(line)

    def _post(self, event: Event, waits: Sequence[float]) -> str:
        """What became of an event: a status of 2xx, or why there is none. `waits` are those before more attempts."""
        if event.url is None:
            return "not posted: no address"
        try:
            target = _Target(event.url)
        except ValueError:
            return "not posted: no web address"
        if not self._anywhere and not target.is_here:
            return ELSEWHERE
        kind, body = encoded(event.payload, form=self._form)
        result = ""
        for wait in (0.0, *waits):
            if wait:
                self._sleep(wait)
            if self._stopping.is_set():
                break
            result = self._attempt(target, kind, body)
            if result.startswith("2"):
                break
        return result

    def _attempt(self, target: _Target, kind: str, body: bytes) -> str:
        deadline = time.monotonic() + self._timeout
        connection = target.connection(self._timeout)
        opened: socket.socket | None = None
        try:
            connection.connect()
            opened = connection.sock
            with self._change:
                self._sockets.add(opened)
            if self._stopping.is_set():  # `stop` came too early to see the socket
                return ""
            connection.request("POST", target.path, body, {"Content-Type": kind, "Connection": "close"})
            return _status(connection.sock, deadline)
        except TimeoutError:
            return f"no answer in {self._timeout:g} seconds"
        except (OSError, HTTPException, ValueError) as error:
            return ((isinstance(error, OSError) and error.strerror) or str(error) or repr(error)).lower()
        finally:
            with self._change:
                self._sockets.discard(opened)
            connection.close()


def _receiver(url: str) -> str:
    """Who answers at an address: its scheme, host and port; "" for what is no address."""
    try:
        parts = urlsplit(url)
        port = parts.port or ""
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.hostname or ''}:{port}"


class _Target:
    """Where an event goes. Raises ValueError for what is no address."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(url)
        self._secure = parts.scheme == "https"
        self._host = parts.hostname
        self._port = parts.port
        self.path = quote((parts.path or "/") + (f"?{parts.query}" if parts.query else ""), safe=_SAFE)

    @property
    def is_here(self) -> bool:
        """Whether it is on this machine, by its spelling alone."""
        try:
            return ipaddress.ip_address(self._host).is_loopback
        except ValueError:
            return self._host in _LOCALHOST

    def connection(self, timeout: float) -> HTTPConnection:
        """A connection that is not open yet. It asks no proxy, and follows nothing."""
        kind = HTTPSConnection if self._secure else HTTPConnection
        return kind(self._host, self._port, timeout=timeout)


def _status(connection: socket.socket, deadline: float) -> str:
    """The status of an answer. Its head must be there before `deadline`, however slowly it trickles.

    Raises OSError, and HTTPException for what is no answer.
    """
    head = b""
    while True:
        end = head.find(b"\r\n\r\n")
        if end >= 0:
            words = head.split(None, 2)
            if (
                len(words) < 2
                or not words[0].startswith(b"HTTP/")
                or len(words[1]) != 3
                or not words[1].isdigit()
            ):
                raise HTTPException("the answer is not HTTP")
            if not words[1].startswith(b"1"):
                return words[1].decode("ascii")
            head = head[end + 4 :]  # 100 and its like: the answer is still to come
            continue
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError
        connection.settimeout(left)
        part = connection.recv(65536)
        if not part:
            raise HTTPException("closed without an answer")
        head += part
        if len(head) > _LONGEST_HEAD:
            raise HTTPException("the answer does not end")
