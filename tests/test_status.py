"""`status`, and drift in `plan --refresh`, as people and pipelines use them."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from conftest import CONFIG, LISTS, Run, campaign, write
from test_actions import PROJECT, call, document, plan_of, plant, sid_of
from vendor_says import changed, shows, without

from campaignctl.__main__ import main
from campaignctl.commands import failed
from campaignctl.commands.watching import Watch
from campaignctl.commands.watching import words as bar
from campaignctl.deliveries import Counts, Message
from campaignctl.errors import VendorError
from campaignctl.model import Delta, Intent, token
from campaignctl.render import status as render
from campaignctl.sandbox import Fault, Sandbox
from campaignctl.standings import Standing, Standings
from campaignctl.state.local import LocalStore

STATE = "campaignctl.state.json"


CREDENTIALS: Mapping[str, Any] = {
    "account_sid": "kettle1",
    "api_key": "key-4711-secret",
    "api_token": "token-0815-secret",
}


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("campaignctl.exotel.client._WAITS", (0.0, 0.0))
    monkeypatch.setattr("time.sleep", lambda _: None)


def at(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the commands take a sandbox for Exotel."""
    monkeypatch.setenv("CAMPAIGNCTL_BASE_URL", sandbox.url)
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(f"EXOTEL_{name.upper()}", value)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Sandbox]]:
    """Three campaigns that one plan has created, in a folder that nobody changes."""
    folder = tmp_path_factory.mktemp("world")
    files = {f"2035/{id_}.yaml": campaign(id_) for id_ in ("ant", "bee", "cat")}
    write(folder, {"campaignctl.yaml": CONFIG, "registry/lists.yaml": LISTS, **files})
    with Sandbox(**CREDENTIALS) as sandbox, pytest.MonkeyPatch.context() as patched:
        at(sandbox, patched)
        with pytest.raises(SystemExit):
            main(["apply", "--yes", "-C", str(folder)])
        yield folder, sandbox


