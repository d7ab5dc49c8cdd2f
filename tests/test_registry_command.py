"""`campaignctl registry import`: what is shown, what is written, and what stays as it was, byte for byte."""

from __future__ import annotations

import csv
import difflib
import io
import json
import os
import pty
import stat
import subprocess
import sys
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from conftest import NOW, Run, write
from hypothesis import example, given
from hypothesis import strategies as st

from campaignctl import documents, registryfile, schema
from campaignctl.errors import ExportError
from campaignctl.portals import meanings, merging
from campaignctl.proposals import FIELDS, Export, Fallbacks, Proposal

A, B, C = "1107177012384519206", "1107177012391047718", "1107177026510937482"
ENTITY, OTHER = "1101428740000012125", "1201428740000012125"
FILE = "registry/templates.yaml"
TODAY, YESTERDAY = "2034-06-01", "2034-05-31"
TEXT = "Dear {#alphanumeric#}, your Kettle order {#numeric#} is packed"
SECOND = "The Kettle cafe is open today. We look forward to your visit."
TEMPLATES = f"""\
# What the portal holds.
brands: [Kettle]   # as people know us
templates:
  # Service messages
  - id: "{A}"
    entity: "{ENTITY}"
    name: 'Order packed'
    headers: [KETTLE]  # one
    category: service-implicit
    status: approved # since May
    language: en
    text: "{TEXT}"

  # To come
  - id: '{B}'
    entity: "{ENTITY}"
    headers:
      - KETTLE
      - "512345"
    category: promotional
    business: food
    status: pending
    text: >-
      The Kettle cafe is open today.
      We look forward to your visit.
# The end.
"""
ONE = TEMPLATES.partition("\n  # To come")[0]
HEAD = "template id,template name,header,status,category,entity id,content\n"


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> list[timedelta]:
    """The present of the commands: NOW and what stands in this list."""
    passed = [timedelta()]
    monkeypatch.setattr("campaignctl.commands.options.now", lambda at: at or NOW + passed[0])
    return passed


@pytest.fixture
def registry(folder: Path) -> Path:
    """A folder with two templates in its registry."""
    write(folder, {FILE: TEMPLATES})
    return folder


def row(id_: str, text: str, **given: str) -> str:
    cells = {"name": "", "header": "", "status": "", "category": "", "entity": "", **given}
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerow([id_, *cells.values(), text])
    return out.getvalue()


