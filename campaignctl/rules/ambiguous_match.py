"""The text fits a second registered template of the same header.

Why: some gateways do not pass the template id on; the platform then looks for a template of the header that
fits, and may take the other one, with its category and its hours (DLT error 636; Tanla and Datagen look up by
text).

Fails:

    # registered: Your Kettle order {#num#} is packed
    # registered: Your Kettle order {#alp#} is packed
    template: Your Kettle order 4711 is packed

Passes:

    # registered: Your Kettle order {#num#} is packed
    # registered: Your Kettle parcel {#alp#} is packed
    template: Your Kettle order 4711 is packed

Fix: register texts that differ in their fixed words, or have the template that you do not use withdrawn.
"""

from __future__ import annotations

from collections.abc import Iterator

from campaignctl.dlt import lookup, match, visible
from campaignctl.findings import Hit, Severity
from campaignctl.model import Campaign, Context

CODE = "CC704"
NAME = "ambiguous-match"
SEVERITY = Severity.WARNING


def check(campaign: Campaign, context: Context) -> Iterator[Hit]:
    """Yield a text that fits its own template and others of its header. Equal texts are the registry's matter."""
    comparison, own, text = campaign.comparison, campaign.registered, campaign.template
    if comparison is None or comparison.fillings is None or own is None or text is None:
        return
    others = [
        one
        for one in lookup.fitting(context.registry, text)
        if one is not own
        and campaign.sender_id in one.headers
        and one.entity == own.entity
        and one.text != own.text
        and match.fits_well(text, one, context.profile)
    ]
    if others:
        more = f" and {len(others) - 1} more" if len(others) > 1 else ""
        yield Hit(
            ("template",),
            f"the text also fits template {visible.titled(others[0])}{more} of the same header {campaign.sender_id}; a "
            "gateway that finds the template by the text may take the wrong one (DLT error 636), register a text with "
            "other words, or withdraw the template that you do not need",
        )
