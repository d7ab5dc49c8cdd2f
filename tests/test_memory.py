"""What was sent stays known, whatever a request does to the state, the settings and the folder: whole pipelines, and
what two states know together.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from conftest import write
from pipelines import run_here
from test_pipelines import STATE, TOKEN, WELCOME, Team, git, kind, sent, team, welcome
from test_plan import campaign, entry, intent, state

from campaignctl.model import Declared, Intent, State, token
from campaignctl.pipelines import __main__ as ci
from campaignctl.pipelines import memory
from campaignctl.pipelines.states import Keeping
from campaignctl.pipelines.surroundings import Job, PipelineError
from campaignctl.sandbox import Sandbox

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="there is no git")
__all__ = ["kind", "team"]

LIST = """\
  others:
    sid: "6f1c0a7e9b3d4826a0c7e1f2b4d69835"
    columns: [First_name, City]
    contacts: 100
    sample: { First_name: Asha, City: Pune }
"""


def edited(path: Path, *pairs: tuple[str, str]) -> None:
    text = path.read_text()
    for pattern, words in pairs:
        text, times = re.subn(pattern, words, text, count=1)
        assert times == 1, pattern
    path.write_text(text)


def otherwise(team: Team, folder: str = "campaigns") -> None:
    """Give project and campaign other names: nothing is found by a token or a name."""
    edited(team.clone / folder / "campaignctl.yaml", (r"(?m)^project: .*$", "project: other-000000"))
    edited(team.clone / folder / "examples/welcome.yaml", ("name: Welcome to Kettle", "name: Greetings"))


def goes_through(team: Team, message: str) -> tuple[int, int, str]:
    """Propose what is in the clone, merge it whatever its check says, apply; return both exit codes and the log."""
    number, head = team.propose(message)
    planned = team.check(number, head)[1]
    applied = team.apply(team.merge(number))
    git(team.clone, "pull", "-q", "--ff-only", "origin", "main")
    return planned.code, applied.code, planned.log + applied.log + "".join(team.forge.bodies(number))


def remembered(team: Team) -> dict[str, Any]:
    project = json.loads(team.file(STATE))["project"]
    found: dict[str, Any] = json.loads(team.file(f"{project}/state.json", memory.BRANCH))
    return found


# --- pipelines ----------------------------------------------------------------------------------------


def test_every_apply_writes_what_was_sent_to_the_memory(team: Team, exotel: Sandbox) -> None:
    sent(team)

    assert remembered(team) == json.loads(team.file(STATE))
    assert "[skip ci]" in git(team.origin, "log", "-1", "--format=%B", memory.BRANCH)
    assert "no pull request" in " ".join(team.file("README.md", memory.BRANCH).split())


@pytest.mark.parametrize("place", ["branch", "main"])
def test_settings_that_were_checked_before_the_first_send_send_nothing_again(
    team: Team, exotel: Sandbox, place: str
) -> None:
    """The request gives project, state and campaign other names, and is checked when nothing was sent yet."""
    team.inputs = {"state-branch": "sent"} if place == "branch" else {}
    team.kind = "action"
    team.bash = False
    write(team.clone, {WELCOME: (team.place / "welcome.yaml").read_text()})
    pushed = team.push("main", "Welcome")
    config = team.clone / "campaigns/campaignctl.yaml"
    config.write_text(config.read_text() + "\nstate: {path: history/new.json}\n")
    write(team.clone, {"campaigns/history/new.json.journal": ""})
    otherwise(team)
    number, head = team.propose("Other settings")
    assert team.check(number, head)[1].code == 0
    git(team.clone, "checkout", "-q", "main")
    found = re.search(r"digest: ([0-9a-f]{32})", team.apply(pushed).log)
    assert found is not None
    assert team.apply(pushed, found[1]).code == 0
    assert len(exotel.names()) == 1

    applied = team.apply(team.merge(number))

    assert (applied.code, len(exotel.names())) == (3, 1)
    assert "and is other-000000 here: under another name everything would be sent again" in applied.log


def test_nor_does_another_folder_or_another_branch_for_the_state(team: Team, exotel: Sandbox) -> None:
    sent(team)
    git(team.clone, "mv", "campaigns", "sms")
    git(team.clone, "rm", "-qf", "sms/campaignctl.state.json")
    write(team.clone, {"campaigns/campaignctl.yaml": "# moved\n"})
    otherwise(team, "sms")
    team.inputs = {"directory": "sms"}
    team.kind = "action"
    team.bash = False
    planned, applied, log = goes_through(team, "Another folder")

    assert (planned, applied, len(exotel.names())) == (1, 1, 1)
    assert "the same text to the same lists was created as 'welcome' of project 'kettle-" in log


def test_what_is_moved_with_its_state_is_known(team: Team, exotel: Sandbox) -> None:
    sent(team)
    git(team.clone, "mv", "campaigns", "sms")
    team.inputs = {"directory": "sms"}
    team.kind = "action"
    team.bash = False
    planned, applied, log = goes_through(team, "Another folder")

    assert (planned, applied, len(exotel.names())) == (0, 0, 1)
    assert "1 at Exotel already" in log
    assert list(json.loads(team.file("sms/campaignctl.state.json"))["campaigns"]) == ["welcome"]


@pytest.mark.parametrize("how", ["state", "journal", "damage"])
def test_a_request_that_rewrites_the_state_is_refused_and_counts_for_nothing(
    team: Team, exotel: Sandbox, how: str
) -> None:
    sent(team)
    known = json.loads((team.clone / STATE).read_text())
    if how == "journal":
        changed = {**known["campaigns"]["welcome"], "payload": {"template": "x"}}
        line = {"account": known["account"], "campaigns": {"welcome": changed}, "declared": [], "intents": {}}
        line |= {
            "lineage": known["lineage"],
            "project": known["project"],
            "serial": known["serial"] + 1,
            "used_plan": None,
        }
        write(team.clone, {f"{STATE}.journal": json.dumps(line, separators=(",", ":")) + "\n"})
    else:
        known["campaigns"]["welcome"]["payload"]["template"] = "x"
        if how == "damage":
            known["declared"] = 5
        (team.clone / STATE).write_text(json.dumps(known, indent=2) + "\n")
    planned, applied, log = goes_through(team, "Tidy up")
    words = "cannot be used" if how == "damage" else "this request changes the state: it rewrites welcome"
    assert (planned, words in log, "Traceback" in log) == (3, True, False)
    assert applied == (3 if how == "damage" else 0)

    shutil.copy(team.place / "welcome.yaml", team.clone / "campaigns/hello.yaml")
    edited(team.clone / "campaigns/hello.yaml", ("id: welcome", "id: hello"), ("Welcome to Kettle", "Hello"))
    planned, applied, log = goes_through(team, "Hello")

    assert (planned, applied) == ((3, 3) if how == "damage" else (1, 1))
    assert how == "damage" or "the same text to the same lists was created as 'welcome'" in log
    assert len(exotel.names()) == 1


def test_a_plan_that_is_refused_takes_back_the_comment_of_the_commit_before(
    team: Team, exotel: Sandbox
) -> None:
    sent(team)
    write(team.clone, {"note.md": ""})
    number, head = team.propose("A note")
    assert team.check(number, head)[1].code == 0
    git(team.clone, "rm", "-q", STATE)
    head = team.push("request-2", "And no state")
    team.forge.heads[number] = head
    assert team.check(number, head)[1].code == 3

    (comment,) = team.forge.bodies(number)
    assert (
        f"## No plan of commit {head[:10]}\n\nthis request changes the state: it forgets welcome" in comment
    )
    assert "digest=- -->" in comment.splitlines()[0]


def test_what_is_unknown_stays_so_whatever_a_commit_says(team: Team, exotel: Sandbox) -> None:
    sent(team)
    known = json.loads((team.clone / STATE).read_text())
    lists = team.clone / "campaigns/registry/lists.yaml"
    lists.write_text(lists.read_text() + LIST)
    shutil.copy(team.place / "welcome.yaml", team.clone / "campaigns/bee.yaml")
    edited(
        team.clone / "campaigns/bee.yaml",
        *(("Welcome to Kettle", "Bee for all"), ("id: welcome", "id: bee"), ("customers", "others")),
    )
    before = known["campaigns"]["welcome"]
    mark = token(known["project"], "bee")
    payload = {
        **before["payload"],
        "name": f"Bee for all {mark}",
        "lists": ["6f1c0a7e9b3d4826a0c7e1f2b4d69835"],
    }
    known["intents"]["bee"] = {"token": mark, "phase": "unknown", "at": before["at"], "actor": "x"}
    known["intents"]["bee"] |= {"plan_id": before["plan_id"], "error": "time-out", "payload": payload}
    (team.clone / STATE).write_text(json.dumps(known, indent=2) + "\n")
    assert team.apply(team.push("main", "An unknown outcome")).code == 4

    git(team.clone, "pull", "-q", "--ff-only", "origin", "main")
    known = json.loads((team.clone / STATE).read_text())
    del known["intents"]["bee"]
    (team.clone / STATE).write_text(json.dumps(known, indent=2) + "\n")
    for message in ("Nothing unknown", "A note"):
        write(team.clone, {f"{message}.md": ""})
        planned, applied, _ = goes_through(team, message)
        assert (planned in (3, 4), applied) == (True, 4)
    assert list(remembered(team)["intents"]) == ["bee"]
    assert len(exotel.names()) == 1


def test_a_state_that_was_taken_back_on_the_branch_is_healed(team: Team, exotel: Sandbox) -> None:
    sent(team)
    git(team.clone, "rm", "-q", STATE)
    applied = team.apply(team.push("main", "Revert"))

    assert (applied.code, len(exotel.names())) == (0, 1)
    assert f"the state did not know all that was sent; the branch {memory.BRANCH} does" in applied.log
    assert list(json.loads(team.file(STATE))["campaigns"]) == ["welcome"]


def test_without_a_memory_nothing_is_sent(team: Team, exotel: Sandbox) -> None:
    """A branch below its name keeps it from being made."""
    git(team.clone, "push", "-q", "origin", f"HEAD:refs/heads/{memory.BRANCH}/x")
    number, head = welcome(team)
    assert team.check(number, head)[1].code == 0
    applied = team.apply(team.merge(number))

    assert (applied.code, exotel.names()) == (3, ())
    assert f"the branch {memory.BRANCH}, which remembers what was sent, cannot be written" in applied.log
    git(team.clone, "push", "-q", "origin", f":refs/heads/{memory.BRANCH}/x")
    assert (team.apply(git(team.clone, "rev-parse", "HEAD")).code, len(exotel.names())) == (0, 1)


def test_a_branch_that_only_ends_so_is_another_one(team: Team, exotel: Sandbox) -> None:
    git(team.clone, "push", "-q", "origin", f"HEAD:refs/heads/x/refs/heads/{memory.BRANCH}")
    sent(team)
    assert remembered(team)["campaigns"]


def test_a_project_that_was_refused_is_not_remembered(team: Team, exotel: Sandbox) -> None:
    sent(team)
    edited(team.clone / "campaigns/campaignctl.yaml", (r"(?m)^project: .*$", "project: other-000000"))
    team.kind = "action"
    team.bash = False
    commit = team.push("main", "Another name")
    runner, environment = team.machine("origin/main")
    environment |= {"GITHUB_EVENT_NAME": "push", "GITHUB_REF_NAME": "main", "GITHUB_SHA": commit}
    environment |= {"PATH": os.environ["PATH"], **team.secrets}
    codes = [run_here(ci.main, [one], environment, runner.checkout) for one in ("apply", "keep")]
    assert [code for code, *_ in codes] == [3, 0]
    assert "there is none to keep" in codes[1][1]
    git(team.clone, "revert", "--no-edit", "HEAD")
    git(team.clone, "push", "-q", "origin", "main")

    applied = team.apply(git(team.clone, "rev-parse", "HEAD"))
    assert (applied.code, "nothing to create" in applied.log) == (0, True)


def test_a_project_of_which_nothing_was_sent_may_be_renamed(team: Team, exotel: Sandbox) -> None:
    team.bash = False
    write(team.clone, {"note.md": ""})
    assert team.apply(team.push("main", "A note")).code == 3
    assert team.file("README.md", memory.BRANCH)
    edited(team.clone / "campaigns/campaignctl.yaml", (r"(?m)^project: .*$", "project: other-000000"))
    team.push("main", "Another name")
    sent(team)
    assert len(exotel.names()) == 1


def test_two_folders_of_one_project_are_told_apart(team: Team, exotel: Sandbox) -> None:
    sent(team)
    shutil.copytree(team.clone / "campaigns", team.clone / "hr")
    (team.clone / "hr/campaignctl.state.json").unlink()
    team.kind = "action"
    team.bash = False
    team.inputs = {"directory": "hr"}
    planned, applied, log = goes_through(team, "HR")
    assert (planned, applied, len(exotel.names())) == (3, 3, 1)
    assert "campaigns and hr are both project kettle-" in log

    team.inputs = {}
    assert team.apply(git(team.clone, "rev-parse", "HEAD")).code == 0


def test_a_note_of_another_job_is_none(team: Team, exotel: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    sent(team)
    runner, _ = team.machine("origin/main")
    monkeypatch.chdir(runner.checkout)
    with monkeypatch.context() as patch:
        patch.setattr(os, "environ", {**os.environ, "CI_JOB_ID": "1"})
        first = Keeping(
            Job(forge="none", environment=dict(os.environ), request=None, branch="main", commit="")
        )
        first.take("main")
        assert first.taken
    other = {**os.environ, "CI_JOB_ID": "2"}
    assert not Keeping(Job(forge="none", environment=other, request=None, branch="main", commit="")).taken


def test_an_error_after_the_first_create_is_not_called_another_plan(team: Team, exotel: Sandbox) -> None:
    """Folders that are called as what a killed run leaves are passed over; one in the lock's place stops the run."""
    write(team.clone, {"campaigns/.campaignctl.state.json.0123456789ab.tmp/x": ""})
    sent(team)
    assert len(exotel.names()) == 1
    write(team.clone, {"campaigns/campaignctl.state.json.lock/x": ""})
    git(team.clone, "add", "-f", "campaigns/campaignctl.state.json.lock/x")
    shutil.copy(team.place / "welcome.yaml", team.clone / "campaigns/bee.yaml")
    lists = team.clone / "campaigns/registry/lists.yaml"
    lists.write_text(lists.read_text() + LIST)
    edited(
        team.clone / "campaigns/bee.yaml",
        *(("Welcome to Kettle", "Bee for all"), ("id: welcome", "id: bee"), ("customers", "others")),
    )
    team.kind = "action"
    team.bash = False
    planned, applied, log = goes_through(team, "Bee")
    assert (planned, applied, len(exotel.names())) == (0, 3, 1)
    assert "not the one that was approved" not in log


