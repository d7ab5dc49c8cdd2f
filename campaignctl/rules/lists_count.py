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
    most = 1 if campaign.content_type == "dynamic" else 5
    if not number:
        known = next(iter(context.registry.lists), "festival-north")
        several = "exactly 1 list" if most == 1 else "1 to 5 lists in square brackets"
        yield ("lists",), f"lists is empty and must be {several}; name one, as [{known}]"
        return
    if number > most:
        named = zip(campaign.lists, campaign.audience, strict=True)
        if len({name if one is None else one.sid for name, one in named}) <= most:
            return  # list-repeated says it: once each they are not too many
        yield ("lists",), f"lists holds {number} and {HELP_DYNAMIC if most == 1 else HELP_STATIC}"
