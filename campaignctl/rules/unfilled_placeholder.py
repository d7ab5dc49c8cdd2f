"""A placeholder is left in the text that would be sent.

Why: Exotel fills `@@columns` and nothing else. DLT's own `{#var#}`, another gateway's `##name##` or `#VAR1#`, a
program's `{{name}}`, `{name}` or `%s`, people's `[NAME]`, `<name>` or XXXX, `@@` without a name, and a column of the
list without its two `@` (Exotel's own page spells one with one, before it says `@@`) would reach your customers as
they stand, if the operators let them through (DLT error 633). What is registered so, outside of any slot, is text.
A word that is a column's name and the whole value of a slot is a warning, for it may be meant as the word.

Fails:

    template: "Hello from Kettle, your order {#var#} is packed"

Passes:

    template: "Hello from Kettle, your order 4711 is packed"

Fix: write the value, or in a dynamic campaign the `@@column` that holds it.
"""

from __future__ import annotations

from collections.abc import Iterator

from campaignctl.dlt import placeholders
from campaignctl.dlt.placeholders import Unfilled
from campaignctl.findings import Hit, Repair, Severity
from campaignctl.model import Campaign, Context
from campaignctl.words import quoted

CODE = "CC207"
NAME = "unfilled-placeholder"
SEVERITY = Severity.ERROR
FIXABLE = GUESSES = True


def check(campaign: Campaign, context: Context) -> Iterator[Hit]:
    """Yield each different placeholder that Exotel would leave in the text as it stands."""
    found = placeholders.unfilled(campaign)
    said: set[str] = set()
    for one in found:
        if one.written in said:
            continue
        said.add(one.written)
        same = [each for each in found if each.written == one.written and each.column == one.column]
        yield Hit(
            ("template",),
            _message(campaign, one),
            span=(one.start, one.end),
            severity=None if one.is_sure else Severity.WARNING,
            repair=_repair(campaign, one, same),
        )


def _message(campaign: Campaign, one: Unfilled) -> str:
    written = quoted(one.written)
    if one.column is None or one.of is None:
        return (
            f"template holds {written}, which Exotel does not fill; your customers would read it, or the operators "
            "drop it (DLT error 633), write the value, or an @@column"
        )
    advice = f"write @@{one.column}"
    if campaign.content_type == "static":
        advice = f"make content_type dynamic and {advice}, or write the value"
    if not one.is_sure:
        return (
            f"a slot holds the word {written}, which is also a column of list {quoted(one.of.alias or one.of.sid)}; if "
            f"each is to read their own, {advice}"
        )
    return (
        f"template holds {written}, which Exotel does not fill, so your customers would read it; list "
        f"{quoted(one.of.alias or one.of.sid)} has this column, {advice}"
    )


def _repair(campaign: Campaign, one: Unfilled, same: list[Unfilled]) -> Repair | None:
    """Return what writes the column wherever this stands. It is certain where signs say that it is to be filled."""
    text = campaign.template or ""
    if one.column is None or campaign.content_type != "dynamic" or len(campaign.audience) != 1:
        return None
    column = f"@@{one.column}"
    if not all(placeholders.stands_alone(text, each.end, one.column) for each in same):
        return None
    pieces = tuple((each.start, each.end, column) for each in same)
    return Repair(f"write {column}", pieces, safe=one.is_marked)
