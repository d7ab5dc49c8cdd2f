"""The text is not the one registered under its template id.

Why: the operators hold every message against its registered template, character by character, and drop what
differs (DLT error 633). AWS, Kaleyra and Exotel name a capital letter, a second space, a comma and a line
break as reasons; where a gateway passes over some of these, set `profile:` in campaignctl.yaml.

Fails:

    # registered: Your Kettle order {#num#} is packed
    template: Your Kettle order 4711 was packed

Passes:

    # registered: Your Kettle order {#num#} is packed
    template: Your Kettle order 4711 is packed

Fix: write the text as registered. Other words need a template of their own on your DLT portal.
"""

from __future__ import annotations

from collections.abc import Iterator

from campaignctl.approved import Difference, DifferenceKind
from campaignctl.dlt import match, strays, visible
from campaignctl.findings import Hit, Repair, Severity
from campaignctl.model import Campaign, Context

CODE = "CC701"
NAME = "body-mismatch"
SEVERITY = Severity.ERROR

_IN = {
    DifferenceKind.CASE: "in capital letters",
    DifferenceKind.WHITESPACE: "in spaces",
    DifferenceKind.NEWLINE: "in line breaks",
    DifferenceKind.PUNCTUATION: "in punctuation",
    DifferenceKind.LOOKALIKE: "in look-alike characters",
    DifferenceKind.MISSING: "by missing text",
    DifferenceKind.EXTRA: "by extra text",
    DifferenceKind.OTHER: "in words",
}


def check(campaign: Campaign, context: Context) -> Iterator[Hit]:
    """Yield the first place where the text leaves its registered one."""
    stray = strays.of(campaign, context.registry)
    if stray is None or stray.looks_alike or stray.other is not None:
        return
    found = stray.difference
    text, registered = campaign.template or "", stray.registered
    more = len(found.repairs) - 1
    places = f", and at {more} more place{'s' if more > 1 else ''}" if more > 0 else ""
    yield Hit(
        ("template",),
        f"template differs {_IN[found.kind]} from what is registered as {visible.titled(registered)}: it "
        f"{_what(text, found)}{places}; the operators drop it (DLT error 633), {_advice(text, found)}",
        span=(found.start, found.end),
        repair=repair(text, found, stray),
    )


def repair(text: str, found: Difference, stray: strays.Stray) -> Repair | None:
    """Return the edits that make the text as registered, None where that is not certain."""
    mended = strays.edited(text, found.repairs)
    if not found.repairs or not match.fits(mended, stray.registered):
        return None
    return Repair("write it as registered", found.repairs)


def _what(text: str, found: Difference) -> str:
    here, registered = strays.shown(text, found)
    if not here:
        return f"lacks {visible.visible(registered)}{_where(text, found)}"
    if not registered:
        return f"has {visible.visible(here)}{_where(text, found)}, where nothing is registered"
    return f"has {visible.visible(here)}{_where(text, found)} in place of {visible.visible(registered)}"


def _where(text: str, found: Difference) -> str:
    if found.end == len(text) and (not found.here or not found.registered):
        return " at the end"
    start = found.start
    while start and not text[start - 1].isspace() and text[start - 1 : start + 1].isalnum():
        start -= 1
    return visible.after(text, start)


def _advice(text: str, found: Difference) -> str:
    _, registered = strays.shown(text, found)
    if "@@" in found.here:
        return "an @@column may only stand where a slot is registered"
    if not registered:
        return "take it out"
    if not found.here:
        return "write it there"
    return f"write {visible.visible(registered)}"
