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

from collections.abc import Iterator

from campaignctl.dlt import ids
from campaignctl.findings import Hit, Repair, Severity
from campaignctl.model import Campaign, Context
from campaignctl.rules.template_entity_mismatch import of_the_template

CODE = "CC301"
NAME = "entity-id-format"
SEVERITY = Severity.ERROR
FIXABLE = GUESSES = True

#: The sentence of the schema's `errorMessage`, so that editors and the command line agree.
HELP = "must be 19 digits in quotes, or the operators drop the message (DLT error 604); copy the principal entity id from your DLT portal"


def check(campaign: Campaign, context: Context) -> Iterator[Hit]:
    """Yield the id of the principal entity if it is not 19 digits and no other rule knows why."""
    value = campaign.dlt_entity_id
    if value is None or ids.fault(value, ids.Kind.ENTITY) is not ids.Fault.FORMAT:
        return
    right = ids.cleaned(value, ids.Kind.ENTITY)
    repair = Repair(f"write {right}", ((0, len(value), right),)) if right else of_the_template(campaign)
    yield Hit(("dlt_entity_id",), f"dlt_entity_id {ids.misshapen(value, HELP, right)}", repair=repair)
