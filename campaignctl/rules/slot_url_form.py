"""The value of a link slot is not a whole web address.

Why: what stands in a `url` or `urlott` slot is looked up in the whitelist, where every address begins with
`http://`, `https://` or `www.`; a bare domain is not found and the message dropped (DLT error 431; MSG91).

Fails:

    # registered: Follow your Kettle parcel at {#urg#} any time
    # whitelisted: https://kettle.example/track?
    variables: ["kettle.example/track?o=4711"]

Passes:

    # registered: Follow your Kettle parcel at {#urg#} any time
    # whitelisted: https://kettle.example/track?
    variables: ["https://kettle.example/track?o=4711"]

Fix: write the address as it is whitelisted, and nothing else in the slot.
"""

from __future__ import annotations

from collections.abc import Iterator

from campaignctl.dlt import values
from campaignctl.findings import Hit, Severity
from campaignctl.model import Campaign, Context

CODE = "CC710"
NAME = "slot-url-form"
SEVERITY = Severity.ERROR

concern = values.concern


def check(campaign: Campaign, context: Context) -> Iterator[Hit]:
    """Return each link slot without a whole address."""
    return values.hits(NAME, campaign, context.profile)
