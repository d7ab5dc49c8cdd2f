"""An approved template has more than three variables.

Why: TRAI allows two, a third in exigency, and more only with a justification and another authority's approval
(directions of 16 February 2023, 12 May 2023 and 18 November 2025); templates that broke it have been blacklisted
(DLT error 632). Exactly three is common and no finding. More than 30 is a limit of the portals themselves
(smslocal.in), and an error.

Fails:

    # registered: Dear {#alphanumeric#}, your Kettle order {#numeric#} of {#numeric#} boxes reaches you in {#numeric#} days

Passes:

    # registered: Dear {#alphanumeric#}, your Kettle order {#numeric#} reaches you in {#numeric#} days

Fix: register a text with fewer variables: write what is the same for all into the fixed text, or make two templates
of it.
"""

from __future__ import annotations

from collections.abc import Iterator

from campaignctl.findings import Hit, Severity
from campaignctl.model import Context

CODE = "CC907"
NAME = "too-many-variables"
SEVERITY = Severity.WARNING

#: Variables that operators approve as a matter of course (TRAI: two, a third in exigency).
USUAL = 3
#: Variables that a portal takes at all (smslocal.in, rejection reasons).
MOST = 30


def check_registry(context: Context) -> Iterator[Hit]:
    """Yield the first slot too many of each approved text."""
    for template in context.registry.approved:
        number = len(template.slots)
        if number <= USUAL:
            continue
        limit = MOST if number > MOST else USUAL
        first = template.slots[limit]
        yield Hit(
            ("templates", template.index, "text"),
            _TOO_MANY.format(number) if number > MOST else _MANY.format(number),
            span=(first.start, first.end),
            severity=Severity.ERROR if number > MOST else None,
            file="templates",
        )


_TOO_MANY = (
    "the text has {} variables and no portal registers more than 30, so this is not what is registered "
    "and messages are dropped (DLT error 633); copy the text from your DLT portal again"
)
_MANY = (
    "the text has {} variables and TRAI allows 2, a third at need; such templates are blacklisted when they are "
    "noticed (DLT error 632), so register one with fewer and write the rest into the fixed text"
)
