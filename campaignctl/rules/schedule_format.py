"""A time of the schedule is not a date and time by RFC 3339.

Why: Exotel reads RFC 3339 and nothing else (Exotel: Create SMS campaign, `schedule`).

Fails:

    schedule:
      start_time: "20 October 2035, 10:30"
      end_time: "2035-10-20T18:00:00+05:30"

Passes:

    schedule:
      start_time: "2035-10-20T10:30:00+05:30"
      end_time: "2035-10-20T18:00:00+05:30"

Fix: write year-month-day, a capital T, hours:minutes:seconds and the offset, in quotes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from campaignctl.campaigns import moment
from campaignctl.findings import Hit, Repair, Severity
from campaignctl.model import Campaign, Context
from campaignctl.rules.schedule_no_timezone import lacks_zone
from campaignctl.words import quoted

CODE = "CC501"
NAME = "schedule-format"
SEVERITY = Severity.ERROR
FIXABLE = True

#: The sentence of the schema's `errorMessage`, so that editors and the command line agree.
HELP = 'must be a quoted date and time with seconds and an offset; write it like "2035-10-27T10:30:00+05:30"'

#: What differs from RFC 3339 by its signs alone: a blank or small letters, no seconds, no colon in the offset.
_LOOSE = re.compile(
    r"\s*([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ] ?([0-9]{2}:[0-9]{2})(:[0-9]{2}(?:\.[0-9]{1,9})?)? ?"
    r"(?:([Zz])|([+-][0-9]{2}:?[0-9]{2}))\s*",
    re.ASCII,
).fullmatch


def check(campaign: Campaign, context: Context) -> Iterator[Hit]:
    """Yield each time that is no moment, unless only its zone is missing."""
    schedule = campaign.schedule
    if schedule is None or (schedule.start is not None and schedule.end is not None):
        return
    for field, text, found in (
        ("start_time", schedule.start_time, schedule.start),
        ("end_time", schedule.end_time, schedule.end),
    ):
        if text is not None and found is None and not lacks_zone(text):
            yield Hit(("schedule", field), f"{field} {quoted(text)} {HELP}", repair=_repair(text))


def _repair(text: str) -> Repair | None:
    """Return the same moment in the strict form, None where the moment is not certain."""
    found = _LOOSE(text)
    if found is None:
        return None
    day, minutes, seconds, zone, offset = found.groups()
    new = f"{day}T{minutes}{seconds or ':00'}{'Z' if zone else f'{offset[:3]}:{offset[-2:]}'}"
    return Repair(f"write {new}", ((0, len(text), new),)) if moment(new) else None
