"""The value of a numeric slot holds something else than digits.

Why: TRAI's direction of 18 Nov 2025 allows digits and nothing else there, no comma, sign, currency or letter; the
operators drop the message (DLT error 431). A decimal point passes at some, so it is a warning.

Fails:

    # registered: Your Kettle bill of Rs {#num#} is due
    variables: ["1,250"]

Passes:

    # registered: Your Kettle bill of Rs {#num#} is due
    variables: ["1250"]

Fix: write only the digits. What else belongs to the value needs an alphanumeric slot or fixed text.
"""

from __future__ import annotations

from collections.abc import Iterator

from campaignctl.dlt import values
from campaignctl.findings import Hit, Severity
from campaignctl.model import Campaign, Context

CODE = "CC708"
NAME = "slot-numeric"
SEVERITY = Severity.ERROR
GUESSES = True

concern = values.concern


def check(campaign: Campaign, context: Context) -> Iterator[Hit]:
    """Return each numeric slot with something else in it."""
    return values.hits(NAME, campaign, context.profile)
