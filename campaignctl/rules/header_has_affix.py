"""`sender_id` holds a prefix or a suffix that the operators add themselves.

Why: phones show `VM-KETTLE-S`: operator and circle, the header, the kind of message (TRAI, from 6 May 2025).
Senders write only the header; with the rest it is not registered and is dropped (DLT error 620).

Fails:

    sender_id: VM-KETTLE-S

Passes:

    sender_id: KETTLE

Fix: write the header as your DLT portal shows it.
"""

from __future__ import annotations

from collections.abc import Iterator

from campaignctl.findings import Hit, Repair, Severity
from campaignctl.model import Campaign, Context
from campaignctl.rules.header_format import affixed, is_header
from campaignctl.rules.header_unknown import in_other_letters
from campaignctl.words import quoted

CODE = "CC314"
NAME = "header-has-affix"
SEVERITY = Severity.ERROR
FIXABLE = GUESSES = True


def check(campaign: Campaign, context: Context) -> Iterator[Hit]:
    """Yield a header with something before or after it."""
    value = campaign.sender_id
    if value is None or is_header(value):
        return
    found = affixed(value)
    if not found:
        return
    before, header, after = found.groups(default="")
    near = in_other_letters(header, context.registry.known_headers)
    right = near[0] if len(near) == 1 and header not in context.registry.known_headers else header
    parts = [(0, len(before), "")] * bool(before) + [(len(value) - len(after), len(value), "")] * bool(after)
    named = " and ".join(quoted(one) for one in (before, after) if one)
    yield Hit(
        ("sender_id",),
        f"sender_id {quoted(value)} holds {named}, which the operators add themselves, and with it they do not know "
        f"the header (DLT error 620); write {right}",
        span=(0, len(value)) if before and after else parts[0][:2],
        repair=Repair(
            f"write {right}",
            tuple(parts) if right == header else ((0, len(value), right),),
            safe=right in context.registry.known_headers,
        ),
    )
