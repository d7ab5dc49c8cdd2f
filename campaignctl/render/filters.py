"""How the HTML page writes values: moments, numbers, changes, payloads. All of it is still escaped where it is put in."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from campaignctl.render import messages
from campaignctl.render.messages import visible
from campaignctl.words import INDIA, count, masked, shortened


def at_minute(moment: datetime | None) -> str:
    """Return a moment in India's time, to the minute."""
    if moment is None:
        return "no time known"
    here = moment.astimezone(INDIA)
    return f"{on_day(here.date())} {here:%H:%M}"


def until(start: datetime | None, end: datetime | None) -> str:
    """Return an end, with its day where it is not that of the start."""
    if start is None or end is None:
        return "no end known"
    begins, ends = start.astimezone(INDIA), end.astimezone(INDIA)
    return f"{ends:%H:%M}" if begins.date() == ends.date() else at_minute(ends)


def on_day(day: date) -> str:
    """Return a day."""
    return f"{day:%a} {day.day} {day:%b} {day.year}"


def _number(value: int | None) -> str:
    return "not stated" if value is None else f"{value:,}"


def _value(value: Any) -> str:
    """Return a value of a change as people read it."""
    if value is None:
        return "nothing"
    if isinstance(value, str):
        return messages.lines(masked(value))
    if isinstance(value, (list, tuple)) and all(isinstance(one, str) for one in value):
        return ", ".join(visible(masked(one)) for one in value)
    return _payload(value)


def _payload(value: Any) -> str:
    """Return the fields that Exotel is sent as JSON, without passwords."""
    return messages.lines(json.dumps(_masked(value), indent=2, ensure_ascii=False, default=str))


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, Mapping):
        return {key: _masked(one) for key, one in value.items()}
    return [_masked(one) for one in value] if isinstance(value, (list, tuple)) else value


FILTERS: dict[str, Callable[..., str]] = {
    "seen": visible,
    "lines": messages.lines,
    "short": shortened,
    "count": count,
    "number": _number,
    "moment": at_minute,
    "day": on_day,
    "value": _value,
    "payload": _payload,
}
