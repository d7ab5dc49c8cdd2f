"""The HTTP client: lists, creates and steers campaigns. The only module that imports httpx.

A create is one POST on a fresh connection, with no retry and no redirect in any layer; only a connection
that provably never came about is tried again. Reading may be repeated.
"""

from __future__ import annotations

import base64
import json
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote, urlsplit

import httpx

from campaignctl import __version__
from campaignctl.controls import Heard, Reply
from campaignctl.errors import UsageError, VendorError
from campaignctl.exotel import answers, control, events, failures
from campaignctl.exotel.answers import Envelope
from campaignctl.exotel.pace import Pace
from campaignctl.model import Config, CreateResult, Remote, Sent

#: Where an account lives (Exotel: Create SMS campaign, `subdomain`).
HOSTS = {"singapore": "https://api.exotel.com", "mumbai": "https://api.in.exotel.com"}

#: The largest page that the list gives (Exotel: Bulk SMS campaign details, `limit`).
PAGE = 50
#: Every place where a token may begin; they may overlap with what stands before.
_TOKENS = re.compile(r"(?=(cc[a-z2-7]{10}))")
#: Up to so many tokens are looked for one by one; beyond, reading the whole list is cheaper.
_SINGLY = 25
#: A list longer than this is taken for one without an end.
_MOST_CAMPAIGNS = 200_000
_MAX_BODY = 8 * 1024 * 1024
#: Seconds for one answer as a whole: a server that drips bytes would never run into a read time-out.
_DEADLINE = 120.0
#: Seconds before a connection or a reading is tried again.
_WAITS = (1.0, 3.0)
#: A Retry-After beyond this many seconds is left to the user.
MAX_WAIT = 60.0
#: Name resolution, connection, TLS, a proxy's refusal to connect: not a byte of the request was sent.
_JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """The three values of Exotel's API settings page. They never show in a representation."""

    account_sid: str = field(repr=False)
    api_key: str = field(repr=False)
    api_token: str = field(repr=False)


