"""The domain of an e-mail slot is not on the whitelist.

Why: portals whitelist e-mail addresses by their domain, `@shop.example`; what stands in an `email` slot is looked up
there and dropped if it is missing (DLT error 498).

Fails:

    # registered: Write to Kettle at {#email#} any time
    variables: ["help@kettle.example"]

    registry/links.yaml:
    emails: ["tea.example"]

Passes:

    # registered: Write to Kettle at {#email#} any time
    variables: ["help@kettle.example"]

    registry/links.yaml:
    emails: ["kettle.example"]

Fix: whitelist the domain on your DLT portal and add it to registry/links.yaml.
"""

from __future__ import annotations

from collections.abc import Iterator

from campaignctl.approved import SlotKind
from campaignctl.dlt import links, values
from campaignctl.findings import Hit, Severity
from campaignctl.model import Campaign, Context
from campaignctl.words import quoted

CODE = "CC607"
NAME = "email-not-whitelisted"
SEVERITY = Severity.ERROR


def check(campaign: Campaign, context: Context) -> Iterator[Hit]:
    """Yield each address of an e-mail slot whose domain the whitelist does not have."""
    whitelist = context.registry.links
    if not whitelist.stated:
        return
    for filling, value, note in values.known(campaign, SlotKind.EMAIL):
        if not links.is_email(value) or links.domain(value) in map(links.domain, whitelist.emails):
            continue
        yield Hit(
            ("template",),
            f"domain {quoted(links.domain(value))}{note} is not among `emails` in registry/links.yaml; the operators "
            "drop the message (DLT error 498), whitelist the domain on your DLT portal and add it there, or write an address "
            "of one that is there",
            span=(filling.start, filling.end),
        )
