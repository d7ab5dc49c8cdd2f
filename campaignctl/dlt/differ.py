"""Where and how a text differs from its registered one.

Both are compared with one kind of difference wiped out after the other: what then matches differs in that
kind alone, and how to mend it is certain. Otherwise the text is read from both ends as far as it goes.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

from campaignctl.approved import Difference, DifferenceKind
from campaignctl.dlt.lookalikes import LOOKALIKES

Span = tuple[int, int]

#: Characters of a differing piece that are shown.
_SHOWN = 40


def _same(char: str) -> str:
    return char


def _no_case(char: str) -> str:
    return char.casefold()


def _no_lookalike(char: str) -> str:
    return LOOKALIKES.get(char, char)


def _no_blank(char: str) -> str:
    return "" if char in " \t" else char


def _no_break(char: str) -> str:
    return "" if char in " \t\r\n" else char


def _no_punctuation(char: str) -> str:
    return "" if char != "\0" and unicodedata.category(char)[0] in "PS" else char


_FOLDS: dict[DifferenceKind, Callable[[str], str]] = {
    DifferenceKind.LOOKALIKE: _no_lookalike,
    DifferenceKind.CASE: _no_case,
    DifferenceKind.WHITESPACE: _no_blank,
    DifferenceKind.NEWLINE: _no_break,
    DifferenceKind.PUNCTUATION: _no_punctuation,
}


class _Folded(NamedTuple):
    """A text with some of its differences wiped out, and for each place in it the place before."""

    text: str
    places: list[int]


def _fold(text: str, folds: Sequence[Callable[[str], str]]) -> _Folded:
    pieces: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text):
        folded = char
        for fold in folds:
            folded = "".join(map(fold, folded))
        pieces.append(folded)
        places.extend([place] * len(folded))
    places.append(len(text))
    return _Folded("".join(pieces), places)


def passed_over(text: str, fixed: Sequence[str], ignores: frozenset[DifferenceKind]) -> list[Span] | None:
    """Return the slots' spans when a text matches but for differences that the platform ignores."""
    if not ignores:
        return None
    folds = [fold for kind, fold in _FOLDS.items() if kind in ignores]
    pieces = _pieces(text, fixed, folds)
    return None if pieces is None else _between(pieces)


def _between(pieces: Sequence[Span]) -> list[Span]:
    """Return what lies between the fixed pieces: the slots."""
    return [(before[1], after[0]) for before, after in pairwise(pieces)]


def differ(text: str, fixed: Sequence[str]) -> Difference:
    """Return the first difference of a text, in places of `text`. It must not match."""
    for kind, fold in _FOLDS.items():
        pieces = _pieces(text, fixed, [fold])
        if pieces is not None:
            return _first(text, fixed, pieces, kind, alone=True)
    pieces = _pieces(text, fixed, list(_FOLDS.values()))
    if pieces is not None:
        return _first(text, fixed, pieces, None, alone=False)
    return _from_both_ends(text, fixed)


def placed(found: Difference, text: str, places: Sequence[int]) -> Difference:
    """Return a difference of a masked text in places of the text itself."""
    start, end = places[found.start], places[found.end]
    repairs = tuple((places[low], places[high], new) for low, high, new in found.repairs)
    return replace(found, start=start, end=end, here=text[start:end][:_SHOWN], repairs=repairs)


# --- alike but for one kind of difference -------------------------------------------------------------


def _pieces(text: str, fixed: Sequence[str], folds: Sequence[Callable[[str], str]]) -> list[Span] | None:
    """Return where each fixed text stands once both are folded, in places of `text`; None: nowhere.

    What the fold has dropped at the borders counts as slot where the fixed text itself begins or ends that
    way, and as part of the fixed text otherwise.
    """
    folded = _fold(text, folds)
    spans: list[Span] = []
    place = 0
    for number, one in enumerate(fixed):
        wanted = _fold(one, folds).text
        if number == 0:
            found = 0 if folded.text.startswith(wanted) else -1
        elif number == len(fixed) - 1:
            found = len(folded.text) - len(wanted)
            found = found if found >= place and folded.text.endswith(wanted) else -1
        else:
            found = folded.text.find(wanted, place)
        if found < 0:
            return None
        place = found + len(wanted)
        if len(fixed) == 1 and place != len(folded.text):
            return None
        spans.append((found, place))
    return [
        _unfolded(text, one, span, folded, (number == 0, number == len(fixed) - 1))
        for number, (one, span) in enumerate(zip(fixed, spans, strict=True))
    ]


def _unfolded(text: str, fixed: str, span: Span, folded: _Folded, edges: tuple[bool, bool]) -> Span:
    """Return the piece of `text` that stands for a fixed text, with what was dropped around it."""
    low, high = span
    start = folded.places[low]
    end = folded.places[high - 1] + 1 if high > low else start
    kept_before = folded.places[low - 1] + 1 if low else 0
    kept_after = folded.places[high]
    start = 0 if edges[0] else _edge(text[kept_before:start][::-1], fixed[::-1], start, -1)
    end = len(text) if edges[1] else _edge(text[end:kept_after], _tail(fixed, text[start:end]), end, 1)
    return start, max(start, end)


