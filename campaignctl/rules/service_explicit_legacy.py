"""An approved template is of the category Service-Explicit, which is being folded into Promotional.

Why: since October 2025 the platforms treat it as promotional: 10:00 to 21:00 IST only (DLT error 651), and not to
people on the DND list without recorded consent (DLT error 652). Airtel has taken no new ones since 15 January
2026 and moves the existing ones (notices of SMS Alert, May 2025, and SMSGatewayHub, October 2025 and January
2026; the last day is not agreed on).

Fails:

    registry/templates.yaml:
    brands: [Kettle]
    templates:
      - id: "1107160086562376233"
        entity: "1101428740000012125"
        headers: [KETTLE]
        category: service-explicit
        status: approved
        text: "Hello from Kettle, a new tea is here"

Passes:

    registry/templates.yaml:
    brands: [Kettle]
    templates:
      - id: "1107160086562376233"
        entity: "1101428740000012125"
        headers: [KETTLE]
        category: service-implicit
        status: approved
        text: "Hello from Kettle, a new tea is here"

Fix: ask on your DLT portal to have the template moved to Promotional, or register it again: as Service-Implicit
if it follows from something the customer did and advertises nothing. Then copy the category from there.
"""

from __future__ import annotations

from collections.abc import Iterator

from campaignctl.findings import Hit, Severity
from campaignctl.model import Context

CODE = "CC902"
NAME = "service-explicit-legacy"
SEVERITY = Severity.WARNING

_MESSAGE = (
    "category service-explicit is sent by promotional rules since October 2025, 10:00 to 21:00 IST and not to people "
    "on DND without consent (DLT errors 651, 652); have the template moved to promotional on your DLT portal, "
    "then write that here"
)


def check_registry(context: Context) -> Iterator[Hit]:
    """Yield the category of each approved Service-Explicit template."""
    for template in context.registry.approved:
        if template.category == "service-explicit":
            yield Hit(("templates", template.index, "category"), _MESSAGE, file="templates")
