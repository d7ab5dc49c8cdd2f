"""A placeholder is left in the text that would be sent.

Why: Exotel fills `@@columns` and nothing else. DLT's own `{#var#}`, another gateway's `##name##` or `#VAR1#`, a
program's `{{name}}` or `%s`, `@@` without a name, and a column with one `@` (so Exotel's own page spells it, before
it says `@@`) would reach your customers as they stand, if the operators let them through (DLT error 633).

Fails:

    template: "Hello from Kettle, your order {#var#} is packed"

Passes:

    template: "Hello from Kettle, your order 4711 is packed"

Fix: write the value, or in a dynamic campaign the `@@column` that holds it.
"""

from __future__ import annotations

from collections.abc import Iterator

from campaignctl.dlt import placeholders
from campaignctl.findings import Hit, Severity
from campaignctl.model import Campaign, Context
from campaignctl.words import quoted

CODE = "CC207"
NAME = "unfilled-placeholder"
SEVERITY = Severity.ERROR


def check(campaign: Campaign, context: Context) -> Iterator[Hit]:
    """Yield each different placeholder that Exotel would leave in the text as it stands.

    What looks like one and is registered as fixed text is the registry's matter.
    """
    text = campaign.template
    if not text:
        return
    said: set[str] = set()
    for found in placeholders.find(text):
        if found.group() in said or _is_fixed(campaign, *found.span()):
            continue
        said.add(found.group())
        yield Hit(
            ("template",),
            f"template holds {quoted(found.group())}, which Exotel does not fill; your customers would read it, "
            "or the operators drop it (DLT error 633), write the value, or an @@column",
            span=found.span(),
        )
    for found, header in placeholders.half_columns(text, campaign.audience):
        if found.group() in said or _is_fixed(campaign, *found.span()):
            continue
        said.add(found.group())
        yield Hit(
            ("template",),
            f"template holds {quoted(found.group())}, which Exotel does not fill although the list has this column; "
            f"your customers would read it, write @@{header}",
            span=found.span(),
        )


def _is_fixed(campaign: Campaign, start: int, end: int) -> bool:
    """Return whether a piece of a text that is as registered belongs to no slot."""
    fillings = campaign.comparison.fillings if campaign.comparison is not None else None
    return fillings is not None and not any(one.start < end and start < one.end for one in fillings)
