"""Exports of DLT portals and SMS providers, in every shape that was seen, read as proposals. All are made up."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from campaignctl.errors import ExportError
from campaignctl.findings import Severity
from campaignctl.portals import columns, meanings, rows, sheets, tables
from campaignctl.proposals import Export, Proposal

A, B = "1207177012384519206", "1207177012391047718"
ENTITY = "1201428740000012125"
TEXT = "Dear {#alphanumeric#}, your Kettle order {#numeric#} is packed"


def table(*lines: Sequence[str], delimiter: str = ",") -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(lines)
    return out.getvalue().encode()


def book(*lines: Sequence[Any], title: str = "Sheet1") -> bytes:
    openpyxl = pytest.importorskip("openpyxl", reason="XLSX needs the xlsx extra")
    out = io.BytesIO()
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = title
    for line in lines:
        sheet.append(list(line))
    workbook.save(out)
    return out.getvalue()


@cache
def sound_book() -> bytes:
    return book(JIO, ("KETTLE", A, "", TEXT, "2"))


def one(data: bytes) -> Proposal:
    export = rows.read(data)
    assert [remark.message for remark in export.remarks] == []
    assert len(export.proposals) == 1
    return export.proposals[0]


def said(export: Export, severity: Severity) -> list[str]:
    return [f"{remark.place}: {remark.message}" for remark in export.remarks if remark.severity is severity]


def errors(*lines: Sequence[str]) -> list[str]:
    return said(rows.read(table(*lines)), Severity.ERROR)


def warnings(*lines: Sequence[str]) -> list[str]:
    export = rows.read(table(*lines))
    assert said(export, Severity.ERROR) == []
    return said(export, Severity.WARNING)


def refusal(data: bytes) -> str:
    with pytest.raises(ExportError) as caught:
        rows.read(data)
    return str(caught.value)


# --- the shapes ---------------------------------------------------------------------------------------

JIO = ("HEADER", "TEMPLATE_ID", "TEMPLATE_NAME", "TEMPLATE_CONTENT", "VARIABLE_COUNT")
SHAPES: dict[str, tuple[bytes, dict[str, Any]]] = {
    "jio": (
        table(JIO, ("KETTLE", A, "Packed", TEXT, "2")),
        {"name": "Packed", "headers": ("KETTLE",), "variable_count": 2, "status": "approved"},
    ),
    "vi, as the large providers keep it": (
        table(
            (
                "template_id",
                "template_content",
                "template_type",
                "category",
                "template_name",
                "header",
                "entity_id",
                "approval_status",
                "status",
                "language",
                "registered_dlt",
            ),
            (
                A,
                TEXT,
                "Service-Implicit",
                "Consumer Goods",
                "Packed",
                "KETTLE;KETTLX",
                ENTITY,
                "Approved",
                "Active",
                "English",
                "VI",
            ),
        ),
        {
            "name": "Packed",
            "headers": ("KETTLE", "KETTLX"),
            "category": "service-implicit",
            "entity": ENTITY,
            "status": "approved",
            "language": "en",
        },
    ),
    "airtel": (
        json.dumps(
            [
                {
                    "id": 17,
                    "name": "Packed",
                    "DLT-ID": A,
                    "header": ["KETTLE", "KETTLX"],
                    "communication-type": "SERVICE_IMPLICIT",
                    "content": TEXT,
                    "consent-DLT-ID": None,
                    "status": "REGISTERED VIA AIRTEL",
                    "created-by": "someone",
                }
            ]
        ).encode(),
        {
            "name": "Packed",
            "headers": ("KETTLE", "KETTLX"),
            "category": "service-implicit",
            "status": "approved",
        },
    ),
    "msg91": (
        table(
            ("Template Name", "Flow ID", "DLT Template ID", "Message", "Type"),
            ("Packed", "63f0c1a2d6fc051b2c3d4e5f", A, TEXT, "Promotional"),
        ),
        {"name": "Packed", "category": "promotional"},
    ),
    "fast2sms": (
        table(
            ("Template Name", "Template ID", "DLT Template ID", "Message", "Category"),
            ("Packed", "198607", A, TEXT, "SI"),
        ),
        {"name": "Packed", "category": "service-implicit"},
    ),
    "tanla": (
        table(
            ("Template Name", "Message Type", "Category", "Template ID", "Sender ID", "Content"),
            ("Packed", "Unicode", "Promotional", A, "512345", TEXT),
        ),
        {"name": "Packed", "encoding": "unicode", "category": "promotional", "headers": ("512345",)},
    ),
    "bulkgate": (
        table(
            ("sender id", "template", "template id", "PE id", "type"),
            ("KETTLE", TEXT, A, ENTITY, "transactional"),
        ),
        {"headers": ("KETTLE",), "entity": ENTITY, "category": "transactional"},
    ),
    "a chat tool": (
        table(
            (
                "id",
                "name",
                "pe_id",
                "registered_dlt",
                "sender_id",
                "description",
                "message",
                "template_type",
                "template_id",
            ),
            ("4", "Packed", ENTITY, "JIO", "KETTLE", "for orders", TEXT, "TXN", A),
        ),
        {"name": "Packed", "headers": ("KETTLE",), "entity": ENTITY, "category": "transactional"},
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_is_read_by_its_columns(shape: str) -> None:
    data, expected = SHAPES[shape]
    place = "item 1" if shape == "airtel" else "line 2"

    assert one(data) == Proposal(id=A, place=place, text=TEXT, **expected)


def test_bsnl_states_everything_but_the_text() -> None:
    data = {
        "Content_Template_Ids": [
            {
                "Template_Id": A,
                "Template_Name": "Packed",
                "Template_Keys": ["name", "order"],
                "Non_Variable_Text_Length": "30",
                "Max_Length_Permitted": "60",
                "Template_Status": "1",
                "Is_Unicode": "0",
            }
        ],
        "Error": None,
    }

    assert one(json.dumps(data).encode()) == Proposal(
        id=A, place="item 1", name="Packed", variable_count=2, status="approved", encoding="text"
    )


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("code", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("newline", ["\r\n", "\n", "\r"])
def test_delimiters_encodings_and_line_ends_change_nothing(delimiter: str, code: str, newline: str) -> None:
    text = "Kettle: a, b; c\td | \u201ce\u201d \u0928\u092e\u0938\u094d\u0924\u0947 \u20b9"
    data = table(("DLT Template Id", "Message"), (A, text), delimiter=delimiter).decode()

    assert one(data.replace("\r\n", newline).encode(code)).text == text


def test_the_header_row_need_not_be_the_first() -> None:
    data = table(
        ("All templates of Kettle",), (), ("Exported", "27-10-2035"), JIO, ("KETTLE", A, "", TEXT, "2")
    )

    assert one(data).place == "line 5"


@pytest.mark.parametrize(
    "name", ["Template ID", "TEMPLATE_ID", "template-id", "templateId", " Template  Id. "]
)
def test_the_spelling_of_a_column_does_not_count(name: str) -> None:
    assert one(table((name, "content"), (A, TEXT))).id == A


@pytest.mark.parametrize(("field", "names"), columns.ALIASES.items())
def test_every_alias_is_written_as_names_are_compared(field: str, names: tuple[str, ...]) -> None:
    assert [columns.plain(name) for name in names] == list(names)


def test_unused_columns_are_named() -> None:
    export = rows.read(table((*JIO, "Colour"), ("KETTLE", A, "", TEXT, "2", "red")))

    assert export.unused == ("Colour",)
    assert dict(export.columns)["text"] == "TEMPLATE_CONTENT"


# --- texts --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        " two  spaces and an end ",
        "{#var#}{#num#}{#alp#} {#urg#}{#uro#}{#cbn#}{#email#}{#numeric#}{#2fa#}",
        'a "quote", a comma, a semicolon;',
        "two\nlines\n\nand three",
        "'leading quote",
        "-1+2",
        "a\tb",
        "no\u00a0break \u200d\u200c \U0001f600",
    ],
)
def test_a_text_is_kept_to_the_letter(text: str) -> None:
    assert rows.read(table(("template id", "content"), (A, text))).proposals[0].text == text


@pytest.mark.parametrize(
    ("written", "text", "note"),
    [
        ("a<br/>b<br>c<BR />d", "a\nb\nc\nd", "the line breaks of 1 text were written as <br/>"),
        ("a\r\nb", "a\nb", "the line breaks of 1 text were written with a carriage return"),
        ('="a ""b"""', 'a "b"', ""),
    ],
)
def test_line_breaks_are_put_right_and_said(written: str, text: str, note: str) -> None:
    export = rows.read(table(("template id", "content"), (A, written)))

    assert export.proposals[0].text == text
    assert ", ".join(export.notes) == note


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Hi ##name##", "'##name##': an SMS provider's spelling"),
        ("Tea &amp; more", "'&amp;': HTML's spelling"),
        ("Kettle ????? tea", "'?????': what is left of letters"),
        ("=A1&B1", "begins with ="),
    ],
)
def test_what_looks_damaged_is_a_warning(text: str, words: str) -> None:
    found = warnings(("template id", "content"), (A, text))

    assert len(found) == 1
    assert words in found[0]


