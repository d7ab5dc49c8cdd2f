"""YAML text to plain data and a tree of events with their places, by reading libyaml's events.

The C composer crashes on deep nesting and PyYAML's resolver reads YAML 1.1; this one is iterative, bounded,
and types plain scalars by `scalars`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property
from itertools import chain, islice
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

from campaignctl.dlt.ids import is_damaged
from campaignctl.findings import Pointer
from campaignctl.scalars import needs_typing, typed
from campaignctl.syntax import MAX_DEPTH, complaint, too_deep

__all__ = [
    "Composed",
    "Problem",
    "Scalar",
    "ScalarEvent",
    "compose",
    "line_starts",
    "scalars",
    "span",
    "written_scalars",
]

#: libyaml where PyYAML was built with it, as all its wheels are; both have `get_event`.
_Parser: Any = getattr(yaml.cyaml, "CParser", yaml.SafeLoader) if hasattr(yaml, "cyaml") else yaml.SafeLoader

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


def line_starts(text: str) -> list[int]:
    """Return where each line begins, as editors count lines: str.splitlines also splits at U+2028 and FF."""
    return [0, *(match.end() for match in re.finditer(r"\r\n|\r|\n", text))]


class Composed(NamedTuple):
    """The documents as pairs of data and event tree, and the problems met."""

    documents: list[tuple[Any, Any]]
    problems: list[Problem]
    complete: bool


#: What an open collection waits for.
_ITEM, _KEY, _VALUE = range(3)
#: Keys of DLT ids: of one that a spreadsheet has damaged it does not help to say "write it in quotes".
_IDS = frozenset(("dlt_entity_id", "dlt_template_id", "id", "entity"))


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
        start, end, message, name = complaint(error, text)
        problem = Problem(name, start, end, message, len(composer.documents))
        composer.problems.append(problem)
        return Composed(composer.documents, composer.problems, complete=False)
    return Composed(composer.documents, composer.problems, complete=True)


def scalars(text: str) -> Iterator[tuple[int, int, str | None]]:
    """Yield the place and the style of each scalar of a text that can be composed, but for empty ones."""
    next_event = _Parser(_hide_line_separators(text)[0]).get_event
    while (event := next_event()) is not None:
        if type(event) is ScalarEvent and (place := span(event))[0] < place[1]:
            yield (*place, event.style)


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
        anchored = "&" in self.text
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
                if anchored and event.anchor is not None:
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
            start, end = span(node)
            brace = self.text.rfind("{", 0, start)
            if (
                isinstance(node, dict) and brace > 0 and self.text[brace - 1] == "{"
            ):  # {{ name }} without quotes
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
            self.stop("yaml-limit", start, start + 1, too_deep())
        self.stack.append(frame)

    def close(self, count: int) -> _Frame | None:
        """Finish the innermost collection and return the one around it."""
        frame = self.stack.pop()
        if frame.merges:
            self.merge(frame)
        if frame.anchor is not None:
            self.anchors[frame.anchor] = (frame.data, frame.nodes, count + self.alias_nodes - frame.start)
        if self.problems and not self.stack:
            self.problems = _of_two_campaigns(self.problems, len(self.documents), self.text)
        self.attach(frame.data, frame.nodes)
        return self.stack[-1] if self.stack else None

    def alias(self, event: Any) -> None:
        start, end = span(event)
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
                    self.problem("yaml-syntax", *span(event), "<< takes a mapping or a list of mappings")
                    continue
                for key, one in data.items():
                    if key not in frame.data:
                        frame.data[key] = one
                        frame.nodes[key] = nodes[key]

    def duplicate(self, frame: _Frame, event: Any, key: str) -> None:
        first = frame.nodes[key][0].start_mark.index
        line = bisect_right(self.line_starts, first)
        message = f"key `{key}` is already on line {line}; keep one of the two"
        self.problem("yaml-duplicate-key", *span(event), message, key)

    def refuse_tag(self, event: Any) -> None:
        message = f"the tag {event.tag} is not allowed: write the plain value, in quotes where it is text"
        self.problem("yaml-syntax", event.start_mark.index, event.start_mark.index + 1, message)

    def type_plain(self, event: Any, text: str) -> Any:
        value, otherwise = typed(text)
        frame = self.stack[-1] if self.stack else None
        merges = text == "<<" and frame is not None and frame.wants == _KEY
        damaged = frame is not None and frame.wants == _VALUE and frame.key in _IDS and is_damaged(text)
        if otherwise and not merges and not damaged:
            message = f'{text} without quotes is {otherwise} to other YAML readers; write "{text}"'
            self.problem("yaml-ambiguous-scalar", *span(event), message)
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


def _of_two_campaigns(problems: list[Problem], document: int, text: str) -> list[Problem]:
    """Return the problems, in place of a second campaign's keys one by one that it is none of its own.

    It begins with the `id`, at the beginning of a line, and repeats others as well.
    """

    def is_again(one: Problem) -> bool:
        return (one.name, one.document, len(one.pointer)) == ("yaml-duplicate-key", document, 1)

    again = [one for one in problems if is_again(one)]
    if len(again) < _SEVERAL or again[0].pointer != ("id",) or text[again[0].start - 1] not in "\r\n":
        return problems
    said = again[0]._replace(message="a second campaign begins here; put a line with --- above it")
    return [said, *(one for one in problems if not is_again(one))]


#: Keys that stand twice when it is a whole campaign that does.
_SEVERAL = 3


class Scalar(NamedTuple):
    """One scalar as it is written: its place in code points, PyYAML's style, its value."""

    start: int  #: behind its anchor and tag
    end: int  #: of a block scalar the next token
    style: str
    value: str


#: An anchor and a tag, and the comments that may stand between them and the value.
_PROPERTIES = re.compile(r"(?:[&!][^\s,\[\]{}]*|\s+|(?<=\s)#[^\r\n]*)*+")


def written_scalars(text: str) -> tuple[list[Scalar], int]:
    """Return all scalars of a text, those of repeated keys too, and how far the text could be read."""
    text, _ = _hide_line_separators(text)
    found: list[Scalar] = []
    reached = depth = 0
    try:
        next_event = _Parser(text).get_event
        while (event := next_event()) is not None:
            kind = type(event)
            reached = event.end_mark.index
            if kind is ScalarEvent:
                start = event.start_mark.index
                if event.anchor is not None or event.tag is not None:
                    start = min(_PROPERTIES.match(text, start).end(), reached)  # type: ignore[union-attr] # never None
                found.append(Scalar(start, reached, event.style or "", event.value))
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                depth += 1
                if depth > MAX_DEPTH:
                    break
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                depth -= 1
    except yaml.YAMLError:
        pass
    return found, reached


def span(node: Any) -> tuple[int, int]:
    """Return the code points that a node covers; of a collection, those of its first key or value."""
    while isinstance(node, (dict, list)):
        if not node:
            return 0, 0
        node = next(iter(node.values()))[0] if isinstance(node, dict) else node[0]
    return node.start_mark.index, node.end_mark.index


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