class Exotel:
    """One account at one cluster. A context manager, for the connection pool is closed at the end."""

    def __init__(
        self,
        config: Config,
        credentials: Credentials,
        *,
        base_url: str | None = None,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        paced: bool | None = None,
        timeout: float = 30.0,
    ) -> None:
        base = checked_base(base_url) if base_url else HOSTS[config.region]
        self._config = config
        self._credentials = credentials
        self._sleep = sleep
        self._url = f"{base}/v2/accounts/{quote(credentials.account_sid, safe='')}/{config.endpoint}"
        loopback = urlsplit(base).hostname in ("127.0.0.1", "localhost", "::1")
        held = not loopback if paced is None else paced  # nobody limits a sandbox
        self.pace = Pace(config.requests_per_minute if held else None, sleep=sleep, clock=clock)
        self._http = _http_client(credentials, timeout, loopback=loopback)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    # --- reading --------------------------------------------------------------------------------------

    def find(self, tokens: frozenset[str]) -> dict[str, tuple[Remote, ...]]:
        """Return the campaigns whose name holds each token, in any state. Raises VendorError.

        A list that failed, or that cannot be complete, is no answer: it would read as "not created".
        """
        if len(tokens) <= _SINGLY:
            return {token: self._named(token) for token in sorted(tokens)}
        hits: dict[str, list[Remote]] = {token: [] for token in tokens}
        for one in self.campaigns():
            for word in _TOKENS.findall(one.name):
                if word in hits:
                    hits[word].append(one)
        return {token: tuple(found) for token, found in hits.items()}

    def _named(self, token: str) -> tuple[Remote, ...]:
        return tuple(one for one in self.campaigns(name=token) if token in one.name)

    def campaigns(self, name: str | None = None) -> tuple[Remote, ...]:
        """Return all campaigns whose name holds `name` (3 letters or more), read page by page."""
        total: int | None = None
        found: dict[str, Remote] = {}
        read = 0
        for _ in range(3):  # a campaign made meanwhile moves the pages
            found, totals, read = self._pages(name)
            total = max(totals, default=None)
            # One that came twice stands where another should: pages in an order that changes.
            if len(totals) <= 1 and total in (None, len(found)) and read == len(found):
                return tuple(found.values())
        raise VendorError(
            f"Exotel's list of campaigns is incomplete ({len(found)} of {total or read}); nothing was created, run again"
        )

    def _pages(self, name: str | None) -> tuple[dict[str, Remote], set[int], int]:
        """Read all pages once. Returns the campaigns by SID, every total that a page named, and how many were read.

        No status is asked for: without one the list holds all of them, archived ones too (Exotel: Bulk SMS
        campaign details, `status`), and any set that is named would hide what it does not name.
        """
        found: dict[str, Remote] = {}
        totals: set[int] = set()
        offset = 0
        while True:
            query: dict[str, str | int] = {"limit": PAGE, "offset": offset, "sort_by": "name:asc"}
            if name is not None:
                query["name"] = name
            if self._config.endpoint == "message-campaigns":
                query["channel"] = "sms"
            envelope = self._get(query)
            if envelope.total is not None:
                totals.add(envelope.total)
            before = len(found)
            for item in envelope.items:
                one = answers.remote(item.data)
                if one is None:
                    raise VendorError(
                        "Exotel's list of campaigns holds one without SID or name; it cannot be trusted"
                    )
                found[one.sid] = one
            offset += len(envelope.items)
            if not envelope.items or (envelope.total is not None and offset >= envelope.total):
                return found, totals, offset
            if offset > _MOST_CAMPAIGNS:
                raise VendorError("Exotel's list of campaigns does not end; it cannot be trusted")
            if len(found) == before:
                raise VendorError("Exotel's list of campaigns repeats itself; it cannot be trusted")

    def details(self, sid: str) -> Remote | None:
        """Return one campaign as it is now; None when Exotel says that there is none. Raises VendorError."""
        return control.details(self._get({}, _path(sid), control.is_sound), sid)

    def _get(
        self,
        query: Mapping[str, str | int],
        path: str = "",
        is_sound: Callable[[int, Envelope], bool] | None = None,
    ) -> Envelope:
        for wait in (*_WAITS, None):
            try:
                status, headers, body = self._request("GET", failures.Progress(), path, params=query)
            except httpx.TransportError as error:
                problem = self._redact(f"Exotel cannot be reached: {failures.why(error)}")
                pause = wait
            else:
                envelope = answers.read(body)
                if envelope is not None and (is_sound or _is_sound)(status, envelope):
                    return envelope
                inner = (
                    next((one.code for one in envelope.items if (one.code or 0) >= 400), None)
                    if envelope
                    else None
                )
                problem = answers.explain(inner or status, envelope, body, self._redact)
                asked = answers.seconds(headers.get("retry-after"))
                pause = wait if asked is None or wait is None else asked
                if (status != 429 and status < 500) or (asked or 0) > MAX_WAIT:
                    if asked:
                        problem += f"; it asks to wait {asked:.0f} seconds"
                    raise VendorError(problem)
            if pause is None:
                raise VendorError(problem)
            self._sleep(pause)
        raise AssertionError  # pragma: no cover - the last wait is None

    # --- creating -------------------------------------------------------------------------------------

    def create(self, payload: Mapping[str, Any], token: str) -> CreateResult:
        """Send one create request and say what is known afterwards. Never raises for what the network does."""
        body = self._body(payload)
        result = CreateResult(sent=Sent.NOT_SENT)
        for wait in (*_WAITS, None):
            result = self._post(body, token)
            if result.sent is not Sent.NOT_SENT or wait is None:
                return result
            self._sleep(wait)
        return result

    def _body(self, payload: Mapping[str, Any]) -> bytes:
        fields = dict(payload)
        if self._config.endpoint == "message-campaigns":
            fields["channel"] = "SMS"
        wrapped = {"smscampaigns": fields} if self._config.body == "wrapped" else fields
        return json.dumps(wrapped, ensure_ascii=False).encode()

    def _post(self, body: bytes, token: str) -> CreateResult:
        progress = failures.Progress()
        try:
            status, headers, answer = self._request("POST", progress, content=body, headers=_JSON)
        except (httpx.HTTPError, httpx.StreamError, OSError) as error:
            event = failures.event(error, progress)
            known = events.ROWS[event].known
            begin = "Exotel cannot be reached" if known is Sent.NOT_SENT else "no clear answer"
            return CreateResult(
                sent=known, event=event, error=self._redact(f"{begin}: {failures.why(error)}")
            )
        return answers.classify_create(status, headers.get("retry-after"), answer, token, self._redact)

    # --- steering -------------------------------------------------------------------------------------

    def update(self, sid: str, action: str) -> Reply:
        """Ask for an action on one campaign, once, and say what the answer proves. Raises VendorError for a bad SID.

        Only a connection that never came about is tried again here. The body is bare on both endpoints
        (Exotel: Update SMS campaign).
        """
        body = json.dumps({"action": action}).encode()
        path, problem = _path(sid), ""
        for wait in (*_WAITS, None):
            progress = failures.Progress()
            try:
                status, headers, answer = self._request("PUT", progress, path, content=body, headers=_JSON)
            except (httpx.HTTPError, httpx.StreamError, OSError) as error:
                why = failures.why(error)
                if events.ROWS[failures.event(error, progress)].known is not Sent.NOT_SENT:
                    return Reply(heard=Heard.UNCLEAR, error=self._redact(f"no clear answer: {why}"))
                problem = self._redact(f"Exotel cannot be reached: {why}")
            else:
                return control.classify(status, headers.get("retry-after"), answer, sid, self._redact)
            if wait is not None:
                self._sleep(wait)
        return Reply(heard=Heard.NOT_SENT, error=problem)

    def _request(
        self, method: str, progress: failures.Progress, path: str = "", **more: Any
    ) -> tuple[int, httpx.Headers, bytes]:
        self.pace.take()
        with (
            _deadline(_DEADLINE, progress) as extensions,
            self._http.stream(method, self._url + path, extensions=extensions, **more) as response,
        ):
            body = bytearray()
            for chunk in response.iter_raw():
                body += chunk
                if len(body) > _MAX_BODY:
                    raise failures.EndlessAnswer("the answer does not end")
            return response.status_code, response.headers, bytes(body)

    def _redact(self, text: str) -> str:
        """Take the credentials out of words that came from outside."""
        key, token = self._credentials.api_key, self._credentials.api_token
        basic = base64.b64encode(f"{key}:{token}".encode()).decode()
        for secret in (basic, token, key, self._credentials.account_sid):
            if len(secret) >= 4:
                text = text.replace(secret, "***")
        return text


