"""An approved template begins or ends with a space or a line break.

Why: portals ask for none at the edges (Kaleyra), and a message must repeat it to the letter (DLT error 633). Most
often it came with copying, or from YAML: `|` and `>` add a line break at the end, `|-` and `>-` do not.

Fails:

    # registered: Your Kettle order is packed and leaves today\x20

Passes:

    # registered: Your Kettle order is packed and leaves today

Fix: look the template up on your DLT portal and copy its text again; write `|-` for `|`. If the space is registered,
register a clean text, or say so in a comment: `# campaignctl: ignore[edge-space] ...`.
"""

from __future__ import annotations

from collections.abc import Iterator

from campaignctl.findings import Hit, Severity
from campaignctl.model import Context

CODE = "CC912"
NAME = "edge-space"
SEVERITY = Severity.WARNING


def check_registry(context: Context) -> Iterator[Hit]:
    """Yield the blanks at each edge of an approved text."""
    for template in context.registry.approved:
        text = template.text
        if not text[:1].isspace() and not text[-1:].isspace():
            continue
        begin = len(text) - len(text.lstrip())
        end = len(text.rstrip())
        pointer = ("templates", template.index, "text")
        if begin:
            yield Hit(pointer, _message("begins", text[:begin]), span=(0, begin), file="templates")
        if begin <= end < len(text):
            yield Hit(pointer, _message("ends", text[end:]), span=(end, len(text)), file="templates")


def _message(edge: str, blanks: str) -> str:
    what = "a line break" if "\n" in blanks or "\r" in blanks else "a space"
    hint = ", which YAML's | and > add and |- and >- do not" if edge == "ends" and "\n" in blanks else ""
    return (
        f"the text {edge} with {what}{hint}; a message must repeat it or is dropped (DLT error 633), so compare with your "
        "DLT portal and take it out if it is not registered"
    )
