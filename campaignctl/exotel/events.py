"""What can become of a create request, and what each event proves: the one table that decides.

`failures` names what the network did, `answers` names what came back; both take the class from `TABLE`.
Only `never left` and the vendor's documented refusals count as "not created". All else is unknown, and what
is unknown is never sent again by itself.
"""

from __future__ import annotations

from typing import NamedTuple

from campaignctl.model import Sent

NOT_SENT, UNKNOWN, REJECTED, THROTTLED, CREATED = (
    Sent.NOT_SENT,
    Sent.UNKNOWN,
    Sent.REJECTED,
    Sent.THROTTLED,
    Sent.CREATED,
)


class Row(NamedTuple):
    """One event: what is known of the campaign afterwards, why, and who says so."""

    event: str
    known: Sent
    why: str
    source: str


_TCP = "TCP: a request needs a connection"
_TLS = "TLS: no data before the handshake is done"
_HTTP = "RFC 9110: an answer that is lost says nothing about the request"
_STATUSES = "Exotel: HTTP status codes of all APIs"
_INNER = "Exotel: errors of the v2 family, where the outer status may be 200 or 207"
_PAGE = "Exotel: Create SMS campaign, sample response"
_NONE = "no page documents it"

TABLE: tuple[Row, ...] = (
    # event, what is known, why, source
    # --- never left: tried again, then the run ends without an intent ---------------------------------
    Row("name not resolved", NOT_SENT, "there was no address to send to", _TCP),
    Row("connection refused", NOT_SENT, "nobody listens there", _TCP),
    Row("no connection in time", NOT_SENT, "the connection did not come about", _TCP),
    Row("no connection", NOT_SENT, "no route, or another failure before the connection stood", _TCP),
    Row("no secure connection", NOT_SENT, "the handshake failed, and it comes first", _TLS),
    Row("proxy refused", NOT_SENT, "the tunnel was refused, so Exotel was not reached", "RFC 9110, CONNECT"),
    # --- lost on the way: it may have been created ----------------------------------------------------
    Row("proxy went silent", UNKNOWN, "the tunnel broke; that none of it came through is likely, not sure", _HTTP),
    Row("broke while sending", UNKNOWN, "what was sent may have been enough", _HTTP),
    Row("sending took too long", UNKNOWN, "what was sent may have been enough", _HTTP),
    Row("no answer in time", UNKNOWN, "it may still be at work", _HTTP),
    Row("broke before the answer", UNKNOWN, "closed or reset, before or after the work was done", _HTTP),
    Row("answer is not HTTP", UNKNOWN, "another program answers, or the head contradicts itself", _HTTP),
    Row("broke inside the answer", UNKNOWN, "its status alone does not say which campaign", _HTTP),
    Row("half a body", UNKNOWN, "less came than was promised", _HTTP),
    Row("answer does not end", UNKNOWN, "no answer of Exotel is that long", _NONE),
    # --- answers that prove nothing -------------------------------------------------------------------
    Row("other status", UNKNOWN, "not an answer that HTTP knows", _NONE),
    Row("3xx", UNKNOWN, "redirects are not followed; where it went is not known", _NONE),
    Row("408", UNKNOWN, "the server gave up waiting, for whom it does not say", _NONE),
    Row("other 4xx", UNKNOWN, "an intermediary may say it of the answer to a create that was done", _NONE),
    Row("500", UNKNOWN, "it failed before or after the campaign was kept", _STATUSES),
    Row("502", UNKNOWN, "a gateway had no good answer; its backend may have done the work", _STATUSES),
    Row("503", UNKNOWN, "said of an overload, but not documented as `not processed`", _STATUSES),
    Row("504", UNKNOWN, "a gateway did not wait long enough; its backend may have done the work", _STATUSES),
    Row("other 5xx", UNKNOWN, "it failed before or after the campaign was kept", _STATUSES),
    Row("refusal in another form", UNKNOWN, "a proxy's words; they may hide the answer to a create that was done", _STATUSES),
    Row("200 with a web page", UNKNOWN, "a login page or a proxy answers, perhaps in place of Exotel", _PAGE),
    Row("200 unreadable", UNKNOWN, "the body is no JSON object: cut, or its length was wrong", _PAGE),
    Row("200 without a SID", UNKNOWN, "a success without a campaign", _PAGE),
    Row("200 with another name", UNKNOWN, "the campaign is not ours", _PAGE),
    Row("200 with several", UNKNOWN, "one was asked for", _PAGE),
    Row("200 that contradicts itself", UNKNOWN, "a campaign and a refusal in one answer", _INNER),
    Row("200 with a failure inside", UNKNOWN, "an inner 3xx, 408 or 5xx proves no more than an outer one", _INNER),
    # --- the vendor's documented refusals -------------------------------------------------------------
    Row("400", REJECTED, "malformed or invalid", _STATUSES),
    Row("401", REJECTED, "the credentials are refused", _STATUSES),
    Row("402", REJECTED, "not in the plan, or the balance is used up", _STATUSES),
    Row("403", REJECTED, "the credentials have no access", _STATUSES),
    Row("404", REJECTED, "no such account or path", _STATUSES),
    Row("409", REJECTED, "a conflict with another change", _STATUSES),
    Row("415", REJECTED, "this kind of body is not taken", "Exotel: error 1011 of the v2 family"),
    Row("422", REJECTED, "understood and refused", "RFC 9110; Exotel's own clients treat it as a refusal"),
    Row("200 with a refusal inside", REJECTED, "an inner 4xx other than 408 and 429, or a failure with a reason", _INNER),
    # --- not now: wait as told, list, send again only when the token is absent, three times at most ---
    Row("429", THROTTLED, "calling too often, documented as a refusal", _STATUSES),
    Row("200 with a 429 inside", THROTTLED, "the same, one level down", _INNER),
    # --- the only proof -------------------------------------------------------------------------------
    Row("created", CREATED, "a SID, and our token at the end of the name that it echoes", _PAGE),
)  # fmt: skip

ROWS = {row.event: row for row in TABLE}


def of_status(status: int) -> str:
    """Return the event of an outer status that is no 2xx."""
    if str(status) in ROWS:
        return str(status)
    if 400 <= status < 600:
        return "other 4xx" if status < 500 else "other 5xx"
    return "3xx" if 300 <= status < 400 else "other status"


def is_refusal(status: int) -> bool:
    """Return whether the vendor documents this outer status as a refusal."""
    row = ROWS.get(str(status))
    return row is not None and row.known is REJECTED
