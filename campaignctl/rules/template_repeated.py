"""A template id stands twice in registry/templates.yaml.

Why: an id is one template on the portal, with one text. Of the two entries the first one counts here; if that is the
stale one, its campaigns pass the checks and are dropped (DLT error 633).

Fails:

    registry/templates.yaml:
    brands: [Kettle]
    templates:
      - id: "1107160086562376233"
        entity: "1101428740000012125"
        headers: [KETTLE]
        category: service-implicit
        status: approved
        text: "Hello from Kettle, a new tea is here"
      - id: "1107160086562376233"
        entity: "1101428740000012125"
        headers: [KETTLE]
        category: service-implicit
        status: rejected
        text: "Hello from Kettle, a tea is here"

Passes:

    # registered: Hello from Kettle, another tea is here

Fix: look the id up on your DLT portal, keep the entry that is the same, and delete the other.
"""

from __future__ import annotations

from collections.abc import Iterator

from campaignctl.findings import Hit, Severity
from campaignctl.model import Context

CODE = "CC915"
NAME = "template-repeated"
SEVERITY = Severity.ERROR


def check_registry(context: Context) -> Iterator[Hit]:
    """Yield the id of each entry, approved or not, whose id stands before it already."""
    for template in context.registry.repeated:
        first = context.registry.templates[template.id]
        same = "the same text" if first.text == template.text else "another text"
        message = (
            f"template {template.id} is already number {first.index + 1} of the file, with {same}; only that entry counts, "
            "and campaigns that follow the wrong one are dropped (DLT error 633), so keep the one that your DLT portal "
            "shows"
        )
        yield Hit(("templates", template.index, "id"), message, file="templates")
