"""The name has three characters or fewer.

Why: Exotel demands more than three (Exotel: Create SMS campaign, `name`).

Fails:

    name: Tea

Passes:

    name: Tea week

Fix: give the campaign a fuller name, or leave the name out; the id then serves.
"""

from __future__ import annotations

from collections.abc import Iterator

from campaignctl.findings import Pointer, Severity
from campaignctl.model import Campaign, Context
from campaignctl.words import quoted

CODE = "CC106"
NAME = "name-too-short"
SEVERITY = Severity.ERROR

#: The sentence of the schema's `errorMessage`, so that editors and the command line agree.
HELP = "must be longer than 3 characters; give the campaign a fuller name, or leave name out to use the id"


def check(campaign: Campaign, context: Context) -> Iterator[tuple[Pointer, str]]:
    """Yield the name if it is too short once outer spaces are gone."""
    if campaign.name is not None and len(campaign.name.strip()) <= 3:
        yield ("name",), f"name {quoted(campaign.name)} {HELP}"
