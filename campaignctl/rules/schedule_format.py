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

from collections.abc import Iterator

from campaignctl.findings import Pointer, Severity
from campaignctl.model import Campaign, Context
from campaignctl.rules.schedule_no_timezone import lacks_zone
from campaignctl.words import quoted

CODE = "CC501"
NAME = "schedule-format"
SEVERITY = Severity.ERROR

#: The sentence of the schema's `errorMessage`, so that editors and the command line agree.
HELP = 'must be a quoted date and time with seconds and an offset; write it like "2035-10-27T10:30:00+05:30"'


def check(campaign: Campaign, context: Context) -> Iterator[tuple[Pointer, str]]:
    """Yield each time that is no moment, unless only its zone is missing."""
    schedule = campaign.schedule
    if schedule is None or (schedule.start is not None and schedule.end is not None):
        return
    for field, text, moment in (
        ("start_time", schedule.start_time, schedule.start),
        ("end_time", schedule.end_time, schedule.end),
    ):
        if text is not None and moment is None and not lacks_zone(text):
            yield ("schedule", field), f"{field} {quoted(text)} {HELP}"
