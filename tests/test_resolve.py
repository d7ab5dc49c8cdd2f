"""Resolve: the evidence, what is taken over, and when a person is believed."""

from __future__ import annotations

import json
import os
from base64 import b64encode
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from urllib.request import Request, urlopen

import pytest
from conftest import NOW, Run, at_a_terminal, campaign, write

from campaignctl import schema
from campaignctl.commands import doors
from campaignctl.errors import StateError
from campaignctl.model import Config, Declared, Delta, Entry, Intent, Remote, State, token
from campaignctl.plan import rfc3339
from campaignctl.render.unknowns import ago
from campaignctl.resolving import Desk, differences
from campaignctl.sandbox import Fault, Sandbox
from campaignctl.state import codec
from campaignctl.state.local import LocalStore
from campaignctl.unknowns import Case, Settled

PROJECT = "kettle-5a1f0c"
STATE = "campaignctl.state.json"
TOKEN = token(PROJECT, "ant")
PAYLOAD = {
    "name": f"ant {TOKEN}",
    "content_type": "static",
    "lists": ["9120d5962d214316b7721de55bb82e03"],
    "dlt_entity_id": "1101428740000012125",
    "dlt_template_id": "1107160086562376233",
    "sender_id": "KETTLE",
    "sms_type": "transactional",
    "template": "Hello from Kettle, a new tea is here: ant",
    "schedule": {"start_time": "2035-10-20T10:30:00+05:30", "end_time": "2035-10-20T18:00:00+05:30"},
}


def intent(at: datetime | str = NOW, phase: str = "unknown", **changes: Any) -> Intent:
    known: dict[str, Any] = {
        "token": TOKEN,
        "payload": PAYLOAD,
        "phase": phase,
        "at": at if isinstance(at, str) else rfc3339(at),
        "plan_id": "3f2a",
        "actor": "asha@desk-7, pid 4711",
        "error": "no clear answer: no answer in time" if phase == "unknown" else None,
    }
    return Intent(**{**known, **changes})


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[timedelta]:
    """How long after NOW the commands of this process run."""
    passed = [timedelta()]
    monkeypatch.setattr("campaignctl.commands.options.now", lambda at: at or NOW + passed[0])
    monkeypatch.setattr("campaignctl.exotel.client._WAITS", (0.0, 0.0))
    return passed


@pytest.fixture
def ant(folder: Path) -> Path:
    """A folder with the campaign ant alone."""
    (folder / "the-example.yaml").unlink()
    write(folder, {"ant.yaml": campaign("ant")})
    return folder


def leave(folder: Path, one: Intent, id_: str = "ant") -> None:
    """A run ended with this intent in the state."""
    from campaignctl.model import account_mark

    store = LocalStore(folder / STATE, PROJECT, account_mark("kettle1"))
    with store.lock("campaignctl apply") as session:
        session.record(Delta(intents={id_: one}))


def state(folder: Path) -> State:
    return LocalStore(folder / STATE, PROJECT).read()


def asked(sandbox: Sandbox, method: str, path: str = "", body: Any = None) -> Any:
    """Ask Exotel past the client."""
    secret = b64encode(f"{sandbox.api_key}:{sandbox.api_token}".encode()).decode()
    request = Request(
        f"{sandbox.url}/v2/accounts/{sandbox.account_sid}/sms-campaigns{path}",
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": f"Basic {secret}", "Content-Type": "application/json"},
        method=method,
    )
    with urlopen(request, timeout=10) as answer:
        return json.load(answer)["response"]


def exists(sandbox: Sandbox, **changes: Any) -> str:
    """Somebody's request has made the campaign at Exotel."""
    sid: str = asked(sandbox, "POST", body={**PAYLOAD, **changes})[0]["data"]["sid"]
    return sid


# --- the evidence -------------------------------------------------------------------------------------


def test_the_evidence_says_what_was_sent_when_by_whom_and_what_exotel_shows(
    run: Run, ant: Path, exotel: Sandbox, clock: list[timedelta]
) -> None:
    leave(ant, intent())
    clock[0] = timedelta(minutes=3)
    base = f"--base-url {exotel.url}"
    assert run("resolve").out == (
        "ant: it is not known whether Exotel has it\n"
        "  sent    Thu 01 Jun 2034 11:30 IST, 3 minutes ago, by asha@desk-7, pid 4711, plan 3f2a\n"
        "  what    'Hello from Kettle, a new tea is here: ant' from KETTLE to festival-north, starts Sat 20 Oct 2035 "
        "10:30 IST\n"
        "  answer  no clear answer: no answer in time\n"
        f"  Exotel  finds no campaign with the token {TOKEN}\n"
        "  -> not found at Exotel; look again later, or, if the dashboard does not show it either: "
        f"`campaignctl resolve ant --not-created {base}`\n"
    )


