"""The bytes of an export to a table of texts: CSV with any of four delimiters, XLSX or JSON, told by its content."""

from __future__ import annotations

import codecs
import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from typing import Any, NamedTuple

from campaignctl.errors import ExportError
from campaignctl.portals import columns, sheets
from campaignctl.portals.cells import MAX_BLANK, MAX_COLUMNS, MAX_JSON, MAX_ROWS, Cell, Number, Row
from campaignctl.words import count, quoted

#: A header row is looked for among these first rows; portals put a title or a date above it.
_TOP = 10
_DELIMITERS = ",;\t|"


class Table(NamedTuple):
    """The names of the columns, the rows below them, and what had to be said on the way."""

    names: tuple[str, ...]
    rows: tuple[Row, ...]
    warnings: tuple[str, ...] = ()
    is_csv: bool = False  #: a text could have been cut at a delimiter


def read(data: bytes) -> Table:
    """Return the table in an export's bytes. Raises ExportError, and nothing else whatever the bytes."""
    if data.startswith(b"PK\x03\x04"):
        return _of_sheets(sheets.read(data))
    _refuse_others(data)
    text, warnings = _decoded(data)
    if not text.strip():
        raise ExportError("it is empty; export it from the portal again")
    begin = text.lstrip()[:1]
    if begin == "<":
        raise ExportError(
            "it is a web page or XML, whatever its name says; open it in a spreadsheet and save it as .xlsx"
        )
    table = _of_json(text) if begin in "{[" else _of_csv(text)
    return table._replace(warnings=warnings)


def _refuse_others(data: bytes) -> None:
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise ExportError(
            "it is an old Excel file (.xls) or has a password; open it in a spreadsheet and save it as .xlsx"
        )
    if data.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf")):
        raise ExportError("it is no table but a PDF, a picture or an archive; export CSV, XLSX or JSON")


def _decoded(data: bytes) -> tuple[str, tuple[str, ...]]:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            return data.decode("utf-16"), ()
        except UnicodeDecodeError as error:
            raise ExportError("its UTF-16 text is damaged; export it again, as UTF-8") from error
    if b"\0" in data[:2]:
        raise ExportError("it is in UTF-16 without saying so; save it as UTF-8")
    try:
        return data.decode("utf-8-sig"), ()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError as error:
        message = f"byte 0x{data[error.start]:02X} on line {line} is neither UTF-8 nor Windows-1252"
        raise ExportError(f"{message}; save the file as UTF-8") from error
    warning = (
        f"line {line} is not UTF-8, so the file was read as Windows-1252, which has no Indian letters and no "
        "rupee sign; look whether the texts are right, or save it as 'CSV UTF-8' and import that"
    )
    return text, (warning,)


# --- CSV and spreadsheets -------------------------------------------------------------------------------


def _of_csv(text: str) -> Table:
    """Return the table of a CSV text, by the delimiter that makes the best header row."""
    best = max(_DELIMITERS, key=lambda one: max(map(columns.score, _top(text, one)), default=0))
    try:
        return _split(list(islice(_lines(text, best), MAX_ROWS + _TOP + 1)))._replace(is_csv=True)
    except csv.Error as error:
        why = str(error)
        raise ExportError(f"it is no sound CSV: {_csv_words(why)}") from error


def _top(text: str, delimiter: str) -> list[Sequence[str]]:
    found: list[Sequence[str]] = []
    with suppress(csv.Error):  # not this delimiter, or told when all rows are read
        for row in islice(_lines(text, delimiter), _TOP):
            found.append(_names(row))  # noqa: PERF401 - those before an error count
    return found


