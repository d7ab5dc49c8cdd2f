"""A campaign names no principal entity.

Why: every message must carry the id under which your company is registered on DLT; the operators drop one
without it (DLT errors 604, 442).

Fails:

    dlt_entity_id: " "

Passes:

    dlt_entity_id: "1101428740000012125"

Fix: copy the principal entity id from your DLT portal, best into `defaults:` in campaignctl.yaml.
"""

from __future__ import annotations

from collections.abc import Iterator

from campaignctl.dlt import ids
from campaignctl.findings import Hit, Severity
from campaignctl.model import Campaign, Context
from campaignctl.rules.template_entity_mismatch import of_the_template

CODE = "CC306"
NAME = "entity-id-missing"
SEVERITY = Severity.ERROR
FIXABLE = GUESSES = True


def check(campaign: Campaign, context: Context) -> Iterator[Hit]:
    """Yield a blank id. A key that is not there is found with the other mandatory keys."""
    value = campaign.dlt_entity_id
    if value is not None and ids.fault(value, ids.Kind.ENTITY) is ids.Fault.MISSING:
        yield Hit(
            ("dlt_entity_id",),
            "dlt_entity_id is blank, and the operators drop every message without one (DLT error 604); "
            "copy the principal entity id from your DLT portal",
            repair=of_the_template(campaign),
        )