def test_the_json_has_exactly_the_fields_of_the_contract(
    run: Run, ant: Path, exotel: Sandbox, clock: list[timedelta]
) -> None:
    leave(ant, intent())
    clock[0] = timedelta(seconds=10)
    ran = run("resolve", "--format", "json")
    data = json.loads(ran.out)
    (case,) = data["cases"]
    why = case.pop("why")
    assert "wait 50 more seconds (the settle window)" in why
    assert (ran.code, data) == (
        4,
        {
            "version": 1,
            "looked_at": "2034-06-01T06:00:10Z",
            "cases": [
                {
                    "id": "ant",
                    "settled": "unknown",
                    "sid": None,
                    "token": TOKEN,
                    "sent_at": "2034-06-01T06:00:00Z",
                    "seen_at": None,
                    "actor": "asha@desk-7, pid 4711",
                    "plan_id": "3f2a",
                    "error": "no clear answer: no answer in time",
                    "where": None,
                    "payload": PAYLOAD,
                    "age_seconds": 10,
                    "window_left_seconds": 50,
                    "listed": None,
                    "found": [],
                }
            ],
            "summary": {"adopted": 0, "not_created": 0, "unknown": 1},
        },
    )
    sid = exists(exotel)
    ran = run("resolve", "--format", "json")
    (case,) = json.loads(ran.out)["cases"]
    assert (ran.code, case["settled"], case["sid"]) == (0, "adopted", sid)
    assert case["found"] == [
        {"sid": sid, "name": PAYLOAD["name"], "status": "scheduled", "differs": []},
    ]
    nothing = run("resolve", "--format", "json")
    assert (nothing.code, json.loads(nothing.out)["cases"]) == (0, [])


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-1, "in the future: the clock has jumped back since"),
        (0, "just now"),
        (1, "1 second ago"),
        (59.9, "59 seconds ago"),
        (60, "1 minute ago"),
        (7199, "1 hour ago"),
        (90_000, "1 day ago"),
        (864_000, "10 days ago"),
    ],
)
def test_how_long_ago(seconds: float, words: str) -> None:
    assert ago(seconds) == words


def test_nothing_from_the_state_reaches_a_terminal_as_it_is(
    run: Run, ant: Path, exotel: Sandbox, clock: list[timedelta]
) -> None:
    nasty = "\x1b[31m\n::error::"
    payload = {**PAYLOAD, "template": nasty, "sender_id": nasty, "lists": [nasty]}
    leave(ant, intent(actor=nasty, error=nasty, plan_id=nasty, payload=payload), id_=nasty)
    clock[0] = timedelta(hours=1)
    out = run("resolve").out
    assert "\x1b" not in out
    assert not any(line.startswith("::") for line in out.splitlines())


# --- when a person is believed ------------------------------------------------------------------------


def refused(run: Run, folder: Path, why: str, code: int = 4) -> None:
    before = state(folder)
    ran = run("resolve", "ant", "--not-created")
    assert (ran.code, why in ran.out + ran.err) == (code, True), ran.out + ran.err
    assert (state(folder).intents.keys(), state(folder).declared) == (before.intents.keys(), ())


def test_a_declaration_is_kept_for_ever_with_who_and_when(
    run: Run, ant: Path, exotel: Sandbox, clock: list[timedelta]
) -> None:
    one = intent()
    leave(ant, one)
    clock[0] = timedelta(seconds=59)
    refused(run, ant, "it may still appear: wait 1 more seconds (the settle window)")
    clock[0] = timedelta(seconds=60)
    ran = run("resolve", "ant", "--not-created")
    assert ran.code == 0
    assert f"has 0 campaigns, all were read, and none holds the token {TOKEN}" in ran.out
    after = state(ant)
    (said,) = after.declared
    assert (said.id, said.token, said.at, said.intent) == ("ant", TOKEN, "2034-06-01T06:01:00Z", one)
    assert said.by.endswith(f", pid {os.getpid()}")
    assert (after.intents, after.campaigns) == ({}, {})
    assert run("state", "list").out.startswith("ant  -  not created  2034-06-01T06:01:00Z\n0 campaigns")
    shown = json.loads(run("state", "show", "ant").out)
    assert [one["by"] for one in shown["declared"]] == [said.by]
    assert run("resolve", "ant").out == "Nothing to resolve: no outcome is unknown.\n"

    assert run("apply", "--yes").code == 0  # it is created after all, and the word about it stays
    shown = json.loads(run("state", "show", "ant").out)
    assert (shown["origin"], shown["declared"][0]["intent"]["plan_id"]) == ("created", "3f2a")
    assert state(ant).declared == (said,)


