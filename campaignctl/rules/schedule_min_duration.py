"""The schedule ends less than two hours after it starts.

Why: Exotel demands at least two hours (Exotel: Create SMS campaign, `schedule.end_time`; the page's own
sample breaks it).

Fails:

    schedule:
      start_time: "2035-01-13T13:13:00+05:30"
      end_time: "2035-01-13T13:16:00+05:30"

Passes:

    schedule:
      start_time: "2035-01-13T13:13:00+05:30"
      end_time: "2035-01-13T15:13:00+05:30"

Fix: move `end_time`. It is only the latest end; the campaign ends when all messages are out.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from campaignctl.dlt import hours
from campaignctl.findings import Hit, Repair, Severity
from campaignctl.model import Campaign, Context
from campaignctl.words import count

CODE = "CC503"
NAME = "schedule-min-duration"
SEVERITY = Severity.ERROR
GUESSES = True

#: Exotel: Create SMS campaign, `schedule.end_time`.
LEAST = timedelta(hours=2)


def check(campaign: Campaign, context: Context) -> Iterator[Hit]:
    """Yield the end if it comes too soon after the start, or before it."""
    schedule = campaign.schedule
    if schedule is None or schedule.start is None or schedule.end is None:
        return
    gap = schedule.end - schedule.start
    if gap >= LEAST:
        return
    earliest = hours.written(schedule.start + LEAST)
    repair = Repair(f"write {earliest}", ((0, len(schedule.end_time or ""), earliest),), safe=False)
    if gap < timedelta(0):
        yield Hit(
            ("schedule", "end_time"),
            f'end_time lies before start_time; make it at least 2 hours later, "{earliest}"',
            repair=repair,
        )
    else:
        minutes = count(int(gap.total_seconds()) // 60, "minute")
        yield Hit(
            ("schedule", "end_time"),
            f'end_time is {minutes} after start_time; Exotel demands at least 2 hours, write "{earliest}" or later',
            repair=repair,
        )
