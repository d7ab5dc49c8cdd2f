"""The schedule is one that hardly anybody means: at night, for more than a week, or many years ahead.

Why: the operators let service messages through at any hour (DLT: transactional and service categories, 24 hours),
so nothing else stops a text that wakes everybody at two because 2 was meant to be 14. Exotel states no longest
schedule; a wrong month or year in one of the two times makes one, and a campaign that still runs in spring can be
resumed in spring.

Fails:

    schedule:
      start_time: "2035-10-20T02:30:00+05:30"
      end_time: "2035-10-20T18:00:00+05:30"

Passes:

    schedule:
      start_time: "2035-10-20T14:30:00+05:30"
      end_time: "2035-10-20T18:00:00+05:30"

Fix: write the time that is meant. Where it is meant so, say why in a comment:
`# campaignctl: ignore[schedule-unlikely] people on the night shift`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import time, timedelta

from campaignctl.dlt import hours
from campaignctl.findings import Hit, Severity
from campaignctl.model import Campaign, Context
from campaignctl.rules.promo_window import is_promotional
from campaignctl.words import INDIA, count

CODE = "CC507"
NAME = "schedule-unlikely"
SEVERITY = Severity.WARNING

#: When most people sleep; from 21:00 on promo-window speaks for promotional campaigns.
_NIGHT, _MORNING = time(23), time(6)
_LONGEST = timedelta(days=7)
#: Years from now on; a folder may be written long before its time.
_FAR = 10


def check(campaign: Campaign, context: Context) -> Iterator[Hit]:
    """Yield a start at night or far ahead, and an end long after the start."""
    schedule = campaign.schedule
    if schedule is None or schedule.start is None:
        return
    start, end = schedule.start.astimezone(INDIA), schedule.end
    if start.year > context.now.astimezone(INDIA).year + _FAR:
        years = start.year - context.now.astimezone(INDIA).year
        yield Hit(
            ("schedule", "start_time"),
            f"start_time is in {start.year}, {years:,} years from now; write the year that is meant",
        )
    elif not _MORNING <= start.time() < _NIGHT and not is_promotional(campaign):
        yield Hit(
            ("schedule", "start_time"),
            f"start_time is {hours.spoken(start)}, when most people sleep; write the hour that is meant: hours go from 00 "
            "to 23",
        )
    if end is not None and end - start > _LONGEST:
        yield Hit(
            ("schedule", "end_time"),
            f"end_time is {count((end - start).days, 'day')} after start_time; if the day, the month or the year is a "
            "slip, write the one that is meant",
        )
