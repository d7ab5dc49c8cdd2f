"""registry/lists.yaml held against the account's lists, and edited: new lists and counts, everything else left."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from campaignctl import registrytext
from campaignctl.deliveries import VendorList
from campaignctl.documents import Document
from campaignctl.findings import Edit
from campaignctl.proposals import NewList, Pull, Recount
from campaignctl.registrytext import in_quotes, word
from campaignctl.words import masked, printable, shortened

_FRESH = "#\n# The contact lists at Exotel. Campaigns name them by alias.\n"
_is_sid = re.compile(r"[0-9a-f]{32}").fullmatch
_LONGEST_ALIAS = 63
_EMPTY = re.compile(r"[ \t]*:[ \t]*(?:\{\s*\})?")


class Lists(NamedTuple):
    """The file as it is: its bytes (None: there is none) and its one document."""

    raw: bytes | None
    document: Document

    @property
    def entries(self) -> Mapping[str, Mapping[str, Any]]:
        found: Mapping[str, Mapping[str, Any]] = self.document.data["lists"]
        return found


def load(raw: bytes | None, path: str, *, schemas: bool) -> Lists:
    """Return the registry's lists; without a file an empty one, naming its schema where there is one.

    Raises ExportError for a file with errors: what cannot be read cannot be edited.
    """
    head = (registrytext.modeline("lists") if schemas else "") + _FRESH
    return Lists(raw, registrytext.parsed("lists", raw, path, head, "lists: {}\n"))


# --- comparing --------------------------------------------------------------------------------------------


def pull(entries: Mapping[str, Mapping[str, Any]], found: Sequence[VendorList]) -> Pull:
    """Return what the account's lists would change. A list is the same by its SID, whatever its name.

    Of a known list only the count is taken; a count that Exotel does not give leaves the file's. An alias is made
    from the name.
    """
    theirs = {one.sid: one for one in found}
    recounts, unchanged = [], 0
    for alias, entry in entries.items():
        one = theirs.get(entry["sid"])
        if one is None:
            continue
        if one.contacts is None or one.contacts == entry.get("contacts"):
            unchanged += 1
        else:
            recounts.append(Recount(alias, one.sid, entry.get("contacts"), one.contacts))
    known = {entry["sid"] for entry in entries.values()}
    taken, new = dict.fromkeys(entries, 1), []
    for one in theirs.values():
        if one.sid not in known and _is_sid(one.sid):
            alias = alias_of(one.name, one.sid, taken)
            new.append(
                NewList(alias=alias, sid=one.sid, name=one.name, contacts=one.contacts, dynamic=one.dynamic)
            )
    return Pull(
        new=tuple(new),
        recounts=tuple(recounts),
        gone=tuple((alias, entry["sid"]) for alias, entry in entries.items() if entry["sid"] not in theirs),
        odd=tuple((one.sid, one.name) for one in theirs.values() if not _is_sid(one.sid)),
        unchanged=unchanged,
    )


def alias_of(name: str, sid: str, taken: dict[str, int]) -> str:
    """Return an alias that the file may have and that nothing has yet: `Festival, North` -> festival-north.

    `taken` has the aliases that there are, each with the last number that was tried behind it; the new one is added.
    Names of other scripts give `list-` and the beginning of the SID, as do those that could be taken for a SID.
    """
    plain = unicodedata.normalize("NFKD", name[:500]).encode("ascii", "ignore").decode().lower()
    base = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST_ALIAS].rstrip("-")
    if len(base) < 2 or _is_sid(base) or not any(char.isalpha() for char in base):
        base = f"list-{base}" if base and not _is_sid(base) else f"list-{sid[:8]}"
        base = base[:_LONGEST_ALIAS].rstrip("-")
    alias, number = base, taken.get(base, 1)
    while alias in taken:
        number += 1
        alias = f"{base[: _LONGEST_ALIAS - len(str(number)) - 1].rstrip('-')}-{number}"
    taken[base] = number  # a thousand lists of one name are not tried from the first number on each
    taken.setdefault(alias, 1)
    return alias


# --- editing ----------------------------------------------------------------------------------------------


def edited(lists: Lists, the_pull: Pull) -> bytes:
    """Return the file with the new lists and counts in it.

    Raises ExportError where the text cannot be edited so that exactly this changes: anchors, and lists written in
    braces.
    """
    editor = _Editor("lists", lists.document)
    edits = [editor.recounted(one) for one in the_pull.recounts]
    new = {one.alias: _entry(one) for one in the_pull.new}
    if new:
        edits.append(editor.appended(new))
    if not edits:
        return lists.raw if lists.raw is not None else lists.document.file.text.encode()
    entries: dict[str, Any] = {alias: dict(entry) for alias, entry in lists.entries.items()}
    for one in the_pull.recounts:
        entries[one.alias]["contacts"] = one.after
    expected = {**lists.document.data, "lists": {**entries, **new}}
    return registrytext.edited("lists", lists.document, lists.raw, edits, expected)


def _entry(one: NewList) -> dict[str, Any]:
    """Return a new list as the file has it, with its name where the alias does not show it."""
    entry: dict[str, Any] = {"sid": one.sid}
    if one.contacts is not None:
        entry["contacts"] = one.contacts
    if one.name != one.alias:
        entry["description"] = masked(printable(shortened(one.name, 200)))
    return entry


class _Editor(registrytext.Places):
    """Makes the edits of one file."""

    def recounted(self, one: Recount) -> Edit:
        if one.before is None:
            return self.inserted(("lists", one.alias, "sid"), [f"contacts: {one.after}"])
        start, end = self.span(("lists", one.alias, "contacts"))
        return Edit(start=start, end=end, text=str(one.after))

    def appended(self, entries: Mapping[str, Mapping[str, Any]]) -> Edit:
        """Return the edit that puts lists below the last one, in its indentation and with blank lines as there."""
        nodes = self._nodes()
        if not nodes:
            key = self.document.key_span(("lists",))
            empty = _EMPTY.match(self.text, key[1]) if key else None
            if empty is None:
                raise self.by_hand()
            blocks = "".join(self._block(alias, entry, "  ") for alias, entry in entries.items())
            return Edit(start=empty.start(), end=empty.end(), text=f":{blocks}")
        last = max(nodes, key=self._start)
        indent = self.lead(self._start(last))
        if indent.strip() or not indent:
            raise self.by_hand()
        between = self.newline if self._is_spaced(nodes) else ""
        blocks = "".join(between + self._block(alias, entry, indent) for alias, entry in entries.items())
        _, end = self.extent(nodes[last])
        at = self.below(end)
        if at == self.line_start(at):  # below a block, whose last line break is part of it
            blocks = blocks.removeprefix(self.newline) + self.newline
        return Edit(start=at, end=at, text=blocks)

    def _nodes(self) -> dict[str, Any]:
        """Return the lists' nodes by alias."""
        _, held = self.document.file.trees[self.document.index]["lists"]
        return {alias: node for alias, (_, node) in held.items()} if isinstance(held, dict) else {}

    def _start(self, alias: str) -> int:
        key = self.document.key_span(("lists", alias))
        if key is None:
            raise self.by_hand()
        return key[0]

    def _is_spaced(self, nodes: Mapping[str, Any]) -> bool:
        """Return whether blank lines part the lists, by the second and the last."""
        starts = sorted(self.line_start(self._start(alias)) for alias in nodes)
        return len(starts) > 1 and all(not self.lead(one - 1).strip() for one in (starts[1], starts[-1]))

    def _block(self, alias: str, entry: Mapping[str, Any], indent: str) -> str:
        """Return the lines of a list, each with the line break before it."""
        lines = [f"{indent}{word(alias)}:", *(f"{indent}  {line}" for line in _lines(entry))]
        return "".join(self.newline + line for line in lines)


def _lines(entry: Mapping[str, Any]) -> Iterator[str]:
    for field, value in entry.items():
        yield f"{field}: {in_quotes(value) if field == 'sid' else word(value) if isinstance(value, str) else value}"
