"""YAML bytes in, plain data with the place of every key and value out. No YAML surprises.

Positions are made only when somebody asks for one: a file without findings is never measured.
"""

from __future__ import annotations

import errno
import os
import stat
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from campaignctl.composer import Problem, ScalarEvent, compose, line_starts, span
from campaignctl.findings import Pointer, Region
from campaignctl.places import behind_anchor, places
from campaignctl.words import why

#: A campaign file larger than this is refused unread: about a thousand campaigns.
MAX_BYTES = 1024 * 1024
#: The registry of a large company: some 20,000 templates.
MAX_REGISTRY_BYTES = 16 * 1024 * 1024


class SourceFile:
    """The text of one file, and on demand its lines and the places in its documents."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self._lines: dict[int, str] = {}
        self._measured: tuple[tuple[int, int], list[int] | None] | None = None

    @cached_property
    def _line_starts(self) -> list[int]:
        return line_starts(self.text)

    @cached_property
    def trees(self) -> list[Any]:
        """Return the event trees of the documents, composed again from the text."""
        return [tree for _, tree in compose(self.text).documents]

    @cached_property
    def shared(self) -> frozenset[int]:
        """Return the ids of the nodes that stand for several values, because of aliases and merges."""
        seen: set[int] = set()
        again: set[int] = set()
        todo = list(self.trees)
        while todo:
            node = todo.pop()
            (again if id(node) in seen else seen).add(id(node))
            if isinstance(node, dict):
                todo.extend(value for _, value in node.values())
            elif isinstance(node, list):
                todo.extend(node)
        return frozenset(again)

    def line(self, number: int) -> str:
        """Return line `number` (from 1) without its line break; findings of one line share the text."""
        if number not in self._lines:
            starts = self._line_starts
            end = starts[number] if number < len(starts) else len(self.text)
            self._lines[number] = self.text[starts[number - 1] : end].rstrip("\r\n")
        return self._lines[number]

    def places(self, start: int, end: int, style: str | None, value: str) -> list[int] | None:
        """Return the place of each character of a scalar; a long text with many findings is measured once."""
        if self._measured is None or self._measured[0] != (start, end):
            self._measured = (start, end), places(self.text, start, end, style, value)
        return self._measured[1]

    def region(self, start: int, end: int) -> Region:
        """Return the region of the code points from `start` to before `end`."""
        line, column = self._point(start)
        end_line, end_column = self._point(max(start, end))
        return Region(line=line, column=column, end_line=end_line, end_column=end_column)

    def _point(self, index: int) -> tuple[int, int]:
        line = bisect_right(self._line_starts, index)
        return line, index - self._line_starts[line - 1] + 1


class Document:
    """One YAML document: its data, and the place of anything in it by its pointer."""

    __slots__ = ("data", "file", "index")

    def __init__(self, file: SourceFile, index: int, data: Any) -> None:
        self.file = file
        self.index = index
        self.data = data

    @property
    def path(self) -> str:
        return self.file.path

    def line(self, number: int) -> str:
        return self.file.line(number)

    def locate(self, pointer: Pointer, *, key: bool = False) -> Region:
        """Return the place of the value at `pointer`, or of its key.

        A collection is shown by its key (its own end lies at the next node); what is not in the
        document is shown at the nearest thing that is.
        """
        node, key_event, found = self._node(pointer)
        return self._region(node, key_event, key=key or not found)

    def _node(self, pointer: Pointer) -> tuple[Any, Any, bool]:
        """Return the node at a pointer, its key, and whether it is there; else the nearest thing that is."""
        node: Any = self.file.trees[self.index]
        key_event: Any = None
        for step in pointer:
            if isinstance(node, dict) and step in node:
                key_event, node = node[str(step)]
            elif isinstance(node, list) and isinstance(step, int) and 0 <= step < len(node):
                node = node[step]
                key_event = key_event if isinstance(node, (dict, list)) else None
            else:
                return node, key_event, False
        return node, key_event, True

    def value(self, pointer: Pointer) -> Any:
        """Return the value at a pointer, None where there is none."""
        value = self.data
        for step in pointer:
            if isinstance(value, dict) and step in value:
                value = value[str(step)]
            elif isinstance(value, list) and isinstance(step, int) and 0 <= step < len(value):
                value = value[step]
            else:
                return None
        return value

    def places(self, pointer: Pointer) -> list[int] | None:
        """Return the place in the file of each character of a text, and of its end; None: not known.

        `campaignctl.places` has the details. An alias stands for a text that is elsewhere.
        """
        node, _, found = self._node(pointer)
        value = self.value(pointer)
        if not found or type(node) is not ScalarEvent or not isinstance(value, str):
            return None
        start, end = span(node)
        return self.file.places(start, end, node.style, value)

    def is_sole(self, pointer: Pointer) -> bool:
        """Return whether what is written for a value stands for nothing else: no alias, no merge takes it."""
        node, _, found = self._node(pointer)
        return found and getattr(node, "anchor", None) is None and id(node) not in self.file.shared

    def style(self, pointer: Pointer) -> str | None:
        """Return how the scalar at a pointer is written, in PyYAML's signs; None or "" is plain."""
        style: str | None = getattr(self._node(pointer)[0], "style", None)
        return style

    def key_span(self, pointer: Pointer) -> tuple[int, int] | None:
        """Return the place in the file of the key of a value, as code points."""
        _, key_event, found = self._node(pointer)
        return span(key_event) if found and key_event is not None else None

    def value_span(self, pointer: Pointer) -> tuple[int, int] | None:
        """Return the place in the file of a scalar as it is written, quotes and all, as code points.

        An anchor in front of it is not part of it.
        """
        node, _, found = self._node(pointer)
        if not found or type(node) is not ScalarEvent:
            return None
        start, end = span(node)
        return behind_anchor(self.file.text, start, end), end

    def locate_in(self, pointer: Pointer, start: int, end: int) -> Region:
        """Return the place of a piece of the text at `pointer`, one character at least and on one line."""
        found = self.places(pointer)
        if found is None or start >= len(found):
            return self.locate(pointer)
        first = found[start]
        if start and start == len(found) - 1 and self.file.text[found[start - 1]] in "\r\n":
            first = found[start - 1]  # behind the last line break: at the end of its line
        last = found[min(end, len(found) - 1)] if end > start else first + 1
        if end > start and end <= len(found) - 1:
            last = max(found[end - 1] + 1, min(last, found[end]))
        region = self.file.region(first, max(last, first + 1))
        if region.end_line != region.line:
            width = len(self.line(region.line)) + 1
            return replace(region, end_line=region.line, end_column=max(width, region.column + 1))
        return region

    def _region(self, node: Any, key_event: Any, *, key: bool) -> Region:
        if key_event is not None and (key or isinstance(node, (dict, list)) or _is_empty(node)):
            node = key_event
        start, end = span(node)
        region = self.file.region(start, end)
        if getattr(node, "style", None) in ("|", ">"):  # a block scalar ends at the next node
            last = len(self.line(region.line)) + 1
            return Region(
                line=region.line,
                column=region.column,
                end_line=region.line,
                end_column=max(last, region.column),
            )
        return region


