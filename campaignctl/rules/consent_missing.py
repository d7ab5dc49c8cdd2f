"""A promotional campaign goes to a list without a recorded consent.

Why: promotional messages reach people on the do-not-disturb register only with a consent that is recorded
on DLT; without one, or once it has run out, the operators drop them (DLT errors 650, 652, 660). Only what
registry/lists.yaml says is judged.

Fails:

    sender_id: "512345"
    sms_type: promotional

    registry/lists.yaml:
    lists:
      festival-north:
        sid: "9120d5962d214316b7721de55bb82e03"
        consent: none

Passes:

    sender_id: "512345"
    sms_type: promotional

    registry/lists.yaml:
    lists:
      festival-north:
        sid: "9120d5962d214316b7721de55bb82e03"
        consent: recorded
        consent_until: "2036-03-31"

Fix: take a list of people who have agreed, or record their consent on DLT and update registry/lists.yaml.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from campaignctl.findings import Hit, Severity
from campaignctl.model import Campaign, Context
from campaignctl.rules.promo_window import is_promotional
from campaignctl.words import INDIA, quoted

CODE = "CC404"
NAME = "consent-missing"
SEVERITY = Severity.WARNING


def check(campaign: Campaign, context: Context) -> Iterator[Hit]:
    """Yield each list whose people have not agreed, or no longer when the campaign starts."""
    if not is_promotional(campaign):
        return
    start = _start(campaign, context)
    for index, found in enumerate(campaign.audience):
        if found is None or (found.consent is None and found.consent_until is None):
            continue
        until = found.consent_until
        if found.consent == "none":
            what = "has no recorded consent"
        elif until is not None and start is not None and until < start.astimezone(INDIA).date():
            what = f"has consent only until {until.isoformat()}, and the campaign starts later"
        else:
            continue
        name = quoted((campaign.lists or ())[index])
        yield Hit(
            ("lists", index) if campaign.blamed("lists", "sms_type") == "lists" else ("sms_type",),
            f"list {name} {what}; the operators drop promotional messages to people who block them and have not agreed "
            "(DLT error 660), take a list with consent, or record it on DLT and in registry/lists.yaml",
        )


def _start(campaign: Campaign, context: Context) -> datetime | None:
    return campaign.schedule.start if campaign.schedule is not None else context.now
