"""A text held against a registered one: anchored at both ends, structure first, slot rules after.

The scrubbing reads fixed text as it stands and a slot as any text. `@@columns` are values that nobody knows
yet, so each may stand in a slot and nowhere else. There is no regular expression here and no backtracking: a
slot's ends are carried forward as a set of places, so that a hostile pair of texts costs slots times length.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from campaignctl.approved import Comparison, Filling, Slot, SlotKind, Template
from campaignctl.dlt import differ, edits
from campaignctl.profiles import Profile
from campaignctl.sms import COLUMN

HOLE = edits.HOLE

Span = tuple[int, int]


class Masked(NamedTuple):
    """A text with one HOLE for each @@column, and for each place in it the place in the text."""

    text: str
    places: Sequence[int]
    names: tuple[str, ...]


def mask(text: str) -> Masked:
    """Return a text with its @@columns taken out."""
    if "@@" not in text:
        return Masked(text, range(len(text) + 1), ())
    pieces: list[str] = []
    places: list[int] = []
    names: list[str] = []
    end = 0
    for found in COLUMN.finditer(text):
        pieces += [text[end : found.start()], HOLE]
        places.extend(range(end, found.start() + 1))
        names.append(found.group(1))
        end = found.end()
    pieces.append(text[end:])
    places.extend(range(end, len(text) + 1))
    return Masked("".join(pieces), places, tuple(names))


def compare(
    text: str, template: Template, profile: Profile, sample: Mapping[str, str] | None = None
) -> Comparison:
    """Return what stands in each slot of the template, or where the text first differs from it.

    `sample` is one row of the list: what is said about a slot's value is then said of that row.
    """
    masked = mask(text)
    spans = align(masked.text, template, profile)
    if spans is None:
        folded = differ.passed_over(masked.text, template.fixed, profile.ignores)
        if folded is None:
            numbers = (place for place, slot in enumerate(template.slots) if slot.kind is SlotKind.NUMERIC)
            found = differ.differ(masked.text, template.fixed, frozenset(numbers))
            return Comparison(difference=differ.placed(found, text, masked.places))
        spans = folded
    fillings = [
        _filling(slot, span, text, masked, sample or {})
        for slot, span in zip(template.slots, spans, strict=True)
    ]
    return Comparison(fillings=tuple(fillings))


def fits(text: str, template: Template) -> bool:
    """Return whether a text has the structure of a template, whatever its slots hold."""
    return has_structure(mask(text).text, template)


def fits_well(text: str, template: Template, profile: Profile) -> bool:
    """Return whether a text fits a template and its values break none of the slots' rules."""
    masked = mask(text).text
    spans = align(masked, template, profile)
    kinds = [slot.kind for slot in template.slots]
    return spans is not None and _is_good(masked, spans, kinds, profile)


def has_structure(masked: str, template: Template) -> bool:
    """Return whether a text fits whose @@columns are already taken out."""
    return _leftmost(masked, template.fixed) is not None


def _filling(slot: Slot, span: Span, text: str, masked: Masked, sample: Mapping[str, str]) -> Filling:
    before = masked.text.count(HOLE, 0, span[0]) if masked.names else 0
    inside = masked.text[span[0] : span[1]]
    names = masked.names[before : before + inside.count(HOLE)] if masked.names else ()
    start, end = masked.places[span[0]], masked.places[span[1]]
    pieces = inside.split(HOLE)
    filled = pieces[0] + "".join(
        sample.get(name, "") + one for name, one in zip(names, pieces[1:], strict=True)
    )
    return Filling(
        slot=slot,
        start=start,
        end=end,
        value=text[start:end],
        columns=names,
        sample=filled,
        known=all(name in sample for name in names),
    )


# --- alignment --------------------------------------------------------------------------------------


class _Limits(NamedTuple):
    """What a slot takes: characters at least and at most, and the places of what its kind does not take."""

    least: int
    most: int
    refused: int


#: What a reading keeps, the strictest first: characters at least in each slot, and which length.
_WISHES = ((1, "warning"), (1, "error"), (1, None), (0, None))


def align(text: str, template: Template, profile: Profile) -> list[Span] | None:
    """Return the span of each slot, or None where the fixed text differs.

    Among several readings one is taken that breaks no slot rule, else one that keeps to lengths that are
    errors, else to the kinds alone; among those the one in which each slot in turn ends as early as it can,
    as the platforms' patterns read it.
    """
    found = _leftmost(text, template.fixed)
    if found is None or not template.slots:
        return found
    kinds = [slot.kind for slot in template.slots]
    if _is_good(text, found, kinds, profile):
        return found
    signs = edits.signs_of(text)
    pieces = [_begins(one, signs.each, len(text)) for one in template.fixed]
    refused = {kind: _refused(kind, signs.each) for kind in kinds}
    for typed in (True, False) if any(refused.values()) else (False,):
        for least, length in _WISHES:
            limits = [
                _Limits(least, _longest(kind, profile, length, len(text)), refused[kind] if typed else 0)
                for kind in kinds
            ]
            better = _within(len(text), template.fixed, pieces, limits)
            if better is not None:
                return better
    return found


