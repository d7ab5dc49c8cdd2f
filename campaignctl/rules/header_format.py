"""`sender_id` does not have the form of a registered header.

Why: a header is 3 to 6 letters, or 6 digits for promotional traffic. Operators add prefixes and suffixes
(`VM-`, `-S`) themselves; what is not registered in exactly this form is dropped (DLT error 620, 23080).

Fails:

    sender_id: VM-KETTLE

Passes:

    sender_id: KETTLE

Fix: write the header as your DLT portal shows it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from campaignctl.findings import Pointer, Severity
from campaignctl.model import Campaign, Context
from campaignctl.words import quoted

CODE = "CC303"
NAME = "header-format"
SEVERITY = Severity.ERROR

#: The sentence of the schema's `errorMessage`, so that editors and the command line agree.
HELP = (
    "must be 3 to 6 letters or exactly 6 digits in quotes; write the header as your DLT portal shows it, "
    "without operator prefix or suffix"
)

is_header = re.compile(r"[A-Za-z]{3,6}|[0-9]{6}").fullmatch


def check(campaign: Campaign, context: Context) -> Iterator[tuple[Pointer, str]]:
    """Yield a sender_id that cannot be a registered header."""
    if campaign.sender_id is not None and not is_header(campaign.sender_id):
        yield ("sender_id",), f"sender_id {quoted(campaign.sender_id)} {HELP}"
