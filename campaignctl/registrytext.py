"""The text of a registry file while it is edited: places in it, values as they are written, and the last check.

What is not edited stays byte for byte. What is written is read again before it reaches a disk: it must hold the data
that was meant, and nothing else.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from campaignctl import documents, schema
from campaignctl.composer import line_starts
from campaignctl.documents import Document
from campaignctl.errors import ExportError
from campaignctl.findings import Edit, Pointer
from campaignctl.scalars import needs_typing

_BOM = b"\xef\xbb\xbf"
#: Plain words that mean the same to every YAML reader, inside brackets too.
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_./-]*(?: [A-Za-z0-9_./-]+)*")
#: What a reader of the file could not see, or YAML does not take as it is. The joiners of Indian scripts are seen.
_HIDDEN = re.compile(
    "[\x7f-\xa0\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff]"
    "|[\U000e0000-\U000e007f]|[\U0001fffe\U0001ffff]"
)
#: Behind a value: blanks and a comment up to the end of the line; before it the brackets that close `- {id: …}`.
_REST_OF_LINE = re.compile(r"[ \t]*(?:(?<=[ \t])#[^\r\n]*)?(?=[\r\n]|\Z)")
_BRACE = re.compile(r"(?:\s*,?\s*[\]}])*")
#: What may be written otherwise so that a file can be edited.
_HOW = {
    "templates": "write its templates without anchors and braces, one `- id:` each",
    "lists": "write its lists without anchors and braces, one `alias:` each",
}


def edited(
    name: str, document: Document, raw: bytes | None, edits: list[Edit], expected: Mapping[str, Any]
) -> bytes:
    """Return a file with the edits in it: `name` is its schema's, `raw` its bytes (None: there is none).

    Raises ExportError where it would not hold exactly `expected`, or not pass lint.
    """
    text = document.file.text
    pieces: list[str] = []
    end = 0
    for one in sorted(edits, key=lambda one: (one.start, one.end)):
        if one.start < end:
            raise by_hand(name, document.path)
        pieces += (text[end : one.start], one.text)
        end = one.end
    result = "".join((*pieces, text[end:]))
    _hold(name, result, expected, document.path)
    return (_BOM if (raw or b"").startswith(_BOM) else b"") + result.encode()


def parsed(name: str, raw: bytes | None, path: str, head: str, body: str) -> Document:
    """Return the one document of a file; of an empty file, or of none (then below `head`), that of `body`.

    Raises ExportError for a file with errors: what cannot be read cannot be edited.
    """
    found = documents.parse(raw if raw is not None else b"", path)
    if not found.problems and found.complete and not found.documents:
        before = head if raw is None else found.file.text
        before += "" if not before or before.endswith(("\n", "\r")) else "\n"
        found = documents.parse(f"{before}{body}".encode(), path)
    data = found.documents[0].data if len(found.documents) == 1 else None
    if isinstance(data, dict) and name in data and data[name] is None:
        data[name] = {} if name == "lists" else []
    if found.problems or not found.complete or not isinstance(data, dict) or schema.check(name, data):
        raise ExportError(
            f"{path} has errors, so nothing is imported; mend them first: `campaignctl lint` shows them"
        )
    return found.documents[0]


def modeline(name: str) -> str:
    """Return the line by which editors find a file's schema, as `init` writes it."""
    return f"# yaml-language-server: $schema=../.schemas/{name}.schema.json\n"


def _hold(name: str, text: str, expected: Mapping[str, Any], path: str) -> None:
    """Refuse a text that does not hold exactly the expected data, or that lint would refuse."""
    data = text.encode()
    if len(data) > documents.MAX_REGISTRY_BYTES:
        size = f"{documents.MAX_REGISTRY_BYTES // 1024**2} MiB"
        raise ExportError(f"{path} would be larger than {size}; leave out what nobody uses")
    found = documents.parse(data, path)
    sound = found.complete and not found.problems and len(found.documents) == 1
    if not sound or found.documents[0].data != expected:
        raise by_hand(name, path)
    misfit = next(iter(schema.check(name, expected)), None)
    if misfit:
        raise ExportError(f"{path} would not pass lint: {misfit.message}; nothing was written")


