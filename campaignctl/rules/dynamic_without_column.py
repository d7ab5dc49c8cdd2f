"""A dynamic campaign's text holds no `@@column`.

Why: `content_type: dynamic` says that each person reads words of their own, and Exotel fills nothing but `@@columns`
(Exotel: Create SMS campaign, `content_type`). Without one everybody reads the same, perhaps the name that somebody
has typed for a test.

Fails:

    content_type: dynamic
    template: "Hi Asha, Kettle has a new tea"

Passes:

    content_type: dynamic
    template: "Hi @@First_name, Kettle has a new tea"

Fix: write the columns of the list where they belong; or make `content_type` static, if all are to read the same.
"""

from __future__ import annotations

from collections.abc import Iterator

from campaignctl.dlt import placeholders
from campaignctl.findings import Hit, Severity
from campaignctl.model import Campaign, Context

CODE = "CC214"
NAME = "dynamic-without-column"
SEVERITY = Severity.WARNING


def check(campaign: Campaign, context: Context) -> Iterator[Hit]:
    """Yield the kind of a dynamic campaign whose text is the same for everybody."""
    if campaign.content_type != "dynamic" or not campaign.template or campaign.columns:
        return
    if len(campaign.lists or ()) != 1 or placeholders.unfilled(campaign):
        return  # lists-count or unfilled-placeholder says it
    yield Hit(
        ("content_type",),
        "content_type is dynamic, but the text has no @@column, so everybody reads the same; write the columns of the "
        "list into it, or make content_type static",
    )
