"""What differs between two versions of a campaign, as a reviewer reads it: times by India's clock, names without tokens,
of two long texts the words that are not the same. Markdown.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from campaignctl.model import FieldChange
from campaignctl.names import unmarked
from campaignctl.render.inert import prose
from campaignctl.render.moments import indian, moment

#: Characters of a field's name and of a value that are shown at the most.
_FIELD, _VALUE = 60, 160
#: Words that two texts share and that are shown before and after those that differ.
_AROUND = 3
#: Fields in the reader's words.
_WORDS = {"schedule.start_time": "start", "schedule.end_time": "end", "template": "text"}


def change(one: FieldChange) -> str:
    """Return one field, as it was and as it is."""
    before, after = _shown(one)
    return f"{prose(_WORDS.get(one.field, one.field), _FIELD)}: {before} → {after}"


def _shown(one: FieldChange) -> tuple[str, str]:
    before, after = one.before, one.after
    if one.field.startswith("schedule."):
        return _times(before, after)
    if isinstance(before, str) and isinstance(after, str):
        if one.field == "name":
            before, after = unmarked(before)[0], unmarked(after)[0]
        elif one.field == "template":
            before, after = _apart(before, after)
    return _value(before), _value(after)


def _times(before: Any, after: Any) -> tuple[str, str]:
    """Return two moments; of the second the day only where it is another one."""
    first, second = map(moment, (before, after))
    if first is None or second is None:
        return _time(before, first), _time(after, second)
    later = f"{second:%H:%M} IST" if first.date() == second.date() else indian(second)
    return indian(first).removesuffix(" IST"), later


def _time(value: Any, found: datetime | None) -> str:
    return indian(found) if found is not None else _value(value)


def _apart(before: str, after: str) -> tuple[str, str]:
    """Return two texts without the words at their beginnings and ends that they share, but for a few."""
    one, two = before.split(" "), after.split(" ")
    shortest = min(len(one), len(two))
    head = next((at for at in range(shortest) if one[at] != two[at]), shortest)
    rest = shortest - head
    tail = next((at for at in range(rest) if one[-1 - at] != two[-1 - at]), rest)
    start, end = max(0, head - _AROUND), max(0, tail - _AROUND)
    first, last = "… " if start else "", " …" if end else ""
    cut = (" ".join(words[start : len(words) - end]) for words in (one, two))
    shown_before, shown_after = (f"{first}{words}{last}" for words in cut)
    return shown_before, shown_after


def _value(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, (list, tuple)):
        value = ", ".join(map(str, value))
    return f"“{prose(str(value), _VALUE)}”"
