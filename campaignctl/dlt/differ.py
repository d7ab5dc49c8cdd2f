"""Where and how a text differs from its registered one, in the words of a person who compares them.

A few edits of single characters are looked for first, then differences of one kind alone wherever they are.
Else words differ: a few of them, wherever they are, or one piece that is missing, extra or other.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace

from campaignctl.approved import Difference, DifferenceKind
from campaignctl.dlt.block import block, size
from campaignctl.dlt.edits import (
    BUDGET,
    Edit,
    Pattern,
    Reading,
    Span,
    fewest,
    is_letter,
    pattern_of,
    written,
)
from campaignctl.dlt.folded import folded
from campaignctl.dlt.lookalikes import LOOKALIKES
from campaignctl.dlt.wording import in_words

#: Characters of a differing piece that are shown.
SHOWN = 40
#: Edits that are looked for besides differences of any kind in any number.
_BESIDES = 4
#: Letters that two words have in common when one is a form of the other.
_STEM = 4
#: How much longer extra text may be than the edits that explain it too.
_RATHER = 8


def _no_case(char: str) -> str:
    return char.casefold()


def _no_lookalike(char: str) -> str:
    # Indian scripts and emoji need the joiners, and have signs of one code point that are written as two as well.
    if char in "\u200c\u200d\ufe0e\ufe0f":
        return ""
    return LOOKALIKES[char] if char in LOOKALIKES else unicodedata.normalize("NFD", char)


def _no_blank(char: str) -> str:
    return "" if char in " \t" else char


def _no_break(char: str) -> str:
    return "" if char in " \t\r\n" else char


def _no_punctuation(char: str) -> str:
    return "" if unicodedata.category(char)[0] in "PS" else char


_FOLDS: dict[DifferenceKind, Callable[[str], str]] = {
    DifferenceKind.LOOKALIKE: _no_lookalike,
    DifferenceKind.CASE: _no_case,
    DifferenceKind.WHITESPACE: _no_blank,
    DifferenceKind.NEWLINE: _no_break,
    DifferenceKind.PUNCTUATION: _no_punctuation,
}
_BLANKS = frozenset((DifferenceKind.WHITESPACE, DifferenceKind.NEWLINE))


def passed_over(text: str, fixed: Sequence[str], ignores: frozenset[DifferenceKind]) -> list[Span] | None:
    """Return the slots' spans when a text matches but for differences that the platform ignores."""
    folds = [fold for kind, fold in _FOLDS.items() if kind in ignores]
    if not folds:
        return None
    found = folded(text, pattern_of(fixed), folds, 0)
    return None if found is None else found.slots


