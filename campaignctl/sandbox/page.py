"""The web page as text: the sandbox's own values in, HTML out. Pure: the present is a parameter.

Whatever a client has sent is text here. Every value passes `line` or `block` of `markup`, and stands in an
element that keeps its writing direction to itself. All times are India's.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urlencode, urlsplit

from .looks import SCRIPT, STYLE
from .markup import block, line, second, stamp, time
from .model import ARCHIVED, COMPLETED, IN_PROGRESS, IST, PAUSED, SCHEDULED, Campaign, Counts, Event, Message

LIMIT = 50
"""Campaigns or messages on one page."""

NEWEST_EVENTS = 20
"""Events on one page. A screen reader is told of each new one, so they are few."""

_KINDS = (
    ("scheduled", "Waiting", "grey"),
    ("submitted", "At the operator", "amber"),
    ("sent", "Delivered", "green"),
    ("failed", "Failed", "red"),
    ("invalid", "Invalid number", "red"),
)
"""The fields of Counts, in words and colours."""
_TONES = {SCHEDULED: "blue", IN_PROGRESS: "green", PAUSED: "amber", COMPLETED: "grey", ARCHIVED: "grey"}
_FATES = {
    **dict.fromkeys(("scheduled", "queued", "sending"), ("Waiting", "grey")),
    "submitted": ("At the operator", "amber"),
    "sent": ("Delivered", "green"),
    "failed": ("Failed", "red"),
    "failed_dnd": ("Refused: do not disturb", "red"),
    "failed_spam_detected": ("Refused as spam", "red"),
    "invalid": ("Not a number to text", "red"),
}
_ICON = "%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cpath fill='%230b57a4' d='M2 2h12v9H7l-4 3v-3H2z'/%3E%3C/svg%3E"


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """Which part of `total` a page shows: `limit` from `offset` on."""

    offset: int
    total: int
    limit: int = LIMIT


def overview(
    rows: Sequence[tuple[Campaign, Counts]],
    part: Part,
    events: Sequence[Event],
    names: Mapping[str, str],
    *,
    now: datetime,
    after: int,
) -> str:
    """All campaigns with their counts, and the newest `events`, newest first.

    `names` has the name for the SID of each campaign that `events` tell of. `after` is the id of the last event
    that the page knows of: the stream goes on from there.
    """
    table = _table(rows) if rows else _nothing(part, "/")
    body = f"""
<h1>Campaigns</h1>
{table}
{_pages(part, "/", {}, "campaigns")}
{_events(events, names, now)}"""
    return _document("Campaigns", body, now=now, here="/", after=after)


def campaign(
    found: Campaign,
    counts: Counts,
    messages: Sequence[Message],
    part: Part,
    events: Sequence[Event],
    *,
    now: datetime,
    after: int,
    number: str = "",
) -> str:
    """One campaign with the phones of its newest `messages`; `number` is what they were searched for."""
    here = _path(found.sid)
    query = {"number": number} if number else {}
    target = f"{here}?{urlencode(query, errors='replace')}" if query else here
    phones = "".join(map(_phone, messages)) or _no_phone(found, part, number, here)
    body = f"""
<nav aria-label="Way back"><a href="/">All campaigns</a></nav>
<h1><bdi>{line(called(found))}</bdi></h1>
<p>{_status(found.status)} {_span(found)}{_report(found)}</p>
<section aria-labelledby="counts"><h2 id="counts">Messages so far</h2>
<div class="card">{_counts(counts)}</div></section>
<section aria-labelledby="phones"><h2 id="phones">On the phones</h2>
{_search(number, here) if part.total or number else ""}
<ol class="phones">{phones}</ol>
{_pages(part, here, query, "messages")}</section>
{_events(events, {}, now)}
{_facts(found)}"""
    return _document(called(found), body, now=now, here=target, after=after)


def called(found: Campaign) -> str:
    """The name of a campaign, or its SID where nothing of the name would show."""
    name = found.draft.name
    return name if any(unicodedata.category(letter)[0] in "LNPS" for letter in name) else found.sid


def refusal(title: str, words: str) -> str:
    """A page that says no. Both are the sandbox's own words."""
    body = f"<h1>{line(title)}</h1>\n<p>{line(words)}</p>\n<p><a href='/'>All campaigns</a></p>"
    return _document(title, body, now=None, here="/", after=0)


