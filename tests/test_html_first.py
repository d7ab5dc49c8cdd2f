"""The top of the HTML page of a plan: what stops it, what is to be looked at first, and the findings."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
from conftest import CAMPAIGN, CONFIG, Run, a_finding, campaign, write
from test_dealing import dynamic, placed
from test_html import Page, paged, sent
from test_plan import UNCOUNTED, intent, schedule, state

from campaignctl.findings import Region, Severity
from campaignctl.render.filters import coded, excerpt
from campaignctl.sandbox import Sandbox

# --- the headline -----------------------------------------------------------------------------------------


def test_errors_stop_everything_and_the_headline_says_so() -> None:
    wrong = [a_finding(campaign="b", severity=Severity.WARNING, name="mild"), a_finding(campaign="b")]
    page = paged(placed("a"), placed("b"), findings=wrong)

    assert page.text.startswith("Stopped by 1 error: nothing is created")
    assert (
        "creates nothing until it is mended. 1 campaign is blocked. 1 campaign would be created" in page.text
    )
    assert page.text.index("header-format CC303") < page.text.index("mild CC303")
    assert page.text.index("Blocked: not created") < page.text.index("To be created")
    assert "What Exotel is sent, in full: a" in page.text
    assert "was sent" not in page.text


def test_an_unknown_outcome_lets_the_new_ones_wait() -> None:
    page = paged(placed("a"), placed("b"), known=state(intents={"stuck": intent("stuck")}))

    assert page.text.startswith("Stopped by 1 unknown outcome: 2 campaigns wait")
    assert page.first.startswith("stops An earlier create has no clear answer")
    assert "before campaignctl resolve stuck has settled it" in page.first
    assert "What Exotel may have been sent, in full: stuck" in page.text


def test_a_blocked_campaign_was_sent_nothing() -> None:
    soon = schedule("2034-06-01T11:35:00+05:30", "2034-06-01T18:00:00+05:30")
    page = paged(placed("a", schedule=soon))

    assert page.text.startswith("Nothing to create; 1 campaign blocked")
    assert "1 campaign is blocked, for the start is past or less than 10 minutes ahead: a." in page.first
    assert "What Exotel would be sent, in full: a" in page.text


# --- what is to be looked at first ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "Nothing stands out"),
        (
            {"schedule": schedule("2034-06-01T17:00:00+05:30", "2034-06-01T19:00:00+05:30")},
            "starts within a day",
        ),
        ({"sms_type": "promotional"}, "1 promotional campaign to 12,430 people: a. Operators let promotions"),
        ({"sms_type": "promotional"}, "from 10:00 to 21:00 only"),
        ({"lists": ("west",), "audience": (UNCOUNTED,)}, "how many people are on west: a. They are missing"),
        (
            {"template": "It\u2019s tea"},
            "\u2019 (U+2019 RIGHT SINGLE QUOTATION MARK) makes 1 campaign Unicode",
        ),
        ({"template": "नमस्ते"}, "the script of 1 campaign needs it, from न (U+0928 DEVANAGARI LETTER NA) on"),
        ({"template": "नमस्ते"}, "It comes to 12,430 messages to pay for"),
    ],
)
def test_what_is_soon_dear_or_unsure_is_said_first(changes: dict[str, Any], words: str) -> None:
    page = paged(placed("a", **changes))

    assert words in (page.first or page.text)


@pytest.mark.parametrize(("length", "is_said"), [(150, False), (151, True), (160, True), (161, False)])
def test_a_longer_value_than_the_sample_s_may_cost_a_part(length: int, *, is_said: bool) -> None:
    page = paged(dynamic("@@Name " + "x" * (length - 5), Name="Asha"))

    assert ("Values 10 characters longer than the sample's take another part" in page.first) == is_said
    assert ("up to 12,430 messages more to pay for" in page.first) == is_said
    assert ("longer takes another part" in page.text.replace(page.first, "")) == is_said


def test_what_nobody_has_compared_is_said_first(run: Run, folder: Path) -> None:
    run("report", "--offline", "--at", "2034-06-01T06:00:00Z")

    page = Page((folder / "campaignctl-report.html").read_text(encoding="utf-8"))
    assert "check Registry/templates.yaml is missing, so no text was compared" in page.first


def test_overlaps_name_the_ids_of_campaigns_with_one_name() -> None:
    page = paged(placed("a", name="Tea"), placed("b", name="Tea"))

    assert "2 campaigns overlap on the list north: Tea (a), Tea (b)." in page.first
    assert "overlaps Tea (b) on north 10:30 to 18:00" in page.text


def test_what_was_edited_or_deleted_after_it_was_sent_is_said_first() -> None:
    page = paged(placed("a", template="Edited"), known=sent("a", "gone"))

    assert "1 campaign was edited after sending: a. Exotel keeps what was sent" in page.first
    assert "1 campaign has no file any more: gone" in page.first
    assert "campaignctl stop gone pauses it" in page.first


def test_what_stops_the_plan_comes_before_what_is_to_be_checked() -> None:
    soon = schedule("2034-06-01T11:35:00+05:30", "2034-06-01T18:00:00+05:30")
    page = paged(
        placed("a", sms_type="promotional"), placed("b", schedule=soon), findings=[a_finding(campaign="c")]
    )

    assert [one.split()[0] for one in page.first.splitlines()] == ["stops", "stops", "check"]


# --- findings -------------------------------------------------------------------------------------------


def test_a_finding_marks_what_is_wrong_in_its_line_and_shows_commands_as_such() -> None:
    page = paged(placed("a"), findings=[a_finding(message="run `campaignctl lint --fix`, or `x")])

    assert '<pre><code>sender_id: <mark class="wrong">KETTLE_IN</mark></code></pre>' in page.source
    assert "run <code>campaignctl lint --fix</code>, or `x" in page.source


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("", ()),
        ("a", ((False, "a"),)),
        ("`a` b", ((True, "a"), (False, " b"))),
        ("a `b", ((False, "a `b"),)),
        ("`a` `b\u202e", ((True, "a"), (False, " `b\\u202e"))),
    ],
)
def test_a_sentence_is_cut_at_its_commands(words: str, found: tuple[tuple[bool, str], ...]) -> None:
    assert coded(words) == found


@pytest.mark.parametrize(
    ("source", "begins", "ends", "pieces_"),
    [
        ("a: bad", 4, 7, ("a: ", "bad", "")),
        ("  a: bad # x", 6, 9, ("a: ", "bad", " # x")),
        ("a:", 3, 3, ("a:", "\u00a0", "")),
        ("a: नि", 5, 6, ("a: ", "नि", "")),
        ("x" * 300, 1, 301, ("", "x" * 240 + "...", "")),
        ("x" * 299 + "y", 300, 301, ("..." + "x" * 80, "y", "")),
    ],
)
def test_an_excerpt_is_the_line_around_what_is_wrong(
    source: str, begins: int, ends: int, pieces_: tuple[str, str, str]
) -> None:
    region = Region(line=1, column=begins, end_line=1, end_column=ends)

    assert excerpt(a_finding(source=source, region=region)) == pieces_


def test_many_findings_of_one_rule_are_folded() -> None:
    same = [a_finding(name="same", campaign="a") for _ in range(7)]
    page = paged(placed("a"), findings=[*same, a_finding(name="other", campaign="a")])

    assert "same, 7 times" in page.text
    assert "other, 1 time" not in page.text


def test_what_is_sent_again_is_said_first(run: Run, folder: Path, exotel: Sandbox) -> None:
    assert run("apply", "--yes").code == 0
    write(folder, {"again.yaml": CAMPAIGN.replace("id: the-example", "id: again")})
    page = run("plan", "--allow", "sent-before", "--format", "html").out

    assert "nothing that was sent before is sent again" not in page
    assert page.count("1 to send again, let pass by --allow sent-before") >= 2


def test_commands_of_the_reports_name_their_folder(run: Run, folder: Path, exotel: Sandbox) -> None:
    assert run("apply", "--yes").code == 0
    (folder / "the-example.yaml").unlink()
    write(folder, {"other.yaml": campaign("other")})
    for format_ in ("markdown", "html"):
        shown = run("plan", "--format", format_, "-C", str(folder), "--offline").out
        assert f"campaignctl stop the-example --base-url {exotel.url} -C {folder}" in shown
    write(folder, {"again.yaml": CAMPAIGN.replace("id: the-example", "id: again")})
    found = run("plan", "--format", "json", "-C", str(folder)).out
    assert "`--allow sent-before`" in found


def test_changed_settings_stand_on_the_page(run: Run, folder: Path) -> None:
    for words in (
        ("init", "-q"),
        ("add", "-A"),
        ("-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "one"),
    ):
        subprocess.run(["git", *words], check=True, cwd=folder)
    write(folder, {"campaignctl.yaml": f"{CONFIG}policy: {{max_creates: 900}}\n"})
    page = run("plan", "--format", "html", "--offline", "--base", "HEAD").out

    assert "policy.max_creates" in page
    assert "900" in page
