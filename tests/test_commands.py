"""The commands as people and pipelines use them: output, exit codes, and what is at Exotel afterwards."""

from __future__ import annotations

import base64
import importlib
import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import click
import pytest
from conftest import CAMPAIGN, CONFIG, NOT_COMPARED, NOW, ROOT, Run, at_a_terminal, campaign, start, write

from campaignctl import __version__
from campaignctl.cli import COMMANDS, cli
from campaignctl.model import token
from campaignctl.sandbox import Fault, Sandbox

PROJECT = "kettle-5a1f0c"
STATE = "campaignctl.state.json"


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """The client tries again at once."""
    monkeypatch.setattr("campaignctl.exotel.client._WAITS", (0.0, 0.0))


@pytest.fixture
def three(folder: Path) -> Path:
    """A folder with three campaigns: ant, bee, cat."""
    (folder / "the-example.yaml").unlink()
    write(folder, {f"2035/{id_}.yaml": campaign(id_) for id_ in ("ant", "bee", "cat")})
    return folder


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[timedelta]:
    """The present of the commands in this process: NOW and what stands in this list."""
    passed = [timedelta()]
    monkeypatch.setattr("campaignctl.commands.options.now", lambda at: at or NOW + passed[0])
    return passed


def plan(run: Run, *arguments: str, code: int | None = 0) -> dict[str, Any]:
    ran = run("plan", "--format", "json", *arguments)
    if code is not None:
        assert (ran.code, ran.err) == (code, ran.err)
    data: dict[str, Any] = json.loads(ran.out)
    return data


def actions(run: Run, *arguments: str, code: int | None = 0) -> dict[str, str]:
    return {one["id"]: one["action"] for one in plan(run, *arguments, code=code)["actions"]}


def apply(run: Run, *arguments: str, code: int = 0) -> dict[str, str]:
    ran = run("apply", "--format", "json", *arguments)
    assert ran.code == code, ran.err
    return {one["id"]: one["outcome"] for one in json.loads(ran.out)["outcomes"]}


class Posts:
    """A sandbox's fault that counts creates, and lets each one end as the script says (None: well)."""

    def __init__(self, sandbox: Sandbox, *script: Fault | None) -> None:
        self.count = 0
        self._script = list(script)
        self._lock = threading.Lock()
        sandbox.fault = self

    def __call__(self, method: str, target: str) -> Fault | None:
        if method != "POST":
            return None
        with self._lock:
            self.count += 1
            return self._script.pop(0) if self._script else None


#: A refusal of Exotel's own; a web page would prove nothing.
NO = '{"http_code": 400, "response": [{"code": 400, "error_data": {"code": 1002, "message": "Invalid parameter"}}]}'


class Gate:
    """A sandbox's fault that holds the first create until it is let go."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.entered, self.open = threading.Event(), threading.Event()
        self.count = 0
        sandbox.fault = self

    def __call__(self, method: str, target: str) -> Fault | None:
        if method == "POST":
            self.count += 1
            self.entered.set()
            assert self.open.wait(30)
        return None


@pytest.fixture
def gate(exotel: Sandbox) -> Iterator[Gate]:
    held = Gate(exotel)
    yield held
    held.open.set()


def at_exotel(sandbox: Sandbox) -> list[str]:
    """Return the names of all campaigns, read past the client."""
    import urllib.request

    secret = base64.b64encode(f"{sandbox.api_key}:{sandbox.api_token}".encode()).decode()
    url = f"{sandbox.url}/v2/accounts/{sandbox.account_sid}/sms-campaigns?limit=50"
    request = urllib.request.Request(url, headers={"Authorization": f"Basic {secret}"})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return sorted(item["data"]["name"] for item in json.load(answer)["response"])


def names(*ids: str) -> list[str]:
    return sorted(f"{id_} {token(PROJECT, id_)}" for id_ in ids)


# --- plan, apply, plan --------------------------------------------------------------------------------


@pytest.fixture
def demo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the repository's own campaigns."""
    root = tmp_path / "campaigns"
    shutil.copytree(ROOT / "campaigns", root, ignore=shutil.ignore_patterns(".campaignctl", "*.state.json*"))
    monkeypatch.chdir(tmp_path)
    return root


def test_the_demo_folder_is_applied_once_and_found_again_without_its_state(
    run: Run, demo: Path, exotel: Sandbox
) -> None:
    first = actions(run)
    assert len(first) >= 8
    assert set(first.values()) == {"create"}
    assert set(apply(run, "--yes").values()) == {"created"}
    assert set(actions(run).values()) == {"unchanged"}
    ran = run("plan")
    assert f"Nothing to create: {len(first)} campaigns exist already. 0 to send again." in ran.out
    there = at_exotel(exotel)

    (demo / STATE).unlink()
    assert actions(run) == dict.fromkeys(first, "adopt")
    posts = Posts(exotel)
    assert apply(run, "--yes") == dict.fromkeys(first, "adopted")
    assert (posts.count, at_exotel(exotel)) == (0, there)
    assert set(actions(run).values()) == {"unchanged"}


def test_the_demo_folder_works_on_the_embedded_exotel(run: Run, demo: Path) -> None:
    assert run("lint").code == 0
    assert run("apply", "--sandbox", "--yes").code == 0
    again = run("apply", "--sandbox", "--yes")
    assert (again.code, "Nothing to create" in again.out) == (0, True)
    assert sorted(path.name for path in (demo / ".campaignctl").iterdir()) == [".gitignore", "sandbox"]
    assert not (demo / STATE).exists()


def test_plan_writes_nothing(run: Run, three: Path, exotel: Sandbox) -> None:
    before = sorted(three.rglob("*"))
    posts = Posts(exotel)
    assert run("plan").code == 0
    assert (sorted(three.rglob("*")), posts.count) == (before, 0)


@pytest.mark.parametrize("missing", [(), ("EXOTEL_API_TOKEN",), ("EXOTEL_ACCOUNT_SID", "EXOTEL_API_KEY")])
def test_without_all_credentials_plan_works_from_the_state_alone_and_says_so(
    run: Run, three: Path, exotel: Sandbox, monkeypatch: pytest.MonkeyPatch, missing: tuple[str, ...]
) -> None:
    apply(run, "--yes")
    write(three, {"dog.yaml": campaign("dog")})
    every = ("EXOTEL_ACCOUNT_SID", "EXOTEL_API_KEY", "EXOTEL_API_TOKEN")
    for name in missing or every:
        monkeypatch.delenv(name)
    ran = run("plan")
    verb = "is" if len(missing) == 1 else "are"
    said = f"campaignctl: Exotel is not asked, for {', '.join(missing or every)} {verb} not set\n"
    assert (ran.code, ran.err) == (0, NOT_COMPARED + said)
    assert "from the state alone, Exotel was not asked" in ran.out
    assert actions(run) == {"ant": "unchanged", "bee": "unchanged", "cat": "unchanged", "dog": "create"}


