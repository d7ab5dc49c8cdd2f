"""The value of an alphanumeric slot holds a character that some operators refuse.

Why: letters, digits, space, full stop, `/` and `_` pass everywhere. Hyphens, colons and other signs are contested:
filers on Vi were refused `TKT-001` and `7:30 PM` (April 2026), and the message is lost (DLT error 431).

Fails:

    # registered: Your Kettle table is booked for {#alp#} today
    variables: ["7:30 PM"]

Passes:

    # registered: Your Kettle table is booked for {#alp#} today
    variables: ["7.30 PM"]

Fix: write the value without the sign: `TKT 001`, `7.30 PM`.
"""

from __future__ import annotations

from collections.abc import Iterator

from campaignctl.dlt import values
from campaignctl.findings import Hit, Severity
from campaignctl.model import Campaign, Context

CODE = "CC709"
NAME = "slot-alphanumeric"
SEVERITY = Severity.WARNING

concern = values.concern


def check(campaign: Campaign, context: Context) -> Iterator[Hit]:
    """Return each alphanumeric slot with a sign in it that may not pass."""
    return values.hits(NAME, campaign, context.profile)
