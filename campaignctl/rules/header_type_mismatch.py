"""The header does not go with the kind of campaign.

Why: transactional messages go out under letters, promotional ones under six digits; the operators drop
the rest (Exotel: Create SMS campaign, `sender_id`; DLT errors 435, 683).

Fails:

    sender_id: KETTLE
    sms_type: promotional

Passes:

    sender_id: "612345"
    sms_type: promotional

Fix: use the header that is registered for this kind, or mend `sms_type`.
"""

from __future__ import annotations

from collections.abc import Iterator

from campaignctl.findings import Pointer, Severity
from campaignctl.model import Campaign, Context
from campaignctl.rules.header_format import is_header
from campaignctl.words import quoted

CODE = "CC304"
NAME = "header-type-mismatch"
SEVERITY = Severity.ERROR

#: The sentences of the schema's `errorMessage`, so that editors and the command line agree.
HELP_LETTERS = (
    "must be letters only in a transactional campaign; use your letter header, or make sms_type promotional"
    " if the text advertises"
)
HELP_DIGITS = (
    "must be 6 digits in quotes in a promotional campaign; use your numeric header, or make sms_type transactional"
    " if nothing is advertised"
)


def check(campaign: Campaign, context: Context) -> Iterator[tuple[Pointer, str]]:
    """Yield a well-formed sender_id of the other kind."""
    advice = mismatch(campaign)
    if advice:
        yield (
            (campaign.blamed("sender_id", "sms_type"),),
            f"sender_id {quoted(campaign.sender_id or '')} {advice}",
        )


def mismatch(campaign: Campaign) -> str | None:
    """Return what is wrong between the header and `sms_type`, None for nothing."""
    sender = campaign.sender_id
    if sender is None or not is_header(sender):
        return None
    if campaign.sms_type == "transactional" and not sender.isalpha():
        return HELP_LETTERS
    return HELP_DIGITS if campaign.sms_type == "promotional" and not sender.isdigit() else None