def test_offline_asks_nobody(run: Run, three: Path, exotel: Sandbox) -> None:
    asked: list[str] = []
    exotel.fault = lambda method, target: asked.append(method)
    ran = run("plan", "--offline")
    assert (ran.code, ran.err, asked) == (0, NOT_COMPARED, [])
    assert "from the state alone, Exotel was not asked" in ran.out


def test_apply_needs_credentials_and_says_which(
    run: Run, three: Path, exotel: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("EXOTEL_API_TOKEN")
    ran = run("apply", "--yes")
    assert ran.code == 3
    assert "EXOTEL_API_TOKEN is not set; take account SID, API key and token from" in ran.err


# --- files that change --------------------------------------------------------------------------------


def test_an_edited_file_is_changed_and_nothing_is_sent(run: Run, three: Path, exotel: Sandbox) -> None:
    apply(run, "--yes")
    posts = Posts(exotel)
    path = three / "2035" / "bee.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("a new tea", "another tea"), encoding="utf-8")
    data = plan(run)
    bee = next(one for one in data["actions"] if one["id"] == "bee")
    assert (bee["action"], [change["field"] for change in bee["changes"]]) == ("changed", ["template"])
    assert (apply(run, "--yes"), posts.count) == ({}, 0)
    assert actions(run)["bee"] == "changed"
    assert at_exotel(exotel) == names("ant", "bee", "cat")


def test_a_deleted_file_is_removed_and_nothing_is_done(run: Run, three: Path, exotel: Sandbox) -> None:
    apply(run, "--yes")
    posts = Posts(exotel)
    (three / "2035" / "bee.yaml").unlink()
    assert actions(run) == {"ant": "unchanged", "bee": "removed", "cat": "unchanged"}
    assert (apply(run, "--yes"), posts.count) == ({}, 0)
    write(three, {"2035/bee.yaml": campaign("bee")})
    assert actions(run)["bee"] == "unchanged"


def test_a_renamed_or_moved_file_is_nothing(run: Run, three: Path, exotel: Sandbox) -> None:
    apply(run, "--yes")
    (three / "2035" / "bee.yaml").rename(three / "wasp.yaml")
    both = [(three / "2035" / f"{id_}.yaml").read_text(encoding="utf-8") for id_ in ("ant", "cat")]
    shutil.rmtree(three / "2035")
    write(three, {"all.yml": "---\n".join(both)})
    assert actions(run) == {"ant": "unchanged", "bee": "unchanged", "cat": "unchanged"}


def test_only_what_is_new_is_created(run: Run, three: Path, exotel: Sandbox) -> None:
    apply(run, "--yes")
    write(three, {"dog.yaml": campaign("dog")})
    posts = Posts(exotel)
    assert (apply(run, "--yes"), posts.count) == ({"dog": "created"}, 1)


def test_some_paths_make_a_partial_plan_without_removals(run: Run, three: Path, exotel: Sandbox) -> None:
    apply(run, "--yes")
    assert actions(run, "2035/ant.yaml") == {"ant": "unchanged"}
    assert "This plan is partial: only the named paths were read." in run("plan", "2035/ant.yaml").out


# --- plan files ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["", ".journal", ".lock"])
@pytest.mark.parametrize("folder_", ["", ".campaignctl/sandbox/"])
def test_a_plan_is_not_saved_in_place_of_the_state(
    run: Run, three: Path, exotel: Sandbox, folder_: str, end: str
) -> None:
    run("apply", "--yes", *(["--sandbox"] if folder_ else []))
    file = three / f"{folder_}{STATE}{end}"
    file.touch()
    before = file.read_bytes()

    ran = run("plan", "--out", str(file))

    assert (ran.code, ran.out) == (64, "")
    assert "is the state of this project, or belongs to it; name another file" in ran.err
    assert file.read_bytes() == before


def test_a_saved_plan_may_be_saved_again(run: Run, three: Path) -> None:
    assert [run("plan", "--out", "plan.json").code for _ in range(2)] == [0, 0]


def test_a_saved_plan_is_applied_once(run: Run, three: Path, exotel: Sandbox) -> None:
    ran = run("plan", "--out", "plan.json")
    assert (ran.code, "campaignctl apply plan.json" in ran.out) == (0, True)
    saved = json.loads((three / "plan.json").read_text(encoding="utf-8"))
    first = run("apply", "plan.json", "--format", "json")
    assert (first.code, json.loads(first.out)["plan_id"]) == (0, saved["plan_id"])
    assert json.loads(first.out)["summary"]["created"] == 3
    second = run("apply", "plan.json")
    assert (second.code, "this plan was applied already; a plan serves once" in second.err) == (3, True)
    assert at_exotel(exotel) == names("ant", "bee", "cat")


def refused_plan(run: Run, exotel: Sandbox, why: str) -> None:
    posts = Posts(exotel)
    ran = run("apply", "plan.json")
    assert (ran.code, posts.count) == (3, 0)
    assert why in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    ("file", "before", "after"),
    [
        ("2035/bee.yaml", "a new tea", "a newer tea"),
        ("2035/bee.yaml", "id: bee", "id: wasp"),
        ("campaignctl.yaml", "project: kettle-5a1f0c", "project: kettle-5a1f0c\nregion: singapore"),
        ("campaignctl.yaml", "project: kettle-5a1f0c", "project: teapot-000000"),
        (
            "registry/lists.yaml",
            "9120d5962d214316b7721de55bb82e03",
            "0120d5962d214316b7721de55bb82e03",
        ),
    ],
)
def test_a_saved_plan_is_refused_after_an_edit(
    run: Run, three: Path, exotel: Sandbox, file: str, before: str, after: str
) -> None:
    run("plan", "--out", "plan.json")
    text = (three / file).read_text(encoding="utf-8")
    assert before in text
    write(three, {file: text.replace(before, after)})
    refused_plan(run, exotel, "make a new one" if "teapot" not in after else "this plan is for project")


def test_a_saved_plan_is_refused_after_another_apply(run: Run, three: Path, exotel: Sandbox) -> None:
    run("plan", "--out", "plan.json")
    apply(run, "--yes")
    refused_plan(run, exotel, "this plan is stale: the state has changed since it was made")


def test_a_saved_plan_is_refused_with_a_new_campaign(run: Run, three: Path, exotel: Sandbox) -> None:
    run("plan", "--out", "plan.json")
    write(three, {"dog.yaml": campaign("dog")})
    refused_plan(run, exotel, "(dog)")


def test_a_saved_plan_is_refused_with_another_var(run: Run, three: Path, exotel: Sandbox) -> None:
    write(three, {"dog.yaml": campaign("dog", template='"Hello from {{ brand }}, a tea is here"')})
    run("plan", "--out", "plan.json", "--var", "brand=Samovar")
    refused_plan(run, exotel, "in the campaigns or --var (dog); make a new one")
    assert run("apply", "plan.json", "--var", "brand=Samovar").code == 0


