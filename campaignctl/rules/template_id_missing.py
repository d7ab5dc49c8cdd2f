"""A campaign names no DLT template.

Why: every message must carry the id of an approved content template; the operators drop one without it
(DLT errors 637, 443).

Fails:

    dlt_template_id: ""

Passes:

    dlt_template_id: "1107160086562376233"

Fix: copy the id of the approved template from your DLT portal, into the campaign or into `defaults:`.
"""

from __future__ import annotations

from collections.abc import Iterator

from campaignctl.dlt import ids
from campaignctl.findings import Hit, Severity
from campaignctl.model import Campaign, Context
from campaignctl.rules.template_unknown import meant

CODE = "CC305"
NAME = "template-id-missing"
SEVERITY = Severity.ERROR
GUESSES = True


def check(campaign: Campaign, context: Context) -> Iterator[Hit]:
    """Yield a blank id. A key that is not there is found with the other mandatory keys."""
    value = campaign.dlt_template_id
    if value is None or ids.fault(value, ids.Kind.TEMPLATE) is not ids.Fault.MISSING:
        return
    advice, repair = meant(campaign, context)
    yield Hit(
        ("dlt_template_id",),
        "dlt_template_id is blank, and the operators drop every message without one (DLT error 637); "
        + (advice or "copy the id of the approved content template from your DLT portal"),
        repair=repair,
    )
