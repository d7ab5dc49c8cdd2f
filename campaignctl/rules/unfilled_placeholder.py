"""A placeholder is left in the text that would be sent.

Why: Exotel fills `@@columns` and nothing else. DLT's own `{#var#}`, and `@@` without a name, would reach your
customers as they stand, if the operators let them through (DLT error 633).

Fails:

    template: "Hello from Kettle, your order {#var#} is packed"

Passes:

    template: "Hello from Kettle, your order 4711 is packed"

Fix: write the value, or in a dynamic campaign the `@@column` that holds it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from campaignctl.findings import Pointer, Severity
from campaignctl.model import Campaign, Context
from campaignctl.words import quoted

CODE = "CC207"
NAME = "unfilled-placeholder"
SEVERITY = Severity.ERROR

_LEFT = re.compile(r"\{#[^{}#]{0,40}#\}|@@(?!\w)").search


def check(campaign: Campaign, context: Context) -> Iterator[tuple[Pointer, str]]:
    """Yield the template if Exotel would leave a placeholder in it as it stands."""
    left = _LEFT(campaign.template) if campaign.template else None
    if left is not None:
        yield (
            ("template",),
            f"template holds {quoted(left.group())}, which Exotel does not fill; write the value, or an @@column",
        )
