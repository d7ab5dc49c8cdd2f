"""The value of a call-back slot is not a telephone number that can be whitelisted.

Why: a `cbn` slot takes an Indian mobile number (10 digits from 6 to 9), a landline with its STD code, a toll-free
1800 or 1860 number or a short code; the operators drop everything else (DLT error 431).

Fails:

    # registered: Call Kettle at {#cbn#} any time
    variables: ["our shop"]

Passes:

    # registered: Call Kettle at {#cbn#} any time
    variables: ["18001234567"]

Fix: write the number as your DLT portal lists it.
"""

from __future__ import annotations

from collections.abc import Iterator

from campaignctl.dlt import values
from campaignctl.findings import Hit, Severity
from campaignctl.model import Campaign, Context

CODE = "CC711"
NAME = "slot-cbn-form"
SEVERITY = Severity.ERROR
GUESSES = True

concern = values.concern


def check(campaign: Campaign, context: Context) -> Iterator[Hit]:
    """Return each call-back slot without a number."""
    return values.hits(NAME, campaign, context.profile)
