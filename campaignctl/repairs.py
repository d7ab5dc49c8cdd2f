"""From what a rule, the schema or the parser proposes to edits of the file, with what they change declared.

Only what is certain becomes a Fix: a value that an alias shares, that came out of `{{ }}`, or whose place in
the file is not known has none.
"""

from __future__ import annotations

import re
from itertools import pairwise

from campaignctl import edits
from campaignctl.composer import Problem
from campaignctl.documents import Document, SourceFile
from campaignctl.edits import Piece, Scalar
from campaignctl.findings import Change, Edit, Fix, Pointer, Renamed, Repair
from campaignctl.schema import Misfit
from campaignctl.templating import Renderer, TemplateProblem, is_template

_is_word = re.compile(r"[A-Za-z0-9_-]+").fullmatch
_QUOTES = ('"', "'")


def of_repair(place: Document, pointer: Pointer, repair: Repair, render: Renderer | None) -> Fix | None:
    """Return the fix for a rule's proposal about the value (or key) at a pointer, None where none is certain.

    The pieces are in code points of the value as the rule saw it: rendered by `render`, or as written when
    that is None.
    """
    if not place.is_sole(pointer):
        return None
    if repair.key:
        key = str(pointer[-1]) if pointer else ""
        pieces = sorted(repair.pieces)
        sound = _are_sound(pieces, len(key))
        return renamed(place, pointer, edits.replaced(key, pieces), safe=repair.safe) if sound else None
    raw = place.value(pointer)
    if not isinstance(raw, str):
        return None
    found = _as_written(raw, sorted(repair.pieces), None if pointer[-1:] == ("id",) else render)
    return _of_pieces(place, pointer, raw, found, repair) if found else None


def _are_sound(pieces: list[Piece], length: int) -> bool:
    inside = all(0 <= start <= end <= length for start, end, _ in pieces)
    return bool(pieces) and inside and all(one[1] <= other[0] for one, other in pairwise(pieces))


def _as_written(raw: str, pieces: list[Piece], render: Renderer | None) -> list[Piece] | None:
    """Return pieces of a rendered text as pieces of the text as written, {{ }} and all."""
    try:
        seen = render(raw) if render else raw
        if not _are_sound(pieces, len(seen)):
            return None
        wanted = edits.replaced(seen, pieces)
        found: list[Piece] = []
        for start, end, new in pieces:
            low, high, exact = render.origin(raw, start, end) if render else (start, end, True)
            if not exact:
                return None
            found.append((low, high, new))
        again = edits.replaced(raw, found)
        if wanted == seen or (render(again) if render else again) != wanted:
            return None
    except TemplateProblem:
        return None
    return found


def _of_pieces(
    place: Document, pointer: Pointer, raw: str, pieces: list[Piece], repair: Repair
) -> Fix | None:
    span, places = place.value_span(pointer), place.places(pointer)
    if span is None or places is None:
        return None
    scalar = Scalar(place.file.text, *span, place.style(pointer), raw, places)
    changed = edits.rewritten(scalar, pieces)
    if changed is None:
        return None
    change = Change(document=place.index, pointer=pointer, value=edits.replaced(raw, pieces))
    return Fix(words=repair.words, safe=repair.safe, edits=changed, changes=(change,))


def renamed(place: Document, pointer: Pointer, key: str, *, safe: bool) -> Fix | None:
    """Return the fix that writes another key at a pointer and keeps its value."""
    old, span = pointer[-1] if pointer else "", place.key_span(pointer)
    if span is None or not _is_word(key) or not isinstance(old, str):
        return None
    source = place.file.text[slice(*span)]
    quote = source[0] if source[0] in _QUOTES else ""
    if source != f"{quote}{old}{quote}":  # an anchor, an escape: leave it alone
        return None
    edit = Edit(start=span[0], end=span[1], text=f"{quote}{key}{quote}")
    change = Change(document=place.index, pointer=pointer, value=Renamed(key))
    return Fix(words=f"write {key}", safe=safe, edits=(edit,), changes=(change,))


def of_problem(problem: Problem, file: SourceFile) -> Fix | None:
    """Return the fix for a problem of the text: a value that other readers take for something else is quoted.

    Here it is a text already, so the data stays.
    """
    source = file.text[problem.start : problem.end]
    if (
        problem.name != "yaml-ambiguous-scalar"
        or not source
        or source[0] in "&!"
        or re.search(r'["\\]', source)
    ):
        return None
    edit = Edit(start=problem.start, end=problem.end, text=f'"{source}"')
    return Fix(words="put it in quotes", safe=True, edits=(edit,))


def of_misfit(place: Document, pointer: Pointer, misfit: Misfit) -> Fix | None:
    """Return the fix for something of the wrong shape, where the schema leaves one way to write it."""
    if misfit.instead is None or not place.is_sole(pointer):
        return None
    if misfit.name == "unknown-key":
        return renamed(place, pointer, misfit.instead, safe=_same_word(str(pointer[-1]), misfit.instead))
    raw = place.value(pointer)
    if misfit.name == "wrong-type":
        return _typed(place, pointer, raw, misfit.instead)
    if not isinstance(raw, str) or is_template(raw):
        return None
    certain = _same_word(raw, misfit.instead)
    piece = (0, len(raw), misfit.instead)
    return of_repair(place, pointer, Repair(f"write {misfit.instead}", (piece,), safe=certain), None)


def _same_word(one: str, other: str) -> bool:
    """Return whether two words differ in letter case, or in a hyphen for an underscore, alone."""
    return one.casefold().replace("-", "_") == other.casefold().replace("-", "_")


def _typed(place: Document, pointer: Pointer, raw: object, text: str) -> Fix | None:
    """Return the fix for a number where text is due (quotes), or one word where a list is (brackets)."""
    span = place.value_span(pointer)
    if span is None or isinstance(raw, bool):
        return None
    start, end = span
    source = place.file.text[start:end]
    if isinstance(raw, (int, float)) and source == text:
        changed: tuple[Edit, ...] = (Edit(start=start, end=end, text=f'"{source}"'),)
        change = Change(document=place.index, pointer=pointer, value=source)
        return Fix(words="put it in quotes", safe=True, edits=changed, changes=(change,))
    if not isinstance(raw, str) or "\n" in source or not edits.reads(f"[{source}]", [raw]):
        return None
    changed = (Edit(start=start, end=start, text="["), Edit(start=end, end=end, text="]"))
    change = Change(document=place.index, pointer=pointer, value=[raw])
    safe = _is_word(raw) is not None
    return Fix(words="write it in square brackets", safe=safe, edits=changed, changes=(change,))
