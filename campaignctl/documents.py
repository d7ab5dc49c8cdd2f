"""YAML bytes in, plain data with the place of every key and value out. No YAML surprises.

The composer reads the C parser's *events* (the C composer crashes on deep nesting) and types plain
scalars itself, by YAML 1.2's core schema. Positions are made only when somebody asks for one: a file
without findings is never measured.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from bisect import bisect_right
from functools import cached_property
from itertools import chain, islice
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from campaignctl.model import Pointer, Region
from campaignctl.scalars import needs_typing, typed

#: libyaml where PyYAML was built with it, as all its wheels are; both have `get_event`.
_Parser: Any = getattr(yaml.cyaml, "CParser", yaml.SafeLoader) if hasattr(yaml, "cyaml") else yaml.SafeLoader

#: A campaign file larger than this is refused unread: about a thousand campaigns.
MAX_BYTES = 1024 * 1024
#: The registry of a large company: some 20,000 templates.
MAX_REGISTRY_BYTES = 16 * 1024 * 1024
#: Open collections inside one another. The deepest legitimate file here uses four.
MAX_DEPTH = 32
#: Nodes that aliases may add to one file; a billion-laughs file asks for 10^9.
MAX_ALIAS_NODES = 10_000


class Problem(NamedTuple):
    """Something wrong with the text itself: a rule's name, a span of code points, the sentence."""

    name: str
    start: int
    end: int
    message: str
    document: int = 0
    pointer: Pointer = ()


