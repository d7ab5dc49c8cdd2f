"""The name holds what looks like a token of campaignctl.

Why: campaignctl ends each name at Exotel with a token, and finds a campaign again by it. A name copied from
Exotel's dashboard, token and all, would be taken for the other campaign's double, and stop both.

Fails:

    name: Diwali offer ccn4hq2tbxw7

Passes:

    name: Diwali offer

Fix: take the token out of the name; campaignctl adds the campaign's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from campaignctl.findings import Hit, Severity
from campaignctl.model import Campaign, Context
from campaignctl.words import quoted

CODE = "CC107"
NAME = "name-holds-token"
SEVERITY = Severity.ERROR

#: A token as a word of its own: `cc` and ten of base32 (design, §1).
_TOKEN = re.compile(r"(?<![^\W_])cc[a-z2-7]{10}(?![^\W_])")


def check(campaign: Campaign, context: Context) -> Iterator[Hit]:
    """Yield the first token that stands in the name."""
    found = _TOKEN.search(campaign.name) if campaign.name is not None else None
    if found is not None:
        yield Hit(
            ("name",),
            f"name holds {quoted(found.group())}, which looks like the token of a campaign at Exotel, and would be taken "
            "for it; leave it out, campaignctl adds the campaign's own",
            span=found.span(),
        )
