"""How the HTML page writes values: moments, numbers, changes, payloads. All of it is still escaped where it is put in."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any
from unicodedata import category

from campaignctl.findings import Finding
from campaignctl.render import messages
from campaignctl.render.messages import visible
from campaignctl.words import INDIA, count, masked, shortened

#: Characters of a source line that are shown at the most.
_SOURCE = 240


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
    return f"{day:%a %d %b %Y}"


def coded(text: str) -> tuple[tuple[bool, str], ...]:
    """Return a sentence in pieces: each with whether it stood between backticks. A backtick without a pair stays."""
    pieces = text.split("`")
    if len(pieces) % 2 == 0:
        pieces[-2:] = ["`".join(pieces[-2:])]
    return tuple((number % 2 == 1, visible(piece)) for number, piece in enumerate(pieces) if piece)


def excerpt(found: Finding) -> tuple[str, str, str]:
    """Return the source line of a finding in three pieces: before, what is wrong, and after it."""
    line, region = found.source, found.region
    start = min(region.column - 1, len(line))
    end = region.end_column - 1 if region.end_line == region.line else len(line)
    while 0 < start < len(line) and category(line[start])[0] == "M":
        start -= 1  # a letter is not cut from its signs: a browser would draw both halves broken
    end = max(end, start + 1)
    while end < len(line) and category(line[end])[0] == "M":
        end += 1
    low = max(0, start - _SOURCE // 3) if len(line) > _SOURCE else 0
    high = low + _SOURCE
    before = ("..." if low else "") + line[low:start].lstrip()
    wrong = line[start : min(end, high)] + ("..." if end > high else "")
    after = line[end:high] + ("..." if end <= high < len(line) else "")
    # At the end of a line something is missing, and a gap is marked.
    return visible(before), visible(wrong) or "\u00a0", visible(after.rstrip())


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


FILTERS: dict[str, Callable[..., Any]] = {
    "seen": visible,
    "lines": messages.lines,
    "short": shortened,
    "count": count,
    "number": _number,
    "moment": at_minute,
    "day": on_day,
    "month": lambda day: f"{day:%B %Y}",
    "briefly": lambda day: f"{day:%b %Y}",
    "coded": coded,
    "excerpt": excerpt,
    "value": _value,
    "payload": _payload,
}
