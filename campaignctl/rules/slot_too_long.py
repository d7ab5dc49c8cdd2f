"""The value of a slot is longer than the operators let pass.

Why: a value over the limit is dropped as a whole message (DLT error 635), the most frequent cause in measured
campaigns. Above 40 characters nobody lets it pass (TRAI, Annexure-I of 18 Nov 2025; MSG91), above 30 some do not
(AWS, Kaleyra, Exotel): an error and a warning. Web addresses have 120. `profile:` sets the limits of your gateway.

Fails:

    # registered: Your Kettle order is at {#alp#} now
    variables: ["Gate 4 of the North Hall beside the long and winding road to Pune"]

Passes:

    # registered: Your Kettle order is at {#alp#} now
    variables: ["Gate 4 of the North Hall"]

Fix: shorten the value, or register a text that holds the words that never change.
"""

from __future__ import annotations

from collections.abc import Iterator

from campaignctl.dlt import values
from campaignctl.findings import Hit, Severity
from campaignctl.model import Campaign, Context

CODE = "CC707"
NAME = "slot-too-long"
SEVERITY = Severity.ERROR

concern = values.concern


def check(campaign: Campaign, context: Context) -> Iterator[Hit]:
    """Return each value that is too long."""
    return values.hits(NAME, campaign, context.profile)
