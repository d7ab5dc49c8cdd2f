"""The fewest edits between a text and a registered one, whose slots take anything.

A pattern is the registered text as a list of characters, with None for each slot. For each place in the
pattern the places in the text from which the rest can be read, with no edit, with one, and so on, are kept as
the bits of one number: a hostile pair of texts costs edits times length, whatever it holds.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from campaignctl.dlt.lookalikes import LOOKALIKES

Span = tuple[int, int]
Token = str | None
Pattern = Sequence[Token]

#: Stands for one @@column. No YAML file can hold it, and the schemas refuse its escape.
HOLE = "\0"
#: Edits of one character that are looked for. Texts that differ in more are compared in other ways.
BUDGET = 8


class Edit(NamedTuple):
    """A piece of the text, and the piece of the pattern that is registered there."""

    start: int
    end: int
    low: int
    high: int


class Reading(NamedTuple):
    """How a text is read by a pattern: what differs, what stands in each slot, which characters are paired."""

    edits: list[Edit]
    slots: list[Span]
    pairs: list[Span]


def pattern_of(fixed: Sequence[str]) -> list[Token]:
    """Return the pattern of a registered text, given its fixed texts."""
    pattern: list[Token] = list(fixed[0])
    for one in fixed[1:]:
        pattern += [None, *one]
    return pattern


def written(pattern: Pattern) -> str:
    """Return a pattern as people read it, its slots as dots."""
    return "".join("\u2026" if token is None else token for token in pattern)


# --- fewest edits -------------------------------------------------------------------------------------


def fewest(text: str, pattern: Pattern, budget: int, signs: Signs | None = None) -> Reading | None:
    """Return a reading with as few edits of one character as possible, None where `budget` do not suffice.

    A sign in place of another is one edit, and so is a letter that looks alike; any other letter is two. Among
    equals the reading is taken that follows the text as far as it goes, each slot holding as little as it can.
    `signs`: where each character of the text stands, if that is known.
    """
    signs = signs or signs_of(text)
    if sum(token is not None and token not in signs.each for token in pattern) > budget:  # each is an edit
        return None
    layers: list[list[int]] = []
    for number in range(budget + 1):
        layers.append(layer(len(text), signs, pattern, layers[-1] if layers else None, number))
        if layers[-1][0] & 1:
            return _traced(text, pattern, layers, signs)
    return None


class Signs(NamedTuple):
    """The places in a text, as bits: of each character, of letters by what they look like, of all the others."""

    each: dict[str, int]
    alike: dict[str, int]
    letters: int
    others: int
    fills: bool = False  #: whether a slot that holds nothing is an edit

    @property
    def edges(self) -> int:
        """Return the places that are not inside a word."""
        return ~(self.letters & self.letters << 1)

    def like(self, token: str) -> int:
        """Return the places of what may be written for a character by mistake."""
        return self.alike.get(_looks(token), 0) if is_letter(token) else self.others


def signs_of(text: str) -> Signs:
    """Return the places of the characters of a text. A column is no character that somebody has mistyped."""
    each: dict[str, int] = {}
    for place, char in enumerate(text):
        each[char] = each.get(char, 0) | 1 << place
    alike: dict[str, int] = {}
    letters = others = 0
    for char, places in each.items():
        if is_letter(char):
            letters |= places
            alike[_looks(char)] = alike.get(_looks(char), 0) | places
        elif char != HOLE:
            others |= places
    return Signs(each, alike, letters, others)


def _looks(letter: str) -> str:
    return LOOKALIKES.get(letter, letter).casefold()


def is_letter(token: Token) -> bool:
    """Return whether a character belongs to a word: letters, digits, the marks of the Indian scripts."""
    return token is not None and (token.isalnum() or unicodedata.category(token)[0] == "M")


def layer(length: int, signs: Signs, pattern: Pattern, fewer: list[int] | None, number: int) -> list[int]:
    """Return for each place in the pattern the places in the text from which `number` edits suffice."""
    rows = [0] * (len(pattern) + 1)
    row = rows[-1] = (1 << length + 1) - (1 << max(0, length - number))
    for place in range(len(pattern) - 1, -1, -1):
        token = pattern[place]
        if token is None:
            if fewer is not None:  # a value that ends inside a word costs one more
                row = row & signs.edges | fewer[place + 1]
            row = (1 << row.bit_length()) - 1 >> signs.fills
            if fewer is not None:
                row |= fewer[place]
                if signs.fills:
                    row |= fewer[place + 1]
        else:
            row = row >> 1 & signs.each.get(token, 0)
            if fewer is not None:
                after = fewer[place + 1]
                row |= after | after >> 1 & signs.like(token) | fewer[place] >> 1  # missing, other, extra
        rows[place] = row
    return rows


def _traced(text: str, pattern: Pattern, layers: list[list[int]], signs: Signs) -> Reading:
    left = len(layers) - 1
    reading = Reading([], [], [])
    at = inside = 0
    while at < len(text) or inside < len(pattern):
        token = pattern[inside] if inside < len(pattern) else ""
        if token is None:
            left, ends = _ends(layers, left, at, inside, signs)
            behind = ends >> at + 1
            end = at + (behind & -behind).bit_length()  # as little as it can, but something
            if signs.fills and not behind:
                left -= 1
                _edited(reading.edits, at, inside, 0, 1)
            reading.slots.append((at, end))
            at, inside = end, inside + 1
        elif token and signs.each.get(token, 0) >> at & layers[left][inside + 1] >> at + 1 & 1:
            reading.pairs.append((at, inside))
            at, inside = at + 1, inside + 1
        else:
            left -= 1
            is_like = bool(token and signs.like(token) >> at & 1)
            steps = _steps(
                text[at : at + 2], pattern[inside : inside + 2], is_edge=bool(signs.edges >> at & 1)
            )
            width, height = next(
                (width, height)
                for width, height in steps
                if (is_like or width + height == 1)
                and inside + height <= len(pattern)
                and layers[left][inside + height] >> at + width & 1
            )
            _edited(reading.edits, at, inside, width, height)
            at, inside = at + width, inside + height
    return reading


def _ends(layers: list[list[int]], left: int, at: int, inside: int, signs: Signs) -> tuple[int, int]:
    """Return how many edits are left behind a slot, and the places where it may end."""
    while left and layers[left - 1][inside] >> at & 1:
        left -= 1
    after = layers[left][inside + 1]
    if not left or signs.fills:
        return left, after
    whole = after & signs.edges
    return (left, whole) if whole >> at else (left - 1, layers[left - 1][inside + 1])


def _steps(ahead: str, wanted: Pattern, *, is_edge: bool) -> tuple[tuple[int, int], ...]:
    """Return how many characters of the text and of the pattern the next edit may take, the likeliest first.

    Within a word somebody has mistyped a letter; where a word begins, rather words are missing or extra.
    """
    if ahead[1:] and wanted and ahead[1] == wanted[0]:
        return (1, 0), (1, 1), (0, 1)
    if ahead and len(wanted) > 1 and wanted[1] is None and _is_for(ahead[0], wanted[0]):
        return (1, 1), (0, 1), (1, 0)  # the slot behind it would take it, and hide what is written wrongly
    if is_edge or (ahead and len(wanted) > 1 and ahead[0] == wanted[1]):
        return (0, 1), (1, 0), (1, 1)
    return (1, 1), (0, 1), (1, 0)


def _is_for(char: str, token: Token) -> bool:
    """Return whether a sign stands in the place of another of its sort: a blank, a dash, a quotation mark."""
    if token is None or is_letter(char) or is_letter(token):
        return False
    if char.isspace() or token.isspace():
        return char.isspace() and token.isspace()
    return {unicodedata.category(char)[0], unicodedata.category(token)[0]} <= {"P", "S"}


def _edited(edits: list[Edit], at: int, inside: int, width: int, height: int) -> None:
    """Note an edit of one character, or make the last one longer."""
    if edits and edits[-1].end == at and edits[-1].high == inside:
        edits[-1] = edits[-1]._replace(end=at + width, high=inside + height)
    else:
        edits.append(Edit(at, at + width, inside, inside + height))