def test_a_memory_that_cannot_be_read_stops_everything(team: Team, exotel: Sandbox) -> None:
    sent(team)
    git(team.clone, "fetch", "-q", "origin", memory.BRANCH)
    git(team.clone, "checkout", "-q", "FETCH_HEAD")
    (place,) = team.clone.glob("kettle-*/state.json")
    place.write_text("{")
    team.push(memory.BRANCH, "Broken")
    git(team.clone, "checkout", "-q", "main")
    write(team.clone, {"note.md": ""})
    number, head = team.propose("A note")
    done = team.check(number, head)[1]

    assert (done.code, "Nothing is planned or created without it" in done.log) == (3, True)


def test_files_that_look_like_a_repository_run_nothing(team: Team, exotel: Sandbox) -> None:
    """A job with `working-directory: campaigns`, and a request that brings the parts of a bare repository."""
    sent(team)
    folder, hit = team.clone / "campaigns", team.place / "hit"
    write(folder, {"HEAD": "ref: refs/heads/main\n", "objects/x": "", "refs/x": ""})
    number, _ = team.propose("Harmless")
    commit = team.merge(number)
    runner, environment = team.machine("origin/main")
    settings = f'[core]\n\tbare = false\n\tworktree = {runner.checkout}\n[remote "origin"]\n\turl = ext::sh -c "env>{hit}"\n'
    write(runner.checkout, {"campaigns/config": f'{settings}[protocol "ext"]\n\tallow = always\n'})
    environment |= {
        "GITHUB_EVENT_NAME": "push",
        "GITHUB_REF_NAME": "main",
        "GITHUB_SHA": commit,
        "GH_TOKEN": TOKEN,
    }
    ended = subprocess.run(
        [sys.executable, "-P", "-m", "campaignctl.pipelines", "apply"],
        cwd=runner.checkout / "campaigns",
        env={**os.environ, **environment, **team.secrets},
        capture_output=True,
        text=True,
    )

    assert (ended.returncode, hit.exists()) == (3, False)
    assert "cannot use bare repository" in ended.stdout


