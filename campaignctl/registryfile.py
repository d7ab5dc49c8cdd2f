"""registry/templates.yaml as text: new templates and changed fields put in, everything else left byte for byte.

What is written is read again before it reaches a disk: it must hold the data that was meant, and nothing else.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from campaignctl import documents, schema
from campaignctl.composer import line_starts
from campaignctl.documents import Document
from campaignctl.errors import ExportError
from campaignctl.findings import Edit, Pointer
from campaignctl.proposals import FIELDS, Update
from campaignctl.scalars import needs_typing
from campaignctl.words import quoted

_BOM = b"\xef\xbb\xbf"
_FRESH = "#\n# The DLT templates as the portal holds them, their texts to the letter.\n"
_MODELINE = "# yaml-language-server: $schema=../.schemas/templates.schema.json\n"
#: Plain words that mean the same to every YAML reader, inside brackets too.
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_./-]*(?: [A-Za-z0-9_./-]+)*")
#: What a reader of the file could not see, or YAML does not take as it is. The joiners of Indian scripts are seen.
_HIDDEN = re.compile(
    "[\x7f-\xa0\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff]"
    "|[\U000e0000-\U000e007f]|[\U0001fffe\U0001ffff]"
)


class Templates(NamedTuple):
    """The file as it is: its bytes (None: there is none) and its one document."""

    raw: bytes | None
    document: Document

    @property
    def entries(self) -> Sequence[Mapping[str, Any]]:
        found: Sequence[Mapping[str, Any]] = self.document.data["templates"]
        return found

    @property
    def exported(self) -> str | None:
        day: str | None = self.document.data.get("exported")
        return day


def load(raw: bytes | None, path: str, *, schemas: bool) -> Templates:
    """Return the registry's templates; without a file an empty one, naming its schema where there is one.

    Raises ExportError for a file with errors: what cannot be read cannot be edited.
    """
    parsed = documents.parse(raw if raw is not None else b"", path)
    if not parsed.problems and parsed.complete and not parsed.documents:
        head = (_MODELINE if schemas else "") + _FRESH if raw is None else parsed.file.text
        head += "" if not head or head.endswith(("\n", "\r")) else "\n"
        parsed = documents.parse(f"{head}templates: []\n".encode(), path)
    data = parsed.documents[0].data if len(parsed.documents) == 1 else None
    if isinstance(data, dict) and "templates" in data and data["templates"] is None:
        data["templates"] = []
    if (
        parsed.problems
        or not parsed.complete
        or not isinstance(data, dict)
        or schema.check("templates", data)
    ):
        raise ExportError(
            f"{path} has errors, so nothing is imported; mend them first: `campaignctl lint` shows them"
        )
    ids = [one["id"] for one in data["templates"]]
    twice = next((id_ for id_, number in Counter(ids).items() if number > 1), None)
    if twice:
        raise ExportError(f"template {quoted(twice)} stands twice in {path}; delete one of the two first")
    return Templates(raw, parsed.documents[0])


def edited(templates: Templates, updates: Sequence[Update], exported: str) -> bytes:
    """Return the file with the updates and the day of the export (2035-10-27) in it.

    Raises ExportError where the text cannot be edited so that exactly this changes: anchors, and templates
    written in braces over several lines.
    """
    document = templates.document
    text = document.file.text
    editor = _Editor(document)
    edits = [edit for one in updates if one.index is not None for edit in editor.changed(one.index, one)]
    new = [one.entry for one in updates if one.index is None]
    if new:
        edits.append(editor.appended(new))
    if templates.exported != exported:
        edits.append(editor.dated(exported))
    if not edits and templates.raw is not None:
        return templates.raw
    edits.sort(key=lambda one: (one.start, one.end))
    pieces: list[str] = []
    end = 0
    for one in edits:
        if one.start < end:
            raise ExportError(_by_hand(document.path))
        pieces += (text[end : one.start], one.text)
        end = one.end
    result = "".join((*pieces, text[end:]))
    _hold(result, _expected(templates, updates, exported), document.path)
    mark = _BOM if (templates.raw or b"").startswith(_BOM) else b""
    return mark + result.encode()


def _expected(templates: Templates, updates: Sequence[Update], exported: str) -> dict[str, Any]:
    entries: list[Mapping[str, Any]] = list(templates.entries)
    for one in updates:
        if one.index is None:
            entries.append(one.entry)
        else:
            entries[one.index] = one.entry
    return {**templates.document.data, "templates": entries, "exported": exported}


def _hold(text: str, expected: Mapping[str, Any], path: str) -> None:
    """Refuse a text that does not hold exactly the expected data, or that lint would refuse."""
    data = text.encode()
    if len(data) > documents.MAX_REGISTRY_BYTES:
        size = f"{documents.MAX_REGISTRY_BYTES // 1024**2} MiB"
        raise ExportError(f"{path} would be larger than {size}; leave out templates that nobody sends")
    parsed = documents.parse(data, path)
    sound = parsed.complete and not parsed.problems and len(parsed.documents) == 1
    if not sound or parsed.documents[0].data != expected:
        raise ExportError(_by_hand(path))
    misfit = next(iter(schema.check("templates", expected)), None)
    if misfit:
        raise ExportError(f"{path} would not pass lint: {misfit.message}; nothing was written")


def _by_hand(path: str) -> str:
    return (
        f"{path} cannot be edited without touching what stays, and was left alone; "
        "write its templates without anchors and braces, one `- id:` each"
    )


# --- edits ----------------------------------------------------------------------------------------------


#: Behind a value: blanks and a comment up to the end of the line; before it the brace that closes `- {id: …}`.
_REST_OF_LINE = re.compile(r"[ \t]*(?:(?<=[ \t])#[^\r\n]*)?(?=[\r\n]|\Z)")
_BRACE = re.compile(r"(?:\s*,?\s*\})?")
_EMPTY = re.compile(r"[ \t]*:[ \t]*(?:\[\s*\])?")
_DASH = re.compile(r"[ ]*-[ ]+")


class _Editor:
    """Makes the edits of one file. The edits of the document's text never overlap where it is in block style."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.text = document.file.text
        self.newline = "\r\n" if "\r\n" in self.text else "\n"
        self.line_starts = line_starts(self.text)
        self.present = len(document.data["templates"])

    def changed(self, index: int, update: Update) -> Iterator[Edit]:
        """Yield the edits of one template: values replaced where they stand, missing fields below its status."""
        where: Pointer = ("templates", index)
        missing: list[str] = []
        for field, before, after in update.changes:
            if before is None:
                missing.append(f"{field}: {_written(field, after)}")
            elif field == "headers":
                yield self.headers((*where, field), after)
            else:
                start, end = self.span((*where, field))
                yield Edit(start=start, end=end, text=_written(field, after))
        if missing:
            yield self.inserted(where, missing)

    def headers(self, pointer: Pointer, after: Sequence[str]) -> Edit:
        """Return the edit of a list, from its first item to its last, in its own style."""
        start, _ = self.span((*pointer, 0))
        _, end = self.span((*pointer, len(self.document.value(pointer)) - 1))
        lead = self.lead(start)
        between = f"{self.newline}{lead}" if _DASH.fullmatch(lead) else ", "
        return Edit(start=start, end=end, text=between.join(map(word, after)))

    def inserted(self, where: Pointer, lines: Sequence[str]) -> Edit:
        """Return the edit that puts fields below a template's status, or behind it where that is in braces."""
        key = self.document.key_span((*where, "status"))
        _, end = self.span((*where, "status"))
        rest = _REST_OF_LINE.match(self.text, end)
        lead = self.lead(key[0]) if key else "?"
        if rest is None or not re.fullmatch(r"[ ]*(?:-[ ]+)?", lead):
            return Edit(start=end, end=end, text="".join(f", {line}" for line in lines))
        indent = self.newline + " " * len(lead)
        return Edit(start=rest.end(), end=rest.end(), text="".join(indent + line for line in lines))

    def appended(self, entries: Sequence[Mapping[str, Any]]) -> Edit:
        """Return the edit that puts templates below the last one, dashes and blank lines as they are there."""
        newline = self.newline
        if not self.present:
            key = self.document.key_span(("templates",))
            empty = _EMPTY.match(self.text, key[1]) if key else None
            if empty is None:
                raise ExportError(_by_hand(self.document.path))
            blocks = "".join(newline + _block(entry, "  - ", newline) for entry in entries)
            return Edit(start=empty.start(), end=empty.end(), text=f":{blocks}")
        first, last = self.extent(self.present - 1)
        dash = _DASH.match(self.text, self.line_start(first))
        if dash is None:
            raise ExportError(_by_hand(self.document.path))
        between = newline if self.is_spaced() else ""
        blocks = "".join(newline + between + _block(entry, dash.group(), newline) for entry in entries)
        at = self.below(last)
        if at == self.line_start(at):  # below a block, whose last line break is part of it
            blocks = blocks.removeprefix(newline) + newline
        return Edit(start=at, end=at, text=blocks)

    def dated(self, day: str) -> Edit:
        """Return the edit that sets the day of the export; a new line for it stands above the first key."""
        if "exported" in self.document.data:
            start, end = self.span(("exported",))
            return Edit(start=start, end=end, text=in_quotes(day))
        keys = (self.document.key_span((key,)) for key in self.document.data)
        start = min(one[0] for one in keys if one is not None)
        return Edit(start=start, end=start, text=f"exported: {in_quotes(day)}{self.newline}")

    # --- places -------------------------------------------------------------------------------------------

    def span(self, pointer: Pointer) -> tuple[int, int]:
        """Return the place of a scalar; that of a block ends before the line break behind its last line."""
        found = self.document.value_span(pointer)
        if found is None:  # an alias
            raise ExportError(_by_hand(self.document.path))
        return self.trimmed(*found)

    def trimmed(self, start: int, end: int) -> tuple[int, int]:
        is_block = self.text[start : start + 1] in ("|", ">")
        return start, start + len(self.text[start:end].rstrip(" \r\n")) if is_block else end

    def line_start(self, place: int) -> int:
        return self.line_starts[bisect_right(self.line_starts, place) - 1]

    def lead(self, place: int) -> str:
        """Return what stands before a place on its line."""
        return self.text[self.line_start(place) : place]

    def extent(self, index: int) -> tuple[int, tuple[int, int]]:
        """Return where a template's first key begins, and the place of its last value."""
        _, nodes = self.document.file.trees[self.document.index]["templates"]
        spans = [(one.start_mark.index, one.end_mark.index) for one in _events(nodes[index])]
        return min(spans)[0], max(spans)

    def below(self, last: tuple[int, int]) -> int:
        """Return where something can be put below a template: behind its last line, or on the next one."""
        _, end = self.trimmed(*last)
        if end < last[1]:
            after = self.line_start(last[1])
            if after > end:
                return after
        brace = _BRACE.match(self.text, end)
        rest = _REST_OF_LINE.match(self.text, brace.end() if brace else end)
        if rest is None:
            raise ExportError(_by_hand(self.document.path))
        return rest.end()

    def is_spaced(self) -> bool:
        """Return whether blank lines part the templates, by the second and the last."""
        if self.present < 2:
            return False
        starts = [self.line_start(self.extent(index)[0]) for index in (1, self.present - 1)]
        return all(not self.lead(one - 1).strip() for one in starts)


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


def _block(entry: Mapping[str, Any], dash: str, newline: str) -> str:
    """Return a template as lines, the first behind its dash."""
    lines = [f"{field}: {_written(field, entry[field])}" for field in FIELDS if field in entry]
    return dash + f"{newline}{' ' * len(dash)}".join(lines)


def _written(field: str, value: Any) -> str:
    if field == "headers":
        return f"[{', '.join(map(word, value))}]"
    if field == "variable_count":
        return str(value)
    return in_quotes(value) if field in ("id", "entity", "text") else word(value)


def word(text: str) -> str:
    """Return a value without quotes where no YAML reader can take it for anything else."""
    return text if _PLAIN.fullmatch(text) and not needs_typing(text) else in_quotes(text)


def in_quotes(text: str) -> str:
    """Return a text in double quotes on one line: JSON's escapes, all of which YAML reads the same."""
    return _HIDDEN.sub(_escaped, json.dumps(text, ensure_ascii=False))


def _escaped(match: re.Match[str]) -> str:
    code = ord(match.group())
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