def _document(title: str, body: str, *, now: datetime | None, here: str, after: int) -> str:
    live = now is not None
    clock = f'<p id="now">Sandbox time {time(now)}</p>' if now else ""
    state = '<p class="live" id="live" role="status"></p>' if live else ""
    refresh = f'<p><a href="{line(here)}">Refresh</a></p>' if live else ""
    again = '<noscript><meta http-equiv="refresh" content="10"></noscript>' if live else ""
    script = f"<script>{SCRIPT}</script>" if live else ""
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{line(title)} - campaignctl sandbox</title>
<link rel="icon" href="data:image/svg+xml,{_ICON}">
{again}
<style>{STYLE}</style>
</head>
<body data-after="{after}">
<a class="skip" href="#main">To the content</a>
<header><p class="brand">campaignctl sandbox</p>{clock}{state}{refresh}</header>
<main id="main" tabindex="-1">{body}
</main>
<footer>A rehearsal on this machine: nothing here was sent to anyone. Times are in IST.</footer>
{script}
</body>
</html>
"""


def _table(rows: Sequence[tuple[Campaign, Counts]]) -> str:
    heads = "".join(f'<th scope="col" class="n">{words}</th>' for _, words, _ in _KINDS)
    return f"""<table aria-label="Campaigns"><thead><tr><th scope="col">Campaign</th>
<th scope="col">Status</th><th scope="col">Runs</th>{heads}</tr></thead>
<tbody>{"".join(_row(found, counts) for found, counts in rows)}</tbody></table>"""


def _row(found: Campaign, counts: Counts) -> str:
    cells = "".join(
        f'<td class="n" data-label="{words}">{getattr(counts, field)}</td>' for field, words, _ in _KINDS
    )
    return f"""<tr id="c-{line(found.sid)}"><th scope="row">
<a href="{line(_path(found.sid))}"><bdi>{line(called(found))}</bdi></a>{_bar(counts)}</th>
<td class="wide">{_status(found.status)}</td><td class="wide">{_span(found)}</td>{cells}</tr>
"""


def _counts(counts: Counts) -> str:
    cells = "".join(
        f'<div><dt class="{tone}">{words}</dt><dd>{getattr(counts, field)}</dd></div>'
        for field, words, tone in _KINDS
    )
    return f'<dl class="counts">{cells}</dl>{_bar(counts)}'


def _bar(counts: Counts) -> str:
    """The counts as one bar. Hidden from screen readers, which get the numbers beside it."""
    reached = (counts.sent, "green"), (counts.failed + counts.invalid, "red"), (counts.submitted, "amber")
    total = sum(number for number, _ in reached) + counts.scheduled
    if not total:
        return ""
    parts, at = [], 0.0
    for number, tone in reached:
        width = 100 * number / total
        parts.append(f'<rect class="{tone}" x="{at:.2f}" width="{width:.2f}" height="8"></rect>')
        at += width
    return (
        '<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">'
        f"{''.join(parts)}</svg>"
    )


def _phone(message: Message) -> str:
    words, tone = _FATES.get(message.status, (message.status, "grey"))
    arrived = message.status == "sent"
    kind = "" if arrived else " lost" if tone == "red" else " draft"
    moment = message.scheduled if message.sent is None else message.sent
    name = f"<bdi>{line(message.name)}</bdi>, " if message.name else ""
    return _device(
        f"m-{message.sid}",
        message.sender_id,
        f"to {name}<bdi>{line(message.number)}</bdi>",
        message.text,
        kind,
        f'<span class="tag {tone}">{line(words)}</span> {time(moment)}'
        f'<span class="code">{message.code} {line(message.detailed_status)}</span>',
    )


def _no_phone(found: Campaign, part: Part, number: str, here: str) -> str:
    """In place of messages: what will be sent, unless there are some elsewhere."""
    if part.total or number:
        return f'<li class="none" id="none">{_nothing(part, here)}</li>'
    lists = len(found.draft.lists)
    return _device(
        "preview",
        found.draft.sender_id,
        f"to everyone on {lists} {'list' if lists == 1 else 'lists'}",
        found.draft.template,
        " draft",
        f'<span class="tag grey">{_unsent(found)}</span> from {time(found.draft.start)}',
    )


def _unsent(found: Campaign) -> str:
    return "Sent to nobody" if found.status in (COMPLETED, ARCHIVED) else "Not sent yet"


def _device(key: str, sender: str, to: str, text: str, kind: str, fate: str) -> str:
    """One phone. `to` and `fate` are HTML."""
    return f"""<li class="phone" id="{line(key)}"><div class="top">
<span class="face" aria-hidden="true">{line(sender[:1])}</span>
<div><p class="from"><bdi>{line(sender)}</bdi></p><p class="to">{to}</p></div></div>
<div class="screen"><p class="bubble{kind}" dir="auto">{block(text)}</p><p class="fate">{fate}</p></div></li>
"""


def _search(number: str, here: str) -> str:
    everyone = f'<a href="{line(here)}">All numbers</a>' if number else ""
    return f"""<form method="get" action="{line(here)}" role="search"><label for="number">Number</label>
