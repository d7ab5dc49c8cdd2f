"""Proof that a fix has changed what it declares and nothing else: the file is parsed again and compared.

The edits are not believed, nor the parser's places: data, documents and comments of the new text are held
against those of the old one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from campaignctl import documents
from campaignctl.composer import scalars
from campaignctl.documents import Parsed
from campaignctl.findings import Change, Pointer, Renamed
from campaignctl.places import block_ends

_COMMENT = re.compile(r"(?<!\S)#[^\r\n]*")


def proves(before: Parsed, after: bytes, changes: Iterable[Change]) -> bool:
    """Return whether a file has become exactly what `changes` declare, and keeps all its comments.

    Every document counts, the order of keys and the types of values, too; no new problem of the text may
    have come.
    """
    wanted = expected(before, changes)
    if wanted is None or not before.complete:
        return False
    parsed = documents.parse(after, before.file.path)
    return (
        parsed.complete
        and same({one.index: one.data for one in parsed.documents}, wanted)
        and not _problems(parsed) - _problems(before)
        and comments(parsed.file.text) == comments(before.file.text)
    )


def _problems(parsed: Parsed) -> Counter[str]:
    return Counter(one.name for one in parsed.problems)


# --- data ---------------------------------------------------------------------------------------------


def expected(before: Parsed, changes: Iterable[Change]) -> dict[int, Any] | None:
    """Return the documents by their index as they should be; None: the changes contradict each other."""
    wanted = {one.index: one.data for one in before.documents}
    values: dict[tuple[int, Pointer], list[Any]] = {}
    keys: dict[tuple[int, Pointer], list[Any]] = {}
    for one in changes:
        (keys if isinstance(one.value, Renamed) else values).setdefault(
            (one.document, one.pointer), []
        ).append(one.value)
    # Keys last and from the inside out: the pointers hold the old ones.
    inner_first = sorted(keys.items(), key=lambda item: -len(item[0][1]))
    try:
        for (document, pointer), new in [*values.items(), *inner_first]:
            wanted[document] = _put(wanted[document], pointer, new)
    except (LookupError, ValueError, TypeError):
        return None
    return wanted


def _put(data: Any, pointer: Pointer, new: Sequence[Any]) -> Any:
    """Return data with another value at a pointer. Raises what `expected` catches where that cannot be."""
    if not pointer:
        return _one(data, new)
    step, rest = pointer[0], pointer[1:]
    if isinstance(data, list) and isinstance(step, int):
        return [*data[:step], _put(data[step], rest, new), *data[step + 1 :]]
    inner = dict(data)[str(step)]  # ValueError or TypeError: no mapping
    if not rest and isinstance(new[0], Renamed):
        return _renamed(data, str(step), new)
    return {**data, str(step): _put(inner, rest, new)}


def _renamed(data: Mapping[str, Any], old: str, new: Sequence[Renamed]) -> dict[str, Any]:
    key = new[0].key
    if old not in data or key in data or any(one != new[0] for one in new):
        raise ValueError(key)
    return {key if name == old else name: value for name, value in data.items()}


def _one(old: Any, new: Sequence[Any]) -> Any:
    """Return the value that several changes of one value make together."""
    if len(new) == 1:
        return new[0]
    if not isinstance(old, str) or not all(isinstance(one, str) for one in new):
        raise ValueError
    pieces = sorted(_difference(old, one) for one in new)
    result, place = "", -1
    end = 0
    for start, stop, text in pieces:
        if start <= place:  # they overlap, or touch
            raise ValueError
        result += old[end:start] + text
        place = end = stop
    return result + old[end:]


def _difference(old: str, new: str) -> tuple[int, int, str]:
    """Return the one piece of `old` that is another in `new`."""
    most = min(len(old), len(new))
    head = next((n for n in range(most) if old[n] != new[n]), most)
    tail = next((n for n in range(most - head) if old[-1 - n] != new[-1 - n]), most - head)
    return head, len(old) - tail, new[head : len(new) - tail]


def same(one: Any, other: Any) -> bool:
    """Return whether two pieces of plain data are equal in values, types and the order of keys.

    Not recursive: aliases can nest deeper than Python can call.
    """
    todo = [(one, other)]
    while todo:
        left, right = todo.pop()
        if left is right:
            continue
        if type(left) is not type(right):
            return False
        if isinstance(left, dict):
            if list(left) != list(right):
                return False
            todo.extend((left[key], right[key]) for key in left)
        elif isinstance(left, list):
            if len(left) != len(right):
                return False
            todo.extend(zip(left, right, strict=True))
        elif left != right:
            return False
    return True


# --- comments -----------------------------------------------------------------------------------------


def comments(text: str) -> list[str]:
    """Return the comments of a text that can be parsed, in their order: every # that no scalar holds."""
    outside: list[str] = []
    place = 0
    for start, end, style in scalars(text):
        outside += [text[place:start], "x"]
        place = end
        if style in ("|", ">"):
            sign, line, place = block_ends(text, start, end)
            outside += [text[sign:line], "\n"]
    return _COMMENT.findall("".join([*outside, text[place:]]))