def test_a_plan_that_is_no_longer_the_approved_one_is_shown(team: Team, exotel: Sandbox) -> None:
    lists = team.clone / "campaigns/registry/lists.yaml"
    lists.write_text(lists.read_text() + LIST)
    team.push("main", "Lists")
    one, head = welcome(team)
    assert team.check(one, head)[1].code == 0
    git(team.clone, "checkout", "-q", "main")
    shutil.copy(team.place / "welcome.yaml", team.clone / "campaigns/bee.yaml")
    edited(
        team.clone / "campaigns/bee.yaml",
        *(("Welcome to Kettle", "Bee for all"), ("id: welcome", "id: bee"), ("customers", "others")),
    )
    two, head = team.propose("Bee")
    assert team.check(two, head)[1].code == 0
    team.merge(one)
    commit = team.merge(two)
    applied = team.apply(commit)

    assert (applied.code, exotel.names()) == (3, ())
    assert "the plan of now is not the one that was approved; it is shown here" in applied.log
    assert "## Plan: 2 new campaigns reach 1,300 people" in applied.summary
    found = re.search(r"--digest ([0-9a-f]{32})", applied.summary)
    assert found is not None
    assert (team.apply(commit, found[1]).code, len(exotel.names())) == (0, 2)


# --- what two states know together --------------------------------------------------------------------