def test_what_was_declared_is_still_looked_for_before_it_is_created(
    run: Run, ant: Path, exotel: Sandbox, clock: list[timedelta]
) -> None:
    leave(ant, intent())
    clock[0] = timedelta(hours=1)
    assert run("resolve", "ant", "--not-created").code == 0
    sid = exists(exotel)  # so late that nobody expected it any more
    assert run("apply", "--yes").code == 0
    assert state(ant).campaigns["ant"].sid == sid
    assert len(asked(exotel, "GET")) == 1


def test_the_window_of_a_dead_run_begins_when_it_is_found_dead(
    run: Run, ant: Path, exotel: Sandbox, clock: list[timedelta]
) -> None:
    """It may have slept for days between the record and the request, and sent it a second ago."""
    leave(ant, intent(phase="intent"))
    clock[0] = timedelta(days=2)
    refused(run, ant, "wait 60 more seconds")
    assert state(ant).intents["ant"].seen == "2034-06-03T06:00:00Z"
    clock[0] += timedelta(seconds=59)
    refused(run, ant, "wait 1 more seconds")
    clock[0] += timedelta(seconds=1)
    ran = run("resolve", "ant", "--not-created")
    assert (ran.code, "the run ended before there was one, as was found Sat 03 Jun 2034" in ran.out) == (
        0,
        True,
    )


def test_a_clock_that_jumped_back_is_no_proof_of_time(
    run: Run, ant: Path, exotel: Sandbox, clock: list[timedelta]
) -> None:
    leave(ant, intent(NOW + timedelta(hours=1)))
    refused(run, ant, "its time is in the future (2034-06-01T07:00:00Z)")
    write(ant, {"campaignctl.yaml": (ant / "campaignctl.yaml").read_text() + "policy: {settle: 0}\n"})
    refused(run, ant, "its time is in the future")


NOTHING = '{"http_code": 200, "metadata": {"total": 0}, "response": []}'


def by_name(target: str) -> bool:
    return "name" in parse_qs(urlsplit(target).query)


def test_a_search_by_name_that_shows_nothing_is_not_believed(
    run: Run, ant: Path, exotel: Sandbox, clock: list[timedelta]
) -> None:
    leave(ant, intent())
    sid = exists(exotel)
    exotel.fault = lambda method, target: Fault(body=NOTHING) if by_name(target) else None
    clock[0] = timedelta(hours=1)
    ran = run("resolve", "ant", "--not-created")
    assert (ran.code, f"found at Exotel as {sid}; adopted" in ran.out) == (0, True)
    assert state(ant).declared == ()


def page(offset: int, total: int, number: int) -> str:
    data = [{"data": {"sid": f"s{offset + one}", "name": f"other {offset + one}"}} for one in range(number)]
    return json.dumps({"http_code": 200, "metadata": {"total": total}, "response": data})


@pytest.mark.parametrize(
    ("second", "why"),
    [
        (Fault(status=500), "Exotel failed (HTTP 500)"),
        (Fault(close="before"), "Exotel cannot be reached"),
        (Fault(close="inside"), "Exotel"),
        (Fault(body=page(50, 99, 0)), "incomplete (50 of 99)"),
        (Fault(body=page(0, 99, 10)), "repeats itself"),
        (
            Fault(body='{"metadata": {"total": 99}, "response": [{"data": {"sid": "s60"}}]}'),
            "holds one without SID or name",
        ),
        (Fault(body='{"response": []}'), "does not say how many there are"),
        (Fault(body='{"metadata": {"total": 99, "count": 3}, "response": []}'), "does not say how many"),
    ],
    ids=["500", "closed", "cut", "short", "repeated", "nameless", "uncounted", "miscounted"],
)
def test_a_list_that_is_not_whole_proves_nothing(
    run: Run, ant: Path, exotel: Sandbox, clock: list[timedelta], second: Fault, why: str
) -> None:
    leave(ant, intent())
    clock[0] = timedelta(hours=1)

    def fault(method: str, target: str) -> Fault | None:
        if by_name(target):
            return None
        return Fault(body=page(0, 99, 50)) if "offset=0" in target else second

    exotel.fault = fault
    refused(run, ant, why, code=3)
    exotel.fault = None
    assert run("resolve", "ant", "--not-created").code == 0


