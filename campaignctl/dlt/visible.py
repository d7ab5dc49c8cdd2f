"""How pieces of a text appear in sentences, spaces and line breaks in words."""

from __future__ import annotations

from itertools import groupby

from campaignctl.approved import Template
from campaignctl.words import quoted

_CRLF = "\r\n"
_BLANKS = {
    " ": "space",
    "\n": "line break",
    "\r": "carriage return",
    "\t": "tab",
    "\u00a0": "no-break space",
    "\0": "Windows line break",
}
_NUMBERS = {1: "a", 2: "two", 3: "three", 4: "four", 5: "five"}


def visible(text: str, limit: int = 60) -> str:
    """Return a piece of a text as a sentence names it: `'Kettle'`, `two spaces`, `a line break and 'Thanks'`."""
    core = text.strip(" \r\n\t\u00a0")
    if not core:
        return _blank(text) if text else "nothing"
    before, _, after = text.partition(core)
    pieces = [_blank(before)] if before else []
    pieces.append(quoted(core, limit).replace("\u00a0", "\\xa0"))
    return " and ".join([*pieces, _blank(after)] if after else pieces)


def words(text: str, limit: int = 60) -> str:
    """Return a piece that is missing or extra as a sentence names it: of words without the spaces around them."""
    return visible(text.strip(" ") or text, limit)


def _blank(text: str) -> str:
    runs = [(char, len(list(run))) for char, run in groupby(text.replace(_CRLF, "\0"))]
    return " and ".join(
        f"{_NUMBERS.get(length, length)} {_BLANKS[char]}{'s' if length > 1 else ''}" for char, length in runs
    )


def after(text: str, place: int) -> str:
    """Return in words what a place in a text comes after: ` after 'order'`."""
    words = text[:place].split()
    return f" after {quoted(words[-1], 24)}" if words else " at the beginning"


def titled(template: Template) -> str:
    """Return a template as a sentence names it: its id, and its name where it has one."""
    return f"{template.id} ({quoted(template.name, 40)})" if template.name else template.id
