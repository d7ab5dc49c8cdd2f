"""`dlt_template_id` is not a 19-digit DLT id.

Why: the operators drop every message whose id they cannot find, after the gateway has answered
"success" (DLT errors 637, 23181). Ids have 19 digits; one gateway's page speaks of 12 to 19, so 12 to 18 are
a warning where no registry says what the id is.

Fails:

    dlt_template_id: "11071600865623762330"

Passes:

    dlt_template_id: "1107160086562376233"

Fix: copy the id of the approved content template from your DLT portal; keep it in quotes.
"""

from __future__ import annotations

from collections.abc import Iterator

from campaignctl.dlt import ids
from campaignctl.findings import Hit, Repair, Severity
from campaignctl.model import Campaign, Context
from campaignctl.rules.template_unknown import meant

CODE = "CC302"
NAME = "template-id-format"
SEVERITY = Severity.ERROR
FIXABLE = GUESSES = True

#: The sentence of the schema's `errorMessage`, so that editors and the command line agree.
HELP = "must be 19 digits in quotes, or the operators drop the message (DLT error 637); copy the id of the approved content template from your DLT portal"


def check(campaign: Campaign, context: Context) -> Iterator[Hit]:
    """Yield the id of the content template if it is not 19 digits and no other rule knows why."""
    value = campaign.dlt_template_id
    if value is None or ids.fault(value, ids.Kind.TEMPLATE) is not ids.Fault.FORMAT:
        return
    may_do = 12 <= len(value) <= 18 and value.isascii() and value.isdigit()
    right = ids.cleaned(value, ids.Kind.TEMPLATE)
    yield Hit(
        ("dlt_template_id",),
        f"dlt_template_id {ids.misshapen(value, HELP, right)}",
        severity=Severity.WARNING if may_do and not context.registry.knows_templates else None,
        repair=Repair(f"write {right}", ((0, len(value), right),)) if right else meant(campaign, context)[1],
    )
