"""A slot of the registered text is left blank.

Why: the operators want a value in each slot and drop a message without one (DLT errors 431 and 633). A column that
is empty for some people loses the message for just these, and nobody notices.

Fails:

    # registered: Your Kettle order {#num#} is packed
    variables: [" "]

Passes:

    # registered: Your Kettle order {#num#} is packed
    variables: ["4711"]

Fix: write the value. For rows without one give the list a stand-in such as `Customer`.
"""

from __future__ import annotations

from collections.abc import Iterator

from campaignctl.dlt import values
from campaignctl.findings import Hit, Severity
from campaignctl.model import Campaign, Context

CODE = "CC706"
NAME = "slot-empty"
SEVERITY = Severity.ERROR

concern = values.concern


def check(campaign: Campaign, context: Context) -> Iterator[Hit]:
    """Return each slot without a value."""
    return values.hits(NAME, campaign, context.profile)
