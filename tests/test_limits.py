"""Limits of rules, on both sides: the last that passes and the first that does not."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import clean
import pytest
from conftest import NOW, write

from campaignctl import lint, project

Said = list[tuple[str, str]]
TEMPLATES, LINKS = "registry/templates.yaml", "registry/links.yaml"
SPARE = "1107177555000000123"
LAST_USED = 'last_used: "2034-05-30"'


def entry(text: str, *, id_: str = SPARE, encoding: str = "text") -> str:
    return (
        f'  - id: "{id_}"\n    entity: "{clean.ENTITY}"\n    headers: [KETTLE]\n    category: service-implicit\n'
        f"    status: approved\n    encoding: {encoding}\n    text: {json.dumps(text, ensure_ascii=False)}\n"
    )


def campaign(text: str) -> str:
    schedule = (
        'schedule:\n  start_time: "2035-10-20T10:30:00+05:30"\n  end_time: "2035-10-20T18:00:00+05:30"\n'
    )
    return (
        f'id: the-spare\nlists: [north]\n{schedule}dlt_template_id: "{SPARE}"\ntemplate: {json.dumps(text)}\n'
    )


def said(
    root: Path,
    *,
    registered: str | None = None,
    sent: str | None = None,
    profile: str = "strict",
    edit: tuple[str, str, str] | None = None,
) -> Said:
    files = clean.specimens()
    files["campaignctl.yaml"] += f"profile: {profile}\n"
    if registered is not None:
        files[TEMPLATES] = files[TEMPLATES].replace("templates:\n", f"templates:\n{registered}")
    if sent is not None:
        files["spare.yaml"] = campaign(sent)
    if edit is not None:
        file, old, new = edit
        assert files[file].count(old) == 1
        files[file] = files[file].replace(old, new)
    write(root, {**files})
    return [(one.name, one.severity.value) for one in lint.run(project.load(root), now=NOW).findings]


@pytest.mark.parametrize(
    ("length", "profile", "severity"),
    [
        (30, "strict", None),
        (31, "strict", "warning"),
        (40, "strict", "warning"),
        (41, "strict", "error"),
        (30, "aws", None),
        (31, "aws", "error"),
        (40, "msg91", None),
        (41, "msg91", "error"),
    ],
)
def test_the_length_of_a_value(tmp_path: Path, length: int, profile: str, severity: str | None) -> None:
    text = "Kettle: your order {#numeric#} has left our house in Pune just now."
    found = said(
        tmp_path, registered=entry(text), sent=text.replace("{#numeric#}", "1" * length), profile=profile
    )

    assert found == ([("slot-too-long", severity)] if severity else [])


@pytest.mark.parametrize(("fixed", "profile", "severity"), [(25, "strict", "warning"), (26, "strict", None)])
def test_the_share_of_fixed_text(tmp_path: Path, fixed: int, profile: str, severity: str | None) -> None:
    # Two values of 30 characters: 25 of 85 are 29.4 %, 26 of 86 are 30.2 %.
    text = "Kettle ".ljust(fixed - 5, "x") + "{#alp#} and {#alp#}"
    found = said(tmp_path, registered=entry(text), profile=profile)

    assert found == ([("fixed-text-share", severity)] if severity else [])


@pytest.mark.parametrize(
    ("length", "profile", "severity"), [(25, "bsnl", None), (26, "bsnl", "error"), (26, "strict", None)]
)
def test_twice_the_fixed_text(tmp_path: Path, length: int, profile: str, severity: str | None) -> None:
    text = "{#numeric#} boxes of Kettle tea left"  # 25 characters are fixed
    found = said(
        tmp_path, registered=entry(text), sent=text.replace("{#numeric#}", "1" * length), profile=profile
    )

    assert found == ([("fixed-text-share", severity)] if severity else [])


@pytest.mark.parametrize(
    ("created", "portal", "profile", "severity"),
    [
        (datetime(2026, 1, 15, 18, 29, tzinfo=UTC), "1", "strict", "warning"),
        (datetime(2026, 1, 15, 18, 30, tzinfo=UTC), "1", "strict", "error"),
        (datetime(2026, 1, 15, 18, 30, tzinfo=UTC), "7", "strict", "warning"),
        (datetime(2026, 1, 15, 18, 30, tzinfo=UTC), "1", "smartping", None),
        (datetime(2034, 6, 1, 18, 29, tzinfo=UTC), "1", "strict", "error"),
        (datetime(2034, 6, 1, 18, 30, tzinfo=UTC), "1", "strict", "warning"),  # tomorrow: that tells nothing
    ],
)
def test_the_day_since_which_slots_are_typed(
    tmp_path: Path, created: datetime, portal: str, profile: str, severity: str | None
) -> None:
    id_ = f"1{portal}07{int(created.timestamp() * 1000)}11"
    found = said(tmp_path, registered=entry("Kettle order {#var#} has left.", id_=id_), profile=profile)

    assert found == ([("untyped-variable", severity)] if severity else [])


@pytest.mark.parametrize(("day", "stale"), [("2034-05-02", False), ("2034-05-01", True)])
def test_the_days_that_a_header_may_rest(tmp_path: Path, day: str, stale: bool) -> None:  # noqa: FBT001
    found = said(tmp_path, edit=(TEMPLATES, LAST_USED, f'last_used: "{day}"'))

    assert found == ([("registry-stale", "warning")] if stale else [])


@pytest.mark.parametrize("profile", ["airtel", "vi", "jio"])
def test_the_operators_that_refuse_texts_without_a_name(tmp_path: Path, profile: str) -> None:
    found = said(tmp_path, registered=entry("Your order {#numeric#} has left."), profile=profile)

    assert found == [("brand-missing", "warning" if profile == "jio" else "error")]


def test_letters_of_the_gsm_alphabet_are_no_unicode(tmp_path: Path) -> None:
    text = "Kettle caf\u00e9 \u00e0 la carte"
    found = said(tmp_path, registered=entry(text, encoding="unicode"), sent=text)

    assert found == [("encoding-flag", "warning")]


@pytest.mark.parametrize(("end", "sound"), [("apk", True), ("ipa", True), ("zip", False)])
def test_the_ends_of_an_app(tmp_path: Path, end: str, sound: bool) -> None:  # noqa: FBT001
    app = f'urls:\n  - {{ url: "https://kettle.example/tea.{end}", kind: apk }}\n'
    found = said(tmp_path, edit=(LINKS, "urls:\n", app))

    assert found == ([] if sound else [("cta-entry-format", "error")])


@pytest.mark.parametrize(
    ("status", "error"), [("pending", 630), ("rejected", 630), ("inactive", 631), ("blacklisted", 632)]
)
def test_each_status_has_its_error(tmp_path: Path, status: str, error: int) -> None:
    text = "Kettle is here."
    files = clean.specimens()
    registered = entry(text).replace("approved", status)
    files[TEMPLATES] = files[TEMPLATES].replace("templates:\n", f"templates:\n{registered}")
    write(tmp_path, {**files, "spare.yaml": campaign(text)})
    found = lint.run(project.load(tmp_path), now=NOW).findings

    assert [one.name for one in found] == ["template-not-active"]
    assert f"DLT error {error}" in found[0].message


@pytest.mark.parametrize(
    ("with_link", "with_file", "noted"),
    [(True, False, True), (False, False, False), (True, True, False)],
)
def test_links_that_nobody_could_look_up_are_a_note(
    tmp_path: Path,
    with_link: bool,  # noqa: FBT001
    with_file: bool,  # noqa: FBT001
    noted: bool,  # noqa: FBT001
) -> None:
    files = clean.specimens()
    if not with_file:
        del files[LINKS]
    if not with_link:
        del files["parcel.yaml"], files["bill.yaml"]
    write(tmp_path, {**files})
    notes = lint.run(project.load(tmp_path), now=NOW).notes

    assert [one.partition(" is ")[0] for one in notes] == (["registry/links.yaml"] if noted else [])


def test_a_slot_that_is_a_piece_of_a_link_is_said_once(tmp_path: Path) -> None:
    text = "Kettle: see your bill https://kettle.example/r/{#urg#} now"
    found = said(tmp_path, registered=entry(text), sent=text.replace("{#urg#}", "a1b2"))

    assert found == [("slot-url-form", "error")]
