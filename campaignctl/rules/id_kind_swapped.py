"""An id stands in the place of another kind of id.

Why: the third and fourth digit of a DLT id say what it stands for: 01 a principal entity, 02 a telemarketer,
05 a header, 07 and since July 2026 77 a template. The operators look an id up only among its kind, and drop
the message (DLT errors 604, 637). No operator has published the digits; all known ids keep to them.
The entities of registry/templates.yaml are read too.

Fails:

    dlt_entity_id: "1107160086562376233"
    dlt_template_id: "1101428740000012125"

Passes:

    dlt_entity_id: "1101428740000012125"
    dlt_template_id: "1107160086562376233"

Fix: put each id in its place; your DLT portal shows which is which.
"""

from __future__ import annotations

from collections.abc import Iterator

from campaignctl.dlt import ids
from campaignctl.dlt.ids import Fault, Kind
from campaignctl.findings import Hit, Repair, Severity
from campaignctl.model import Campaign, Context
from campaignctl.rules.template_entity_mismatch import of_the_template
from campaignctl.rules.template_unknown import meant
from campaignctl.words import quoted

CODE = "CC307"
NAME = "id-kind-swapped"
SEVERITY = Severity.ERROR
FIXABLE = GUESSES = True


def check(campaign: Campaign, context: Context) -> Iterator[Hit]:
    """Yield each of the two ids whose digits say that it is the id of something else."""
    entity, template = campaign.dlt_entity_id, campaign.dlt_template_id
    if entity is not None and ids.fault(entity, Kind.ENTITY) is Fault.KIND:
        repair = of_the_template(campaign) or _exchange(entity, template, Kind.ENTITY)
        yield _hit("dlt_entity_id", entity, 604, "copy the principal entity id", repair)
    if template is not None and ids.fault(template, Kind.TEMPLATE) is Fault.KIND:
        repair = _exchange(template, entity, Kind.TEMPLATE) or meant(campaign, context)[1]
        yield _hit("dlt_template_id", template, 637, "copy the id of the content template", repair)


def check_registry(context: Context) -> Iterator[Hit]:
    """Yield each entity of an approved template that is no entity by its digits, once."""
    said: set[str] = set()
    for template in context.registry.approved:
        if template.entity not in said and ids.fault(template.entity, Kind.ENTITY) is Fault.KIND:
            said.add(template.entity)
            hit = _hit("entity", template.entity, 604, "copy the principal entity id", None)
            yield hit._replace(pointer=("templates", template.index, "entity"), file="templates")


def _hit(field: str, value: str, error: int, advice: str, repair: Repair | None) -> Hit:
    return Hit(
        (field,),
        f"{field} {quoted(value)} is the id of {ids.kind(value)}, as its digits {quoted(value[2:4])} say, and the "
        f"operators drop the message (DLT error {error}); {advice} from your DLT portal",
        span=(2, 4),
        repair=repair,
    )


def _exchange(value: str, other: str | None, due: Kind) -> Repair | None:
    """Return the repair of two ids that have changed places."""
    if other is None or ids.kind(other) is not due:
        return None
    return Repair(f"write {other}, which stands in the other's place", ((0, len(value), other),), safe=False)
