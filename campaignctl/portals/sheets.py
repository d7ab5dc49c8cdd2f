"""The sheets of an XLSX file as rows of texts; openpyxl is loaded here and only here.

An XLSX file is a ZIP of XML. Both can be made to grow without end, so what is inside is measured before it
is read. Formulas are never evaluated: openpyxl gives their text.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, time
from itertools import islice
from typing import Any

from campaignctl.errors import ExportError
from campaignctl.portals.cells import MAX_COLUMNS, MAX_ROWS, Number, Row

#: What the parts of a file may unpack to; 100,000 templates of 160 characters need a fifth of it.
_MAX_UNPACKED = 128 * 1024 * 1024
_MAX_PARTS = 1000
#: Tags of a part, and of one row: 100,000 rows of 40 cells with four each; Excel has 16,384 columns.
_MAX_TAGS, _TAGS_OF_A_ROW = 16_000_000, 8 * 16_384
_ROW = re.compile(rb"<(?:[^<>\s:/]{1,40}:)?row\b")
#: Excel's own limit; a sheet whose format was set for whole columns has so many blank ones.
_ROWS_OF_A_SHEET = 1_048_576


def read(data: bytes) -> Iterator[list[Row]]:
    """Yield the rows of each sheet. Raises ExportError, and nothing else whatever the bytes."""
    try:
        import openpyxl
        from openpyxl.utils.escape import unescape
    except ImportError as error:
        raise ExportError(
            "an XLSX file needs openpyxl (pip install 'campaignctl[xlsx]'); or export CSV"
        ) from error
    _measure(data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about styles and validations, which nobody needs here
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
            for sheet in book.worksheets:
                sheet.reset_dimensions()  # portals write wrong ones
                found = enumerate(sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True), 1)
                written = (
                    Row(f"row {number}", tuple(_text(value, unescape) for value in row[: _width(row)]))
                    for number, row in islice(found, _ROWS_OF_A_SHEET)
                    if any(value is not None for value in row)
                )
                yield list(islice(written, MAX_ROWS + 100))
    except Exception as error:  # openpyxl raises whatever a damaged file makes it stumble over
        raise ExportError(
            f"it is no sound XLSX file ({type(error).__name__}); open it in a spreadsheet and save it again"
        ) from error


def _measure(data: bytes) -> None:
    """Refuse a file that would not stop growing, before anything reads it."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            # zipfile never reads more of a part than its entry says.
            if len(parts) > _MAX_PARTS or sum(part.file_size for part in parts) > _MAX_UNPACKED:
                raise ExportError(
                    f"unpacked it is larger than {_MAX_UNPACKED // 1024**2} MiB; split it into several files"
                )
            for part in parts:
                _look_into(b"" if part.is_dir() else archive.read(part))
    except ExportError:
        raise
    except Exception as error:  # zlib, lzma and struct have errors of their own
        raise ExportError("it is a damaged or encrypted ZIP and no XLSX file; export it again") from error


def _look_into(part: bytes) -> None:
    """Refuse a part that takes minutes to read: openpyxl holds a row as a whole, fifty times the size of its text."""
    if _declares(part):
        raise ExportError("it declares XML entities, as no spreadsheet does; it is not read")
    rows = _ROW.split(part) if part.count(b"<") > _TAGS_OF_A_ROW else ()
    if part.count(b"<") > _MAX_TAGS or any(row.count(b"<") > _TAGS_OF_A_ROW for row in rows[1:]):
        raise ExportError("it has more cells than any table of templates; copy the table into a new file")


def _declares(part: bytes) -> bool:
    """Return whether XML could declare entities; in a cell's text the bracket would be escaped."""
    return any("<!DOCTYPE".encode(code) in part for code in ("utf-8", "utf-16-le", "utf-16-be"))


def _width(row: tuple[Any, ...]) -> int:
    """Return the number of cells up to the last one with something in it."""
    return next(index for index in range(len(row), 0, -1) if row[index - 1] is not None)


def _text(value: Any, unescape: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, int):
        return Number(value)
    if isinstance(value, float):
        return Number(int(value) if value.is_integer() and abs(value) < 1e15 else value)
    if isinstance(value, (date, time)):
        return value.isoformat()
    text: str = unescape(str(value))  # _x000D_ is a carriage return
    return text
