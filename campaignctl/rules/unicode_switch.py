"""A character makes the message Unicode although its template is not.

Why: one character outside of the GSM alphabet turns the whole message to Unicode, 70 characters a part in place
of 160, and each part is paid for. Most come unasked: curly quotes, long dashes, no-break spaces, the rupee sign.
A gateway that replaces them on the way changes the text that the operators compare.

Fails:

    template: "Hello from Kettle, it\\u2019s tea time"

Passes:

    template: "Hello from Kettle, it's tea time"

Fix: type what the finding names. In a text in Hindi or another script of its own nothing is found.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from campaignctl import sms
from campaignctl.approved import DifferenceKind
from campaignctl.dlt import match, samples, strays, values
from campaignctl.dlt.lookalikes import named, stand_in
from campaignctl.findings import Hit, Repair, Severity
from campaignctl.model import Campaign, Context
from campaignctl.words import count, quoted

CODE = "CC208"
NAME = "unicode-switch"
SEVERITY = Severity.WARNING
FIXABLE = GUESSES = True


def check(campaign: Campaign, context: Context) -> Iterator[Hit]:
    """Yield the first place of each character that makes a plain text Unicode.

    What no ASCII character stands in for, a name in another script or an emoji, is said once for all of it.
    """
    text = campaign.template
    if text is None or (text.isascii() and "`" not in text):
        return
    places = _places(campaign, text)
    if not places or is_meant(campaign, text):
        return
    silent = explained(campaign, context)
    cost = _cost(campaign, {text[place] for place in places})
    groups: dict[str | None, list[int]] = {}
    for place in places:
        if not any(low <= place < high for low, high in silent):
            groups.setdefault(text[place] if stand_in(text[place]) is not None else None, []).append(place)
    for char, own in groups.items():
        yield _foreign(text, own, cost) if char is None else _replaceable(campaign, char, own, cost)


def _replaceable(campaign: Campaign, char: str, own: list[int], cost: str) -> Hit:
    instead = stand_in(char) or ""
    times = f" {len(own)} times" if len(own) > 1 else ""
    advice = f"type {_plain(instead)} instead" if instead else "take it out"
    return Hit(
        ("template",),
        f"template holds {quoted(char)} ({named(char)}){times}, not in the GSM alphabet of plain SMS; the whole message "
        f"becomes Unicode{cost}, {advice}",
        span=(own[0], own[0] + 1),
        repair=_repair(campaign, own, instead),
    )


def _foreign(text: str, own: list[int], cost: str) -> Hit:
    end = own[0] + 1
    while end in own:
        end += 1
    more = f" and {len(own) - (end - own[0])} more characters" if len(own) > end - own[0] else ""
    what = f" ({named(text[own[0]])})" if end == own[0] + 1 else ""
    return Hit(
        ("template",),
        f"template holds {quoted(text[own[0] : end])}{what}{more}, not in the GSM alphabet of plain SMS; the whole message "
        f"becomes Unicode{cost}, write it in plain letters or register the template as Unicode",
        span=(own[0], end),
    )


def _places(campaign: Campaign, text: str) -> list[int]:
    """Return the places of what is not in the GSM alphabet. The names of @@columns are not sent."""
    masked = match.mask(text)
    return [
        masked.places[place]
        for place, char in enumerate(masked.text)
        if char != match.HOLE and not sms.is_gsm(char)
    ]


def is_meant(campaign: Campaign, text: str) -> bool:
    """Return whether the text is a Unicode one: by its template, or without one by its letters."""
    registered = campaign.registered
    if registered is not None:
        language = (registered.language or "en").lower()
        return (
            registered.encoding == "unicode"
            or not language.startswith("en")
            or not all(map(sms.is_gsm, registered.fixed))
        )
    return any(
        char.isalpha() and stand_in(char) is None and not unicodedata.name(char, "LATIN").startswith("LATIN")
        for char in text
        if not sms.is_gsm(char)
    )


def explained(campaign: Campaign, context: Context) -> list[tuple[int, int]]:
    """Return the places that another rule has named: as a difference, or as wrong in its slot."""
    silent = values.spoken_for(campaign, context.profile)
    comparison = campaign.comparison
    if comparison is not None and comparison.difference is not None:
        found = comparison.difference
        if found.kind is DifferenceKind.LOOKALIKE and found.alone:
            return [(0, len(campaign.template or ""))]
        silent += [(found.start, found.end), *((start, end) for start, end, _ in found.repairs)]
    return silent


def _cost(campaign: Campaign, signs: set[str]) -> str:
    sampled = samples.sampled(campaign).text
    plain = sampled
    for char in signs:
        plain = plain.replace(char, stand_in(char) or "")
    now, then = sms.parts(sampled).parts, sms.parts(plain)
    if now == then.parts or then.encoding is not sms.Encoding.GSM7:
        return ""
    return f" and {count(now, 'part')} instead of {then.parts}"


def _repair(campaign: Campaign, own: list[int], instead: str) -> Repair:
    pieces = tuple((place, place + 1, instead) for place in own)
    registered, text = campaign.registered, strays.edited(campaign.template or "", pieces)
    safe = registered is not None and match.fits(text, registered)
    return Repair(f"write {_plain(instead)}", pieces, safe)


def _plain(instead: str) -> str:
    return "a plain space" if instead == " " else instead
