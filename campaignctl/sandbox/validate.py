"""The rules of a create request and of an action. Pure: the present is a parameter.

Each rule is the vendor's page at the field of that name, unless another source is given. What the page leaves
open is decided towards refusing, so that a client that passes here has guessed nothing.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from .answers import invalid, missing
from .bodies import Object
from .model import COMPLETED, IN_PROGRESS, IST, PAUSED, SCHEDULED, Draft, written

MANDATORY = ("content_type", "lists", "dlt_entity_id", "dlt_template_id", "sender_id", "sms_type", "template")
MOST_LISTS = {"static": 5, "dynamic": 1}
SENDER_SHAPES = {
    "transactional": (re.compile(r"[A-Za-z]+"), "letters only for transactional"),
    "promotional": (re.compile(r"[0-9]+"), "digits only for promotional"),
}
LONGEST_TEMPLATE = 2000
MOST_VARIABLES = 5
LEAD = timedelta(minutes=10)
SHORTEST_RUN = timedelta(hours=2)

ACTIONS: dict[str, tuple[str, ...]] = {
    "pause": (SCHEDULED, IN_PROGRESS),
    "resume": (PAUSED,),
    "complete": (PAUSED,),
    "archive": (COMPLETED,),
}
"""Action: the statuses it may start from. Source: the vendor's page on updating a campaign, whose "created" the
campaign itself calls scheduled."""

VARIABLE = re.compile(r"@@((?:\w|[\u0900-\u0dff](?<![\u0964\u0965])|[\u200c\u200d])+)")
"""A column in a text. What ends a header the page does not say: here a vowel sign of an Indian script, which is no
letter by itself, does not, and a danda does."""

_DIGITS = re.compile(r"[0-9]+")
_RFC3339 = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})",
    re.IGNORECASE | re.ASCII,
)
_NOT_IN_URL = re.compile(r"[\x00-\x20\x7f]")


def draft(fields: Object, *, account_sid: str, now: datetime, needs_channel: bool) -> Draft:
    """The campaign that a create request asks for.

    `needs_channel` is true for message-campaigns, whose page alone knows the field. Raises Refused with 400
    at the first rule broken, a missing field before any bad value.
    """
    required = (*MANDATORY, "channel") if needs_channel else MANDATORY
    for field in required:
        if fields.get(field) is None:
            raise missing(field)
    if needs_channel:
        check_channel(fields["channel"])
    content_type = _text(fields, "content_type")
    if content_type not in MOST_LISTS:
        raise invalid("content_type", "must be static or dynamic")
    sms_type = _text(fields, "sms_type").lower()
    if sms_type not in SENDER_SHAPES:
        raise invalid("sms_type", "must be transactional or promotional")
    start, end = _schedule(fields, now)
    return Draft(
        name=_name(fields, account_sid, now),
        content_type=content_type,
        lists=_lists(fields, content_type),
        start=start,
        end=end,
        dlt_entity_id=_dlt_id(fields, "dlt_entity_id"),
        dlt_template_id=_dlt_id(fields, "dlt_template_id"),
        sender_id=_sender_id(fields, sms_type),
        sms_type=sms_type,
        template=_template(fields),
        status_callback=_callback(fields, "status_callback"),
        sms_status_callback=_callback(fields, "sms_status_callback"),
    )


def action(body: Object) -> str:
    """The action of an update, which the page sends bare. Raises Refused with 400."""
    if body.get("action") is None:
        raise missing("action")
    name = _text(body, "action")
    if name not in ACTIONS:
        raise invalid("action", f"must be one of {', '.join(ACTIONS)}")
    return name


def check_channel(channel: object) -> None:
    """Holds message-campaigns to the one channel served: `SMS` in the page's tables, `sms` in its URLs."""
    if not isinstance(channel, str) or channel.lower() != "sms":
        raise invalid("channel", "must be SMS")


