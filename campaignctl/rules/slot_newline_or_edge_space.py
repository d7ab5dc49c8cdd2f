"""The value of a slot holds a line break, or begins or ends with a space.

Why: at the edge of a slot a space is read as a second one of the fixed text, and a line break as a text of
another form; both are named as reasons for drops (DLT error 633; Kaleyra). They come with copied columns.

Fails:

    # registered: Your Kettle order {#num#} goes to {#alp#} today
    variables: ["4711", "Pune "]

Passes:

    # registered: Your Kettle order {#num#} goes to {#alp#} today
    variables: ["4711", "Pune"]

Fix: take out the blank, in the file or in the list's column.
"""

from __future__ import annotations

from collections.abc import Iterator

from campaignctl.dlt import values
from campaignctl.findings import Hit, Severity
from campaignctl.model import Campaign, Context

CODE = "CC713"
NAME = "slot-newline-or-edge-space"
SEVERITY = Severity.WARNING

concern = values.concern


def check(campaign: Campaign, context: Context) -> Iterator[Hit]:
    """Return each value with a blank where none belongs."""
    return values.hits(NAME, campaign, context.profile)
