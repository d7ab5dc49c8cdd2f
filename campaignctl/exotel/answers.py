"""What Exotel's answers mean. Pure, and tolerant of every shape its pages show.

The envelope is `{request_id, method, http_code, metadata?, response}`; `response` is an array or one object
with `{code, status, error_data, data}`. An error may hide under a 2xx. See "Create SMS campaign", sample
response, and the errors of the v2 family.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from campaignctl.exotel.events import ROWS, is_refusal, of_status
from campaignctl.model import CreateResult, Remote, Sent
from campaignctl.words import printable, shortened

#: Opaque, but short and printable: 32 or 36 letters and digits in Exotel's samples.
SID = re.compile(r"[ -~]{1,128}").fullmatch


class Item(NamedTuple):
    """One element of `response`."""

    code: int | None
    error: str | None
    data: Mapping[str, Any] | None


class Envelope(NamedTuple):
    """A readable answer."""

    request_id: str | None
    items: tuple[Item, ...]
    is_list: bool  #: `response` is an array of objects
    total: int | None  #: what the query matches in all, as `metadata` counts it
    held: int | None  #: how many this answer says to hold, likewise
    error: str | None  #: of the whole answer
    elements: tuple[Mapping[str, Any], ...] = ()  #: the objects of `response` as they came
    metadata: Mapping[str, Any] = MappingProxyType({})


def read(body: bytes) -> Envelope | None:
    """Return the envelope of an answer's body, or None if it is none."""
    try:
        raw = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        return None
    if not isinstance(raw, dict):
        return None
    response = raw.get("response")
    held = response if isinstance(response, list) else [response]
    elements = tuple(one for one in held if isinstance(one, dict))
    metadata = raw.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    code = raw.get("http_code")
    failed = f"http_code {code}" if type(code) is int and code >= 400 else None
    return Envelope(
        request_id=_text(raw.get("request_id")),
        items=tuple(_item(one) for one in elements),
        is_list=isinstance(response, list) and len(elements) == len(response),
        total=whole(metadata.get("total")),
        held=whole(metadata.get("count")),
        error=_error(raw.get("RestException")) or _error(raw.get("error_data")) or failed,
        elements=elements,
        metadata=metadata,
    )


def whole(value: Any) -> int | None:
    """Return a count, given as a number or as digits in a text; None for what counts nothing."""
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,15}", value):
        return int(value)
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    return value if type(value) is int and 0 <= value < 10**15 else None


def _item(raw: Mapping[str, Any]) -> Item:
    data = raw.get("data")
    if data is None and ("sid" in raw or "id" in raw):
        data = raw  # some lists are flat
    code = raw.get("code")
    error = _error(raw.get("error_data"))
    if error is None and str(raw.get("status")).lower() in ("failure", "failed") and "sid" not in raw:
        error = "refused without a reason"
    return Item(
        code=code if type(code) is int else None, error=error, data=data if isinstance(data, dict) else None
    )


def _error(raw: Any) -> str | None:
    """Return `code: message: description` of error_data, or the message of a RestException."""
    if not isinstance(raw, dict):
        return None
    words = [raw.get(key) for key in ("code", "message", "description", "Message")]
    parts = dict.fromkeys(str(one) for one in words if isinstance(one, (str, int)) and str(one).strip())
    return ": ".join(parts) or None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def remote(data: Mapping[str, Any] | None) -> Remote | None:
    """Return the campaign that `data` describes; None without a SID or a name."""
    if data is None:
        return None
    sid, name, status = data.get("sid") or data.get("id"), data.get("name"), data.get("status")
    if not isinstance(sid, str) or not SID(sid) or not isinstance(name, str):
        return None
    template, lists, schedule = data.get("template"), data.get("lists"), data.get("schedule")
    return Remote(
        sid=sid,
        name=name,
        status=_text(status),
        start=_text(schedule.get("start_time")) if isinstance(schedule, dict) else None,
        template=template if isinstance(template, str) else None,
        lists=tuple(lists)
        if isinstance(lists, list) and all(isinstance(one, str) for one in lists)
        else None,
    )


# --- create -------------------------------------------------------------------------------------------


def classify_create(
    status: int, retry_after: str | None, body: bytes, token: str, redact: Callable[[str], str]
) -> CreateResult:
    """Say what an answer to a create proves: name the event, and let the table of `events` decide."""
    envelope = read(body)
    event, sid, error = _event(status, envelope, body, token)
    known = ROWS[event].known
    items = envelope.items if envelope and 200 <= status < 300 else ()
    return CreateResult(
        sent=known,
        sid=sid,
        http_status=status,
        request_id=_request_id(envelope, redact),
        error=None
        if known is Sent.CREATED
        else _safe(error, redact) or explain(status, envelope, body, redact),
        retry_after=seconds(retry_after) if known is Sent.THROTTLED else None,
        hopeless=any(item.code in (401, 402, 403) for item in items),
        event=event,
    )


def _event(
    status: int, envelope: Envelope | None, body: bytes, token: str
) -> tuple[str, str | None, str | None]:
    """Return the event, the SID where one is proved, and words where the status alone has none."""
    if not 200 <= status < 300:
        event = of_status(status)
        if is_refusal(status) and not is_exotels(envelope):  # a proxy's words prove nothing
            event = "refusal in another form"
        return event, None, None
    if envelope is None:
        return "200 unreadable" if _html_title(body) is None else "200 with a web page", None, None
    return _inner(envelope, token)


