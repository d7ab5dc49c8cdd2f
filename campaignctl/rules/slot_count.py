"""`variables:` has more or fewer values than the registered text has slots.

Why: the text is made from the registered one, a value for each slot in order. With another number of them
nobody knows which value belongs where, and what is sent would not match (DLT error 633).

Fails:

    # registered: Your Kettle order {#num#} goes to {#alp#} today
    variables: ["4711"]

Passes:

    # registered: Your Kettle order {#num#} goes to {#alp#} today
    variables: ["4711", "Pune"]

Fix: give one value for each slot, in the order of the text.
"""

from __future__ import annotations

from collections.abc import Iterator

from campaignctl.dlt import visible
from campaignctl.findings import Hit, Severity
from campaignctl.model import Campaign, Context
from campaignctl.words import count, shortened

CODE = "CC705"
NAME = "slot-count"
SEVERITY = Severity.ERROR

NO_TEXT = (
    "variables fills the slots of the registered text, and no registered text is known; nothing could be sent, put "
    "the template into registry/templates.yaml or write the text under `template`"
)


def check(campaign: Campaign, context: Context) -> Iterator[Hit]:
    """Yield `variables`, or the first value too many, where the registered text has another number of slots.

    An id that the registry does not have is template-unknown's; without any registered text nobody else speaks.
    """
    values, registered = campaign.variables, campaign.registered
    if values is None or campaign.template is not None:
        return
    if registered is None:
        if not context.registry.knows_templates and not context.registry.templates:
            yield Hit(("variables",), NO_TEXT)
        return
    wanted = len(registered.slots)
    tags = shortened(", ".join(slot.tag for slot in registered.slots), 80)
    has = f"{count(wanted, 'slot')} ({tags})" if wanted else "no slot"
    advice = (
        "give one value for each slot, in order" if wanted else "leave `variables` out and write the text"
    )
    yield Hit(
        ("variables", wanted) if len(values) > wanted else ("variables",),
        f"variables has {count(len(values), 'value')} and template {visible.titled(registered)} has {has}; what "
        f"is sent would not be as registered (DLT error 633), {advice}",
    )
