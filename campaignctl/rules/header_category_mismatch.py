"""The header is of another kind than the template.

Why: six digits are the headers of promotional messages; a service or transactional template under them is
dropped (DLT errors 435, 683, 687). Promotional templates under letters are contested: since 2025 those that
were Service-Explicit keep their letters, other ones are dropped.

Fails:

    sender_id: "512345"
    sms_type: promotional
    template: "Your Kettle parcel is on its way"

    registry/templates.yaml:
    brands: [Kettle]
    templates:
      - id: "1107160086562376233"
        entity: "1101428740000012125"
        headers: ["512345"]
        category: service-implicit
        status: approved
        text: "Your Kettle parcel is on its way"

Passes:

    # registered: Your Kettle parcel is on its way
    sender_id: KETTLE
    template: "Your Kettle parcel is on its way"

Fix: compare category and headers of the template with your DLT portal, and take a header of its kind.
"""

from __future__ import annotations

from collections.abc import Iterator

from campaignctl.findings import Hit, Severity
from campaignctl.model import Campaign, Context
from campaignctl.rules.header_type_mismatch import mismatch
from campaignctl.words import quoted

CODE = "CC318"
NAME = "header-category-mismatch"
SEVERITY = Severity.ERROR

_BY_LETTERS = frozenset(("transactional", "service-implicit", "service-explicit"))


def check(campaign: Campaign, context: Context) -> Iterator[Hit]:
    """Yield a header that is linked to the template although it cannot be one of its category."""
    value, registered = campaign.sender_id, campaign.registered
    if value is None or registered is None or value not in registered.headers or mismatch(campaign):
        return
    category = registered.category
    place = campaign.blamed("sender_id", "dlt_template_id")
    if value.isdigit() and category in _BY_LETTERS:
        yield Hit(
            (place,),
            f"sender_id {quoted(value)} is a promotional header and the template is {category}, which the operators "
            "drop (DLT error 435); take a header of letters, or compare the template's category with your DLT portal",
        )
    elif value.isalpha() and category == "promotional":
        yield Hit(
            (place,),
            f"sender_id {quoted(value)} is a header of letters and the template is promotional, which some operators "
            "drop (DLT error 435); take a header of six digits if your DLT portal links one to the template",
            severity=Severity.WARNING,
        )
