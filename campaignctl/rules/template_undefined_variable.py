"""`{{ name }}` stands for nothing.

Why: an undefined variable would become empty text, and the message would no longer match its registered template.
What differs from person to person is no variable: Exotel fills it where the list's column stands with two @.

Fails:

    template: "Hi, {{ brnd }} has a new tea"

Passes:

    template: "Hi, {{ brand }} has a new tea"

Fix: add the variable to `vars:` in campaignctl.yaml, or give `--var name=value`. For a column of the list write
`@@First_name` in a dynamic campaign.
"""

from __future__ import annotations

import re

from campaignctl.dlt import placeholders
from campaignctl.documents import Document
from campaignctl.findings import Hit, Repair, Severity
from campaignctl.model import Campaign
from campaignctl.templating import Renderer
from campaignctl.words import quoted

CODE = "CC201"
NAME = "template-undefined-variable"
SEVERITY = Severity.ERROR
FIXABLE = True

_NAMED = re.compile(r"\{\{-?\s{0,9}([A-Za-z_]\w{0,62})\s{0,9}(-?\}\}|[|.\[])")


def of_column(campaign: Campaign, hit: Hit, document: Document, render: Renderer) -> Hit:
    """Return what is said of an undefined variable, by its column where the text means one of the campaign's list."""
    raw = document.value(hit.pointer)
    if hit.pointer[0] not in ("template", "variables") or not isinstance(raw, str):
        return hit
    for found in _NAMED.finditer(raw):
        column = placeholders.column_named(campaign, found[1])
        if column is None or render.defines(found[1]):
            continue
        header, of = column
        advice = f"write @@{header}"
        if campaign.content_type == "static":
            advice = f"make content_type dynamic and {advice}"
        return Hit(
            hit.pointer,
            f"{{{{ {found[1]} }}}} is not defined, and {header} is a column of list {quoted(of.alias or of.sid)}, "
            f"with a value for each recipient; {advice}",
            span=found.span(),
            written=True,
            repair=_repair(campaign, raw, found[1], header),
        )
    return hit


def _repair(campaign: Campaign, raw: str, name: str, header: str) -> Repair | None:
    """Return what writes the column for the variable, None where more than that is done with it."""
    found = [one for one in _NAMED.finditer(raw) if one[1] == name]
    if campaign.content_type != "dynamic" or len(campaign.audience) != 1:
        return None
    if not all(
        one[0] == one[0].replace("-", "")
        and one[2] == "}}"
        and raw[one.end() : one.end() + 2]
        not in ("{{", "{%")  # whose first letter would be of the column's name
        and placeholders.stands_alone(raw, one.end(), header)
        for one in found
    ):
        return None
    pieces = tuple((*one.span(), f"@@{header}") for one in found)
    return Repair(f"write @@{header}", pieces)
