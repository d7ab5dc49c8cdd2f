"""What is wrong with the links of a campaign's text. One link, one finding: shortener, short link, path, whitelist.

A link is what is written in the text, in a slot or not. A link that comes out of a column as a whole is known
by the sample row of the list alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile
from typing import NamedTuple

from campaignctl.approved import Link, Links, SlotKind
from campaignctl.dlt import links, match
from campaignctl.dlt.once import once
from campaignctl.findings import Hit, Severity
from campaignctl.model import Campaign, Context
from campaignctl.sms import COLUMN
from campaignctl.words import quoted

#: Shorteners that everybody may use, so that no sender can whitelist their domain (smslocal.in, rejection reasons;
#: each is also known to github.com/PeterDaveHello/url-shorteners). Not those of one house, such as wa.me.
SHORTENERS = frozenset(
    (
        *(
            "bit.ly",
            "bitly.com",
            "j.mp",
            "tinyurl.com",
            "tiny.cc",
            "tiny.one",
            "t.co",
            "goo.gl",
            "is.gd",
            "v.gd",
        ),
        *(
            "cutt.ly",
            "rb.gy",
            "ow.ly",
            "buff.ly",
            "t.ly",
            "shorturl.at",
            "rebrand.ly",
            "s.id",
            "adf.ly",
            "bl.ink",
        ),
        *(
            "lnkd.in",
            "trib.al",
            "dub.sh",
            "short.gy",
            "u.to",
            "x.gd",
            "qr.ae",
            "tly.in",
            "surl.li",
            "clck.ru",
        ),
    )
)


class _Use(NamedTuple):
    """One link of a text, with a HOLE for each @@column in it."""

    url: str
    start: int
    end: int
    has_scheme: bool
    note: str = ""  #: where the link comes from, if it is not written in the text
    slot: SlotKind | None = None  #: the kind of slot that it stands in
    asks: bool = False  #: a question mark follows: the sentence's, or the one in which a dynamic link may end

    @property
    def shown(self) -> str:
        return quoted(self.url.replace(match.HOLE, "@@\u2026"))


class _Fault(NamedTuple):
    rule: str
    message: str
    severity: Severity | None = None


def hits(rule: str, campaign: Campaign, whitelist: Links) -> Iterator[Hit]:
    """Return what one rule has to say about the links of a campaign's text."""
    if not campaign.template:
        return iter(())
    return iter(_hits(campaign, whitelist).get(rule, ()))


def concern(campaign: Campaign, context: Context) -> bool:
    """Return whether any link of the campaign is wrong: the rules about links are asked only then."""
    return bool(campaign.template) and bool(_hits(campaign, context.registry.links))


@once
def _hits(campaign: Campaign, whitelist: Links) -> Mapping[str, list[Hit]]:
    """Return by rule what is wrong with the campaign's links."""
    found: dict[str, list[Hit]] = {}
    if not campaign.columns and not links.may_hold(campaign.template or ""):
        return found
    for use in _uses(campaign):
        fault = None if _is_pieced(use, campaign) else _fault(use, whitelist, campaign)
        if fault is not None:
            hit = Hit(("template",), fault.message, span=(use.start, use.end), severity=fault.severity)
            found.setdefault(fault.rule, []).append(hit)
    return found


def _uses(campaign: Campaign) -> Iterator[_Use]:
    text = campaign.template or ""
    masked = match.mask(text)
    inside: list[tuple[int, int]] = []
    for one in links.urls(masked.text):
        start, end = masked.places[one.start], masked.places[one.end]
        inside.append((start, end))
        asks = masked.text[one.end : one.end + 1] == "?"
        yield _Use(one.text, start, end, one.has_scheme, slot=_slot(campaign, start), asks=asks)
        yield from _within(campaign, start, end)
    recipients = campaign.audience[0] if len(campaign.audience) == 1 else None
    if (
        not campaign.columns
        or campaign.content_type != "dynamic"
        or recipients is None
        or not recipients.sample
    ):
        return
    said: set[str] = set()
    for found in COLUMN.finditer(text):
        name = found.group(1)
        value = recipients.sample.get(name)
        if value is None or name in said or any(low <= found.start() < high for low, high in inside):
            continue
        said.add(name)
        note = f" in the sample row of list {quoted(recipients.alias or recipients.sid)}"
        for one in links.urls(value):
            slot = _slot(campaign, found.start())
            asks = value[one.end : one.end + 1] == "?"
            yield _Use(one.text, *found.span(), one.has_scheme, note, slot, asks)


def _slot(campaign: Campaign, start: int) -> SlotKind | None:
    """Return the kind of the slot in which a link begins, None for fixed text."""
    fillings = campaign.comparison.fillings if campaign.comparison is not None else None
    return next((one.slot.kind for one in fillings or () if one.start <= start < one.end), None)


def _within(campaign: Campaign, start: int, end: int) -> Iterator[_Use]:
    """Yield the links in slots for links that are a piece of another link, such as what follows its ?."""
    fillings = campaign.comparison.fillings if campaign.comparison is not None else None
    for one in fillings or ():
        is_inside = start < one.start and one.end <= end
        if is_inside and one.slot.kind in _TAKES and not one.columns and links.has_scheme(one.value):
            yield _Use(one.value, one.start, one.end, True, slot=one.slot.kind)


