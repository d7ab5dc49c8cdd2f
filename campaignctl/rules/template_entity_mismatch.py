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
GUESSES = True


def check(campaign: Campaign, context: Context) -> Iterator[Hit]:
    """Yield a sound entity id that is not the one of the registered template."""
    value, registered = campaign.dlt_entity_id, campaign.registered
    if value is None or registered is None or value == registered.entity:
        return
    if ids.fault(value, ids.Kind.ENTITY) is not None:
        return
    if ids.fault(registered.entity, ids.Kind.ENTITY) in (ids.Fault.DAMAGED, ids.Fault.KIND):
        return  # said of the registry
    place = campaign.blamed("dlt_entity_id", "dlt_template_id")
    yield Hit(
        (place,),
        f"dlt_entity_id {quoted(value)} is not the entity of template {quoted(registered.id)}, and the operators "
        f"drop a template under another entity (DLT error 434); write {quoted(registered.entity)}, or take a "
        "template of this entity",
        repair=_repair(value, registered.entity, safe=False) if place == "dlt_entity_id" else None,
    )  # not safe: the template may be the wrong one


def of_the_template(campaign: Campaign) -> Repair | None:
    """Return the repair of an entity id that cannot be one: that of the registered template."""
    registered = campaign.registered
    if registered is None or ids.fault(registered.entity, ids.Kind.ENTITY) is not None:
        return None
    safe = "dlt_entity_id" not in campaign.inherited  # other campaigns take it over, too
    return _repair(campaign.dlt_entity_id or "", registered.entity, safe=safe)


def _repair(value: str, entity: str, *, safe: bool) -> Repair:
    return Repair(f"write {entity}, the entity of this template", ((0, len(value), entity),), safe=safe)
