"""Who is on a list: rows of a CSV file, or people made up after a registry's sample row. No database.

A dynamic list's first column holds the numbers, the others are variables (Exotel: SMS Campaign, dashboard); an
uploaded file names the column `number` (Exotel: Add contacts via CSV), which wins wherever it stands.
"""

from __future__ import annotations

import csv
import errno
import hashlib
import io
import os
import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .model import Contact

MOST_MADE_UP = 5000
"""The sandbox's own bound for a list that has no CSV file."""
MOST_BYTES = 60_000_000
"""A dynamic list's file has less than 60 MB (Exotel: Add contacts via CSV)."""
MOST_CONTACTS = 500_000
"""A dynamic list's most contacts, 5 lakh (same page)."""

_MOST_COLUMNS = 100
_FIRST_NUMBER = 919000000001
_RESERVED = frozenset(
    {3005, 3010, 3015, 3020, 3035, 3040, 3050, 3060, 4990}
)  # the operator fails these endings
_SPACES = re.compile(r"[\s()./-]+")
_DAMAGED = re.compile(r"\+?[0-9](?:[.,][0-9]*)?[eE]\+?[0-9]+|\+?[0-9]{10,13}[.,]0+", re.ASCII)
_INDIAN = re.compile(r"(?:\+?91|0)?([6-9][0-9]{9})", re.ASCII)


class BadContacts(Exception):
    """A contacts file that cannot be used: why, with its line."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sheet:
    """The contacts of one file. `twice` is how many rows had a number that was there before, `odd` how many contacts
    have a number that no operator takes, the first of them on line `odd_line` (from 1, 0 for none).
    """

    contacts: tuple[Contact, ...]
    columns: tuple[str, ...]
    digest: str
    twice: int
    odd: int = 0
    odd_line: int = 0


def read(path: Path) -> Sheet:
    """The contacts of a CSV file in UTF-8, with or without a byte order mark; semicolons or tabs may part the cells.

    A number that comes again is dropped, as the vendor's upload counts duplicates apart. Raises BadContacts.
    """
    try:
        data = _bytes(path)
    except OSError as error:
        raise BadContacts(
            f"{path} cannot be read: {(error.strerror or str(error)).lower().replace('directory', 'folder')}"
        ) from error
    if len(data) > MOST_BYTES:
        raise BadContacts(f"{path} has more than {MOST_BYTES // 1_000_000} MB; Exotel takes no larger file")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise BadContacts(f"{path}, line {line} is not UTF-8; save the file as CSV in UTF-8") from error
    return _sheet(path, text, hashlib.sha256(data).hexdigest())


def _bytes(path: Path) -> bytes:
    """What a file holds, up to one byte more than it may. A pipe would have to be waited for. Raises OSError."""
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(handle, "rb") as file:  # noqa: PTH123 - by its handle
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(errno.EINVAL, "it is no ordinary file; save it as one first")
        return file.read(MOST_BYTES + 1)


def _separator(text: str) -> str:
    """What parts the cells of a file, by its first line: spreadsheets write what is usual in their country."""
    first = text[: text.find("\n")] if "\n" in text else text
    return max(",;\t", key=first.count)


def _sheet(path: Path, text: str, digest: str) -> Sheet:
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
    found: dict[str, Contact] = {}
    twice = odd = odd_line = 0
    try:
        header = _header(path, next(rows, []))
        at = header.index("number") if "number" in header else 0
        for row in rows:
            if not any(cell.strip() for cell in row):
                continue
            if len(row) > len(header):
                raise BadContacts(
                    f"{path}, line {rows.line_num} has {len(row)} cells under {len(header)} headers; "
                    "put values with separators in quotes"
                )
            cells = dict(zip(header, [*row, *[""] * (len(header) - len(row))], strict=True))
            written = cells[header[at]].strip()
            if _DAMAGED.fullmatch(written):
                raise BadContacts(
                    f"{path}, line {rows.line_num} has the number {written}, which a spreadsheet has damaged; format "
                    "the column as text, fill it anew and export it again"
                )
            number = normal(written)
            if not number:
                raise BadContacts(f"{path}, line {rows.line_num} has no number; every contact needs one")
            if number in found:
                twice += 1
                continue
            if _INDIAN.fullmatch(number) is None:
                odd, odd_line = odd + 1, odd_line or rows.line_num
            found[number] = Contact(number=number, columns=cells)
            if len(found) > MOST_CONTACTS:
                raise BadContacts(
                    f"{path} has more than {MOST_CONTACTS} contacts, the most that Exotel takes"
                )
    except csv.Error as error:
        raise BadContacts(f"{path}, line {rows.line_num} is not CSV: {error}") from error
    return Sheet(
        contacts=tuple(found.values()),
        columns=tuple(header),
        digest=digest,
        twice=twice,
        odd=odd,
        odd_line=odd_line,
    )


def _header(path: Path, row: list[str]) -> list[str]:
    header = [cell.strip() for cell in row]
    if not any(header):
        raise BadContacts(f"{path}, line 1 has no headers; the first line must name the columns")
    if len(header) > _MOST_COLUMNS:
        raise BadContacts(f"{path}, line 1 has {len(header)} columns; at most {_MOST_COLUMNS} are taken")
    if _INDIAN.fullmatch(_SPACES.sub("", header[0])):
        raise BadContacts(f"{path}, line 1 holds a number; the first line must name the columns")
    if "" in header:
        raise BadContacts(
            f"{path}, line 1 has a column without a header: the {_ordinal(header.index('') + 1)}"
        )
    for name in header:
        if header.count(name) > 1:
            raise BadContacts(f"{path}, line 1 names the column {name!r} twice")
    return header


def _ordinal(number: int) -> str:
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{'th' if number // 10 == 1 else ending}"


def normal(number: str) -> str:
    """An Indian number in E.164, country code or not; any other text without its spaces and hyphens."""
    bare = _SPACES.sub("", number)
    indian = _INDIAN.fullmatch(bare)
    return f"+91{indian[1]}" if indian else bare


def made_up(position: int, columns: Mapping[str, str]) -> Contact:
    """The so-many-th made-up person, from 0: numbers from +919000000001, none that the operator would fail."""
    block, rest = divmod(position, 10_000 - len(_RESERVED))
    return Contact(number=f"+{_FIRST_NUMBER + block * 10_000 + _ENDINGS[rest]}", columns=columns)


_ENDINGS = tuple(end for end in range(10_000) if (_FIRST_NUMBER + end) % 10_000 not in _RESERVED)
