"""What commands say people do next: true, with the options it needs, and of use when it is pasted."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import click
import pytest
from conftest import LISTS, Ran, Run, at_a_terminal, campaign, write

from campaignctl.model import FieldChange
from campaignctl.render.edited import edits
from campaignctl.sandbox import Fault, Sandbox


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """The client tries again at once."""
    monkeypatch.setattr("campaignctl.exotel.client._WAITS", (0.0, 0.0))


def lost(run: Run, exotel: Sandbox) -> None:
    """Leave a create behind whose outcome is unknown, of a campaign that does not exist."""
    exotel.fault = lambda method, _: Fault(close="before") if method == "POST" else None
    assert run("apply", "--yes", "--settle", "0").code == 4
    exotel.fault = None


def pasted(run: Run, words: str) -> Ran:
    """Run a command as it was printed."""
    assert words.startswith("campaignctl ")
    return run(*shlex.split(words)[1:])


# --- an unknown outcome comes first -------------------------------------------------------------------


def test_a_plan_with_an_unknown_outcome_promises_no_create(run: Run, folder: Path, exotel: Sandbox) -> None:
    lost(run, exotel)
    write(folder, {"bee.yaml": campaign("bee"), "cat.yaml": campaign("cat")})

    ran = run("plan", "-C", folder)

    assert ran.code == 4
    assert "Plan: " not in ran.out
    assert "Stopped by 1 unknown outcome: 2 campaigns wait for it (24,860 recipients)." in ran.out
    assert "--digest" not in ran.out
    (step,) = [line.removeprefix("Next: ") for line in ran.out.splitlines() if line.startswith("Next: ")]
    assert step == f"campaignctl resolve the-example --base-url {exotel.url} -C {folder}"
    assert f"run `{step}`" in ran.out
    settled = pasted(run, step)
    assert (settled.code, "not found at Exotel" in settled.out) == (4, True)
    assert json.loads(run("plan", "--format", "json").out)["summary"]["create"] == 2


def test_a_saved_plan_with_an_unknown_outcome_says_nothing_of_creating(
    run: Run, folder: Path, exotel: Sandbox
) -> None:
    lost(run, exotel)
    write(folder, {"bee.yaml": campaign("bee")})

    ran = run("plan", "--out", folder / "plan.json")

    assert "To create exactly this" not in ran.out
    assert f"Saved as {folder / 'plan.json'}.\n" in ran.out


def test_a_saved_plan_is_applied_in_one_way(run: Run, folder: Path, exotel: Sandbox) -> None:
    ran = run("plan", "--out", folder / "plan.json")
    assert ran.out.count("To create exactly this") == 1
    assert f"campaignctl apply {folder / 'plan.json'}" in ran.out


def test_apply_asks_to_look_and_not_to_create(run: Run, folder: Path, exotel: Sandbox) -> None:
    lost(run, exotel)
    write(folder, {"bee.yaml": campaign("bee")})

    code, said = at_a_terminal(folder, "no\n", "apply")

    assert "Look for 1 unknown outcome once more, and create nothing unless found?" in said
    assert code == 1


# --- no file is left ----------------------------------------------------------------------------------


@pytest.fixture
def emptied(run: Run, folder: Path, exotel: Sandbox) -> Path:
    """A folder whose one campaign was created, and its file deleted."""
    assert run("apply", "--yes").code == 0
    (folder / "the-example.yaml").unlink()
    return folder


@pytest.mark.parametrize("words", [("plan",), ("apply", "--yes")])
def test_what_was_created_is_shown_without_any_file(
    run: Run, emptied: Path, exotel: Sandbox, words: tuple[str, ...]
) -> None:
    ran = run(*words)
    assert ran.code == 0
    assert "  - the-example  stays at Exotel as " in ran.out
    assert "campaignctl stop ID pauses it" in ran.out
    assert "Nothing to create: 1 removed." in ran.out


def test_an_unknown_outcome_is_told_without_any_file(run: Run, folder: Path, exotel: Sandbox) -> None:
    lost(run, exotel)
    (folder / "the-example.yaml").unlink()
    assert "Stopped by 1 unknown outcome: nothing is created." in run("plan").out
    assert run("plan").code == run("apply", "--yes").code == 4


@pytest.mark.parametrize("word", ["the-exampel", "ffffffff"])
def test_the_emergency_brake_gives_its_own_cause(run: Run, emptied: Path, exotel: Sandbox, word: str) -> None:
    ran = run("stop", word, "--yes")
    assert "campaign files" not in ran.err
    assert f"'{word}' is no campaign, no plan and no SID that the state knows" in ran.err
    assert ("did you mean 'the-example'?" in ran.err) == word.startswith("the")
    assert run("stop", "the-example", "--yes").code == 0


def test_a_folder_that_never_had_a_campaign_has_no_plan(run: Run, folder: Path, exotel: Sandbox) -> None:
    (folder / "the-example.yaml").unlink()
    ran = run("plan")
    assert (ran.code, "no campaign files found" in ran.err) == (3, True)


# --- a SID that is mistyped ---------------------------------------------------------------------------

SID = "909d2a2ba53ce07f3784668b938eb44914bo"


@pytest.mark.parametrize(
    ("sid", "said"),
    [
        ("xyz", "xyz cannot be a SID"),
        (SID, f"Exotel has no campaign {SID}"),
        ("x\x1b[31m", "cannot be a SID"),
    ],
)
def test_a_sid_that_is_not_there_is_named_and_proves_nothing(
    run: Run, folder: Path, exotel: Sandbox, sid: str, said: str
) -> None:
    lost(run, exotel)

    ran = run("resolve", "the-example", "--adopt", sid)

    assert ran.code == 4
    assert said in ran.out
    assert "--not-created" not in ran.out
    assert f"`campaignctl resolve the-example --adopt SID --base-url {exotel.url}`" in ran.out
    assert "\x1b[31m" not in ran.out


def test_a_sid_of_another_campaign_is_not_what_was_sent(run: Run, folder: Path, exotel: Sandbox) -> None:
    write(folder, {"a-first.yaml": campaign("a-first")})
    posts: list[str] = []

    def second_lost(method: str, _: str) -> Fault | None:
        posts.extend([method] if method == "POST" else [])
        return Fault(close="before") if len(posts) == 2 and method == "POST" else None

    exotel.fault = second_lost
    ran = run("apply", "--yes", "--settle", "0", "--format", "json")
    first = json.loads(ran.out)["outcomes"][0]

    told = run("resolve", "the-example", "--adopt", first["sid"])

    assert (ran.code, first["outcome"], told.code) == (4, "created", 4)
    assert f"{first['sid']} is 'a-first cc" in told.out
    assert "so it is not what was sent" in told.out


# --- which folder, which Exotel -----------------------------------------------------------------------


def test_the_folder_around_is_named_and_no_new_one_is_offered(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = folder / "2035" / "may"
    inside.mkdir(parents=True)
    monkeypatch.chdir(inside)
    ran = run("lint")
    assert (ran.code, "campaignctl init" in ran.err) == (3, False)
    assert f"{folder.resolve()} holds one: give `-C ../..`, or go there" in ran.err
    assert run("-C", "../..", "lint").code == 0
    monkeypatch.chdir(folder)
    assert "give `-C .`" in run("lint", "-C", "2035").err


def test_without_a_folder_around_init_makes_one(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a b").mkdir()
    assert "`campaignctl init` makes one" in run("lint").err
    assert "`campaignctl init 'a b'` makes one" in run("lint", "-C", "a b").err


@pytest.mark.parametrize("where", ["before", "after"])
def test_commands_in_messages_name_the_folder(run: Run, folder: Path, tmp_path: Path, where: str) -> None:
    def said(*words: str) -> str:
        named = ("-C", str(folder))
        return run(*(named + words if where == "before" else words + named)).err

    assert f"`campaignctl registry import FILE -C {folder}` makes it" in said("lint")
    assert f"`campaignctl plan --offline -C {folder}` lists them" in said("preview", "nobody")
    write(folder, {"campaignctl.state.json": "<<<<<<< ours\n"})
    assert f"`campaignctl state merge theirs.json -C {folder}`" in said("plan", "--offline")


def test_commands_in_messages_name_exotel(run: Run, folder: Path, exotel: Sandbox) -> None:
    lost(run, exotel)
    told = run("status", "--base-url", exotel.url, "-C", folder, "the-example")
    assert f"campaignctl resolve the-example --base-url {exotel.url} -C {folder}\n" in told.out
    ran = run("resume", "the-example", "--yes", "--base-url", exotel.url)
    assert f"settle it first with `campaignctl resolve the-example --base-url {exotel.url}`" in ran.err


def test_a_message_is_completed_once_and_only_where_a_command_stands() -> None:
    from campaignctl.commands import pasting

    given = {"sandbox": True, "base_url": None, "directory": "a `b"}
    context = click.Context(click.Command("plan"))
    context.meta[pasting.PLACE] = given
    for message in (
        "`campaignctl plan -C x`",
        "campaignctl plan",
        "`campaignctl explain CC101`",
        "`--allow x`",
    ):
        assert pasting.completed(message, context) == message
    assert pasting.completed("`campaignctl stop SID`", context) == "`campaignctl stop SID --sandbox -C 'a b'`"
    assert pasting.completed("`campaignctl lint`", context) == "`campaignctl lint -C 'a b'`"


def test_the_sandbox_of_one_command_has_no_report_to_open(run: Run, folder: Path) -> None:
    assert run("apply", "--sandbox", "--yes").code == 0
    ran = run("status", "--sandbox")
    assert (ran.code, "report" in ran.out, "http" in ran.out) == (0, False, False)


# --- edited, ended, uncounted -------------------------------------------------------------------------


def test_an_edited_start_is_shown_with_both_times_and_a_way_to_move_it(
    run: Run, folder: Path, exotel: Sandbox
) -> None:
    assert run("apply", "--yes").code == 0
    write(folder, {"the-example.yaml": campaign("the-example").replace("T10:30:00", "T11:30:00")})

    out = run("plan").out

    assert "  ~ the-example  schedule.start_time Sat 20 Oct 2035 10:30 IST -> 11:30 IST\n" in out
    assert "edited after it was created" in out
    assert "sent: not sent" not in out
    options = f"--base-url {exotel.url}"
    assert (
        f"To have the edit sent: campaignctl stop the-example {options}, then give the file a new id, then: "
        f"campaignctl apply --allow sent-before {options}\n" in out
    )
    text = campaign("the-example-2", template='"Hello from Kettle, a new tea is here"')
    write(folder, {"the-example.yaml": text.replace("T10:30:00", "T11:30:00")})
    assert "was created as 'the-example'" in run("plan").out
    assert run("apply", "--yes", "--allow", "sent-before").code == 0


def test_what_has_begun_cannot_be_moved(run: Run, folder: Path, exotel: Sandbox) -> None:
    assert run("apply", "--yes").code == 0
    write(folder, {"the-example.yaml": campaign("the-example", template='"Hi from Kettle"')})
    out = run("plan", "--offline", "--at", "2035-10-20T12:00:00+05:30").out
    assert "To have the edit sent" not in out
    assert "template 'Hello from Kettle, a new tea is here' -> 'Hi from Kettle'" in out


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("2035-10-20T10:30:00+05:30", "2035-10-21T10:30:00+05:30", "10:30 IST -> Sun 21 Oct 2035 10:30 IST"),
        ("2035-10-20T10:30:00+05:30", None, "'2035-10-20T10:30:00+05:30' -> nothing"),
        ("2035-10-20T10:30:00", "soon", "'2035-10-20T10:30:00' -> 'soon'"),
    ],
)
def test_an_edited_moment_is_shown_as_far_as_it_is_one(before: str, after: str | None, said: str) -> None:
    change = FieldChange(field="schedule.start_time", before=before, after=after)
    assert edits([change]).endswith(said)
    assert edits([change] * 6).endswith(", and 2 more")


def test_what_was_ended_too_early_is_sent_by_a_new_id_and_the_guard_by_name(
    run: Run, folder: Path, exotel: Sandbox
) -> None:
    assert run("apply", "--yes").code == 0
    for command in ("stop", "complete"):
        assert run(command, "the-example", "--yes").code == 0

    (line,) = [one for one in run("status").out.splitlines() if "before its start" in one]

    assert "give its file a new id, then: " in line
    write(folder, {"the-example.yaml": campaign("anew", template='"Hello from Kettle, a new tea is here"')})
    assert pasted(run, line.split("then: ")[1] + " --yes").code == 0


def test_a_list_that_nobody_counted_is_named(run: Run, folder: Path, exotel: Sandbox) -> None:
    write(folder, {"registry/lists.yaml": LISTS.replace("    contacts: 12430\n", "")})
    out = run("plan").out
    assert "Plan: 1 to create (an unknown number of recipients)." in out
    assert "list 'festival-north' has no `contacts:` in registry/lists.yaml (campaignctl lists pull" in out
    write(folder, {"bee.yaml": campaign("bee", lists="[festival-south]")})
    assert "Plan: 2 to create (at least 800 recipients)." in run("plan").out
