"""A link, an e-mail address or a telephone number stands in a slot that is not for one.

Why: since TRAI's direction of 18 Nov 2025 these belong in `url`, `email` and `cbn` slots, where the whitelist is
asked, or into the registered text; in `{#var#}` and alphanumeric slots the operators drop them (DLT error 431).

Fails:

    # registered: Your Kettle order is ready, see {#var#} for more
    # whitelisted: https://kettle.example/shop
    variables: ["https://kettle.example/shop"]

Passes:

    # registered: Your Kettle order is ready, see {#urg#} for more
    # whitelisted: https://kettle.example/shop
    variables: ["https://kettle.example/shop"]

Fix: register the text with the link in it, or with a slot of the right kind.
"""

from __future__ import annotations

from collections.abc import Iterator

from campaignctl.dlt import values
from campaignctl.findings import Hit, Severity
from campaignctl.model import Campaign, Context

CODE = "CC714"
NAME = "url-in-untyped-slot"
SEVERITY = Severity.ERROR

concern = values.concern


def check(campaign: Campaign, context: Context) -> Iterator[Hit]:
    """Return each link or number in a slot for words."""
    return values.hits(NAME, campaign, context.profile)
