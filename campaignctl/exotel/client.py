"""The HTTP client: lists, creates and steers campaigns, and asks what became of them.

A create is one POST on a fresh connection, with no retry and no redirect in any layer; only a connection
that provably never came about is tried again. Reading may be repeated.
"""

from __future__ import annotations

import base64
import json
import socket
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import httpx

from campaignctl.controls import Heard, Reply
from campaignctl.deliveries import Details, Message, VendorList
from campaignctl.errors import VendorError
from campaignctl.exotel import answers, connection, control, events, failures, reading
from campaignctl.exotel.answers import Envelope
from campaignctl.exotel.pace import Pace
from campaignctl.model import Config, CreateResult, Observation, Remote, Sent

#: Up to so many tokens or names are looked for one by one; beyond, reading the whole list is cheaper.
_SINGLY = 25
_MAX_BODY = 8 * 1024 * 1024
#: Seconds for one answer as a whole: a server that drips bytes would never run into a read time-out.
_DEADLINE = 120.0
#: Seconds before a connection or a reading is tried again.
_WAITS = (1.0, 3.0)
#: A Retry-After beyond this many seconds is left to the user.
MAX_WAIT = 60.0
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
        base = connection.checked_base(base_url) if base_url else connection.HOSTS[config.region]
        self._config = config
        self._credentials = credentials
        self._sleep = sleep
        self._url = f"{base}/v2/accounts/{quote(credentials.account_sid, safe='')}/"
        held = not connection.is_loopback(base) if paced is None else paced  # nobody limits a sandbox
        self.pace = Pace(config.requests_per_minute if held else None, sleep=sleep, clock=clock)
        self._address = connection.address(base, named=base_url is not None)
        self._http = connection.http_client((credentials.api_key, credentials.api_token), timeout, base)

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
        return reading.by_token(tokens, self.campaigns())

    def observe(self, tokens: frozenset[str], names: Mapping[str, str]) -> Observation:
        """Return the campaigns that hold each token, as `find` does, and for tokens that none holds those that are
        called as `names` says, with another token or without one. Raises VendorError.

        Up to 25 cost one request each, and as many again for the names; for more the whole list is read once.
        """
        many = len(tokens) > _SINGLY
        every = self.campaigns() if many else ()
        marked = reading.by_token(tokens, every) if many else self.find(tokens)
        wanted = {token: name for token, name in names.items() if not marked.get(token)}
        namesakes = reading.by_name(wanted, every if many else self._called(wanted.values()))
        # Between two searches a run elsewhere may have made one: what holds the token is no stranger.
        late = {token: tuple(one for one in found if token in one.name) for token, found in namesakes.items()}
        rest = {
            token: tuple(one for one in found if one not in late[token]) for token, found in namesakes.items()
        }
        marked |= {token: found for token, found in late.items() if found}
        return Observation(marked, {token: self._whole(found) for token, found in rest.items() if found})

    def _called(self, names: Collection[str]) -> tuple[Remote, ...]:
        """Return at least all campaigns that are called so."""
        terms = {reading.search_term(one) for one in names}
        if None in terms or len(terms) > _SINGLY:
            return self.campaigns()
        found = (one for term in sorted(filter(None, terms)) for one in self.campaigns(name=term))
        return tuple({one.sid: one for one in found}.values())

    def _whole(self, found: tuple[Remote, ...]) -> tuple[Remote, ...]:
        """Return campaigns with their texts and lists, asked for where a list leaves them out and they are few."""
        if len(found) > _SINGLY:
            return found
        return tuple(one if one.template and one.lists else self._asked(one) for one in found)

    def _asked(self, one: Remote) -> Remote:
        with suppress(VendorError):  # what is not shown counts against a create
            seen = self.details(one.sid)
            if seen is not None:
                return replace(seen, name=one.name)
        return one

    def _named(self, token: str) -> tuple[Remote, ...]:
        return tuple(one for one in self.campaigns(name=token) if token in one.name)

    def campaigns(self, name: str | None = None) -> tuple[Remote, ...]:
        """Return all campaigns whose name holds `name` (3 letters or more), read page by page."""
        return reading.campaigns(self._get, self._config.endpoint, name)

    def details(self, sid: str) -> Remote | None:
        """Return one campaign as it is now; None when Exotel says that there is none. Raises VendorError."""
        return control.details(self._get({}, self._place(sid), control.is_sound), sid)

    def show(self, sid: str) -> Details | None:
        """Return all that Exotel shows of one campaign; None when it says that there is none. Raises VendorError."""
        return reading.show(self._get, self._place(sid), sid)

    def every(
        self, *, name: str | None = None, status: tuple[str, ...] = (), sort_by: str | None = None
    ) -> Iterator[Details]:
        """Yield all campaigns, or those whose name holds `name` or that are in one of these statuses.

        `sort_by` is `name:asc`, `schedule.start_time:desc`, ... Raises VendorError, also for an incomplete list.
        """
        return reading.every(self._get, self._config.endpoint, name=name, status=status, sort_by=sort_by)

    def messages(self, sid: str, *, number: str | None = None) -> Iterator[Message]:
        """Yield the single SMS of a campaign, page by page. Raises VendorError, at its end for an incomplete list."""
        return reading.messages(self._get, self._config.endpoint, sid, number)

    def lists(self) -> tuple[VendorList, ...]:
        """Return all contact lists of the account. Raises VendorError, also for an incomplete list."""
        return reading.lists(self._get)

    def list_of(self, sid: str) -> VendorList | None:
        """Return one contact list with its count; None when Exotel says that there is none. Raises VendorError."""
        return reading.list_of(self._get, sid)

    def _place(self, sid: str) -> str:
        return reading.place_of(self._config.endpoint, sid)

    def _get(
        self,
        query: Mapping[str, str | int],
        place: str,
        is_sound: Callable[[int, Envelope], bool],
    ) -> Envelope:
        """Read what stands at a place below the account. Raises VendorError if no answer is sound."""
        for wait in (*_WAITS, None):
            try:
                status, headers, body = self._request("GET", failures.Progress(), place, params=query)
            except httpx.TransportError as error:
                problem = self._redact(f"Exotel cannot be reached: {failures.why(error, self._address)}")
                pause = wait
            else:
                envelope = answers.read(body)
                if envelope is not None and is_sound(status, envelope):
                    return envelope
                inner = (
                    next((one.code for one in envelope.items if 400 <= (one.code or 0) < 600), None)
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
            status, headers, answer = self._request(
                "POST", progress, self._config.endpoint, content=body, headers=_JSON
            )
        except (httpx.HTTPError, httpx.StreamError, OSError) as error:
            event = failures.event(error, progress)
            known = events.ROWS[event].known
            begin = "Exotel cannot be reached" if known is Sent.NOT_SENT else "no clear answer"
            return CreateResult(
                sent=known, event=event, error=self._redact(f"{begin}: {failures.why(error, self._address)}")
            )
        return answers.classify_create(status, headers.get("retry-after"), answer, token, self._redact)

    # --- steering -------------------------------------------------------------------------------------

    def update(self, sid: str, action: str) -> Reply:
        """Ask for an action on one campaign, once, and say what the answer proves. Raises VendorError for a bad SID."""
        return self._put(sid, {"action": action})

    def edit(self, sid: str, fields: Mapping[str, Any]) -> Reply:
        """Ask for other values of fields, by their documented names, in a campaign that has not started.

        Once, as `update`. Raises VendorError for a bad SID (Exotel: Update SMS campaign, "all parameters").
        """
        return self._put(sid, fields)

    def _put(self, sid: str, fields: Mapping[str, Any]) -> Reply:
        """Only a connection that never came about is tried again here. The body is bare on both endpoints."""
        body = json.dumps(fields).encode()
        place, problem = self._place(sid), ""
        for wait in (*_WAITS, None):
            progress = failures.Progress()
            try:
                status, headers, answer = self._request("PUT", progress, place, content=body, headers=_JSON)
            except (httpx.HTTPError, httpx.StreamError, OSError) as error:
                why = failures.why(error, self._address)
                if events.ROWS[failures.event(error, progress)].known is not Sent.NOT_SENT:
                    return Reply(heard=Heard.UNCLEAR, error=self._redact(f"no clear answer: {why}"))
                problem = self._redact(f"Exotel cannot be reached: {why}")
            else:
                return control.classify(status, headers.get("retry-after"), answer, sid, self._redact)
            if wait is not None:
                self._sleep(wait)
        return Reply(heard=Heard.NOT_SENT, error=problem)

    def _request(
        self, method: str, progress: failures.Progress, place: str, **more: Any
    ) -> tuple[int, httpx.Headers, bytes]:
        self.pace.take()
        with (
            _deadline(_DEADLINE, progress) as extensions,
            self._http.stream(method, self._url + place, extensions=extensions, **more) as response,
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
