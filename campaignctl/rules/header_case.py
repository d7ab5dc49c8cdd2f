"""The header is registered in other letters: capitals and small letters count.

Why: the operators compare headers to the letter and drop the message (DLT error 620: header not found, it is
case sensitive).

Fails:

    # registered: Your Kettle parcel is on its way
    sender_id: Kettle
    template: "Your Kettle parcel is on its way"

Passes:

    # registered: Your Kettle parcel is on its way
    sender_id: KETTLE
    template: "Your Kettle parcel is on its way"

Fix: write the header as your DLT portal shows it.
"""

from __future__ import annotations

from collections.abc import Iterator

from campaignctl.findings import Hit, Repair, Severity
from campaignctl.model import Campaign, Context
from campaignctl.rules.header_unknown import look_up
from campaignctl.words import quoted

CODE = "CC316"
NAME = "header-case"
SEVERITY = Severity.ERROR
FIXABLE = GUESSES = True


def check(campaign: Campaign, context: Context) -> Iterator[Hit]:
    """Yield a header that differs from a registered one by the case of its letters alone."""
    found = look_up(campaign, context)
    if found is None or found.rule != NAME:
        return
    value, right = campaign.sender_id or "", found.meant
    wrong = [place for place, (one, other) in enumerate(zip(value, right, strict=True)) if one != other]
    yield Hit(
        ("sender_id",),
        f"sender_id {quoted(value)} is registered as {quoted(right)}, and the operators compare letter by letter "
        f"(DLT error 620); write {right}",
        span=(wrong[0], wrong[-1] + 1),
        repair=Repair(f"write {right}", ((0, len(value), right),), safe=found.certain),
    )
