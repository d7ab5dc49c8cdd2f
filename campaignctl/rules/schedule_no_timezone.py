"""A time of the schedule has no offset.

Why: without one Exotel may read it in any zone, and a promotional message outside 10:00 to 21:00 IST
is dropped (Exotel: Create SMS campaign, `schedule`; RFC 3339, 5.6).

Fails:

    schedule:
      start_time: "2035-10-20T10:30:00"
      end_time: "2035-10-20T18:00:00+05:30"

Passes:

    schedule:
      start_time: "2035-10-20T10:30:00+05:30"
      end_time: "2035-10-20T18:00:00+05:30"

Fix: add the offset, `+05:30` for India.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from campaignctl.findings import Hit, Repair, Severity
from campaignctl.model import Campaign, Context
from campaignctl.words import quoted

CODE = "CC502"
NAME = "schedule-no-timezone"
SEVERITY = Severity.ERROR
FIXABLE = True

lacks_zone = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?").fullmatch


def check(campaign: Campaign, context: Context) -> Iterator[Hit]:
    """Yield each time that lacks its offset."""
    schedule = campaign.schedule
    if schedule is None or (schedule.start is not None and schedule.end is not None):
        return
    for field, text in (("start_time", schedule.start_time), ("end_time", schedule.end_time)):
        if text is not None and lacks_zone(text):
            yield Hit(
                ("schedule", field),
                f'{field} {quoted(text)} has no time zone; add the offset: "{text[:40]}+05:30" for India',
                # Most people mean India; one who has copied a UTC time does not.
                repair=Repair("add +05:30", ((len(text), len(text), "+05:30"),), safe=False),
            )
