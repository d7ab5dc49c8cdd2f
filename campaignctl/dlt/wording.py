"""Both texts as rows of words: where words differ, a difference begins and ends with them.

Each word, sign and space becomes one character of its own, and the rows are compared as texts are. So a word in
place of another costs less than a slot that takes the one and a missing other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from campaignctl.dlt.block import pieces, rank
from campaignctl.dlt.edits import BUDGET, HOLE, Edit, Pattern, Signs, Span, Token, fewest, is_letter

#: Where the characters begin that stand for words, for spaces and for signs, and how many each may be.
_WORD, _BLANK, _SIGN = 0xF0000, 0x100000, 0x108000
_MOST = 0x7000
#: Stands for a slot of digits.
_NUMBER = "\U0010fffd"


class Differences(NamedTuple):
    """How two texts differ in words: by the fewest edits, where they are few, and by one piece."""

    several: list[Edit] | None
    piece: Edit


class _Places(Signs):
    """The places in a row. A word may stand for a word by mistake, a space for a space, a sign for a sign."""

    def like(self, token: str) -> int:
        """Return the places of what may be written for a word, space or sign by mistake."""
        return self.alike.get(chr(_WORD if token == _NUMBER else _kind(token)), 0)


def in_words(text: str, pattern: Pattern, numbers: frozenset[int]) -> Differences | None:
    """Return how a text differs in words from a registered one, None where there are too many to compare.

    `numbers`: the slots, counted from 0, that take digits only: each is one word, for numbers hold no spaces.
    """
    spans, wanted_spans = _cut(text), _cut(pattern)
    if len(spans) + len(wanted_spans) > _MOST:
        return None
    known: dict[str, str] = {}
    row = "".join(_sign(text[low:high], known) for low, high in spans)
    wanted = _wanted(pattern, wanted_spans, numbers, known)

    def in_places(one: Edit) -> Edit:
        start, end = _span(spans, one.start, one.end, len(text))
        low, high = _span(wanted_spans, one.low, one.high, len(pattern))
        return Edit(start, end, low, high)

    for takes in (_is_numeral, is_letter):
        digits = [any(map(takes, text[low:high])) for low, high in spans] if numbers else ()
        signs = _places(row, digits)
        found = fewest(row, wanted, BUDGET, signs)
        if found is None or not any(_NUMBER in wanted[one.low : one.high] for one in found.edits):
            break  # else a slot of digits is missed: perhaps its value is none
    single = pieces(row, wanted, signs._replace(fills=False))
    piece = min(map(in_places, single), key=lambda one: rank(text, pattern, one))
    return Differences(
        several=None
        if found is None
        else [_trimmed(text, pattern, in_places(one)) for one in _joined(found.edits)],
        piece=_trimmed(text, pattern, piece),
    )


def _wanted(
    pattern: Pattern, spans: Sequence[Span], numbers: frozenset[int], known: dict[str, str]
) -> list[Token]:
    wanted: list[Token] = []
    slots = 0
    for low, high in spans:
        if pattern[low] is None:
            wanted.append(_NUMBER if slots in numbers else None)
            slots += 1
        else:
            wanted.append(_sign("".join(filter(None, pattern[low:high])), known))
    return wanted


def _is_numeral(char: Token) -> bool:
    return char == HOLE or (char is not None and char.isdecimal())


# --- rows ---------------------------------------------------------------------------------------------


def _cut(tokens: Sequence[Token]) -> list[Span]:
    """Return the places of the words, and of each sign, space and slot."""
    spans: list[Span] = []
    start = 0
    while start < len(tokens):
        end = start + 1
        if is_letter(tokens[start]):
            while end < len(tokens) and (is_letter(tokens[end]) or _is_inner(tokens, end)):
                end += 1
        spans.append((start, end))
        start = end
    return spans


def _is_inner(tokens: Sequence[Token], place: int) -> bool:
    """Return whether a sign belongs to a word: the one of `you're`, those of `4,711` and `10:30`."""
    if place + 1 == len(tokens):
        return False
    around = tokens[place - 1], tokens[place + 1]
    takes: Callable[[Token], bool] = is_letter if tokens[place] in ("'", "\u2019") else _is_numeral
    return (
        tokens[place] in ("'", "\u2019", ".", ",", ":", "/")
        and HOLE not in around
        and all(map(takes, around))
    )


def _sign(word: str, known: dict[str, str]) -> str:
    """Return the character that stands for a word, a space or a sign."""
    if word == HOLE:
        return HOLE
    if word not in known:
        first = _WORD if is_letter(word[0]) else _BLANK if word.isspace() else _SIGN
        known[word] = chr(first + len(known))
    return known[word]


def _kind(sign: str) -> int:
    """Return which kind a character of a row stands for, 0 for a column."""
    place = ord(sign)
    return _SIGN if place >= _SIGN else _BLANK if place >= _BLANK else _WORD if place >= _WORD else 0


def _places(row: str, digits: Sequence[bool]) -> Signs:
    """Return the places of each character of a row, and of those that a slot of digits takes."""
    each: dict[str, int] = {}
    alike: dict[str, int] = {}
    for place, sign in enumerate(row):
        each[sign] = each.get(sign, 0) | 1 << place
    for sign, places in each.items():
        kind = chr(_kind(sign))
        alike[kind] = alike.get(kind, 0) | places
    if any(digits):
        each[_NUMBER] = sum(takes << place for place, takes in enumerate(digits))
    return _Places(each, alike, letters=0, others=0, fills=True)


def _span(spans: Sequence[Span], low: int, high: int, length: int) -> Span:
    start = spans[low][0] if low < len(spans) else length
    return start, spans[high - 1][1] if high > low else start


def _joined(edits: Sequence[Edit]) -> list[Edit]:
    """Return words in place of others as one piece where one space or sign is between them, as in an address."""
    joined: list[Edit] = []
    for one in edits:
        last = joined[-1] if joined else one
        is_other = all(each.start < each.end and each.low < each.high for each in (last, one))
        if joined and is_other and one.start == last.end + 1:
            joined[-1] = Edit(last.start, one.end, last.low, one.high)
        else:
            joined.append(one)
    return joined


def _trimmed(text: str, pattern: Pattern, one: Edit) -> Edit:
    """Return a piece in place of another from where they differ; a word in place of another also up to there."""
    start, end, low, high = one
    while start < end and low < high and text[start] == pattern[low]:
        start, low = start + 1, low + 1
    if all(map(is_letter, text[one.start : one.end])) and all(map(is_letter, pattern[one.low : one.high])):
        while start < end and low < high and text[end - 1] == pattern[high - 1]:
            end, high = end - 1, high - 1
    return Edit(start, end, low, high)