def change_plan(folder: Path, **changes: Any) -> None:
    path = folder / "plan.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**data, **changes}), encoding="utf-8")


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"expires_at": "2020-01-01T00:00:00Z"}, "this plan has expired"),
        ({"digest": "0" * 64}, "or was edited"),
        ({"base": {"lineage": "other", "serial": 0}}, "this plan is stale"),
        ({"base": {"lineage": None, "serial": 1}}, "this plan is stale"),
        ({"base": {"lineage": None, "serial": "0"}}, "is not a plan of campaignctl"),
        ({"base": None}, "is not a plan of campaignctl"),
        ({"project": "teapot-000000"}, "this plan is for project"),
        *[
            ({"plan_id": one}, "is not a plan of campaignctl")
            for one in (
                7,
                None,
                "",
                "3f2a",
                "0" * 31,
                "0" * 33,
                "A" * 32,
                "0" * 32 + "\n",
                "\x1b[2J" + "0" * 28,
            )
        ],
        ({"expires_at": "tomorrow"}, "is not a plan of campaignctl"),
        ({"actions": None}, "is not a plan of campaignctl"),
        ({"actions": [{}]}, "is not a plan of campaignctl"),
        ({"version": 0}, "is not a plan of campaignctl"),
        ({"version": "1"}, "is not a plan of campaignctl"),
        ({"version": 2}, "was made by a newer campaignctl; upgrade"),
    ],
)
def test_a_changed_plan_file_is_refused(
    run: Run, three: Path, exotel: Sandbox, changes: dict[str, Any], why: str
) -> None:
    run("plan", "--out", "plan.json")
    change_plan(three, **changes)
    refused_plan(run, exotel, why)


@pytest.mark.parametrize("what", ["payload", "action", "left out", "recipients"])
def test_a_plan_file_whose_actions_were_changed_is_refused(
    run: Run, three: Path, exotel: Sandbox, what: str
) -> None:
    run("plan", "--out", "plan.json")
    listed = json.loads((three / "plan.json").read_text(encoding="utf-8"))["actions"]
    match what:
        case "payload":
            listed[0]["payload"]["template"] = "A harmless text"
        case "action":
            listed[0]["action"] = "unchanged"
        case "recipients":
            listed[0]["recipients"] = 1
        case _:
            del listed[0]
    change_plan(three, actions=listed)
    refused_plan(run, exotel, "make a new one")


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[]", b"null", b"\xff", b"[" * 100_000, b"9" * 100_000, b'{"version": 1}']
)
def test_a_plan_file_that_is_none_is_refused(run: Run, three: Path, exotel: Sandbox, data: bytes) -> None:
    write(three, {"plan.json": data})
    refused_plan(run, exotel, "plan.json is not a plan of campaignctl; make one with")


def test_a_missing_plan_file_is_refused(run: Run, three: Path, exotel: Sandbox) -> None:
    refused_plan(run, exotel, "plan.json cannot be read: no such file or folder")


def test_a_plan_with_errors_is_not_saved(run: Run, three: Path, exotel: Sandbox) -> None:
    write(three, {"bad.yaml": campaign("bad-one", lists="[nowhere]")})
    ran = run("plan", "--out", "plan.json")
    assert (ran.code, (three / "plan.json").exists()) == (1, False)
    assert "the plan has errors and is not written" in ran.err


# --- exit codes ---------------------------------------------------------------------------------------


def test_detailed_exit_codes_tell_changes_from_none(run: Run, three: Path, exotel: Sandbox) -> None:
    assert run("plan", "--detailed-exitcode").code == 2
    assert run("plan").code == 0
    apply(run, "--yes")
    assert run("plan", "--detailed-exitcode").code == 0
    (three / STATE).unlink()
    assert run("plan", "--detailed-exitcode").code == 2


def test_a_start_that_is_too_near_is_blocked(
    run: Run, three: Path, exotel: Sandbox, clock: list[timedelta]
) -> None:
    near = (NOW + timedelta(minutes=9, seconds=59)).isoformat()
    schedule = f'{{start_time: "{near}", end_time: "2034-06-02T10:00:00+05:30"}}'
    write(three, {"2035/bee.yaml": re.sub(r"  .*_time: .*\n", "", campaign("bee", schedule=schedule))})
    ran = run("plan")
    assert (ran.code, "  ! bee  schedule-lead-time: it starts" in ran.out) == (1, True)
    assert apply(run, "--yes", code=1) == {"ant": "created", "bee": "skipped", "cat": "created"}
    assert at_exotel(exotel) == names("ant", "cat")
    assert actions(run, "--at", "2034-05-01T00:00:00Z")["bee"] == "create"


def test_errors_are_shown_and_nothing_is_created(run: Run, three: Path, exotel: Sandbox) -> None:
    write(three, {"bad.yaml": campaign("bad-one", lists="[nowhere]")})
    posts = Posts(exotel)
    assert actions(run, code=1) == {"ant": "create", "bad-one": "blocked", "bee": "create", "cat": "create"}
    ran = run("apply", "--yes")
    assert (ran.code, ran.out, posts.count) == (1, "", 0)
    assert "list-unknown" in ran.err
    assert "nothing was created; mend the errors first" in ran.err
    assert apply(run, "--yes", code=1) == {}


def test_broken_settings_are_findings_and_nothing_is_created(run: Run, three: Path, exotel: Sandbox) -> None:
    write(three, {"campaignctl.yaml": CONFIG + "regoin: mumbai\n"})
    for command in (("plan",), ("apply", "--yes")):
        ran = run(*command)
        assert (ran.code, "unknown-key" in ran.out + ran.err) == (1, True)
    assert run("resolve").code == 3


def test_an_unknown_outcome_is_4_until_it_is_resolved_by_adoption(
    run: Run, three: Path, exotel: Sandbox
) -> None:
    Posts(exotel, None, Fault(close="before"))
    assert apply(run, "--yes", "--settle", "0", code=4) == {
        "ant": "created",
        "bee": "unknown",
        "cat": "skipped",
    }
    posts = Posts(exotel)
    assert actions(run, code=4) == {"ant": "unchanged", "bee": "unresolved", "cat": "create"}
    assert apply(run, "--yes", code=4) == {"bee": "unknown", "cat": "skipped"}
    ran = run("resolve")
    assert (ran.code, "not found at Exotel; it may still appear" in ran.out) == (4, True)
    assert posts.count == 0
    late(exotel, "bee")
    ran = run("resolve", "bee")
    assert (ran.code, "adopted, it is not sent again" in ran.out) == (0, True)
    assert (run("resolve").out, run("resolve").code) == ("Nothing to resolve: no outcome is unknown.\n", 0)
    assert actions(run) == {"ant": "unchanged", "bee": "unchanged", "cat": "create"}


