"""A link of a public shortener stands in the text.

Why: `bit.ly`, `tinyurl.com` and their like belong to everybody, so no sender can whitelist them, and the
operators drop the message (DLT error 642). Gateways that shorten links by themselves cause it too. With your
header in the path one vendor shows it passing, so that is a warning.

Fails:

    template: "The Kettle shop is open, see https://bit.ly/3xKettle today"

Passes:

    template: "The Kettle shop is open, see https://kettle.example/shop today"

Fix: write the whole link, or a short domain of your own with your header in the path; switch off the gateway's
own shortening.
"""

from __future__ import annotations

from collections.abc import Iterator

from campaignctl.dlt import cta
from campaignctl.findings import Hit, Severity
from campaignctl.model import Campaign, Context

CODE = "CC604"
NAME = "url-public-shortener"
SEVERITY = Severity.ERROR

concern = cta.concern


def check(campaign: Campaign, context: Context) -> Iterator[Hit]:
    """Return each link of a shortener that everybody may use."""
    return cta.hits(NAME, campaign, context.registry.links)
