"""What Exotel's answers about one campaign mean: its details, and the answer to an action. Pure.

An action is the same once or twice, so here, other than with a create, what is unclear may be looked up and
asked for again. See "Update SMS campaign" and "SMS campaign details".
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from campaignctl.controls import Heard, Reply
from campaignctl.errors import VendorError
from campaignctl.exotel import answers, events
from campaignctl.exotel.answers import Envelope, Item
from campaignctl.model import Remote

_Redact = Callable[[str], str]
#: Refusals of the account, which every other campaign would meet.
_HOPELESS = (401, 402, 403)


def is_sound(status: int, envelope: Envelope) -> bool:
    """Return whether an answer to "which campaign is this" can be believed: this one, or none."""
    return (status == 200 and _is_one(envelope)) or _is_absent(status, envelope)


def _is_one(envelope: Envelope) -> bool:
    """Return whether an answer describes one campaign, in an array or by itself, without any error."""
    if len(envelope.items) != 1 or envelope.error:
        return False
    (item,) = envelope.items
    return item.data is not None and item.error is None and (item.code or 200) < 300


def _is_absent(status: int, envelope: Envelope) -> bool:
    """Return whether Exotel itself says that there is no such campaign, outside or inside. A gateway that knows no such
    path says 404 too."""
    outside = status == 404 and answers.is_exotels(envelope)
    return outside or (200 <= status < 300 and any(one.code == 404 for one in envelope.items))


def details(envelope: Envelope, sid: str) -> Remote | None:
    """Return the campaign of a sound answer, None for absent. Raises VendorError when it is another one's."""
    if not _is_one(envelope):
        return None
    data = envelope.items[0].data or {}
    found = _sid(envelope.items[0])
    if found not in (None, sid):
        raise VendorError("Exotel's details are those of another campaign; they cannot be trusted")
    return answers.remote({**data, "sid": sid, "name": _text(data.get("name")) or ""}) or Remote(
        sid=sid, name=""
    )


def classify(status: int, retry_after: str | None, body: bytes, sid: str, redact: _Redact) -> Reply:
    """Say what an answer to an action proves.

    | answer | heard |
    |---|---|
    | 2xx with this campaign, or without any name of one, and no error | accepted |
    | 400 401 402 403 404 409 415 422 with a JSON object; 2xx with such an inner code or a reason | refused |
    | 429, outside or inside | throttled |
    | anything else: unreadable, another campaign, 3xx, 408, other 4xx, 5xx | unclear |
    """
    envelope = answers.read(body)
    inner = _inner_code(envelope) if 200 <= status < 300 else None
    code = inner or status
    if envelope is not None and _is_absent(status, envelope):
        return Reply(heard=Heard.REFUSED, error="Exotel knows no campaign with this SID")
    error = answers.explain(code, envelope, body, redact)
    if code == 429:
        return Reply(heard=Heard.THROTTLED, error=error, retry_after=answers.seconds(retry_after))
    if envelope is None:
        return Reply(heard=Heard.UNCLEAR, error=error)
    if events.is_refusal(code):
        return Reply(heard=Heard.REFUSED, error=error, hopeless=code in _HOPELESS)
    if inner is not None or not 200 <= status < 300:
        return Reply(heard=Heard.UNCLEAR, error=error)
    if any(one.error and one.data is None for one in envelope.items):
        return Reply(heard=Heard.REFUSED, error=error)
    if not _is_one(envelope) or _sid(envelope.items[0]) not in (None, sid):
        return Reply(heard=Heard.UNCLEAR, error="the answer does not describe the campaign")
    return Reply(heard=Heard.ACCEPTED, status=_text((envelope.items[0].data or {}).get("status")))


def _inner_code(envelope: Envelope | None) -> int | None:
    """Return the first code inside that is not a success."""
    items = envelope.items if envelope else ()
    return next((one.code for one in items if one.code is not None and one.code >= 300), None)


def _sid(item: Item) -> str | None:
    data = item.data or {}
    return _text(data.get("sid") or data.get("id"))


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None
