"""Where each character of a YAML scalar's value stands in the file, in all five styles.

The scalar is decoded once more, this time with the place of every character. A decoding that does not give
the parser's own value is not trusted: then the whole scalar is the place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

Piece = tuple[str, int]  #: one character of the value and its place in the file

_ESCAPES = {
    **dict(zip("0abtnvfre", "\0\a\b\t\n\v\f\r\x1b", strict=True)),
    "\t": "\t",
    " ": " ",
    '"': '"',
    "/": "/",
    "\\": "\\",
    "N": "\x85",
    "_": "\xa0",
    "L": "\u2028",
    "P": "\u2029",
}
_HEX = {"x": 2, "u": 4, "U": 8}
_BREAK = re.compile(r"\r\n|\r|\n")
_PROPERTIES = re.compile(r"(?:[&!]\S*\s+)+")


def places(text: str, start: int, end: int, style: str | None, value: str) -> list[int] | None:
    """Return the place in `text` of each character of a scalar's value, and of its end; None: not known.

    `start` and `end` are the scalar's marks, in code points; `style` is PyYAML's.
    """
    decode = {'"': _double, "'": _single, "|": _literal, ">": _folded}.get(style or "", _plain)
    start = behind_anchor(text, start, end)
    try:
        pieces = list(decode(text, start, end))
    except (IndexError, ValueError, KeyError):
        return None
    if "".join(char for char, _ in pieces) != value:
        return None
    found = [place for _, place in pieces]
    return [*found, _end(text, end, style, found, start)]


def behind_anchor(text: str, start: int, end: int) -> int:
    """Return where a scalar itself begins: `&name` in front of it belongs to its mark."""
    found = _PROPERTIES.match(text, start, end)
    return found.end() if found else start


def _end(text: str, end: int, style: str | None, found: list[int], start: int) -> int:
    if style in ('"', "'"):
        return end - 1
    if style in ("|", ">"):
        if not found:
            return start
        broken = _BREAK.match(text, found[-1])
        return broken.end() if broken else found[-1] + 1
    return end


def _folds(text: str, place: int, end: int) -> tuple[list[Piece], int]:
    """Read a line break inside a flow scalar: one becomes a space, each further one a line break."""
    breaks: list[int] = []
    while place < end:
        found = _BREAK.match(text, place)
        if found:
            breaks.append(place)
            place = found.end()
        elif text[place] in " \t":
            place += 1
        else:
            break
    if len(breaks) == 1:
        return [(" ", breaks[0])], place
    return [("\n", one) for one in breaks[1:]], place


def _flow(text: str, place: int, end: int, quote: str) -> Iterator[Piece]:
    """Yield the characters of a plain or quoted scalar between its quotes."""
    blanks: list[Piece] = []
    while place < end:
        char = text[place]
        if char in " \t":
            blanks.append((char, place))
            place += 1
        elif char in "\r\n":
            blanks.clear()
            pieces, place = _folds(text, place, end)
            yield from pieces
        elif char == "\\" and quote == '"':
            yield from blanks
            blanks.clear()
            piece, place = _escape(text, place)
            if piece is None:  # an escaped line break: nothing, and the next line's indentation is dropped
                place = _after_blanks(text, place, end)
            else:
                yield piece
        else:
            yield from blanks
            blanks.clear()
            yield char, place
            place += 2 if quote == "'" and char == "'" else 1
    yield from blanks


def _after_blanks(text: str, place: int, end: int) -> int:
    while place < end and text[place] in " \t\r\n":
        place += 1
    return place


def _escape(text: str, place: int) -> tuple[Piece | None, int]:
    sign = text[place + 1]
    if sign in "\r\n":
        found = _BREAK.match(text, place + 1)
        return None, found.end() if found else place + 2
    if sign in _HEX:
        after = place + 2 + _HEX[sign]
        return (chr(int(text[place + 2 : after], 16)), place), after
    return (_ESCAPES[sign], place), place + 2


def _plain(text: str, start: int, end: int) -> Iterator[Piece]:
    return _flow(text, start, end, "")


def _single(text: str, start: int, end: int) -> Iterator[Piece]:
    return _flow(text, start + 1, end - 1, "'")


def _double(text: str, start: int, end: int) -> Iterator[Piece]:
    return _flow(text, start + 1, end - 1, '"')


# --- block scalars ------------------------------------------------------------------------------------


def _lines(text: str, start: int, end: int) -> tuple[str, list[tuple[int, int]], int | None]:
    """Return the header of a block scalar, the spans of its lines without breaks, and a stated indentation."""
    found = _BREAK.search(text, start)
    if found is None:
        return text[start:end], [], None
    header = text[start : found.start()].split("#", maxsplit=1)[0]
    stated = next((int(char) for char in header if char.isdigit()), None)
    lines: list[tuple[int, int]] = []
    place = found.end()
    while place < end:
        broken = _BREAK.search(text, place)
        stop = broken.start() if broken else len(text)
        lines.append((place, stop))
        place = broken.end() if broken else len(text) + 1
    return header, lines, stated


def _block(text: str, start: int, end: int) -> tuple[str, list[tuple[int, int]], int]:
    """Return the header, the content lines behind their indentation, and how many of them are not empty."""
    header, lines, stated = _lines(text, start, end)
    indents = [stop - begin - len(text[begin:stop].lstrip(" ")) for begin, stop in lines]
    if stated is None:
        width = next(
            (indent for indent, (begin, stop) in zip(indents, lines, strict=True) if indent < stop - begin),
            max(indents, default=0),
        )
    else:
        width = parent_indent(text, start) + stated
    content: list[tuple[int, int]] = []
    last = 0
    for indent, (begin, stop) in zip(indents, lines, strict=True):
        if indent < width and begin + indent < stop:  # a comment or the next key: the scalar is over
            break
        content.append((min(begin + width, stop), stop))
        if min(begin + width, stop) < stop:
            last = len(content)
    return header, content, last


def block_ends(text: str, start: int, end: int) -> tuple[int, int, int]:
    """Return where a block scalar's sign ends, where that line ends (a comment may lie between), and its text.

    The parser's own end lies at the next node, behind comments and blank lines that are not the scalar's.
    """
    header, content, last = _block(text, start, end)
    found = _BREAK.search(text, start)
    line_end = found.start() if found else end
    return start + len(header.rstrip()), line_end, content[last - 1][1] if last else line_end


def parent_indent(text: str, start: int) -> int:
    """Return the indentation of the key or of the dash that a block scalar belongs to."""
    line = text[max(text.rfind("\n", 0, start), text.rfind("\r", 0, start)) + 1 : start]
    dashes = re.match(r"(?: *- +)*", line)
    lead = dashes.group() if dashes else ""
    if lead and _PROPERTIES.sub("", line[len(lead) :]) == "":
        return lead.rindex("-")
    return len(lead) if lead else len(line) - len(line.lstrip(" "))


def _chomped(text: str, header: str, content: list[tuple[int, int]], last: int) -> Iterator[Piece]:
    """Yield the line breaks at the end of a block scalar. The file itself may end without one."""
    if "+" in header:
        kept = content[max(last - 1, 0) :]
    else:
        kept = content[last - 1 : last] if last and "-" not in header else []
    for begin, stop in kept:
        if stop < len(text):
            yield "\n", max(begin, stop)


def _literal(text: str, start: int, end: int) -> Iterator[Piece]:
    header, content, last = _block(text, start, end)
    for number, (begin, stop) in enumerate(content[:last]):
        yield from ((text[place], place) for place in range(begin, stop))
        if number < last - 1:
            yield "\n", stop
    yield from _chomped(text, header, content, last)


def _folded(text: str, start: int, end: int) -> Iterator[Piece]:
    """Yield a folded scalar: a single break between two lines of text is a space, others stay."""
    header, content, last = _block(text, start, end)
    waiting: list[int] = []
    before: str | None = None  # how the last line that is not empty begins
    for begin, stop in content[:last]:
        if begin == stop:
            waiting.append(stop)
            continue
        first = text[begin]
        if before is not None or waiting:
            kept = before is None or before in " \t" or first in " \t"
            if not kept and len(waiting) == 1:
                yield " ", waiting[0]
            else:
                yield from (("\n", place) for place in (waiting if kept else waiting[1:]))
        yield from ((text[place], place) for place in range(begin, stop))
        waiting, before = [stop], first
    yield from _chomped(text, header, content, last)
