"""What an entity has whitelisted for use in texts: web addresses, call-back numbers, mail domains.

Written from the dossier on DLT alone (section 6); the client's own reading of the same rules is another
module by design. An entry that no portal would have taken covers nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

LINK = re.compile(r"(?:https?://|\bwww\.)[!-~]+", re.IGNORECASE)
"""A web address as it must be whitelisted: it starts with a scheme or www."""
DOMAIN = re.compile(
    r"(?<![\w.@/-])(?:[a-z0-9-]+\.)+(?:com|net|org|co|in|io|ai|app|dev|info|biz|ly|gl|gd|gg|cc|id|bank|tech|page|link"
    r"|shop|store|online|site|xyz|club|live|gov|edu|example)(?![\w-])(?:[/?][!-~]*)?"
    r"|(?<![\w.@/-])(?:[a-z0-9-]+\.)+(?:me|to|us|is|at|so|am|be|it|do|no)/[!-~]+",
    re.IGNORECASE | re.ASCII,
)
"""The same without: a telephone makes a link of it all the same."""
MAIL = re.compile(r"[a-z0-9._%+'-]+@(?:[a-z0-9-]+\.)+[a-z]{2,}(?![\w-])", re.IGNORECASE | re.ASCII)

WEB = frozenset({"static", "dynamic", "short"})  #: what a {#url#} slot may hold
APPS = frozenset({"ott", "apk"})  #: what a {#urlott#} slot may hold
ANY = WEB | APPS

SHORTENERS = frozenset(
    {"bit.ly", "tinyurl.com", "t.co", "goo.gl", "is.gd", "cutt.ly", "ow.ly", "rb.gy", "tiny.cc", "rebrand.ly"}
)
"""Domains that belong to everyone, which no sender can have whitelisted without its header in the path."""

CLOSING = ".,;:!?'\"()[]{}<>*\u0964\u2019\u201d\u2026"  #: what follows an address in a sentence
_PARTS = re.compile(r"(?:(https?)://)?([^/?#]*)(.*)", re.IGNORECASE | re.DOTALL)
_MOBILE = re.compile(r"\+?(?:91|0)?([6-9][0-9]{9})", re.ASCII)
_TOLL_FREE = re.compile(r"18[06]0[0-9]{4,9}", re.ASCII)
_LANDLINE = re.compile(r"(?:\+?91|0)?([1-9][0-9]{9})|0[0-9]{7,17}", re.ASCII)
_SHORT_CODE = re.compile(r"[0-9]{3,6}", re.ASCII)


@dataclass(frozen=True, kw_only=True, slots=True)
class Whitelist:
    """The entries of one entity. None stands for a list that nobody has told of: nothing is held against it."""

    urls: Mapping[str, frozenset[str]] | None = None  #: kind -> addresses
    numbers: frozenset[str] | None = None
    domains: frozenset[str] | None = None

    @classmethod
    def of(cls, links: Mapping[str, object]) -> Whitelist:
        """Take what links.yaml holds; what has not its shape counts for nothing."""
        urls, numbers, emails = (links.get(key) for key in ("urls", "numbers", "emails"))
        if not any(isinstance(one, list | tuple) for one in (urls, numbers, emails)):
            return cls()
        known: dict[str, set[str]] = {}
        for kind, url in _entries(urls):
            known.setdefault(kind, set()).add(_folded(url.rstrip("/") if kind == "short" else url))
        return cls(
            urls={kind: frozenset(each) for kind, each in known.items()},
            numbers=frozenset(filter(None, map(plain_number, _texts(numbers)))),
            domains=frozenset(one.removeprefix("@").lower() for one in _texts(emails)),
        )

    def covers(self, url: str, *, header: str, kinds: frozenset[str] = ANY) -> bool:
        """Tell whether an address in a text of that header may pass.

        Without a scheme (www.kettle.example) it is what is listed under either.
        """
        bare = _folded(url)
        if _shared(bare) and f"/{header}/" not in bare:
            return False
        if self.urls is None:
            return True
        spelt = (bare,) if "://" in bare else (bare, f"https://{bare}", f"http://{bare}")
        return any(
            here in self.urls.get(kind, ())
            for one in spelt
            for kind, here in _entries_for(one, header, kinds)
        )

    def strays(self, text: str, *, header: str) -> bool:
        """Tell whether a text holds an address that is not covered."""
        rest = MAIL.sub(" ", LINK.sub(" ", text))
        # Without a path it is the name of a shop as well.
        bare = [one for one in DOMAIN.finditer(rest) if "/" in one.group()]
        return any(
            not any(self.covers(url, header=header) for url in _readings(found.group()))
            for found in (*LINK.finditer(text), *bare)
        )

    def has_number(self, value: str) -> bool:
        return self.numbers is None or plain_number(value) in self.numbers

    def has_mail(self, value: str) -> bool:
        domain = value.rpartition("@")[2].lower()
        return self.domains is None or domain in self.domains


def plain_number(value: str) -> str | None:
    """Return the digits that make a call-back number the same number, None when it is none of India's."""
    if mobile := _MOBILE.fullmatch(value):
        return mobile.group(1)
    if _TOLL_FREE.fullmatch(value) or _SHORT_CODE.fullmatch(value):
        return value
    if landline := _LANDLINE.fullmatch(value):
        return landline.group(1) or value
    return None


def is_mail(value: str) -> bool:
    return MAIL.fullmatch(value) is not None


def _texts(value: object) -> list[str]:
    return [one for one in value if isinstance(one, str)] if isinstance(value, list | tuple) else []


def _entries(urls: object) -> Iterator[tuple[str, str]]:
    for one in urls if isinstance(urls, list | tuple) else ():
        if isinstance(one, Mapping):
            kind, url = one.get("kind"), one.get("url")
            if isinstance(kind, str) and isinstance(url, str) and LINK.fullmatch(url):
                yield kind, url


def _entries_for(url: str, header: str, kinds: frozenset[str]) -> Iterator[tuple[str, str]]:
    """The entry of each kind that would cover an address."""
    fixed, mark, _ = url.partition("?")
    domain, _, key = url.partition(f"/{header}/")
    if "static" in kinds and not mark:
        yield "static", url
    if "dynamic" in kinds and mark:  # the entry ends in its question mark, and all after it may vary
        yield "dynamic", fixed + mark
    if "short" in kinds and re.match("[^/?#]", key):  # the key is not listed
        yield "short", f"{domain}/{header}"
    if "apk" in kinds and fixed.lower().endswith((".apk", ".ipa")):
        yield "apk", url
    if "ott" in kinds:
        yield "ott", url


def _readings(found: str) -> Iterator[str]:
    """The address that was found, then without the punctuation of the sentence around it, mark by mark."""
    yield found
    while found and found[-1] in CLOSING:
        found = found[:-1]
        yield found


def _folded(url: str) -> str:
    """Scheme and host in lower case: they alone are written in any case. The root has no path."""
    scheme, host, rest = _PARTS.fullmatch(url).groups()  # type: ignore[union-attr]  # it takes any text
    return (f"{scheme.lower()}://" if scheme else "") + host.lower() + ("" if rest == "/" else rest)


def _shared(url: str) -> bool:
    host = url.partition("://")[2] or url
    return re.split(r"[/?#:]", host, maxsplit=1)[0].removeprefix("www.") in SHORTENERS
