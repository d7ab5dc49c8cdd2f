"""A promotional campaign can send outside 10:00 to 21:00 IST.

Why: since October 2025 the DLT platforms drop promotional messages outside these hours (DLT error 651), and
Service-Explicit ones too. Up to `end_time` messages may still leave, so the whole schedule must lie inside
one day's window. Pages that say 9 to 9 are older.

Fails:

    sender_id: "512345"
    sms_type: promotional
    schedule:
      start_time: "2035-10-20T09:00:00+05:30"
      end_time: "2035-10-20T18:00:00+05:30"

Passes:

    sender_id: "512345"
    sms_type: promotional
    schedule:
      start_time: "2035-10-20T10:00:00+05:30"
      end_time: "2035-10-20T21:00:00+05:30"

Fix: move the time that the finding names; write one campaign for each day.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from campaignctl.dlt import hours
from campaignctl.findings import Hit, Repair, Severity
from campaignctl.model import Campaign, Context
from campaignctl.words import INDIA

CODE = "CC504"
NAME = "promo-window"
SEVERITY = Severity.ERROR
GUESSES = True


def check(campaign: Campaign, context: Context) -> Iterator[Hit]:
    """Yield the start and the end that let a promotional message out at night."""
    if not is_promotional(campaign):
        return
    if campaign.schedule is None:
        if context.config.allow_immediate and not hours.is_open(context.now):
            opening = hours.written(hours.next_opening(context.now))
            yield Hit(
                ("schedule",),
                f"without a schedule Exotel starts at once, at {hours.spoken(context.now)}, and {_rule(campaign)}; add "
                f'a schedule from "{opening}"',
            )
        return
    for field, text, moment, right in _outside(campaign):
        later = "or later" if field == "start_time" else "or earlier"
        night = ", a night after the start" if right.date() < moment.astimezone(INDIA).date() else ""
        new = hours.written(right)
        yield Hit(
            ("schedule", field),
            f'{field} is {hours.spoken(moment)}{night}, and {_rule(campaign)}; write "{new}" {later}',
            repair=Repair(f"write {new}", ((0, len(text), new),), safe=False),
        )


def is_promotional(campaign: Campaign) -> bool:
    """Return whether the platforms treat a campaign as promotional: by its type, or by its template's category."""
    registered = campaign.registered
    return campaign.sms_type == "promotional" or (registered is not None and registered.is_promotional)


def fields_outside(campaign: Campaign) -> frozenset[str]:
    """Return which times of the schedule this rule has something against."""
    return frozenset(field for field, *_ in _outside(campaign)) if is_promotional(campaign) else frozenset()


def _outside(campaign: Campaign) -> Iterator[tuple[str, str, datetime, datetime]]:
    """Yield each wrong time: its field, its text, its moment, and the nearest moment that would do."""
    schedule = campaign.schedule
    if schedule is None or schedule.start is None:
        return
    start, end = schedule.start, schedule.end
    if not hours.is_open(start):
        yield "start_time", schedule.start_time or "", start, hours.next_opening(start)
    if end is not None and end > hours.closing(start):
        yield "end_time", schedule.end_time or "", end, hours.closing(start)


def _rule(campaign: Campaign) -> str:
    what = "promotional messages"
    if campaign.sms_type != "promotional":
        category = campaign.registered.category if campaign.registered is not None else "promotional"
        what = f"messages of a {category} template"
    return f"the operators drop {what} outside {hours.WINDOW} (DLT error 651)"