def _lines(text: str, delimiter: str) -> Iterator[Row]:
    """Yield the rows that are not blank. Strict: an open quote would swallow the templates below it."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    blank = 0
    while True:
        begin = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise csv.Error(f"{error}@{begin}") from error
        if any(map(str.strip, cells)):
            yield Row(f"line {begin}", tuple(cells))
        else:
            blank += 1
            if blank > MAX_BLANK:
                raise ExportError(
                    f"more than {MAX_BLANK:,} of its lines are blank; export it from the portal again"
                )


def _csv_words(problem: str) -> str:
    what, _, line = problem.rpartition("@")
    if "expected after" in what:
        return (
            f'in the row of line {line} a closing quote " is followed by more text; '
            'a quote inside a text is written twice: ""'
        )
    if "field larger" in what:
        return f'a cell in the row of line {line} is longer than any text; look for a quote " that is never closed'
    if "unexpected end" in what:
        return f'a quote " that opens in the row of line {line} is never closed'
    return f"line {line}: {what}"


def _of_sheets(found: Iterable[list[Row]]) -> Table:
    """Return the table of the first sheet that has a header row."""
    first: list[Row] | None = None
    for rows in found:
        if any(columns.score(_names(row)) for row in rows[:_TOP]):
            return _split(rows)
        first = first or rows
    return _split(first or [])


def _names(row: Row) -> tuple[str, ...]:
    return tuple(cell if isinstance(cell, str) else "" for cell in row.cells)


def _split(rows: list[Row]) -> Table:
    """Return the rows below the header row. Raises ExportError when no row names an id and a text."""
    top = [_names(row) for row in rows[:_TOP]]
    scores = [columns.score(names) for names in top]
    if not any(scores):
        raise ExportError(_no_header(top))
    at = scores.index(max(scores))
    if len(rows) - at - 1 > MAX_ROWS:
        raise ExportError(f"it has more than {MAX_ROWS:,} rows; split it into several files")
    return Table(top[at], tuple(rows[at + 1 :]))


def _no_header(top: list[tuple[str, ...]]) -> str:
    widest = max(top, key=lambda names: (len(columns.find(names)), len(names)), default=())
    shown = ", ".join(quoted(name, 30) for name in widest[:12] if name.strip()) or "nothing"
    known = columns.find(widest)
    missing = " and ".join(
        words for field, words in (("id", "the DLT template id"), ("text", "the text")) if field not in known
    )
    return (
        f"no row among the first {_TOP} names a column with {missing or 'the DLT template id and the text'} "
        f"(found: {shown}); name the columns as portals do, like TEMPLATE_ID and TEMPLATE_CONTENT"
    )


# --- JSON -----------------------------------------------------------------------------------------------


def _of_json(text: str) -> Table:
    """Return the best list of objects in a JSON text. BSNL's `Content_Template_Ids` have no text at all."""
    if len(text) > MAX_JSON:
        raise ExportError(f"its JSON is larger than {MAX_JSON // 1024**2} MiB; split it into several files")
    try:
        data = json.loads(text, parse_int=_integer, parse_float=Number, parse_constant=lambda _: None)
    except json.JSONDecodeError as error:
        message = f"it is no sound JSON: line {error.lineno}, column {error.colno}: {error.msg.lower()}"
        raise ExportError(f"{message}; export it again") from error
    except RecursionError as error:
        raise ExportError("its JSON is nested too deeply to be an export") from error
    found = [(_json_names(objects), objects) for objects in _lists(data)]
    found = [(names, objects) for names, objects in found if "id" in columns.find(names)]
    if not found:
        raise ExportError(
            "its JSON holds no list of templates with an id, such as BSNL's `Content_Template_Ids`"
        )
    names, objects = max(found, key=lambda one: (len(columns.find(one[0])), len(one[1])))
    if len(objects) > MAX_ROWS:
        raise ExportError(f"it has more than {MAX_ROWS:,} templates; split it into several files")
    rows = (
        Row(f"item {number}", tuple(_json_cell(one.get(name)) for name in names))
        for number, one in enumerate(objects, 1)
    )
    return Table(names, tuple(rows))


def _integer(text: str) -> str:
    """Return a whole number as it is written. Where a program has rounded an id to 17 digits it ends in 00."""
    return Number(text) if text.endswith("00") else text


def _lists(data: Any) -> Iterator[list[dict[str, Any]]]:
    """Yield the lists of objects in the first levels of a JSON value."""
    level = [data]
    for _ in range(5):
        for one in level:
            if isinstance(one, list):
                objects = [item for item in one if isinstance(item, dict)]
                if objects:
                    yield objects
        level = [
            inner for one in level if isinstance(one, dict) for inner in list(one.values())[:MAX_COLUMNS]
        ]


def _json_names(objects: list[dict[str, Any]]) -> tuple[str, ...]:
    names: dict[str, None] = {}
    for one in objects:
        names.update(dict.fromkeys(one))
        if len(names) > MAX_COLUMNS:
            raise ExportError(f"its templates have more than {count(MAX_COLUMNS, 'key')} of different names")
    return tuple(names)


def _json_cell(value: Any) -> Cell:
    if isinstance(value, str):  # a Number, too
        return value
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, list):
        return tuple(one for one in value if isinstance(one, str))
    return ""
