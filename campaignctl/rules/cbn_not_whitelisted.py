"""The number in a call-back slot is not on the whitelist.

Why: since TRAI's direction of 18 Nov 2025 the value of a `cbn` slot must be one of the numbers that the sender has
whitelisted; the operators drop the message (DLT error 499).

Fails:

    # registered: Call Kettle at {#cbn#} any time
    variables: ["18007654321"]

    registry/links.yaml:
    numbers: ["18001234567"]

Passes:

    # registered: Call Kettle at {#cbn#} any time
    variables: ["18001234567"]

    registry/links.yaml:
    numbers: ["18001234567"]

Fix: whitelist the number on your DLT portal and add it to registry/links.yaml.
"""

from __future__ import annotations

from collections.abc import Iterator

from campaignctl.approved import SlotKind
from campaignctl.dlt import links, values
from campaignctl.findings import Hit, Severity
from campaignctl.model import Campaign, Context
from campaignctl.words import quoted

CODE = "CC606"
NAME = "cbn-not-whitelisted"
SEVERITY = Severity.ERROR


def check(campaign: Campaign, context: Context) -> Iterator[Hit]:
    """Yield each number of a call-back slot that the whitelist does not have."""
    whitelist = context.registry.links
    if not whitelist.stated:
        return
    for filling, value, note in values.known(campaign, SlotKind.CBN):
        if not links.is_number(value) or links.number(value) in map(links.number, whitelist.numbers):
            continue
        yield Hit(
            ("template",),
            f"number {quoted(value)}{note} is not among `numbers` in registry/links.yaml; the operators drop the "
            "message (DLT error 499), whitelist the number on your DLT portal and add it there, or write one that is there",
            span=(filling.start, filling.end),
        )
