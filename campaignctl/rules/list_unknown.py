"""A list is neither an alias of registry/lists.yaml nor a list SID.

Why: Exotel knows lists only by their SID: 32 hexadecimal digits
(Exotel: Create SMS campaign, `lists`).

Fails:

    lists: [festival-nort]

Passes:

    lists: [festival-north]

Fix: take the spelling that the finding suggests, or add the list to registry/lists.yaml.
"""

from __future__ import annotations

from collections.abc import Iterator

from campaignctl.findings import Hit, Repair, Severity
from campaignctl.model import Campaign, Context
from campaignctl.words import did_you_mean, quoted

CODE = "CC402"
NAME = "list-unknown"
SEVERITY = Severity.ERROR
GUESSES = True


def check(campaign: Campaign, context: Context) -> Iterator[Hit]:
    """Yield each item of `lists` that cannot be resolved to a SID."""
    if None not in campaign.audience or not context.registry.complete:
        return
    for index, (name, found) in enumerate(zip(campaign.lists or (), campaign.audience, strict=True)):
        if found is None:
            close = did_you_mean(name, context.registry.lists)
            where = "is not in registry/lists.yaml"
            advice = "add it there, or give the list's SID of 32 hex digits"
            if close:
                advice = f"did you mean {quoted(close)}?"
            elif not context.registry.lists:
                where = "is not known, for registry/lists.yaml is missing or has no list"
                advice = "`campaignctl lists pull` writes it, or give the list's SID of 32 hex digits"
            yield Hit(
                ("lists", index),
                f"list {quoted(name)} {where}; {advice}",
                repair=Repair(f"write {close}", ((0, len(name), close),), safe=False) if close else None,
            )
