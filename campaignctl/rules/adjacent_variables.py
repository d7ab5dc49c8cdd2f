"""Two variables of an approved template touch, or only spaces and signs stand between them.

Why: TRAI forbids contiguous variables, also when they are parted by a space, a comma or another special character
only (direction of 16 February 2023), for two together hold any text at all; such templates are blacklisted when
they are noticed (DLT error 632). `{#alphanumeric#}` may stand beside another tag (TRAI's Annexure-I of 18 November
2025, as receive-sms-live explains it).

Fails:

    # registered: Your Kettle order leaves on {#numeric#}/{#numeric#} in the morning

Passes:

    # registered: Your Kettle order leaves on {#numeric#} of month {#numeric#} in the morning

Fix: register the text again, with a word between the two, or with one `{#alphanumeric#}` for both values.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from campaignctl.approved import Slot, SlotKind
from campaignctl.dlt import visible
from campaignctl.findings import Hit, Severity
from campaignctl.model import Context

CODE = "CC908"
NAME = "adjacent-variables"
SEVERITY = Severity.WARNING

_has_word = re.compile(r"[^\W_]").search


def check_registry(context: Context) -> Iterator[Hit]:
    """Yield each pair of slots of an approved text without a word between them."""
    for template in context.registry.approved:
        for number, (one, two) in enumerate(pairwise(template.slots), start=1):
            if SlotKind.ALPHANUMERIC in (one.kind, two.kind):
                continue
            between = template.text[one.end : two.start]
            if not _has_word(between):
                yield Hit(
                    ("templates", template.index, "text"),
                    _message(one, two, number, between),
                    span=(one.start, two.end),
                    file="templates",
                )


def _message(one: Slot, two: Slot, number: int, between: str) -> str:
    parted = f"have only {visible.visible(between)} between them" if between else "touch"
    has_address = {one.kind, two.kind} & {SlotKind.URL, SlotKind.URLOTT, SlotKind.CBN, SlotKind.EMAIL}
    other = "" if has_address else ", or with one {#alphanumeric#} for both"
    return (
        f"variables {number} and {number + 1}, {one.tag} and {two.tag}, {parted}; TRAI forbids that and "
        f"operators may blacklist the template (DLT error 632), so register the text with a word between them{other}"
    )
