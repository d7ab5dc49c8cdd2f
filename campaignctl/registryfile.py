"""registry/templates.yaml as text: new templates and changed fields put in, everything else left byte for byte.

`registrytext` has what holds for every file of the registry, and the last check.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from campaignctl import registrytext
from campaignctl.documents import Document
from campaignctl.errors import ExportError
from campaignctl.findings import Edit, Pointer
from campaignctl.proposals import FIELDS, Update
from campaignctl.registrytext import in_quotes, word
from campaignctl.words import quoted

_FRESH = "#\n# The DLT templates as the portal holds them, their texts to the letter.\n"


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
    head = (registrytext.modeline("templates") if schemas else "") + _FRESH
    document = registrytext.parsed("templates", raw, path, head, "templates: []\n")
    ids = [one["id"] for one in document.data["templates"]]
    twice = next((id_ for id_, number in Counter(ids).items() if number > 1), None)
    if twice:
        raise ExportError(f"template {quoted(twice)} stands twice in {path}; delete one of the two first")
    return Templates(raw, document)


def edited(templates: Templates, updates: Sequence[Update], exported: str) -> bytes:
    """Return the file with the updates and the day of the export (2035-10-27) in it.

    Raises ExportError where the text cannot be edited so that exactly this changes: anchors, and templates
    written in braces over several lines.
    """
    editor = _Editor("templates", templates.document)
    edits = [edit for one in updates if one.index is not None for edit in editor.changed(one.index, one)]
    new = [one.entry for one in updates if one.index is None]
    if new:
        edits.append(editor.appended(new))
    if templates.exported != exported:
        edits.append(editor.dated(exported))
    if not edits and templates.raw is not None:
        return templates.raw
    expected = _expected(templates, updates, exported)
    return registrytext.edited("templates", templates.document, templates.raw, edits, expected)


def _expected(templates: Templates, updates: Sequence[Update], exported: str) -> dict[str, Any]:
    entries: list[Mapping[str, Any]] = list(templates.entries)
    for one in updates:
        if one.index is None:
            entries.append(one.entry)
        else:
            entries[one.index] = one.entry
    return {**templates.document.data, "templates": entries, "exported": exported}


# --- edits ----------------------------------------------------------------------------------------------


_EMPTY = re.compile(r"[ \t]*:[ \t]*(?:\[\s*\])?")
_DASH = re.compile(r"[ ]*-[ ]+")


class _Editor(registrytext.Places):
    """Makes the edits of one file. The edits of the document's text never overlap where it is in block style."""

    @property
    def present(self) -> int:
        return len(self.document.data["templates"])

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
            yield self.inserted((*where, "status"), missing)

    def headers(self, pointer: Pointer, after: Sequence[str]) -> Edit:
        """Return the edit of a list, from its first item to its last, in its own style."""
        start, _ = self.span((*pointer, 0))
        _, end = self.span((*pointer, len(self.document.value(pointer)) - 1))
        lead = self.lead(start)
        between = f"{self.newline}{lead}" if _DASH.fullmatch(lead) else ", "
        return Edit(start=start, end=end, text=between.join(map(word, after)))

    def appended(self, entries: Sequence[Mapping[str, Any]]) -> Edit:
        """Return the edit that puts templates below the last one, dashes and blank lines as they are there."""
        newline = self.newline
        if not self.present:
            key = self.document.key_span(("templates",))
            empty = _EMPTY.match(self.text, key[1]) if key else None
            if empty is None:
                raise self.by_hand()
            blocks = "".join(newline + _block(entry, "  - ", newline) for entry in entries)
            return Edit(start=empty.start(), end=empty.end(), text=f":{blocks}")
        first, last = self.extent(self.entry(self.present - 1))
        dash = _DASH.match(self.text, self.line_start(first))
        if dash is None:
            raise self.by_hand()
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

    def entry(self, index: int) -> Any:
        _, nodes = self.document.file.trees[self.document.index]["templates"]
        return nodes[index]

    def is_spaced(self) -> bool:
        """Return whether blank lines part the templates, by the second and the last."""
        if self.present < 2:
            return False
        starts = [self.line_start(self.extent(self.entry(index))[0]) for index in (1, self.present - 1)]
        return all(not self.lead(one - 1).strip() for one in starts)


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
