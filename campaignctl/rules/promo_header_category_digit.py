"""The first digit of a promotional header does not stand for the template's business.

Why: the portals give headers by business: 1 banking, 2 real estate, 3 education, 4 health, 5 consumer goods,
6 communication, 7 tourism, 8 food, 0 others. Another digit is a header typed wrongly, or one of somebody
else (header registration of Exotel and Tata).

Fails:

    sender_id: "912345"
    sms_type: promotional
    template: "Kettle tea at half price. To opt out reply STOP"

    registry/templates.yaml:
    brands: [Kettle]
    templates:
      - id: "1107160086562376233"
        entity: "1101428740000012125"
        headers: ["912345"]
        category: promotional
        status: approved
        text: "Kettle tea at half price. To opt out reply STOP"

Passes:

    # registered: Kettle tea at half price. To opt out reply STOP
    sender_id: "512345"
    sms_type: promotional
    template: "Kettle tea at half price. To opt out reply STOP"

Fix: compare the header and the template's `business` with your DLT portal.
"""

from __future__ import annotations

from collections.abc import Iterator

from campaignctl.findings import Hit, Severity
from campaignctl.model import Campaign, Context
from campaignctl.registry import BUSINESSES
from campaignctl.rules.header_format import is_header
from campaignctl.rules.header_type_mismatch import mismatch
from campaignctl.rules.header_unknown import look_up
from campaignctl.words import quoted

CODE = "CC319"
NAME = "promo-header-category-digit"
SEVERITY = Severity.WARNING


def check(campaign: Campaign, context: Context) -> Iterator[Hit]:
    """Yield the first digit of a header if it stands for nothing, or for another business."""
    value, registered = campaign.sender_id, campaign.registered
    if value is None or not value.isdigit() or not is_header(value):
        return
    if mismatch(campaign) or look_up(campaign, context):
        return
    place = campaign.blamed("sender_id", "dlt_template_id")
    digit, business = int(value[0]), registered.business if registered is not None else None
    if digit >= len(BUSINESSES):
        what = f"begins with {digit}, which stands for no business"
    elif business is not None and digit != business:
        what = f"begins with {digit} for {BUSINESSES[digit]}, and the template is for {BUSINESSES[business]}"
    else:
        return
    yield Hit(
        (place,),
        f"sender_id {quoted(value)} {what}; it may be mistyped, and the operators drop what is not registered (DLT "
        "error 620), compare it with your DLT portal",
        span=(0, 1) if place == "sender_id" else None,
    )
