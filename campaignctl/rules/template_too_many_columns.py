"""The text uses more than five different `@@columns`.

Why: Exotel fills at most five (Exotel: Create SMS campaign, `template`).

Fails:

    content_type: dynamic
    template: "@@First_name @@City @@Amount @@Due @@Order @@Shop of Kettle"

Passes:

    content_type: dynamic
    template: "@@First_name, @@Amount is due on order @@Order of Kettle"

Fix: write the least important ones out, and register the new text on your DLT portal.
"""

from __future__ import annotations

from collections.abc import Iterator

from campaignctl.findings import Hit, Severity
from campaignctl.model import Campaign, Context
from campaignctl.sms import COLUMN
from campaignctl.words import shortened

CODE = "CC204"
NAME = "template-too-many-columns"
SEVERITY = Severity.ERROR

#: Distinct columns in one text (Exotel: Create SMS campaign, `template`).
LIMIT = 5


def check(campaign: Campaign, context: Context) -> Iterator[Hit]:
    """Yield the template if it has too many distinct columns."""
    if len(campaign.columns) > LIMIT:
        names = shortened(", ".join(f"@@{column}" for column in campaign.columns), 120)
        excess = campaign.columns[LIMIT]
        found = next(one for one in COLUMN.finditer(campaign.template or "") if one.group(1) == excess)
        yield Hit(
            ("template",),
            f"template uses {len(campaign.columns)} columns ({names}); Exotel fills at most {LIMIT}, write the others out",
            span=found.span(),
        )
