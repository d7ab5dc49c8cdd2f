"""A link in the text is not on the whitelist.

Why: since 1 October 2024 the operators drop every message with a link that the sender has not whitelisted (TRAI,
20 August 2024; DLT errors 642, 700, 701), in the registered words as in a slot. A static entry is the whole link,
a dynamic one ends in `?` and covers what follows, a short one is a domain and your header. A {#url#} slot takes
these, a {#urlott#} slot entries of the kinds apk and ott (Annexure-I of 18 November 2025).

Fails:

    # whitelisted: https://kettle.example/shop
    template: "The Kettle shop is open at https://kettle.example/cafe today"

Passes:

    # whitelisted: https://kettle.example/shop
    template: "The Kettle shop is open at https://kettle.example/shop today"

Fix: whitelist the link on your DLT portal and add it to registry/links.yaml, or write one that is there.
"""

from __future__ import annotations

from collections.abc import Iterator

from campaignctl.dlt import cta
from campaignctl.findings import Hit, Severity
from campaignctl.model import Campaign, Context

CODE = "CC602"
NAME = "url-not-whitelisted"
SEVERITY = Severity.ERROR

concern = cta.concern


def check(campaign: Campaign, context: Context) -> Iterator[Hit]:
    """Return each link that no entry of the whitelist covers."""
    return cta.hits(NAME, campaign, context.registry.links)