ONE = entry(campaign("one"))
MANY = state({"one": ONE}, {"two": intent("two")})


def settled(one: Intent, **changes: Any) -> Declared:
    given: dict[str, Any] = {
        "id": "two",
        "token": one.token,
        "at": one.at,
        "by": "asha@kettle",
        "intent": one,
    }
    return Declared(**{**given, **changes})


def test_to_unite_loses_nothing_and_changes_nothing_that_is_known() -> None:
    empty = replace(MANY, campaigns={}, intents={}, serial=1)

    assert memory.unite(MANY, MANY) is MANY
    assert memory.unite(MANY, empty) is MANY
    both = memory.unite(empty, MANY)
    assert (both.campaigns, both.intents) == (MANY.campaigns, MANY.intents)
    assert both.serial > MANY.serial

    rewritten = replace(
        MANY, campaigns={"one": replace(ONE, payload={"template": "x"}, at="2020-01-01T00:00:00Z")}
    )
    both = memory.unite(rewritten, MANY)
    assert (both.campaigns, both.serial > MANY.serial) == (MANY.campaigns, True)


def test_an_intent_is_over_when_it_was_created_or_when_a_person_says_so_of_that_very_one() -> None:
    open_ = MANY.intents["two"]
    without = replace(MANY, intents={})

    assert list(memory.unite(without, MANY).intents) == ["two"]
    created = replace(without, campaigns={"one": ONE, "two": replace(entry(campaign("two")), sid="sid-2")})
    assert memory.unite(created, MANY).intents == {}
    said = replace(without, declared=(settled(open_),))
    assert memory.unite(said, MANY).intents == {}
    other = replace(without, declared=(settled(replace(open_, at="2034-05-02T00:00:00Z")),))
    assert list(memory.unite(other, MANY).intents) == ["two"]


