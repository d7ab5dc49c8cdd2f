"""How wide a text is on a terminal, and where it may be broken."""

from __future__ import annotations

import re
from collections.abc import Iterator
from unicodedata import category, combining, east_asian_width

_JOINER = "\u200d"
#: Combining class of the viramas, which join the letters of Indian scripts.
_VIRAMA = 9


def width(text: str) -> int:
    """Return the columns that a terminal gives a text: none to combining signs, two to wide ones."""
    if text.isascii():
        return len(text)
    return sum(map(_of, text))


def _of(char: str) -> int:
    if category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if east_asian_width(char) in "WF" else 1


def clusters(text: str) -> Iterator[str]:
    """Yield the pieces of a text that are never broken: a letter with its signs, joined letters, an emoji of several."""
    start = 0
    for place in range(1, len(text)):
        before, here = text[place - 1], text[place]
        joined = before == _JOINER or (combining(before) == _VIRAMA and here.isalpha())
        if not (joined or _leans(here)):
            yield text[start:place]
            start = place
    if text:
        yield text[start:]


def _leans(char: str) -> bool:
    """Return whether a character belongs to the one before it."""
    return category(char) in ("Mn", "Mc", "Me", "Cf") or "\U0001f3fb" <= char <= "\U0001f3ff"


def wrapped(text: str, most: int) -> list[str]:
    """Return a line of text in lines of at most `most` columns, broken at spaces where there are some.

    Nothing is left out but the spaces at which it is broken.
    """
    lines: list[str] = []
    line, used = "", 0
    for word in re.findall(r" +|[^ ]+", text):
        if used + width(word) <= most:
            line, used = line + word, used + width(word)
            continue
        if used and not (word[0] != " " and width(word) > most):
            lines.append(line.rstrip(" "))
            line, used = "", 0
        if word[0] == " ":
            continue
        for piece in clusters(word):
            if used + width(piece) > most and line:
                lines.append(line.rstrip(" "))
                line, used = "", 0
            line, used = line + piece, used + width(piece)
    return [*lines, line] if line or not lines else lines
