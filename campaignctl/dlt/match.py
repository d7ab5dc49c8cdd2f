"""A text held against a registered one: anchored at both ends, structure first, slot rules after.

The scrubbing reads fixed text as it stands and a slot as any text. `@@columns` are values that nobody knows
yet, so each may stand in a slot and nowhere else. There is no regular expression here and no backtracking: a
slot's ends are carried forward as a set of places, so that a hostile pair of texts costs slots times length.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from campaignctl.approved import Comparison, Filling, Slot, SlotKind, Template
from campaignctl.dlt import differ
from campaignctl.profiles import Profile
from campaignctl.sms import COLUMN

#: Stands for one @@column. No YAML file can hold it, and the schemas refuse its escape.
HOLE = "\0"

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
            found = differ.differ(masked.text, template.fixed)
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
    filled = inside
    for name in names:
        filled = filled.replace(HOLE, sample.get(name, ""), 1)
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
    """What a slot takes: characters at least and at most, and for each place where its kind ends."""

    least: int
    most: int
    reach: Sequence[int] | None


def align(text: str, template: Template, profile: Profile) -> list[Span] | None:
    """Return the span of each slot, or None where the fixed text differs.

    Among several readings the one that breaks the fewest slot rules counts, as the platform would take it.
    """
    found = _leftmost(text, template.fixed)
    if found is None or not template.slots:
        return found
    ends: dict[SlotKind, Sequence[int]] = {}
    kinds = [slot.kind for slot in template.slots]
    if _is_good(text, found, kinds, profile):
        return found
    has_types = any(kind in _TAKES for kind in kinds)
    for typed, bounded in ((True, True), (False, True), (True, False), (False, False)):
        if typed and not has_types:
            continue
        limits = [
            _Limits(
                1,
                _longest(kind, profile) if bounded else len(text),
                _ends(text, kind, ends) if typed else None,
            )
            for kind in kinds
        ]
        better = _within(text, template.fixed, limits)
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


def _longest(kind: SlotKind, profile: Profile) -> int:
    return profile.url_warning if kind in (SlotKind.URL, SlotKind.URLOTT) else profile.slot_warning


def _is_good(text: str, spans: Sequence[Span], kinds: Sequence[SlotKind], profile: Profile) -> bool:
    """Return whether a reading breaks no slot rule, so that no better one need be looked for."""
    for (start, end), kind in zip(spans, kinds, strict=True):
        if not 0 < end - start <= _longest(kind, profile):
            return False
        takes = _TAKES.get(kind)
        if takes is not None and not all(map(takes, text[start:end])):
            return False
    return True


def _is_digit(char: str) -> bool:
    return "0" <= char <= "9" or char == HOLE


def _is_word(char: str) -> bool:
    # The signs of the Indian scripts are marks, not letters, and belong to words.
    return char.isalnum() or char in " ./_" + HOLE or "\u0900" <= char <= "\u0dff"


def _is_solid(char: str) -> bool:
    return not char.isspace()


_TAKES: Mapping[SlotKind, Callable[[str], bool]] = {
    SlotKind.NUMERIC: _is_digit,
    SlotKind.ALPHANUMERIC: _is_word,
    SlotKind.URL: _is_solid,
    SlotKind.URLOTT: _is_solid,
    SlotKind.EMAIL: _is_solid,
}


def _ends(text: str, kind: SlotKind, known: dict[SlotKind, Sequence[int]]) -> Sequence[int] | None:
    """Return for each place of the text where a run of characters that the kind takes ends."""
    takes = _TAKES.get(kind)
    if takes is None:
        return None
    if kind not in known:
        ends = [len(text)] * (len(text) + 1)
        for place in range(len(text) - 1, -1, -1):
            ends[place] = ends[place + 1] if takes(text[place]) else place
        known[kind] = ends
    return known[kind]


def _within(text: str, fixed: Sequence[str], limits: Sequence[_Limits]) -> list[Span] | None:
    """Return the slots' spans of a reading that keeps all limits, or None.

    Forward, the places where slot after slot can begin are kept as sorted lists; backward, one way through
    them is picked.
    """
    begins: list[list[int]] = [[len(fixed[0])]]
    for number, limit in enumerate(limits):
        is_last = number == len(limits) - 1
        after = fixed[number + 1]
        found: list[int] = []
        for low, high in _intervals(begins[-1], limit, len(text)):
            if is_last:
                place = len(text) - len(after)
                if low <= place <= high:
                    found = [len(text)]
                    break
            else:
                found += [place + len(after) for place in _places(text, after, low, high)]
        if not found:
            return None
        begins.append(found)
    spans: list[Span] = []
    end = len(text)
    for number in range(len(limits) - 1, -1, -1):
        end -= len(fixed[number + 1])
        limit = limits[number]
        start = next(
            place
            for place in reversed(begins[number])
            if limit.least <= end - place <= limit.most and (limit.reach is None or limit.reach[place] >= end)
        )
        spans.append((start, end))
        end = start
    return spans[::-1]


def _intervals(begins: Sequence[int], limit: _Limits, length: int) -> list[Span]:
    """Return the places where a slot that begins at one of these can end, as separate closed intervals."""
    joined: list[Span] = []
    for begin in begins:
        low = begin + limit.least
        high = min(begin + limit.most, length if limit.reach is None else limit.reach[begin])
        if high < low:
            continue
        if joined and low <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(joined[-1][1], high))
        else:
            joined.append((low, high))
    return joined


def _places(text: str, piece: str, low: int, high: int) -> list[int]:
    """Return where in [low, high] a piece stands."""
    if not piece:
        return list(range(low, high + 1))
    found: list[int] = []
    place = text.find(piece, low, high + len(piece))
    while place >= 0:
        found.append(place)
        place = text.find(piece, place + 1, high + len(piece))
    return found
