"""A message as a page shows it: cut where its parts begin, with what a reader has to see marked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple
from unicodedata import category

from campaignctl.cards import Arrival
from campaignctl.words import printable

#: The scripts of India's languages by their blocks, with the language that a screen reader takes for each.
_LANGUAGES = (
    *(("\u0900", "\u097f", "hi"), ("\u0980", "\u09ff", "bn"), ("\u0a00", "\u0a7f", "pa")),
    *(("\u0a80", "\u0aff", "gu"), ("\u0b00", "\u0b7f", "or"), ("\u0b80", "\u0bff", "ta")),
    *(("\u0c00", "\u0c7f", "te"), ("\u0c80", "\u0cff", "kn"), ("\u0d00", "\u0d7f", "ml")),
    *(("\u0600", "\u06ff", "ur"),),
)
#: Signs that join two letters to one.
_JOINERS = frozenset("\u094d\u09cd\u0a4d\u0acd\u0b4d\u0bcd\u0c4d\u0ccd\u0d4d\u200d")


class Piece(NamedTuple):
    """A piece of a message: the part that begins with it, if one does, and what is special about it."""

    text: str
    part: int | None = None
    kind: str = ""  #: "mark": it makes the message Unicode; "open": an @@column without a value


def pieces(one: Arrival) -> Iterator[Piece]:
    """Yield the pieces of a message. A part is shown to begin with a whole letter, even where it begins inside."""
    text = one.text
    begins = {_whole(text, place): number for number, place in enumerate(one.borders, start=2)}
    kinds = dict(_kinds(one))
    places = {0, len(text), *begins, *(edge for edges in kinds for edge in edges)}
    for low, high in pairwise(sorted(places)):
        kind = next((kind for (start, end), kind in kinds.items() if start <= low and high <= end), "")
        yield Piece(text[low:high], begins.get(low), kind)


def _kinds(one: Arrival) -> Iterator[tuple[tuple[int, int], str]]:
    at = one.forced_at
    if at is not None and category(one.text[at])[0] not in "LM":  # a letter of another script is no surprise
        yield (at, _whole(one.text, at + 1)), "mark"
    if one.unfilled:
        names = "|".join(re.escape(name) for name in sorted(one.unfilled, key=len, reverse=True))
        for found in re.finditer(f"@@(?:{names})", one.text):
            yield found.span(), "open"


def _whole(text: str, place: int) -> int:
    """Return the next place at which no letter is cut from its signs: a browser would draw both halves broken."""
    while 0 < place < len(text) and (category(text[place])[0] == "M" or text[place - 1] in _JOINERS):
        place += 1
    return place


def language(text: str) -> str | None:
    """Return the language by the script that most letters are of; None for Latin and other ones."""
    letters = [char for char in text if char > "\u05ff" and category(char)[0] in "LM"]
    latin = sum("a" <= char <= "z" or "A" <= char <= "Z" for char in text)
    for low, high, name in _LANGUAGES:
        # Brands and web addresses are Latin in every message.
        if sum(low <= char <= high for char in letters) > max(latin // 2, len(letters) // 2):
            return name
    return None


def visible(text: str) -> str:
    """Return a text in one line in which nothing hides or reorders anything: such signs as their escapes."""
    return "##[".join(printable(one) for one in text.split("##["))


def lines(text: str) -> str:
    """Return a text with its line breaks, and all else as `visible` does."""
    return "\n".join(visible(one) for one in text.replace("\r\n", "\n").split("\n"))