class SourceFile:
    """The text of one file, and on demand its lines and the places in its documents."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text
        self._lines: dict[int, str] = {}

    @cached_property
    def _line_starts(self) -> list[int]:
        return line_starts(self.text)

    @cached_property
    def trees(self) -> list[Any]:
        """Return the event trees of the documents, composed again from the text."""
        return [tree for _, tree in compose(self.text).documents]

    def line(self, number: int) -> str:
        """Return line `number` (from 1) without its line break; findings of one line share the text."""
        if number not in self._lines:
            starts = self._line_starts
            end = starts[number] if number < len(starts) else len(self.text)
            self._lines[number] = self.text[starts[number - 1] : end].rstrip("\r\n")
        return self._lines[number]

    def region(self, start: int, end: int) -> Region:
        """Return the region of the code points from `start` to before `end`."""
        line, column = self._point(start)
        end_line, end_column = self._point(max(start, end))
        return Region(line=line, column=column, end_line=end_line, end_column=end_column)

    def _point(self, index: int) -> tuple[int, int]:
        line = bisect_right(self._line_starts, index)
        return line, index - self._line_starts[line - 1] + 1


def line_starts(text: str) -> list[int]:
    """Return where each line begins, as editors count lines: str.splitlines also splits at U+2028 and FF."""
    return [0, *(match.end() for match in re.finditer(r"\r\n|\r|\n", text))]


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
        node: Any = self.file.trees[self.index]
        key_event: Any = None
        for step in pointer:
            if isinstance(node, dict) and step in node:
                key_event, node = node[str(step)]
            elif isinstance(node, list) and isinstance(step, int) and 0 <= step < len(node):
                node = node[step]
                key_event = key_event if isinstance(node, (dict, list)) else None
            else:
                key = True
                break
        return self._region(node, key_event, key=key)

    def _region(self, node: Any, key_event: Any, *, key: bool) -> Region:
        if key_event is not None and (key or isinstance(node, (dict, list)) or _is_empty(node)):
            node = key_event
        start, end = _span(node)
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
        why = (
            "no such file" if error.errno == errno.ENOENT else (error.strerror or "cannot be opened").lower()
        )
        return Problem("file-unreadable", 0, 0, f"cannot be read: {why}")
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
        return data.decode("utf-8"), None
    except UnicodeDecodeError as error:
        bad = data[error.start]
        text = data.decode("utf-8", "replace")
        at = len(data[: error.start].decode("utf-8"))
        message = f"byte 0x{bad:02X} is not UTF-8 (Windows-1252, perhaps?); save the file as UTF-8"
        return text, Problem("yaml-syntax", at, at + 1, message)


# --- composing --------------------------------------------------------------------------------------


class Composed(NamedTuple):
    """The documents as pairs of data and event tree, and the problems met."""

    documents: list[tuple[Any, Any]]
    problems: list[Problem]
    complete: bool


#: What an open collection waits for.
_ITEM, _KEY, _VALUE = range(3)


class _Frame:
    """An open collection: its data, its tree, and in a mapping the key that waits for its value."""

    __slots__ = ("anchor", "data", "key", "key_event", "merges", "nodes", "start", "wants")

    def __init__(self, data: Any, nodes: Any, wants: int, anchor: str | None, start: int) -> None:
        self.data = data
        self.nodes = nodes
        self.wants = wants
        self.anchor = anchor
        self.start = start  # events read before it, and nodes that aliases had added by then
        self.key = ""
        self.key_event: Any = None
        self.merges: list[tuple[Any, Any, Any]] | None = None


class _Stop(Exception):
    """Composing cannot go on: the problem is recorded."""


def compose(text: str) -> Composed:
    """Compose all documents of a text. Stops at the first syntax error; what came before is kept."""
    text, restore = _hide_line_separators(text)
    composer = _Composer(text, restore)
    try:
        composer.run()
    except _Stop:
        return Composed(composer.documents, composer.problems, complete=False)
    except yaml.YAMLError as error:
        composer.problems.append(_syntax_problem(error, text, len(composer.documents)))
        return Composed(composer.documents, composer.problems, complete=False)
    return Composed(composer.documents, composer.problems, complete=True)


class _Composer:
    def __init__(self, text: str, restore: dict[int, str] | None) -> None:
        self.text = text
        self.restore = restore
        self.documents: list[tuple[Any, Any]] = []
        self.problems: list[Problem] = []
        self.stack: list[_Frame] = []
        self.anchors: dict[str, tuple[Any, Any, int]] = {}
        self.alias_nodes = 0

    @cached_property
    def line_starts(self) -> list[int]:
        return line_starts(self.text)

    def run(self) -> None:
        """Read all events. Scalars, nearly all of them, are dealt with here and call nothing."""
        next_event = _Parser(self.text).get_event
        restore = self.restore
        frame: Any = None  # the innermost open collection
        count = 0
        while (event := next_event()) is not None:
            count += 1
            kind = type(event)
            if kind is ScalarEvent:
                value = event.value
                plain, quoted = event.implicit  # neither: it has a tag
                if plain:
                    if needs_typing(value):
                        value = self.type_plain(event, value)
                elif not quoted:
                    self.refuse_tag(event)
                if restore and type(value) is str:
                    value = value.translate(restore)
                if event.anchor is not None:
                    self.anchors[event.anchor] = (value, event, 1)
                if frame is None:
                    self.documents.append((value, event))
                elif frame.wants == _KEY:  # a key is its text: `on:` and `2026:` are keys like any other
                    frame.key = value if type(value) is str else event.value
                    frame.key_event = event
                    frame.wants = _VALUE
                elif frame.wants == _VALUE and (key := frame.key) not in frame.data and key != "<<":
                    frame.data[key] = value
                    frame.nodes[key] = (frame.key_event, event)
                    frame.wants = _KEY
                else:
                    self.attach(value, event)
            elif kind is MappingStartEvent:
                frame = _Frame({}, {}, _KEY, event.anchor, count + self.alias_nodes)
                self.open(event, frame)
            elif kind is SequenceStartEvent:
                frame = _Frame([], [], _ITEM, event.anchor, count + self.alias_nodes)
                self.open(event, frame)
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                frame = self.close(count)
            elif kind is AliasEvent:
                self.alias(event)
            elif kind is DocumentStartEvent:
                self.anchors.clear()

    def attach(self, value: Any, node: Any) -> None:
        """Put a value where it belongs: a document, an item, or the value of the key that waits."""
        if not self.stack:
            self.documents.append((value, node))
            return
        frame = self.stack[-1]
        if frame.wants == _ITEM:
            frame.data.append(value)
            frame.nodes.append(node)
        elif frame.wants == _VALUE:
            self.attach_to_key(frame, value, node)
        else:
            start, end = _span(node)
            brace = self.text.rfind("{", 0, start)
            if isinstance(node, dict) and self.text[brace - 1 : brace] == "{":  # {{ name }} without quotes
                self.stop("yaml-syntax", brace - 1, brace + 1, "a text that begins with {{ must be in quotes")
            self.stop("yaml-syntax", start, end, "a key is one word, not a list, a mapping or an alias")

    def attach_to_key(self, frame: _Frame, value: Any, node: Any) -> None:
        key, event = frame.key, frame.key_event
        if key in frame.data:
            self.duplicate(frame, event, key)
        elif key == "<<" and event.implicit[0]:
            frame.merges = [*(frame.merges or ()), (value, node, event)]
        else:
            frame.data[key] = value
            frame.nodes[key] = (event, node)
        frame.wants = _KEY

    def open(self, event: Any, frame: _Frame) -> None:
        if event.tag is not None:
            self.refuse_tag(event)
        if len(self.stack) >= MAX_DEPTH:
            start = event.start_mark.index
            message = f"nested more than {MAX_DEPTH} deep; a campaign is flat"
            self.stop("yaml-limit", start, start + 1, message)
        self.stack.append(frame)

    def close(self, count: int) -> _Frame | None:
        """Finish the innermost collection and return the one around it."""
        frame = self.stack.pop()
        if frame.merges:
            self.merge(frame)
        if frame.anchor is not None:
            self.anchors[frame.anchor] = (frame.data, frame.nodes, count + self.alias_nodes - frame.start)
        self.attach(frame.data, frame.nodes)
        return self.stack[-1] if self.stack else None

    def alias(self, event: Any) -> None:
        start, end = _span(event)
        found = self.anchors.get(event.anchor)
        if found is None:
            self.stop(
                "yaml-syntax",
                start,
                end,
                f"*{event.anchor} stands for nothing: no finished &{event.anchor} above",
            )
        value, node, size = found
        self.alias_nodes += size
        if self.alias_nodes > MAX_ALIAS_NODES:
            self.stop(
                "yaml-limit", start, end, f"aliases add more than {MAX_ALIAS_NODES} values; write them out"
            )
        self.attach(value, node if isinstance(node, (dict, list)) else event)

    def merge(self, frame: _Frame) -> None:
        """Fill in merge keys: what is written beats what is merged, the first merged beats later ones."""
        for value, node, event in frame.merges or ():
            pairs = list(zip(value, node, strict=True)) if isinstance(value, list) else [(value, node)]
            for data, nodes in pairs:
                if not isinstance(data, dict) or not isinstance(nodes, dict):
                    self.problem("yaml-syntax", *_span(event), "<< takes a mapping or a list of mappings")
                    continue
                for key, one in data.items():
                    if key not in frame.data:
                        frame.data[key] = one
                        frame.nodes[key] = nodes[key]

    def duplicate(self, frame: _Frame, event: Any, key: str) -> None:
        first = frame.nodes[key][0].start_mark.index
        line = bisect_right(self.line_starts, first)
        message = f"key `{key}` is already on line {line}; keep one of the two"
        self.problem("yaml-duplicate-key", *_span(event), message, key)

    def refuse_tag(self, event: Any) -> None:
        message = f"the tag {event.tag} is not allowed: write the plain value, in quotes where it is text"
        self.problem("yaml-syntax", event.start_mark.index, event.start_mark.index + 1, message)

    def type_plain(self, event: Any, text: str) -> Any:
        value, otherwise = typed(text)
        frame = self.stack[-1] if self.stack else None
        merges = text == "<<" and frame is not None and frame.wants == _KEY
        if otherwise and not merges:
            message = f'{text} without quotes is {otherwise} to other YAML readers; write "{text}"'
            self.problem("yaml-ambiguous-scalar", *_span(event), message)
        return value

    def problem(self, name: str, start: int, end: int, message: str, *last: str) -> None:
        steps: list[str | int] = []
        for frame in self.stack:
            if type(frame.data) is list:
                steps.append(len(frame.data))
            elif frame.wants == _VALUE:
                steps.append(frame.key)
        if last and steps:
            steps.pop()
        self.problems.append(Problem(name, start, end, message, len(self.documents), (*steps, *last)))

    def stop(self, name: str, start: int, end: int, message: str) -> NoReturn:
        self.problem(name, start, end, message)
        raise _Stop


def _span(node: Any) -> tuple[int, int]:
    """Return the code points that a node covers; of a collection, those of its first key or value."""
    while isinstance(node, (dict, list)):
        if not node:
            return 0, 0
        node = next(iter(node.values()))[0] if isinstance(node, dict) else node[0]
    return node.start_mark.index, node.end_mark.index


def _is_empty(node: Any) -> bool:
    return bool(node.start_mark.index == node.end_mark.index)


def _hide_line_separators(text: str) -> tuple[str, dict[int, str] | None]:
    """Put stand-ins of one code point for NEL, U+2028 and U+2029.

    libyaml still counts them as line breaks, as YAML 1.1 did; YAML 1.2 and every editor do not.
    """
    if text.isascii() or not any(char in text for char in "\x85\u2028\u2029"):
        return text, None
    used = set(text)
    private = chain(range(0xE000, 0xF900), range(0xF0000, 0xFFFFE), range(0x100000, 0x10FFFE))
    free = islice((chr(code) for code in private if chr(code) not in used), 3)
    stand_ins = dict(zip("\x85\u2028\u2029", free, strict=False))
    hidden = text.translate({ord(char): stand_in for char, stand_in in stand_ins.items()})
    return hidden, {ord(stand_in): char for char, stand_in in stand_ins.items()}


# --- syntax errors in words ---------------------------------------------------------------------------

#: What YAML (and libyaml) refuses anywhere in a file.
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_BRACE_VALUE = re.compile(r"(?::|-)[ \t]+(\{[#{%])")


def _syntax_problem(error: yaml.YAMLError, text: str, document: int) -> Problem:
    if not isinstance(error, yaml.MarkedYAMLError):
        bad = _UNPRINTABLE.search(text) or re.search(r"\ufeff", text[1:])
        at = bad.start() if bad else 0
        code = f"U+{ord(bad.group()):04X} " if bad else ""
        return Problem(
            "yaml-syntax", at, at + 1, f"the control character {code}is not allowed; delete it", document
        )
    problem = (error.problem or "cannot be read").strip()
    mark = error.problem_mark or error.context_mark
    at = min(mark.index, len(text)) if mark else 0
    context = error.context_mark.index if error.context_mark else at
    braces = [match for match in _BRACE_VALUE.finditer(text, 0, at + 2) if match.start(1) <= at]
    if braces:
        words = f"a text that begins with {braces[-1].group(1)} must be in quotes"
        return Problem("yaml-syntax", braces[-1].start(1), braces[-1].end(1), words, document)
    words, at = _in_words(problem, at, context, text)
    return Problem("yaml-syntax", at, at + 1, words, document)


def _in_words(problem: str, at: int, context: int, text: str) -> tuple[str, int]:
    """Return a sentence for libyaml's words, and the place that a person would look at."""
    if "\t" in text[at : at + 1] or "tab character" in problem:
        return "a tab is used for indentation; use spaces", at
    if problem == "mapping values are not allowed in this context":
        return "a colon and a space inside a text without quotes; put the text in quotes", at
    if "unexpected end of stream" in problem:
        return "the quote that opens here is never closed", context
    if problem in {"did not find expected ',' or ']'", "did not find expected ',' or '}'"}:
        return f"the bracket that opens here is not closed: {problem}", context
    if "cannot start any token" in problem:
        return f"a text cannot begin with {text[at : at + 1]}; put it in quotes", at
    if "could not find expected ':'" in problem:
        return (
            "a key needs a colon and a space after it, and every line of a text the same indentation",
            context,
        )
    if "did not find expected key" in problem or "did not find expected '-' indicator" in problem:
        return "this line does not fit the indentation above it", at
    return f"not valid YAML: {problem}", at
