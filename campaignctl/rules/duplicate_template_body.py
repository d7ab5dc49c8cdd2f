"""Two approved templates have the same text under one header.

Why: a portal does not register one text twice under a header (Kaleyra: "already registered"), so one of the two is
probably a wrong copy, and its campaigns would be dropped (DLT error 633). Gateways that look the template up by
its text take either of them (DLT error 636).

Fails:

    # registered: Your Kettle order is packed and leaves today
    # registered: Your Kettle order is packed and leaves today

Passes:

    # registered: Your Kettle order is packed and leaves today
    # registered: Your Kettle order is packed and leaves tomorrow

Fix: look both ids up on your DLT portal and copy their texts again. If both are really registered, keep one in
registry/templates.yaml and use its id in all campaigns.
"""

from __future__ import annotations

from collections.abc import Iterator

from campaignctl.approved import Template
from campaignctl.findings import Hit, Severity
from campaignctl.model import Context
from campaignctl.words import quoted

CODE = "CC913"
NAME = "duplicate-template-body"
SEVERITY = Severity.WARNING


def check_registry(context: Context) -> Iterator[Hit]:
    """Yield each approved text that an earlier template has under one of its headers."""
    first: dict[tuple[str, str], Template] = {}
    for template in sorted(context.registry.approved, key=lambda one: one.index):
        keys = [(header, template.text) for header in template.headers]
        other = next(((first[key], key[0]) for key in keys if key in first), None)
        for key in keys:
            first.setdefault(key, template)
        if other is not None:
            earlier, header = other
            message = (
                f"template {template.id} (number {template.index + 1} of the file) has the text of template {earlier.id} "
                f"(number {earlier.index + 1}), both under header {quoted(header)}; portals register a text once, so one "
                "of the two is a wrong copy whose messages are dropped (DLT error 633), look both up on your DLT portal"
            )
            yield Hit(("templates", template.index, "text"), message, file="templates")