@pytest.mark.parametrize(
    ("text", "words"),
    [("a\0b", "U+0000 at character 2"), ("a\ufffdb", "U+FFFD"), ("x" * 2001, "2,001 characters")],
)
def test_what_cannot_be_registered_is_refused(text: str, words: str) -> None:
    assert words in errors(("template id", "content"), (A, text))[0]


def test_a_lone_surrogate_in_json_is_refused() -> None:
    data = b'[{"template id": "%s", "content": "a\\ud800"}]' % A.encode()

    assert "U+D800" in said(rows.read(data), Severity.ERROR)[0]


def test_a_variable_count_that_does_not_fit_is_a_warning_and_kept() -> None:
    export = rows.read(table(JIO, ("KETTLE", A, "", TEXT, "3")))

    assert export.proposals[0].variable_count == 3
    assert "has 3 variables by its own column and 2 in its text" in said(export, Severity.WARNING)[0]


# --- ids ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cell", [A, f"'{A}", f'="{A}"', f" {A} ", f"\u00a0{A}\u200b"])
def test_an_id_is_freed_of_what_kept_it_a_text(cell: str) -> None:
    assert one(table(("template id", "content"), (cell, TEXT))).id == A


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("1.20718E+18", "'1.20718E+18' stands there as a number"),
        ("1,20718E+18", "stands there as a number"),
        ("1.2071770123845192e18", "stands there as a number"),
        (f"{A}.0", "stands there as a number"),
        ("198607", "the SMS provider's own id"),
        ("63f0c1a2d6fc051b2c3d4e5f", "the SMS provider's own id"),
        ("12071770123845192", "is not 19 digits"),
        ("\u0967" * 19, "is not 19 digits"),
        ("packed", "is not 19 digits"),
    ],
)
@pytest.mark.parametrize("column", ["template id", "entity id"])
def test_a_damaged_id_is_refused_with_its_place_and_reason(cell: str, words: str, column: str) -> None:
    row = (cell, A, TEXT) if column == "entity id" else (A, cell, TEXT)
    names = ("entity id", "template id", "content")
    found = errors(names, (ENTITY, B, TEXT), row if column == "entity id" else (ENTITY, cell, TEXT))

    assert len(found) == 1
    assert found[0].startswith(f"line 3: the {column} ")
    assert words in found[0]