def _is_pieced(use: _Use, campaign: Campaign) -> bool:
    """Return whether a slot for a whole link is but a piece of this one: slot-url-form has something against it."""
    fillings = campaign.comparison.fillings if campaign.comparison is not None else None
    return any(
        one.slot.kind in _TAKES and use.start < one.start < use.end and not links.has_scheme(one.value)
        for one in fillings or ()
        if not one.columns
    )


def _fault(use: _Use, whitelist: Links, campaign: Campaign) -> _Fault | None:
    where, headers = links.address(use.url), _headers(campaign)
    if where.host.removeprefix("www.") in SHORTENERS:
        return _shortener(use, headers, where)
    if not use.has_scheme and not where.path:  # a brand that is called like its domain
        return None
    spelt = (use.url, f"{use.url}?") if use.asks else (use.url,)
    covering = [one for one in whitelist.urls if any(links.covers(one, url, headers) for url in spelt)]
    if whitelist.stated and covering:
        return _of_kind(use, covering)
    fixed, _, _ = use.url.partition("?")
    if whitelist.stated and _is_short(where.host, whitelist) and not links.is_keyed(where, headers):
        return _short(use, campaign.sender_id, where)
    if match.HOLE in fixed:
        is_key = not whitelist.stated and links.is_keyed(where, headers)
        # In a static campaign the column itself is the mistake, and column-in-static says so.
        return None if is_key or campaign.content_type == "static" else _path(use)
    return _missing(use, whitelist, where) if whitelist.stated else None


def _headers(campaign: Campaign) -> Sequence[str]:
    """Return the headers that a short link may hold: the campaign's, and if that is wrong those it can become."""
    own, registered = campaign.sender_id, campaign.registered
    meant = registered.headers if registered is not None else ()
    return (own,) if own is not None and (own in meant or not meant) else meant


def _is_short(host: str, whitelist: Links) -> bool:
    return any(one.kind == "short" and links.address(one.url).host == host for one in whitelist.urls)


def _shortener(use: _Use, headers: Sequence[str], where: links.Address) -> _Fault:
    if any(one in where.segments[:-1] for one in headers):
        said = (
            f"{use.shown}{use.note} is a link of {where.host}, which anybody may use; with your header in it some "
            "operators let it pass and others drop it (DLT error 642), use a short domain of your own"
        )
        return _Fault("url-public-shortener", said, Severity.WARNING)
    said = (
        f"{use.shown}{use.note} is a link of {where.host}, which anybody may use and nobody can whitelist; the "
        "operators drop the message (DLT error 642), write the whole address, or one of a short domain of your own"
    )
    return _Fault("url-public-shortener", said)


def _short(use: _Use, header: str | None, where: links.Address) -> _Fault:
    said = (
        f"{use.shown}{use.note} does not go on with {header or 'the header'} and a key; a short link without them is "
        f"dropped (DLT error 642), make it {where.host}/{header or 'HEADER'}/..."
    )
    return _Fault("short-url-without-header", said)


#: What a slot's tag takes (TRAI Annexure-I of 18 Nov 2025): an app or a messenger, or an address of the web.
_TAKES: Mapping[SlotKind, tuple[str, ...]] = {
    SlotKind.URL: ("static", "dynamic", "short"),
    SlotKind.URLOTT: ("apk", "ott"),
}


def _of_kind(use: _Use, covering: Sequence[Link]) -> _Fault | None:
    """Return what is wrong with a link of the whitelist in a slot for links of another kind."""
    kinds = _TAKES.get(use.slot) if use.slot is not None else None
    if kinds is None or any(one.kind in kinds for one in covering):
        return None
    said = (
        f"{use.shown}{use.note} is on the whitelist as {covering[0].kind}, and a slot {{#{use.slot}#}} takes "
        f"{' or '.join(kinds)} alone; the operators drop it (DLT error 431), write a link of that kind"
    )
    return _Fault("url-not-whitelisted", said)


def _path(use: _Use) -> _Fault:
    said = (
        f"{use.shown} has an @@column before any question mark; only what follows the ? of a whitelisted dynamic "
        "link may vary, and the rest is dropped (DLT error 701), write it like https://shop.example/track?o=@@Order"
    )
    return _Fault("url-path-variable", said)


def _shared(one: str, other: str) -> int:
    """Return how many characters two paths have in common at their beginning."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _missing(use: _Use, whitelist: Links, where: links.Address) -> _Fault:
    near = [one for one in whitelist.urls if links.address(one.url).host == where.host]
    if near:
        best = max(near, key=lambda one: _shared(links.address(one.url).path, where.path))
        more = f" and {len(near) - 1} more" if len(near) > 1 else ""
        advice = f"or write what is there for {where.host}: {quoted(best.url)} ({best.kind}){more}"
    else:
        advice = f"where nothing of {quoted(where.host)} is yet"
    said = (
        f"{use.shown}{use.note} is covered by no entry of registry/links.yaml; the operators drop the message (DLT "
        f"error 642), whitelist the link on your DLT portal and add it there, {advice}"
    )
    return _Fault("url-not-whitelisted", said)
