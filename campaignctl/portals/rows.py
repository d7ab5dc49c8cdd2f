"""A table to proposals: one for each template, and what is to be said about them.

An export with a damaged id, an unknown status or rows that contradict each other is refused as a whole: half
an import would look like all of it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from typing import Any, TypeVar

from campaignctl.dlt import slots
from campaignctl.errors import ExportError
from campaignctl.findings import Severity
from campaignctl.portals import columns, meanings, tables
from campaignctl.portals.cells import Cell, Row
from campaignctl.portals.meanings import Refused
from campaignctl.proposals import Export, Proposal, Remark
from campaignctl.words import count, quoted

_Value = TypeVar("_Value")
_HASHES = re.compile(r"##\w+##")
_ENTITIES = re.compile(r"&(?:amp|lt|gt|quot|apos|nbsp|#[0-9]{1,5});")
_LOST = re.compile(r"\?{3,}")


def read(data: bytes) -> Export:
    """Return what an export's bytes propose. Raises ExportError when they are no table of templates."""
    table = tables.read(data)
    reader = _Reader(table)
    proposals = tuple(reader.merged(reader.proposals()))
    if not proposals and not any(one.severity is Severity.ERROR for one in reader.remarks):
        raise ExportError("it names columns, and there is no template with a DLT id below them")
    remarks = [Remark(Severity.WARNING, "", one) for one in table.warnings]
    used = {one for chosen in reader.chosen.values() for one in chosen}
    return Export(
        proposals=proposals,
        remarks=(*remarks, *reader.remarks, *_about_zeros(proposals)),
        columns=tuple((field, table.names[one]) for field, chosen in reader.chosen.items() for one in chosen),
        unused=tuple(one for index, one in enumerate(table.names) if index not in used and one.strip()),
        notes=tuple(reader.notes()),
    )