@pytest.fixture
def exotel(world: tuple[Path, Sandbox], monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """The sandbox of all tests that only look at it."""
    at(world[1], monkeypatch)
    yield world[1]
    world[1].fault = None


@pytest.fixture
def sent(world: tuple[Path, Sandbox], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of that folder."""
    folder = Path(shutil.copytree(world[0], tmp_path / "folder"))
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def own(sent: Path, monkeypatch: pytest.MonkeyPatch, run: Run) -> Iterator[Sandbox]:
    """A sandbox that a test may change, with the three in it."""
    (sent / STATE).unlink()
    with Sandbox(**CREDENTIALS) as sandbox:
        at(sandbox, monkeypatch)
        assert run("apply", "--yes").code == 0
        yield sandbox


def status(run: Run, *words: str, code: int = 0) -> Any:
    ran = run("status", *words, "--format", "json")
    assert ran.code == code, ran
    return document(ran)


def drift_of(data: Any) -> list[tuple[str, str]]:
    return [(one["kind"], one["id"]) for one in data["drift"] or ()]


# --- the table ----------------------------------------------------------------------------------------------


def test_all_campaigns_of_the_state_are_shown(run: Run, sent: Path, exotel: Sandbox) -> None:
    ran = run("status")
    lines = ran.out.splitlines()
    assert ran.code == 0
    assert lines[0].split() == ["campaign", "status", *render.COUNTERS, "start", "report"]
    assert [line.split()[:2] for line in lines[1:]] == [[id_, "scheduled"] for id_ in ("ant", "bee", "cat")]
    assert "Sat 20 Oct 2035 10:30 IST" in lines[1]
    assert "Not as it was sent" not in ran.out


def test_json_has_exactly_these_fields(run: Run, sent: Path, exotel: Sandbox) -> None:
    data = status(run, "ant")
    assert list(data) == [
        *("version", "project", "looked_at", "campaigns", "drift", "foreign", "failures", "summary")
    ]
    (one,) = data["campaigns"]
    assert list(one) == [
        *("id", "sid", "name", "status", "counts", "start_time", "report_url", "unresolved", "gone", "asked")
    ]
    assert (one["id"], one["sid"], one["status"]) == ("ant", sid_of(sent, "ant"), "scheduled")
    assert list(one["counts"]) == list(render.COUNTERS)
    assert (data["version"], data["project"], data["failures"]) == (1, PROJECT, None)


def test_counts_and_the_report_are_shown(run: Run, sent: Path, exotel: Sandbox) -> None:
    counts = {"scheduled": 0, "submitted": 2, "sent": 12000, "failed": 400, "invalid": 30}
    shows(exotel, changed("ant", status="completed", report_url="https://r.example.in/1", **counts))
    lines = run("status", "ant").out.splitlines()
    assert lines[1].split()[:7] == ["ant", "completed", "0", "2", "12,000", "400", "30"]
    assert lines[1].endswith("https://r.example.in/1")
    assert status(run, "ant")["campaigns"][0]["counts"] == counts


@pytest.mark.parametrize("word", ["id", "sid", "plan"])
def test_one_word_names_a_campaign_or_a_plan(run: Run, sent: Path, exotel: Sandbox, word: str) -> None:
    named = {"id": "bee", "sid": sid_of(sent, "bee"), "plan": plan_of(sent)[:8]}[word]
    ids = [one["id"] for one in status(run, named)["campaigns"]]
    assert ids == (["ant", "bee", "cat"] if word == "plan" else ["bee"])


def test_a_word_that_nobody_knows_is_3(run: Run, sent: Path, exotel: Sandbox) -> None:
    for word in ("bees", "a" * 32):
        ran = run("status", word)
        assert (ran.code, ran.out, "is no campaign" in ran.err) == (3, "", True)
    write(sent, {"dog.yaml": campaign("dog")})
    assert "was never created" in run("status", "dog").err


def test_with_an_empty_state_what_holds_tokens_is_told_of(run: Run, folder: Path, exotel: Sandbox) -> None:
    out = run("status").out
    assert out.startswith("Nothing has been created from here yet.\n\nNot from here: 3 campaigns at Exotel")
    assert out.count("with a token of another project, or of an id that no file has") == 3


def test_an_unresolved_one_is_shown_without_a_status(run: Run, sent: Path, exotel: Sandbox) -> None:
    intend(sent, "dog")
    assert [one["unresolved"] for one in status(run, code=4)["campaigns"]] == [False, False, False, True]
    assert status(run, "dog", code=4)["campaigns"][0]["sid"] is None
    ran = run("status")
    assert (ran.code, "dog       unknown  " in ran.out) == (4, True)
    step = f"campaignctl resolve dog --base-url {exotel.url}"
    assert f"It is not known whether Exotel has dog; settle it: {step}\n" in ran.out
    assert status(run, "ant")["campaigns"][0]["id"] == "ant"  # of what is not known nobody asked


def test_several_unresolved_ones_are_settled_by_one_command(run: Run, sent: Path, exotel: Sandbox) -> None:
    intend(sent, "dog")
    intend(sent, "elk")
    assert f"has 2 of them; settle them: campaignctl resolve --base-url {exotel.url}\n" in run("status").out


def test_an_unresolved_one_that_is_there_is_not_in_the_state(run: Run, sent: Path, own: Sandbox) -> None:
    intend(sent, "dog")
    sid = plant(own, "dog")
    for words in ((), ("dog",)):
        data = status(run, *words, code=4)
        assert drift_of(data) == [("not-in-state", "dog")]
        assert [one["sid"] for one in data["drift"][0]["others"]] == [sid]


def intend(folder: Path, id_: str) -> None:
    intent = Intent(
        token=token(PROJECT, id_),
        payload={"name": f"{id_} {token(PROJECT, id_)}", "template": "x"},
        phase="unknown",
        at="2034-01-01T00:00:00Z",
        plan_id="p" * 32,
        actor="me",
    )
    with LocalStore(folder / STATE, PROJECT).lock("test") as session:
        session.record(Delta(intents={id_: intent}))


def test_a_sid_that_is_not_ours_is_shown_and_called_so(run: Run, sent: Path, own: Sandbox) -> None:
    sid = plant(own, "", "Made by hand")
    data = status(run, sid)
    assert [(one["id"], one["sid"]) for one in data["campaigns"]] == [(None, sid)]
    assert [one["sid"] for one in data["foreign"]] == [sid]
    assert "(Made by hand)" in run("status", sid).out


def test_looking_changes_nothing_and_takes_no_lock(run: Run, sent: Path, exotel: Sandbox) -> None:
    before = (sent / STATE).read_bytes()
    with LocalStore(sent / STATE, PROJECT).lock("campaignctl apply"):
        assert run("status").code == 0
    run("plan", "--refresh")
    assert (sent / STATE).read_bytes() == before


def test_an_unreachable_exotel_is_3(run: Run, sent: Path, own: Sandbox) -> None:
    own.stop()
    for words in (("status",), ("status", "ant"), ("plan", "--refresh")):
        ran = run(*words)
        assert (ran.code, ran.out, "cannot be reached" in ran.err) == (3, "", True)


def test_a_list_that_is_refused_is_3_and_details_that_are_refused_leave_the_list(
    run: Run, sent: Path, exotel: Sandbox
) -> None:
    shows(exotel, changed("ant", status="paused"))
    listed = exotel.fault
    assert listed is not None
    exotel.fault = lambda method, target: Fault(status=500) if "?" not in target else listed(method, target)
    ran = run("status")
    assert (ran.code, "ant       paused" in ran.out, "the counts are not complete" in ran.err) == (
        0,
        True,
        True,
    )
    exotel.fault = lambda method, target: Fault(status=500) if "?" in target else listed(method, target)
    assert run("status").code == 3


# --- drift --------------------------------------------------------------------------------------------------

HOSTILE = "\x1b[2J<script>##[error]"


@pytest.mark.parametrize(
    ("change", "kind", "says"),
    [
        (changed("ant", status="paused"), "paused", "campaignctl resume ant"),
        (changed("ant", template="Buy now"), "edited", "'Buy now' is there"),
        (changed("ant", status="completed"), "completed-early", "was completed at Exotel before its start"),
        (changed("ant", status="archived"), "archived-early", "was archived at Exotel before its start"),
        (without("ant"), "vanished", "is gone"),
    ],
)
def test_each_kind_is_named_in_status_and_in_the_plan(
    run: Run, sent: Path, exotel: Sandbox, change: Any, kind: str, says: str
) -> None:
    shows(exotel, change)
    assert drift_of(status(run, "ant")) == [(kind, "ant")]
    ran = run("status")
    assert (ran.code, says in ran.out, "  bee " in ran.out) == (0, True, False)
    ran = run("plan", "--refresh", "--detailed-exitcode", "--out", "plan.json")
    assert (ran.code, says in ran.out) == (0, True)
    assert drift_of(json.loads((sent / "plan.json").read_bytes())) == [(kind, "ant")]


def test_hostile_values_are_shown_harmlessly(run: Run, sent: Path, exotel: Sandbox) -> None:
    def worse(one: dict[str, Any]) -> dict[str, Any]:
        ugly = {"template": HOSTILE, "status": HOSTILE, "sender_id": HOSTILE * 99, "report_url": HOSTILE}
        return {
            **one,
            **ugly,
            "lists": [HOSTILE],
            "schedule": {"start_time": HOSTILE},
            "name": one["name"] + HOSTILE,
        }

    shows(exotel, worse)
    for words in (("status",), ("status", "ant"), ("status", "--format", "json"), ("plan", "--refresh")):
        ran = run(*words)
        assert ran.code == 0
        assert not set(ran.out + ran.err) & {"\x1b"}
        assert "##[" not in ran.out + ran.err


@pytest.mark.parametrize(
    "data",
    [
        {"sid": 1, "name": []},
        {"sid": "x"},
        {
            "status": {"a": 1},
            "lists": {"sid": []},
            "schedule": [],
            "template": 7,
            "stats": [1],
            "scheduled": "many",
        },
        {"name": "\ud800", "template": "\udfff", "status": "\ud800"},
    ],
)
def test_nonsense_is_an_error_or_a_report_and_never_a_traceback(
    run: Run, sent: Path, exotel: Sandbox, data: dict[str, Any]
) -> None:
    shows(exotel, lambda one: {**one, **data})
    for words in (("status",), ("status", "ant", "--format", "json"), ("plan", "--refresh")):
        assert run(*words).code in (0, 3)


def test_one_made_by_hand_is_listed_and_is_no_drift(run: Run, sent: Path, own: Sandbox) -> None:
    sid = plant(own, "", "Made by hand")
    ran = run("status")
    assert (ran.code, "Drift" in ran.out) == (0, False)
    assert f"Not from here: 1 campaign at Exotel without a token of ours\n  {sid}" in ran.out
    assert [one["sid"] for one in status(run)["foreign"]] == [sid]


def test_one_made_by_hand_with_our_name_is_drift(run: Run, sent: Path, own: Sandbox) -> None:
    plant(own, "", "ANT ")
    assert drift_of(status(run)) == [("namesake", "ant")]
    assert "has a namesake" in run("status").out


def test_a_namesake_with_our_text_and_lists_is_4(run: Run, sent: Path, own: Sandbox) -> None:
    fields = {key: value for key, value in by_id(sent, "ant")["payload"].items() if key != "name"}
    sid = call(own, "POST", body={**fields, "name": "ANT "})[0]["sid"]
    ran = run("status")
    assert (ran.code, f"SID {sid} (scheduled" in ran.out, "campaignctl stop ant" in ran.out) == (
        4,
        True,
        True,
    )
    assert run("plan", "--refresh").code == 4
    assert run("stop", "ant", "--yes").code == 0
    assert run("status").code == 0


def by_id(folder: Path, id_: str) -> Any:
    return json.loads((folder / STATE).read_bytes())["campaigns"][id_]


def test_two_with_one_token_are_4_until_the_other_is_stopped(run: Run, sent: Path, own: Sandbox) -> None:
    sid = plant(own, "ant")
    for words in ((), ("ant",), (sid,), (plan_of(sent),)):
        assert drift_of(status(run, *words, code=4)) == [("doubled", "ant")]
    ran = run("plan", "--refresh")
    assert (ran.code, f"campaignctl stop {sid}" in ran.out) == (4, True)
    assert run("plan").code == 0
    assert run("stop", sid, "--yes").code == 0
    assert run("status").code == run("plan", "--refresh").code == 0
    assert "all but the state's are paused or archived" in run("status").out


# --- plan --refresh -----------------------------------------------------------------------------------------


def test_the_digest_does_not_depend_on_drift_and_without_refresh_none_is_named(
    run: Run, sent: Path, own: Sandbox
) -> None:
    write(sent, {"dog.yaml": campaign("dog")})
    plain = document(run("plan", "--format", "json"))
    shows(own, changed("ant", status="paused", template="Other"))
    ran = run("plan", "--refresh", "--detailed-exitcode", "--format", "json", "--out", "p.json")
    fresh = document(ran)
    assert ran.code == 2
    assert (plain["drift"], drift_of(fresh)) == (None, [("paused", "ant"), ("edited", "ant")])
    assert fresh["digest"] == plain["digest"]
    assert fresh["actions"] == plain["actions"]
    own.fault = None
    assert run("apply", "p.json").code == 0


def test_refresh_without_credentials_is_3_and_with_offline_a_usage_error(
    run: Run, sent: Path, exotel: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("plan", "--refresh", "--offline").code == 64
    monkeypatch.delenv("EXOTEL_API_KEY")
    ran = run("plan", "--refresh")
    assert (ran.code, "EXOTEL_API_KEY is not set" in ran.err) == (3, True)


def test_after_a_lost_state_the_plan_names_what_is_not_as_the_file_says(
    run: Run, sent: Path, exotel: Sandbox
) -> None:
    (sent / STATE).unlink()
    shows(exotel, changed("ant", template="Other"))
    data = document(run("plan", "--refresh", "--format", "json"))
    assert [one["action"] for one in data["actions"]] == ["adopt"] * 3
    assert drift_of(data) == [("edited", "ant")]
    assert data["drift"][0]["changes"][0]["after"] == "Other"


@pytest.mark.parametrize("words", [("status",), ("plan", "--refresh")])
def test_next_steps_are_for_the_same_folder_and_the_same_exotel(
    run: Run, sent: Path, own: Sandbox, words: tuple[str, ...]
) -> None:
    sid = plant(own, "ant")
    shows(own, changed("bee", status="paused"))
    out = run(*words, "-C", str(sent)).out
    place = f"--base-url {own.url} -C {sent}"
    assert f"campaignctl stop {sid} {place}\n" in out
    assert f"campaignctl resume bee {place}\n" in out


# --- --failed -----------------------------------------------------------------------------------------------


def test_failures_name_the_rules_and_mask_the_numbers(run: Run, sent: Path, exotel: Sandbox) -> None:
    sid = sid_of(sent, "ant")
    messages = [
        {"sid": f"m{number}", "number": f"+9198765432{number:02}", "status": state_, "detailed_status": words}
        for number, (state_, words) in enumerate(
            [("failed", "DLT_TEMPLATE_DOES_NOT_MATCH")] * 5
            + [("failed_dnd", "FAILED_REJECTED_DND"), ("sent", "DELIVERED_TO_HANDSET"), ("failed", HOSTILE)]
        )
    ]
    shows(exotel, changed("ant", status="completed", sent=1, failed=7, invalid=0), {sid: messages})
    ran = run("status", "ant", "--failed")
    assert ran.code == 0
    assert "ant  5 messages  23185 DLT_TEMPLATE_DOES_NOT_MATCH" in ran.out
    assert "campaignctl explain body-mismatch" in ran.out
    assert "xxxxxxxxx201" in ran.out
    assert "9876543" not in ran.out
    assert "\x1b" not in ran.out
    data = status(run, "ant", "--failed")
    assert [(one["code"], one["count"]) for one in data["failures"]] == [(23185, 5), (None, 1), (23005, 1)]
    assert "body-mismatch" in data["failures"][0]["rules"]
    assert "9876543" not in json.dumps(data)


def test_no_messages_are_read_where_none_can_have_failed(run: Run, sent: Path, exotel: Sandbox) -> None:
    asked = shows(exotel, changed("ant", status="completed", sent=7, failed=0, invalid=0))
    ran = run("status", "--failed")
    assert (ran.code, "No message has failed." in ran.out) == (0, True)
    assert asked.count(sid_of(sent, "ant")) == 0  # the list has told its counts


def failing(number: int) -> list[dict[str, Any]]:
    return [
        {
            "sid": f"m{index}",
            "number": "+919876543210",
            "status": "failed",
            "detailed_status": "FAILED_REJECTED_DND",
        }
        for index in range(number)
    ]


class Tape:
    """A vendor of messages: as many a campaign as said, then perhaps an error."""

    def __init__(self, **tape: tuple[int, BaseException | None]) -> None:
        self.tape, self.asked = tape, []  # type: ignore[var-annotated]

    def messages(self, sid: str, *, number: str | None = None) -> Iterator[Message]:
        self.asked.append(sid)
        count, error = self.tape[sid.removeprefix("sid-")]
        yield from (Message(number=None, status="failed", detailed_status="X") for _ in range(count))
        if error is not None:
            raise error

    show = every = messages


def read(tape: Tape, *rows: Standing) -> failed.Reading:
    return failed.read(rows, tape, shown=False)  # type: ignore[arg-type]


def test_one_that_cannot_be_read_leaves_what_was_read_of_it_and_the_others() -> None:
    tape = Tape(ant=(2, VendorError("Exotel failed")), bee=(3, None))
    found = read(tape, row("ant", "completed"), row("bee", "completed"))
    assert [(one.id, one.count) for one in found.failures] == [("ant", 2), ("bee", 3)]
    assert (found.unread, found.code) == (["ant"], 3)
    assert "Exotel failed" in found.notes[0]


def test_ctrl_c_leaves_what_was_read() -> None:
    tape = Tape(ant=(2, None), bee=(3, KeyboardInterrupt()), cat=(1, None))
    found = read(tape, *(row(id_, "completed") for id_ in ("ant", "bee", "cat")))
    assert [(one.id, one.count) for one in found.failures] == [("ant", 2), ("bee", 3)]
    assert (found.unread, found.code, tape.asked) == (["bee", "cat"], 130, ["sid-ant", "sid-bee"])


def test_so_many_messages_are_read_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("campaignctl.commands.failed.MOST", 5)
    tape = Tape(ant=(3, None), bee=(9, None), cat=(1, None))
    found = read(tape, *(row(id_, "completed") for id_ in ("ant", "bee", "cat")))
    assert [(one.id, one.count) for one in found.failures] == [("ant", 3), ("bee", 2)]
    assert (found.unread, found.code, len(found.notes)) == (["bee", "cat"], 0, 1)
    exact = read(Tape(ant=(5, None)), row("ant", "completed"))
    assert (exact.unread, exact.notes) == ([], [])


def test_what_was_not_asked_for_is_not_read_and_said() -> None:
    unasked = Standing(id="ant", sid="sid-ant", name="ant", status="completed")
    tape = Tape(ant=(1, None))
    found = read(tape, unasked)
    assert (tape.asked, found.unread, found.code) == ([], ["ant"], 0)
    assert "1 campaign not asked for counts" in found.notes[0]


def test_how_far_the_reading_is_stands_on_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    failed.read([row("ant", "completed")], Tape(ant=(60, None)), shown=True)  # type: ignore[arg-type]
    err = capsys.readouterr().err
    assert "reading the messages of ant: 51" in err
    assert err.endswith("\r\x1b[K")


def test_table_and_drift_come_first_and_an_alarm_keeps_its_code(run: Run, sent: Path, own: Sandbox) -> None:
    plant(own, "ant")
    sid = sid_of(sent, "bee")
    shows(own, changed("bee", status="completed", sent=1, failed=2, invalid=0), {sid: failing(2)})
    ran = run("status", "--failed")
    assert ran.code == 4
    assert ran.out.index("Not as it was sent:") < ran.out.index("Failed:")
    truth = own.fault
    assert truth is not None
    own.fault = lambda method, target: Fault(status=500) if "sms-details" in target else truth(method, target)
    ran = run("status", "--failed")
    assert (ran.code, "Not as it was sent:" in ran.out, "were not all read" in ran.err) == (4, True, True)
    assert "No failed message was found among those that were read." in ran.out
    data = status(run, "--failed", code=4)
    assert (data["failures"], data["summary"]["unread"]) == ([], ["bee"])
    assert run("status", "bee", "--failed").code == 3


def test_campaigns_that_were_not_asked_for_are_counted_and_foreign_ones_are_not(
    run: Run, sent: Path, own: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("campaignctl.standing.RECENT", 1)
    for number in range(3):
        plant(own, "", f"by hand {number}")
    silent = {*render.COUNTERS, "stats", "summary", "status"}
    shows(
        own,
        lambda one: {**{key: one[key] for key in one.keys() - silent}, "status": "completed"},
    )
    ran = run("status")
    assert status(run)["summary"]["unasked"] == 2
    assert "2 campaigns not asked for counts" in ran.err


@pytest.mark.parametrize(
    ("counts", "status", "words"),
    [
        (
            {"scheduled": 1000, "sent": 0, "failed": 0},
            "scheduled",
            "No message has been sent yet: 1,000 wait for",
        ),
        ({"scheduled": 0, "sent": 0, "failed": 0}, "completed", "ant is over with 0 messages: nobody was on"),
        ({"scheduled": 10, "sent": 5, "failed": 0}, "in-progress", "No message has failed."),
        ({}, "completed", "No message has failed."),
    ],
)
def test_why_nothing_failed_is_said(counts: dict[str, int], status: str, words: str) -> None:
    shown = render.failures((), [row("ant", status, **counts)])
    assert words in shown
    assert ("No message has failed." in shown) == (words == "No message has failed.")


# --- --watch ------------------------------------------------------------------------------------------------


def row(id_: str, status: str, **counts: int) -> Standing:
    return Standing(id=id_, sid=f"sid-{id_}", name=id_, status=status, counts=Counts(**counts), asked=True)


class Script:
    """Looks that go as written: rows, or an exception."""

    def __init__(self, *looks: Any) -> None:
        self.looks, self.asked, self.slept = list(looks), [], []  # type: ignore[var-annotated]

    def __call__(self, rows: Sequence[Standing]) -> Sequence[Standing]:
        self.asked.append([one.id for one in rows])
        one = self.looks.pop(0)
        if isinstance(one, BaseException):
            raise one
        return one  # type: ignore[no-any-return]

    def watch(self, *, shown: bool = False, stream: Any = None) -> Watch:
        return Watch(self, interval=7, sleep=self.slept.append, shown=shown, stream=stream)


def test_watch_looks_until_all_are_over_and_asks_no_more_for_those_that_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    script = Script(
        [row("ant", "completed"), row("bee", "in-progress")],
        [row("bee", "in-progress")],
        [row("bee", "archived")],
    )
    rows = script.watch().until_over([row("ant", "in-progress"), row("bee", "scheduled")])
    assert [one.status for one in rows] == ["completed", "archived"]
    assert script.asked == [["ant", "bee"], ["bee"], ["bee"]]
    assert script.slept == [7, 7, 7]
    assert "ant is completed, was in-progress" in capsys.readouterr().err


def test_what_is_unknown_or_gone_is_not_waited_for() -> None:
    gone = Standing(id="a", sid="s", name="a", status=None, gone=True)
    unknown = Standing(id="b", sid=None, name="b", status=None)
    assert Script().watch().until_over([gone, unknown, row("c", "Completed")]) == [
        gone,
        unknown,
        row("c", "Completed"),
    ]


def test_a_lost_connection_is_tried_again_and_not_for_ever() -> None:
    lost = VendorError("Exotel cannot be reached")
    script = Script(lost, lost, lost, lost, [row("ant", "in-progress")], lost, lost, lost, lost, lost, lost)
    watch = script.watch()
    with pytest.raises(VendorError):
        watch.until_over([row("ant", "scheduled")])
    assert ([one.status for one in watch.rows], len(script.asked)) == (["in-progress"], 10)


def test_the_bar_stands_on_a_terminal_alone_and_is_taken_away() -> None:
    for shown in (True, False):
        stream = io.StringIO()
        Script([row("ant", "completed", sent=9)]).watch(shown=shown, stream=stream).until_over(
            [row("ant", "in-progress", scheduled=6, sent=2, failed=1)]
        )
        assert stream.getvalue() == (
            "\r[########----------------]  33%  3 of 9 messages, 0 of 1 campaign over\x1b[K\r\x1b[K"
            if shown
            else ""
        )


def test_the_bar_of_nothing() -> None:
    assert bar([]).endswith("0 of 0 campaigns over")
    assert "nothing sent yet" in bar([row("ant", "scheduled")])


@pytest.mark.parametrize("ended", ["canceled", "Cancelled", "FAILED", "deleted"])
def test_an_end_that_no_page_has_is_not_waited_for(ended: str) -> None:
    assert Script().watch().until_over([row("a", ended)]) == [row("a", ended)]


def test_what_is_paused_is_in_the_bar_and_alone_is_not_waited_for(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [row("ant", "paused"), row("bee", "Paused"), row("cat", "in-progress")]
    assert bar(rows).endswith("0 of 3 campaigns over, 2 paused")
    script = Script([row("ant", "paused"), row("bee", "paused"), row("cat", "completed")])
    assert [one.status for one in script.watch().until_over(rows)] == ["paused", "paused", "completed"]
    assert script.asked == [["ant", "bee", "cat"]]
    assert "only 2 paused campaigns left" in capsys.readouterr().err


def test_watch_tells_drift_before_it_waits_and_whenever_it_changes(
    run: Run, sent: Path, exotel: Sandbox, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    shows(exotel, changed("ant", template="Other"))
    looks: list[str] = []
    then = [
        changed("ant", template="Other"),
        changed("ant", template="Other", status="paused"),
        lambda one: {**one, "status": "completed", "sent": 1},
    ]

    def later(_: float) -> None:
        looks.append(capfd.readouterr().err)
        shows(exotel, then.pop(0))

    monkeypatch.setattr("campaignctl.commands.status.time.sleep", later)
    ran = run("status", "--watch")
    assert ran.code == 0
    assert ["'Other' is there" in one for one in looks] == [True, False, False]
    assert "campaignctl resume ant" in looks[2]


def test_an_alarm_ends_the_watch_before_it_waits(
    run: Run, sent: Path, own: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(_: float) -> None:
        raise AssertionError

    sid = plant(own, "ant")
    shows(own, changed("bee", status="paused"))
    monkeypatch.setattr("campaignctl.commands.status.time.sleep", never)
    for words in ((), ("ant",)):
        ran = run("status", *words, "--watch")
        assert ran.code == 4
        assert f"campaignctl stop {sid}" in ran.err
        assert f"campaignctl stop {sid}" in ran.out
    assert run("status", "--watch").err.index("ant stands") < run("status", "--watch").err.index(
        "bee is paused"
    )


def test_an_alarm_that_comes_later_ends_the_watch_too() -> None:
    from campaignctl.commands.watching import Alarm
    from campaignctl.model import Remote
    from campaignctl.standings import Drift, Kind

    double = Drift(kind=Kind.DOUBLED, id="ant", token="t", sid="s", others=(Remote(sid="x", name="n"),))

    def look(rows: Sequence[Standing]) -> Sequence[Standing]:
        watch.differs([double])
        return rows

    watch = Watch(look, interval=1, sleep=lambda _: None, shown=False)
    with pytest.raises(Alarm):
        watch.until_over([row("ant", "in-progress")])


def test_others_of_the_state_are_no_namesakes_of_those_that_were_named(
    run: Run, sent: Path, own: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    same = {"name": "Same name", "template": '"Hello from Kettle, the same"'}
    write(sent, {f"{id_}.yaml": campaign(id_, **same) for id_ in ("dog", "eel")})
    assert run("apply", "--yes", "--allow", "sent-before").code == 0
    monkeypatch.setattr("campaignctl.standing.SINGLY", 0)
    assert status(run, "dog")["drift"] == status(run)["drift"] == []


def test_watch_asks_each_by_itself_and_reads_no_list_again(
    run: Run, sent: Path, exotel: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("campaignctl.standing.SINGLY", 1)
    asked = shows(exotel, lambda one: one)
    more: list[list[str]] = []

    def later(_: float) -> None:
        more.append(list(asked))
        asked.clear()
        if len(more) == 3:
            raise KeyboardInterrupt

    monkeypatch.setattr("campaignctl.commands.status.time.sleep", later)
    assert run("status", "--watch").code == 130
    assert [one.count("list") for one in more] == [1, 0, 0]


def test_watch_ends_with_the_table(run: Run, sent: Path, exotel: Sandbox) -> None:
    shows(exotel, lambda one: {**one, "status": "completed"})
    ran = run("status", "--watch", "--interval", "1")
    assert (ran.code, ran.out.count("completed  ")) == (0, 3)


def test_ctrl_c_ends_with_130_and_the_last_table(
    run: Run, sent: Path, exotel: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("time.sleep", interrupted)
    ran = run("status", "--watch")
    assert (ran.code, ran.out.count("  scheduled  ")) == (130, 4)


def test_watch_that_loses_exotel_is_3_and_shows_the_last_table(
    run: Run, sent: Path, exotel: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(_: float) -> None:
        exotel.fault = lambda *_: Fault(status=500)

    monkeypatch.setattr("campaignctl.commands.status.time.sleep", cut)
    ran = run("status", "ant", "--watch", "--format", "json")
    assert (ran.code, document(ran)["campaigns"][0]["status"]) == (3, "scheduled")
    assert "looking again (1 of 4)" in ran.err


def test_foreign_ones_are_cut_for_people_and_not_for_programs() -> None:
    from campaignctl.model import Remote

    foreign = tuple(Remote(sid=f"s{number}", name=f"n{number}") for number in range(12))
    one = Standings(project="p", looked_at="", rows=(), foreign=foreign)
    assert "and 2 more" in render.text(one)
    assert len(json.loads(render.document(one))["foreign"]) == 12


def test_a_damaged_state_is_3(run: Run, sent: Path, exotel: Sandbox) -> None:
    (sent / STATE).write_text("{", encoding="utf-8")
    assert run("status").code == 3
