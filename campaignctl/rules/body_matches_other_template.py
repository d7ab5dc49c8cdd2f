"""The text is that of another registered template than the one it names.

Why: the operators hold the text against the template of `dlt_template_id` and drop it (DLT error 633), however
well it fits another one. After copying a campaign the id is what is forgotten most.

Fails:

    # registered: Your Kettle order {#num#} is packed
    # registered: Your Kettle order {#num#} is on its way
    template: Your Kettle order 4711 is on its way

Passes:

    # registered: Your Kettle order {#num#} is packed
    # registered: Your Kettle order {#num#} is on its way
    template: Your Kettle order 4711 is packed

Fix: write the id of the template that the text follows, or the text of the template that the id names.
"""

from __future__ import annotations

from collections.abc import Iterator

from campaignctl.dlt import strays, visible
from campaignctl.findings import Hit, Repair, Severity
from campaignctl.model import Campaign, Context
from campaignctl.words import quoted

CODE = "CC703"
NAME = "body-matches-other-template"
SEVERITY = Severity.ERROR
GUESSES = True


def check(campaign: Campaign, context: Context) -> Iterator[Hit]:
    """Yield the template id where the text fits another approved template of the entity."""
    stray = strays.of(campaign, context.registry)
    if stray is None or stray.other is None:
        return
    other, own = stray.other, stray.registered
    linked = ""
    if campaign.sender_id is not None and campaign.sender_id not in other.headers:
        linked = f" (registered for {quoted(', '.join(other.headers))})"
    yield Hit(
        ("dlt_template_id",),
        f"the text is that of template {visible.titled(other)}{linked}, not of {visible.titled(own)}; the "
        f"operators compare it with the template of this id and drop it (DLT error 633), write {other.id} here, or "
        "the text of this template",
        repair=Repair(f"write {other.id}", ((0, len(own.id), other.id),), safe=False),
    )