@contextmanager
def _deadline(seconds: float, progress: failures.Progress) -> Iterator[dict[str, Any]]:
    """Give httpx extensions by which a request ends after so many seconds, whatever the server does.

    Time-outs are for one reading each: a server that drips a byte or a `100 Continue` now and then never
    runs into one. Shutting the socket down does end it, as a ReadError or RemoteProtocolError.
    """
    sockets: list[socket.socket] = []
    over: list[bool] = []

    def trace(event: str, info: Mapping[str, Any]) -> None:
        progress.trace(event, info)
        if event.endswith(("connect_tcp.complete", "start_tls.complete")):
            sockets.append(info["return_value"].get_extra_info("socket"))

    def end() -> None:
        over.append(True)
        for one in sockets:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield {"trace": trace}
        if over:  # what was read is cut off, however whole it looks
            raise httpx.ReadTimeout("the answer comes too slowly")
    except httpx.TransportError as error:
        if over and not isinstance(error, httpx.ReadTimeout):
            raise httpx.ReadTimeout("the answer comes too slowly") from error
        raise
    finally:
        timer.cancel()


def _path(sid: str) -> str:
    """Return a campaign's place below the collection. Raises VendorError for a SID that would be another place."""
    if not sid.strip(". "):
        raise VendorError("a campaign of the state has no SID that Exotel could have given")
    return f"/{quote(sid, safe='')}"


def _is_sound(status: int, envelope: Envelope) -> bool:
    """Return whether an answer is a list without any error: what else could prove that something is absent?"""
    errors = envelope.error or any(one.error or (one.code or 200) >= 300 for one in envelope.items)
    return status == 200 and envelope.is_list and not errors


def _http_client(credentials: Credentials, timeout: float, *, loopback: bool) -> httpx.Client:
    try:
        return httpx.Client(
            auth=(credentials.api_key, credentials.api_token),
            headers={
                "User-Agent": f"campaignctl/{__version__}",
                "Accept": "application/json",
                "Accept-Encoding": "identity",
            },
            # Without kept connections no request can die of one that the server was just closing.
            limits=httpx.Limits(max_keepalive_connections=0),
            timeout=httpx.Timeout(timeout, connect=min(timeout, 10.0)),
            follow_redirects=False,
            trust_env=not loopback,  # no proxy stands between us and a sandbox
        )
    except (OSError, ValueError, ImportError, httpx.InvalidURL) as error:
        raise VendorError(
            f"the network settings of the environment cannot be used ({type(error).__name__}); check HTTPS_PROXY, "
            "HTTP_PROXY, ALL_PROXY and SSL_CERT_FILE"
        ) from error


def checked_base(url: str) -> str:
    """Return scheme and host of --base-url. Raises UsageError."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise UsageError("the base URL is not a web address") from error
    if parts.scheme not in ("http", "https") or not parts.hostname or not url.isprintable() or " " in url:
        raise UsageError("the base URL must be like https://api.in.exotel.com: a scheme and a host")
    if parts.username or parts.password:
        raise UsageError(
            "the base URL must not hold credentials; they come from EXOTEL_API_KEY and EXOTEL_API_TOKEN"
        )
    if parts.path.strip("/") or parts.query or parts.fragment:
        raise UsageError("the base URL is a scheme and a host alone; the path is appended")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    try:
        known = httpx.URL(f"{parts.scheme}://{host}")
        (known.host + known.raw_host.decode("ascii")).encode("idna")  # `host` decodes xn--, and may fail
    except (httpx.InvalidURL, UnicodeError) as error:
        raise UsageError(f"the base URL names no host that can exist ({parts.hostname})") from error
    if port == 0:
        raise UsageError("the base URL's port cannot be 0")
    return f"{parts.scheme}://{host}" + (f":{port}" if port else "")
