"""`stop`, `resume`, `complete`, `archive` as people and pipelines use them."""

from __future__ import annotations

import base64
import json
import urllib.request
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from conftest import Ran, Run, at_a_terminal, campaign, write

from campaignctl.model import Delta, Intent, token
from campaignctl.sandbox import Fault, Sandbox
from campaignctl.state.local import LocalStore

PROJECT = "kettle-5a1f0c"
STATE = "campaignctl.state.json"
COMMANDS = ("stop", "resume", "complete", "archive")
NO = '{"response": [{"code": 400, "error_data": {"code": 1002, "message": "Invalid parameter"}}]}'


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("campaignctl.exotel.client._WAITS", (0.0, 0.0))
    monkeypatch.setattr("campaignctl.steering._LOOKS", (0.0,))


@pytest.fixture
def three(folder: Path) -> Path:
    """A folder with three campaigns: ant, bee, cat."""
    (folder / "the-example.yaml").unlink()
    write(folder, {f"2035/{id_}.yaml": campaign(id_) for id_ in ("ant", "bee", "cat")})
    return folder


@pytest.fixture
def sent(run: Run, three: Path, exotel: Sandbox) -> Path:
    """The three, created by one plan."""
    assert run("apply", "--yes").code == 0
    return three


def call(sandbox: Sandbox, method: str, path: str = "", body: Any = None) -> Any:
    """Speak to the sandbox past the client."""
    secret = base64.b64encode(f"{sandbox.api_key}:{sandbox.api_token}".encode()).decode()
    request = urllib.request.Request(
        f"{sandbox.url}/v2/accounts/{sandbox.account_sid}/sms-campaigns{path}",
        method=method,
        data=json.dumps(body).encode() if body is not None else None,
        headers={"Authorization": f"Basic {secret}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        return [item["data"] for item in json.load(answer)["response"]]


def statuses(sandbox: Sandbox) -> dict[str, str]:
    return {one["name"].split()[0]: one["status"] for one in call(sandbox, "GET", "?limit=50")}


def sid_of(folder: Path, id_: str) -> str:
    sid: str = state(folder)["campaigns"][id_]["sid"]
    return sid


def state(folder: Path) -> Any:
    return json.loads((folder / STATE).read_bytes())


def plan_of(folder: Path, id_: str = "ant") -> str:
    plan: str = state(folder)["campaigns"][id_]["plan_id"]
    return plan


def plant(sandbox: Sandbox, id_: str, name: str = "") -> str:
    """Create a campaign past the client, with the token of one of ours in its name. Returns its SID."""
    fields = json.loads(
        json.dumps(
            {
                "name": name or f"double {token(PROJECT, id_)}",
                "content_type": "static",
                "lists": ["9120d5962d214316b7721de55bb82e03"],
                "schedule": {"start_time": "2035-10-20T10:30:00+05:30"},
                "dlt_entity_id": "1101428740000012125",
                "dlt_template_id": "1107160086562376233",
                "sender_id": "KETTLE",
                "sms_type": "transactional",
                "template": "Hello",
            }
        )
    )
    sid: str = call(sandbox, "POST", body=fields)[0]["sid"]
    return sid


def document(ran: Ran) -> Any:
    return json.loads(ran.out)


# --- what a word means --------------------------------------------------------------------------------------


def test_stop_pauses_one_campaign_by_its_id_or_its_sid(run: Run, sent: Path, exotel: Sandbox) -> None:
    assert run("stop", "ant", "--yes").code == 0
    assert run("stop", sid_of(sent, "bee"), "--yes").code == 0
    assert statuses(exotel) == {"ant": "paused", "bee": "paused", "cat": "scheduled"}


@pytest.mark.parametrize("length", [8, 20, 32])
def test_stop_pauses_all_of_a_plan_and_nothing_else(
    run: Run, sent: Path, exotel: Sandbox, length: int
) -> None:
    write(sent, {"dog.yaml": campaign("dog")})
    assert run("apply", "--yes").code == 0
    assert run("stop", plan_of(sent)[:length], "--yes").code == 0
    assert statuses(exotel) == {**dict.fromkeys(("ant", "bee", "cat"), "paused"), "dog": "scheduled"}


def test_apply_says_how_to_pause_what_it_has_created(run: Run, three: Path, exotel: Sandbox) -> None:
    out = run("apply", "--yes").out
    words = out.splitlines()[-2].split("campaignctl ")[1].split()
    assert words[:2] == ["stop", plan_of(three)[:8]]
    assert run(*words, "--yes").code == 0
    assert set(statuses(exotel).values()) == {"paused"}


def test_what_was_adopted_belongs_to_its_plan(run: Run, three: Path, exotel: Sandbox) -> None:
    exotel.fault = lambda method, _: Fault(status=500, commit=True) if method == "POST" else None
    assert run("apply", "--yes", "--settle", "0").code == 3
    exotel.fault = None
    assert state(three)["campaigns"]["ant"]["origin"] == "adopted"
    assert run("stop", plan_of(three), "--yes").code == 0
    assert statuses(exotel) == {"ant": "paused"}


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    ("word", "says"),
    [
        ("anta", "did you mean 'ant'?"),
        ("", "no campaign, no plan"),
        ("../x", "no campaign, no plan"),
        ("\x1b[2J", "'\\x1b[2J' is no campaign"),
        ("0" * 36, "no campaign, no plan and no SID that the state knows (3 campaigns, 1 plan)"),
    ],
)
def test_a_word_that_nobody_knows_is_3(
    run: Run, sent: Path, exotel: Sandbox, command: str, word: str, says: str
) -> None:
    ran = run(command, "--yes", "--", word)
    assert (ran.code, ran.out) == (3, "")
    assert says in ran.err
    assert set(statuses(exotel).values()) == {"scheduled"}


def test_a_campaign_that_was_never_sent_is_said_to_be_so(run: Run, sent: Path, exotel: Sandbox) -> None:
    write(sent, {"dog.yaml": campaign("dog")})
    ran = run("stop", "dog", "--yes")
    assert (ran.code, "'dog' was never created" in ran.err) == (3, True)


def test_seven_characters_do_not_name_a_plan_and_eight_of_two_do_not_either(
    run: Run, sent: Path, exotel: Sandbox
) -> None:
    assert run("stop", plan_of(sent)[:7], "--yes").code == 3
    text = (sent / STATE).read_text(encoding="utf-8")
    twin = plan_of(sent)[:8] + "f" * 24
    (sent / STATE).write_text(
        text.replace('"used_plans": [', f'"used_plans": [\n    "{twin}",'), encoding="utf-8"
    )
    ran = run("stop", plan_of(sent)[:8], "--yes")
    assert (ran.code, "begins 2 plans" in ran.err) == (3, True)
    ran = run("stop", twin, "--yes")
    assert (ran.code, "has created nothing" in ran.err) == (3, True)
    assert run("stop", plan_of(sent)[:9], "--yes").code == (3 if plan_of(sent)[8] == "f" else 0)


# --- doubles ------------------------------------------------------------------------------------------------


def test_a_double_is_stopped_by_its_sid_by_the_state_an_intent_or_a_file(
    run: Run, sent: Path, exotel: Sandbox
) -> None:
    write(sent, {"dog.yaml": campaign("dog")})
    intent = Intent(
        token=token(PROJECT, "eel"),
        payload={},
        phase="unknown",
        at="2034-06-01T06:00:00Z",
        plan_id="p",
        actor="x",
    )
    with LocalStore(sent / STATE, PROJECT).lock("test") as session:
        session.record(Delta(intents={"eel": intent}))
    for id_ in ("ant", "dog", "eel"):
        sid = plant(exotel, id_)
        ran = run("stop", sid, "--yes", "--format", "json")
        assert (ran.code, document(ran)["results"][0]["id"]) == (0, id_)
        assert call(exotel, "GET", f"/{sid}")[0]["status"] == "paused"
    assert statuses(exotel)["ant"] == "scheduled"


@pytest.mark.parametrize("command", COMMANDS)
def test_a_campaign_of_others_is_left_alone(run: Run, sent: Path, exotel: Sandbox, command: str) -> None:
    sid = plant(exotel, "", name=f"bank {token('another-project', 'ant')}")
    ran = run(command, sid, "--yes")
    assert (ran.code, "holds no token of ours" in ran.err) == (3, True)
    assert call(exotel, "GET", f"/{sid}")[0]["status"] == "scheduled"


def status(exotel: Sandbox, sid: str) -> str:
    found: str = call(exotel, "GET", f"/{sid}")[0]["status"]
    return found


def test_stop_by_a_sid_names_a_double_and_the_command_that_stops_it(
    run: Run, sent: Path, exotel: Sandbox
) -> None:
    sid = plant(exotel, "ant")
    ran = run("stop", sid_of(sent, "ant"), "--yes")
    assert f"campaignctl stop {sid} --base-url {exotel.url}" in ran.err
    assert status(exotel, sid) == "scheduled"
    assert run("stop", sid, "--yes").code == 0
    assert "this pauses it" not in run("stop", "ant", "--yes").err


@pytest.mark.parametrize("by", ["id", "plan"])
def test_stop_pauses_the_doubles_as_well(run: Run, sent: Path, exotel: Sandbox, by: str) -> None:
    doubles = [plant(exotel, "ant") for _ in range(2)]
    word, ids = ("ant", ["ant"]) if by == "id" else (plan_of(sent), ["ant", "bee", "cat"])
    ran = run("stop", word, "--yes", "--format", "json")
    assert ran.code == 0
    assert Counter(one["id"] for one in document(ran)["results"]) == {**dict.fromkeys(ids, 1), "ant": 3}
    assert {one["sid"] for one in document(ran)["results"]} >= {*doubles, sid_of(sent, "ant")}
    assert document(ran)["summary"]["done"] == len(ids) + 2
    assert {status(exotel, sid) for sid in doubles} == {"paused"}
    again = run("stop", word, "--yes", "--format", "json")
    assert (again.code, document(again)["summary"]["unchanged"]) == (0, len(ids))


def test_the_text_tells_a_double_from_what_it_doubles(run: Run, sent: Path, exotel: Sandbox) -> None:
    sid = plant(exotel, "ant")
    ran = run("stop", "ant", "--yes")
    assert f"  ant  {sid}  scheduled" in ran.out
    assert ": to pause, a double" in ran.out
    assert f"  + ant, a double ({sid}), paused, was scheduled" in ran.out
    assert "Stop: 2 paused." in ran.out


def test_a_double_of_a_campaign_that_is_paused_already_is_paused(
    run: Run, sent: Path, exotel: Sandbox
) -> None:
    assert run("stop", "ant", "--yes").code == 0
    sid = plant(exotel, "ant")
    assert (run("stop", "ant", "--yes").code, status(exotel, sid)) == (0, "paused")


@pytest.mark.parametrize("by", ["id", "plan"])
def test_a_double_that_cannot_be_paused_is_4(run: Run, sent: Path, exotel: Sandbox, by: str) -> None:
    sid = plant(exotel, "ant")
    exotel.fault = lambda method, target: (
        Fault(status=400, body=NO) if method == "PUT" and target.endswith(sid) else None
    )
    ran = run("stop", "ant" if by == "id" else plan_of(sent), "--yes")
    assert (ran.code, f"! ant, a double ({sid}), refused" in ran.out) == (4, True)
    exotel.fault = None
    assert status(exotel, sid_of(sent, "ant")) == "paused"


def test_a_double_that_is_over_is_named_and_not_asked_for(run: Run, sent: Path, exotel: Sandbox) -> None:
    sid = plant(exotel, "ant")
    for action in ("pause", "complete"):
        call(exotel, "PUT", f"/{sid}", {"action": action})
    ran = run("stop", "ant", "--yes")
    assert (ran.code, f"another campaign with the token of ant: {sid}, completed" in ran.err) == (0, True)


def test_a_double_of_a_campaign_that_exotel_no_longer_has_is_paused(
    run: Run, sent: Path, exotel: Sandbox
) -> None:
    sid = plant(exotel, "ant")
    gone = "0" * 36
    text = (sent / STATE).read_text(encoding="utf-8").replace(sid_of(sent, "ant"), gone)
    (sent / STATE).write_text(text, encoding="utf-8")
    ran = run("stop", "ant", "--yes")
    assert (ran.code, "no campaign with this SID" in ran.out, status(exotel, sid)) == (1, True, "paused")


@pytest.mark.parametrize("command", ["complete", "archive"])
def test_only_stop_is_for_doubles_too(run: Run, sent: Path, exotel: Sandbox, command: str) -> None:
    assert run("stop", "ant", "--yes").code == 0
    if command == "archive":
        assert run("complete", "ant", "--yes").code == 0
    sid = plant(exotel, "ant")
    assert (run(command, "ant", "--yes").code, status(exotel, sid)) == (0, "scheduled")


def test_resume_does_not_send_twice(run: Run, sent: Path, exotel: Sandbox) -> None:
    sid = plant(exotel, "ant")
    assert run("stop", sid_of(sent, "ant"), "--yes").code == 0
    ran = run("resume", plan_of(sent), "--yes")
    assert (ran.code, "the same text would be sent twice" in ran.out) == (1, True)
    assert run("stop", sid, "--yes").code == 0
    assert run("resume", plan_of(sent), "--yes").code == 0
    assert run("resume", sid, "--yes").code == 1


def test_a_plan_names_the_doubles_and_how_to_stop_them(run: Run, three: Path, exotel: Sandbox) -> None:
    sids = [plant(exotel, "ant") for _ in range(2)]
    ran = run("plan")
    assert ran.code == 1
    for sid in sids:
        assert f"{sid} (scheduled)" in ran.out
        assert f"`campaignctl stop {sid} --base-url {exotel.url}`" in ran.out


# --- what is reported ---------------------------------------------------------------------------------------


def test_the_json_has_exactly_these_fields(run: Run, sent: Path, exotel: Sandbox) -> None:
    ran = run("stop", "ant", "--yes", "--format", "json")
    assert (ran.code, ran.err) == (0, "")
    assert document(ran) == {
        "version": 1,
        "action": "stop",
        "results": [
            {
                "id": "ant",
                "sid": sid_of(sent, "ant"),
                "before": "scheduled",
                "after": "paused",
                "outcome": "done",
                "error": None,
            }
        ],
        "summary": {"done": 1, "unchanged": 0, "refused": 0, "skipped": 0, "unknown": 0},
    }
    assert list(document(ran)["summary"]) == ["done", "unchanged", "refused", "skipped", "unknown"]


class Puts:
    """A sandbox's fault that lets each action end as the script says (None: well)."""

    def __init__(self, sandbox: Sandbox, *script: Fault | None) -> None:
        self.count = 0
        self._script = list(script)
        sandbox.fault = self

    def __call__(self, method: str, target: str) -> Fault | None:
        if method != "PUT":
            return None
        self.count += 1
        return self._script.pop(0) if self._script else None


@pytest.mark.parametrize(
    ("script", "outcomes", "code"),
    [
        ((), ["done", "done", "done"], 0),
        ((Fault(status=400, body=NO),), ["refused", "done", "done"], 1),
        ((Fault(status=500),) * 3, ["unknown", "done", "done"], 4),
        ((Fault(status=500, commit=True),), ["done", "done", "done"], 0),
        ((None, Fault(status=401, body=NO)), ["done", "refused", "skipped"], 3),
        ((None, Fault(status=429, headers=(("Retry-After", "600"),))), ["done", "skipped", "skipped"], 3),
    ],
)
def test_a_plan_that_is_stopped_in_parts_says_which(
    run: Run, sent: Path, exotel: Sandbox, script: tuple[Fault | None, ...], outcomes: list[str], code: int
) -> None:
    Puts(exotel, *script)
    ran = run("stop", plan_of(sent), "--yes", "--format", "json")
    exotel.fault = None
    assert [one["outcome"] for one in document(ran)["results"]] == outcomes
    assert ran.code == code
    again = run("stop", plan_of(sent), "--yes")
    assert (again.code, set(statuses(exotel).values())) == (0, {"paused"})


def test_what_a_plan_may_have_created_is_unknown_and_the_rest_is_stopped(
    run: Run, three: Path, exotel: Sandbox
) -> None:
    posts: list[str] = []

    def second_is_lost(method: str, target: str) -> Fault | None:
        posts.extend([target] if method == "POST" else [])
        return Fault(close="before") if method == "POST" and len(posts) == 2 else None

    exotel.fault = second_is_lost
    assert run("apply", "--yes", "--settle", "0").code == 4
    ran = run("stop", plan_of(three), "--yes", "--format", "json")
    assert ran.code == 4
    assert [(one["id"], one["outcome"]) for one in document(ran)["results"]] == [
        ("ant", "done"),
        ("bee", "unknown"),
    ]
    assert "campaignctl resolve bee" in document(ran)["results"][1]["error"]
    alone = run("stop", "bee", "--yes")
    assert (alone.code, "campaignctl resolve bee" in alone.out) == (4, True)


@pytest.mark.parametrize("by", ["id", "plan"])
def test_what_exotel_lists_of_an_unknown_outcome_is_paused_and_stays_unknown(
    run: Run, three: Path, exotel: Sandbox, by: str
) -> None:
    exotel.fault = lambda method, _: Fault(close="before") if method == "POST" else None
    assert run("apply", "--yes", "--settle", "0").code == 4
    exotel.fault = None
    plan = state(three)["intents"]["ant"]["plan_id"]
    sids = sorted(
        (plant(exotel, "ant"), plant(exotel, "ant"))
    )  # so late that apply did not see it, and twice
    ran = run("stop", "ant" if by == "id" else plan, "--yes", "--format", "json")
    assert ran.code == 4
    *done, last = document(ran)["results"]
    assert sorted(one["sid"] for one in done) == sids
    assert {(one["id"], one["outcome"]) for one in done} == {("ant", "done")}
    assert (
        last["outcome"],
        f"`campaignctl resolve ant --base-url {exotel.url}` takes it over" in last["error"],
    ) == ("unknown", True)
    assert {status(exotel, sid) for sid in sids} == {"paused"}
    for command in ("resume", "complete", "archive"):
        ran = run(command, "ant", "--yes")
        assert (
            ran.code,
            f"settle it first with `campaignctl resolve ant --base-url {exotel.url}`" in ran.err,
        ) == (4, True)


def test_a_list_that_cannot_be_read_hides_what_is_unknown_and_says_so(
    run: Run, three: Path, exotel: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("campaignctl.exotel.client._WAITS", (0.0, 0.0))
    exotel.fault = lambda method, _: Fault(close="before") if method == "POST" else None
    assert run("apply", "--yes", "--settle", "0").code == 4
    exotel.fault = lambda method, _: Fault(status=500)
    ran = run("stop", "ant", "--yes")
    assert (ran.code, "and the list cannot be read (Exotel failed (HTTP 500)" in ran.out) == (4, True)


def test_the_whole_way_of_a_campaign(run: Run, sent: Path, exotel: Sandbox) -> None:
    plan = plan_of(sent)
    for command, code, status in (
        ("archive", 1, "scheduled"),
        ("complete", 1, "scheduled"),
        ("resume", 0, "scheduled"),
        ("stop", 0, "paused"),
        ("stop", 0, "paused"),
        ("archive", 1, "paused"),
        ("resume", 0, "scheduled"),
        ("stop", 0, "paused"),
        ("complete", 0, "completed"),
        ("complete", 0, "completed"),
        ("resume", 1, "completed"),
        ("stop", 1, "completed"),
        ("archive", 0, "archived"),
        ("archive", 0, "archived"),
        ("stop", 1, "archived"),
    ):
        assert (command, run(command, plan, "--yes").code) == (command, code)
        assert set(statuses(exotel).values()) == {status}


def test_the_text_shows_where_each_stands_and_what_became_of_it(
    run: Run, sent: Path, exotel: Sandbox
) -> None:
    run("stop", "bee", "--yes")
    ran = run("stop", plan_of(sent), "--yes")
    assert ran.out.splitlines() == [
        f"3 campaigns of plan {plan_of(sent)} at Exotel:",
        "",
        f"  ant  {sid_of(sent, 'ant')}  scheduled, starts Sat 20 Oct 2035 10:30 IST: to pause",
        f"  bee  {sid_of(sent, 'bee')}  paused: nothing to do",
        f"  cat  {sid_of(sent, 'cat')}  scheduled, starts Sat 20 Oct 2035 10:30 IST: to pause",
        "",
        "  + ant paused, was scheduled",
        "  = bee unchanged: it is paused already",
        "  + cat paused, was scheduled",
        "Stop: 2 paused, 1 unchanged.",
    ]


def test_nothing_of_it_changes_the_state(run: Run, sent: Path, exotel: Sandbox) -> None:
    before = (sent / STATE).read_bytes()
    for command in ("stop", "complete", "archive", "resume"):
        run(command, "ant", "--yes")
    assert (sent / STATE).read_bytes() == before
    assert run("plan").code == 0


# --- asking -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("more", [(), ("--format", "json")])
def test_without_a_terminal_it_needs_yes(
    run: Run, sent: Path, exotel: Sandbox, command: str, more: tuple[str, ...]
) -> None:
    ran = run(command, "ant", *more)
    assert (ran.code, "give --yes" in ran.err, ran.out) == (64, True, "")


@pytest.mark.parametrize(("answer", "code", "status"), [("y\n", 1, "scheduled"), ("yes\n", 0, "paused")])
def test_only_yes_does_it(sent: Path, exotel: Sandbox, answer: str, code: int, status: str) -> None:
    ended, out = at_a_terminal(sent, answer, "stop", "ant")
    assert (ended, statuses(exotel)["ant"]) == (code, status)
    assert "Pause 1 campaign at Exotel? Only 'yes' does it" in out


def test_what_cannot_be_undone_is_said(run: Run, sent: Path, exotel: Sandbox) -> None:
    run("stop", "ant", "--yes")
    code, out = at_a_terminal(sent, "no\n", "complete", "ant")
    assert (code, statuses(exotel)["ant"]) == (1, "paused")
    assert "This cannot be undone: a campaign that is completed stays so" in out


def test_nothing_is_asked_where_nothing_is_to_be_done(sent: Path, exotel: Sandbox) -> None:
    code, out = at_a_terminal(sent, "", "resume", "ant")
    assert (code, "?" in out) == (0, False)


# --- an emergency -------------------------------------------------------------------------------------------


def test_stop_works_while_another_command_holds_the_state(run: Run, sent: Path, exotel: Sandbox) -> None:
    with LocalStore(sent / STATE, PROJECT).lock("campaignctl apply"):
        ran = run("stop", "ant", "--yes")
    assert (ran.code, statuses(exotel)["ant"]) == (0, "paused")
    assert "the state is locked by" in ran.err


@pytest.mark.parametrize("file", ["registry/lists.yaml", "registry/templates.yaml", "2035/ant.yaml"])
def test_stop_works_with_mistakes_in_files_that_it_does_not_need(
    run: Run, sent: Path, exotel: Sandbox, file: str
) -> None:
    write(sent, {file: "[\n"})
    assert (run("stop", "ant", "--yes").code, statuses(exotel)["ant"]) == (0, "paused")


@pytest.mark.parametrize("text", ["[", "project: kettle-5a1f0c\nregion: moon\n"])
def test_mistakes_in_the_settings_are_3(run: Run, sent: Path, exotel: Sandbox, text: str) -> None:
    write(sent, {"campaignctl.yaml": text})
    assert run("stop", "ant", "--yes").code == 3


def test_stop_works_in_a_folder_that_cannot_be_written(
    run: Run, sent: Path, exotel: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("campaignctl.state.local.os.pwrite", full)
    monkeypatch.setattr("campaignctl.state.local.os.ftruncate", full)
    assert (run("stop", "ant", "--yes").code, statuses(exotel)["ant"]) == (0, "paused")


@pytest.mark.parametrize("command", COMMANDS)
def test_an_unreachable_exotel_is_3(run: Run, sent: Path, exotel: Sandbox, command: str) -> None:
    exotel.stop()
    ran = run(command, "ant", "--yes")
    assert (ran.code, ran.out, "cannot be reached" in ran.err) == (3, "", True)


def test_a_damaged_state_is_3(run: Run, sent: Path, exotel: Sandbox) -> None:
    (sent / STATE).write_text("{", encoding="utf-8")
    assert run("stop", "ant", "--yes").code == 3
    assert set(statuses(exotel).values()) == {"scheduled"}


def test_another_account_is_refused(
    run: Run, sent: Path, exotel: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EXOTEL_ACCOUNT_SID", "somebody-else")
    ran = run("stop", "ant", "--yes")
    assert (ran.code, "another Exotel account" in ran.err) == (3, True)