<input id="number" name="number" type="search" inputmode="tel" autocomplete="off" value="{line(number)}">
<button>Find</button>{everyone}</form>"""


def _events(events: Iterable[Event], names: Mapping[str, str], now: datetime) -> str:
    told = "".join(_event(event, names, now) for event in events)
    none = (
        ""
        if told
        else '<p class="none">None yet. A campaign that starts or ends makes one, and each SMS.</p>'
    )
    return f"""<section aria-labelledby="events"><h2 id="events">Events as they happen</h2>
<div class="card" role="log" aria-live="polite" aria-labelledby="events">
<ol class="events" reversed>{told}</ol>{none}</div></section>"""


def _event(event: Event, names: Mapping[str, str], now: datetime) -> str:
    name, status = names.get(event.campaign_sid), line(event.payload.get("status") or "")
    link = "" if name is None else f'<a href="{line(_path(event.campaign_sid))}"><bdi>{line(name)}</bdi></a>'
    if event.kind == "sms":
        number = f"<bdi>{line(event.payload.get('number') or '')}</bdi>"
        what = f"{link}{': ' if link else ''}SMS to {number} {status}"
    else:
        what = f"{link or 'Campaign'} is {status}"
    return f"""<li id="e-{event.id}">{second(event.at, now)} {what}
<span class="soft">{_webhook(event)}</span></li>
"""


def _webhook(event: Event) -> str:
    if event.url is None:
        return "no webhook asked for"
    if event.posted is None:
        return "webhook on its way"
    return f"webhook answered {line(event.posted)}" if event.posted.isdigit() else line(event.posted)


def _facts(found: Campaign) -> str:
    draft = found.draft
    callback = ("status_callback", draft.status_callback), ("sms_status_callback", draft.sms_status_callback)
    values = (
        ("SID", found.sid),
        ("Header", draft.sender_id),
        ("Kind", f"{draft.sms_type}, {draft.content_type}"),
        ("Lists", ", ".join(draft.lists)),
        ("DLT entity", draft.dlt_entity_id),
        ("DLT template", draft.dlt_template_id),
        *((field, _host(url)) for field, url in callback if url),
    )
    items = "".join(f"<dt>{words}</dt><dd><bdi>{line(value)}</bdi></dd>" for words, value in values)
    return f"""<section aria-labelledby="facts"><h2 id="facts">As it was created</h2><div class="card"><dl class="facts">
{items}<dt>Created</dt><dd>{time(found.created)}</dd><dt>Changed</dt><dd>{time(found.updated)}</dd></dl>
<h3>Text</h3><p class="bubble" dir="auto">{block(draft.template)}</p></div></section>"""


def _host(url: str) -> str:
    """A callback without its path and credentials: they may be what keeps strangers out there."""
    place = urlsplit(url)
    return f"{place.scheme}://{place.netloc.rpartition('@')[2]}/\u2026"


def _pages(part: Part, path: str, query: Mapping[str, str], what: str) -> str:
    """Where in the whole this is, and the ways on. Empty when all of it is shown."""
    if part.offset == 0 and part.total <= part.limit:
        return ""
    last = min(part.offset + part.limit, part.total)
    links = []
    if part.offset > 0:
        links.append(("Newer", max(0, part.offset - part.limit)))
    if last < part.total:
        links.append(("Older", part.offset + part.limit))
    ways = "".join(
        f'<a href="{line(path)}?{line(urlencode({**query, "offset": offset}, errors="replace"))}">{words}</a>'
        for words, offset in links
    )
    shown = f"{min(part.offset + 1, last)} to {last} of {part.total}"
    return f'<nav class="pages" aria-label="More {what}"><span class="soft">{shown}</span>{ways}</nav>'


def _nothing(part: Part, path: str) -> str:
    if part.total:
        return f'<p>Nothing this far back. <a href="{line(path)}">The newest</a></p>'
    return "<p class='none'>None yet. They show here as soon as there is one.</p>"


def _status(status: str) -> str:
    return f'<span class="tag {_TONES.get(status, "grey")}">{line(status)}</span>'


def _report(found: Campaign) -> str:
    """The way to the report, which stands at an address of its own once a campaign is over."""
    if found.status not in (COMPLETED, ARCHIVED):
        return ""
    return f' <a href="/reports/{line(quote(found.sid, safe=""))}.csv">Report (CSV)</a>'


def _span(found: Campaign) -> str:
    start, end = found.draft.start.astimezone(IST), found.draft.end
    if end is None:
        return f"from {time(start)}"
    same = start.date() == end.astimezone(IST).date()
    return f"{time(start)} to {stamp(end, f'{end.astimezone(IST):%H:%M}') if same else time(end)}"


def _path(sid: str) -> str:
    return f"/campaigns/{quote(sid, safe='')}"