#: What reads files: the path and the limit in bytes to the bytes, or to why not. `read` is one.
Read = Callable[[str | Path, int], "bytes | Problem"]


class Parsed(NamedTuple):
    """A file's documents, and what is wrong with its text. `complete`: every document could be read."""

    documents: list[Document]
    problems: list[Problem]
    file: SourceFile
    complete: bool


def read(path: str | Path, limit: int) -> bytes | Problem:
    """Return the bytes of a regular file of at most `limit` bytes, or why not. Never blocks."""
    try:
        # O_NONBLOCK: opening a FIFO without a writer would hang for ever.
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        try:
            status = os.fstat(handle)
            if not stat.S_ISREG(status.st_mode):
                return Problem("file-unreadable", 0, 0, "not a regular file; put the YAML itself here")
            wanted = min(status.st_size, limit) + 1  # read() makes room for all that it is asked for
            data = os.read(handle, wanted)
            while len(data) < wanted - 1 and (more := os.read(handle, wanted - len(data))):
                data += more
        finally:
            os.close(handle)
    except OSError as error:
        if error.errno == errno.ENOENT and Path(path).is_symlink():
            return Problem(
                "file-unreadable",
                0,
                0,
                "cannot be read: it is a link to a file that is not there; mend the link, or delete it",
            )
        return Problem("file-unreadable", 0, 0, f"cannot be read: {why(error)}")
    if len(data) > limit:
        size = f"{limit // (1024 * 1024)} MiB"
        return Problem("yaml-limit", 0, 0, f"the file is larger than {size}; split it into several files")
    return data


def parse(data: bytes, path: str) -> Parsed:
    """Return the documents of a YAML file and the problems of its text. Raises nothing, whatever the bytes."""
    text, problem = _decode(data)
    file = SourceFile(path, text)
    if problem:
        return Parsed([], [problem], file, complete=False)
    composed = compose(text)
    documents = [
        Document(file, index, value)
        for index, (value, _) in enumerate(composed.documents)
        if value is not None
    ]
    return Parsed(documents, composed.problems, file, composed.complete)


def _decode(data: bytes) -> tuple[str, Problem | None]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or (data[:1] == b"\0" and data[1:2]) or data[1:2] == b"\0":
        return "", Problem("yaml-syntax", 0, 0, "the file is in UTF-16 or UTF-32; save it as UTF-8")
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        bad = data[error.start]
        text = data.decode("utf-8", "replace")
        at = len(data[: error.start].decode("utf-8"))
        message = f"byte 0x{bad:02X} is not UTF-8 (Windows-1252, perhaps?); save the file as UTF-8"
        return text, Problem("yaml-syntax", at, at + 1, message)
    if text.startswith("\ufeff"):  # libyaml would pass over it, and not count it
        return text, Problem("yaml-syntax", 0, 1, "a second byte order mark; save the file without any")
    return text, None


def _is_empty(node: Any) -> bool:
    return bool(node.start_mark.index == node.end_mark.index)