def by_hand(name: str, path: str) -> ExportError:
    """Return what to raise for a file that is written in a way that cannot be edited."""
    return ExportError(
        f"{path} cannot be edited without touching what stays, and was left alone; {_HOW[name]}"
    )


class Places:
    """Where things stand in the text of one file."""

    def __init__(self, name: str, document: Document) -> None:
        self.name, self.document = name, document
        self.text = document.file.text
        self.newline = "\r\n" if "\r\n" in self.text else "\n"
        self.line_starts = line_starts(self.text)

    def by_hand(self) -> ExportError:
        return by_hand(self.name, self.document.path)

    def span(self, pointer: Pointer) -> tuple[int, int]:
        """Return the place of a scalar; that of a block ends before the line break behind its last line."""
        found = self.document.value_span(pointer)
        if found is None:  # an alias
            raise self.by_hand()
        return self.trimmed(*found)

    def trimmed(self, start: int, end: int) -> tuple[int, int]:
        is_block = self.text[start : start + 1] in ("|", ">")
        return start, start + len(self.text[start:end].rstrip(" \r\n")) if is_block else end

    def line_start(self, place: int) -> int:
        return self.line_starts[bisect_right(self.line_starts, place) - 1]

    def lead(self, place: int) -> str:
        """Return what stands before a place on its line."""
        return self.text[self.line_start(place) : place]

    def extent(self, node: Any) -> tuple[int, tuple[int, int]]:
        """Return where a node's first key begins, and the place of its last value. An empty one is not to be edited."""
        spans = [(one.start_mark.index, one.end_mark.index) for one in _events(node)]
        if not spans:
            raise self.by_hand()
        return min(spans)[0], max(spans)

    def inserted(self, below: Pointer, lines: Sequence[str]) -> Edit:
        """Return the edit that puts fields below another one, or behind it where that is in braces."""
        key = self.document.key_span(below)
        _, end = self.span(below)
        rest = _REST_OF_LINE.match(self.text, end)
        lead = self.lead(key[0]) if key else "?"
        if rest is None or not re.fullmatch(r"[ ]*(?:-[ ]+)?", lead):
            return Edit(start=end, end=end, text="".join(f", {line}" for line in lines))
        indent = self.newline + " " * len(lead)
        return Edit(start=rest.end(), end=rest.end(), text="".join(indent + line for line in lines))

    def below(self, last: tuple[int, int]) -> int:
        """Return where something can be put below an entry: behind its last line, or on the next one."""
        _, end = self.trimmed(*last)
        if end < last[1]:
            after = self.line_start(last[1])
            if after > end:
                return after
        brace = _BRACE.match(self.text, end)
        rest = _REST_OF_LINE.match(self.text, brace.end() if brace else end)
        if rest is None:
            raise self.by_hand()
        return rest.end()


def _events(node: Any) -> Iterator[Any]:
    todo = [node]
    while todo:
        one = todo.pop()
        if isinstance(one, dict):
            todo += [event for pair in one.values() for event in pair]
        elif isinstance(one, list):
            todo += one
        else:
            yield one


# --- writing --------------------------------------------------------------------------------------------


def word(text: str) -> str:
    """Return a value without quotes where no YAML reader can take it for anything else."""
    return text if _PLAIN.fullmatch(text) and not needs_typing(text) else in_quotes(text)


def in_quotes(text: str) -> str:
    """Return a text in double quotes on one line: JSON's escapes, all of which YAML reads the same."""
    return _HIDDEN.sub(_escaped, json.dumps(text, ensure_ascii=False))


def _escaped(match: re.Match[str]) -> str:
    code = ord(match.group())
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