def _leftmost(text: str, fixed: Sequence[str]) -> list[Span] | None:
    """Return the slots' spans when each ends at the first place where its following text stands."""
    first, last = fixed[0], fixed[-1]
    if len(fixed) == 1:
        return [] if text == first else None
    limit = len(text) - len(last)
    if limit < len(first) or not text.startswith(first) or not text.endswith(last):
        return None
    spans: list[Span] = []
    place = len(first)
    for middle in fixed[1:-1]:
        found = text.find(middle, place, limit)
        if found < 0:
            return None
        spans.append((place, found))
        place = found + len(middle)
    spans.append((place, limit))
    return spans


def _longest(kind: SlotKind, profile: Profile, length: str | None, most: int) -> int:
    """Return how long a value may be before it is a warning or an error; None: as long as the text."""
    if length is None:
        return most
    if kind in (SlotKind.URL, SlotKind.URLOTT):
        return profile.url_warning if length == "warning" else most
    return profile.slot_warning if length == "warning" else profile.slot_error


def _is_good(text: str, spans: Sequence[Span], kinds: Sequence[SlotKind], profile: Profile) -> bool:
    """Return whether a reading breaks no slot rule, so that no better one need be looked for."""
    for (start, end), kind in zip(spans, kinds, strict=True):
        if not 0 < end - start <= _longest(kind, profile, "warning", len(text)):
            return False
        takes = _TAKES.get(kind)
        if takes is not None and not all(map(takes, text[start:end])):
            return False
    return True


def _is_digit(char: str) -> bool:
    return "0" <= char <= "9" or char == HOLE


def _is_word(char: str) -> bool:
    # The signs of the Indian scripts are marks, not letters, and belong to words.
    return char.isalpha() or char.isdecimal() or char in " ./_" + HOLE or "\u0900" <= char <= "\u0dff"


def _is_solid(char: str) -> bool:
    return not char.isspace()


_TAKES: Mapping[SlotKind, Callable[[str], bool]] = {
    SlotKind.NUMERIC: _is_digit,
    SlotKind.ALPHANUMERIC: _is_word,
    SlotKind.URL: _is_solid,
    SlotKind.URLOTT: _is_solid,
    SlotKind.EMAIL: _is_solid,
}


def _refused(kind: SlotKind, each: Mapping[str, int]) -> int:
    """Return the places, as bits, of what a kind of slot does not take."""
    takes = _TAKES.get(kind)
    places = 0
    for char, bits in each.items():
        if takes is not None and not takes(char):
            places |= bits
    return places


def _begins(piece: str, each: Mapping[str, int], length: int) -> int:
    """Return the places, as bits, where a piece begins in the text."""
    places = (1 << length + 1) - 1
    for offset, char in enumerate(piece):
        places &= each.get(char, 0) >> offset
        if not places:
            break
    return places


def _within(
    length: int, fixed: Sequence[str], pieces: Sequence[int], limits: Sequence[_Limits]
) -> list[Span] | None:
    """Return the slots' spans of a reading that keeps all limits, or None. `pieces`: where each text begins.

    From the end, the places where slot after slot may begin are kept as the bits of one number; then each
    slot in turn takes the nearest end.
    """
    ends: list[int] = []
    end = pieces[-1] & 1 << length - len(fixed[-1])
    for number in range(len(limits) - 1, -1, -1):
        ends.append(end)
        begins = _reached(end, limits[number])
        end = pieces[number] & begins >> len(fixed[number])
    if not end & 1:
        return None
    spans: list[Span] = []
    place = len(fixed[0])
    for limit, bits, after in zip(limits, reversed(ends), fixed[1:], strict=True):
        rest = bits >> place + limit.least
        stop = place + limit.least + (rest & -rest).bit_length() - 1
        spans.append((place, stop))
        place = stop + len(after)
    return spans


def _reached(ends: int, limit: _Limits) -> int:
    """Return where a slot may begin that ends at one of these places. Its length is doubled step by step."""
    taken = ~limit.refused
    found = ends >> 1 & taken if limit.least else ends
    left = limit.most - limit.least
    step, free = 1, taken
    while left > 0:
        # Whatever is new here is longer than `step`: all the places of `free` are needed, however few are left.
        more = found | found >> min(step, left) & free
        if more == found:
            break
        left -= step
        found, free, step = more, free & free >> step, 2 * step
    return found
