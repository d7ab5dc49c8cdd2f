"""The value of an e-mail slot is not an e-mail address.

Why: the operators hold the value of an `email` slot against the form of an address and drop the message where it
is none (DLT error 431).

Fails:

    # registered: Write to Kettle at {#email#} any time
    variables: ["help at kettle.example"]

Passes:

    # registered: Write to Kettle at {#email#} any time
    variables: ["help@kettle.example"]

Fix: write only the address.
"""

from __future__ import annotations

from collections.abc import Iterator

from campaignctl.dlt import values
from campaignctl.findings import Hit, Severity
from campaignctl.model import Campaign, Context

CODE = "CC712"
NAME = "slot-email-form"
SEVERITY = Severity.ERROR

concern = values.concern


def check(campaign: Campaign, context: Context) -> Iterator[Hit]:
    """Return each e-mail slot without an address."""
    return values.hits(NAME, campaign, context.profile)