def test_ids_of_a_rounded_column_are_refused_and_a_single_one_is_a_warning() -> None:
    rounded = [f"12071770123{number}0000" for number in (1234, 1235)]
    names = ("template id", "content")

    assert len(errors(names, *((one, TEXT) for one in rounded))) == 2
    assert "ends in 0000" in warnings(names, (rounded[0], TEXT), (A, TEXT), (B, TEXT))[0]


def test_what_a_program_writes_for_nothing_is_nothing() -> None:
    data = json.dumps([{"template_id": A, "template": TEXT, "name": float("nan")}]).encode()

    assert (b"NaN" in data, one(data).name) == (True, None)


def test_a_whole_number_in_json_is_an_id_unless_a_program_has_rounded_it() -> None:
    data = '[{"template id": %s, "content": "a"}]'

    assert one((data % A).encode()).id == A
    assert "as a number" in said(rows.read((data % f"{A[:17]}00").encode()), Severity.ERROR)[0]
    assert "as a number" in said(rows.read((data % "1.2071770123845192e18").encode()), Severity.ERROR)[0]


def test_a_rounded_entity_is_a_warning() -> None:
    found = warnings(
        ("pe id", "template id", "content"), *[(f"{ENTITY[:15]}0000", id_, TEXT) for id_ in (A, B)]
    )

    assert len(found) == 1
    assert found[0].startswith("line 2: the entity id ")


def test_a_text_without_an_id_is_left_out_and_said() -> None:
    found = warnings(("template id", "content"), ("-", "A draft"), (A, TEXT), ("", ""))

    assert found == ["line 2: the text 'A draft' has no DLT template id and is left out"]


def test_the_better_column_is_taken_for_the_id() -> None:
    names = ("id", "Template ID", "DLT Template ID", "content")

    assert one(table(names, ("1", "198607", A, TEXT))).id == A


