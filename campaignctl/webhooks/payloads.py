"""An event from the body of a webhook: JSON or a form, under every name that Exotel's pages use. Pure.

Sources: Exotel, Create SMS campaign (`status_callback`, `sms_status_callback`: five and six fields under a
heading that promises four; no word about the encoding); the callback of call campaigns (`report_url`); the
StatusCallback of a single SMS (`SmsSid`, `To`, `Status`, `DetailedStatusCode`, always a form).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, NoReturn
from urllib.parse import parse_qsl

from campaignctl.callbacks import CAMPAIGN, SMS, Event, campaign_status, sms_status
from campaignctl.words import quoted

_FORM = "application/x-www-form-urlencoded"
_JSON = ("application/json", "text/json")
#: More than any documented event holds, and little enough for every reader of JSON.
_MOST_FIELDS = 100
#: Characters. A SID has 36, a number 15; the longest status on the pages has 20, a report is a web address.
_LIMITS = {"reports": 2000, "reporturl": 2000, "status": 64}
_LIMIT = 128

#: The names that count, without case and joints: `campaign_sid` and `CampaignSid` are one.
_NAMES = frozenset(
    (
        *("campaignsid", "smssid", "sid", "id", "status", "number", "to", "datecreated", "dateupdated", "datesent"),
        *("reports", "reporturl", "detailedstatus", "detailedstatuscode"),
    )
)  # fmt: skip
_JOINTS = re.compile(r"[_\s-]+")


class Unreadable(ValueError):
    """A body that is no event; says in words why not."""


def read(content_type: str | None, body: bytes) -> tuple[Event, Mapping[str, Any]]:
    """Return the event of a body, and all its fields as they were written. Raises Unreadable.

    Numbers of JSON come as the text that stood there. Without a content type the first character decides.
    """
    try:
        text = body.decode("utf-8-sig").strip()
    except UnicodeDecodeError as error:
        raise Unreadable("the body is not UTF-8") from error
    if not text:
        raise Unreadable("the body is empty")
    fields = _from_json(text) if _is_json(content_type, text) else _from_form(text)
    return _event(fields), fields


def _is_json(content_type: str | None, text: str) -> bool:
    media = (content_type or "").split(";")[0].strip().lower()
    if media in ("", _FORM):  # `curl --data` labels JSON a form, and no form of ours begins with a brace
        return text.startswith("{")
    if media in _JSON or media.endswith("+json"):
        return True
    raise Unreadable(f"its content type is {quoted(media)}, and JSON or a form is expected")


# --- encodings ----------------------------------------------------------------------------------------


def _from_json(text: str) -> dict[str, Any]:
    if text.count("{") + text.count("[") > _MOST_FIELDS:
        raise Unreadable("its JSON is more nested than an event")
    try:
        found = json.loads(
            text, parse_int=str, parse_float=str, parse_constant=_no_number, object_pairs_hook=_pairs
        )
    except Unreadable:
        raise
    except (ValueError, RecursionError) as error:
        raise Unreadable("the body is not JSON") from error
    if not isinstance(found, dict):
        raise Unreadable("its JSON is no object")
    return found


def _no_number(name: str) -> NoReturn:
    raise Unreadable(f"its JSON holds {name}, which is no number")


def _from_form(text: str) -> dict[str, Any]:
    try:
        pairs = parse_qsl(
            text, keep_blank_values=True, strict_parsing=True, errors="strict", max_num_fields=_MOST_FIELDS
        )
    except ValueError as error:
        raise Unreadable("the body is no form") from error
    return _pairs(pairs)


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if found.setdefault(key, value) != value:
            raise Unreadable(f"{quoted(key)} is there twice, with two values")
    return found


# --- fields -------------------------------------------------------------------------------------------


def _event(fields: Mapping[str, Any]) -> Event:
    given = _known(fields)
    is_sms = bool(given.keys() & {"smssid", "number", "to"})
    if "status" not in given:
        raise Unreadable("it names no status")
    campaign, sms = given.get("campaignsid"), given.get("smssid")
    bare = given.get("sid") or given.get("id")
    if is_sms:
        sms = sms or bare
    else:
        campaign = campaign or bare
    if (sms if is_sms else campaign) is None:
        raise Unreadable("it names no sms_sid" if is_sms else "it names neither campaign_sid nor sms_sid")
    return Event(
        kind=SMS if is_sms else CAMPAIGN,
        campaign_sid=campaign,
        status=(sms_status if is_sms else campaign_status)(given["status"]),
        sms_sid=sms,
        number=given.get("number") or given.get("to"),
        created=given.get("datecreated"),
        updated=given.get("datesent" if is_sms else "dateupdated")
        or given.get("dateupdated" if is_sms else "datesent"),
        report=_address(given.get("reports") or given.get("reporturl")),
        detailed_status=given.get("detailedstatus"),
        code=_code(given.get("detailedstatuscode")),
    )


def _known(fields: Mapping[str, Any]) -> dict[str, str]:
    """Return the texts of the fields that count, without those that say nothing."""
    given: dict[str, str] = {}
    for key, value in fields.items():
        name = _JOINTS.sub("", key.casefold())
        if name not in _NAMES or value is None:
            continue
        if not isinstance(value, str):
            raise Unreadable(f"{quoted(key)} holds no text")
        text = value.strip()
        if text.casefold() in ("", "null"):  # as a form writes the null of JSON
            continue
        limit = _LIMITS.get(name, _LIMIT)
        if len(text) > limit:
            raise Unreadable(f"{quoted(key)} has {len(text)} characters, and at most {limit} are expected")
        if given.setdefault(name, text) != text:
            raise Unreadable(f"{quoted(key)} is there in two spellings, with two values")
    return given


def _address(text: str | None) -> str | None:
    if text is None or not text.isprintable() or not text.lower().startswith(("http://", "https://")):
        return None
    return text


def _code(text: str | None) -> int | None:
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) <= 6 else None