def is_exotels(envelope: Envelope | None) -> bool:
    """Return whether an error has anything of the forms that Exotel's pages show: `response`, `request_id`,
    `http_code`, `error_data` or `RestException`. A gateway's `{"message": "Forbidden"}` has not."""
    return envelope is not None and bool(envelope.items or envelope.error or envelope.request_id)


def _inner(envelope: Envelope, token: str) -> tuple[str, str | None, str | None]:
    ours = [found for item in envelope.items if (found := remote(item.data)) and found.bears(token)]
    refused = [item for item in envelope.items if item.error or (item.code or 200) >= 400]
    if ours and refused:
        return "200 that contradicts itself", None, "the answer holds our campaign and a refusal"
    if refused and len(refused) < len(envelope.items):
        return "200 that contradicts itself", None, "the answer holds a success and a refusal"
    for item in envelope.items:
        if item.code == 429:
            return "200 with a 429 inside", None, "too many requests"
        if item.code is not None and 400 <= item.code < 500 and item.code != 408:
            reason = item.error or "no reason given"
            return "200 with a refusal inside", None, f"refused ({item.code}): {reason}"
        if item.error is not None and (item.code is None or item.code < 300) and item.data is None:
            return "200 with a refusal inside", None, f"refused: {item.error}"
    if len(envelope.items) != 1:
        words = f"the answer describes {len(envelope.items)} campaigns instead of one"
        return "200 with several" if envelope.items else "200 without a SID", None, words
    item = envelope.items[0]
    if item.code is not None and item.code >= 300:
        words = f"the answer says {item.code}: {item.error or 'no reason given'}"
        return "200 with a failure inside", None, words
    found = remote(item.data)
    if found is None:
        return "200 without a SID", None, "the answer holds no campaign SID"
    if not found.bears(token):
        return "200 with another name", None, f"the answer names another campaign ({found.name})"
    return "created", found.sid, None


def seconds(retry_after: str | None) -> float | None:
    """Return the seconds of a Retry-After header; None if absent or a date (Exotel sends numbers)."""
    if retry_after is None or not re.fullmatch(r"[0-9]{1,6}", retry_after.strip()):
        return None
    return float(retry_after)


# --- words --------------------------------------------------------------------------------------------

_ADVICE = {
    400: "Exotel refused the request as invalid",
    401: "Exotel refused the credentials; check EXOTEL_API_KEY and EXOTEL_API_TOKEN, and `region` in "
    "campaignctl.yaml, for the other cluster does not know your account",
    402: "Exotel asks for payment; the balance is used up or campaigns are not in your plan, ask Exotel",
    403: "these credentials may not use this account; check EXOTEL_ACCOUNT_SID, and whether Exotel allows this IP",
    404: "Exotel knows no such account or path; check EXOTEL_ACCOUNT_SID, and `region` and `api.endpoint` in "
    "campaignctl.yaml",
    407: "the proxy asks for a password; put it into HTTPS_PROXY",
    408: "Exotel gave up waiting",
    409: "Exotel sees a conflict, perhaps with another change at the same time",
    415: "Exotel does not take this kind of body; check `api.body` in campaignctl.yaml",
    422: "Exotel understood the request and refuses what it asks for",
    429: "Exotel has had too many requests; wait, or lower `api.requests_per_minute` in campaignctl.yaml",
}


def explain(status: int, envelope: Envelope | None, body: bytes, redact: Callable[[str], str]) -> str:
    """Return one sentence for an answer that is not what was asked for, with the vendor's own words."""
    if envelope is None and (page := _html_title(body)) is not None:
        title = f" ('{_safe(page, redact, 60)}')" if page else ""
        return (
            f"the answer is a web page{title} and not Exotel's (HTTP {status}); "
            "check HTTPS_PROXY, --base-url, and whether you must log in to this network"
        )
    if status in _ADVICE:
        sentence = f"{_ADVICE[status]} (HTTP {status})"
    elif 300 <= status < 400:
        sentence = f"the address redirects elsewhere (HTTP {status}); check --base-url and `region`"
    elif status >= 500:
        sentence = f"Exotel failed (HTTP {status}); try again later"
    elif 200 <= status < 300:
        sentence = f"Exotel's answer cannot be read (HTTP {status}, {len(body)} bytes)"
    else:
        sentence = f"Exotel answered HTTP {status}"
    return sentence + _details(envelope, redact)


def _safe(words: str | None, redact: Callable[[str], str], limit: int = 300) -> str | None:
    """Return words from outside without secrets, then cut, then printable: in this order nothing is left."""
    return printable(shortened(redact(words), limit)) if words is not None else None


def _request_id(envelope: Envelope | None, redact: Callable[[str], str]) -> str | None:
    return _safe(envelope.request_id, redact, 100) if envelope else None


def _details(envelope: Envelope | None, redact: Callable[[str], str]) -> str:
    if envelope is None:
        return ""
    said = next((one.error for one in envelope.items if one.error), None) or envelope.error
    details = [f"Exotel says: {_safe(said, redact)}"] if said else []
    if envelope.request_id:
        details.append(f"request_id {_request_id(envelope, redact)}")
    return f" [{'; '.join(details)}]" if details else ""


def _html_title(body: bytes) -> str | None:
    """Return the title of an HTML page, "" for one without, None for what is no page."""
    text = body[:20_000].decode("utf-8", "replace")
    if not re.match(r"\s*<(?:!doctype|html|head|body)", text, re.IGNORECASE):
        return None
    match = re.search(r"<title[^>]*>([^<]{0,200})", text, re.IGNORECASE)
    return " ".join(match.group(1).split()) if match else ""
