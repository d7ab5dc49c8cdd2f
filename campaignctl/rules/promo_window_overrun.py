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
from datetime import datetime

from campaignctl.dlt import hours
from campaignctl.findings import Hit, Pointer, Severity
from campaignctl.model import Campaign, Context
from campaignctl.rules.promo_window import fields_outside, is_promotional
from campaignctl.rules.schedule_overrun import overrun

CODE = "CC505"
NAME = "promo-window-overrun"
SEVERITY = Severity.WARNING


def check(campaign: Campaign, context: Context) -> Iterator[Hit]:
    """Yield the end of a promotional campaign by which not all of its known people can be reached."""
    if not is_promotional(campaign):
        return
    limits = _limits(campaign, context)
    if limits is None:
        return
    pointer, start, end = limits
    too_slow = overrun(campaign, context, start, end)
    if too_slow is not None and not fields_outside(campaign):
        yield Hit(pointer, f"{too_slow}; start earlier, end later, or split the lists over several days")


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