# --- words --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("Transactional", "transactional"),
        ("TXN", "transactional"),
        ("Promotional", "promotional"),
        ("PML", "promotional"),
        ("Service-Implicit", "service-implicit"),
        ("SERVICE_IMPLICIT", "service-implicit"),
        ("Service Implicit", "service-implicit"),
        ("SI", "service-implicit"),
        ("service explicit", "service-explicit"),
        ("SE", "service-explicit"),
        ("Government", "government"),
        ("Others", None),
        ("", None),
    ],
)
def test_categories(word: str, meant: str | None) -> None:
    assert meanings.category(word) == meant


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("Approved", "approved"),
        ("ACTIVE", "approved"),
        ("1", "approved"),
        ("REGISTERED VIA AIRTEL", "approved"),
        ("Pending", "pending"),
        ("In Progress", "pending"),
        ("Rejected", "rejected"),
        ("Inactive", "inactive"),
        ("Suspended", "inactive"),
        ("Blacklisted", "blacklisted"),
        ("", None),
    ],
)
def test_statuses(word: str, meant: str | None) -> None:
    assert meanings.status(word) == meant


@pytest.mark.parametrize(
    ("approval", "activity", "meant"),
    [
        ("Approved", "Active", "approved"),
        ("Approved", "Inactive", "inactive"),
        ("Rejected", "Active", "rejected"),
        ("Approved", "", "approved"),
        ("Pending", "Inactive", "inactive"),
    ],
)
def test_of_two_statuses_the_worse_one_holds(approval: str, activity: str, meant: str) -> None:
    data = table(("template id", "content", "Status", "Approval Status"), (A, TEXT, activity, approval))

    assert one(data).status == meant


@pytest.mark.parametrize(
    ("column", "word"), [("status", "Maybe"), ("category", "Weather"), ("header", "VM-KETTLE")]
)
def test_an_unknown_word_is_refused_with_its_place(column: str, word: str) -> None:
    found = errors(("template id", "content", column), (A, TEXT, word))

    assert len(found) == 1
    assert found[0].startswith(f"line 2: the {column} '{word}' is not ")


@pytest.mark.parametrize(
    "cell", ["KETTLE,KETTLX", "KETTLE; KETTLX", "KETTLE|KETTLX|KETTLE", "KETTLE\nKETTLX,"]
)
def test_headers_are_parted(cell: str) -> None:
    assert meanings.headers(cell) == ("KETTLE", "KETTLX")


# --- several rows of one template -----------------------------------------------------------------------


def test_a_repeated_row_is_said_once() -> None:
    export = rows.read(table(JIO, *[("KETTLE", A, "", TEXT, "2")] * 3))

    assert (len(export.proposals), export.remarks) == (1, ())
    assert "2 rows repeated another one" in export.notes


def test_rows_that_differ_in_the_header_alone_are_one_template() -> None:
    export = rows.read(table(JIO, ("KETTLE", A, "", TEXT, "2"), ("KETTLX", A, "", TEXT, "2")))

    assert [one.headers for one in export.proposals] == [("KETTLE", "KETTLX")]


def test_rows_that_contradict_each_other_are_refused() -> None:
    found = errors(JIO, ("KETTLE", A, "a", TEXT, "2"), ("KETTLE", A, "a", TEXT + " ", "2"))

    assert found == [f"line 3: template {A} stands on line 2 too, with another text; delete the wrong row"]


# --- files that are none --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "it is empty"),
        (b"\xef\xbb\xbf \r\n", "it is empty"),
        (b"<html><table><tr><td>TEMPLATE_ID</td></tr></table>", "a web page or XML"),
        (b"\n<?xml version='1.0'?><Workbook/>", "a web page or XML"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "an old Excel file (.xls) or has a password"),
        (b"%PDF-1.7", "a PDF"),
        ("a,b".encode("utf-16-le"), "UTF-16 without saying so"),
        (b"\xff\xfea", "UTF-16 text is damaged"),
        (b"template id,content\n1,\x81", "byte 0x81 on line 2"),
        (b"a,b\n1,2\n", "names a column with the DLT template id and the text (found: 'a', 'b')"),
        (b"template id,b\n1,2\n", "names a column with the text (found: 'template id', 'b')"),
        (b'template id,content\n1,"a\n2,b\n', 'a quote " that opens in the row of line 2 is never closed'),
        (b'template id,content\n1,"a"b\n', "in the row of line 2 a closing quote"),
        (b"template id,content\n1," + b"a" * 200_000, "a cell in the row of line 2 is longer than any text"),
        (b"\n" * 1_100_000 + b"template id,content\n", "more than 1,048,576 of its lines are blank"),
        (b"{", "no sound JSON: line 1, column 2"),
        (b"[]", "no list of templates"),
        (b'[{"name": "a"}]', "no list of templates"),
        (b"[" * 100_000, "JSON"),
        (b"PK\x03\x04 no zip", "no XLSX file"),
        (table(JIO), "no template with a DLT id"),
    ],
)
def test_what_is_no_export_is_said_so(data: bytes, words: str) -> None:
    assert words in refusal(data)


