"""Single values as HTML: `line` and `block` are the only ways in which a text gets into a page."""

from __future__ import annotations

import html
from datetime import datetime

from .model import IST, written

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

# C0 controls have pictures of their own, U+2400 and on. U+FFFD stands for the others, and for halves of surrogate
# pairs, which UTF-8 cannot hold.
_CONTROLS = {
    **{code: 0x2400 + code for code in range(0x20)},
    0x7F: 0x2421,
    **dict.fromkeys((*range(0x80, 0xA0), *range(0xD800, 0xE000)), 0xFFFD),
}
_BLOCK = {code: picture for code, picture in _CONTROLS.items() if code not in (0x09, 0x0A)}
# On one line a line break is an arrow, and what turns the writing direction, as a name may to deceive, shows too.
_LINE = {**_CONTROLS, 0x0A: 0x21B5, **dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)), 0xFFFD)}


def line(text: str) -> str:
    """Any text as HTML on one line, in an element or between quotes."""
    return html.escape(text.translate(_LINE))


def block(text: str) -> str:
    """The same with line breaks and tabs kept, for elements that show them."""
    return html.escape(text.replace("\r\n", "\n").translate(_BLOCK))


def time(moment: datetime) -> str:
    """A moment to the minute, in India's time."""
    india = moment.astimezone(IST)
    return stamp(moment, f"{_day(india)}, {india:%H:%M}")


def second(moment: datetime, now: datetime) -> str:
    """A moment to the second, without its day when that is today."""
    india = moment.astimezone(IST)
    day = "" if india.date() == now.astimezone(IST).date() else f"{_day(india)}, "
    return stamp(moment, f"{day}{india:%H:%M:%S}")


def stamp(moment: datetime, words: str) -> str:
    """A moment for machines, with the words for people, which are HTML."""
    return f'<time datetime="{written(moment)}">{words}</time>'


def _day(india: datetime) -> str:
    return f"{india.day} {_MONTHS[india.month - 1]} {india.year}"
