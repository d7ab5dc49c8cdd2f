"""What the vendor answers: the envelope around every body, and the refusals.

The codes in `error_data` are those published for other resources behind the same gateway; none is published
for SMS campaigns. Statuses without a published code borrow the nearest one.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .model import ARCHIVED, COMPLETED, Campaign, Contact, ContactList, Counts, Message, written

NOT_FOUND = 1000
MISSING = 1001
INVALID = 1002
BAD_BODY = 1007
DENIED = 1010
BAD_MEDIA_TYPE = 1011
BROKEN = 1100
TOO_MANY = 40402
THROTTLED = 40405
"""The last two are those of the vendor's older SMS API."""

_MESSAGES = {
    NOT_FOUND: "Not Found",
    MISSING: "Mandatory Parameter missing",
    INVALID: "Invalid parameter",
    BAD_BODY: "Invalid request body",
    DENIED: "Authentication or authorisation failed",
    BAD_MEDIA_TYPE: "Unsupported content type",
    BROKEN: "Internal server error",
    TOO_MANY: "Too Many Requests",
    THROTTLED: "Service Unavailable",
}

DIRECTION = "outbound-api"

Headers = tuple[tuple[str, str], ...]


class Refused(Exception):
    """A request that gets an answer other than 200. `description` is for the sender of the request."""

    def __init__(self, status: int, code: int, description: str, headers: Headers = ()) -> None:
        super().__init__(description)
        self.status = status
        self.code = code
        self.description = description
        self.headers = headers


def missing(field: str) -> Refused:
    return Refused(400, MISSING, f"{field} is mandatory")


def invalid(field: str, rule: str) -> Refused:
    return Refused(400, INVALID, f"{field} {rule}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    status: int
    headers: Headers = ()
    body: bytes = b""


def success(method: str, data: Mapping[str, object]) -> Answer:
    """One object, in the array of one that the page shows."""
    return _envelope(method, 200, [_item(data)])


def page(
    method: str, found: Sequence[Mapping[str, object]], *, offset: int, limit: int, total: int
) -> Answer:
    """Part of a collection; `total` counts what the query matches, `count` what this answer holds."""
    metadata = {"count": len(found), "offset": offset, "total": total, "limit": limit}
    return _envelope(method, 200, [_item(data) for data in found], metadata)


def flat_page(
    method: str, found: Sequence[Mapping[str, object]], *, offset: int, limit: int, total: int
) -> Answer:
    """The same without an envelope around each record, as single messages are listed."""
    metadata = {"count": len(found), "offset": offset, "total": total, "limit": limit}
    return _envelope(method, 200, list(found), metadata)


def failure(method: str, refused: Refused, *, in_array: bool) -> Answer:
    """A refusal: within an array for campaigns, as the single object of the gateway's own 404 elsewhere."""
    error = {
        "code": refused.code,
        "message": _MESSAGES[refused.code],
        "description": refused.description,
    }
    item = {"code": refused.status, "error_data": error, "status": "failure", "data": None}
    return _envelope(method, refused.status, [item] if in_array else item, headers=refused.headers)


def campaign_data(campaign: Campaign, account_sid: str, report_url: str) -> dict[str, object]:
    """The fields of the page's response sample, in its order: `expiry_time` for the end, no SMS callback.

    `report_url` shows once the campaign is over.
    """
    draft = campaign.draft
    return {
        "name": draft.name,
        "content_type": draft.content_type,
        "sid": campaign.sid,
        "account_sid": account_sid,
        "lists": list(draft.lists),
        "schedule": {
            "start_time": written(draft.start),
            "expiry_time": None if draft.end is None else written(draft.end),
        },
        "status_callback": draft.status_callback,
        "date_created": written(campaign.created),
        "date_updated": written(campaign.updated),
        "status": campaign.status,
        "report_url": report_url if campaign.status in (COMPLETED, ARCHIVED) else None,
        "dlt_entity_id": draft.dlt_entity_id,
        "dlt_template_id": draft.dlt_template_id,
        "sender_id": draft.sender_id,
        "sms_type": draft.sms_type,
        "template": draft.template,
    }


def counts_data(counts: Counts) -> dict[str, object]:
    """The counts of a campaign's details, flat as the page's table has them."""
    return {
        "scheduled": counts.scheduled,
        "submitted": counts.submitted,
        "sent": counts.sent,
        "failed": counts.failed,
        "invalid": counts.invalid,
    }


def message_data(message: Message) -> dict[str, object]:
    """The fields of the page on single messages."""
    return {
        "sid": message.sid,
        "number": message.number,
        "name": message.name,
        "message": message.text,
        "status": message.status,
        "detailed_status": message.detailed_status,
        "schedule_time": written(message.scheduled),
        "date_created": written(message.scheduled),
        "sender_id": message.sender_id,
        "direction": DIRECTION,
    }


def list_data(found: ContactList, account_sid: str) -> dict[str, object]:
    """A contact list. The page names SID, time of creation and count; under which names is not published."""
    return {
        "sid": found.sid,
        "account_sid": account_sid,
        "name": found.name,
        "tag": found.tag,
        "contact_count": found.contacts,
        "date_created": written(found.created),
        "date_updated": written(found.created),
    }


def contact_data(contact: Contact) -> dict[str, object]:
    """A contact: its number, and what else its row has as `custom`."""
    given = {header: cell for header, cell in contact.columns.items() if header not in _CONTACT_FIELDS}
    known = {header: contact.columns[header] for header in _CONTACT_FIELDS if header in contact.columns}
    return {**known, "number": contact.number, "custom": given}


_CONTACT_FIELDS = ("number", "first_name", "last_name", "company_name", "email", "tag")


def _item(data: Mapping[str, object]) -> dict[str, object]:
    return {"code": 200, "error_data": None, "status": "success", "data": data}


def _envelope(
    method: str,
    status: int,
    response: object,
    metadata: Mapping[str, int] | None = None,
    headers: Headers = (),
) -> Answer:
    envelope: dict[str, object] = {"request_id": secrets.token_hex(16), "method": method, "http_code": status}
    if metadata is not None:
        envelope["metadata"] = metadata
    envelope["response"] = response
    return Answer(
        status=status,
        headers=(("Content-Type", "application/json"), *headers),
        body=json.dumps(envelope).encode("ascii"),
    )
