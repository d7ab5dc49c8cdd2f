"""Moments as people in India read them."""

from __future__ import annotations

from datetime import datetime

from campaignctl.words import INDIA, printable, shortened


def indian(moment: datetime) -> str:
    """Return a moment in India's time, to the minute."""
    return f"{moment.astimezone(INDIA):%a %d %b %Y %H:%M} IST"


def known(value: object) -> datetime | None:
    """Return the moment in India that a value of a request names, None for anything else."""
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
        return found.astimezone(INDIA) if found is not None and found.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


def period(start: datetime, end: datetime) -> str:
    """Return from when to when in India's time; the day of the end where it is another."""
    start, end = start.astimezone(INDIA), end.astimezone(INDIA)
    until = f"{end:%H:%M}" if end.date() == start.date() else f"{end:%a %d %b %Y %H:%M}"
    return f"{start:%a %d %b %Y %H:%M}-{until} IST"


def moment(value: object) -> datetime | None:
    """Return the moment that a value of a payload names, None where it names none."""
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
        return found.astimezone(INDIA) if found is not None and found.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


def local(rfc3339: str) -> str:
    """Return a moment of the vendor's or ours in India's time; a text that is none as it is."""
    try:
        return indian(datetime.fromisoformat(rfc3339))
    except (ValueError, OverflowError):
        return printable(shortened(rfc3339))