def differ(text: str, fixed: Sequence[str], numbers: frozenset[int] = frozenset()) -> Difference:
    """Return the first difference of a text, in places of `text`. It must not match.

    `numbers`: the slots, counted from 0, that take digits only, so that no fixed words are taken for values.
    `repairs` make the text match; there are none where a slot would have to be filled, or where a whole piece is
    another text.
    """
    pattern = pattern_of(fixed)
    length = len(pattern) - pattern.count(None)
    few = fewest(text, pattern, min(BUDGET, length // 4 + 1))  # of a short text less would be left
    if few is not None and _is_of_one_kind(_kinds(text, pattern, few.edits)):
        return _said(text, pattern, few.edits)
    for fold in _FOLDS.values():
        alike = folded(text, pattern, [fold], 0)
        if alike is not None:
            return _said(text, pattern, alike.edits)
    words = in_words(text, pattern, numbers)
    piece = words.piece if words else block(text, pattern)
    readings = [words.several] if words and words.several else []
    spelt = few
    if spelt is None and not (readings and len(readings[0]) == 1):
        spelt = folded(text, pattern, list(_FOLDS.values()), _BESIDES)
    if spelt is not None and (not readings or _keeps_words(text, pattern, spelt, numbers)):
        readings.append(spelt.edits)
    if readings:
        edits = min(readings, key=lambda edits: _weight(text, pattern, edits))
        changed = _weight(text, pattern, edits)
        if piece.low == piece.high:  # all that is registered is there: rather more text than other text
            changed *= _RATHER
        if changed < _weight(text, pattern, [piece]):
            is_whole = len(edits) == 1 and _is_other(text, pattern, edits[0])
            return _said(text, pattern, edits, is_certain=not is_whole)
    return _said(text, pattern, [piece], is_certain=not _is_other(text, pattern, piece))


def _weight(text: str, pattern: Pattern, edits: Sequence[Edit]) -> int:
    """Return how much edits change: text in place of another more than missing text, but `leave` for `leaves` little."""
    from difflib import SequenceMatcher

    total = 0
    for one in edits:
        here, registered = text[one.start : one.end], _registered(pattern, one)
        total += 4 * size(one) + min(len(here), len(registered))
        if min(len(here), len(registered)) >= _STEM:
            same = (
                SequenceMatcher(None, here[:SHOWN], registered[:SHOWN], autojunk=False)
                .find_longest_match()
                .size
            )
            total -= 4 * same if same >= _STEM else 0
    return total


def _keeps_words(text: str, pattern: Pattern, found: Reading, numbers: frozenset[int]) -> bool:
    """Return whether no text is missing or extra inside a word, no slot is empty, and one of digits has no letter."""
    for place, (low, high) in enumerate(found.slots):
        if low == high:
            return False
        if place in numbers and any(is_letter(char) and not char.isdecimal() for char in text[low:high]):
            return False
    return not any(
        is_letter(text[one.start - 1 : one.start] or None) and is_letter(text[one.end : one.end + 1] or None)
        for one in found.edits
        if not all(kind in _FOLDS for kind in _kinds(text, pattern, [one]))
    )


def _is_other(text: str, pattern: Pattern, piece: Edit) -> bool:
    """Return whether a piece is another text of several words: nobody can tell what is meant by it."""
    return any(
        _kind(text, pattern, one) is DifferenceKind.OTHER
        and " " in text[one.start : one.end] + _registered(pattern, one)
        for one in _parts(text, pattern, piece)
    )


def placed(found: Difference, text: str, places: Sequence[int]) -> Difference:
    """Return a difference of a masked text in places of the text itself."""
    start, end = places[found.start], places[found.end]
    repairs = tuple((places[low], places[high], new) for low, high, new in found.repairs)
    return replace(found, start=start, end=end, here=text[start:end][:SHOWN], repairs=repairs)


def _kinds(text: str, pattern: Pattern, found: Sequence[Edit]) -> list[DifferenceKind]:
    return [_kind(text, pattern, part) for one in found for part in _parts(text, pattern, one)]


def _is_of_one_kind(kinds: Sequence[DifferenceKind]) -> bool:
    """Return whether all are of one kind that says how to mend it. Spaces and line breaks count as one."""
    return kinds[0] in _FOLDS and _alone(kinds)


def _alone(kinds: Sequence[DifferenceKind]) -> bool:
    return len(set(kinds)) == 1 or _BLANKS.issuperset(kinds)


def _said(text: str, pattern: Pattern, found: Sequence[Edit], *, is_certain: bool = True) -> Difference:
    """Return the first edit as the difference, and all of them as what mends it."""
    parts = [part for one in found for part in _parts(text, pattern, one)]
    pieces = _joined(text, parts, [_kind(text, pattern, one) for one in parts])
    kinds = [_kind(text, pattern, one) for one in pieces]
    first = pieces[0]
    is_certain = is_certain and not any(None in pattern[one.low : one.high] for one in parts)
    return Difference(
        kind=kinds[0],
        start=first.start,
        end=first.end,
        here=text[first.start : first.end][:SHOWN],
        registered=_registered(pattern, first)[:SHOWN],
        alone=_alone(kinds),
        repairs=tuple((one.start, one.end, _registered(pattern, one)) for one in parts) if is_certain else (),
    )


def _parts(text: str, pattern: Pattern, one: Edit) -> list[Edit]:
    """Return an edit cut where its kind changes: `K ` for `k` is another case, and a space too many."""
    if _kind(text, pattern, one) in _FOLDS or None in pattern[one.low : one.high]:
        return [one]
    parts: list[Edit] = []
    start, low = one.start, one.low
    while start < one.end or low < one.high:
        end, high = start, low
        while end < one.end and high < one.high and _is_alike(text[end], pattern[high] or ""):
            end, high = end + 1, high + 1
        for fold in (_no_break, _no_punctuation) if end == start else ():
            end = _run(text, start, one.end, fold)
            high = _run(pattern, low, one.high, fold)
            if (end, high) != (start, low):
                break
        if (end, high) == (start, low):
            return [one]
        if text[start:end] != _registered(pattern, Edit(start, end, low, high)):
            parts.append(Edit(start, end, low, high))
        start, low = end, high
    return parts


def _is_alike(char: str, registered: str) -> bool:
    return _no_lookalike(char).casefold() == _no_lookalike(registered).casefold()


def _run(tokens: Sequence[str | None], start: int, end: int, fold: Callable[[str], str]) -> int:
    """Return where a run of characters ends that a fold leaves out."""
    while start < end and not fold(tokens[start] or "x"):
        start += 1
    return start


def _joined(text: str, found: Sequence[Edit], kinds: Sequence[DifferenceKind]) -> list[Edit]:
    """Return edits of the same word as one: letters that have changed places are no missing and extra text."""
    pieces: list[Edit] = []
    was_sign = False
    for one, kind in zip(found, kinds, strict=True):
        is_sign = kind in _FOLDS
        last = pieces[-1] if pieces else one
        gap = text[last.end : one.start]
        if pieces and not (is_sign and was_sign) and len(gap) <= 2 and all(map(is_letter, gap)):
            pieces[-1] = Edit(last.start, one.end, last.low, one.high)
        else:
            pieces.append(one)
        was_sign = is_sign
    return pieces


def _registered(pattern: Pattern, one: Edit) -> str:
    return written(pattern[one.low : one.high])


# --- kinds --------------------------------------------------------------------------------------------


def _kind(text: str, pattern: Pattern, one: Edit) -> DifferenceKind:
    """Return how a piece differs from the registered one."""
    here, registered = text[one.start : one.end], _registered(pattern, one)
    if None not in pattern[one.low : one.high]:
        kind = _of_signs(here, registered)
        if kind is not None:
            return kind
    if here and registered:
        return DifferenceKind.OTHER
    return DifferenceKind.EXTRA if here else DifferenceKind.MISSING


def _of_signs(here: str, registered: str) -> DifferenceKind | None:
    """Return the kind of a difference that does not touch the words, None where it does."""
    if _all(_no_lookalike, here) == _all(_no_lookalike, registered):
        return DifferenceKind.LOOKALIKE
    if here.casefold() == registered.casefold():
        return DifferenceKind.CASE
    both = here + registered
    if not both.strip(" \t\r\n"):
        return DifferenceKind.NEWLINE if both.strip(" \t") else DifferenceKind.WHITESPACE
    if not _all(_no_punctuation, _all(_no_break, both)):
        return DifferenceKind.PUNCTUATION
    if len(here) == len(registered) > 1:  # neighbours that differ each in its own way
        kinds = [_of_signs(*pair) for pair in zip(here, registered, strict=True)]
        if None not in kinds:
            return kinds[0]
    return None


def _all(fold: Callable[[str], str], text: str) -> str:
    return "".join(map(fold, text))
