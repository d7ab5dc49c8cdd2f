"""The header stands nowhere in registry/templates.yaml.

Why: the operators look a header up to the letter and drop the message when it is not registered for your
entity (DLT error 620).

Fails:

    # registered: Your Kettle parcel is on its way
    sender_id: KETLLE
    template: "Your Kettle parcel is on its way"

Passes:

    # registered: Your Kettle parcel is on its way
    sender_id: KETTLE
    template: "Your Kettle parcel is on its way"

Fix: take a header of the template, or add the header to the registry once it is approved on your DLT portal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from campaignctl.findings import Hit, Repair, Severity
from campaignctl.model import Campaign, Context
from campaignctl.rules.header_format import is_header
from campaignctl.rules.header_type_mismatch import mismatch
from campaignctl.words import did_you_mean, quoted

CODE = "CC315"
NAME = "header-unknown"
SEVERITY = Severity.ERROR
GUESSES = True


def check(campaign: Campaign, context: Context) -> Iterator[Hit]:
    """Yield a sound header that the registry does not have in any case of its letters."""
    found = look_up(campaign, context)
    if found is None or found.rule != NAME:
        return
    value = campaign.sender_id or ""
    # What stands in `defaults` is wrong for all templates alike, and said once.
    own = campaign.registered if "sender_id" not in campaign.inherited else None
    linked = own.headers if own is not None else ()
    close = linked[0] if len(linked) == 1 else did_you_mean(value, linked or context.registry.known_headers)
    advice = "copy a header from your DLT portal"
    if linked:
        advice = f"this template goes out under {' or '.join(quoted(one) for one in linked[:3])}"
    elif close:
        advice = f"did you mean {quoted(close)}?"
    yield Hit(
        ("sender_id",),
        f"sender_id {quoted(value)} is not in registry/templates.yaml, and the operators drop what is not "
        f"registered (DLT error 620); {advice}",
        repair=Repair(f"write {close}", ((0, len(value), close),), safe=False) if close else None,
    )


class Found(NamedTuple):
    """The rule that speaks of a header, and the header in the letters that are registered."""

    rule: str
    meant: str = ""
    certain: bool = True


def look_up(campaign: Campaign, context: Context) -> Found | None:
    """Return what is wrong with a header by the registry; None for nothing, or where another rule has spoken."""
    value, registry, registered = campaign.sender_id, context.registry, campaign.registered
    if value is None or not registry.knows_templates:
        return None
    linked = registered.headers if registered is not None else ()
    if value in linked or not is_header(value) or mismatch(campaign):
        return None
    near = in_other_letters(value, linked)
    if not near and value in registry.known_headers:
        return Found("header-not-linked") if registered is not None else None
    near = near or in_other_letters(value, registry.known_headers)
    return (
        Found("header-case", near[0], certain=len(near) == 1 and value not in registry.known_headers)
        if near
        else Found(NAME)
    )


def in_other_letters(value: str, headers: Iterable[str]) -> list[str]:
    """Return the headers that differ from this one by the case of their letters at most."""
    folded = value.upper()
    return sorted(one for one in headers if one.upper() == folded)