class _Reader:
    """Reads the rows of one table, and gathers what is to be said."""

    def __init__(self, table: tables.Table) -> None:
        self.table = table
        self.remarks: list[Remark] = []
        self.counts: Counter[str] = Counter()
        self.jio = columns.is_jio(table.names)
        self.chosen = {
            field: self._choice(field, found) for field, found in columns.find(table.names).items()
        }
        self.chosen = {field: found for field, found in self.chosen.items() if found}

    def _choice(self, field: str, found: list[int]) -> list[int]:
        """Return the columns of a field: both of two statuses, else the first one whose cells make sense."""
        if field == "status":
            return found
        if field == "category":
            left = [one for one in found if not self._all(one, meanings.encoding)]  # a type TEXT or UNICODE
            return [one for one in left if self._all(one, _is_category)][:1] or left[:1]
        if field == "encoding":
            return [one for one in found if self._all(one, meanings.encoding)][:1]
        return found[:1]

    def _all(self, column: int, says: Callable[[Cell], Any]) -> bool:
        """Return whether the cells of a column say something, and all that are not empty do."""
        cells = [row.cells[column] for row in self.table.rows if column < len(row.cells)]
        stated = [one for one in cells if meanings.word(one)]
        return bool(stated) and all(says(one) for one in stated)

    # --- rows -------------------------------------------------------------------------------------------

    def proposals(self) -> Iterator[Proposal]:
        """Yield the proposal of each row that has an id; rows without anything are passed over."""
        for row in self.table.rows:
            if not any(meanings.word(cell) for cell in row.cells):
                continue
            extra = [one for one in row.cells[len(self.table.names) :] if meanings.word(one)]
            if extra and self.table.is_csv:
                self.say(row, _too_wide(len(row.cells), len(self.table.names)))
                continue
            found = self._proposal(row)
            if found is not None:
                yield found

    def _proposal(self, row: Row) -> Proposal | None:
        before = len(self.remarks)
        id_ = self._read(row, "id", lambda cell: meanings.dlt_id(cell, "template id"))
        text = self._read(row, "text", meanings.text)
        if len(self.remarks) > before and not id_:
            return None
        if not id_:
            if text is not None:
                message = f"the text {quoted(text.value, 40)} has no DLT template id and is left out"
                self.say(row, message, Severity.WARNING)
            return None
        if text is not None:
            self.counts["tags"] += text.tags
            self.counts["returns"] += text.returns
        found = Proposal(
            id=id_,
            place=row.place,
            entity=self._read(row, "entity", lambda cell: meanings.dlt_id(cell, "entity id")) or None,
            name=self._read(row, "name", meanings.name),
            headers=self._read(row, "headers", meanings.headers) or None,
            category=self._read(row, "category", meanings.category),
            status=self._status(row),
            language=self._read(row, "language", meanings.language),
            encoding=self._read(row, "encoding", meanings.encoding),
            variable_count=self._read(row, "variable_count", meanings.variable_count),
            text=text.value if text else None,
        )
        self._look_at(row, found)
        return found

    def _cells(self, row: Row, field: str) -> Iterator[Cell]:
        return (row.cells[one] for one in self.chosen.get(field, ()) if one < len(row.cells))

    def _read(self, row: Row, field: str, says: Callable[[Cell], _Value]) -> _Value | None:
        try:
            return next(map(says, self._cells(row, field)), None)
        except Refused as refused:
            self.say(row, str(refused))
            return None

    def _status(self, row: Row) -> str | None:
        try:
            stated = [one for one in map(meanings.status, self._cells(row, "status")) if one]
        except Refused as refused:
            self.say(row, str(refused))
            return None
        return max(stated, key=meanings.WORSE.index) if stated else "approved" if self.jio else None

    def say(self, row: Row, message: str, severity: Severity = Severity.ERROR) -> None:
        """Note something about a row."""
        self.remarks.append(Remark(severity, row.place, message))

    def _look_at(self, row: Row, one: Proposal) -> None:
        """Warn of what looks as if the text were not what is registered."""
        text = one.text
        if text is None:
            return
        found = len(slots.parse(text)[0])
        if one.variable_count is not None and one.variable_count != found:
            message = (
                f"template {one.id} has {count(one.variable_count, 'variable')} by its own column and "
                f"{found} in its text; look at the text on the portal"
            )
            self.say(row, message, Severity.WARNING)
        for pattern, why in (
            (_HASHES, "an SMS provider's spelling of a variable and not the registered one, such as {#var#}"),
            (_ENTITIES, "HTML's spelling of a character; if the portal shows the character, write it here"),
            (_LOST, "what is left of letters that a file could not hold; export it as UTF-8"),
        ):
            match = pattern.search(text)
            if match:
                self.say(
                    row, f"the text of {one.id} holds {quoted(match.group(), 20)}: {why}", Severity.WARNING
                )
        if text.startswith("="):
            message = (
                f"the text of {one.id} begins with =; if that is a spreadsheet's formula, put in the text"
            )
            self.say(row, message, Severity.WARNING)

    # --- several rows of one template ---------------------------------------------------------------------

    def merged(self, proposals: Iterator[Proposal]) -> list[Proposal]:
        """Return one proposal for each id. Rows that differ in the header alone are one template's headers."""
        found: dict[str, Proposal] = {}
        for one in proposals:
            known = found.setdefault(one.id, one)
            if known is one:
                continue
            differing = [
                field.name
                for field in fields(one)
                if field.name not in ("place", "headers")
                and getattr(one, field.name) != getattr(known, field.name)
            ]
            if differing:
                names = " and ".join(name.replace("_", " ") for name in differing)
                message = f"template {one.id} stands on {known.place} too, with another {names}; delete the wrong row"
                self.remarks.append(Remark(Severity.ERROR, one.place, message))
            elif set(one.headers or ()) == set(known.headers or ()):
                self.counts["repeated"] += 1
            else:
                both = dict.fromkeys((*(known.headers or ()), *(one.headers or ())))
                found[one.id] = replace(known, headers=tuple(both))
                self.counts["gathered"] += 1
        return list(found.values())

    def notes(self) -> Iterator[str]:
        """Yield what was turned into what."""
        counts = self.counts
        if counts["tags"]:
            yield f"the line breaks of {count(counts['tags'], 'text')} were written as <br/>"
        if counts["returns"]:
            yield f"the line breaks of {count(counts['returns'], 'text')} were written with a carriage return"
        if counts["repeated"]:
            yield f"{count(counts['repeated'], 'row')} repeated another one"
        if counts["gathered"]:
            yield f"{count(counts['gathered'], 'row')} named one more header of a template"
        if self.jio:
            yield "Jio exports approved templates only, so all are taken for approved"


def _is_category(cell: Cell) -> bool:
    name = columns.plain(meanings.word(cell))
    return name in meanings.CATEGORIES or name in meanings.UNSTATED


def _too_wide(cells: int, names: int) -> str:
    return (
        f"there are {cells} cells under {count(names, 'column name')}, so a text was probably cut at a comma; "
        'put texts in quotes: "like, this"'
    )


def _about_zeros(proposals: tuple[Proposal, ...]) -> Iterator[Remark]:
    """Yield remarks on ids of which a spreadsheet may have kept 15 digits: one id in 10,000 ends so by chance."""
    places = {one.id: one.place for one in proposals if one.id.endswith("0000")}
    many = len(places) > 1 and 2 * len(places) >= len(proposals)
    severity = Severity.ERROR if many else Severity.WARNING
    entities = {one.entity: one.place for one in reversed(proposals) if (one.entity or "").endswith("0000")}
    for found, what, level in ((places, "template", severity), (entities, "entity", Severity.WARNING)):
        for id_, place in found.items():
            message = (
                f"the {what} id '{id_}' ends in 0000, as spreadsheets leave it that keep 15 digits; "
                "compare it with the portal, or import the export without opening it"
            )
            yield Remark(level, place, message)
