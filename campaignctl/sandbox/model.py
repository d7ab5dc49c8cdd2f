"""What the sandbox keeps: campaigns, lists, single messages and events. All moments are aware."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

IST = timezone(timedelta(hours=5, minutes=30))
"""India's time: the offset of every date in the vendor's samples."""

SCHEDULED = "scheduled"
IN_PROGRESS = "in-progress"
PAUSED = "paused"
COMPLETED = "completed"
ARCHIVED = "archived"
STATUSES = (SCHEDULED, IN_PROGRESS, PAUSED, COMPLETED, ARCHIVED)
"""The spellings of the vendor's list filter."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """A create request that has passed every rule, with the vendor's defaults filled in."""

    name: str
    content_type: str
    lists: tuple[str, ...]
    start: datetime
    end: datetime | None
    dlt_entity_id: str
    dlt_template_id: str
    sender_id: str
    sms_type: str
    template: str
    status_callback: str | None
    sms_status_callback: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Campaign:
    """A campaign that was created, with its status at the moment it was read."""

    sid: str
    draft: Draft
    status: str
    created: datetime
    updated: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Contact:
    """One row of a list: the number in E.164 where it could be told, and all columns as they stand."""

    number: str
    columns: Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class ContactList:
    """`contacts` is how many there are; `dynamic` says that texts may use the columns."""

    sid: str
    name: str
    contacts: int
    dynamic: bool
    created: datetime
    tag: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Counts:
    """A campaign's messages by where they are; they add up to all of them."""

    scheduled: int = 0  #: not attempted yet
    submitted: int = 0  #: kept by the operator
    sent: int = 0
    failed: int = 0  #: with failed_dnd and failed_spam_detected
    invalid: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """One SMS of a campaign, from the moment it was attempted, or failed with the end of the campaign.

    `scheduled` is the campaign's start, `sent` the moment of the last status, None while the operator keeps it.
    """

    sid: str
    number: str
    text: str
    status: str
    detailed_status: str
    code: int
    scheduled: datetime
    sent: datetime | None
    sender_id: str
    name: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """Something that a webhook tells of. `url` is None when the campaign has no callback for it.

    `posted` is None before the first try that counts, then "200" or why nothing arrived.
    """

    id: int
    at: datetime
    kind: str  #: "campaign" or "sms"
    campaign_sid: str
    url: str | None
    payload: Mapping[str, str | None]
    posted: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Sms:
    """What the operator gets to see of one message."""

    number: str
    text: str
    sender_id: str
    dlt_entity_id: str
    dlt_template_id: str
    sms_type: str
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Outcome:
    """What becomes of one SMS: `sent` 20005 DELIVERED_TO_HANDSET, ... A `submitted` one is not decided yet."""

    status: str
    code: int
    detailed_status: str


EXPIRED = Outcome(status="failed", code=23050, detailed_status="FAILED_EXPIRED")
"""What becomes of the messages that a campaign's end finds unsent, or still with the operator. The vendor says
`Failed`, and lists `Failed_Expired` among the statuses of its callback."""


def written(moment: datetime) -> str:
    """The vendor's spelling of a moment: RFC 3339, whole seconds, +05:30."""
    return moment.astimezone(IST).isoformat(timespec="seconds")
