"""The endpoints: one request in, one answer out, no sockets.

Both families of paths, sms-campaigns and the newer message-campaigns, stand over one store.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import unquote

from . import validate
from .answers import (
    COUNTERS,
    DENIED,
    INVALID,
    NOT_FOUND,
    Answer,
    Refused,
    campaign_data,
    failure,
    invalid,
    page,
    success,
)
from .bodies import campaign_object, json_object
from .fault import Listing
from .model import Campaign
from .queries import listing, parameters
from .store import Store

FAMILIES = ("sms-campaigns", "message-campaigns")
CHALLENGE = (("WWW-Authenticate", 'Basic realm="campaigns"'),)


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    sid: str
    key: str
    token: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """`target` is the raw path with its query; header values are None where the header is absent."""

    method: str
    target: str
    body: bytes
    authorization: str | None
    content_type: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Route:
    """A campaign path taken apart; `campaign_sid` is None for the collection."""

    account_sid: str
    family: str
    campaign_sid: str | None

    @property
    def needs_channel(self) -> bool:
        return self.family == "message-campaigns"


Endpoint = Callable[[Request, Route], Answer]


class Api:
    def __init__(
        self,
        *,
        store: Store,
        account: Account,
        clock: Callable[[], datetime],
        listing: Callable[[], Listing] = Listing,
    ) -> None:
        self.clock = clock
        self._listing = listing
        self._store = store
        self._account = account
        self._collection: dict[str, Endpoint] = {"GET": self._find, "POST": self._create}
        self._single: dict[str, Endpoint] = {"GET": self._details, "PUT": self._update}

    def answer(self, request: Request) -> Answer:
        """Carries the request out. Never raises for what a client has sent; sqlite3.Error can pass."""
        found = route(request.target)
        try:
            admitted = self._admit(request, found)
            return self._endpoint(request, admitted)(request, admitted)
        except Refused as refused:
            return failure(request.method, refused, in_array=found is not None)

    def _admit(self, request: Request, found: Route | None) -> Route:
        """The credentials come first, so that a stranger learns nothing about paths."""
        if not _knows(request.authorization, self._account):
            raise Refused(401, DENIED, "API key and token are missing or wrong", CHALLENGE)
        if found is None:
            raise Refused(404, NOT_FOUND, "no such path")
        if found.account_sid != self._account.sid:
            raise Refused(403, DENIED, "these credentials have no access to this account SID")
        return found

    def _endpoint(self, request: Request, found: Route) -> Endpoint:
        endpoints = self._collection if found.campaign_sid is None else self._single
        if request.method not in endpoints:
            allowed = ", ".join(endpoints)
            raise Refused(405, INVALID, f"the method must be one of {allowed}", (("Allow", allowed),))
        return endpoints[request.method]

    def _create(self, request: Request, found: Route) -> Answer:
        fields = campaign_object(json_object(request.content_type, request.body))
        now = self.clock()
        draft = validate.draft(
            fields, account_sid=self._account.sid, now=now, needs_channel=found.needs_channel
        )
        with self._store.transaction():
            sid = self._store.add(self._account.sid, draft, now)
            campaign = self._existing(sid, now)
        return success(request.method, campaign_data(campaign, self._account.sid))

    def _find(self, request: Request, found: Route) -> Answer:
        query = listing(parameters(request.target.partition("?")[2]), needs_channel=found.needs_channel)
        campaigns, total = self._store.find(self._account.sid, query, self.clock(), self._listing())
        data = [campaign_data(campaign, self._account.sid) for campaign in campaigns]
        return page(request.method, data, offset=query.offset, limit=query.limit, total=total)

    def _details(self, request: Request, found: Route) -> Answer:
        campaign = self._existing(found.campaign_sid, self.clock())
        # All zero: nothing is delivered yet. How the vendor nests them is unknown; its table lists them flat.
        counts = dict.fromkeys(COUNTERS, 0)
        return success(request.method, {**campaign_data(campaign, self._account.sid), **counts})

    def _update(self, request: Request, found: Route) -> Answer:
        action = validate.action(json_object(request.content_type, request.body))
        sources, held = validate.ACTIONS[action]
        now = self.clock()
        with self._store.transaction():
            campaign = self._existing(found.campaign_sid, now)
            if campaign.status not in sources:
                raise invalid(
                    "action", f"{action} needs the status {' or '.join(sources)}, not {campaign.status}"
                )
            self._store.hold(self._account.sid, campaign.sid, held, now)
            campaign = self._existing(campaign.sid, now)
        return success(request.method, campaign_data(campaign, self._account.sid))

    def _existing(self, sid: str | None, now: datetime) -> Campaign:
        campaign = self._store.get(self._account.sid, sid or "", now)
        if campaign is None:
            raise Refused(404, NOT_FOUND, "no campaign has this SID")
        return campaign


def route(target: str) -> Route | None:
    """The campaign path in a request target; None for every other. Matches letter case, as v2 paths do."""
    match [unquote(part) for part in target.partition("?")[0].split("/")]:
        case ["", "v2", "accounts", account_sid, family] if family in FAMILIES:
            return Route(account_sid=account_sid, family=family, campaign_sid=None)
        case ["", "v2", "accounts", account_sid, family, campaign_sid] if family in FAMILIES:
            return Route(account_sid=account_sid, family=family, campaign_sid=campaign_sid)
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
