"""The template is registered, but not approved or no longer active.

Why: the operators send approved templates only: an inactive one is dropped with DLT error 631, a blacklisted
one with 632, and one that is pending or was rejected is not known to them at all (630).

Fails:

    template: "Your Kettle parcel is on its way"

    registry/templates.yaml:
    templates:
      - id: "1107160086562376233"
        entity: "1101428740000012125"
        headers: [KETTLE]
        category: service-implicit
        status: pending
        text: "Your Kettle parcel is on its way"

Passes:

    # registered: Your Kettle parcel is on its way
    template: "Your Kettle parcel is on its way"

Fix: wait for the approval, or take a template that is approved; update `status` in registry/templates.yaml
when it changes on your DLT portal.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from campaignctl.findings import Hit, Severity
from campaignctl.model import Campaign, Context
from campaignctl.rules.template_unknown import meant
from campaignctl.words import quoted

CODE = "CC312"
NAME = "template-not-active"
SEVERITY = Severity.ERROR
GUESSES = True

#: By status: the DLT error, and what to do.
_STATUS: Mapping[str, tuple[int, str]] = {
    "pending": (630, "wait for the approval, then update its status there"),
    "rejected": (630, "register the text again, and take the new id"),
    "inactive": (631, "activate it on your DLT portal, then update its status there"),
    "blacklisted": (632, "register another text, and take its id"),
}


def check(campaign: Campaign, context: Context) -> Iterator[Hit]:
    """Yield the id of a template that cannot be sent."""
    registered = campaign.registered
    if registered is None or registered.is_approved:
        return
    error, advice = _STATUS.get(registered.status, (630, "take one that is approved"))
    other, repair = meant(campaign, context)
    yield Hit(
        ("dlt_template_id",),
        f"template {quoted(registered.name or registered.id)} is marked {registered.status} in "
        f"registry/templates.yaml, and the operators drop the message (DLT error {error}); {other or advice}",
        repair=repair,
    )
