"""The header is registered, but not for this template.

Why: on the DLT portal each template is linked to the headers that may send it; under another one the
operators drop the message (DLT errors 634, 430).

Fails:

    sender_id: KETTLX
    template: "Your Kettle parcel is on its way"

    registry/templates.yaml:
    brands: [Kettle]
    headers:
      KETTLX: {}
    templates:
      - id: "1107160086562376233"
        entity: "1101428740000012125"
        headers: [KETTLE]
        category: service-implicit
        status: approved
        text: "Your Kettle parcel is on its way"

Passes:

    # registered: Your Kettle parcel is on its way
    sender_id: KETTLE
    template: "Your Kettle parcel is on its way"

Fix: take a header of the template, or link this one to it on your DLT portal and add it to `headers`.
"""

from __future__ import annotations

from collections.abc import Iterator

from campaignctl.findings import Hit, Repair, Severity
from campaignctl.model import Campaign, Context
from campaignctl.rules.header_unknown import look_up
from campaignctl.words import quoted

CODE = "CC317"
NAME = "header-not-linked"
SEVERITY = Severity.ERROR
GUESSES = True


def check(campaign: Campaign, context: Context) -> Iterator[Hit]:
    """Yield a known header that the registered template does not name."""
    found = look_up(campaign, context)
    registered = campaign.registered
    if found is None or found.rule != NAME or registered is None:
        return
    value, linked = campaign.sender_id or "", registered.headers
    place = campaign.blamed("sender_id", "dlt_template_id")
    only = linked[0] if len(linked) == 1 and place == "sender_id" else None
    yield Hit(
        (place,),
        f"sender_id {quoted(value)} is not linked to template {quoted(registered.name or registered.id)}, and the "
        f"operators drop the message (DLT error 634); write {' or '.join(quoted(one) for one in linked[:3])}, or "
        "link the header on your DLT portal",
        repair=Repair(f"write {only}", ((0, len(value), only),), safe=False) if only else None,
    )