def test_the_number_of_campaigns_that_were_read_is_said(
    run: Run, ant: Path, exotel: Sandbox, clock: list[timedelta]
) -> None:
    for number in range(53):
        exists(exotel, name=f"another one, {number}")
    leave(ant, intent())
    clock[0] = timedelta(hours=1)
    ran = run("resolve", "ant", "--not-created", "--format", "json")
    (case,) = json.loads(ran.out)["cases"]
    assert (case["settled"], case["listed"]) == ("not-created", 53)


def test_a_desk_declares_nothing_that_was_not_searched_for() -> None:
    desk = Desk(session=None, vendor=None, now=lambda: NOW, actor="", settle=60.0)  # type: ignore[arg-type]
    for left, listed, elsewhere in ((1.0, 5, None), (0.0, None, None), (0.0, 5, HERE)):
        with pytest.raises(AssertionError):
            desk.declare(
                Case(
                    id="ant",
                    intent=intent(),
                    hits=(),
                    age=99.0,
                    left=left,
                    listed=listed,
                    elsewhere=elsewhere,
                )
            )


# --- what is there ------------------------------------------------------------------------------------


@pytest.mark.parametrize("flags", [(), ("ant",), ("ant", "--not-created")])
def test_the_one_that_is_there_is_taken_over_whatever_is_said(
    run: Run, ant: Path, exotel: Sandbox, clock: list[timedelta], flags: tuple[str, ...]
) -> None:
    leave(ant, intent(phase="intent"))
    sid = exists(exotel)
    ran = run("resolve", *flags)
    assert (ran.code, f"has 1 campaign with the token {TOKEN}: {sid} (scheduled)" in ran.out) == (0, True)
    assert state(ant).campaigns["ant"].sid == sid


def test_a_text_that_was_changed_at_exotel_is_named(
    run: Run, ant: Path, exotel: Sandbox, clock: list[timedelta]
) -> None:
    leave(ant, intent())
    sid = exists(exotel, template="Another text from Kettle")
    for flags in ((), ("ant",), ("ant", "--not-created")):
        ran = run("resolve", *flags)
        assert (ran.code, f"{sid} has another template than what was sent; if" in ran.out) == (4, True)
        assert f"`campaignctl resolve ant --adopt {sid} --base-url {exotel.url}`" in ran.out
        assert "ant" in state(ant).intents
    ran = run("resolve", "ant", "--adopt", sid)  # somebody has looked
    assert (ran.code, "template not as sent" in ran.out, "adopted" in ran.out) == (0, True, True)


def test_of_two_the_one_that_is_as_sent_is_taken_over(
    run: Run, ant: Path, exotel: Sandbox, clock: list[timedelta]
) -> None:
    leave(ant, intent())
    other, same = exists(exotel, template="Another text from Kettle"), exists(exotel)
    for sid in (other, same):
        asked(exotel, "PUT", f"/{sid}", {"action": "pause"})
    ran = run("resolve", "ant", "--adopt", other)
    assert (ran.code, "take the one that has not" in ran.out, "ant" in state(ant).intents) == (4, True, True)
    assert run("resolve", "ant", "--adopt", same).code == 0


@pytest.mark.parametrize("named", [True, False])
def test_a_campaign_that_the_state_knows_as_another_is_not_taken_over(
    run: Run, ant: Path, exotel: Sandbox, clock: list[timedelta], *, named: bool
) -> None:
    leave(ant, intent())
    sid = exists(exotel)
    bee = Entry(token=token(PROJECT, "bee"), sid=sid, payload={}, origin="adopted", at=LONG_AGO)
    with LocalStore(ant / STATE, PROJECT).lock("campaignctl test") as session:
        session.record(Delta(campaigns={"bee": bee}))
    ran = run("resolve", "ant", *(("--adopt", sid) if named else ()))
    assert (ran.code, f"{sid} is bee in the state" in ran.out) == (4, True)
    assert ("ant" in state(ant).intents, list(state(ant).campaigns)) == (True, ["bee"])


