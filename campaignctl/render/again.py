"""What a plan sends to the same people again: nothing, unless a guard was let pass that had found something."""

from __future__ import annotations

from campaignctl.model import ActionKind, Plan

#: What is said of nearly every plan.
NOTHING = "0 to send again."
#: The guards that find a text which people have, or seem to have.
_FINDERS = {"sent-before": "", "namesake": "perhaps "}


def again(the_plan: Plan) -> str:
    """Return how many campaigns send what was sent before, and what lets them pass."""
    creates = {one.id for one in the_plan.of(ActionKind.CREATE)}
    said = []
    for name, doubt in _FINDERS.items():
        found = {one.campaign for one in the_plan.findings if one.name == name} & creates
        if found and name in the_plan.allowed:
            said.append(f"{len(found):,} {doubt}to send again, let pass by --allow {name}")
    return f"{', '.join(said)}." if said else NOTHING
