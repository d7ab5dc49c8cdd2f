"""A link stands across the border of two parts of a message.

Why: phones that show the parts one by one, and gateways that lose one, break the link in two; what is tapped then
leads nowhere (google/exposure-notifications-verification-server, issue 1730). A part ends after 153 septets, or 67
Unicode units.

Fails:

    template: "Hello from Kettle, the new tea is here: picked in March, in the gardens of the Nilgiri hills, and packed by hand for you in our own shop at https://kettle.example/shop today, as ever"

Passes:

    template: "Hello from Kettle, see https://kettle.example/shop as the new tea is here: picked in March, in the gardens of the Nilgiri hills, and packed by hand for you in our own shop, as ever"

Fix: shorten the text to one part, or register one with the link nearer to its beginning.
"""

from __future__ import annotations

from collections.abc import Iterator

from campaignctl import sms
from campaignctl.dlt import links, samples, values
from campaignctl.findings import Hit, Severity
from campaignctl.model import Campaign, Context
from campaignctl.rules.unicode_switch import is_meant
from campaignctl.words import quoted

CODE = "CC211"
NAME = "multipart-boundary-link"
SEVERITY = Severity.WARNING


def check(campaign: Campaign, context: Context) -> Iterator[Hit]:
    """Yield each link that a border of parts divides, as far as all before it is known."""
    text = campaign.template
    if not text or len(text) <= _SHORTEST or not samples.may_hold_link(campaign):
        return
    sampled = samples.sampled(campaign)
    borders = [place for place in sms.boundaries(sampled.text) if place < sampled.known]
    if not borders or _will_change(campaign, text, context):
        return
    row = f", with the sample row of list {quoted(sampled.row)}," if sampled.row else ""
    for one in links.urls(sampled.text[: sampled.known]):
        cut = next((place for place in borders if one.start < place < one.end), None)
        if cut is not None:
            head = sampled.text[one.start : cut]
            yield Hit(
                ("template",),
                f"{quoted(one.text)} is cut{row} after {quoted(head)}, where part {borders.index(cut) + 1} of the message "
                "ends; a phone that shows the parts one by one breaks the link, put it nearer to the beginning",
                span=sampled.span(one.start, one.end),
            )


def _will_change(campaign: Campaign, text: str, context: Context) -> bool:
    """Return whether another rule wants the text changed in what decides where its parts end."""
    comparison = campaign.comparison
    return (
        (comparison is not None and comparison.difference is not None)
        or any(values.hits("slot-too-long", campaign, context.profile))
        or not (sms.is_gsm(text) or is_meant(campaign, text))
    )


#: Characters that fit into one part of any encoding.
_SHORTEST = 35