def _text(fields: Object, field: str) -> str:
    value = fields[field]
    if not isinstance(value, str):
        raise invalid(field, "must be a string")
    return _storable(value, field)


def _storable(value: str, field: str) -> str:
    # JSON can spell half of a surrogate pair; it is no character, and neither UTF-8 nor SQLite can hold it.
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise invalid(field, "holds half of a surrogate pair")
    return value


def _lists(fields: Object, content_type: str) -> tuple[str, ...]:
    value = fields["lists"]
    if not isinstance(value, list) or not value or not all(isinstance(sid, str) and sid for sid in value):
        raise invalid("lists", "must be a non-empty array of list SIDs")
    most = MOST_LISTS[content_type]
    if len(value) > most:
        raise invalid("lists", f"takes at most {most} when content_type is {content_type}, not {len(value)}")
    return tuple(_storable(sid, "lists") for sid in value)


def _dlt_id(fields: Object, field: str) -> str:
    # A JSON number cannot keep the leading zero that the page's response sample has.
    value = fields[field]
    if not isinstance(value, str) or not _DIGITS.fullmatch(value):
        raise invalid(field, "must be a string of digits")
    return value


def _sender_id(fields: Object, sms_type: str) -> str:
    value = _text(fields, "sender_id")
    shape, rule = SENDER_SHAPES[sms_type]
    if not shape.fullmatch(value):
        raise invalid("sender_id", f"must be {rule}")
    return value


def _template(fields: Object) -> str:
    value = _text(fields, "template")
    if not 1 <= len(value) <= LONGEST_TEMPLATE:
        raise invalid("template", f"must have 1 to {LONGEST_TEMPLATE} characters, not {len(value)}")
    variables = set(VARIABLE.findall(value))
    if len(variables) > MOST_VARIABLES:
        raise invalid("template", f"takes at most {MOST_VARIABLES} variables, not {len(variables)}")
    return value


def _name(fields: Object, account_sid: str, now: datetime) -> str:
    if "name" not in fields:
        return f"{account_sid} {now.astimezone(IST):%Y-%m-%d %H:%M:%S}"
    value = _text(fields, "name")
    if len(value) <= 3:
        raise invalid("name", "must have more than 3 characters")
    return value


def _schedule(fields: Object, now: datetime) -> tuple[datetime, datetime | None]:
    """Start and end. No schedule starts at once. What happens without end_time the page leaves open."""
    if "schedule" not in fields:
        return now, None
    schedule = fields["schedule"]
    if not isinstance(schedule, dict):
        raise invalid("schedule", "must be an object")
    if schedule.get("start_time") is None:
        raise missing("schedule.start_time")
    start = _moment(schedule, "start_time")
    if start - now < LEAD:
        here = written(now)  # the sandbox's may have been advanced
        raise invalid("schedule.start_time", f"must be at least 10 minutes ahead of the current time, {here}")
    if "end_time" not in schedule:
        return start, None
    end = _moment(schedule, "end_time")
    if end - start < SHORTEST_RUN:
        raise invalid("schedule.end_time", "must be at least 2 hours after start_time")
    return start, end


def _moment(schedule: Object, field: str) -> datetime:
    value = schedule[field]
    refused = invalid(f"schedule.{field}", "must be an RFC 3339 date-time with an offset")
    if not isinstance(value, str) or not _RFC3339.fullmatch(value):
        raise refused
    try:
        return datetime.fromisoformat(value.upper()).astimezone(IST)
    except (ValueError, OverflowError) as error:  # no such day, or beyond the calendar in IST
        raise refused from error


def _callback(fields: Object, field: str) -> str | None:
    if field not in fields:
        return None
    value = _text(fields, field)
    try:
        url = urlsplit(value)
        sound = url.scheme in ("http", "https") and bool(url.hostname) and url.port != 0
    except ValueError:  # an unclosed bracket, a port that is no number
        sound = False
    if not sound or _NOT_IN_URL.search(value):
        raise invalid(field, "must be an absolute http or https URL with a host")
    return value
