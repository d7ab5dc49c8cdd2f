"""A link of a whitelisted short domain does not hold the header.

Why: a short link is recognised by its domain and the header in its path (`ktl.example/KETTLE/a1b2`, TRAI's
guidance of 18 June 2024); without it the operators drop the message as not whitelisted (DLT error 642).

Fails:

    template: "The Kettle shop is open, see https://ktl.example/a1b2 today"

    registry/links.yaml:
    urls:
      - { url: "https://ktl.example/KETTLE", kind: short }

Passes:

    template: "The Kettle shop is open, see https://ktl.example/KETTLE/a1b2 today"

    registry/links.yaml:
    urls:
      - { url: "https://ktl.example/KETTLE", kind: short }

Fix: make your short links with the header after the domain, exactly as in `sender_id`.
"""

from __future__ import annotations

from collections.abc import Iterator

from campaignctl.dlt import cta
from campaignctl.findings import Hit, Severity
from campaignctl.model import Campaign, Context

CODE = "CC605"
NAME = "short-url-without-header"
SEVERITY = Severity.ERROR

concern = cta.concern


def check(campaign: Campaign, context: Context) -> Iterator[Hit]:
    """Return each short link without the header in its path."""
    return cta.hits(NAME, campaign, context.registry.links)