def test_a_text_with_a_comma_and_no_quotes_is_refused() -> None:
    data = f"template id,content,status\n{A},Dear, you,approved\n".encode()

    assert "cut at a comma" in said(rows.read(data), Severity.ERROR)[0]


def test_empty_cells_at_the_end_are_nothing() -> None:
    assert one(f"template id,content\n{A},Dear you,,,\n".encode()).text == "Dear you"


def test_windows_1252_is_read_with_a_warning() -> None:
    export = rows.read(table(("template id", "content"), (A, "caf\u00e9")).decode().encode("cp1252"))

    assert export.proposals[0].text == "caf\u00e9"
    assert "line 2 is not UTF-8, so the file was read as Windows-1252" in said(export, Severity.WARNING)[0]


def test_more_rows_than_a_registry_can_hold_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MAX_ROWS", 2)

    assert "more than 2 rows" in refusal(table(JIO, *[("KETTLE", A, "", TEXT, "2")] * 3))
    assert len(rows.read(table(JIO, *[("KETTLE", A, "", TEXT, "2")] * 2)).proposals) == 1
    assert len(rows.read(table(JIO, ("KETTLE", A, "", TEXT, "2"), *[("",) * 5] * 9)).proposals) == 1


# --- spreadsheets -------------------------------------------------------------------------------------


def test_a_sheet_is_read_as_texts() -> None:
    text = f" {TEXT}<br/>two  spaces_x000D_\nend"
    found = one(book(("Kettle", date(2035, 10, 27)), JIO, (512345, f"'{A}", None, text, 2)))

    assert found.place == "row 3"
    assert (found.id, found.headers, found.variable_count) == (A, ("512345",), 2)
    assert found.text == f" {TEXT}\ntwo  spaces\nend"


def test_a_formula_that_keeps_an_id_a_text_is_not_evaluated() -> None:
    assert one(book(JIO, ("KETTLE", f'="{A}"', "", TEXT, 2))).id == A


@pytest.mark.parametrize("cell", [int(A), float(A), 1.20718e18])
def test_a_number_in_place_of_an_id_is_refused(cell: float) -> None:
    found = said(rows.read(book(JIO, ("KETTLE", cell, "", TEXT, 2))), Severity.ERROR)

    assert len(found) == 1
    assert found[0].startswith("row 2: the template id ")
    assert "keep only the first 15 to 17 of its 19 digits" in found[0]


def test_the_sheet_with_the_templates_is_found() -> None:
    openpyxl = pytest.importorskip("openpyxl", reason="XLSX needs the xlsx extra")
    out = io.BytesIO()
    workbook = openpyxl.Workbook()
    workbook.active.append(["About this export"])
    second = workbook.create_sheet("Templates")
    second.append(JIO)
    second.append(["KETTLE", A, "", TEXT, "2"])
    workbook.save(out)

    assert one(out.getvalue()).id == A


def test_blank_rows_and_cells_beside_the_table_are_nothing() -> None:
    data = book((), JIO, *[(" ",)] * 50, ("KETTLE", A, "", TEXT, 2, None, "mine"))

    assert one(data).place == "row 53"


def test_rows_that_are_far_below_do_not_take_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "_ROWS_OF_A_SHEET", 1000)
    data = book(JIO, ("KETTLE", A, "", TEXT, 2), ("KETTLE", B, "", TEXT, 2))
    far = {"xl/worksheets/sheet1.xml": lambda part: part.replace(b'<row r="3"', b'<row r="99999999999"')}

    assert one(rezipped(data, far)).id == A


def rezipped(data: bytes, change: dict[str, Any]) -> bytes:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as before,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for name in before.namelist():
            part = before.read(name)
            after.writestr(name, change[name](part) if name in change else part)
    return out.getvalue()


