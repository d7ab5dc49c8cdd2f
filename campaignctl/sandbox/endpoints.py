"""What each path answers, for one account: from a request that was let in to its answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from . import edits, queries, validate
from .answers import (
    INVALID,
    NOT_FOUND,
    Answer,
    Refused,
    campaign_data,
    contact_data,
    counts_data,
    flat_page,
    list_data,
    message_data,
    missing,
    page,
    success,
)
from .bodies import campaign_object, json_object
from .clock import Clock
from .engine import Engine
from .fault import Listing
from .model import ARCHIVED, COMPLETED, Campaign, ContactList, Message, written
from .report import written_report
from .store import Store

_REPORT_PAGE = 5000
_LONGEST_STEP = 10**12  # seconds; the clock itself refuses long before


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """`target` is the raw path with its query; header values are None where the header is absent."""

    method: str
    target: str
    body: bytes
    authorization: str | None
    content_type: str | None

    @property
    def query(self) -> dict[str, str]:
        return queries.parameters(self.target.partition("?")[2])


@dataclass(frozen=True, kw_only=True, slots=True)
class Route:
    """A path of the API taken apart: `campaign_sid` is None for the collection, `part` for the thing itself.

    `family` is sms-campaigns, message-campaigns or lists; a list's SID stands in `campaign_sid` as well.
    """

    account_sid: str
    family: str
    campaign_sid: str | None = None
    part: str | None = None

    @property
    def needs_channel(self) -> bool:
        return self.family == "message-campaigns"


Endpoint = Callable[[Request, Route], Answer]


class Endpoints:
    """Those of one account. `ascending` sorts lists of campaigns as the vendor's console says, not its page; `log` is
    told what a rehearsal may not have meant.
    """

    def __init__(
        self,
        *,
        store: Store,
        engine: Engine,
        clock: Clock,
        account: str,
        listing: Callable[[], Listing],
        ascending: bool = False,
        log: Callable[[str], object] = lambda _: None,
    ) -> None:
        self._log = log
        self._store = store
        self._engine = engine
        self._clock = clock
        self._account = account
        self._listing = listing
        self._sort = f"schedule.start_time:{'asc' if ascending else 'desc'}"
        self._paths: dict[tuple[str, bool, str | None], dict[str, Endpoint]] = {
            ("lists", False, None): {"GET": self._lists},
            ("lists", True, None): {"GET": self._list},
            ("lists", True, "contacts"): {"GET": self._contacts},
            ("message-campaigns", True, "message-details"): {"GET": self._messages},
            ("sms-campaigns", True, "sms-details"): {"GET": self._messages},
        }
        for family in ("sms-campaigns", "message-campaigns"):
            self._paths[family, False, None] = {"GET": self._find, "POST": self._create}
            self._paths[family, True, None] = {"GET": self._details, "PUT": self._update}

    def of(self, found: Route) -> dict[str, Endpoint]:
        """What a path offers, by method."""
        return self._paths[found.family, found.campaign_sid is not None, found.part]

    def clock(self, request: Request) -> Answer:
        """`/sandbox/clock`, which the vendor does not have: the present, after an advance by `advance` seconds."""
        if request.method == "POST":
            body = json_object(request.content_type, request.body)
            step = body.get("advance")
            if step is None:
                raise missing("advance")
            if not isinstance(step, int) or isinstance(step, bool) or not 0 <= step <= _LONGEST_STEP:
                raise Refused(400, INVALID, "advance must be a whole number of seconds, zero or above")
            try:
                self._clock.advance(timedelta(seconds=step))
            except ValueError as error:
                raise Refused(400, INVALID, str(error)) from error
        now = self._clock.now()
        self._engine.look(now)
        return success(request.method, {"now": written(now), "ahead": self._store.ahead()})

    def report(self, sid: str) -> Answer:
        """A campaign's report. Its address is as good as a password: it holds the campaign's SID."""
        self._engine.look(self._clock.now())
        campaign = self._store.get(self._account, sid)
        if campaign is None or campaign.status not in (COMPLETED, ARCHIVED):
            raise Refused(404, NOT_FOUND, "no report is here, or not yet")
        body = written_report(campaign.draft, self._all_messages(sid))
        headers = (
            ("Content-Type", "text/csv; charset=utf-8"),
            ("Content-Disposition", f'attachment; filename="{campaign.sid}.csv"'),
            ("X-Content-Type-Options", "nosniff"),
        )
        return Answer(status=200, headers=headers, body=body)

    def _create(self, request: Request, found: Route) -> Answer:
        fields = campaign_object(json_object(request.content_type, request.body))
        with self._store.transaction():
            now = self._clock.now()
            draft = validate.draft(
                fields, account_sid=self._account, now=now, needs_channel=found.needs_channel
            )
            self._check_lists(draft.lists)
            self._engine.settle(now)
            sid = self._store.add(self._account, draft, now)
            self._engine.look(now)  # without a schedule it has started
            campaign = self._existing(sid)
        return success(request.method, self._data(campaign))

    def _find(self, request: Request, found: Route) -> Answer:
        query = queries.listing(request.query, needs_channel=found.needs_channel, default_sort=self._sort)
        now = self._clock.now()
        self._engine.look(now)
        campaigns, total = self._store.find(self._account, query, now, self._listing())
        data = [self._data(campaign) for campaign in campaigns]
        return page(request.method, data, offset=query.offset, limit=query.limit, total=total)

    def _details(self, request: Request, found: Route) -> Answer:
        self._engine.look(self._clock.now())
        with self._store.transaction("DEFERRED"):
            campaign = self._existing(found.campaign_sid)
            counts = self._store.counts(self._account, campaign.sid)
        # How the vendor nests the counts is unknown; its table lists them flat.
        return success(request.method, {**self._data(campaign), **counts_data(counts)})

    def _update(self, request: Request, found: Route) -> Answer:
        body = json_object(request.content_type, request.body)
        fields = edits.given(body)
        action = validate.action(body) if "action" in body or not fields else None
        with self._store.transaction():
            now = self._clock.now()
            self._engine.settle(now)
            sid = self._existing(found.campaign_sid).sid
            if fields:
                self._edit(sid, fields, now)
            if action is not None:
                self._engine.act(sid, action, now)
            campaign = self._existing(sid)
        return success(request.method, self._data(campaign))

    def _edit(self, sid: str, fields: dict[str, object], now: datetime) -> None:
        campaign, run = self._existing(sid), self._store.run(self._account, sid)
        started = run is not None and run.total is not None
        draft = edits.edited(campaign, fields, started=started, account_sid=self._account, now=now)
        if "lists" in fields:
            self._check_lists(draft.lists)
        self._store.edit(self._account, sid, draft, now)

    def _check_lists(self, sids: Iterable[str]) -> None:
        """Refuses a list that is none of the account's, as soon as any is known. What the vendor does is not published."""
        unknown = [sid for sid in sids if self._store.list_of(self._account, sid) is None]
        if unknown and self._store.lists(self._account, limit=1)[1]:
            raise Refused(400, INVALID, f"lists: no list of the account has the SID {unknown[0]}")
        for sid in unknown:
            self._log(
                f"list {ascii(sid)[1:-1]} has nobody on it: give --registry, or --contacts {ascii(sid)[1:-1]}=FILE"
            )

    def _messages(self, request: Request, found: Route) -> Answer:
        part = queries.messages(request.query, needs_channel=found.needs_channel)
        campaign = self._now(found)
        messages, total = self._store.messages(
            self._account,
            campaign.sid,
            limit=part.limit,
            offset=part.offset,
            number=part.search,
            newest=part.sort_by.endswith(":desc"),
        )
        data = [message_data(message) for message in messages]
        return flat_page(request.method, data, offset=part.offset, limit=part.limit, total=total)

    def _lists(self, request: Request, found: Route) -> Answer:
        part = queries.lists(request.query)
        lists, total = self._store.lists(
            self._account,
            limit=part.limit,
            offset=part.offset,
            name=part.search or "",
            sort_by=part.sort_by,
        )
        data = [list_data(one, self._account) for one in lists]
        return page(request.method, data, offset=part.offset, limit=part.limit, total=total)

    def _list(self, request: Request, found: Route) -> Answer:
        return success(request.method, list_data(self._known_list(found), self._account))

    def _contacts(self, request: Request, found: Route) -> Answer:
        part = queries.contacts(request.query)
        sid = self._known_list(found).sid
        contacts, total = self._store.contacts(self._account, sid, limit=part.limit, offset=part.offset)
        data = [contact_data(one) for one in contacts]
        return page(request.method, data, offset=part.offset, limit=part.limit, total=total)

    def _data(self, campaign: Campaign) -> dict[str, object]:
        return campaign_data(campaign, self._account, self._engine.report(campaign.sid))

    def _now(self, found: Route) -> Campaign:
        self._engine.look(self._clock.now())
        return self._existing(found.campaign_sid)

    def _existing(self, sid: str | None) -> Campaign:
        campaign = self._store.get(self._account, sid or "")
        if campaign is None:
            raise Refused(404, NOT_FOUND, "no campaign has this SID")
        return campaign

    def _known_list(self, found: Route) -> ContactList:
        one = self._store.list_of(self._account, found.campaign_sid or "")
        if one is None:
            raise Refused(404, NOT_FOUND, "no list has this SID")
        return one

    def _all_messages(self, sid: str) -> Iterator[Message]:
        offset = 0
        while True:
            messages, total = self._store.messages(self._account, sid, limit=_REPORT_PAGE, offset=offset)
            yield from messages
            offset += _REPORT_PAGE
            if offset >= total:
                return
