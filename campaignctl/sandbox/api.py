"""One request in, one answer out, no sockets: who is let in, and to which endpoint.

Both families of paths, sms-campaigns and the newer message-campaigns, stand over one store.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from urllib.parse import unquote

from .answers import DENIED, INVALID, NOT_FOUND, Answer, Refused, failure
from .clock import Clock
from .endpoints import Endpoint, Endpoints, Request, Route
from .limits import Limit
from .quirks import Quirks

FAMILIES = ("sms-campaigns", "message-campaigns")
PARTS = (("sms-campaigns", "sms-details"), ("message-campaigns", "message-details"), ("lists", "contacts"))
CHALLENGE = (("WWW-Authenticate", 'Basic realm="campaigns"'),)

_CLOCK = "/sandbox/clock"
_Of = TypeVar("_Of")


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    sid: str
    key: str
    token: str


class Api:
    """`limit` refuses what is too much, `quirks` alters what is answered; both stay off the sandbox's own paths."""

    def __init__(
        self,
        *,
        endpoints: Endpoints,
        account: Account,
        clock: Clock,
        limit: Limit | None = None,
        quirks: Quirks | None = None,
    ) -> None:
        self._endpoints = endpoints
        self._account = account
        self._clock = clock
        self._limit = limit
        self._quirks = quirks

    def answer(self, request: Request) -> Answer:
        """Carries the request out. Never raises for what a client has sent; sqlite3.Error can pass."""
        found = route(request.target)
        try:
            if is_own(request.target):
                return self._own(request)
            admitted = self._admit(request, found)
            answer = self._endpoint(request, admitted)(request, admitted)
        except Refused as refused:
            answer = failure(request.method, refused, in_array=found is not None)
        return answer if self._quirks is None or found is None else self._quirks.alter(answer)

    def date(self) -> datetime:
        """The moment that an answer is dated with: that of the present looked at last."""
        return self._clock.latest

    def _own(self, request: Request) -> Answer:
        """The paths that the vendor does not have: the clock, and the reports that it keeps elsewhere."""
        path = request.target.partition("?")[0]
        if path == _CLOCK:
            self._check(request)
            return _choose(request, {"GET": self._endpoints.clock, "POST": self._endpoints.clock})(request)
        sid = unquote(path.removeprefix("/reports/").removesuffix(".csv"))
        return _choose(request, {"GET": lambda _: self._endpoints.report(sid)})(request)

    def _admit(self, request: Request, found: Route | None) -> Route:
        """The credentials come first, so that a stranger learns nothing about paths."""
        self._check(request)
        if self._limit is not None:
            self._limit.admit()
        if found is None:
            raise Refused(404, NOT_FOUND, "no such path")
        if found.account_sid != self._account.sid:
            raise Refused(403, DENIED, "these credentials have no access to this account SID")
        return found

    def _check(self, request: Request) -> None:
        if not _knows(request.authorization, self._account):
            raise Refused(401, DENIED, "API key and token are missing or wrong", CHALLENGE)

    def _endpoint(self, request: Request, found: Route) -> Endpoint:
        return _choose(request, self._endpoints.of(found))


def _choose(request: Request, offered: dict[str, _Of]) -> _Of:
    """What is offered for the request's method. Raises Refused with 405."""
    if request.method not in offered:
        allowed = ", ".join(offered)
        raise Refused(405, INVALID, f"the method must be one of {allowed}", (("Allow", allowed),))
    return offered[request.method]


def is_own(target: str) -> bool:
    """Whether a request target is the sandbox's own, and none of the vendor's API."""
    path = target.partition("?")[0]
    return path == _CLOCK or (path.startswith("/reports/") and path.endswith(".csv"))


def route(target: str) -> Route | None:
    """The API's path in a request target; None for every other. Matches letter case, as v2 paths do."""
    match [unquote(part) for part in target.partition("?")[0].split("/")]:
        case ["", "v2", "accounts", account_sid, family] if family in (*FAMILIES, "lists"):
            return Route(account_sid=account_sid, family=family)
        case ["", "v2", "accounts", account_sid, family, sid] if family in (*FAMILIES, "lists"):
            return Route(account_sid=account_sid, family=family, campaign_sid=sid)
        case ["", "v2", "accounts", account_sid, family, sid, part] if (family, part) in PARTS:
            return Route(account_sid=account_sid, family=family, campaign_sid=sid, part=part)
    return None


def _knows(authorization: str | None, account: Account) -> bool:
    scheme, _, encoded = (authorization or "").partition(" ")
    if scheme.lower() != "basic":
        return False
    try:
        given = base64.b64decode(encoded.strip(), validate=True)
    except (binascii.Error, ValueError):  # ValueError: a character beyond ASCII
        return False
    return hmac.compare_digest(given, f"{account.key}:{account.token}".encode())