def _shared(one: str, other: str) -> int:
    """Return how many characters two texts have in common at their beginning."""
    return next(
        (n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )


def _tail(fixed: str, piece: str) -> str:
    """Return what of a fixed text comes after the last character that it shares with the piece."""
    if not piece:
        return fixed
    last = fixed.rfind(piece[-1])
    return fixed[last + 1 :] if last >= 0 else ""


def _edge(gap: str, wanted: str, place: int, step: int) -> int:
    """Move a border over the dropped characters that the fixed text has there too, or over all of them."""
    shared = _shared(gap, wanted) if step > 0 else _shared_head(gap, wanted)
    return place + step * (shared if shared or not gap else len(gap))


def _shared_head(gap: str, reversed_fixed: str) -> int:
    """Return how many of the dropped characters before a piece are the head of the fixed text."""
    head = reversed_fixed[::-1]
    before = gap[::-1]
    for length in range(min(len(before), len(head)), 0, -1):
        if before.endswith(head[:length]):
            return length
    return 0


def _first(
    text: str, fixed: Sequence[str], pieces: Sequence[Span], kind: DifferenceKind | None, *, alone: bool
) -> Difference:
    """Return the first piece that is not as registered, and the edits that make all of them so."""
    repairs: list[tuple[int, int, str]] = []
    for (start, end), wanted in zip(pieces, fixed, strict=True):
        repairs += _edits(text[start:end], wanted, start)
    if not repairs:  # the pieces are as registered, and only a reading of the whole is not
        return _from_both_ends(text, fixed)
    start, end, registered = repairs[0]
    here = text[start:end]
    if kind is DifferenceKind.NEWLINE and not any(sign in here + registered for sign in "\r\n"):
        kind = DifferenceKind.WHITESPACE
    return Difference(
        kind=kind or _kind(here, registered),
        start=start,
        end=end,
        here=here[:_SHOWN],
        registered=registered[:_SHOWN],
        alone=alone,
        repairs=tuple(repairs),
    )


def _edits(here: str, wanted: str, offset: int) -> list[tuple[int, int, str]]:
    """Return the edits that turn one piece into another."""
    if here == wanted:
        return []
    from difflib import SequenceMatcher

    if len(here) + len(wanted) > 600:  # quadratic: one edit between what both begin and end with
        head = _shared(here, wanted)
        most = min(len(here), len(wanted)) - head
        tail = _shared(here[::-1][:most], wanted[::-1][:most])
        return [(offset + head, offset + len(here) - tail, wanted[head : len(wanted) - tail])]
    matcher = SequenceMatcher(None, here, wanted, autojunk=False)
    return [
        (offset + low, offset + high, wanted[new_low:new_high])
        for tag, low, high, new_low, new_high in matcher.get_opcodes()
        if tag != "equal"
    ]


def _kind(here: str, registered: str) -> DifferenceKind:
    """Return how two differing pieces differ at their beginning."""
    if not here.strip(" \t\r\n") and not registered.strip(" \t\r\n"):
        has_break = any(sign in here + registered for sign in "\r\n")
        return DifferenceKind.NEWLINE if has_break else DifferenceKind.WHITESPACE
    one, other = here[:1], registered[:1]
    if one and other and _no_lookalike(one) == _no_lookalike(other)[:1]:
        return DifferenceKind.LOOKALIKE
    if one and one.casefold() == other.casefold():
        return DifferenceKind.CASE
    if all(not _no_punctuation(char) or char in " \t\r\n" for char in here + registered):
        return DifferenceKind.PUNCTUATION
    if any(char in LOOKALIKES for char in here):
        return DifferenceKind.LOOKALIKE
    return DifferenceKind.OTHER


# --- different texts ----------------------------------------------------------------------------------


class _Point(NamedTuple):
    """How far a text goes: its place, the number of the fixed text, the place in that."""

    place: int
    number: int
    inside: int


def _from_both_ends(text: str, fixed: Sequence[str]) -> Difference:
    ahead = _ahead(text, fixed)
    left = [fixed[ahead.number][ahead.inside :], *fixed[ahead.number + 1 :]]
    mirrored = _ahead(
        text[: ahead.place - 1 if ahead.place else None : -1], [one[::-1] for one in reversed(left)]
    )
    number = len(left) - 1 - mirrored.number
    back = len(text) - mirrored.place if any(left) else len(text)
    registered = _registered(left, number, len(left[number]) - mirrored.inside)
    start = ahead.place if ahead.inside or not ahead.number else back
    here = text[start:back]
    if not registered:
        kind = DifferenceKind.EXTRA if here else DifferenceKind.OTHER
    elif not here:
        kind = DifferenceKind.MISSING
    else:
        kind = _kind(here, registered)
        if len(here) > 1 and len(registered) > 1 and kind is not DifferenceKind.LOOKALIKE:
            kind = kind if here.casefold() == registered.casefold() else DifferenceKind.OTHER
    return Difference(
        kind=kind, start=start, end=back, here=here[:_SHOWN], registered=registered[:_SHOWN], alone=False
    )


def _ahead(text: str, fixed: Sequence[str]) -> _Point:
    """Return how far a text follows the fixed texts from its beginning."""
    head = _shared(text, fixed[0])
    if head < len(fixed[0]):
        return _Point(head, 0, head)
    place = head
    for number, wanted in enumerate(fixed[1:], start=1):
        found = text.find(wanted, place)
        if found < 0:
            shared = _longest_head(text, wanted, place)
            if not shared:
                return _Point(place, number, 0)
            return _Point(text.find(wanted[:shared], place) + shared, number, shared)
        place = found + len(wanted)
    return _Point(place, len(fixed) - 1, len(fixed[-1]))


def _longest_head(text: str, wanted: str, place: int) -> int:
    """Return the length of the longest beginning of `wanted` that stands after `place`. By halving."""
    low, high = 0, len(wanted)
    while low < high:
        middle = (low + high + 1) // 2
        if text.find(wanted[:middle], place) >= 0:
            low = middle
        else:
            high = middle - 1
    return low


def _registered(left: Sequence[str], number: int, inside: int) -> str:
    """Return what of the fixed texts is left up to a place; slots in between are shown as dots."""
    return "\u2026".join([*left[:number], left[number][:inside]])