def test_states_that_cannot_be_of_one_project_are_refused() -> None:
    for strange in (
        replace(MANY, lineage="another"),
        replace(MANY, campaigns={"one": replace(ONE, sid="sid-9")}),
    ):
        with pytest.raises(PipelineError, match="the state is not what was sent"):
            memory.unite(strange, MANY)


@pytest.mark.parametrize(
    ("after", "said"),
    [
        (MANY, []),
        (replace(MANY, campaigns={**MANY.campaigns, "new": entry(campaign("new"))}), ["adds new"]),
        (replace(MANY, intents={**MANY.intents, "new": intent("new")}), ["adds new"]),
        (
            replace(MANY, intents={}, campaigns={"one": ONE, "two": entry(campaign("two"))}),
            ["says of two that it was created"],
        ),
        (replace(MANY, intents={"two": replace(intent("two"), where="elsewhere")}), ["rewrites two"]),
        *(
            (replace(MANY, **one), ["changes what it is about: its account, lineage, serial or used plans"])
            for one in ({"account": "x"}, {"lineage": "x"}, {"serial": 8}, {"used_plans": ("x",)})
        ),
        (State(project=MANY.project), ["forgets one, two"]),
        (replace(MANY, campaigns={"one": replace(ONE, sid="x")}), ["rewrites one"]),
        (replace(MANY, intents={}, declared=(settled(MANY.intents["two"]),)), ["declares two never sent"]),
    ],
)
def test_what_a_change_of_a_state_says(after: State, said: list[str]) -> None:
    assert memory.changed(MANY, after) == said
    lost = [one for one in said if one.startswith(("forgets", "rewrites", "declares"))]
    assert memory.forgotten(MANY, after) == lost
