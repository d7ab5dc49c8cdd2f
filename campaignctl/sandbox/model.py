"""A campaign as the sandbox keeps it. All moments are aware."""

from __future__ import annotations

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


def written(moment: datetime) -> str:
    """The vendor's spelling of a moment: RFC 3339, whole seconds, +05:30."""
    return moment.astimezone(IST).isoformat(timespec="seconds")
