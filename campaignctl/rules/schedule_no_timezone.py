"""A time of the schedule has no offset, or not that of India.

Why: without one Exotel may read it in any zone, and a promotional message outside 10:00 to 21:00 IST
is dropped (Exotel: Create SMS campaign, `schedule`; RFC 3339, 5.6). Another zone than India's is a warning:
people read the hours as their own.

Fails:

    schedule:
      start_time: "2035-10-20T10:30:00"
      end_time: "2035-10-20T18:00:00+05:30"

Passes:

    schedule:
      start_time: "2035-10-20T10:30:00+05:30"
      end_time: "2035-10-20T18:00:00+05:30"

Fix: write the time in India with the offset `+05:30`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from campaignctl.campaigns import moment
from campaignctl.dlt import hours
from campaignctl.findings import Hit, Repair, Severity
from campaignctl.model import Campaign, Context
from campaignctl.rules.promo_window import fields_outside
from campaignctl.words import INDIA, quoted

CODE = "CC502"
NAME = "schedule-no-timezone"
SEVERITY = Severity.ERROR
FIXABLE = GUESSES = True

_is_local = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?").fullmatch


def lacks_zone(text: str) -> bool:
    """Return whether a text would be a moment if it had an offset."""
    return _is_local(text) is not None and moment(f"{text}+05:30") is not None


def check(campaign: Campaign, context: Context) -> Iterator[Hit]:
    """Yield each time that lacks its offset, or has another than India's."""
    schedule = campaign.schedule
    if schedule is None:
        return
    for field, text, found in (
        ("start_time", schedule.start_time, schedule.start),
        ("end_time", schedule.end_time, schedule.end),
    ):
        if text is None:
            continue
        if found is not None:
            if found.utcoffset() != INDIA.utcoffset(None) and field not in fields_outside(campaign):
                right = hours.written(found)
                yield Hit(
                    ("schedule", field),
                    f"{field} {quoted(text)} is {hours.spoken(found)} and is easily misread; write it as "
                    f'"{right}"',
                    severity=Severity.WARNING,
                    repair=Repair(f"write {right}", ((0, len(text), right),)),
                )
        elif lacks_zone(text):
            yield Hit(
                ("schedule", field),
                f'{field} {quoted(text)} has no time zone; add the offset: "{text[:40]}+05:30" for India',
                # Most people mean India; one who has copied a UTC time does not.
                repair=Repair("add +05:30", ((len(text), len(text), "+05:30"),), safe=False),
            )