def changed(before: str, after: str) -> list[str]:
    """Return the lines that differ, with their signs."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), n=0)
    return [line for line in list(lines)[2:] if line[0] in "+-"]


def imported(run: Run, folder: Path, export: str, *more: str, code: int = 0) -> list[str]:
    """Import an export and return the lines of the registry that differ."""
    write(folder, {"export.csv": export})
    before = (folder / FILE).read_text()
    ran = run("registry", "import", "export.csv", "--yes", *more)
    assert (ran.code, ran.err if code == 0 else "") == (code, ""), ran.out
    return changed(before, (folder / FILE).read_text())


DAY = [f'+exported: "{TODAY}"']

# --- what is written ----------------------------------------------------------------------------------


def test_only_what_changed_is_touched(run: Run, registry: Path) -> None:
    export = (
        HEAD + row(A, TEXT, name="Order packed", header="KETTLX|KETTLE") + row(B, SECOND, status="Approved")
    )

    assert imported(run, registry, export) == [
        *DAY,
        "-    headers: [KETTLE]  # one",
        "+    headers: [KETTLX, KETTLE]  # one",
        "-    status: pending",
        "+    status: approved",
    ]


def test_the_order_of_headers_is_no_change(run: Run, registry: Path) -> None:
    assert imported(run, registry, HEAD + row(B, SECOND, header="512345|KETTLE")) == DAY


def test_a_changed_text_is_replaced_in_any_style(run: Run, registry: Path) -> None:
    export = HEAD + row(A, f" {TEXT}  ") + row(B, f'{SECOND} "No": #1\nreally')

    assert imported(run, registry, export) == [
        *DAY,
        f'-    text: "{TEXT}"',
        f'+    text: " {TEXT}  "',
        "-    text: >-",
        "-      The Kettle cafe is open today.",
        "-      We look forward to your visit.",
        f'+    text: "{SECOND} \\"No\\": #1\\nreally"',
    ]


def test_new_templates_stand_below_the_last_one_in_the_files_own_style(run: Run, registry: Path) -> None:
    export = HEAD + row(
        C, "A new: # text", name="Tea, new", header="512345|KETTLE", status="Active", category="SI"
    )

    assert imported(run, registry, export) == [
        *DAY,
        f'+  - id: "{C}"',
        f'+    entity: "{ENTITY}"',
        '+    name: "Tea, new"',
        '+    headers: ["512345", KETTLE]',
        "+    category: service-implicit",
        "+    status: approved",
        '+    text: "A new: # text"',
    ]
    assert (registry / FILE).read_text().endswith('text: "A new: # text"\n# The end.\n')


def test_what_was_not_stated_is_put_below_the_status(run: Run, registry: Path) -> None:
    export = f"template id,template name,is unicode,variable count,content\n{B},Cafe hours,0,0,{SECOND}\n"

    assert imported(run, registry, export) == [
        *DAY,
        "+    name: Cafe hours",
        "+    encoding: text",
        "+    variable_count: 0",
    ]


def test_the_same_export_again_changes_nothing_today_and_the_day_tomorrow(
    run: Run, registry: Path, clock: list[timedelta]
) -> None:
    export = HEAD + row(A, TEXT + ".") + row(C, "New", header="KETTLE", category="SI")
    assert imported(run, registry, export) != []
    written = (registry / FILE).stat()

    assert imported(run, registry, export) == []
    assert (registry / FILE).stat().st_mtime_ns == written.st_mtime_ns
    assert f"Nothing to change in {FILE}." in run("registry", "import", "export.csv").out
    clock[0] = timedelta(days=1)
    assert imported(run, registry, export) == [f'-exported: "{TODAY}"', '+exported: "2034-06-02"']


def test_the_day_of_the_export_can_be_given(run: Run, registry: Path) -> None:
    assert imported(run, registry, HEAD + row(A, TEXT), "--exported", YESTERDAY) == [
        f'+exported: "{YESTERDAY}"'
    ]


def in_registry(run: Run) -> list[str]:
    """Return the names of what lint finds in the registry, whatever it finds in campaigns."""
    found = json.loads(run("lint", "--format", "json").out)["findings"]
    return [one["name"] for one in found if one["path"] == FILE]


def test_a_file_is_made_where_there_is_none(run: Run, folder: Path) -> None:
    write(folder, {"export.csv": HEAD + row(A, TEXT, header="KETTLE", category="SI"), ".schemas/x": ""})
    ran = run("registry", "import", "export.csv", "--yes")

    assert (ran.code, ran.err) == (0, "")
    text = (folder / FILE).read_text()
    assert text.startswith("# yaml-language-server: $schema=../.schemas/templates.schema.json\n#\n# ")
    assert text.endswith(f'    text: "{TEXT}"\n')
    assert in_registry(run) == []


@pytest.mark.parametrize(
    "before", ["", "# mine\n", "# mine", "brands: [Kettle]\ntemplates: []\n", "templates: # none\n"]
)
def test_an_empty_registry_is_filled_and_its_comments_stay(run: Run, folder: Path, before: str) -> None:
    write(folder, {FILE: before})
    lines = imported(run, folder, HEAD + row(A, TEXT, header="KETTLE", category="SI"))

    assert [line for line in lines if line.startswith("-") and "templates:" not in line] == []
    assert (
        documents.parse((folder / FILE).read_bytes(), FILE).documents[0].data["templates"][0]["text"] == TEXT
    )


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", ["", "\n", "\n\n", "\n# end"])
def test_line_ends_and_marks_of_the_file_stay(
    run: Run, folder: Path, newline: str, mark: bytes, end: str
) -> None:
    before = TEMPLATES.partition("\n  # To come")[0].rstrip().replace("\n", newline) + end.replace(
        "\n", newline
    )
    write(
        folder,
        {FILE: mark + before.encode(), "export.csv": HEAD + row(C, SECOND, header="KETTLE", category="SI")},
    )
    ran = run("registry", "import", "export.csv", "--yes")
    after = (folder / FILE).read_bytes()

    assert (ran.code, ran.err) == (0, "")
    assert after.startswith(mark + b"#")
    assert after.count(b"\r\n") == (after.count(b"\n") if newline == "\r\n" else 0)
    assert after.decode("utf-8-sig").endswith(f'text: "{SECOND}"{end}'.replace("\n", newline))


@pytest.mark.parametrize(
    ("entries", "more"),
    [
        (
            '- {id: "%s", entity: "%s", headers: [KETTLE], category: promotional, status: approved, text: "x"}',
            "",
        ),
        (
            '- id: "%s"\n  entity: "%s"\n  headers: [KETTLE]\n  category: promotional\n  status: approved\n  text: |\n    x',
            "",
        ),
        (
            '- id: "%s"\n  entity: "%s"\n  headers: [KETTLE]\n  category: promotional\n  status: approved\n  text: |+\n    x\n\n',
            "",
        ),
        (
            '-   text: "x"\n    id: "%s"\n    entity: "%s"\n    category: promotional\n    status: approved\n    headers:\n    - KETTLE',
            "",
        ),
        (
            '- text: "x"\n  id: "%s"\n  entity: "%s"\n  category: promotional\n  headers: [KETTLE\n   ]\n  status: approved',
            "brands: [Kettle]",
        ),
    ],
)
def test_templates_are_changed_and_added_in_every_style(
    run: Run, folder: Path, entries: str, more: str
) -> None:
    before = f"templates:\n{entries % (A, ENTITY)}\n# kept\n{more}"
    write(folder, {FILE: before})
    imported(
        run,
        folder,
        HEAD
        + row(A, TEXT, name="First", header="KETTLE|KETTLX", category="SI")
        + row(C, SECOND, header="KETTLE", category="SI"),
    )
    after = (folder / FILE).read_text()
    found = load(after)

    assert [one["text"] for one in found] == [TEXT, SECOND]
    assert (found[0]["name"], found[0]["headers"]) == ("First", ["KETTLE", "KETTLX"])
    assert "# kept" in after


def load(text: str) -> list[dict[str, Any]]:
    parsed = documents.parse(text.encode(), FILE)
    assert parsed.problems == []
    found: list[dict[str, Any]] = parsed.documents[0].data["templates"]
    return found


def test_blank_lines_between_templates_are_kept_up(run: Run, registry: Path) -> None:
    entry = '  - id: "%s"\n    entity: "%s"\n    headers: [KETTLE]\n    category: promotional\n    status: approved\n    text: "x"\n'
    write(registry, {FILE: "templates:\n" + "\n".join(entry % (id_, ENTITY) for id_ in (A, B))})
    lines = imported(run, registry, HEAD + row(C, SECOND, header="KETTLE", category="SI"))

    assert lines[1:3] == ["+", f'+  - id: "{C}"']


INSIDE = 'id: "%s", entity: "%s", headers: [KETTLE], category: promotional, status: approved, text: x'


@pytest.mark.parametrize(
    "text",
    [
        f"templates: [{{{INSIDE}}}]\n",
        "templates:\n  - "
        + INSIDE.replace(", ", "\n    ").replace("approved", "&s approved")
        + "\nbrands: [*s]\n",
        f'templates:\n  - &a {{{INSIDE}}}\n  - {{<<: *a, id: "{B}"}}\n',
        "templates:\n  - &a\n    " + INSIDE.replace(", ", "\n    ") + f'\n  - <<: *a\n    id: "{B}"\n',
    ],
)
def test_what_cannot_be_edited_alone_is_left_alone(run: Run, folder: Path, text: str) -> None:
    before = text % (A, ENTITY)
    new = row(C, SECOND, header="KETTLE", category="SI")
    write(folder, {FILE: before, "export.csv": HEAD + row(A, TEXT, status="Rejected") + new})
    ran = run("registry", "import", "export.csv", "--yes")

    assert ran.code == 3
    assert "cannot be edited without touching what stays, and was left alone" in ran.err
    assert (folder / FILE).read_text() == before


# --- what is filled in --------------------------------------------------------------------------------


def added(run: Run, folder: Path, export: str, *more: str) -> dict[str, Any]:
    imported(run, folder, export, *more)
    return load((folder / FILE).read_text())[-1]


def test_an_entity_comes_from_the_export_the_option_the_settings_or_the_file(
    run: Run, registry: Path
) -> None:
    new = {"header": "KETTLE", "category": "SI"}
    assert (
        added(run, registry, HEAD + row(C, "a", **new, entity=OTHER), "--entity", ENTITY)["entity"] == OTHER
    )
    write(registry, {FILE: TEMPLATES})
    assert added(run, registry, HEAD + row(C, "a", **new), "--entity", OTHER)["entity"] == OTHER
    write(registry, {FILE: TEMPLATES.replace(ENTITY, OTHER)})
    assert added(run, registry, HEAD + row(C, "a", **new))["entity"] == ENTITY
    write(registry, {FILE: TEMPLATES.replace(ENTITY, OTHER), "campaignctl.yaml": "project: kettle-5a1f0c\n"})
    assert added(run, registry, HEAD + row(C, "a", **new))["entity"] == OTHER


def test_headers_and_category_come_from_the_options(run: Run, registry: Path) -> None:
    export = f"template id,content\n{C},a\n"
    found = added(
        run, registry, export, "--header", "KETTLE", "--header", "KETTLX", "--category", "transactional"
    )

    assert (found["headers"], found["category"], found["status"]) == (
        ["KETTLE", "KETTLX"],
        "transactional",
        "approved",
    )


def test_options_do_not_change_what_is_known(run: Run, registry: Path) -> None:
    export = f"template id,content\n{A},{TEXT}\n".replace(TEXT, f'"{TEXT}"')

    assert (
        imported(run, registry, export, "--header", "KETTLX", "--category", "promotional", "--entity", OTHER)
        == DAY
    )


def test_headers_of_digits_are_promotional(run: Run, registry: Path) -> None:
    found = added(run, registry, HEAD + row(C, "a", header="512345"), "--category", "service-implicit")

    assert found["category"] == "promotional"


def test_what_is_missing_is_refused_with_the_option_for_it(run: Run, registry: Path) -> None:
    write(registry, {"campaignctl.yaml": "project: kettle-5a1f0c\n", FILE: "templates: []\n"})
    write(registry, {"export.csv": f"template id,content\n{C},a\n"})
    ran = run("registry", "import", "export.csv", "--yes")

    assert ran.code == 1
    assert [line.rsplit("; ")[-1] for line in ran.out.splitlines() if ": error: " in line] == [
        "give the principal entity's id with --entity",
        "give its header with --header",
        "give it with --category",
    ]


def test_an_export_without_texts_updates_what_is_known(run: Run, registry: Path) -> None:
    ids = [
        {"Template_Id": B, "Template_Status": "1", "Template_Keys": ["a"]},
        {"Template_Id": C, "Template_Status": "1"},
    ]
    text = json.dumps({"Content_Template_Ids": ids})
    write(registry, {"export.json": text})
    ran = run("registry", "import", "export.json", "--yes")

    assert ran.code == 0
    assert f"template {C} has no text in this export and is left out" in ran.out
    assert f"template {B} has 1 variable on the portal and 0 in the registry's text" in ran.out
    assert changed(TEMPLATES, (registry / FILE).read_text()) == [
        *DAY,
        "-    status: pending",
        "+    status: approved",
        "+    variable_count: 1",
    ]


# --- what is shown ------------------------------------------------------------------------------------


def test_the_diff_shows_fields_texts_and_spaces(run: Run, registry: Path) -> None:
    export = HEAD + row(A, f" {TEXT}  now\nand \u00a0then ") + row(B, SECOND, status="Approved")
    write(registry, {"export.csv": export + row(C, "New  text", name="Tea", header="KETTLE", category="SI")})
    before = (registry / FILE).read_bytes()
    ran = run("registry", "import", "export.csv", "--dry-run")

    assert (ran.code, ran.err) == (0, "")
    assert (registry / FILE).read_bytes() == before
    assert ran.out.splitlines()[2:] == [
        f"~ {A} Order packed",
        "    text:",
        f"      - {TEXT}",
        f"      + \u00b7{TEXT}\u00b7\u00b7now",
        "      + and \\xa0then\u00b7",
        "    warning: the text of a known id has changed; some operators give a new text a new id,",
        "    so look at the portal before you send it",
        f"~ {B}",
        "    status: pending -> approved",
        f"+ {C} Tea (KETTLE, service-implicit, approved)",
        "    | New\u00b7\u00b7text",
        f"~ exported: none -> {TODAY}",
        "",
        "Note: the export states no status; 1 new template taken for approved.",
        "Import: 1 new, 2 changed, 0 unchanged.",
        f"Nothing was written to {FILE}.",
    ]


def test_templates_that_are_not_in_the_export_stay_and_are_named(run: Run, registry: Path) -> None:
    write(registry, {"export.csv": HEAD + row(A, TEXT)})
    out = run("registry", "import", "export.csv", "--yes").out

    assert f"1 template is in the file and not in this export: {B}" in out
    assert B in (registry / FILE).read_text()


def test_nothing_of_an_export_reaches_the_terminal_as_it_is(run: Run, registry: Path) -> None:
    evil = "\x1b[31m\u202e##[error]"
    write(registry, {"export.csv": HEAD.replace("\n", f",{evil}\n") + row(A, evil, name=evil, status=evil)})
    write(registry, {"other.csv": HEAD + row(A, "a\u202eb ##[x]", name="a\u202eb")})

    for file in ("export.csv", "other.csv"):
        ran = run("registry", "import", file, "--color", "never")
        assert not {"\x1b", "\u202e"} & set(ran.out + ran.err)
        assert "##[" not in ran.out + ran.err


def test_no_password_of_an_export_reaches_the_terminal(run: Run, registry: Path) -> None:
    url = "https://kettle:s3cr3t@kettle.example"
    write(
        registry,
        {
            "export.csv": HEAD
            + row(A, f"{TEXT} {url}", name=url)
            + row(C, url, name=url, header="KETTLE", category="SI")
        },
    )
    ran = run("registry", "import", "export.csv", "--dry-run")

    assert ("s3cr3t" in ran.out + ran.err, "https://kettle:***@" in ran.out) == (False, True)


def test_no_line_can_be_a_command_of_a_ci(run: Run, registry: Path) -> None:
    evil = "::error::a\n::error::b\n  ::warning::c"
    write(
        registry,
        {
            FILE: TEMPLATES.replace(f'"{TEXT}"', '"::error::a\\n  ::x"'),
            "::notice::.csv": HEAD + row("1", "x"),
        },
    )
    write(
        registry,
        {"export.csv": HEAD + row(A, evil, name="::a") + row(C, evil, header="KETTLE", category="SI")},
    )
    out = (
        run("registry", "import", "export.csv", "--dry-run").out
        + run("registry", "import", "::notice::.csv").out
    )

    assert out.count("::error::") == 4
    assert [line for line in out.splitlines() if line.lstrip().startswith("::")] == []


def test_many_remarks_are_counted(run: Run, registry: Path) -> None:
    write(registry, {"export.csv": HEAD + "".join(row("7" * 5, f"text {n}") for n in range(30))})
    out = run("registry", "import", "export.csv").out

    assert out.count(": error: ") == 20
    assert "... and 10 errors more" in out


# --- asking, and what stops -----------------------------------------------------------------------------


def test_without_a_terminal_the_diff_is_shown_and_nothing_written(registry: Path) -> None:
    write(registry, {"export.csv": HEAD + row(A, TEXT + ".")})
    ran = subprocess.run(
        [sys.executable, "-m", "campaignctl", "registry", "import", "export.csv"],
        cwd=registry,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )

    assert (ran.returncode, f"~ {A}" in ran.stdout, "give --yes" in ran.stderr) == (64, True, True)
    assert (registry / FILE).read_text() == TEMPLATES


@pytest.mark.parametrize(("answer", "code"), [("yes\n", 0), ("y\n", 1), ("\n", 1), ("\x04", 130)])
def test_only_yes_writes(registry: Path, answer: str, code: int) -> None:
    write(registry, {"export.csv": HEAD + row(A, TEXT + ".")})
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-m", "campaignctl", "registry", "import", "export.csv"],
        cwd=registry,
        stdin=theirs,
        stdout=subprocess.PIPE,
        text=True,
        stderr=subprocess.STDOUT,
    ) as process:
        os.write(ours, answer.encode())
        out, _ = process.communicate(timeout=60)
    os.close(ours)
    os.close(theirs)

    assert process.returncode == code
    assert f"Write 1 template to {FILE}? Only 'yes' does it" in out
    assert ((registry / FILE).read_text() != TEMPLATES) == (code == 0)


def test_a_refused_row_refuses_the_whole_export(run: Run, registry: Path) -> None:
    write(registry, {"export.csv": HEAD + row(A, TEXT + ".") + row("1.10718E+18", "x")})
    ran = run("registry", "import", "export.csv", "--yes")

    assert ran.code == 1
    assert "export.csv, line 3: error: the template id '1.10718E+18' stands there as a number" in ran.out
    assert "nothing was written" in ran.err
    assert (registry / FILE).read_text() == TEMPLATES


@pytest.mark.parametrize(
    ("before", "words"),
    [
        ("templates: [\n", "has errors"),
        ("templates:\n  - id: 12\n", "has errors"),
        ("- a\n", "has errors"),
        (TEMPLATES.replace(B, A), "stands twice"),
    ],
)
def test_a_registry_with_errors_is_left_alone(run: Run, folder: Path, before: str, words: str) -> None:
    write(folder, {FILE: before, "export.csv": HEAD + row(A, TEXT)})
    ran = run("registry", "import", "export.csv", "--yes")

    assert (ran.code, words in ran.err, (folder / FILE).read_text()) == (3, True, before)


@pytest.mark.parametrize("name", ["nothing.csv", "registry", "pipe"])
def test_what_is_no_file_is_3(run: Run, registry: Path, name: str) -> None:
    os.mkfifo(registry / "pipe")
    ran = run("registry", "import", name, "--yes")

    assert ran.code == 3
    assert name in ran.err
    assert "YAML" not in ran.err


@pytest.mark.parametrize("link", [FILE, "registry"])
def test_a_link_is_not_written_through(
    run: Run, registry: Path, tmp_path_factory: pytest.TempPathFactory, link: str
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "moved"
    (registry / link).rename(elsewhere)
    (registry / link).symlink_to(elsewhere)
    write(registry, {"export.csv": HEAD + row(A, TEXT + ".")})
    ran = run("registry", "import", "export.csv", "--yes")

    assert (ran.code, "symbolic link" in ran.err) == (3, True)
    assert (registry / FILE).read_text() == TEMPLATES


def test_a_file_that_changed_meanwhile_is_left_alone(
    run: Run, registry: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(registry, {"export.csv": HEAD + row(A, TEXT + ".")})
    edit = registryfile.edited

    def slow(*given: Any) -> bytes:
        (registry / FILE).write_text(TEMPLATES + "# mine\n")
        return edit(*given)

    monkeypatch.setattr(registryfile, "edited", slow)
    ran = run("registry", "import", "export.csv", "--yes")

    assert (ran.code, "changed meanwhile" in ran.err) == (3, True)
    assert (registry / FILE).read_text() == TEMPLATES + "# mine\n"


def test_a_disk_that_fails_leaves_the_file_as_it_was(
    run: Run, registry: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(registry, {"export.csv": HEAD + row(A, TEXT + ".")})

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    ran = run("registry", "import", "export.csv", "--yes")

    assert (ran.code, "no space left" in ran.err) == (3, True)
    assert [path.name for path in (registry / "registry").iterdir()] == [
        "lists.yaml",
        "templates.yaml",
    ] or sorted(path.name for path in (registry / "registry").iterdir()) == ["lists.yaml", "templates.yaml"]
    assert (registry / FILE).read_text() == TEMPLATES


def test_the_files_mode_stays(run: Run, registry: Path) -> None:
    (registry / FILE).chmod(0o640)
    imported(run, registry, HEAD + row(A, TEXT + "."))

    assert stat.S_IMODE((registry / FILE).stat().st_mode) == 0o640


@pytest.mark.parametrize(
    "arguments",
    [
        "--entity 12",
        "--header VM-KETTLE",
        "--category weather",
        "--exported 27.10.2035",
        "--exported 2035-13-01",
    ],
)
def test_options_that_mean_nothing_are_64(run: Run, registry: Path, arguments: str) -> None:
    write(registry, {"export.csv": HEAD + row(A, TEXT)})

    assert run("registry", "import", "export.csv", *arguments.split()).code == 64


def test_what_was_imported_passes_lint(run: Run, folder: Path) -> None:
    export = (
        HEAD
        + row(A, TEXT, header="KETTLE", category="SI")
        + row(B, SECOND, header="512345", status="Rejected")
    )
    write(folder, {FILE: "templates: []\n"})
    imported(run, folder, export)

    assert in_registry(run) == []


# --- whatever the texts -------------------------------------------------------------------------------


def is_registrable(text: str) -> bool:
    try:
        found = meanings.text(text)
    except meanings.Refused:
        return False
    return found is not None and found.value == text


TEXTS = st.text(
    st.characters(exclude_categories=["Cs"])
    | st.sampled_from(" \n\t\"'\\:#{}[]|>&*!%@`\u0085\u2028\ufeff\u00a0\x7f\x85"),
    min_size=1,
    max_size=60,
).filter(is_registrable)


def entry(id_: str, text: str) -> Mapping[str, Any]:
    return {
        "id": id_,
        "entity": ENTITY,
        "headers": ["KETTLE"],
        "category": "promotional",
        "status": "approved",
        "text": text,
    }


@given(TEXTS, TEXTS, st.sampled_from(["templates: []\n", ONE, TEMPLATES]))
@example(" a  b ", "\u2028\u0085\ufeff", TEMPLATES)
def test_a_text_survives_the_round_trip(first: str, second: str, before: str) -> None:
    templates = registryfile.load(before.encode(), FILE, schemas=False)
    proposals = [Proposal(id=A, place="", text=first), Proposal(id=C, place="", text=second)]
    fallbacks = Fallbacks(entity=ENTITY, headers=("KETTLE",), category="promotional")
    merge = merging.merge(Export(proposals=tuple(proposals)), templates.entries, fallbacks)
    after = registryfile.edited(templates, merge.updates, TODAY)
    again = registryfile.load(after, FILE, schemas=False)
    texts = {one["id"]: one["text"] for one in again.entries}

    assert (texts[A], texts[C]) == (first, second)
    assert not set("\u2028\u0085\ufeff\u00a0\x7f") & set(after.decode())
    assert merging.merge(Export(proposals=tuple(proposals)), again.entries, fallbacks).updates == ()
    assert registryfile.edited(again, (), TODAY) == after


NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=20) | st.sampled_from(
    ["yes", "1e3", "null", "a: b", "a #b", "- a", "[a]", "2035-01-01", "a, b", "~", "On", "0x1", "a:"]
)


@given(NAMES, st.sampled_from(["en", "hi", "no", "y"]), st.integers(0, 99))
def test_every_field_survives_the_round_trip(name: str, language: str, number: int) -> None:
    templates = registryfile.load(TEMPLATES.encode(), FILE, schemas=False)
    stated = {
        "name": name,
        "language": language,
        "variable_count": number,
        "encoding": "unicode",
        "text": "x",
    }
    export = Export(proposals=tuple(Proposal(id=id_, place="", **stated) for id_ in (A, B, C)))  # type: ignore[arg-type]
    merge = merging.merge(
        export, templates.entries, Fallbacks(headers=("YES", "512345"), category="promotional", entity=ENTITY)
    )
    again = registryfile.load(registryfile.edited(templates, merge.updates, TODAY), FILE, schemas=False)

    for one in again.entries:
        assert {field: one[field] for field in stated} == stated
    assert again.entries[2]["headers"] == ["YES", "512345"]


@given(st.text(max_size=80) | st.binary(max_size=80))
def test_no_registry_raises_anything_else(text: str | bytes) -> None:
    raw = text if isinstance(text, bytes) else text.encode("utf-8", "replace")
    try:
        registryfile.edited(registryfile.load(raw, FILE, schemas=False), (), TODAY)
    except ExportError:
        return


def test_the_fields_are_those_of_the_schema() -> None:
    properties = schema._load("templates")["properties"]["templates"]["items"]["properties"]

    assert set(FIELDS) == set(properties) - {"business"}
