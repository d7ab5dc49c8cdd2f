"""`dlt_entity_id` is not a 19-digit DLT id.

Why: the operators drop every message whose id they cannot find, after the gateway has answered
"success" (DLT errors 604, 23281; ids have 19 digits).

Fails:

    dlt_entity_id: "110142874000"

Passes:

    dlt_entity_id: "1101428740000012125"

Fix: copy the principal entity id from your DLT portal; keep it in quotes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from campaignctl.findings import Pointer, Severity
from campaignctl.model import Campaign, Context
from campaignctl.words import quoted

CODE = "CC301"
NAME = "entity-id-format"
SEVERITY = Severity.ERROR

#: The sentence of the schema's `errorMessage`, so that editors and the command line agree.
HELP = "must be 19 digits in quotes; copy the principal entity id from your DLT portal"

_VALID = re.compile(r"[0-9]{19}").fullmatch


def check(campaign: Campaign, context: Context) -> Iterator[tuple[Pointer, str]]:
    """Yield the id of the principal entity if it is not 19 digits."""
    value = campaign.dlt_entity_id
    if value is not None and not _VALID(value):
        yield ("dlt_entity_id",), f"dlt_entity_id {quoted(value)} {HELP}"
