"""The registry is older than it may be, or does not agree with itself.

Why: what is true is on the DLT portal. A copy that is older than `policy.registry_max_age` days (30 unless you say
otherwise) may hold templates that are gone (DLT errors 631, 632). A header without traffic for 30 days is suspended
until you reactivate it (TRAI, 16 February 2023; DLT error 625). And a text with fewer or more slots than the portal
counts was damaged on its way (DLT error 633). `exported`, `last_used` and `variable_count` may be left out.

Fails:

    registry/templates.yaml:
    exported: "2034-03-01"
    brands: [Kettle]
    templates:
      - id: "1107160086562376233"
        entity: "1101428740000012125"
        headers: [KETTLE]
        category: service-implicit
        status: approved
        text: "Hello from Kettle, a new tea is here"

Passes:

    registry/templates.yaml:
    exported: "2034-05-20"
    brands: [Kettle]
    templates:
      - id: "1107160086562376233"
        entity: "1101428740000012125"
        headers: [KETTLE]
        category: service-implicit
        status: approved
        text: "Hello from Kettle, a new tea is here"

Fix: export the templates from your DLT portal again, `campaignctl registry import` them, and let `exported` say the day.
Reactivate a suspended header on the portal.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from campaignctl.dlt.near_misses import near_misses
from campaignctl.findings import Hit, Severity
from campaignctl.model import Context
from campaignctl.words import INDIA, count, quoted

CODE = "CC914"
NAME = "registry-stale"
SEVERITY = Severity.WARNING

#: Days without traffic after which operators suspend a header (TRAI, 16 February 2023).
UNUSED = 30


def check_registry(context: Context) -> Iterator[Hit]:
    """Yield an old export, headers without traffic, and slots that the portal counts otherwise."""
    today = context.now.astimezone(INDIA).date()
    yield from _old_export(context, today)
    yield from _unused_headers(context, today)
    yield from _other_counts(context)


def _old_export(context: Context, today: date) -> Iterator[Hit]:
    exported, limit = context.registry.exported, context.config.registry_max_age
    if exported is None or (age := (today - exported).days) <= limit:
        return
    message = (
        f"the portal's export is {count(age, 'day')} old, more than the {limit} of `policy.registry_max_age`; templates "
        "may have been withdrawn since and their messages are dropped (DLT errors 631, 632), so import a new export"
    )
    yield Hit(("exported",), message, file="templates")


def _unused_headers(context: Context, today: date) -> Iterator[Hit]:
    in_use = {header for template in context.registry.approved for header in template.headers}
    for name, header in context.registry.headers.items():
        if header.last_used is None or name not in in_use:
            continue
        days = (today - header.last_used).days
        if days > UNUSED:
            message = (
                f"nothing was sent under header {quoted(name)} for {count(days, 'day')}, and operators suspend a header after "
                f"{UNUSED} (DLT error 625); look it up on your DLT portal, reactivate it there, and mend `last_used`"
            )
            yield Hit(("headers", name, "last_used"), message, file="templates")


def _other_counts(context: Context) -> Iterator[Hit]:
    for template in context.registry.approved:
        counted, here = template.variable_count, len(template.slots)
        if counted is None or counted == here or _is_misspelt(template.text):
            continue
        message = (
            f"the portal counts {count(counted, 'variable')} and the text has {here}, so one of the two was damaged on its "
            "way and messages may not match (DLT error 633); copy both from your DLT portal again"
        )
        yield Hit(("templates", template.index, "variable_count"), message, file="templates")


def _is_misspelt(text: str) -> bool:
    """Return whether placeholder-syntax has already said why the slots are not those of the portal."""
    return any(not miss.is_slot for miss in near_misses(text))