def late(sandbox: Sandbox, id_: str) -> str:
    """The request that was lost arrives after all: the same campaign once more, past the client."""
    import urllib.request

    state = json.loads(Path(STATE).read_text(encoding="utf-8"))
    body = json.dumps(state["intents"][id_]["payload"]).encode()
    secret = base64.b64encode(f"{sandbox.api_key}:{sandbox.api_token}".encode()).decode()
    request = urllib.request.Request(
        f"{sandbox.url}/v2/accounts/{sandbox.account_sid}/sms-campaigns",
        data=body,
        headers={"Authorization": f"Basic {secret}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        sid: str = json.load(answer)["response"][0]["data"]["sid"]
    return sid


def asleep(sandbox: Sandbox, sid: str) -> None:
    """Somebody pauses a campaign at Exotel."""
    import urllib.request

    secret = base64.b64encode(f"{sandbox.api_key}:{sandbox.api_token}".encode()).decode()
    request = urllib.request.Request(
        f"{sandbox.url}/v2/accounts/{sandbox.account_sid}/sms-campaigns/{sid}",
        data=b'{"action": "pause"}',
        headers={"Authorization": f"Basic {secret}", "Content-Type": "application/json"},
        method="PUT",
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        assert json.load(answer)["response"][0]["data"]["status"] == "paused"


def test_not_created_is_believed_only_after_the_window(
    run: Run, three: Path, exotel: Sandbox, clock: list[timedelta]
) -> None:
    Posts(exotel, Fault(status=500))
    apply(run, "--yes", "--settle", "0", code=4)
    ran = run("resolve", "ant", "--not-created")
    assert (ran.code, "it may still appear: wait 60 more seconds" in ran.out) == (4, True)
    clock[0] = timedelta(seconds=59)
    assert run("resolve", "ant", "--not-created").code == 4
    assert actions(run, code=4)["ant"] == "unresolved"
    clock[0] = timedelta(seconds=60)
    assert run("resolve", "ant").code == 4
    ran = run("resolve", "ant", "--not-created")
    assert (ran.code, "the next apply may create it" in ran.out) == (0, True)
    assert set(apply(run, "--yes").values()) == {"created"}
    assert at_exotel(exotel) == names("ant", "bee", "cat")


def test_not_created_is_never_believed_against_exotel(
    run: Run, three: Path, exotel: Sandbox, clock: list[timedelta]
) -> None:
    Posts(exotel, Fault(status=500))
    apply(run, "--yes", "--settle", "0", code=4)
    late(exotel, "ant")
    clock[0] = timedelta(hours=1)
    ran = run("resolve", "ant", "--not-created")
    assert (ran.code, "adopted, it is not sent again" in ran.out) == (0, True)
    assert actions(run)["ant"] == "unchanged"


def test_of_several_at_exotel_one_is_named_to_be_taken_over(run: Run, three: Path, exotel: Sandbox) -> None:
    Posts(exotel, Fault(status=500))
    apply(run, "--yes", "--settle", "0", code=4)
    first = late(exotel, "ant")
    second = late(exotel, "ant")
    assert run("plan").code == 1
    stopped = run("apply", "--yes")
    assert stopped.code in (1, 3)
    ran = run("resolve", "ant")
    assert (ran.code, "Exotel has 2 with this token" in ran.out) == (4, True)
    assert run("resolve", "ant", "--adopt", "nobody").code == 4
    asleep(exotel, first)
    assert run("resolve", "ant", "--adopt", second).code == 0
    shown = json.loads(run("state", "show", "ant").out)
    assert (shown["sid"], shown["origin"]) == (second, "adopted")


@pytest.mark.parametrize(
    "arguments", [("--not-created",), ("--adopt", "sid"), ("ant", "--adopt", "sid", "--not-created")]
)
def test_resolve_wants_one_campaign_and_one_answer(
    run: Run, three: Path, exotel: Sandbox, arguments: tuple[str, ...]
) -> None:
    assert run("resolve", *arguments).code == 64


def test_resolve_knows_what_it_does_not_know(run: Run, three: Path, exotel: Sandbox) -> None:
    Posts(exotel, Fault(status=500))
    apply(run, "--yes", "--settle", "0", code=4)
    ran = run("resolve", "antt", "--not-created")
    assert (ran.code, "no outcome is unknown" in ran.out) == (3, False)


def test_a_rejected_create_is_1(run: Run, three: Path, exotel: Sandbox) -> None:
    Posts(exotel, None, Fault(status=400, body=NO))
    ran = run("apply", "--yes")
    assert ran.code == 1
    assert "  ! bee rejected: Exotel refused the request as invalid (HTTP 400)" in ran.out
    assert ran.out.endswith("Apply: 2 created, 1 rejected.\n")


@pytest.mark.parametrize("command", [("plan",), ("apply", "--yes"), ("resolve",)])
def test_an_unreachable_exotel_is_3(
    run: Run, three: Path, exotel: Sandbox, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...]
) -> None:
    Posts(exotel, Fault(status=500))
    apply(run, "--yes", "--settle", "0", code=4)
    with socket.create_server(("127.0.0.1", 0)) as closed:
        monkeypatch.setenv("CAMPAIGNCTL_BASE_URL", f"http://127.0.0.1:{closed.getsockname()[1]}")
    before = (three / STATE).read_bytes()
    ran = run(*command)
    assert ran.code == 3
    assert "refuses the connection; check --base-url or CAMPAIGNCTL_BASE_URL" in ran.err
    assert ("with `--offline` the state alone is asked" in ran.err) == (command == ("plan",))
    assert (three / STATE).read_bytes() == before


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("EXOTEL_API_TOKEN", "check EXOTEL_API_KEY and EXOTEL_API_TOKEN, and `region`"),
        ("EXOTEL_API_KEY", "check EXOTEL_API_KEY and EXOTEL_API_TOKEN, and `region`"),
        ("EXOTEL_ACCOUNT_SID", "these credentials may not use this account; check EXOTEL_ACCOUNT_SID"),
    ],
)
@pytest.mark.parametrize("command", [("plan",), ("apply", "--yes")])
def test_wrong_credentials_are_3_with_the_next_step(
    run: Run,
    three: Path,
    exotel: Sandbox,
    monkeypatch: pytest.MonkeyPatch,
    command: tuple[str, ...],
    name: str,
    words: str,
) -> None:
    monkeypatch.setenv(name, "quite-wrong-value")
    ran = run(*command)
    assert (ran.code, ran.out) == (3, "")
    assert words in ran.err
    assert "request_id" in ran.err
    assert "quite-wrong-value" not in ran.err
    assert not (three / STATE).exists()


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("plan", "--nonsense"),
        ("nonsense",),
        ("-C",),
        ("plan", "--at", "yesterday"),
        ("plan", "--at", "2035-10-01T09:00:00"),
        ("lint", "--at", "2035-10-01"),
        ("lint", "--var", "novalue"),
        ("lint", "--var", "a b=c"),
        ("lint", "--format", "xml"),
        ("apply",),
        ("apply", "--format", "json"),
        ("apply", "--settle", "-1"),
        ("apply", "--settle", "601"),
        ("plan", "--offline", "--sandbox"),
        ("plan", "--base-url", "ftp://127.0.0.1"),
        ("plan", "--base-url", "http://key:token@127.0.0.1"),
        ("explain",),
        ("explain", "no-such-rule"),
        ("schema", "nonsense"),
        ("sandbox", "--port", "99999"),
        ("state", "nonsense"),
        ("state", "show"),
    ],
    ids=" ".join,
)
def test_a_command_line_that_means_nothing_is_64(
    run: Run, three: Path, exotel: Sandbox, arguments: tuple[str, ...]
) -> None:
    ran = run(*arguments)
    assert (ran.code, ran.out) == (64, "")
    assert "Traceback" not in ran.err
    assert ran.err.strip()


