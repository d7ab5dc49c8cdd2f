"""Two campaigns have the same id.

Why: the id is a campaign's identity for ever. Of two campaigns with one id only one would ever be
sent, and nobody could say which.

Fails:

    id: the-example
    ---
    id: the-example
    template: "Another text of Kettle"

Passes:

    id: the-example

Fix: give the newer campaign an id of its own. Never change the id of one that was sent. Delete a mere copy: under
another id it would text the same people the same again.
"""

from __future__ import annotations

from campaignctl.findings import Severity
from campaignctl.model import Campaign

CODE = "CC105"
NAME = "duplicate-id"
SEVERITY = Severity.ERROR


def message(campaign: Campaign, first: Campaign) -> str:
    """Return the sentence about a campaign with the id of another one that stands before it."""
    where = f"{first.source.path}:{first.source.locate(('id',)).line}"
    if campaign.template == first.template and _people(campaign) == _people(first):
        return (
            f"id '{campaign.id}' is already used at {where}, with the same text for the same lists; delete this copy, or "
            "change its text or lists and its id"
        )
    return f"id '{campaign.id}' is already used at {where}; give the newer campaign another id"


def _people(campaign: Campaign) -> list[str]:
    named = zip(campaign.lists or (), campaign.audience, strict=False)
    return sorted(name if one is None else one.sid for name, one in named)
