"""The template is registered for another principal entity.

Why: the operators look a template up under the entity that the message names, and drop it when it is not
there (DLT errors 434, 623).

Fails:

    # registered: Your Kettle parcel is on its way
    dlt_entity_id: "1101428740000012126"
    template: "Your Kettle parcel is on its way"

Passes:

    # registered: Your Kettle parcel is on its way
    dlt_entity_id: "1101428740000012125"
    template: "Your Kettle parcel is on its way"

Fix: name the entity that the template belongs to, or a template of this entity.
"""

from __future__ import annotations

from collections.abc import Iterator

from campaignctl.dlt import ids
from campaignctl.findings import Hit, Repair, Severity
from campaignctl.model import Campaign, Context
from campaignctl.words import quoted

CODE = "CC313"
NAME = "template-entity-mismatch"
SEVERITY = Severity.ERROR


def check(campaign: Campaign, context: Context) -> Iterator[Hit]:
    """Yield a sound entity id that is not the one of the registered template."""
    value, registered = campaign.dlt_entity_id, campaign.registered
    if value is None or registered is None or value == registered.entity:
        return
    if ids.fault(value, ids.Kind.ENTITY) is not None:
        return
    if ids.fault(registered.entity, ids.Kind.ENTITY) is ids.Fault.DAMAGED:
        return
    yield Hit(
        ("dlt_entity_id",),
        f"dlt_entity_id {quoted(value)} is not the entity of template {quoted(registered.id)}, and the operators "
        f"drop a template under another entity (DLT error 434); write {quoted(registered.entity)}, or take a "
        "template of this entity",
        repair=Repair(
            f"write {registered.entity}", ((0, len(value), registered.entity),), safe=False
        ),  # the template may be the wrong one
    )


def of_the_template(campaign: Campaign) -> Repair | None:
    """Return the repair of an entity id that cannot be one: that of the registered template."""
    registered = campaign.registered
    if registered is None or ids.fault(registered.entity, ids.Kind.ENTITY) is not None:
        return None
    pieces = ((0, len(campaign.dlt_entity_id or ""), registered.entity),)
    return Repair(f"write {registered.entity}, the entity of this template", pieces)
