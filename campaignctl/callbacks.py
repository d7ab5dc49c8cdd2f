"""What Exotel tells by webhook: one event, and what many of them come to. Pure, and bounded in memory."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TypeVar

from campaignctl import controls

CAMPAIGN, SMS = "campaign", "sms"

#: An SMS that is on its way. All else is an end.
_MOVING = ("queued", "sending", "submitted")
_ENDS = ("sent", "failed", "failed_dnd", "failed_expired", "failed_spam_detected", "invalid")
#: The statuses that are counted by name, in the order of a life. Sources: Exotel, Create SMS campaign
#: (sms_status_callback), SMS details, and StatusCallback of a single SMS.
SMS_STATUSES = (*_MOVING, *_ENDS)
OTHER = "other"

_FOLDED = {one.replace("_", ""): one for one in SMS_STATUSES}
_JOINTS = re.compile(r"[\s_-]+")
_Value = TypeVar("_Value")

#: How many events are remembered to know them again, at some 200 bytes each, and how many campaigns have a line of
#: their own. Exotel tries an event again within minutes; at 300 SMS a minute this is half a day.
REMEMBERED = 250_000
CAMPAIGNS = 10_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """One event of a campaign or of a single SMS, as `webhooks.payloads` reads it. Texts are hostile still."""

    kind: str  #: campaign | sms
    campaign_sid: str | None  #: None: an SMS that does not name one
    status: str  #: in one spelling, by `sms_status` or `campaign_status`
    sms_sid: str | None = None
    number: str | None = None  #: in full
    created: str | None = None  #: date_created, as written
    updated: str | None = None  #: date_updated of a campaign, date_sent of an SMS, as written
    report: str | None = None  #: printable, http or https
    detailed_status: str | None = None  #: FAILED_REJECTED_DND, ...
    code: int | None = None  #: 23005, ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Arrival:
    """An event that came in."""

    event: Event
    at: str  #: RFC 3339, UTC
    repeated: bool  #: it has been here before
    sender: str  #: the other end of the connection; hostile


@dataclass(frozen=True, kw_only=True, slots=True)
class Summary:
    """What the events of one campaign come to."""

    campaign_sid: str | None  #: None: of SMS that name none, and of all campaigns beyond the first 10,000
    status: str | None  #: the campaign's own
    report: str | None
    counts: Mapping[str, int]  #: SMS by their last status, those of `SMS_STATUSES` and `OTHER`
    first: str  #: when the first event came: RFC 3339, UTC
    last: str


def sms_status(text: str) -> str:
    """Return one spelling for `failed-dnd`, `failed_dnd` and `Failed_Expired`; others in lower case."""
    return _FOLDED.get(_JOINTS.sub("", text.casefold())) or _JOINTS.sub("_", text.casefold())


def campaign_status(text: str) -> str:
    """Return the status of a campaign as its details spell it; others in lower case."""
    return controls.status(text) or _JOINTS.sub("-", text.casefold())


@dataclass(kw_only=True, slots=True)
class _Row:
    first: str
    last: str
    status: str | None = None
    report: str | None = None
    counts: dict[str, int] = field(default_factory=dict)


class Tally:
    """Knows events again, and counts SMS by campaign and last status.

    The oldest events are forgotten beyond `events`: one of them would be counted anew. Not safe for threads.
    """

    def __init__(self, *, events: int = REMEMBERED, campaigns: int = CAMPAIGNS) -> None:
        self._events = events
        self._campaigns = campaigns
        self._seen: dict[bytes, None] = {}
        self._latest: dict[bytes, str] = {}
        self._rows: dict[str | None, _Row] = {}

    def knows(self, event: Event) -> bool:
        """Return whether an event with this SID and status was added before: Exotel sends again."""
        return _mark(event, event.status) in self._seen

    def add(self, event: Event, at: str) -> None:
        """Count an event that came at `at`. Events may come in any order."""
        _remember(self._seen, _mark(event, event.status), None, self._events)
        row = self._row(event.campaign_sid, at)
        row.first, row.last = min(row.first, at), max(row.last, at)
        if event.kind == SMS:
            self._count(event, row.counts)
        elif row.status != controls.COMPLETED:  # an end, whatever comes late
            row.status = event.status
        row.report = event.report or row.report

    def _row(self, sid: str | None, at: str) -> _Row:
        if sid not in self._rows and len(self._rows) >= self._campaigns:
            sid = None
        return self._rows.setdefault(sid, _Row(first=at, last=at))

    def _count(self, event: Event, counts: dict[str, int]) -> None:
        mark = _mark(event, f"of {event.campaign_sid}")  # so that nothing is taken from another row
        before = self._latest.get(mark)
        after = event.status if event.status in SMS_STATUSES else OTHER
        if before is not None and after in _MOVING and before not in _MOVING:
            return  # overtaken on the way
        if before is not None:
            counts[before] = counts.get(before, 0) - 1
        counts[after] = counts.get(after, 0) + 1
        _remember(self._latest, mark, after, self._events)

    def summaries(self) -> tuple[Summary, ...]:
        """Return a summary a campaign, in the order of their first events; the one of the rest comes last."""
        rows = sorted(self._rows.items(), key=lambda one: one[0] is None)
        return tuple(
            Summary(
                campaign_sid=sid,
                status=row.status,
                report=row.report,
                counts={one: row.counts[one] for one in (*SMS_STATUSES, OTHER) if row.counts.get(one, 0) > 0},
                first=row.first,
                last=row.last,
            )
            for sid, row in rows
        )


def _mark(event: Event, about: str) -> bytes:
    sid = event.sms_sid if event.kind == SMS else event.campaign_sid
    return blake2b(f"{event.kind}\0{about}\0{sid}".encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _remember(memory: dict[bytes, _Value], mark: bytes, value: _Value, limit: int) -> None:
    memory.pop(mark, None)  # to the end
    memory[mark] = value
    if len(memory) > limit:
        del memory[next(iter(memory))]