def test_a_wrong_dimension_hides_no_rows() -> None:
    data = book(JIO, ("KETTLE", A, "", TEXT, "2"))
    sheet = "xl/worksheets/sheet1.xml"

    assert one(rezipped(data, {sheet: lambda part: part.replace(b'ref="A1:E2"', b'ref="A1"')})).id == A


def test_a_zip_that_grows_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "_MAX_UNPACKED", 100_000)
    data = rezipped(book(JIO), {"xl/workbook.xml": lambda part: part + b" " * 200_000})

    assert "unpacked it is larger than" in refusal(data)


@pytest.mark.parametrize(
    "cells", [b"<row>" + b"<c/>" * 200_000 + b"</row>", b"<x:row>" + b"<x:c/>" * 200_000 + b"</x:row>"]
)
def test_a_row_without_end_is_refused_before_it_is_read(
    cells: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    openpyxl = pytest.importorskip("openpyxl", reason="XLSX needs the xlsx extra")
    monkeypatch.setattr(openpyxl, "load_workbook", None)
    sheet = "xl/worksheets/sheet1.xml"
    end = b"</sheetData>"
    data = rezipped(sound_book(), {sheet: lambda part: part.replace(end, cells + end)})

    assert "more cells than any table of templates" in refusal(data)


def test_a_sheet_that_declares_entities_is_refused() -> None:
    def declare(part: bytes) -> bytes:
        return b'<!DOCTYPE a [<!ENTITY b "c">]>' + part

    data = rezipped(book(JIO, ("KETTLE", A, "", TEXT, "2")), {"xl/worksheets/sheet1.xml": declare})

    assert "declares XML entities" in refusal(data)


def test_without_openpyxl_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    data = book(JIO)
    monkeypatch.setitem(__import__("sys").modules, "openpyxl", None)

    assert "pip install 'campaignctl[xlsx]'" in refusal(data)


# --- whatever the bytes -------------------------------------------------------------------------------

CELLS = st.sampled_from(
    ["", "-", A, B, "1.2E+18", "KETTLE", "Approved", "x\0", "a\nb", '"', "'", "=", "##a##", "\ufeff"]
)
NAMES = st.sampled_from([*JIO, "Status", "Category", "Entity Id", "Language", "Is Unicode", "Type", "??"])


def survives(data: bytes) -> None:
    try:
        export = rows.read(data)
    except ExportError:
        return
    assert all(len(one.id) == 19 for one in export.proposals)
    assert len({one.id for one in export.proposals}) == len(export.proposals)


@given(st.binary(max_size=300))
@example(b"PK\x03\x04")
@example(b"\xff\xfe")
@example(b'{"a":')
def test_no_bytes_raise(data: bytes) -> None:
    survives(data)


@given(st.lists(NAMES, max_size=8), st.lists(st.lists(CELLS | st.text(max_size=5), max_size=9), max_size=6))
def test_no_table_raises(names: list[str], lines: list[list[str]]) -> None:
    survives(table(names, *lines, delimiter=",").decode().encode("utf-8", "replace"))


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | CELLS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=5),
    max_leaves=20,
)


@given(VALUES | st.lists(st.dictionaries(NAMES, VALUES, min_size=2), max_size=4))
def test_no_json_raises(value: Any) -> None:
    survives(json.dumps(value).encode())


@settings(max_examples=50, deadline=None)
@given(st.data())
def test_no_damaged_workbook_raises(data: st.DataObject) -> None:
    whole = bytearray(sound_book())
    for _ in range(data.draw(st.integers(1, 5))):
        whole[data.draw(st.integers(4, len(whole) - 1))] = data.draw(st.integers(0, 255))
    survives(
        bytes(whole[: data.draw(st.integers(len(whole) // 2, len(whole)))])
        if data.draw(st.booleans())
        else bytes(whole)
    )


@settings(max_examples=50, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_no_damaged_sheet_raises(text: str) -> None:
    damage = {"xl/worksheets/sheet1.xml": lambda part: part.replace(b"<row", f"{text}<row".encode(), 1)}
    survives(rezipped(sound_book(), damage))


@given(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\ufffd\0"), min_size=1, max_size=60)
)
def test_a_text_survives_csv(text: str) -> None:
    try:
        found = meanings.text(text)
    except meanings.Refused:
        return
    export = rows.read(table(("template id", "content"), (A, text)))

    assert export.proposals[0].text == (found.value if found else None)
