"""Texts that are alike but for kinds of difference: both are folded, so that those kinds vanish, and compared.

Characters that are paired and equal hold the reading in place; what lies between them is read once more,
unfolded.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from campaignctl.dlt.edits import BUDGET, Edit, Pattern, Reading, Span, Token, fewest

Fold = Callable[[str], str]


def folded(text: str, pattern: Pattern, folds: Sequence[Fold], budget: int) -> Reading | None:
    """Return a reading of a text that matches once both are folded, but for `budget` edits.

    A fold turns one character into others or into none.
    """
    units, places = _fold(text, folds)
    tokens, origins = _fold(pattern, folds)
    found = fewest("".join(filter(None, units)), tokens, budget)
    if found is None:
        return None
    cores = [
        (places[low], places[high - 1] + 1) if high > low else (places[low], places[low])
        for low, high in found.slots
    ]
    anchors = [
        (places[at], origins[inside])
        for at, inside in found.pairs
        if _is_first(places, at)
        and _is_first(origins, inside)
        and text[places[at]] == pattern[origins[inside]]
    ]
    reading = Reading([], [], [])
    at = inside = number = 0
    for place, origin in (*anchors, (len(text), len(pattern))):
        if place > at or origin > inside:
            between = pattern[inside:origin]
            slots = cores[number : number + between.count(None)]
            number += len(slots)
            _read_again(reading, text, pattern, Edit(at, place, inside, origin), slots)
        at, inside = place + 1, origin + 1
    return reading


def _fold(tokens: Sequence[Token], folds: Sequence[Fold]) -> tuple[list[Token], list[int]]:
    """Return the folded tokens, and where each comes from."""
    known: dict[Token, str] = {}
    units: list[Token] = []
    places: list[int] = []
    for place, token in enumerate(tokens):
        if token is None:
            units.append(None)
            places.append(place)
            continue
        if token not in known:
            known[token] = _folded_char(token, folds)
        units += known[token]
        places += [place] * len(known[token])
    return units, [*places, len(tokens)]


def _folded_char(char: str, folds: Sequence[Fold]) -> str:
    for fold in folds:
        char = "".join(map(fold, char))
    return char


def _is_first(places: Sequence[int], number: int) -> bool:
    return number == 0 or places[number - 1] != places[number]


def _read_again(reading: Reading, text: str, pattern: Pattern, gap: Edit, cores: Sequence[Span]) -> None:
    """Read a gap between two anchors unfolded, and append what is found."""
    piece, wanted = text[gap.start : gap.end], pattern[gap.low : gap.high]
    found = fewest(piece, wanted, min(BUDGET, max(len(piece), len(wanted))))
    if found is not None:
        reading.edits.extend(
            Edit(one.start + gap.start, one.end + gap.start, one.low + gap.low, one.high + gap.low)
            for one in found.edits
        )
        reading.slots.extend((low + gap.start, high + gap.start) for low, high in found.slots)
        return
    start, low = gap.start, gap.low
    for core in cores:
        slot = pattern.index(None, low)
        begin = min(max(core[0], start), gap.end)
        end = min(max(core[1], begin), gap.end)
        _add_block(reading.edits, text, pattern, Edit(start, begin, low, slot))
        reading.slots.append((begin, end))
        start, low = end, slot + 1
    _add_block(reading.edits, text, pattern, Edit(start, gap.end, low, gap.high))


def _add_block(edits: list[Edit], text: str, pattern: Pattern, block: Edit) -> None:
    """Append a piece that differs, without what both begin and end with."""
    start, end, low, high = block
    while start < end and low < high and text[start] == pattern[low]:
        start, low = start + 1, low + 1
    while start < end and low < high and text[end - 1] == pattern[high - 1]:
        end, high = end - 1, high - 1
    if start < end or low < high:
        edits.append(Edit(start, end, low, high))
