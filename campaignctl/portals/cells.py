"""The cells of an export: texts, and texts that the file holds as numbers."""

from __future__ import annotations

from typing import NamedTuple

#: An export larger than this is refused unread; a table in it is refused beyond so many rows and columns.
MAX_BYTES = 100 * 1024 * 1024
#: JSON takes fifty times its size in memory when it is made of empty lists.
MAX_JSON = 32 * 1024 * 1024
MAX_ROWS = 100_000
MAX_COLUMNS = 100
#: Blank lines, which spreadsheets leave below a table: as many as a sheet has rows.
MAX_BLANK = 1_048_576


class Number(str):
    """A text that the file holds as a number: an id in such a cell may have lost digits."""

    __slots__ = ()


#: A tuple is a list of texts in JSON.
Cell = str | tuple[str, ...]


class Row(NamedTuple):
    """One row and where it stands, as a person counts: "line 7" of a CSV, "row 7" of a sheet, "item 7"."""

    place: str
    cells: tuple[Cell, ...]

    @property
    def is_blank(self) -> bool:
        return not any(cell.strip() if isinstance(cell, str) else cell for cell in self.cells)
