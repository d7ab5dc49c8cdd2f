"""Pieces of a YAML scalar replaced in the file's text, in the scalar's own style where that can be.

What is written is read again on the spot; where it does not give the new value, the whole scalar is written
anew in double quotes, which can hold anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from campaignctl.composer import compose
from campaignctl.findings import Edit
from campaignctl.places import block_ends, parent_indent

#: A piece of a text to be replaced: start, end and the new text, in code points.
Piece = tuple[int, int, str]

_BLOCK = ("|", ">")
_ESCAPED = {
    "\\": "\\\\",
    '"': '\\"',
    "\n": "\\n",
    "\t": "\\t",
    "\r": "\\r",
    "\x85": "\\N",
    "\u2028": "\\L",
    "\u2029": "\\P",
}
#: What must be escaped in double quotes: YAML refuses the rest as it is, and line breaks are folded.
_TO_ESCAPE = re.compile(
    '["\\\\\x85\u2028\u2029]|[^\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]'
)
_BREAK = re.compile(r"\r\n|\r|\n")
#: A plain scalar with one of these stands in no flow collection.
_FLOW_SIGNS = re.compile(r"[,\[\]{}]")


class Scalar(NamedTuple):
    """A scalar as it is written: where it stands in the file, its style (PyYAML's sign), its value.

    `places` are those of `Document.places`: of each character of the value, and of its end.
    """

    text: str
    start: int
    end: int
    style: str | None
    value: str
    places: Sequence[int]


def replaced(text: str, pieces: Iterable[Piece]) -> str:
    """Return a text with pieces of it replaced. They are sorted and do not overlap."""
    parts: list[str] = []
    place = 0
    for start, end, new in pieces:
        parts += [text[place:start], new]
        place = end
    return "".join([*parts, text[place:]])


def applied(text: str, edits: Iterable[Edit]) -> str:
    """Return a text after edits that do not overlap, whatever their order."""
    return replaced(text, sorted((one.start, one.end, one.text) for one in edits))


def rewritten(scalar: Scalar, pieces: Sequence[Piece]) -> tuple[Edit, ...] | None:
    """Return the edits of the file that replace pieces of a scalar's value; None: no way is certain."""
    value = replaced(scalar.value, pieces)
    ways: list[tuple[Edit, ...]] = [(_anew(scalar, value),)]
    # The line breaks that end a block belong to what follows as well: a comment would move up.
    if scalar.style not in _BLOCK or pieces[-1][1] <= len(scalar.value.rstrip("\n")):
        ways.insert(0, tuple(_edit(scalar, piece) for piece in pieces))
    return next((edits for edits in ways if _gives(scalar, edits, value)), None)


def quoted(value: str) -> str:
    """Return a text as a YAML scalar in double quotes, on one line."""
    return f'"{_escaped(value)}"'


def _escaped(value: str) -> str:
    return _TO_ESCAPE.sub(_escape, value)


def _escape(match: re.Match[str]) -> str:
    char = match.group()
    code = ord(char)
    return _ESCAPED.get(char) or (
        f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
    )


def _edit(scalar: Scalar, piece: Piece) -> Edit:
    """Return the edit for one piece, in the scalar's own style."""
    start, end, new = piece
    if scalar.style == '"':
        new = _escaped(new)
    elif scalar.style == "'":
        new = new.replace("'", "''")
    elif scalar.style == "|":
        new = _indented(scalar, new)
    first = scalar.places[start]
    return Edit(start=first, end=scalar.places[end] if end > start else first, text=new)


def _indented(scalar: Scalar, new: str) -> str:
    """Return a text with its line breaks as the file has them, the next line at the block's indentation."""
    if "\n" not in new:
        return new
    ending = _BREAK.search(scalar.text, scalar.start)
    first = next((n for n, char in enumerate(scalar.value) if char != "\n"), 0)
    place = scalar.places[first]
    before = max(scalar.text.rfind("\n", 0, place), scalar.text.rfind("\r", 0, place)) + 1
    lead = (ending.group() if ending else "\n") + " " * (place - before)
    return new.replace("\n", lead)


def _anew(scalar: Scalar, value: str) -> Edit:
    """Return the edit that writes the whole scalar in double quotes; a comment after `|` or `>` stays."""
    end, comment = scalar.end, ""
    if scalar.style in _BLOCK:
        sign, line, end = block_ends(scalar.text, scalar.start, scalar.end)
        comment = scalar.text[sign:line].rstrip()
    return Edit(start=scalar.start, end=end, text=quoted(value) + comment)


def _gives(scalar: Scalar, edits: Sequence[Edit], value: str) -> bool:
    """Return whether the scalar, once edited, is read as `value` where it stands, and as a text everywhere."""
    moved = [Edit(start=one.start - scalar.start, end=one.end - scalar.start, text=one.text) for one in edits]
    source = scalar.text[scalar.start : scalar.end]
    written = applied(source, moved)
    lead = " " * parent_indent(scalar.text, scalar.start)
    if not reads(f"{lead}k: {written}\n", {"k": value}):
        return False
    if scalar.style in ('"', "'", *_BLOCK) or _FLOW_SIGNS.search(source):
        return True
    return reads(f"[{written}]\n", [value])  # it may stand in brackets


def reads(text: str, data: object) -> bool:
    """Return whether a text is one YAML document with this data, and without a problem."""
    composed = compose(text)
    return composed.complete and not composed.problems and [one for one, _ in composed.documents] == [data]
