"""The clock that the operators read: India's, and the hours of promotional messages."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from campaignctl.words import INDIA

#: Promotional messages and, since October 2025, Service-Explicit ones (DLT error 651; Jio from 13, Vi from
#: 17 October 2025). Pages that print 9 to 9 are older.
OPENS, CLOSES = time(10), time(21)
WINDOW = "10:00 to 21:00 IST"


def is_open(moment: datetime) -> bool:
    """Return whether a promotional message that leaves at this moment is let through."""
    return OPENS <= moment.astimezone(INDIA).time() < CLOSES


def next_opening(moment: datetime) -> datetime:
    """Return this moment where the window is open, else the moment at which it opens next."""
    here = moment.astimezone(INDIA)
    if is_open(here):
        return here
    day = here if here.time() < OPENS else here + timedelta(days=1)
    return day.replace(hour=OPENS.hour, minute=0, second=0, microsecond=0)


def closing(moment: datetime) -> datetime:
    """Return when the window closes that is open at this moment, or that opens next."""
    return next_opening(moment).replace(hour=CLOSES.hour, minute=0, second=0, microsecond=0)


def written(moment: datetime) -> str:
    """Return a moment as a campaign writes it, in India's time."""
    return moment.astimezone(INDIA).isoformat()


def spoken(moment: datetime) -> str:
    """Return a moment for a sentence: `2035-10-20 09:30 IST`."""
    here = moment.astimezone(INDIA)
    seconds = ":%S" if here.second or here.microsecond else ""
    return f"{here:%Y-%m-%d %H:%M}{here.strftime(seconds) if seconds else ''} IST"
