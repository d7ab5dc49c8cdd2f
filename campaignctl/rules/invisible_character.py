"""The text or the name holds a character that nobody sees.

Why: two texts that look the same are not, so a reviewer approves what he has not read, and a text that was sent before
passes for a new one. On phones it may show as a box. Such characters come with copies from web pages and chats, and from
people who mean to hide something. The joiners of Indian scripts and what belongs to an emoji are no such characters.

Fails:

    name: "Tea\\u3164week"

Passes:

    name: Tea week

Fix: delete the character that the finding names, or type the words again. In a text of plain letters
`unicode-switch` says it.
"""

from __future__ import annotations

from collections.abc import Iterator

from campaignctl.dlt.lookalikes import named
from campaignctl.findings import Hit, Severity
from campaignctl.model import Campaign, Context
from campaignctl.rules import unicode_switch
from campaignctl.words import hidden

CODE = "CC213"
NAME = "invisible-character"
SEVERITY = Severity.WARNING


def check(campaign: Campaign, context: Context) -> Iterator[Hit]:
    """Yield the first such character of the name, and of the text where `unicode-switch` has nothing to say."""
    if campaign.name is not None:
        yield from _hits("name", campaign.name, hidden(campaign.name))
    text = campaign.template
    if text is None or not (places := hidden(text)) or not unicode_switch.is_meant(campaign, text):
        return
    silent = unicode_switch.explained(campaign, context)
    free = tuple(place for place in places if not any(low <= place < high for low, high in silent))
    yield from _hits("template", text, free)


def _hits(field: str, text: str, places: tuple[int, ...]) -> Iterator[Hit]:
    if places:
        more = f" and {len(places) - 1} more like it" if len(places) > 1 else ""
        first = places[0]
        yield Hit(
            (field,),
            f"{field} holds {named(text[first])}{more}, which nobody sees, so it reads as what it is not; take it out",
            span=(first, first + 1),
        )
