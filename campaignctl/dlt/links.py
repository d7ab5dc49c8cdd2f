"""Links, call-back numbers and e-mail addresses: where they stand in a text, and what the whitelist covers.

Forms: dlt-rules, section 6 (portal manuals of Jio and others; MSG91, "whitelist URLs and callback numbers").
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

from campaignctl.approved import Link
from campaignctl.dlt.match import HOLE

Span = tuple[int, int]

#: Ends of domains that people type without https:// before them. Those that are words as well need a path.
_ENDS = (
    "com|org|net|gov|edu|info|biz|app|dev|shop|store|online|site|live|xyz|link|page|club|tech|example|bank"
    "|co\\.in|org\\.in|net\\.in|gov\\.in|ac\\.in|in|io|co|ly|gl|gd|gg|cc|id|ai"
)
_WORDS = "me|is|to|at|so|am|no|be|it|do|us"
_URL = re.compile(rf"(?:https?://|\bwww\.)[!-~{HOLE}]+", re.IGNORECASE)
_BARE = re.compile(
    rf"(?<![\w@./:-])(?:[a-z0-9][a-z0-9-]*\.)+(?:(?:{_ENDS})(?![\w-])(?:/[!-~{HOLE}]*)?|(?:{_WORDS})/[!-~{HOLE}]+)",
    re.IGNORECASE,
)
_EMAIL = re.compile(r"(?<![\w.+-])[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}(?![\w-])")
#: 10 digits from 6 to 9, with or without 91 or 0 before them, also in two groups; or a toll-free number. Not as
#: a part of something longer, such as an order number, and not as an amount of money.
_PHONE = re.compile(
    "(?<![\\w./#$\u20b9\u20ac\u00a3-])(?:(?:\\+?91[ -]?|0)?[6-9][0-9]{4}[ -]?[0-9]{5}|18[06]0[ -]?[0-9]{3}[ -]?[0-9]{3,4})"
    "(?![\\w/-]|\\.[0-9])"
)
#: Whether there can be a link at all: most texts hold none, and are not searched for the rest.
may_hold = re.compile(r"://|www\.|[a-z0-9]\.[a-z]{2}", re.IGNORECASE).search
#: What ends the sentence and not the link in it.
_TAIL = ".,;:!?)]}'\"*"


class Found(NamedTuple):
    """Something in a text that people tap on."""

    text: str
    start: int
    end: int
    has_scheme: bool = True  #: begins with http://, https:// or www.


def urls(text: str) -> Iterator[Found]:
    """Yield the links of a text, those without https:// too. A HOLE in the text may be part of a link."""
    if not may_hold(text):
        return
    taken: list[Span] = []
    for found in _URL.finditer(text):
        url = _trimmed(found.group())
        taken.append(found.span())
        if len(url) > len("www.") and not url.endswith("://"):
            yield Found(url, found.start(), found.start() + len(url))
    for found in _BARE.finditer(text):
        if not any(start <= found.start() < end for start, end in taken):
            url = _trimmed(found.group())
            yield Found(url, found.start(), found.start() + len(url), has_scheme=False)


def _trimmed(url: str) -> str:
    """Cut off the punctuation of the sentence; what closes a bracket that the link opens is its own."""
    while url and url[-1] in _TAIL:
        if url[-1] == ")" and url.count("(") >= url.count(")"):
            break
        url = url[:-1]
    return url


def emails(text: str) -> Iterator[Found]:
    """Yield the e-mail addresses of a text."""
    if "@" in text:
        yield from (Found(one.group(), *one.span()) for one in _EMAIL.finditer(text))


def phones(text: str) -> Iterator[Found]:
    """Yield the telephone numbers of a text: Indian mobile and toll-free ones."""
    yield from (Found(one.group(), *one.span()) for one in _PHONE.finditer(text))


# --- forms of slot values -----------------------------------------------------------------------------

_DIGITS = re.compile(
    r"(?:\+?91|0)?[6-9][0-9]{9}"  # mobile
    r"|0[0-9]{7,17}|(?:\+?91)?[1-9][0-9]{9}"  # landline with its STD code, 140 and 160 series
    r"|18[06]0[0-9]{4,9}"  # toll-free, 8 to 13 digits
    r"|[0-9]{3,6}"  # short code
).fullmatch
is_email = re.compile(
    r"[A-Za-z0-9._%+'-]+@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)+"
).fullmatch
has_scheme = re.compile(r"https?://[^\s/]|www\.[^\s/]", re.IGNORECASE).match


def is_number(text: str) -> bool:
    """Return whether a value has the form of a number that can be whitelisted."""
    return _DIGITS(text) is not None


# --- the whitelist ------------------------------------------------------------------------------------


def number(text: str) -> str:
    """Return a number as it can be compared: without +, 91 and 0 before the ten digits."""
    digits = re.sub("[^0-9]", "", text)
    if len(digits) == 12 and digits.startswith("91"):
        return digits[2:]
    return digits[1:] if len(digits) == 11 and digits.startswith("0") else digits


def domain(email: str) -> str:
    """Return the domain of an e-mail address or of an entry of the whitelist."""
    return email.rpartition("@")[2].lower()


class Address(NamedTuple):
    """A link in the pieces that are compared. The case of scheme and host does not matter."""

    scheme: str
    host: str
    path: str  #: with its query

    @property
    def segments(self) -> list[str]:
        """Return the steps of the path."""
        return self.path.partition("?")[0].split("/")[1:]


def address(url: str) -> Address:
    """Take a link apart."""
    scheme, mark, rest = url.partition("://")
    if not mark:
        scheme, rest = "", url
    cut = min((place for place in (rest.find("/"), rest.find("?")) if place >= 0), default=len(rest))
    return Address(scheme.lower(), rest[:cut].lower(), "" if rest[cut:] == "/" else rest[cut:])


def covers(link: Link, url: str, headers: Collection[str]) -> bool:
    """Return whether an entry of the whitelist covers a link in a text.

    Static, APK and OTT entries are the whole link; a dynamic one is what stands before the question mark; a
    short one is a domain and a header, and the link goes on from there with a key. `headers`: the campaign's.
    """
    own, other = address(link.url), address(url)
    if own.host != other.host or (own.scheme and other.scheme and own.scheme != other.scheme):
        return False
    if link.kind == "dynamic":
        return "?" in other.path and own.path.partition("?")[0] == other.path.partition("?")[0]
    if link.kind == "short":
        # An entry without its header is a mistake of its own, and cta-entry-format names it.
        return own.segments[:1] in ([], other.segments[:1]) and is_keyed(other, headers)
    return own.path == other.path


def is_keyed(where: Address, headers: Collection[str]) -> bool:
    """Return whether a short link has a header and a key behind its domain: `/KETTLE/a1b2`."""
    return bool(where.segments) and where.segments[0] in headers and any(where.segments[1:])
