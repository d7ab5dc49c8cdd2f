"""`sender_id` does not have the form of a registered header.

Why: a header is 6 letters, or 6 digits for promotional traffic; what is not registered in exactly this form
is dropped (DLT error 620, 23080). Headers of 3 to 5 letters exist, but most that are written so are cut
short: they are a warning unless registry/templates.yaml names them.

Fails:

    sender_id: KETTLE_IN

Passes:

    sender_id: KETTLE

Fix: write the header as your DLT portal shows it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from campaignctl.findings import Hit, Repair, Severity
from campaignctl.model import Campaign, Context
from campaignctl.words import did_you_mean, quoted

CODE = "CC303"
NAME = "header-format"
SEVERITY = Severity.ERROR
GUESSES = True

#: The sentence of the schema's `errorMessage`, so that editors and the command line agree.
HELP = (
    "must be 3 to 6 letters or exactly 6 digits in quotes, or the operators drop the message (DLT error 620); "
    "write the header as your DLT portal shows it, without operator prefix or suffix"
)

is_header = re.compile(r"[A-Za-z]{3,6}|[0-9]{6}").fullmatch


#: The operator's and the circle's letter before a header, the kind of message after it.
affixed = re.compile(r"(?:([A-Za-z]{2}-)?([A-Za-z]{3,6}|[0-9]{6})(-[PSTGpstg])?)").fullmatch


def check(campaign: Campaign, context: Context) -> Iterator[Hit]:
    """Yield a sender_id that cannot be a registered header, or is shorter than most."""
    value = campaign.sender_id
    if value is None:
        return
    if not is_header(value):
        if not affixed(value):
            close = did_you_mean(value, context.registry.known_headers)
            repair = Repair(f"write {close}", ((0, len(value), close),), safe=False) if close else None
            yield Hit(("sender_id",), f"sender_id {quoted(value)} {HELP}", repair=repair)
    elif len(value) < 6 and campaign.sms_type != "promotional" and not _is_looked_up(value, context):
        yield Hit(
            ("sender_id",),
            f"sender_id {quoted(value)} has {len(value)} letters where most headers have 6, and the operators drop "
            "what is not registered to the letter (DLT error 620); compare it with your DLT portal",
            severity=Severity.WARNING,
        )


def _is_looked_up(value: str, context: Context) -> bool:
    """Return whether the registry has this header, or has them all, so that another rule says what is wrong."""
    return context.registry.knows_templates or value in context.registry.known_headers
