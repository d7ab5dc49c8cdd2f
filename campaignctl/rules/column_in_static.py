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

from campaignctl.findings import Pointer, Severity
from campaignctl.model import Campaign, Context
from campaignctl.words import shortened

CODE = "CC205"
NAME = "column-in-static"
SEVERITY = Severity.ERROR


def check(campaign: Campaign, context: Context) -> Iterator[tuple[Pointer, str]]:
    """Yield the template of a static campaign that names a column."""
    if campaign.content_type == "static" and campaign.columns:
        name = f"@@{shortened(campaign.columns[0])}"
        yield (
            ("template",),
            f"{name} in a static campaign is not filled in; make content_type dynamic, or write the text out",
        )
