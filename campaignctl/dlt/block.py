"""The one piece whose replacement makes a text match: missing text, extra text, other text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from campaignctl.dlt.edits import Edit, Pattern, Signs, Token, is_letter, layer, signs_of

#: Places that are tried for a piece of missing or extra text.
_TRIES = 40_000


def block(text: str, pattern: Pattern) -> Edit:
    """Return the smallest single piece whose replacement explains the difference.

    Missing text has nothing in the text, extra text nothing in the pattern. Where all that is registered is
    there the text is extra, however long.
    """
    return min(pieces(text, pattern, signs_of(text)), key=lambda one: rank(text, pattern, one))


def pieces(text: str, pattern: Pattern, signs: Signs) -> list[Edit]:
    """Return single pieces whose replacement explains the difference. `signs` are those of the text."""
    back = layer(len(text), signs, pattern, None, 0)
    ahead = _ahead(len(text), signs, pattern)
    found = [_replaced(ahead, back), _replaced_from_behind(ahead, back)]
    found += _missing(ahead, back)
    found += _extra(ahead, back)
    return found


def size(edit: Edit) -> int:
    """Return how many characters an edit changes."""
    return max(edit.end - edit.start, edit.high - edit.low)


def rank(text: str, pattern: Pattern, one: Edit) -> tuple[bool, int, int, bool, bool, int]:
    """Order pieces: extra text first, then small ones, then those that begin where a word does."""
    here, registered = one.end - one.start, one.high - one.low
    weight = 2 * size(one) + min(here, registered)
    piece: Sequence[Token] = pattern if registered else text
    begin = one.low if registered else one.start
    in_word = begin > 0 and is_letter(piece[begin]) and is_letter(piece[begin - 1])
    cuts = is_letter(text[one.end : one.end + 1] or None)
    return registered > 0, weight, here + registered, in_word, cuts, one.start


def _ahead(length: int, signs: Signs, pattern: Pattern) -> list[int]:
    """Return for each place in the pattern the places in the text that can be read up to there."""
    row = 1
    rows = [row]
    for token in pattern:
        if token is None:
            row = (1 << length + 1) - (row & -row) if row else 0
        else:
            row = (row & signs.each.get(token, 0)) << 1
        rows.append(row)
    return rows


def _bits(row: int) -> Iterator[int]:
    while row:
        low = row & -row
        yield low.bit_length() - 1
        row ^= low


def _replaced(ahead: Sequence[int], back: Sequence[int]) -> Edit:
    """Return the piece from where the text leaves the pattern to where it can be read again."""
    low = max(place for place, row in enumerate(ahead) if row)
    start = (ahead[low] & -ahead[low]).bit_length() - 1
    high = next(place for place in range(low, len(back)) if back[place] >> start)
    rest = back[high] >> start
    return Edit(start, start + (rest & -rest).bit_length() - 1, low, high)


def _replaced_from_behind(ahead: Sequence[int], back: Sequence[int]) -> Edit:
    """Return the same, beginning at the end of the text."""
    high = min(place for place, row in enumerate(back) if row)
    end = back[high].bit_length() - 1
    within = (1 << end + 1) - 1
    low = next(place for place in range(high, -1, -1) if ahead[place] & within)
    return Edit((ahead[low] & within).bit_length() - 1, end, low, high)


def _missing(ahead: Sequence[int], back: Sequence[int]) -> Iterator[Edit]:
    """Yield pieces of the pattern without which the text is as registered, smaller and smaller."""
    latest: dict[int, int] = {}
    tries, least = 0, len(ahead)
    for high, (begins, ends) in enumerate(zip(ahead, back, strict=True)):
        for place in _bits(begins):
            latest[place] = high
            tries += 1
        for place in _bits(ends):
            low = latest.get(place, -1)
            tries += 1
            if low >= 0 and high - low <= least:
                least = high - low
                yield Edit(place, place, low, high)
        if tries > _TRIES:
            return


def _extra(ahead: Sequence[int], back: Sequence[int]) -> Iterator[Edit]:
    """Yield pieces of the text without which it is as registered."""
    tries = 0
    for inside, (begins, ends) in enumerate(zip(ahead, back, strict=True)):
        for start in _bits(begins) if ends else ():
            rest = ends >> start + 1
            tries += 1
            if rest:
                yield Edit(start, start + (rest & -rest).bit_length(), inside, inside)
            if tries > _TRIES:
                return
