"""Whether a text is the registered one with its slots filled, as the operators' scrubbing sees it.

Written from the dossier on DLT alone (sections 4 and 5), apart from what lint does. The fixed text must be
there character for character: case, spaces, line ends and look-alikes count. A slot takes a piece of text of
its own kind. The text passes when any way of sharing it out among the slots is right.

How: the set of places that can be reached after each piece of the template is one integer, a bit a place. Work
is bounded by slots x length of the text x longest value, whatever the text is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from functools import partial

from .whitelist import APPS, DOMAIN, LINK, MAIL, WEB, Whitelist, is_mail, plain_number

KINDS = {
    "var": "var",
    "numeric": "numeric",
    "number": "numeric",
    "num": "numeric",
    "alphanumeric": "alphanumeric",
    "alp": "alphanumeric",
    "url": "url",
    "urg": "url",
    "urlott": "urlott",
    "uro": "urlott",
    "cbn": "cbn",
    "email": "email",
}
"""Marker to kind, in its exact case: any other is no slot but text (dossier 4.1, 4.4)."""

LONGEST = {"var": 30, "numeric": 40, "alphanumeric": 40, "url": 120, "urlott": 120, "cbn": 18, "email": 40}
"""Most characters of a value. 30 is Exotel's own figure for {#var#}, 40 the annexure's; the others are contested
(dossier 4.1)."""

_MARKER = re.compile("{#(" + "|".join(KINDS) + ")#}")
_PHONE = re.compile(
    r"(?<![\w./#-])(?:(?:\+?91[ -]?|0)?[6-9][0-9]{4}[ -]?[0-9]{5}|18[06]0[ -]?[0-9]{3}[ -]?[0-9]{3,4})"
    r"(?![\w/-]|\.[0-9])"
)
#: What any of them holds: most texts do not, and each piece of the others is looked at.
_MAYBE_CONTACT = re.compile(
    r"://|www\.|@|\.[a-z]{2}|[6-9][0-9]{4}[ -]?[0-9]{5}|18[06]0[ -]?[0-9]{3}", re.IGNORECASE
)
_START = re.compile(r"https?://\S|www\.\S", re.IGNORECASE)


def matches(registered: str, text: str, *, header: str, whitelist: Whitelist | None = None) -> bool:
    """Tell whether `text` is `registered` with its slots filled; with a whitelist, by what stands on it too."""
    pieces = _MARKER.split(registered)  # text, kind, text, kind, ... text
    if len(text) > sum(map(len, pieces[::2])) + sum(LONGEST[KINDS[kind]] for kind in pieces[1::2]):
        return False
    values = _Values(text, header, whitelist)
    places = _after(text, 1, pieces[0])
    for kind, fixed in zip(pieces[1::2], pieces[2::2], strict=True):
        places = _after(text, values.ends(KINDS[kind], places), fixed)
        if not places:
            return False
    return bool(places >> len(text) & 1)


def _bits(places: int) -> Iterator[int]:
    while places:
        lowest = places & -places
        yield lowest.bit_length() - 1
        places ^= lowest


def _after(text: str, places: int, fixed: str) -> int:
    """The places behind a fixed text that stands at any of these places."""
    if not fixed:
        return places
    found = 0
    for place in _bits(places):
        if text.startswith(fixed, place):
            found |= 1 << place + len(fixed)
    return found


class _Values:
    """Where a value of each kind can end that starts at a place of one text."""

    def __init__(self, text: str, header: str, whitelist: Whitelist | None) -> None:
        self.text = text
        self.header = header
        self.whitelist = whitelist
        self.size = len(text)
        self.known: dict[tuple[str, int], int] = {}
        self.solid = self._next(lambda sign: not sign.isspace())  # the next place that is no blank
        self.breaks = {
            "var": [self.size] * (self.size + 1),
            "numeric": self._next(lambda sign: sign not in "0123456789"),
            "alphanumeric": self._next(lambda sign: not _plain(sign)),
        }

    def ends(self, kind: str, places: int) -> int:
        found = 0
        for place in _bits(places):
            if (kind, place) not in self.known:
                self.known[kind, place] = self._from(kind, place)
            found |= self.known[kind, place]
        return found

    def _from(self, kind: str, start: int) -> int:
        last = min(start + LONGEST[kind], self.size)
        if kind not in self.breaks:
            if kind in ("url", "urlott") and not _START.match(self.text, start):
                return 0
            right = self._rule(kind)
            return sum(1 << end for end in range(start + 1, last + 1) if right(self.text[start:end]))
        last = min(last, self.breaks[kind][start])
        first = self.solid[start] + 1  # a value is never blank (dossier 10 row 22)
        if kind == "numeric" or not _MAYBE_CONTACT.search(self.text, start, last):
            return (1 << last + 1) - (1 << first) if first <= last else 0
        return sum(1 << end for end in range(first, last + 1) if not _is_contact(self.text[start:end]))

    def _rule(self, kind: str) -> Callable[[str], bool]:
        if kind == "email":
            return self._mail
        return self._number if kind == "cbn" else partial(self._link, APPS if kind == "urlott" else WEB)

    def _mail(self, value: str) -> bool:
        return is_mail(value) and (self.whitelist is None or self.whitelist.has_mail(value))

    def _number(self, value: str) -> bool:
        return plain_number(value) is not None and (
            self.whitelist is None or self.whitelist.has_number(value)
        )

    def _link(self, kinds: frozenset[str], value: str) -> bool:
        return LINK.fullmatch(value) is not None and (
            self.whitelist is None or self.whitelist.covers(value, header=self.header, kinds=kinds)
        )

    def _next(self, sought: Callable[[str], bool]) -> list[int]:
        """For each place, the first one from there on whose character is sought, else the end."""
        found = [self.size] * (self.size + 1)
        for place in range(self.size - 1, -1, -1):
            found[place] = place if sought(self.text[place]) else found[place + 1]
        return found


def _is_contact(value: str) -> bool:
    """Tell whether there is a link, an address or a number to call, which belong into slots of their own.

    Dossier 6 and 10, row 29.
    """
    return any(shape.search(value) for shape in (_START, DOMAIN, MAIL, _PHONE))


def _plain(sign: str) -> bool:
    """Letters of any script with their marks, digits, space, full stop, slash, underscore (dossier 4.2)."""
    return sign in " ./_" or unicodedata.category(sign) in _PLAIN


_PLAIN = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd"})
