"""`campaignctl lists pull`: what is shown, what is written, and what stays as it was, byte for byte."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import Run, at_a_terminal, write
from hypothesis import given
from hypothesis import strategies as st
from stub import CREDENTIALS, Asked, Stub, paged, refusal, stub

from campaignctl import documents, listsfile, schema
from campaignctl.deliveries import VendorList
from campaignctl.errors import ExportError

FILE = "registry/lists.yaml"
NORTH, WEST, LOYAL, OLD = (letter * 32 for letter in "abcd")
LISTS = f"""\
# Who we write to.
lists:
  # Static
  north:
    sid: "{NORTH}"  # the first one
    contacts: 49600
    consent: recorded

  west:
    sid: '{WEST}'

  loyal: {{sid: "{LOYAL}", columns: [First_Name, Points]}}  # dynamic

  gone:
    contacts: 7
    sid: "{OLD}"
    columns: [A, B]
# The end.
"""


class Account:
    """Lists at Exotel, each as its page shows it."""

    def __init__(self) -> None:
        self.lists = [
            {"sid": NORTH, "name": "Anything", "contact_count": 51020},
            {"sid": WEST, "name": "West", "contact_count": 12},
            {"sid": LOYAL, "name": "Loyal", "contact_count": 7},
        ]

    def __call__(self, asked: Asked) -> Any:
        if asked.place == "lists":
            return paged(self.lists, asked.query)
        return refusal(404)


@pytest.fixture
def account() -> Account:
    return Account()


@pytest.fixture
def server(account: Account, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stub]:
    with stub(account) as server:
        monkeypatch.setenv("CAMPAIGNCTL_BASE_URL", server.url)
        monkeypatch.setenv("EXOTEL_ACCOUNT_SID", CREDENTIALS.account_sid)
        monkeypatch.setenv("EXOTEL_API_KEY", CREDENTIALS.api_key)
        monkeypatch.setenv("EXOTEL_API_TOKEN", CREDENTIALS.api_token)
        monkeypatch.setattr("campaignctl.exotel.client._WAITS", (0.0, 0.0))
        yield server


@pytest.fixture
def registry(folder: Path, server: Stub) -> Path:
    write(folder, {FILE: LISTS})
    return folder


def text(folder: Path) -> str:
    return (folder / FILE).read_bytes().decode()


def changed(before: str, after: str) -> list[str]:
    lines = difflib.ndiff(before.splitlines(), after.splitlines())
    return [line for line in lines if line[0] in "+-"]


def data(folder: Path) -> Any:
    found = documents.parse((folder / FILE).read_bytes(), FILE).documents[0].data
    assert not schema.check("lists", found)
    return found["lists"]


# --- what is written --------------------------------------------------------------------------------------


def test_counts_of_known_lists_change_and_nothing_else(run: Run, registry: Path) -> None:
    ran = run("lists", "pull", "--yes")
    assert ran.code == 0, ran.err
    assert changed(LISTS, text(registry)) == [
        "-     contacts: 49600",
        "+     contacts: 51020",
        "+     contacts: 12",
        f'-   loyal: {{sid: "{LOYAL}", columns: [First_Name, Points]}}  # dynamic',
        f'+   loyal: {{sid: "{LOYAL}", contacts: 7, columns: [First_Name, Points]}}  # dynamic',
    ]
    assert "Lists: 0 new, 3 changed, 0 unchanged." in ran.out
    assert ran.out.endswith(f"Wrote {FILE}. Next: campaignctl lint\n")


def test_a_second_run_has_nothing_to_change(run: Run, registry: Path, account: Account) -> None:
    account.lists.append({"sid": "e" * 32, "name": "Festival, North", "contact_count": 3})
    assert run("lists", "pull", "--yes").code == 0
    written = text(registry)
    ran = run("lists", "pull", "--yes")
    assert (ran.code, text(registry)) == (0, written)
    assert f"Lists: 0 new, 0 changed, 4 unchanged.\nNothing to change in {FILE}.\n" in ran.out


def test_new_lists_stand_below_the_last_one_as_the_others_do(
    run: Run, registry: Path, account: Account
) -> None:
    account.lists = [
        {"sid": "e" * 32, "name": "Festival, North", "contact_count": "1200"},
        {"sid": "f" * 32, "name": "gone"},
    ]
    ran = run("lists", "pull", "--yes")
    assert ran.code == 0, ran.err
    assert changed(LISTS, text(registry)) == [
        "+ ",
        "+   festival-north:",
        f'+     sid: "{"e" * 32}"',
        "+     contacts: 1200",
        '+     description: "Festival, North"',
        "+ ",
        "+   gone-2:",
        f'+     sid: "{"f" * 32}"',
        "+     description: gone",
    ]
    assert text(registry).endswith("description: gone\n# The end.\n")


@pytest.mark.parametrize(
    "before", [None, "", "# nothing yet\n", "lists:\n", "lists: {}\n", "lists: {}  # none\n"]
)
def test_a_file_that_has_no_list_yet_is_filled(
    run: Run, folder: Path, server: Stub, before: str | None
) -> None:
    write(folder, {FILE: before or ""})
    if before is None:
        (folder / FILE).unlink()
    (folder / ".schemas").mkdir()
    ran = run("lists", "pull", "--yes")
    assert ran.code == 0, ran.err
    assert {alias: one["contacts"] for alias, one in data(folder).items()} == {
        "anything": 51020,
        "west": 12,
        "loyal": 7,
    }
    made = text(folder).startswith(
        "# yaml-language-server: $schema=../.schemas/lists.schema.json\n#\n# The contact"
    )
    assert made is (before is None)
    assert run("lists", "pull").out.endswith(f"Nothing to change in {FILE}.\n")


def test_without_a_registry_folder_it_is_made(run: Run, folder: Path, server: Stub) -> None:
    for one in (folder / "registry").iterdir():
        one.unlink()
    (folder / "registry").rmdir()
    assert run("lists", "pull", "--yes").code == 0
    assert len(data(folder)) == 3


# --- what is shown ----------------------------------------------------------------------------------------


def test_the_diff_is_what_is_written_and_can_be_looked_at_alone(run: Run, registry: Path) -> None:
    shown = run("lists", "pull", "--diff")
    assert (shown.code, text(registry)) == (0, LISTS)
    assert f"--- a/{FILE}\n+++ b/{FILE}\n" in shown.out
    assert "-    contacts: 49600\n+    contacts: 51020\n" in shown.out
    assert shown.out.endswith(f"Nothing was written to {FILE}.\n")


def test_lists_that_are_gone_are_named_and_stay(run: Run, registry: Path) -> None:
    ran = run("lists", "pull", "--yes")
    assert (
        "Note: gone is in the file and not at Exotel, and stays; a campaign to such a list would be refused.\n"
        in ran.out
    )
    assert data(registry)["gone"]["contacts"] == 7


def test_new_lists_come_without_columns_and_that_is_said(run: Run, registry: Path, account: Account) -> None:
    account.lists.append({"sid": "e" * 32, "name": "Plain", "type": "static", "contact_count": 1})
    account.lists.append({"sid": "f" * 32, "name": "Rich", "type": "Dynamic", "contact_count": 1})
    ran = run("lists", "pull", "--yes")
    assert "Note: rich is new; no call of Exotel's returns the columns of a list, so add `columns`" in ran.out
    assert "plain" not in ran.out.partition("Note:")[2]


def test_as_json_with_every_field(run: Run, registry: Path, account: Account) -> None:
    account.lists += [
        {"sid": "e" * 32, "name": "\x1b[2J", "contact_count": 3},
        {"sid": "x1", "name": "Odd"},
    ]
    ran = run("lists", "pull", "--yes", "--format", "json")
    assert json.loads(ran.out) == {
        "version": 1,
        "path": FILE,
        "new": [{"alias": "2j", "sid": "e" * 32, "name": "\x1b[2J", "contacts": 3}],
        "changed": [
            {"alias": "north", "sid": NORTH, "field": "contacts", "before": 49600, "after": 51020},
            {"alias": "west", "sid": WEST, "field": "contacts", "before": None, "after": 12},
            {"alias": "loyal", "sid": LOYAL, "field": "contacts", "before": None, "after": 7},
        ],
        "gone": [{"alias": "gone", "sid": OLD}],
        "left_out": [{"sid": "x1", "name": "Odd"}],
        "summary": {"new": 1, "changed": 3, "unchanged": 0, "gone": 1},
        "written": True,
    }
    again = json.loads(run("lists", "pull", "--yes", "--format", "json").out)
    assert (again["new"], again["changed"], again["written"]) == ([], [], False)


def test_a_hostile_name_is_only_text(run: Run, registry: Path, account: Account) -> None:
    account.lists = [
        {"sid": "e" * 32, "name": "##[error] \x1b[2J\u202e\ud800: {x}\n\nlists: {}", "contact_count": 3},
        {"sid": "\x1b[31m", "name": "odd", "contact_count": 3},
    ]
    ran = run("lists", "pull", "--yes")
    assert ran.code == 3  # that is no SID at all
    account.lists.pop()
    ran = run("lists", "pull", "--yes")
    assert ran.code == 0, ran.err
    assert "\x1b" not in ran.out + text(registry)
    assert "##[" not in ran.out
    new = data(registry)["error-2j-x-lists"]
    assert new["description"] == "#\\x23[error] \\x1b[2J\\u202e\\ud800: {x}\\n\\nlists: {}"


# --- counts -----------------------------------------------------------------------------------------------


def test_a_count_that_the_list_has_not_is_asked_for_by_itself(
    run: Run, registry: Path, server: Stub, account: Account
) -> None:
    def says(asked: Asked) -> Any:
        if asked.place == "lists":
            return paged([{"sid": NORTH, "name": "North"}, {"sid": WEST, "name": "West"}], asked.query)
        if asked.place == f"lists/{NORTH}":
            return {"response": {"data": {"name": "North", "contacts_count": "5"}}}
        if asked.place == f"lists/{WEST}":
            return {"response": {"data": {"name": "West", "sid": WEST}}}
        return {"metadata": {"total": 6}, "response": [{"number": "+919800000001"}]}

    server.says = says
    assert run("lists", "pull", "--yes").code == 0
    found = data(registry)
    assert (found["north"]["contacts"], found["west"]["contacts"]) == (5, 6)


def test_counts_that_nobody_tells_stay(run: Run, registry: Path, server: Stub) -> None:
    def says(asked: Asked) -> Any:
        if asked.place == "lists":
            return paged([{"sid": NORTH, "name": "North"}, {"sid": WEST, "name": "West"}], asked.query)
        if asked.place.endswith("/contacts"):
            return refusal(404)
        return {"response": {"data": {"name": "North"}}}

    server.says = says
    ran = run("lists", "pull", "--yes")
    assert (ran.code, text(registry)) == (0, LISTS)
    assert len(server.asked) == 3  # the second list is not asked for


# --- what stops it ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lists", "says"),
    [
        ("lists: [\n", "has errors, so nothing is imported; mend them first"),
        ("lists:\n  north:\n    sid: 12\n", "has errors, so nothing is imported"),
        (
            f'lists: {{north: {{sid: "{NORTH}", contacts: 1}}}}\n',
            "write its lists without anchors and braces",
        ),
    ],
)
def test_a_file_that_cannot_be_edited_is_left_alone(
    run: Run, registry: Path, account: Account, lists: str, says: str
) -> None:
    write(registry, {FILE: lists})
    account.lists.append({"sid": "e" * 32, "name": "New", "contact_count": 3})
    ran = run("lists", "pull", "--yes")
    assert (ran.code, text(registry)) == (3, lists)
    assert says in ran.err


def test_a_link_in_the_place_of_the_file_is_not_followed(run: Run, registry: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.yaml"
    (registry / FILE).rename(other)
    (registry / FILE).symlink_to(other)
    ran = run("lists", "pull", "--yes")
    assert ran.code == 3
    assert "symbolic link" in ran.err
    assert other.read_text() == LISTS


def test_settings_with_errors_stop_it_before_anything_is_asked(
    run: Run, registry: Path, server: Stub
) -> None:
    write(registry, {"campaignctl.yaml": "project: kettle-5a1f0c\nregion: moon\n"})
    ran = run("lists", "pull", "--yes")
    assert (ran.code, server.asked) == (3, [])
    assert "campaignctl.yaml has errors; `campaignctl lint` shows them" in ran.err


def test_an_incomplete_list_changes_nothing(run: Run, registry: Path, server: Stub, account: Account) -> None:
    server.says = lambda asked: (
        {"metadata": {"total": 4}, **paged(account.lists, asked.query)} | {"metadata": {"total": 4}}
    )
    ran = run("lists", "pull", "--yes")
    assert (ran.code, text(registry)) == (3, LISTS)
    assert "Exotel's list of lists is incomplete (3 of 4); run again" in ran.err


def test_it_asks_and_only_yes_writes(registry: Path) -> None:
    code, out = at_a_terminal(registry, "y\n", "lists", "pull")
    assert (code, text(registry)) == (1, LISTS)
    assert f"Write 3 lists to {FILE}? Only 'yes' does it" in out
    assert "Nothing was written." in out


def test_without_a_terminal_it_wants_yes(run: Run, registry: Path) -> None:
    ran = run("lists", "pull")
    assert (ran.code, text(registry)) == (64, LISTS)
    assert "pull asks before it writes, and there is no terminal to ask; give --yes" in ran.err


def test_json_asks_nothing(run: Run, registry: Path) -> None:
    ran = run("lists", "pull", "--format", "json")
    assert (ran.code, text(registry)) == (64, LISTS)
    assert "--format json asks nothing; add --yes to write, or --diff to look" in ran.err


# --- aliases, and any file --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "alias"),
    [
        ("Festival, North", "festival-north"),
        ("festival-north", "festival-north"),
        ("Café  été", "cafe-ete"),
        ("दिल्ली", "list-01234567"),
        ("", "list-01234567"),
        ("a", "list-a"),
        ("2035", "list-2035"),
        ("A" * 32, "list-01234567"),
        ("x" * 100, "x" * 63),
        ("north", "north-3"),
        ("N" * 63, "n" * 61 + "-2"),
        ("no", "no"),
    ],
)
def test_an_alias_is_made_from_the_name(name: str, alias: str) -> None:
    taken = {"north", "north-2", "n" * 63}
    assert listsfile.alias_of(name, "0123456789abcdef" * 2, dict.fromkeys(taken, 1)) == alias


def test_many_lists_of_one_name_are_named_in_as_many_steps() -> None:
    class Counting(dict[str, int]):
        asked = 0

        def __contains__(self, key: object) -> bool:
            self.asked += 1
            return super().__contains__(key)

    taken = Counting()
    found = [listsfile.alias_of("Festival", "0123456789abcdef" * 2, taken) for _ in range(300)]
    assert found == ["festival", *(f"festival-{number}" for number in range(2, 301))]
    assert taken.asked < 3 * 300


names = st.text(max_size=30) | st.sampled_from(
    ["north", "North", "no", "123", "null", "- a: b", "#", "x" * 99]
)
found = st.lists(
    st.builds(
        VendorList,
        sid=st.integers(0, 9).map(lambda number: f"{number:032x}"),
        name=names,
        contacts=st.none() | st.integers(0, 10**6),
    ),
    max_size=6,
)


@given(found, found)
def test_any_two_pulls_leave_a_file_that_lint_takes_and_a_third_nothing(
    first: list[VendorList], second: list[VendorList]
) -> None:
    raw: bytes = LISTS.encode()
    for lists in (first, second):
        loaded = listsfile.load(raw, FILE, schemas=False)
        raw = listsfile.edited(loaded, listsfile.pull(loaded.entries, lists))
        known = listsfile.load(raw, FILE, schemas=False).entries
        assert {one.sid for one in lists} <= {entry["sid"] for entry in known.values()}
        assert all(re.fullmatch("[a-z0-9][a-z0-9-]{1,62}", alias) for alias in known)
        assert list(known)[:4] == ["north", "west", "loyal", "gone"]
        assert listsfile.pull(known, lists).new == ()
    loaded = listsfile.load(raw, FILE, schemas=False)
    assert listsfile.edited(loaded, listsfile.pull(loaded.entries, second)) == raw


@pytest.mark.parametrize(
    "lists",
    [
        f'lists:\n  aa: &a\n    sid: "{NORTH}"\n  bb: *a\n',
        f'lists: {{"aa": {{"sid": "{NORTH}"}}}}',
        f'lists:\n  ? aa\n  : sid: "{NORTH}"\n',
        f'{{lists: {{aa: {{sid: "{NORTH}"}}}}}}',
    ],
)
def test_odd_files_are_edited_right_or_not_at_all(lists: str) -> None:
    loaded = listsfile.load(lists.encode(), FILE, schemas=False)
    pull = listsfile.pull(
        loaded.entries,
        [VendorList(sid=NORTH, name="A", contacts=5), VendorList(sid=WEST, name="New", contacts=6)],
    )
    try:
        after = listsfile.edited(loaded, pull)
    except ExportError:
        return
    counts = {
        one["sid"]: one["contacts"] for one in listsfile.load(after, FILE, schemas=False).entries.values()
    }
    assert counts == {NORTH: 5, WEST: 6}
