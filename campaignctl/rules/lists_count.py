"""A static campaign takes one to five lists, a dynamic one exactly one.

Why: Exotel refuses more (Exotel: Create SMS campaign, `lists`).

Fails:

    content_type: dynamic
    lists: [festival-north, festival-south]

Passes:

    content_type: static
    lists: [festival-north, festival-south]

Fix: write one campaign for each list, each with an id of its own.
"""

from __future__ import annotations

from collections.abc import Iterator

from campaignctl.findings import Pointer, Severity
from campaignctl.model import Campaign, Context

CODE = "CC401"
NAME = "lists-count"
SEVERITY = Severity.ERROR

#: The sentences of the schema's `errorMessage`, so that editors and the command line agree.
HELP_STATIC = (
    "must be 1 to 5 lists in square brackets; name one, or split a larger audience over several campaigns"
)
HELP_DYNAMIC = "must be exactly 1 list in a dynamic campaign; write one campaign for each list"


def check(campaign: Campaign, context: Context) -> Iterator[tuple[Pointer, str]]:
    """Yield the key `lists` if it holds too many or none."""
    if campaign.lists is None:
        return
    number = len(campaign.lists)
    if campaign.content_type == "dynamic" and number != 1:
        yield ("lists",), f"lists holds {number} and {HELP_DYNAMIC}"
    elif not 1 <= number <= 5:
        yield ("lists",), f"lists holds {number} and {HELP_STATIC}"
