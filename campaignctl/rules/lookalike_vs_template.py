"""The text differs from the registered one in characters that look the same.

Why: word processors and chat programs replace quotes, dashes and spaces unasked, and letters of other
alphabets slip in by copying. To the operators they are other characters, and they drop the message (DLT error
633; AWS names curly quotes); most of them turn it into Unicode as well, at more than twice the parts.

Fails:

    # registered: Kettle's order {#num#} is packed
    template: "Kettle\\u2019s order 4711 is packed"

Passes:

    # registered: Kettle's order {#num#} is packed
    template: "Kettle's order 4711 is packed"

Fix: type the character on the keyboard, or let `lint --fix` put in the registered one.
"""

from __future__ import annotations

from collections.abc import Iterator

from campaignctl.dlt import strays, visible
from campaignctl.dlt.lookalikes import named
from campaignctl.findings import Hit, Severity
from campaignctl.model import Campaign, Context
from campaignctl.rules import body_mismatch

CODE = "CC702"
NAME = "lookalike-vs-template"
SEVERITY = Severity.ERROR
FIXABLE = GUESSES = True


def check(campaign: Campaign, context: Context) -> Iterator[Hit]:
    """Yield the first look-alike of a text that is as registered but for look-alikes."""
    stray = strays.of(campaign, context.registry)
    if stray is None or not stray.looks_alike:
        return
    found, text = stray.difference, campaign.template or ""
    more = len(found.repairs) - 1
    places = f" (and {more} more)" if more > 0 else ""
    yield Hit(
        ("template",),
        f"the text has {_named(found.here)}{visible.after(text, found.start)}{places} where template "
        f"{visible.titled(stray.registered)} has {_named(found.registered)}; they look alike, but the operators "
        "drop the message (DLT error 633), type the registered character on the keyboard",
        span=(found.start, found.end),
        repair=body_mismatch.repair(text, found, stray),
    )


def _named(text: str) -> str:
    return " and ".join(named(char) for char in text[:3]) if text else "nothing"
