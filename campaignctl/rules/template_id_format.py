"""`dlt_template_id` is not a 19-digit DLT id.

Why: the operators drop every message whose id they cannot find, after the gateway has answered
"success" (DLT errors 637, 23181; ids have 19 digits).

Fails:

    dlt_template_id: "110716008656"

Passes:

    dlt_template_id: "1107160086562376233"

Fix: copy the id of the approved content template from your DLT portal; keep it in quotes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from campaignctl.findings import Pointer, Severity
from campaignctl.model import Campaign, Context
from campaignctl.words import quoted

CODE = "CC302"
NAME = "template-id-format"
SEVERITY = Severity.ERROR

#: The sentence of the schema's `errorMessage`, so that editors and the command line agree.
HELP = "must be 19 digits in quotes; copy the id of the approved content template from your DLT portal"

_VALID = re.compile(r"[0-9]{19}").fullmatch


def check(campaign: Campaign, context: Context) -> Iterator[tuple[Pointer, str]]:
    """Yield the id of the content template if it is not 19 digits."""
    value = campaign.dlt_template_id
    if value is not None and not _VALID(value):
        yield ("dlt_template_id",), f"dlt_template_id {quoted(value)} {HELP}"
