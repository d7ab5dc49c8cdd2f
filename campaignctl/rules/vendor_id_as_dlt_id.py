"""An id of the gateway stands where a DLT id is due.

Why: gateways give templates ids of their own, MSG91 24 hexadecimal digits and Fast2SMS five or six. The
operators know only the DLT id and drop the message (DLT errors 604, 637).

Fails:

    dlt_template_id: "198607"

Passes:

    dlt_template_id: "1107160086562376233"

Fix: copy the 19-digit id from your DLT portal; most gateways show it beside their own.
"""

from __future__ import annotations

from collections.abc import Iterator

from campaignctl.dlt import ids
from campaignctl.dlt.ids import Fault, Kind
from campaignctl.findings import Hit, Severity
from campaignctl.model import Campaign, Context
from campaignctl.rules.template_entity_mismatch import of_the_template
from campaignctl.rules.template_unknown import meant
from campaignctl.words import quoted

CODE = "CC309"
NAME = "vendor-id-as-dlt-id"
SEVERITY = Severity.ERROR
FIXABLE = GUESSES = True


def check(campaign: Campaign, context: Context) -> Iterator[Hit]:
    """Yield each of the two ids that has the form of a gateway's."""
    entity, template = campaign.dlt_entity_id, campaign.dlt_template_id
    if entity is not None and ids.fault(entity, Kind.ENTITY) is Fault.VENDOR:
        advice = "copy the 19-digit principal entity id from your DLT portal"
        message = f"dlt_entity_id {quoted(entity)} {_looks(entity, 604)}; {advice}"
        yield Hit(("dlt_entity_id",), message, repair=of_the_template(campaign))
    if template is not None and ids.fault(template, Kind.TEMPLATE) is Fault.VENDOR:
        advice, repair = meant(campaign, context)
        advice = advice or "copy the 19-digit id of the content template from your DLT portal"
        message = f"dlt_template_id {quoted(template)} {_looks(template, 637)}; {advice}"
        yield Hit(("dlt_template_id",), message, repair=repair)


def _looks(value: str, error: int) -> str:
    whose = "MSG91's" if len(value) == 24 else "a gateway's"
    return f"looks like {whose} own id, and the operators know only DLT ids (DLT error {error})"
