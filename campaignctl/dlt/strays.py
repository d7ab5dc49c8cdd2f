"""A text that is not the registered one: which rule says so, and how both pieces are shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple
from unicodedata import category

from campaignctl.approved import Difference, DifferenceKind, Registry, Template
from campaignctl.dlt import lookup, match
from campaignctl.dlt.differ import SHOWN
from campaignctl.dlt.lookalikes import TO_ASCII
from campaignctl.dlt.once import once
from campaignctl.model import Campaign
from campaignctl.profiles import STRICT


class Stray(NamedTuple):
    """How a text strays from its registered template."""

    difference: Difference
    registered: Template
    other: Template | None  #: the approved template of the same entity that the text fits instead

    @property
    def looks_alike(self) -> bool:
        """Return whether nothing but look-alike characters make the difference."""
        return self.difference.kind is DifferenceKind.LOOKALIKE and self.difference.alone


def of(campaign: Campaign, registry: Registry) -> Stray | None:
    """Return how the campaign's text strays from its registered one, None where it does not."""
    comparison = campaign.comparison
    if comparison is None or comparison.difference is None:
        return None
    return _of(campaign, registry)


@once
def _of(campaign: Campaign, registry: Registry) -> Stray | None:
    comparison, registered = campaign.comparison, campaign.registered
    if comparison is None or comparison.difference is None or registered is None:
        return None
    stray = Stray(comparison.difference, registered, None)
    return stray if stray.looks_alike else stray._replace(other=_other(campaign, registry))


def _other(campaign: Campaign, registry: Registry) -> Template | None:
    """Return the template that was probably meant: one of the campaign's header before others."""
    text, own = campaign.template or "", campaign.registered
    entity = campaign.dlt_entity_id or (own.entity if own else None)
    found = [
        one
        for one in lookup.fitting(registry, text)
        if one is not own and one.entity == entity and match.fits_well(text, one, STRICT)
    ]
    return min(found, key=lambda one: campaign.sender_id not in one.headers, default=None)


def edited(text: str, edits: Sequence[tuple[int, int, str]]) -> str:
    """Return a text with pieces of it replaced."""
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def is_certain(text: str, edits: Sequence[tuple[int, int, str]]) -> bool:
    """Return whether edits leave the words alone: then the registered text is what was meant."""
    return _words(text) == _words(edited(text, edits))


def _words(text: str) -> str:
    plain = text.translate(TO_ASCII).casefold()
    return "".join(char for char in plain if char.isalnum() or category(char)[0] == "M")


class Shown(NamedTuple):
    """Both differing pieces as far as a reader needs them, and where the one in the text stands."""

    here: str
    registered: str
    start: int
    end: int


def _cuts(before: str, behind: str) -> bool:
    """Return whether a word is cut between two texts."""
    return _is_of_word(before[-1:]) and _is_of_word(behind[:1])


def _is_of_word(char: str) -> bool:
    return char.isalnum() or (char != "" and (char in "'\u2019" or category(char)[0] == "M"))


def shown(text: str, found: Difference) -> Shown:
    """Return what differs in whole words and whole runs of spaces."""
    start, end = found.start, found.end
    here, registered = text[start:end], found.registered
    if found.kind in (DifferenceKind.WHITESPACE, DifferenceKind.NEWLINE):
        opens = closes = True
        belongs: Callable[[str], bool] = str.isspace
    else:
        before, behind = text[:start], text[end:]
        opens = _cuts(before, here + behind) or _cuts(before, registered + behind)
        closes = _cuts(before + here, behind) or _cuts(before + registered, behind)
        belongs = _is_of_word
    while opens and start and belongs(text[start - 1]):
        start -= 1
    while closes and end < len(text) and belongs(text[end]):
        end += 1
    inside = [one for one in found.repairs if start <= one[0] and one[1] <= end]
    cut = "..." if len(registered) == SHOWN else ""
    edits = inside or [(found.start, found.end, registered + cut)]
    piece = text[start:end]
    registered = edited(piece, [(low - start, high - start, new) for low, high, new in edits])
    return Shown(piece, registered, start, end)