@pytest.mark.parametrize("command", ["lint", "plan", "apply --yes", "resolve", "state list"])
def test_no_campaigns_folder_is_3_with_the_next_step(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.chdir(tmp_path)
    ran = run(*command.split())
    assert (ran.code, "`campaignctl init` makes one" in ran.err) == (3, True)


def test_a_folder_can_be_named_in_three_ways(
    run: Run, three: Path, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    assert run("-C", str(three), "lint").code == 0
    assert run("lint", "-C", str(three)).code == 0
    monkeypatch.setenv("CAMPAIGNCTL_DIR", str(three))
    assert run("lint").code == 0


def test_a_damaged_state_is_3_and_stays_as_it_is(run: Run, three: Path, exotel: Sandbox) -> None:
    apply(run, "--yes")
    damaged = (three / STATE).read_bytes()[:-40]
    (three / STATE).write_bytes(damaged)
    posts = Posts(exotel)
    for command in ("plan", "apply --yes", "resolve", "state list"):
        ran = run(*command.split())
        assert (ran.code, "is damaged" in ran.err) == (3, True)
    assert ((three / STATE).read_bytes(), posts.count) == (damaged, 0)


# --- asking -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", ["no\n", "y\n", "\n", "YES\n", "\x04"])
def test_only_yes_creates(three: Path, exotel: Sandbox, answer: str) -> None:
    posts = Posts(exotel)
    code, out = at_a_terminal(three, answer, "apply")
    assert (code in (1, 130), posts.count) == (True, 0)
    assert "Create 3 campaigns for 37,290 recipients at Exotel?" in out


def test_yes_creates(three: Path, exotel: Sandbox) -> None:
    code, out = at_a_terminal(three, "yes\n", "apply")
    assert (code, "Apply: 3 created." in out) == (0, True)
    assert at_exotel(exotel) == names("ant", "bee", "cat")


# --- two at once, and signals -------------------------------------------------------------------------


def test_of_two_applies_at_once_one_works_and_the_other_names_it(
    three: Path, exotel: Sandbox, gate: Gate
) -> None:
    with start("apply", "--yes", cwd=three) as first:
        assert gate.entered.wait(30)
        second = start("apply", "--yes", cwd=three)
        out, err = second.communicate(timeout=60)
        gate.open.set()
        done, _ = first.communicate(timeout=60)
    assert (second.returncode, out) == (3, "")
    assert f"pid {first.pid}, running 'campaignctl apply', since 20" in err
    assert f"@{socket.gethostname()}, " in err
    assert (first.returncode, "Apply: 3 created." in done, gate.count) == (0, True, 3)
    assert at_exotel(exotel) == names("ant", "bee", "cat")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_lets_the_request_in_flight_finish_and_skips_the_rest(
    run: Run, three: Path, exotel: Sandbox, gate: Gate, number: signal.Signals
) -> None:
    with start("apply", "--yes", "--format", "json", cwd=three) as process:
        assert gate.entered.wait(30)
        process.send_signal(number)
        assert process.stderr is not None
        assert process.stderr.readline() == "campaignctl: stopping after the request in flight\n"
        gate.open.set()
        out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (130, "")
    outcomes = {one["id"]: one["outcome"] for one in json.loads(out)["outcomes"]}
    assert outcomes == {"ant": "created", "bee": "skipped", "cat": "skipped"}
    assert gate.count == 1
    assert actions(run) == {"ant": "unchanged", "bee": "create", "cat": "create"}
    assert apply(run, "--yes") == {"bee": "created", "cat": "created"}


def test_a_second_ctrl_c_ends_at_once_and_the_next_run_finds_what_was_created(
    run: Run, three: Path, exotel: Sandbox, gate: Gate
) -> None:
    with start("apply", "--yes", cwd=three) as process:
        assert gate.entered.wait(30)
        process.send_signal(signal.SIGINT)
        assert process.stderr is not None
        process.stderr.readline()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (4, "")
    assert "Apply: 1 unknown, 2 skipped." in out
    assert actions(run, "--offline", code=4)["ant"] == "unresolved"
    gate.open.set()
    Posts(exotel)
    exotel_has(exotel, "ant")
    assert apply(run, "--yes") == {"ant": "adopted", "bee": "created", "cat": "created"}
    assert at_exotel(exotel) == names("ant", "bee", "cat")


def exotel_has(sandbox: Sandbox, id_: str) -> None:
    """Wait until the request that was in flight has been carried out."""
    for _ in range(2000):
        if names(id_)[0] in at_exotel(sandbox):
            return
    pytest.fail("the request never arrived")


def test_a_killed_apply_leaves_a_state_from_which_the_next_goes_on(
    run: Run, three: Path, exotel: Sandbox, gate: Gate
) -> None:
    with start("apply", "--yes", cwd=three) as process:
        assert gate.entered.wait(30)
        process.kill()
        process.communicate(timeout=60)
    gate.open.set()
    exotel_has(exotel, "ant")
    assert apply(run, "--yes") == {"ant": "adopted", "bee": "created", "cat": "created"}
    assert at_exotel(exotel) == names("ant", "bee", "cat")


def with_nobody_listening(folder: Path, *arguments: str) -> tuple[int, str]:
    read, written = os.pipe()
    os.close(read)
    try:
        process = subprocess.run(
            [sys.executable, "-m", "campaignctl", *arguments],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=written,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
        )
    finally:
        os.close(written)
    return process.returncode, process.stderr


@pytest.mark.parametrize("command", ["lint", "plan", "plan --format json", "apply --yes", "--help", "rules"])
def test_a_broken_pipe_is_3(three: Path, exotel: Sandbox, command: str) -> None:
    code, err = with_nobody_listening(three, *command.split())
    assert (code, err.replace(NOT_COMPARED, "")) == (3, "")


@pytest.mark.parametrize("format_", ["text", "json"])
def test_a_broken_pipe_loses_no_outcome(run: Run, three: Path, exotel: Sandbox, format_: str) -> None:
    posts = Posts(exotel)
    code, err = with_nobody_listening(three, "apply", "--yes", "--format", format_)
    assert (code != 0, "Traceback" in err) == (True, False)
    assert posts.count == (0 if format_ == "text" else 3)
    left = dict.fromkeys(("ant", "bee", "cat"), "create" if format_ == "text" else "unchanged")
    assert actions(run) == left


# --- JSON ---------------------------------------------------------------------------------------------


def test_the_plans_json_has_exactly_the_fields_of_the_contract(
    run: Run, three: Path, exotel: Sandbox
) -> None:
    apply(run, "--yes")
    path = three / "2035" / "bee.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("a new tea", "another tea"), encoding="utf-8")
    write(three, {"bad.yaml": campaign("bad-one", lists="[nowhere]"), "dog.yaml": campaign("dog")})
    data = plan(run, code=1)
    assert list(data) == [
        *("version", "plan_id", "digest", "project", "base", "created_at", "expires_at", "actions"),
        *("findings", "summary", "inputs", "allowed", "drift"),
    ]
    assert (list(data["inputs"]), data["allowed"]) == (["config", "registry"], [])
    assert (data["version"], data["project"]) == (1, PROJECT)
    assert list(data["base"]) == ["lineage", "serial"]
    fields = ["action", "id", "name", "token", "path", "reason", "payload", "segments", "recipients"]
    assert {tuple(one) for one in data["actions"]} == {(*fields, "changes")}
    (change,) = next(one for one in data["actions"] if one["id"] == "bee")["changes"]
    assert list(change) == ["field", "before", "after"]
    assert list(data["summary"]) == [
        *("create", "adopt", "blocked", "unresolved", "unchanged", "changed", "removed", "recipients")
    ]
    assert (data["summary"]["create"], data["summary"]["blocked"]) == (1, 1)
    assert {tuple(one) for one in data["findings"]} == {
        (
            *("code", "name", "severity", "message", "path", "line", "column", "end_line", "end_column"),
            *("pointer", "campaign"),
        )
    }


def test_a_saved_plan_is_the_same_json(run: Run, three: Path, exotel: Sandbox) -> None:
    ran = run("plan", "--format", "json", "--out", "plan.json")
    assert (three / "plan.json").read_text(encoding="utf-8") == ran.out


def test_the_applys_json_has_exactly_the_fields_of_the_contract(
    run: Run, three: Path, exotel: Sandbox
) -> None:
    Posts(exotel, None, Fault(status=400, body=NO), Fault(close="before"))
    data = json.loads(run("apply", "--yes", "--format", "json", "--settle", "0").out)
    assert list(data) == ["version", "plan_id", "outcomes", "summary", "verification"]
    assert {tuple(one) for one in data["outcomes"]} == {
        ("id", "outcome", "sid", "http_status", "request_id", "error")
    }
    assert data["summary"] == {"created": 1, "adopted": 0, "rejected": 1, "unknown": 1, "skipped": 0}
    created = data["outcomes"][0]
    assert (created["http_status"], created["error"]) == (200, None)
    assert re.fullmatch("[0-9a-f]{32}", created["request_id"])


@pytest.mark.parametrize("command", [("plan",), ("apply", "--yes")])
def test_broken_settings_keep_the_json_of_the_command(
    run: Run, three: Path, exotel: Sandbox, command: tuple[str, ...]
) -> None:
    write(three, {"campaignctl.yaml": CONFIG + "regoin: mumbai\n"})
    ran = run(*command, "--format", "json")
    assert ran.code == 1
    assert json.loads(ran.out)["version"] == 1


def test_json_tells_what_was_created_before_the_state_failed(
    run: Run, three: Path, exotel: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    from campaignctl.errors import StateError
    from campaignctl.model import Delta
    from campaignctl.state.local import Session

    real = Session.record

    def full(session: Session, delta: Delta) -> None:
        if "bee" in delta.intents:
            raise StateError("the disk is full")
        real(session, delta)

    monkeypatch.setattr(Session, "record", full)
    ran = run("apply", "--yes", "--format", "json")
    assert ran.code == 3
    outcomes = {one["id"]: (one["outcome"], one["error"]) for one in json.loads(ran.out)["outcomes"]}
    assert outcomes == {
        "ant": ("created", None),
        "bee": ("skipped", "not attempted: the disk is full"),
        "cat": ("skipped", "not attempted: the disk is full"),
    }


# --- secrets ------------------------------------------------------------------------------------------


def test_no_credential_is_in_any_file_or_output(
    run: Run, three: Path, exotel: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = ""

    def go(command: str) -> int:
        nonlocal said
        ran = run(*command.split())
        said += ran.out + ran.err
        return ran.code

    echo = f"{exotel.api_key} {exotel.api_token} {exotel.account_sid} is not allowed"
    item = {"code": 401, "error_data": {"message": echo, "description": echo}, "data": None}
    refusal = json.dumps({"request_id": exotel.api_token, "response": [item]})
    inner = json.dumps({"request_id": exotel.api_token, "response": [{**item, "code": 500}]})
    everything = ("lint", "lint --format json", "rules", "schema", "state list", "plan --sandbox")
    codes = [go(command) for command in (*everything, "plan", "plan --out plan.json", "plan --format json")]
    assert codes == [0] * len(codes)
    Posts(
        exotel,
        None,
        Fault(status=400, body=refusal),
        Fault(status=200, body=inner),
    )
    assert go("apply plan.json --settle 0") == 4
    assert go("apply plan.json") == 3
    assert go("resolve") == 4
    assert go("state show ant") == 0
    assert go("state show cat") == 0
    exotel.fault = lambda method, target: Fault(status=401, body=refusal)
    assert (go("plan"), go("apply --yes"), go("resolve")) == (3, 3, 3)
    exotel.fault = lambda method, target: Fault(status=502, body=f"<html><title>{echo}</title></html>")
    assert go("plan") == 3
    assert go("plan --base-url http://key-4711-secret:token-0815-secret@127.0.0.1") == 64
    assert go("plan --base-url http://127.0.0.1/kettle1") == 64
    monkeypatch.setenv("CAMPAIGNCTL_DEBUG", "1")

    def broken(*_: Any, **__: Any) -> Any:
        raise RuntimeError(f"a bug that knows {echo}")

    monkeypatch.setattr("campaignctl.lint.run", broken)
    assert (go("lint"), go("plan"), go("apply --yes")) == (70, 70, 70)

    secrets = (exotel.account_sid, exotel.api_key, exotel.api_token)
    basic = base64.b64encode(f"{exotel.api_key}:{exotel.api_token}".encode()).decode()
    hidden = [secret for secret in (*secrets, basic) if secret in said]
    assert hidden == []
    assert "***" in said
    files = [path for path in three.rglob("*") if path.is_file()]
    assert {path.name for path in files} >= {STATE, "plan.json", "exotel.db"}
    found = [
        (path.name, secret)
        for path in files
        for secret in (*secrets, basic)
        if secret.encode() in path.read_bytes()
    ]
    assert found == []


# --- imports, help ------------------------------------------------------------------------------------


def imported(folder: Path, *arguments: str) -> set[str]:
    process = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "campaignctl", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert process.returncode == 0, process.stderr
    modules = {line.rpartition("|")[2].strip() for line in process.stderr.splitlines() if "|" in line}
    assert "campaignctl" in modules
    return {module.partition(".")[0] for module in modules}


def test_the_version_imports_nothing_heavy(tmp_path: Path) -> None:
    heavy = {"httpx", "jinja2", "jsonschema", "asyncio", "yaml", "sqlite3"}
    assert imported(tmp_path, "--version") & heavy == set()


def test_lint_imports_no_http(three: Path) -> None:
    modules = imported(three, "lint")
    assert modules & {"httpx", "httpcore", "sqlite3", "asyncio"} == set()
    assert "yaml" in modules


def test_plan_from_the_state_alone_imports_no_http(three: Path) -> None:
    assert imported(three, "plan", "--offline") & {"httpx", "httpcore"} == set()


def test_the_tool_is_a_module_and_says_its_version(tmp_path: Path) -> None:
    process = start("--version", cwd=tmp_path)
    assert process.communicate(timeout=60) == (f"campaignctl {__version__}\n", "")
    assert process.returncode == 0


def commands() -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = [()]
    for name in COMMANDS:
        found.append((name,))
        command = importlib.import_module(f"campaignctl.commands.{name}").command
        if isinstance(command, click.Group):
            found += [(name, inner) for inner in command.commands]
    return found


@pytest.mark.parametrize("command", commands(), ids=lambda command: " ".join(command) or "campaignctl")
@pytest.mark.parametrize("option", ["--help", "-h"])
def test_every_command_has_help(run: Run, command: tuple[str, ...], option: str) -> None:
    ran = run(*command, option)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(f"Usage: {' '.join(('campaignctl', *command))} ")


def test_the_help_names_every_command_with_what_it_does(run: Run) -> None:
    out = run("--help").out
    for name, words in COMMANDS.items():
        assert re.search(rf"^  {name} +{re.escape(words)}$", out, re.MULTILINE)


def examples() -> list[str]:
    modules = [importlib.import_module(f"campaignctl.commands.{name}") for name in COMMANDS]
    epilogs = [cli.epilog or "", *(module.command.epilog or "" for module in modules)]
    lines = [line.strip() for epilog in epilogs for line in epilog.splitlines()]
    return [re.split(r" {2,}| > ", line)[0] for line in lines if line.startswith("campaignctl ")]


def test_every_command_has_examples() -> None:
    shown = {shlex.split(line)[1] for line in examples()}
    assert shown >= set(COMMANDS)


@pytest.mark.parametrize("line", examples())
def test_every_example_is_a_command_that_exists(line: str) -> None:
    """Parsed as click parses it, and not run: an unknown option or argument raises."""
    words = shlex.split(line)[1:]
    command: click.Command = cli
    context = cli.make_context("campaignctl", words)
    while isinstance(command, click.Group) and (command is cli or context._protected_args):
        name, inner, rest = command.resolve_command(context, [*context._protected_args, *context.args])
        assert inner is not None
        context = inner.make_context(name, rest, parent=context)
        command = inner
    assert context.args == []


# --- init ---------------------------------------------------------------------------------------------


def test_init_makes_a_folder_that_works(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    made = run("init", "my-campaigns")
    assert (made.code, "cd my-campaigns" in made.out) == (0, True)
    monkeypatch.chdir(tmp_path / "my-campaigns")
    linted = run("lint", "--fail-on", "warning")
    assert (linted.code, linted.out) == (0, "No findings: 1 campaign in 1 file.\n")
    planned = run("plan", "--sandbox")
    assert (planned.code, "Plan: 1 to create" in planned.out) == (0, True)
    assert run("apply", "--sandbox", "--yes").code == 0
    assert "Nothing to create: 1 campaign exists already." in run("plan", "--sandbox").out
    config = Path("campaignctl.yaml").read_text(encoding="utf-8")
    assert re.search(r"^project: \"?my-campaigns-[0-9a-f]{6}\"?$", config, re.MULTILINE)


def test_init_twice_is_3_and_overwrites_nothing(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("init").code == 0
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    again = run("init")
    assert (again.code, "exists already; nothing was written" in again.err) == (3, True)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_init_overwrites_no_file_that_is_there(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    mine = "lists: {}\n"
    write(tmp_path, {"mine/registry/lists.yaml": mine, "mine/examples/welcome.yaml": CAMPAIGN})
    assert run("init", "mine").code == 0
    assert (tmp_path / "mine/registry/lists.yaml").read_text(encoding="utf-8") == mine
    assert (tmp_path / "mine/examples/welcome.yaml").read_text(encoding="utf-8") == CAMPAIGN


def test_init_on_a_file_is_3(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, {"mine": "a file"})
    ran = run("init", "mine")
    assert (ran.code, "Traceback" in ran.err) == (3, False)
    assert (tmp_path / "mine").read_text(encoding="utf-8") == "a file"


@pytest.mark.parametrize("link", [".campaignctl", ".campaignctl/sandbox"])
@pytest.mark.parametrize("command", ["plan --sandbox", "apply --sandbox --yes", "state list --sandbox"])
def test_a_link_in_place_of_the_sandboxs_folder_is_refused(
    run: Run, three: Path, tmp_path_factory: pytest.TempPathFactory, command: str, link: str
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (three / link).parent.mkdir(exist_ok=True)
    (three / link).symlink_to(elsewhere)
    ran = run(*command.split())
    assert (ran.code, "is a symbolic link; it must be a folder of its own" in ran.err) == (3, True)
    assert list(elsewhere.iterdir()) == []


def test_a_link_in_place_of_the_sandboxs_database_is_not_followed(
    run: Run, three: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The folder may come from a stranger's pull request: nothing is written beyond it."""
    target = tmp_path_factory.mktemp("elsewhere") / "precious.txt"
    (three / ".campaignctl" / "sandbox").mkdir(parents=True)
    (three / ".campaignctl" / "sandbox" / "exotel.db").symlink_to(target)
    ran = run("apply", "--sandbox", "--yes")
    assert "Traceback" not in ran.err
    assert not target.exists()


# --- bugs ---------------------------------------------------------------------------------------------


def broken(*_: Any, **__: Any) -> Any:
    raise RuntimeError("half\na token-0815-secret")


def test_a_bug_is_70_without_traceback_and_secrets(
    run: Run, three: Path, exotel: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("campaignctl.lint.run", broken)
    ran = run("lint")
    assert (ran.code, ran.out) == (70, "")
    assert ran.err == (
        "campaignctl: this is a bug in campaignctl, please report it (RuntimeError: half\\na ***); "
        "CAMPAIGNCTL_DEBUG=1 shows where\n"
    )


def test_a_bug_shows_where_when_asked(
    run: Run, three: Path, exotel: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("campaignctl.lint.run", broken)
    monkeypatch.setenv("CAMPAIGNCTL_DEBUG", "1")
    ran = run("lint")
    assert (ran.code, "Traceback (most recent call last)" in ran.err) == (70, True)
    assert exotel.api_token not in ran.err


def test_a_bug_in_the_middle_of_an_apply_keeps_what_was_done(
    run: Run, three: Path, exotel: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    posts = Posts(exotel)

    def fails(*_: Any) -> str:
        raise RuntimeError("no text")

    with monkeypatch.context() as patched:
        patched.setattr("campaignctl.render.text.outcome", fails)
        assert run("apply", "--yes").code == 70
    assert posts.count == 1
    assert actions(run) == {"ant": "unchanged", "bee": "create", "cat": "create"}


# --- the other commands -------------------------------------------------------------------------------


def test_the_state_is_listed_and_shown(run: Run, three: Path, exotel: Sandbox) -> None:
    assert run("state", "list").out == "0 campaigns, 0 unknown, serial 0\n"
    Posts(exotel, None, Fault(close="before"))
    apply(run, "--yes", "--settle", "0", code=4)
    first, second, total = run("state", "list").out.splitlines()
    assert (first.split()[0], first.split()[2]) == ("ant", "created")
    assert second.split()[:3] == ["bee", "-", "unknown"]
    assert re.fullmatch(r"1 campaigns?, 1 unknown, serial 5", total)
    shown = json.loads(run("state", "show", "ant").out)
    assert shown["payload"]["name"] == names("ant")[0]
    unknown = run("state", "show", "antt")
    assert (unknown.code, "the state knows no campaign 'antt'; did you mean 'ant'?" in unknown.err) == (
        3,
        True,
    )


@pytest.mark.parametrize("words", [("-C", "DIR", "state"), ("state", "-C", "DIR"), ("state",)])
def test_the_folder_may_be_named_before_and_after_the_group(
    run: Run, three: Path, exotel: Sandbox, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    apply(run, "--yes")
    monkeypatch.chdir("/")
    given = [str(three) if one == "DIR" else one for one in words]
    last = [] if "-C" in words else ["-C", str(three)]
    assert run(*given, "list", *last).out.endswith("3 campaigns, 0 unknown, serial 7\n")
    assert json.loads(run(*given, "show", "ant", *last).out)["origin"] == "created"
    assert run("state", "-C", "/", "list", "-C", str(three)).code == 0, "the nearest one counts"


@pytest.mark.skipif(shutil.which("git") is None, reason="there is no git")
@pytest.mark.parametrize("path", [STATE, "sent.json", "deep/state"])
def test_git_does_not_see_the_lock_of_a_new_folder_wherever_its_state_is(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("init").code == 0
    place = tmp_path / "campaigns" / path
    place.parent.mkdir(exist_ok=True)
    for name in (path, f"{path}.lock", f"{path}.journal"):
        (tmp_path / "campaigns" / name).touch()
    subprocess.run(["git", "init", "-q"], check=True, cwd=tmp_path)
    listed = subprocess.run(
        ["git", "ls-files", "-o", "--exclude-standard"],
        check=True,
        cwd=tmp_path,
        capture_output=True,
        text=True,
    ).stdout.splitlines()
    own = [one for one in listed if one.startswith(f"campaigns/{path}")]
    assert own == [f"campaigns/{path}", f"campaigns/{path}.journal"]


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_the_sandbox_command_serves_until_ctrl_c(three: Path, end: signal.Signals) -> None:
    with start("sandbox", cwd=three) as server:
        assert server.stdout is not None
        lines = [server.stdout.readline().strip() for _ in range(4)]
        pairs = [line.removeprefix("export ").split("=", 1) for line in lines]
        environment = dict(pairs)
        client = start("apply", "--yes", cwd=three, env=environment)
        out, err = client.communicate(timeout=60)
        server.send_signal(end)
        _, log = server.communicate(timeout=60)
    assert (client.returncode, err, "Apply: 3 created." in out) == (0, "", True)
    assert f"open {environment['CAMPAIGNCTL_BASE_URL']}/ in a browser to watch\n" in log
    assert (server.returncode, log.splitlines()[-1]) == (0, "3 campaigns exist, none of them twice")


def test_a_taken_port_is_3(run: Run, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ran = run("sandbox", "--port", str(taken.getsockname()[1]))
    assert (ran.code, "the sandbox cannot listen on 127.0.0.1 port" in ran.err) == (3, True)


@pytest.mark.parametrize("setting", [("NO_COLOR", "1"), ("FORCE_COLOR", "1"), ("TERM", "dumb")])
def test_colour_follows_option_and_environment(
    run: Run, three: Path, monkeypatch: pytest.MonkeyPatch, setting: tuple[str, str]
) -> None:
    monkeypatch.setenv(*setting)
    assert ("\x1b[" in run("lint").out) == (setting[0] == "FORCE_COLOR")
    assert "\x1b[" in run("lint", "--color", "always").out
    assert "\x1b[" not in run("lint", "--color", "never").out


@pytest.mark.parametrize("arguments", ["lint", "apply --sandbox --yes", "--version", "--help"])
@pytest.mark.parametrize("stream", [">&-", ">/dev/full"])
def test_output_that_goes_nowhere_is_no_traceback(folder: Path, arguments: str, stream: str) -> None:
    ran = subprocess.run(
        f"{shlex.quote(sys.executable)} -m campaignctl {arguments} {stream}",
        cwd=folder,
        shell=True,
        capture_output=True,
        text=True,
    )

    assert "Traceback" not in ran.stderr
    assert "this is a bug" not in ran.stderr
    assert ran.returncode in (0, 3)


def test_the_question_says_what_is_adopted(run: Run, three: Path, exotel: Sandbox) -> None:
    assert apply(run, "--yes") == dict.fromkeys(("ant", "bee", "cat"), "created")
    (three / "campaignctl.state.json").unlink()

    code, asked = at_a_terminal(three, "no\n", "apply")

    assert "Adopt 3 that may exist there already?" in asked
    assert code == 1


@pytest.mark.parametrize("config", ["project: kettle-5a1f0c\npolicy: {settle: long}\n", "["])
def test_settings_with_errors_make_a_plan_without_actions_for_programs(
    run: Run, three: Path, config: str
) -> None:
    write(three, {"campaignctl.yaml": config})

    ran = run("plan", "--format", "json")

    assert (ran.code, json.loads(ran.out)["actions"]) == (1, [])
    assert json.loads(ran.out)["findings"][0]["path"] == "campaignctl.yaml"
    assert run("plan").code == 1
