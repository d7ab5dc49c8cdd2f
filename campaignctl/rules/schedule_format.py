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
from calendar import month_name, monthrange
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
    r"(?:([Zz])|([+-][0-9]{2}:?[0-9]{2}))?\s*",
    re.ASCII,
).fullmatch
#: The numbers of a time, whatever is behind them.
_NUMBERS = re.compile(
    r"\s*([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[Tt ] ?([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?|\s*\Z)", re.ASCII
).match


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
            new = _strictly(text)
            repair = Repair(f"write {new}", ((0, len(text), new),)) if new and _is_certain(text) else None
            yield Hit(("schedule", field), f"{field} {quoted(text)} {_what(text, new)}", repair=repair)


def _strictly(text: str) -> str | None:
    """Return the same moment in the strict form, in India's zone where none is given; None for no moment."""
    found = _LOOSE(text)
    if found is None:
        return None
    day, minutes, seconds, zone, offset = found.groups()
    offset = offset or "+0530"
    new = f"{day}T{minutes}{seconds or ':00'}{'Z' if zone else f'{offset[:3]}:{offset[-2:]}'}"
    return new if moment(new) else None


def _is_certain(text: str) -> bool:
    """Return whether a loose time says its zone."""
    found = _LOOSE(text)
    return found is not None and (found[4] or found[5]) is not None


def _what(text: str, new: str | None) -> str:
    """Return what is wrong with a time, and what to write."""
    if new is None:
        wrong = _no_time(text)
        return f"is no time: {wrong}; write the one that is meant" if wrong else HELP
    found = _LOOSE(text)
    lacks = [] if "T" in text else ["T before the hours"]
    lacks += ["seconds"] if found is not None and found[3] is None else []
    lacks += [] if _is_certain(text) else ["time zone"]
    what = (
        f"has no {' and no '.join(lacks)}" if lacks else "is not quite the form that Exotel reads (RFC 3339)"
    )
    return f'{what}; write "{new}"{"" if _is_certain(text) else " for India"}'


def _no_time(text: str) -> str | None:
    """Return which number of a time the calendar or the clock does not have, None where it is not that."""
    found = _NUMBERS(text)
    if found is None:
        return None
    year, month, day, hour, minute, second = (int(one or 0) for one in found.groups())
    if not 1970 <= year < 9999:
        return "years go from 1970 to 9998"
    if not 1 <= month <= 12:
        return f"there is no month {month:02}"
    last = monthrange(year, month)[1]
    if not 1 <= day <= last:
        return f"{month_name[month]}{f' {year}' if month == 2 else ''} has {last} days"
    if hour == 24:
        return "hours go from 00 to 23, and midnight is 00:00 of the next day"
    for number, most, name in ((hour, 23, "hours"), (minute, 59, "minutes"), (second, 59, "seconds")):
        if number > most:
            return f"{name} go to {most}"
    return None
