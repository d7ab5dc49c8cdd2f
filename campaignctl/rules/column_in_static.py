"""A static campaign's text holds an `@@column`.

Why: a static campaign sends one text to everybody; Exotel fills columns in dynamic campaigns only, and
the raw marker would reach your customers (Exotel: Create SMS campaign, `content_type`).

Fails:

    content_type: static
    template: "Hi @@First_name, Kettle has a new tea"

Passes:

    content_type: dynamic
    template: "Hi @@First_name, Kettle has a new tea"

Fix: make the campaign dynamic, or write the text out.
"""

from __future__ import annotations

from collections.abc import Iterator

from campaignctl.findings import Hit, Severity
from campaignctl.model import Campaign, Context
from campaignctl.words import shortened

CODE = "CC205"
NAME = "column-in-static"
SEVERITY = Severity.ERROR


def check(campaign: Campaign, context: Context) -> Iterator[Hit]:
    """Yield the template of a static campaign that names a column."""
    if campaign.content_type == "static" and campaign.columns:
        name = f"@@{campaign.columns[0]}"
        start = (campaign.template or "").find(name)
        yield Hit(
            ("template",),
            f"{shortened(name)} is not filled in in a static campaign, and people would read it as it stands; make content_type dynamic, or "
            "write the value",
            span=(start, start + len(name)),
        )
