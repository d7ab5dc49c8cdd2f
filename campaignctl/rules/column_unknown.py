"""The text names a column that the list does not have.

Why: the name must be exactly that of the list's column header, capitals included, or the marker is
sent as it stands (Exotel: Create SMS campaign, `template`).

Fails:

    content_type: dynamic
    template: "Hi @@first_name, Kettle has a new tea"

Passes:

    content_type: dynamic
    template: "Hi @@First_name, Kettle has a new tea"

Fix: take the spelling of `columns:` in registry/lists.yaml, or mend it there if the list has changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from campaignctl.findings import Hit, Repair, Severity
from campaignctl.model import Campaign, Context
from campaignctl.sms import COLUMN
from campaignctl.words import did_you_mean, quoted, shortened

CODE = "CC206"
NAME = "column-unknown"
SEVERITY = Severity.ERROR
FIXABLE = GUESSES = True


def check(campaign: Campaign, context: Context) -> Iterator[Hit]:
    """Yield the template once for each column that no header of its list equals."""
    if not campaign.columns or campaign.content_type != "dynamic" or len(campaign.audience) != 1:
        return
    recipients = campaign.audience[0]
    if recipients is None or recipients.columns is None:
        return
    for column in campaign.columns:
        if column not in recipients.columns:
            close = did_you_mean(column, recipients.columns)
            has = shortened(", ".join(recipients.columns), 120) or "none"
            advice = f"did you mean @@{close}?" if close else f"the list's columns: {has}"
            name = recipients.alias or recipients.sid
            message = f"@@{shortened(column)} is not a column of list {quoted(name)}; {advice}"
            places = [one.span() for one in COLUMN.finditer(campaign.template or "") if one[1] == column]
            repair = _repair(column, close, recipients.columns, places) if close else None
            yield Hit(("template",), message, places[0], repair=repair)


def _repair(column: str, close: str, columns: Sequence[str], places: Sequence[tuple[int, int]]) -> Repair:
    """Return the spelling of the list wherever the column stands; certain where only the case differs."""
    certain = [one for one in columns if one.casefold() == column.casefold()] == [close]
    pieces = tuple((start, end, f"@@{close}") for start, end in places)
    return Repair(f"write @@{close}", pieces, safe=certain)
