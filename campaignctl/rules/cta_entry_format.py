"""An entry of registry/links.yaml has a form that no portal whitelists.

Why: messages with a link or number that is not whitelisted are blocked since 1 October 2024 (TRAI, 20 August 2024; DLT
errors 497, 642, 701), and an entry in another form than the portal's covers nothing there. Static addresses hold no
`?`; dynamic ones are the fixed part and end in `?`; app files end in .apk or .ipa; short links have your header after
their domain; WhatsApp links carry 91 and a mobile number (MSG91, Jio TrueConnect and msgclub on whitelisting).
Numbers are mobile, landline, toll-free (1800, 1860), of the 140 and 160 series, or short codes.

Fails:

    registry/links.yaml:
    urls:
      - { url: "https://kettle.example/track?order=4711", kind: static }

Passes:

    registry/links.yaml:
    urls:
      - { url: "https://kettle.example/track?", kind: dynamic }

Fix: copy the entry from the CTA whitelist of your DLT portal, with the kind it has there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from campaignctl.approved import Link, Registry
from campaignctl.findings import Hit, Severity
from campaignctl.model import Context
from campaignctl.rules.header_format import is_header
from campaignctl.words import quoted

CODE = "CC901"
NAME = "cta-entry-format"
SEVERITY = Severity.ERROR

#: Hosts of app stores and networks, whose links are whitelisted as OTT (MSG91: social or app-store links).
OTT_HOSTS = frozenset(
    (
        *(
            "play.google.com",
            "apps.apple.com",
            "itunes.apple.com",
            "wa.me",
            "whatsapp.com",
            "t.me",
            "telegram.me",
        ),
        *("facebook.com", "fb.com", "fb.me", "m.me", "instagram.com", "twitter.com", "x.com", "linkedin.com"),
        *(
            "youtube.com",
            "youtu.be",
            "snapchat.com",
            "pinterest.com",
            "threads.net",
            "signal.me",
            "telegram.org",
        ),
    )
)
#: The sentence of the schema's `errorMessage`, so that editors and the command line agree.
HELP = "must start with http://, https:// or www. and hold no spaces; copy the address from your DLT portal"
_is_address = re.compile(r"(?:https?://|www\.)\S+").fullmatch
_WHATSAPP_NUMBER = re.compile(r"/\+?[0-9]+/?").fullmatch
_WHATSAPP_MOBILE = re.compile(r"/91[6-9][0-9]{9}/?").fullmatch

#: The forms of call-back numbers, by the portals' manuals: Jio's are longer, all are let pass.
_is_number = re.compile(
    r"\+?91[1-9][0-9]{9}"  # mobile and landline with country code
    r"|[1-9][0-9]{9}"  # mobile (6 to 9), landline with its area code, 140 and 160 series
    r"|0[0-9]{7,17}"  # landline with 0 (Jio: 8 to 18 digits)
    r"|18[06]0[0-9]{4,9}"  # toll-free (Jio: up to 13 digits)
    r"|[1-9][0-9]{2,5}"  # short code
).fullmatch
_is_domain = re.compile(
    r"@?(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])"
).fullmatch


def check_registry(context: Context) -> Iterator[Hit]:
    """Yield each entry of the whitelist that a portal would not hold in this form."""
    links = context.registry.links
    headers = _headers(context.registry)
    for link in links.urls:
        yield from _address(link, headers)
    if not links.stated:  # with mistakes in the file the places of the others are not known
        return
    for index, number in enumerate(links.numbers):
        if not _is_number(number):
            message = (
                f"{quoted(number)} is no Indian phone number, so it whitelists nothing and messages with it are blocked (DLT error "
                "499); write it as your DLT portal shows it: 10 digits, with 0 or 91 before them, or a 1800 number"
            )
            yield Hit(("numbers", index), message, file="links")
    for index, domain in enumerate(links.emails):
        if not _is_domain(domain):
            message = (
                f"{quoted(domain)} is no e-mail domain, so it whitelists nothing and messages with its addresses are blocked (DLT error 498); "
                "write it like kettle.example"
            )
            yield Hit(("emails", index), message, file="links")


def _headers(registry: Registry) -> Mapping[str, set[str]]:
    """Return the headers that the registry knows, by their small letters."""
    found: dict[str, set[str]] = {}
    named = (header for template in registry.templates.values() for header in template.headers)
    for header in (*named, *registry.headers):
        found.setdefault(header.casefold(), set()).add(header)
    return found


def _address(link: Link, headers: Mapping[str, set[str]]) -> Iterator[Hit]:
    if not _is_address(link.url):
        yield _hit(link, f"{quoted(link.url)} {HELP}")
        return
    found = _parts(link.url)
    if found is None:
        yield _hit(link, f"{quoted(link.url)} is no full web address, so it whitelists no link; {_COPY}")
        return
    host, path = found
    mark = link.url.find("?")
    if link.kind == "static" and mark >= 0:
        message = "a static address cannot hold '?', so no portal has this one and its links are blocked (DLT error 642)"
        advice = "register the part up to '?' as dynamic, or the address without what follows it"
        yield _hit(link, f"{message}; {advice}", (mark, len(link.url)))
    elif link.kind == "dynamic" and mark != len(link.url) - 1:
        yield _dynamic(link, mark)
    elif link.kind == "apk" and not path.lower().endswith((".apk", ".ipa")):
        message = f"{quoted(link.url)} does not end in .apk or .ipa, so the portal has it under another kind"
        yield _hit(link, f"{message} and its links are blocked (DLT error 642); {_COPY}")
    elif link.kind == "short":
        yield from _short(link, path, headers)
    elif link.kind == "ott":
        yield from _ott(link, host, path)


_COPY = "copy the address and its kind from your DLT portal"


def _parts(url: str) -> tuple[str, str] | None:
    """Return the host and the path of an address, None where there is no host with a name and a domain."""
    try:
        split = urlsplit(url if "://" in url else f"https://{url}")
        host = (split.hostname or "").removeprefix("www.")
    except ValueError:  # brackets that no IPv6 address has
        return None
    return (host, split.path) if re.fullmatch(r"[^.\s]+(?:\.[^.\s]+)+", host) else None


def _dynamic(link: Link, mark: int) -> Hit:
    if mark < 0:
        message = "a dynamic address must end in '?', only what follows it may vary"
        advice = "add the '?' if the portal has it, or make the kind static"
        return _hit(link, f"{message} (DLT error 642); {advice}", (len(link.url) - 1, len(link.url)))
    message = "a dynamic address ends in its '?', and what follows that is not whitelisted (DLT error 642)"
    return _hit(link, f"{message}; take it out, as on the portal", (mark + 1, len(link.url)))


def _short(link: Link, path: str, headers: Mapping[str, set[str]]) -> Iterator[Hit]:
    segment = path.strip("/").split("/", maxsplit=1)[0]
    if not is_header(segment):
        message = f"{quoted(link.url)} has no header after its domain, and short links without it are blocked"
        yield _hit(
            link, f"{message} (DLT error 642); write domain and header, like https://ktl.example/KETTLE"
        )
    elif (known := headers.get(segment.casefold())) and segment not in known:
        start = link.url.find(f"/{segment}", len("https://")) + 1
        message = (
            f"{quoted(segment)} differs from header {quoted(min(known))} in capital letters, which count"
        )
        advice = "write it as your DLT portal does, or its links are blocked (DLT error 642)"
        yield _hit(link, f"{message}; {advice}", (start, start + len(segment)), Severity.WARNING)


def _ott(link: Link, host: str, path: str) -> Iterator[Hit]:
    if host == "wa.me" and _WHATSAPP_NUMBER(path) and not _WHATSAPP_MOBILE(path):
        message = (
            f"{quoted(link.url)} holds no Indian mobile number, and the portals take no other (DLT error 642)"
        )
        yield _hit(link, f"{message}; write https://wa.me/91 and its 10 digits")
    elif not any(host == one or host.endswith(f".{one}") for one in OTT_HOSTS):
        message = f"{quoted(host)} is no app store, messenger or network that is known here"
        advice = "if it is a page of your own, the portal has it as static or dynamic, and links of another kind are blocked"
        yield _hit(link, f"{message}; {advice} (DLT error 642)", None, Severity.WARNING)


def _hit(
    link: Link, message: str, span: tuple[int, int] | None = None, severity: Severity | None = None
) -> Hit:
    return Hit(("urls", link.index, "url"), message, span=span, severity=severity, file="links")
