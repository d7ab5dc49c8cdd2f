"""What a plan must not do unless somebody says so, and what states and plans are bound to."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import CAMPAIGN, Run, campaign, write

from campaignctl.sandbox import Sandbox


def sent(run: Run) -> None:
    assert run("apply", "--yes").code == 0


def test_a_sent_campaign_under_a_new_id_is_not_sent_again(run: Run, folder: Path, exotel: Sandbox) -> None:
    sent(run)
    write(folder, {"the-example.yaml": CAMPAIGN.replace("the-example", "the-example-2")})

    planned, applied = run("plan"), run("apply", "--yes")

    assert (planned.code, applied.code) == (1, 1)
    assert "the-example.yaml:1:5: error CC801 sent-before" in planned.out
    assert "was sent as 'the-example'" in planned.out
    assert "! the-example-2  sent-before: mend the finding above" in planned.out
    assert "Nothing to create: 1 blocked, 1 removed. 0 to send again." in planned.out
    assert "nothing was created" in applied.err


@pytest.mark.parametrize(
    "change",
    [
        ('start_time: "2035-10-20', 'start_time: "2035-10-19'),
        ("sender_id: KETTLE", "sender_id: KETTLX"),
        ("sender_id: KETTLE", "name: Another name\nsender_id: KETTLE"),
        ("[festival-north]", '["9120d5962d214316b7721de55bb82e03"]'),
    ],
)
def test_what_people_do_not_read_makes_no_new_text(
    run: Run, folder: Path, exotel: Sandbox, change: tuple[str, str]
) -> None:
    sent(run)
    write(folder, {"b.yaml": CAMPAIGN.replace("the-example", "another").replace(*change)})

    assert run("plan").code == 1


@pytest.mark.parametrize("change", [("a new tea", "an old tea"), ("festival-north", "festival-south")])
def test_another_text_or_other_people_are_a_new_campaign(
    run: Run, folder: Path, exotel: Sandbox, change: tuple[str, str]
) -> None:
    sent(run)
    write(folder, {"b.yaml": CAMPAIGN.replace("the-example", "another").replace(*change)})

    assert run("plan").code == 0


def test_the_guard_is_overridden_by_its_name(run: Run, folder: Path, exotel: Sandbox) -> None:
    sent(run)
    write(folder, {"b.yaml": CAMPAIGN.replace("the-example", "next-month")})

    assert run("plan", "--allow", "sent-before").code == 0
    assert run("apply", "--yes", "--allow", "everything").code == 64
    assert run("apply", "--yes", "--allow", "sent-before").code == 0


def test_the_same_text_twice_in_one_plan_is_found_before_anything_is_sent(
    run: Run, folder: Path, exotel: Sandbox
) -> None:
    write(folder, {"b.yaml": CAMPAIGN.replace("the-example", "another")})

    ran = run("apply", "--yes")

    assert ran.code == 1
    assert "the-example.yaml:1:5: error CC801 sent-before" in ran.err
    assert "is also to be sent as 'another'" in ran.err
    assert not (folder / "campaignctl.state.json").exists()


# --- one account ------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [["plan"], ["apply", "--yes"], ["resolve"]])
def test_a_state_is_of_one_account(
    run: Run, folder: Path, exotel: Sandbox, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    sent(run)
    monkeypatch.setenv("EXOTEL_ACCOUNT_SID", "other99")

    ran = run(*command)

    assert (ran.code, ran.out) == (3, "")
    assert "belongs to another Exotel account" in ran.err
    assert "other99" not in ran.err


def test_the_state_does_not_show_the_account(run: Run, folder: Path, exotel: Sandbox) -> None:
    sent(run)

    assert exotel.account_sid not in (folder / "campaignctl.state.json").read_text("utf-8")


def test_a_plan_made_on_the_sandbox_is_for_the_sandbox(run: Run, folder: Path, exotel: Sandbox) -> None:
    made = run("plan", "--sandbox", "--out", "plan.json")

    assert made.out.rstrip().endswith("campaignctl apply plan.json --sandbox")
    refused = run("apply", "plan.json")
    assert (refused.code, refused.out) == (3, "")
    assert "for another Exotel account, or for the sandbox" in refused.err
    assert run("apply", "plan.json", "--sandbox").code == 0


def test_a_plan_made_without_credentials_may_be_applied_with_them(
    run: Run, folder: Path, exotel: Sandbox
) -> None:
    assert run("plan", "--offline", "--out", "plan.json").code == 0
    assert run("apply", "plan.json").code == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ["--out", "plan.json", "the-example.yaml"],
        ["--out", "plan.json", "--at", "2034-01-01T00:00:00Z"],
        ["--out", "plan.yaml"],
        ["--out", "missing/plan.json"],
    ],
)
def test_a_plan_that_could_not_be_applied_is_not_kept(run: Run, folder: Path, arguments: list[str]) -> None:
    before = sorted(folder.rglob("*"))

    assert run("plan", "--offline", *arguments).code == 64
    assert sorted(folder.rglob("*")) == before


def test_people_who_are_not_counted_make_a_lower_bound(run: Run, folder: Path) -> None:
    lists = '["9120d5962d214316b7721de55bb82e03", "00000000000000000000000000000000"]'
    write(folder, {"b.yaml": campaign("more", lists=lists)})

    assert "2 to create (at least 12,430 recipients)" in run("plan").out
