"""Two aliases of registry/lists.yaml have one SID.

Why: the SID alone decides who gets a campaign. A plan would name one alias with its count of people, and Exotel would
send to the list of the other: a test that reaches every customer.

Fails:

    registry/lists.yaml:
    lists:
      festival-north: { sid: "9120d5962d214316b7721de55bb82e03", contacts: 1200 }
      staff: { sid: "9120d5962d214316b7721de55bb82e03", contacts: 3 }

Passes:

    registry/lists.yaml:
    lists:
      festival-north: { sid: "9120d5962d214316b7721de55bb82e03", contacts: 1200 }
      staff: { sid: "68f443cd3e764ad1ae7d82ad27f0af72", contacts: 3 }

Fix: copy each list's SID from Exotel again. If both mean the same list, keep one alias and use it in all campaigns: what
was sent is known by the SID, so nothing is sent again.
"""

from __future__ import annotations

from collections.abc import Iterator

from campaignctl.findings import Hit, Severity
from campaignctl.model import Context
from campaignctl.words import quoted

CODE = "CC405"
NAME = "sid-repeated"
SEVERITY = Severity.ERROR


def check_registry(context: Context) -> Iterator[Hit]:
    """Yield the SID of each alias that another alias has before it."""
    first: dict[str, str] = {}
    for one in context.registry.lists.values():
        alias = one.alias or ""
        other = first.setdefault(one.sid, alias)
        if other != alias:
            message = (
                f"list {quoted(alias)} has the SID of list {quoted(other)}, so a campaign to one goes to the people of the "
                "other; copy its own SID from Exotel, or keep one of the two"
            )
            yield Hit(("lists", alias, "sid"), message, file="lists")
