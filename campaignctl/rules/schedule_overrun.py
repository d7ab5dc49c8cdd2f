"""A campaign has more people than the account can reach between its start and its end.

Why: an account sends some hundreds of messages a minute (`policy.sms_per_minute`, 300 unless you say
otherwise: Exotel, SMS campaigns, overview), and what has not left by `end_time` is never sent: Exotel reports
these people as failed (FAILED_EXPIRED, 23050). For promotional campaigns `promo-window-overrun` says it.

Fails:

    schedule:
      start_time: "2035-10-20T10:00:00+05:30"
      end_time: "2035-10-20T12:00:00+05:30"

    registry/lists.yaml:
    lists:
      festival-north:
        sid: "9120d5962d214316b7721de55bb82e03"
        contacts: 40000

Passes:

    schedule:
      start_time: "2035-10-20T10:00:00+05:30"
      end_time: "2035-10-20T12:30:00+05:30"

    registry/lists.yaml:
    lists:
      festival-north:
        sid: "9120d5962d214316b7721de55bb82e03"
        contacts: 40000

Fix: start earlier, end later, or split the lists over several campaigns. Where Exotel has raised your
account's rate, write it into `policy.sms_per_minute`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from campaignctl.dlt import hours
from campaignctl.findings import Hit, Severity
from campaignctl.model import Campaign, Context
from campaignctl.rules.promo_window import is_promotional
from campaignctl.rules.schedule_min_duration import LEAST
from campaignctl.words import count

CODE = "CC506"
NAME = "schedule-overrun"
SEVERITY = Severity.WARNING
_YEAR = 366 * 24 * 60  # minutes; a slip of the hand in `contacts` would leave the calendar


def check(campaign: Campaign, context: Context) -> Iterator[Hit]:
    """Yield the end by which not all known people of a campaign can be reached, unless it is promotional."""
    schedule = campaign.schedule
    if schedule is None or schedule.start is None or schedule.end is None or is_promotional(campaign):
        return
    if schedule.end - schedule.start >= LEAST:  # else schedule-min-duration has said so
        too_slow = overrun(campaign, context, schedule.start, schedule.end)
        if too_slow is not None:
            words = f"{too_slow}; start earlier, end later, or split the lists over several campaigns"
            yield Hit(("schedule", "end_time"), words)


def overrun(campaign: Campaign, context: Context, start: datetime, end: datetime) -> str | None:
    """Return in words that not all known people of a campaign can be reached in this time, None where they can.

    Each minute that is begun counts: the rate is a minute's.
    """
    people = sum([one.contacts or 0 for one in campaign.audience if one is not None])
    rate = context.config.sms_per_minute
    minutes = -(-people // rate)
    if minutes <= (end - start) // timedelta(minutes=1):
        return None
    least = "at least " if campaign.recipients is None else ""
    until = f", until {hours.spoken(start + timedelta(minutes=minutes))}" if minutes < _YEAR else ""
    return (
        f"{least}{count(people, 'person', 'people')} at {rate:,} a minute take {count(minutes, 'minute')}{until}, "
        f"but sending stops at {hours.spoken(end)} and the rest get nothing"
    )
