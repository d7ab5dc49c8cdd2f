"""Entity and template were registered at different operators.

Why: this is allowed, for the platforms share their registrations, but it is seldom meant: most companies
have all their ids from one portal, which the second digit names. Off unless you turn it on.

Fails:

    dlt_entity_id: "1101428740000012125"
    dlt_template_id: "1207160086562376233"

    campaignctl.yaml:
    project: kettle-5a1f0c
    lint:
      levels: { id-operator-mixed: warning }

Passes:

    dlt_entity_id: "1101428740000012125"
    dlt_template_id: "1107160086562376233"

    campaignctl.yaml:
    project: kettle-5a1f0c
    lint:
      levels: { id-operator-mixed: warning }

Fix: compare both ids with your DLT portal; if they are right, turn the rule off.
"""

from __future__ import annotations

from collections.abc import Iterator

from campaignctl.dlt import ids
from campaignctl.dlt.ids import Kind
from campaignctl.findings import Hit, Severity
from campaignctl.model import Campaign, Context
from campaignctl.words import quoted

CODE = "CC310"
NAME = "id-operator-mixed"
SEVERITY = Severity.WARNING
OFF = True


def check(campaign: Campaign, context: Context) -> Iterator[Hit]:
    """Yield the template's id if its operator is not that of the entity."""
    entity, template = campaign.dlt_entity_id, campaign.dlt_template_id
    if entity is None or template is None or entity[1:2] == template[1:2]:
        return
    if ids.fault(entity, Kind.ENTITY) or ids.fault(template, Kind.TEMPLATE):
        return
    one, other = ids.operator(template), ids.operator(entity)
    if one is not None and other is not None:
        yield Hit(
            ("dlt_template_id",),
            f"dlt_template_id {quoted(template)} comes from {one} and dlt_entity_id from {other}; compare both "
            "with your DLT portal",
            span=(1, 2),
        )