# --- where it was sent, and how long its run would wait -------------------------------------------------


HERE = "http://127.0.0.1:1, sms-campaigns"


def test_apply_records_where_it_sends_and_how_long_it_waits(
    run: Run, ant: Path, exotel: Sandbox, clock: list[timedelta]
) -> None:
    exotel.fault = lambda method, _: Fault(status=500) if method == "POST" else None
    assert run("apply", "--yes", "--settle", "0").code == 4
    one = state(ant).intents["ant"]
    assert (one.where, one.settle) == (f"{exotel.url}, sms-campaigns", 0.0)
    assert schema.check("state", json.loads((ant / STATE).read_text())) == ()
    text = (ant / STATE).read_text(encoding="utf-8")
    assert not any(word in text for word in (exotel.api_key, exotel.api_token, exotel.account_sid))
    assert f"  to      {exotel.url}, sms-campaigns" in run("resolve").out


@pytest.mark.parametrize(
    "flags", [(), ("ant", "--not-created"), ("ant", "--not-created", "--format", "json")]
)
def test_a_look_at_another_service_says_nothing(
    run: Run, ant: Path, exotel: Sandbox, clock: list[timedelta], flags: tuple[str, ...]
) -> None:
    one = intent(where=HERE)
    leave(ant, one)
    clock[0] = timedelta(days=1)
    ran = run("resolve", *flags)
    assert ran.code == 4
    assert f"this run looks at {exotel.url}, sms-campaigns, and it was sent to {HERE}" in ran.out
    assert ("--not-created" in ran.out, "all were read" in ran.out) == (False, False)
    assert (state(ant).intents, state(ant).declared) == ({"ant": one}, ())


def test_the_other_endpoint_of_the_same_host_is_another_service(
    run: Run, ant: Path, exotel: Sandbox, clock: list[timedelta]
) -> None:
    leave(ant, intent(where=f"{exotel.url}, message-campaigns"))
    clock[0] = timedelta(days=1)
    refused(run, ant, "and it was sent to")


def test_no_terminal_asks_about_what_was_sent_elsewhere(ant: Path, exotel: Sandbox) -> None:
    leave(ant, intent(LONG_AGO, where=HERE))
    code, out = at_a_terminal(ant, "yes\n", "resolve")
    assert (code, "Declare" in out, state(ant).declared) == (4, False, ())


def test_what_is_found_exists_wherever_it_was_looked_for(
    run: Run, ant: Path, exotel: Sandbox, clock: list[timedelta]
) -> None:
    leave(ant, intent(where=HERE))
    sid = exists(exotel)
    assert (run("resolve").code, state(ant).campaigns["ant"].sid) == (0, sid)


@pytest.mark.parametrize(
    ("recorded", "policy", "window"),
    [(None, 0, 60), (0.0, 0, 60), (0.0, 90, 90), (300.0, 60, 300), (300.0, 600, 600), (59.5, 60, 60)],
)
def test_nobody_is_believed_before_the_longest_of_the_windows_is_over(
    run: Run,
    ant: Path,
    exotel: Sandbox,
    clock: list[timedelta],
    recorded: float | None,
    policy: int,
    window: int,
) -> None:
    config = (ant / "campaignctl.yaml").read_text() + f"policy: {{settle: {policy}}}\n"
    write(ant, {"campaignctl.yaml": config})
    leave(ant, intent(settle=recorded))
    clock[0] = timedelta(seconds=window - 1)
    refused(run, ant, "wait 1 more seconds")
    clock[0] = timedelta(seconds=window)
    assert run("resolve", "ant", "--not-created").code == 0


