"""The same list stands twice in one campaign.

Why: Exotel does not say that it leaves out repeated numbers, so everybody on the list could get the
message twice. Two aliases of one SID count as well.

Fails:

    lists: [festival-north, festival-north]

Passes:

    lists: [festival-north, festival-south]

Fix: delete one of the two.
"""

from __future__ import annotations

from collections.abc import Iterator

from campaignctl.findings import Pointer, Severity
from campaignctl.model import Campaign, Context
from campaignctl.words import quoted

CODE = "CC403"
NAME = "list-repeated"
SEVERITY = Severity.ERROR


def check(campaign: Campaign, context: Context) -> Iterator[tuple[Pointer, str]]:
    """Yield each item of `lists` whose SID stands before it already."""
    if len(campaign.audience) < 2:
        return
    seen: dict[str, str] = {}
    for index, (name, found) in enumerate(zip(campaign.lists or (), campaign.audience, strict=True)):
        if found is None:
            continue
        if found.sid in seen:
            first = seen[found.sid]
            same = "stands here twice" if first == name else f"is the same list as {quoted(first)}"
            yield (
                ("lists", index),
                f"list {quoted(name)} {same}; everybody on it could be texted twice, delete one",
            )
        seen.setdefault(found.sid, name)
