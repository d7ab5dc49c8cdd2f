"""A promotional campaign starts in time but has too many people to finish.

Why: an account sends some hundreds of messages a minute (`policy.sms_per_minute`, 300 unless you say
otherwise), and what has not left by `end_time`, or by 21:00 IST, is not sent.

Fails:

    sender_id: "512345"
    sms_type: promotional
    schedule:
      start_time: "2035-10-20T18:30:00+05:30"
      end_time: "2035-10-20T20:30:00+05:30"

    registry/lists.yaml:
    lists:
      festival-north:
        sid: "9120d5962d214316b7721de55bb82e03"
        contacts: 40000

Passes:

    sender_id: "512345"
    sms_type: promotional
    schedule:
      start_time: "2035-10-20T18:30:00+05:30"
      end_time: "2035-10-20T20:30:00+05:30"

Fix: start earlier, end later, or split the lists over several days.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from campaignctl.dlt import hours
from campaignctl.findings import Hit, Pointer, Severity
from campaignctl.model import Campaign, Context
from campaignctl.rules.promo_window import fields_outside, is_promotional
from campaignctl.words import count

CODE = "CC505"
NAME = "promo-window-overrun"
SEVERITY = Severity.WARNING


def check(campaign: Campaign, context: Context) -> Iterator[Hit]:
    """Yield the end of a promotional campaign by which not all of its known people can be reached."""
    if not is_promotional(campaign):
        return
    limits = _limits(campaign, context)
    people = sum(one.contacts or 0 for one in campaign.audience if one is not None)
    if limits is None or not people:
        return
    pointer, start, end = limits
    rate = context.config.sms_per_minute
    minutes = -(-people // rate)
    finish = start + timedelta(minutes=minutes)
    if finish > end and not fields_outside(campaign):
        least = "at least " if campaign.recipients is None else ""
        yield Hit(
            pointer,
            f"{least}{count(people, 'person', 'people')} at {rate:,} a minute take {count(minutes, 'minute')}, until "
            f"{hours.spoken(finish)}, but sending stops at {hours.spoken(end)} and the rest get nothing; start "
            "earlier, end later, or split the lists over several days",
        )


def _limits(campaign: Campaign, context: Context) -> tuple[Pointer, datetime, datetime] | None:
    """Return where the end is written, when sending starts and when it stops; None where that is not known."""
    schedule = campaign.schedule
    if schedule is not None:
        if schedule.start is None or schedule.end is None or schedule.end <= schedule.start:
            return None
        return ("schedule", "end_time"), schedule.start, schedule.end
    if not context.config.allow_immediate or not hours.is_open(context.now):
        return None
    return ("lists",), context.now, hours.closing(context.now)
