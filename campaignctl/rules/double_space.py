"""An approved template has two spaces in a row.

Why: portals ask for one space between words (Kaleyra), and a message with one where two are registered is dropped, or
the other way round (Kaleyra; Exotel; DLT error 633). Most often the second one came with copying and is not
registered at all; where it is, nobody who types the text will think of it.

Fails:

    # registered: Your Kettle order  is packed and leaves today

Passes:

    # registered: Your Kettle order is packed and leaves today

Fix: look the template up on your DLT portal and copy its text again. If both spaces are registered, register a
clean text, or say so in a comment: `# campaignctl: ignore[double-space] ...`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from campaignctl.findings import Hit, Severity
from campaignctl.model import Context
from campaignctl.schema import MOST

CODE = "CC911"
NAME = "double-space"
SEVERITY = Severity.WARNING

#: Spaces with more text on both sides; those at the edges are edge-space's. NBSP is a space to the eye.
_runs = re.compile(r"(?<=\S)[ \u00a0]{2,}(?=\S)").finditer


def check_registry(context: Context) -> Iterator[Hit]:
    """Yield each run of spaces inside an approved text."""
    for template in context.registry.approved:
        for found in islice(_runs(template.text), MOST):
            number = found.end() - found.start()
            message = (
                f"{number} spaces in a row; a message must have exactly as many or is dropped (DLT error 633), so compare "
                "with your DLT portal and write one space if one is registered"
            )
            yield Hit(("templates", template.index, "text"), message, span=found.span(), file="templates")