@pytest.mark.parametrize(
    ("base_url", "region", "endpoint", "words"),
    [
        (None, "mumbai", "sms-campaigns", "https://api.in.exotel.com, sms-campaigns"),
        (None, "singapore", "message-campaigns", "https://api.exotel.com, message-campaigns"),
        ("https://API.exotel.com:443/", "mumbai", "sms-campaigns", "https://api.exotel.com, sms-campaigns"),
        ("http://127.0.0.1:80", "mumbai", "sms-campaigns", "http://127.0.0.1, sms-campaigns"),
        ("http://[::1]:8080", "mumbai", "sms-campaigns", "http://[::1]:8080, sms-campaigns"),
    ],
)
def test_a_service_has_one_name(base_url: str | None, region: str, endpoint: str, words: str) -> None:
    config = Config(project=PROJECT, region=region, endpoint=endpoint)
    assert doors.service(config, sandbox=False, base_url=base_url) == words
    assert doors.service(config, sandbox=True, base_url=base_url) == f"the embedded sandbox, {endpoint}"


def test_of_two_one_is_taken_over_when_the_other_is_asleep(
    run: Run, ant: Path, exotel: Sandbox, clock: list[timedelta]
) -> None:
    leave(ant, intent())
    first, second = sorted((exists(exotel), exists(exotel)))
    base = f"--base-url {exotel.url}"
    ran = run("resolve")
    assert ran.code == 4
    assert f"{first} (scheduled)" in ran.out
    assert f"{second} (scheduled)" in ran.out
    assert f"campaignctl stop {first} {base}" in ran.out
    assert f"`campaignctl resolve ant --adopt SID {base}`" in ran.out
    ran = run("resolve", "ant", "--adopt", second)
    assert (ran.code, f"{first} may send the same once more: pause it first" in ran.out) == (4, True)
    ran = run("resolve", "ant", "--adopt", "nobody")
    assert (ran.code, "no campaign nobody at Exotel holds the token" in ran.out) == (4, True)
    ran = run("resolve", "ant", "--not-created")
    assert (ran.code, "Exotel has 2 with this token" in ran.out) == (4, True)
    assert "ant" in state(ant).intents
    asked(exotel, "PUT", f"/{first}", {"action": "pause"})
    assert run("resolve", "ant", "--adopt", second).code == 0
    assert state(ant).campaigns["ant"].sid == second


SENT = intent(payload={"template": "Hi\nthere", "lists": ["a", "b"]})


@pytest.mark.parametrize(
    ("template", "lists", "found"),
    [
        (None, None, ()),
        ("Hi\nthere", ("a", "b"), ()),
        (" Hi\r\nthere\n", ("b", "a"), ()),
        ("Hi there", None, ("template",)),
        (None, ("a",), ("lists",)),
        ("", (), ("template", "lists")),
        ("hi\nthere", ("a", "b", "b"), ("template", "lists")),
    ],
)
def test_what_differs_from_what_was_sent(
    template: str | None, lists: tuple[str, ...] | None, found: tuple[str, ...]
) -> None:
    assert differences(SENT, Remote(sid="s", name="n", template=template, lists=lists)) == found


# --- at a terminal ------------------------------------------------------------------------------------


LONG_AGO = "2020-01-01T00:00:00Z"


@pytest.mark.parametrize(("typed", "code"), [("y\n", 4), ("\n", 4), ("\x04", 130), ("yes\n", 0)])
def test_only_a_typed_yes_declares(ant: Path, exotel: Sandbox, typed: str, code: int) -> None:
    leave(ant, intent(LONG_AGO))
    found, out = at_a_terminal(ant, typed, "resolve")
    assert (found, "Declare that ant was never created?" in out) == (code, True)
    assert "has 0 campaigns, all were read" in out
    assert len(state(ant).declared) == (code == 0)
    assert ("ant" in state(ant).intents) == (code != 0)


def test_what_appears_while_it_is_asked_is_taken_over(ant: Path, exotel: Sandbox) -> None:
    leave(ant, intent(LONG_AGO))
    lists: list[str] = []

    def fault(method: str, target: str) -> Fault | None:
        if method == "GET" and "name=" not in target:
            lists.append(target)
            if len(lists) == 1:  # the list that is read before the question
                return Fault(body=NOTHING)
        return None

    exists(exotel)
    exotel.fault = lambda method, target: Fault(body=NOTHING) if by_name(target) else fault(method, target)
    code, out = at_a_terminal(ant, "yes\n", "resolve")
    assert (code, "has 0 campaigns, all were read" in out, "Meanwhile Exotel has 1 campaign" in out) == (
        0,
        True,
        True,
    )
    assert (list(state(ant).campaigns), state(ant).declared, len(lists)) == (["ant"], (), 2)


