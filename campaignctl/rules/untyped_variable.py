"""An approved template has the old untyped slot `{#var#}`.

Why: TRAI's direction of 18 November 2025 wants each variable tagged with what it holds; portals take no untyped
template since 14 and 15 January 2026, and operators check the values by their tags (DLT error 431). An older
template may still pass, so it is a warning; in one that was created after 15 January 2026, as its id tells, it is
an error. SmartPing (ids that begin with 17) and Tata keep the tags outside the text (MSG91, variable tagging):
there it is a warning at most, and none in the profile smartping.

Fails:

    # registered: Dear {#var#}, your Kettle order is packed and leaves today

Passes:

    # registered: Dear {#alphanumeric#}, your Kettle order is packed and leaves today

Fix: have the variables of the template tagged on your DLT portal, then copy its text from there again.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from campaignctl.approved import Template
from campaignctl.dlt.ids import created
from campaignctl.findings import Hit, Severity
from campaignctl.model import Context
from campaignctl.words import INDIA

CODE = "CC906"
NAME = "untyped-variable"
SEVERITY = Severity.WARNING

#: The last day on which some portal took an untyped template (Airtel; SMSGatewayHub, January 2026).
LAST_DAY = date(2026, 1, 15)
#: Ids of SmartPing's portal.
_SMARTPING = "17"


def check_registry(context: Context) -> Iterator[Hit]:
    """Yield the first untyped slot of each approved text."""
    if not context.profile.tags_in_text:
        return
    for template in context.registry.approved:
        # In other letters it is placeholder-syntax's.
        untyped = [slot for slot in template.slots if slot.tag == "{#var#}"]
        if untyped:
            day = _typed_since(template, context.now.astimezone(INDIA).date())
            yield Hit(
                ("templates", template.index, "text"),
                _message(len(untyped), day),
                span=(untyped[0].start, untyped[0].end),
                severity=Severity.ERROR if day else None,
                file="templates",
            )


def _typed_since(template: Template, today: date) -> date | None:
    """Return the day a template was created, if by then portals took typed slots only and wrote them into texts.

    An id that seems to be of a day to come is made up, or its digits mean something else.
    """
    day = None if template.id.startswith(_SMARTPING) else created(template.id)
    return day if day is not None and LAST_DAY < day <= today else None


def _message(number: int, day: date | None) -> str:
    many = "" if number == 1 else f" (one of {number:,} here)"
    if day is not None:
        why = f"the template's id dates from {day}, when portals took typed slots only, and operators drop the rest"
    else:
        why = "operators check values by their tags since 2026 and may drop messages of untyped templates"
    return (
        f"{{#var#}}{many} does not say what it holds; {why} (DLT error 431), so have it tagged on your DLT portal, as "
        "{#numeric#} or {#alphanumeric#}, and copy the text again"
    )
