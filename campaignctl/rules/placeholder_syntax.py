"""A registered text holds something that is meant as a slot and is none.

Why: a slot is `{#numeric#}`, `{#alphanumeric#}`, `{#url#}`, `{#urlott#}`, `{#cbn#}` or `{#email#}` (or the short
form of the portals, or the old `{#var#}`), in lower case and without blanks. `##var##`, `{{name}}`, `%s` or XXXX is
fixed text to the scrubbing: no message matches it (DLT error 633; MSG91, Kaleyra and Exotel on wrong
placeholders). A tag that nobody has documented is read as a slot for anything, with a warning.

Fails:

    # registered: Dear {# alphanumeric #}, your Kettle order is packed and leaves today

Passes:

    # registered: Dear {#alphanumeric#}, your Kettle order is packed and leaves today

Fix: look the template up on your DLT portal and copy its text again. If the portal itself has it like this, register
the text again with a real slot: changing this file alone does not change what is registered.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from campaignctl.dlt.near_misses import NearMiss, near_misses
from campaignctl.findings import Hit, Repair, Severity
from campaignctl.model import Context
from campaignctl.schema import MOST
from campaignctl.words import quoted

CODE = "CC905"
NAME = "placeholder-syntax"
SEVERITY = Severity.ERROR
FIXABLE = GUESSES = True


def check_registry(context: Context) -> Iterator[Hit]:
    """Yield each near miss of a slot in approved texts, at its characters."""
    for template in context.registry.approved:
        for miss in islice(near_misses(template.text), MOST):
            yield Hit(
                ("templates", template.index, "text"),
                _message(miss),
                span=(miss.start, miss.end),
                severity=Severity.WARNING if miss.is_slot else None,
                repair=Repair(
                    f"write {miss.meant}", ((miss.start, miss.end, miss.meant),), safe=miss.certain
                ),
                file="templates",
            )


def _message(miss: NearMiss) -> str:
    if miss.is_slot:
        return (
            f"{quoted(miss.written)} is no tag that the operators have published, so it counts as a slot for any value; "
            f"copy the text from your DLT portal again, perhaps it is {miss.meant} there"
        )
    if miss.written.startswith("@@"):
        return (
            f"{quoted(miss.written)} is a column of a list and belongs in a campaign; here it is fixed text, which no "
            f"message matches (DLT error 633), copy the registered text from your DLT portal, with {miss.meant} there"
        )
    return (
        f"{quoted(miss.written)} is no slot: the operators read it as fixed text, which no message matches (DLT error "
        f"633); copy the text from your DLT portal again, a slot is written {miss.meant}"
    )