def test_nobody_is_asked_before_the_window_has_passed(ant: Path, exotel: Sandbox) -> None:
    leave(ant, intent(LONG_AGO, phase="intent"))
    code, out = at_a_terminal(ant, "yes\n", "resolve")
    assert (code, "Declare" in out, "more seconds (the settle window)" in out) == (4, False, True)
    assert state(ant).declared == ()


def test_a_terminal_asks_which_of_several_stays(ant: Path, exotel: Sandbox) -> None:
    leave(ant, intent(LONG_AGO))
    first, second = exists(exotel), exists(exotel)
    code, out = at_a_terminal(ant, f"{first}\nno\n", "resolve", "ant")
    assert (code, "Which one stays?" in out, f"Adopt {first} all the same?" in out) == (4, True, True)
    asked(exotel, "PUT", f"/{first}", {"action": "pause"})
    code, _ = at_a_terminal(ant, f"{second}\n", "resolve", "ant")
    assert (code, state(ant).campaigns["ant"].sid) == (0, second)


@pytest.mark.parametrize("flags", [("--format", "json"), ("ant", "--not-created")])
def test_flags_leave_nothing_to_ask(ant: Path, exotel: Sandbox, flags: tuple[str, ...]) -> None:
    leave(ant, intent(LONG_AGO))
    _, out = at_a_terminal(ant, "", "resolve", *flags)
    assert "Only 'yes' does it" not in out


# --- the state ----------------------------------------------------------------------------------------

SAID = Declared(
    id="ant", token=TOKEN, at=LONG_AGO, by="asha@desk-7, pid 1", intent=intent(phase="intent", seen=LONG_AGO)
)
BASE = State(project=PROJECT, lineage="l", account=None, serial=3)


def test_a_state_without_declarations_is_written_as_before() -> None:
    data = json.loads(codec.dumps(BASE))
    assert (data["version"], "declared" in data) == (1, False)
    assert codec.loads(codec.dumps(BASE), "s", PROJECT) == BASE


def test_a_state_with_declarations_is_refused_by_what_would_lose_them() -> None:
    state = codec.Growing(BASE)
    state.add(Delta(declared=(SAID,)), "l")
    data = codec.dumps(state.state)
    assert json.loads(data)["version"] == 2, "a campaignctl that knows 1 says: upgrade"
    assert codec.loads(data, "s", PROJECT) == state.state


def test_a_declaration_survives_in_the_journal() -> None:
    line = codec.line(Delta(declared=(SAID,)), "l", 4, project=PROJECT)
    state = codec.replay(BASE, line, "j")
    assert (state.declared, state.serial) == ((SAID,), 4)
    assert b"declared" not in codec.line(Delta(used_plan="p"), "l", 4, project=PROJECT)


def test_a_state_with_declarations_fits_its_schema() -> None:
    state = codec.Growing(BASE)
    state.add(Delta(declared=(SAID,)), "l")
    assert schema.check("state", json.loads(codec.dumps(state.state))) == ()


def test_where_and_settle_survive_in_state_and_journal() -> None:
    delta = Delta(intents={"ant": intent(where=HERE, settle=90.5), "bee": intent()})
    line = codec.line(delta, "l", 4, project=PROJECT)
    state = codec.replay(BASE, line, "j")
    assert state.intents == delta.intents
    assert codec.loads(codec.dumps(state), "s", PROJECT) == state
    assert not {"where", "settle"} & json.loads(codec.dumps(state))["intents"]["bee"].keys()


@pytest.mark.parametrize("settle", ["60", True, None, -1, 86_401, float("nan"), float("inf"), [60]])
def test_a_window_that_cannot_be_is_damage(settle: Any) -> None:
    data = json.loads(codec.dumps(replace(BASE, intents={"ant": intent(settle=60.0)})))
    data["intents"]["ant"]["settle"] = settle
    with pytest.raises(StateError, match="damaged"):
        codec.loads(json.dumps(data).encode(), "s", PROJECT)


@pytest.mark.parametrize("damage", [{}, [1], [{"id": "ant"}], "x"])
def test_damaged_declarations_are_refused(damage: Any) -> None:
    data = {**json.loads(codec.dumps(BASE)), "version": 2, "declared": damage}
    with pytest.raises(StateError, match="damaged"):
        codec.loads(json.dumps(data).encode(), "s", PROJECT)


def test_every_end_has_a_word_in_the_report() -> None:
    assert {kind.value for kind in Settled} == {"adopted", "not-created", "unknown"}
