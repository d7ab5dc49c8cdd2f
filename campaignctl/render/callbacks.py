"""Webhook events as they come in, and what they come to: a line each, for people or for programs.

Telephone numbers are masked here; in full they stand only in the file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from campaignctl.callbacks import CAMPAIGN, SMS, Arrival, Event, Summary
from campaignctl.render.paint import Paint, plain
from campaignctl.words import INDIA, count, printable, shortened

VERSION = 1
_COLOURS = {"sent": "green", "submitted": "dim", "queued": "dim", "sending": "dim", "completed": "bold"}
#: Characters of an id or a SID; the longest id has 63, a SID 36.
_WIDTH = 36


def masked(number: str | None) -> str:
    """Return a telephone number with nothing but its last four digits: `+********3210`."""
    if number is None:
        return "-"
    shown = [place for place, char in enumerate(number) if char.isalnum()]
    kept = set(shown[-4:]) if len(shown) > 4 else set()
    hidden = "".join(
        "*" if place in shown and place not in kept else char for place, char in enumerate(number)
    )
    return printable(shortened(hidden, 24))


def addresses(urls: Mapping[str, str], out: str | None) -> str:
    """Return what to put into the campaigns."""
    kept = f"Events are added to {printable(out)}." if out else "Events are shown, and not kept."
    lines = [f"status_callback: {urls[CAMPAIGN]}", f"sms_status_callback: {urls[SMS]}"]
    return "\n".join([*lines, "", f"{kept} Ctrl-C ends."])


def arrival(one: Arrival, name: str | None, paint: Paint = plain) -> str:
    """Return the line of an event: time in India, campaign, status, number. `name` is the campaign's id."""
    event = one.event
    campaign = _campaign(event.campaign_sid, name)
    colour = _COLOURS.get(event.status, "red" if event.kind == SMS else "cyan")
    status = paint(f"{printable(shortened(event.status, 24)):<12}", colour)
    again = paint("  (again)", "dim") if one.repeated else ""
    return f"{_time(one.at)}  {campaign:<{_WIDTH}}  {status}  {_rest(event)}{again}".rstrip()


def _campaign(sid: str | None, name: str | None) -> str:
    return printable(shortened(name or sid or "-", _WIDTH))


def _rest(event: Event) -> str:
    if event.kind == CAMPAIGN:
        return f"report: {printable(event.report)}" if event.report else "the campaign"
    why = " ".join(str(one) for one in (event.code, event.detailed_status) if one is not None)
    return masked(event.number) + (f"  {printable(shortened(why))}" if why else "")


def _time(rfc3339: str, pattern: str = "%H:%M:%S") -> str:
    try:
        return datetime.fromisoformat(rfc3339).astimezone(INDIA).strftime(pattern)
    except (ValueError, OverflowError):  # from a file that somebody has edited
        return printable(shortened(rfc3339, 24))


def ending(
    rows: Sequence[tuple[Summary, str | None]], numbers: Mapping[str, int], paint: Paint = plain
) -> str:
    """Return the summary: a line a campaign, then what came in since the start."""
    width = max((len(_campaign(one.campaign_sid, name)) for one, name in rows), default=0)
    lines = [_summary(one, name, width) for one, name in rows]
    said = [count(numbers["events"], "event")]
    said += [f"{number:,} {what}" for what, number in numbers.items() if what != "events" and number]
    return "\n".join(["", *lines, paint(f"Listened: {', '.join(said)}.", "bold")])


def _summary(one: Summary, name: str | None, width: int) -> str:
    counts = ", ".join(f"{number:,} {status}" for status, number in one.counts.items()) or "no SMS"
    status = printable(shortened(one.status or "-", 24))
    times = f"{_time(one.first, '%d %b %H:%M:%S')} to {_time(one.last, '%d %b %H:%M:%S')}"
    report = f"  {printable(one.report)}" if one.report else ""
    return f"{_campaign(one.campaign_sid, name):<{width}}  {status:<11}  {counts}  ({times}){report}"


# --- for programs -------------------------------------------------------------------------------------


def addresses_json(urls: Mapping[str, str], out: str | None) -> str:
    """Return the first line."""
    return _line(
        "listening", {"status_callback": urls[CAMPAIGN], "sms_status_callback": urls[SMS], "out": out}
    )


def arrival_json(one: Arrival, name: str | None) -> str:
    """Return the line of an event."""
    event = one.event
    return _line(
        "event",
        {
            "at": one.at,
            "kind": event.kind,
            "campaign": name,
            "campaign_sid": event.campaign_sid,
            "status": event.status,
            "sms_sid": event.sms_sid,
            "number": masked(event.number) if event.number is not None else None,
            "date_created": event.created,
            "date_updated": event.updated,
            "detailed_status": event.detailed_status,
            "code": event.code,
            "report": event.report,
            "repeated": one.repeated,
            "sender": one.sender,
        },
    )


def ending_json(rows: Sequence[tuple[Summary, str | None]], numbers: Mapping[str, int]) -> str:
    """Return the last line."""
    campaigns = [
        {
            "campaign": name,
            "campaign_sid": one.campaign_sid,
            "status": one.status,
            "counts": dict(one.counts),
            "first": one.first,
            "last": one.last,
            "report": one.report,
        }
        for one, name in rows
    ]
    return _line("summary", {"campaigns": campaigns, **numbers})


def _line(type_: str, data: Mapping[str, Any]) -> str:
    return json.dumps({"version": VERSION, "type": type_, **data}).replace("##[", "\\u0023#[")
