"""An approved template holds `<` or `>`.

Why: all signs of the keyboard may stand in a template but these two (Kaleyra; Zubrix), so the portal's text is
probably another one: a line break that an export has written as `<br/>`, or a place left open like `<name>`. A message
with them does not match (DLT error 633); AWS shows `<#>`, the mark of Android's SMS Retriever, failing like that.

Fails:

    # registered: Your Kettle order is packed<br/>and leaves today

Passes:

    # registered: Your Kettle order is packed and leaves today

Fix: look the template up on your DLT portal and copy its text again; `campaignctl registry import` turns `<br/>` into a
line break. If the sign is really registered, say so in a comment: `# campaignctl: ignore[forbidden-angle] ...`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from campaignctl.findings import Hit, Severity
from campaignctl.model import Context
from campaignctl.schema import MOST
from campaignctl.words import quoted

CODE = "CC910"
NAME = "forbidden-angle"
SEVERITY = Severity.WARNING

_angles = re.compile(r"<[^<>\n]{0,40}>|[<>]").finditer
_is_break = re.compile(r"<br */?>", re.IGNORECASE).fullmatch


def check_registry(context: Context) -> Iterator[Hit]:
    """Yield each angle, or what stands in a pair of them, in approved texts."""
    for template in context.registry.approved:
        for found in islice(_angles(template.text), MOST):
            yield Hit(
                ("templates", template.index, "text"),
                _message(found.group()),
                span=found.span(),
                file="templates",
            )


def _message(written: str) -> str:
    if _is_break(written):
        advice = "an export has written a line break like this, so put a line break in its place"
    elif len(written) > 1 and written != "<#>":
        advice = (
            "a value belongs in a slot such as {#alphanumeric#}, so copy the text from your DLT portal again"
        )
    else:
        advice = "copy the text from your DLT portal again"
    return (
        f"{quoted(written)} holds a sign that portals do not register, and the message would not match "
        f"(DLT error 633); {advice}"
    )
