"""The vendor's actions over real sockets: which are asked for, what an answer proves, how often it is asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from conftest import NOW
from hypothesis import given
from hypothesis import strategies as st
from test_client import CREDENTIALS, PAYLOAD, TOKEN, Waits, answer, client, config, failure, says, vendor

from campaignctl import controls, steering
from campaignctl.controls import CONTROLS, Control, End, Heard, Reply, Steered, Verdict, judge
from campaignctl.errors import VendorError
from campaignctl.exotel import control
from campaignctl.exotel.client import Credentials, Exotel
from campaignctl.model import Remote, Sent
from campaignctl.sandbox import Fault, Sandbox
from campaignctl.targets import Target

STATUSES = ("scheduled", "in-progress", "paused", "completed", "archived")
#: How a new campaign comes to each status: actions, and whether its start or its end has passed.
WAYS = {
    "scheduled": (),
    "in-progress": ("start",),
    "paused": ("pause",),
    "completed": ("pause", "complete"),
    "archived": ("pause", "complete", "archive"),
}
START = datetime.fromisoformat(PAYLOAD["schedule"]["start_time"])


class Account:
    """A sandbox with a clock of its own, the client on it, and what has been asked for."""

    def __init__(self, sandbox: Sandbox, exotel: Exotel, waits: Waits, clock: list[datetime]) -> None:
        self.sandbox, self.exotel, self.waits, self.clock = sandbox, exotel, waits, clock
        self.puts: list[str] = []
        self.script: list[Fault | None] = []
        self.reads: list[Fault | None] = []
        sandbox.fault = self.fault

    def fault(self, method: str, target: str) -> Fault | None:
        if method == "PUT":
            self.puts.append(target.rsplit("/", 1)[1])
            return self.script.pop(0) if self.script else None
        if method == "GET" and self.reads:
            return self.reads.pop(0)
        return None

    def create(self, token: str = TOKEN, status: str = "scheduled") -> Target:
        made = self.exotel.create({**PAYLOAD, "name": f"Diwali {token}"}, token)
        assert made.sent is Sent.CREATED
        assert made.sid is not None
        for way in WAYS[status]:
            if way == "start":
                self.clock[0] = START + timedelta(minutes=1)
            else:
                assert self.exotel.update(made.sid, way).heard is Heard.ACCEPTED
        self.puts.clear()
        return Target(id="diwali", sid=made.sid, token=token)

    def status(self, target: Target) -> str | None:
        found = self.exotel.details(target.sid)
        return found.status if found else None

    def steer(self, command: str, *targets: Target) -> list[Steered]:
        steps = steering.survey(CONTROLS[command], targets, self.exotel)
        return list(steering.carry_out(CONTROLS[command], steps, self.exotel, self.waits))


@pytest.fixture
def account() -> Iterator[Account]:
    yield from opened("sms-campaigns")


@pytest.fixture(params=["sms-campaigns", "message-campaigns"])
def either(request: pytest.FixtureRequest) -> Iterator[Account]:
    yield from opened(request.param)


def opened(endpoint: str) -> Iterator[Account]:
    clock = [NOW]
    waits = Waits()
    with (
        Sandbox(
            account_sid=CREDENTIALS.account_sid,
            api_key=CREDENTIALS.api_key,
            api_token=CREDENTIALS.api_token,
            clock=lambda: clock[0],
            registry={"lists": {"lists": {"north": {"sid": PAYLOAD["lists"][0], "contacts": 5000}}}},
        ) as sandbox,
        Exotel(
            config(endpoint=endpoint), CREDENTIALS, base_url=sandbox.url, sleep=waits, timeout=5
        ) as exotel,
    ):
        yield Account(sandbox, exotel, waits, clock)


# --- every status and every action ----------------------------------------------------------------------


@pytest.mark.parametrize("command", CONTROLS)
@pytest.mark.parametrize("status", STATUSES)
def test_what_the_client_asks_for_is_what_the_vendor_allows(
    either: Account, status: str, command: str
) -> None:
    target = either.create(status=status)
    assert either.status(target) == status
    verdict, _ = judge(CONTROLS[command], status)

    said = either.exotel.update(target.sid, CONTROLS[command].action)

    assert (said.heard is Heard.ACCEPTED) == (verdict is Verdict.SEND)
    assert said.heard in (Heard.ACCEPTED, Heard.REFUSED)


@pytest.mark.parametrize("command", CONTROLS)
@pytest.mark.parametrize("status", STATUSES)
def test_one_request_leaves_where_it_is_allowed_and_none_elsewhere(
    account: Account, status: str, command: str
) -> None:
    target = account.create(status=status)
    verdict, reason = judge(CONTROLS[command], status)

    (end,) = account.steer(command, target)

    assert len(account.puts) == (verdict is Verdict.SEND)
    assert (end.before, end.after) == (status, account.status(target))
    if verdict is Verdict.SEND:
        assert (end.outcome, end.error) == (End.DONE, None)
        assert end.after in CONTROLS[command].goals
    else:
        assert (end.outcome.value, end.after, end.error) == (verdict.value, status, reason)
    assert account.waits == []


def test_the_table_of_the_vendors_page() -> None:
    table = {
        (name, status): judge(one, status)[0].value for name, one in CONTROLS.items() for status in STATUSES
    }
    send, same = Verdict.SEND.value, Verdict.UNCHANGED.value
    assert {key: word for key, word in table.items() if word != Verdict.REFUSED.value} == {
        ("stop", "scheduled"): send,
        ("stop", "in-progress"): send,
        ("stop", "paused"): same,
        ("resume", "scheduled"): same,
        ("resume", "in-progress"): same,
        ("resume", "paused"): send,
        ("complete", "paused"): send,
        ("complete", "completed"): same,
        ("archive", "completed"): send,
        ("archive", "archived"): same,
    }


def test_a_refusal_names_the_status_and_what_comes_first() -> None:
    assert judge(CONTROLS["stop"], "Completed")[1] == "it is completed"
    assert judge(CONTROLS["complete"], "InProgress")[1] == "it is in-progress; stop it first"
    assert judge(CONTROLS["archive"], "paused")[1] == "it is paused; complete it first"
    assert judge(CONTROLS["archive"], "created")[1] == "it is scheduled; stop and complete it first"


@pytest.mark.parametrize("text", [None, "", "failed", "Deleted", "प", "pausing"])
@pytest.mark.parametrize("command", CONTROLS)
def test_a_status_that_nobody_knows_is_for_exotel_to_judge(command: str, text: str | None) -> None:
    assert judge(CONTROLS[command], text) == (Verdict.SEND, None)
    assert not controls.settled(text)


@given(st.sampled_from(STATUSES), st.sampled_from("-_ "), st.sampled_from([str.lower, str.upper, str.title]))
def test_a_status_is_read_in_every_spelling_of_the_pages(
    status: str, joint: str, case: Callable[[str], str]
) -> None:
    text = case(status)
    assert controls.status(text.replace("-", joint)) == status
    assert controls.status(text.replace("-", "")) == status


def test_created_is_scheduled() -> None:
    assert controls.status("Created") == "scheduled"


# --- what is sent, and what an answer proves --------------------------------------------------------------


@pytest.mark.parametrize("endpoint", ["sms-campaigns", "message-campaigns"])
@pytest.mark.parametrize("body", ["bare", "wrapped"])
def test_an_action_is_one_put_of_a_bare_body(waits: Waits, endpoint: str, body: str) -> None:
    said = answer({"response": [{"status": "success", "data": {"sid": "a/b?", "status": "paused"}}]})
    with (
        vendor(says(said)) as server,
        client(server.url, waits, endpoint=endpoint, body=body) as exotel,
    ):
        assert exotel.update("a/b?", "pause") == Reply(heard=Heard.ACCEPTED, status="paused")
    (request,) = server.requests
    head, _, content = request.partition(b"\r\n\r\n")
    assert head.startswith(f"PUT /v2/accounts/kettle1/{endpoint}/a%2Fb%3F HTTP/1.1\r\n".encode())
    assert json.loads(content) == {"action": "pause"}


@pytest.fixture
def waits() -> Waits:
    return Waits()


@pytest.mark.parametrize("sid", ["", ".", "..", " "])
def test_a_sid_that_is_another_place_is_never_asked_for(waits: Waits, sid: str) -> None:
    with vendor(says(answer({}))) as server, client(server.url, waits) as exotel:
        for ask in (lambda: exotel.update(sid, "pause"), lambda: exotel.details(sid)):
            with pytest.raises(VendorError, match="no SID"):
                ask()
    assert server.requests == []


def one(**data: Any) -> dict[str, Any]:
    return {
        "http_code": 200,
        "response": [{"code": 200, "error_data": None, "status": "success", "data": data}],
    }


def inner(code: int) -> dict[str, Any]:
    error = {"code": 1002, "message": "Invalid parameter", "description": "no"}
    return {
        "http_code": 207,
        "response": [{"code": code, "error_data": error, "status": "failure", "data": None}],
    }


ACCEPTED = Heard.ACCEPTED, "paused"
ROWS: list[tuple[int, Any, Heard, str | None]] = [
    (200, one(sid="s1", status="paused"), *ACCEPTED),
    (200, one(id="s1", status="paused"), *ACCEPTED),
    (200, one(status="paused"), *ACCEPTED),
    (202, one(sid="s1", status="paused"), *ACCEPTED),
    (200, {"response": {"status": "success", "data": {"sid": "s1", "status": "paused"}}}, *ACCEPTED),
    (200, {"response": [{"sid": "s1", "status": "paused"}]}, *ACCEPTED),
    (200, one(sid="s1"), Heard.ACCEPTED, None),
    (200, one(sid="s1", status=7), Heard.ACCEPTED, None),
    (200, one(sid="s2", status="paused"), Heard.UNCLEAR, None),
    (200, {"response": []}, Heard.UNCLEAR, None),
    (200, {"response": [{"status": "success", "data": None}]}, Heard.UNCLEAR, None),
    (200, {"response": [one(sid="s1")["response"][0]] * 2}, Heard.UNCLEAR, None),
    (
        200,
        {"http_code": 500, **one(sid="s1", status="paused"), "RestException": {"Message": "x"}},
        Heard.UNCLEAR,
        None,
    ),
    (200, b"<html><title>Log in</title>", Heard.UNCLEAR, None),
    (200, b'{"response": [{"data": {"sid": "s1", "sta', Heard.UNCLEAR, None),
    (200, b"", Heard.UNCLEAR, None),
    (
        200,
        {"response": [{"status": "failure", "error_data": {"message": "no"}, "data": None}]},
        Heard.REFUSED,
        None,
    ),
    *((200, inner(code), Heard.REFUSED, None) for code in (400, 401, 402, 403, 404, 409, 415, 422)),
    *((code, failure(), Heard.REFUSED, None) for code in (400, 401, 402, 403, 404, 409, 415, 422)),
    *((code, b"<html>", Heard.UNCLEAR, None) for code in (400, 403, 404)),
    (429, failure(), Heard.THROTTLED, None),
    (429, b"", Heard.THROTTLED, None),
    (207, inner(429), Heard.THROTTLED, None),
    *((code, failure(), Heard.UNCLEAR, None) for code in (302, 405, 408, 500, 502, 503, 504)),
    *((207, inner(code), Heard.UNCLEAR, None) for code in (302, 408, 500, 503)),
]


@pytest.mark.parametrize(("status", "body", "heard", "shown"), ROWS)
def test_what_an_answer_to_an_action_proves(status: int, body: Any, heard: Heard, shown: str | None) -> None:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    said = control.classify(status, "7", data, "s1", lambda text: text)
    assert (said.heard, said.status) == (heard, shown)
    assert (said.error is None) == (heard is Heard.ACCEPTED)
    assert said.retry_after == (7.0 if heard is Heard.THROTTLED else None)


@pytest.mark.parametrize("status", [200, 400, 401, 500])
@pytest.mark.parametrize(
    "body", [b"\xff", b"[]", b"null", b'{"response": 1}', b'{"response": [1]}', b"[" * 9999]
)
def test_no_answer_breaks_the_reading(status: int, body: bytes) -> None:
    assert control.classify(status, None, body, "s1", lambda text: text).heard is not Heard.ACCEPTED


def test_a_refused_account_is_hopeless_and_one_campaign_is_not() -> None:
    for code, hopeless in ((401, True), (402, True), (403, True), (400, False), (404, False), (409, False)):
        for status, body in ((code, failure()), (207, inner(code))):
            said = control.classify(status, None, json.dumps(body).encode(), "s1", lambda text: text)
            assert (said.heard, said.hopeless) == (Heard.REFUSED, hopeless)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (one(sid="s1", name="n", status="Paused"), Remote(sid="s1", name="n", status="Paused")),
        (one(id="s1", name="n"), Remote(sid="s1", name="n")),
        (one(status="paused"), Remote(sid="s1", name="", status="paused")),
        ({"response": {"data": {"sid": "s1", "name": "n"}}}, Remote(sid="s1", name="n")),
        (
            {"response": [{"sid": "s1", "name": "n", "status": "paused"}]},
            Remote(sid="s1", name="n", status="paused"),
        ),
        (one(sid="s1", name="n", summary={}, stats={"sent": 1}), Remote(sid="s1", name="n")),
        (inner(404), None),
    ],
)
def test_details_are_read_in_every_shape(waits: Waits, body: Any, expected: Remote | None) -> None:
    with vendor(says(answer(body))) as server, client(server.url, waits) as exotel:
        assert exotel.details("s1") == expected
    assert server.requests[0].startswith(b"GET /v2/accounts/kettle1/sms-campaigns/s1 HTTP/1.1")


def test_details_name_the_start(account: Account) -> None:
    found = account.exotel.details(account.create().sid)
    assert found is not None
    assert found.start == PAYLOAD["schedule"]["start_time"]


def test_details_of_nothing_are_none_and_of_another_are_no_answer(waits: Waits, account: Account) -> None:
    assert account.exotel.details("0" * 32) is None
    with (
        vendor(says(answer(one(sid="s2", name="n")))) as server,
        client(server.url, waits) as exotel,
        pytest.raises(VendorError, match="another campaign"),
    ):
        exotel.details("s1")


@pytest.mark.parametrize("body", [b"<html>", {"response": []}, inner(500), failure()])
def test_details_that_cannot_be_read_are_asked_for_again_or_said(waits: Waits, body: Any) -> None:
    with (
        vendor(says(answer(body))) as server,
        client(server.url, waits) as exotel,
        pytest.raises(VendorError),
    ):
        exotel.details("s1")


# --- unclear answers --------------------------------------------------------------------------------------

FAULTS: dict[str, Callable[[bool], Fault]] = {
    "500": lambda commit: Fault(status=500, commit=commit),
    "503 for too many": lambda commit: Fault(status=503, commit=commit),
    "reset": lambda commit: Fault(close="before", commit=commit),
    "half": lambda commit: Fault(close="inside", commit=commit),
    "a web page": lambda commit: Fault(status=200, body="<html>", commit=commit),
    "truncated": lambda commit: Fault(status=200, body='{"response": [', commit=commit),
    "redirect": lambda commit: Fault(status=302, commit=commit),
    "429": lambda commit: Fault(status=429, commit=commit),
}


@pytest.mark.parametrize("command", ["stop", "resume", "complete", "archive"])
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("commit", ["carried out", "not carried out"])
def test_after_an_unclear_answer_it_is_done_and_asked_for_again_only_where_nothing_came_of_it(
    account: Account, command: str, fault: str, commit: str
) -> None:
    came = commit == "carried out"
    target = account.create(status=next(iter(sorted(CONTROLS[command].sources))))
    account.script = [FAULTS[fault](came)]

    (end,) = account.steer(command, target)

    # A 429 says by itself that nothing was done, so that the second request may meet its own success.
    if fault == "429" and came:
        assert (end.outcome, len(account.puts)) == (End.UNCHANGED, 2)
    else:
        assert (end.outcome, len(account.puts)) == (End.DONE, 1 if came else 2)
    assert end.after == account.status(target)
    assert end.after in CONTROLS[command].goals


@pytest.mark.parametrize("fault", FAULTS)
def test_it_is_bounded(account: Account, fault: str) -> None:
    target = account.create()
    account.script = [FAULTS[fault](False)] * 9

    (end,) = account.steer("stop", target)

    assert (end.outcome, len(account.puts)) == (End.SKIPPED if fault == "429" else End.UNKNOWN, 3)
    assert end.error
    assert len(account.waits) <= 3


def test_an_effect_that_comes_late_is_waited_for_and_not_asked_for_twice(account: Account) -> None:
    """The first look still shows the old status; the second shows the new one."""
    target = account.create()
    account.script = [Fault(status=500, commit=True)]
    stale = json.dumps(one(sid=target.sid, name="n", status="scheduled"))
    account.reads = [None, Fault(body=stale)]  # the list, then the first look

    (end,) = account.steer("stop", target)

    assert (end.outcome, len(account.puts), account.waits) == (End.DONE, 1, [2.0])


def test_an_accepted_action_that_does_not_show_is_not_believed(account: Account) -> None:
    target = account.create()
    lie = json.dumps(one(sid=target.sid, status="in-progress"))
    account.script = [Fault(body=lie)] * 9

    (end,) = account.steer("stop", target)

    assert (end.outcome, end.after, len(account.puts)) == (End.UNKNOWN, "scheduled", 3)


def test_what_is_over_meanwhile_is_refused_and_not_asked_for_again(account: Account) -> None:
    target = account.create(status="in-progress")

    def over(method: str, url: str) -> Fault | None:
        if method == "PUT":
            account.puts.append(url)
            account.clock[0] = START + timedelta(days=2)
            return Fault(status=500)
        return None

    account.sandbox.fault = over
    (end,) = account.steer("stop", target)

    assert (end.outcome, end.error, len(account.puts)) == (End.REFUSED, "it is completed", 1)


def test_a_refusal_because_somebody_else_was_faster_is_unchanged(account: Account) -> None:
    target = account.create()
    steps = steering.survey(CONTROLS["stop"], [target], account.exotel)
    assert account.exotel.update(target.sid, "pause").heard is Heard.ACCEPTED

    (end,) = steering.carry_out(CONTROLS["stop"], steps, account.exotel, account.waits)

    assert (end.outcome, end.after) == (End.UNCHANGED, "paused")


@pytest.mark.parametrize(("retry_after", "waited"), [("7", [7.0]), (None, [5.0]), ("90", [])])
def test_too_many_requests_are_waited_for_as_told_and_within_reason(
    account: Account, retry_after: str | None, waited: list[float]
) -> None:
    headers = (("Retry-After", retry_after),) if retry_after else ()
    target = account.create()
    account.script = [Fault(status=429, headers=headers)]

    (end,) = account.steer("stop", target)

    assert account.waits == waited
    assert end.outcome is (End.DONE if waited else End.SKIPPED)


# --- several campaigns --------------------------------------------------------------------------------------


def tokens(count: int) -> list[str]:
    return [f"cctesttoke{letter}{letter}" for letter in "abcdefghijklmnopqrstuvwxyz234567"[:count]]


def test_one_that_fails_does_not_keep_the_others_from_their_turn(account: Account) -> None:
    made = [account.create(token) for token in tokens(4)]
    account.script = [Fault(status=400, body=json.dumps(failure())), *[Fault(status=500)] * 3]

    ends = account.steer("stop", *made)

    assert [one.outcome.value for one in ends] == ["refused", "unknown", "done", "done"]
    assert ends[0].error is not None
    assert "refused the request as invalid" in ends[0].error


@pytest.mark.parametrize("code", [401, 402, 403])
def test_a_refused_account_ends_the_run(account: Account, code: int) -> None:
    made = [account.create(token) for token in tokens(3)]
    account.script = [Fault(status=code, body=json.dumps(failure()))]

    ends = account.steer("stop", *made)

    assert [one.outcome.value for one in ends] == ["refused", "skipped", "skipped"]
    assert len(account.puts) == 1


def test_when_nothing_answers_any_more_the_rest_is_left_alone(account: Account) -> None:
    made = [account.create(token) for token in tokens(3)]
    steps = steering.survey(CONTROLS["stop"], made, account.exotel)
    account.script = [Fault(close="before", commit=True)]
    account.reads = [Fault(status=500)] * 9

    ends = list(steering.carry_out(CONTROLS["stop"], steps, account.exotel, account.waits))

    assert [one.outcome.value for one in ends] == ["unknown", "skipped", "skipped"]


def test_without_a_connection_nothing_is_unknown(account: Account) -> None:
    made = [account.create(token) for token in tokens(2)]
    steps = steering.survey(CONTROLS["stop"], made, account.exotel)
    account.sandbox.stop()

    ends = list(steering.carry_out(CONTROLS["stop"], steps, account.exotel, account.waits))

    assert [(one.outcome.value, one.after) for one in ends] == [("skipped", "scheduled")] * 2
    assert "cannot be reached" in str(ends[0].error)


def test_what_is_sending_now_comes_first(account: Account) -> None:
    later = {**PAYLOAD["schedule"], "start_time": "2035-10-20T12:00:00+05:30"}
    made = []
    for id_, token, schedule in zip("abc", tokens(3), (later, PAYLOAD["schedule"], None), strict=True):
        fields = {**PAYLOAD, "name": f"x {token}", "schedule": schedule}
        sid = account.exotel.create({k: v for k, v in fields.items() if v}, token).sid
        made.append(Target(id=id_, sid=sid or "", token=token))

    steps = steering.survey(CONTROLS["stop"], made, account.exotel)

    assert [(one.target.id, one.before) for one in steps] == [
        ("c", "in-progress"),
        ("b", "scheduled"),
        ("a", "scheduled"),
    ]


def test_a_list_that_lags_leaves_nothing_undone(account: Account) -> None:
    """It shows the status of before, and not the campaign at all."""
    target = account.create(status="paused")
    old = [{"data": {"sid": target.sid, "name": f"x {TOKEN}", "status": "scheduled"}}]
    for listed in (old, []):
        account.reads = [Fault(body=json.dumps({"metadata": {"total": len(listed)}, "response": listed}))]
        (step,) = steering.survey(CONTROLS["resume"], [target], account.exotel)
        assert (step.verdict, step.before) == (Verdict.SEND, "paused")


def test_the_brake_needs_no_list_and_the_others_do(account: Account) -> None:
    target = account.create()
    account.reads = [Fault(status=500)] * 3
    assert [one.outcome.value for one in account.steer("stop", target)] == ["done"]
    for command in ("resume", "complete", "archive"):
        account.reads = [Fault(status=500)] * 3
        with pytest.raises(VendorError):
            account.steer(command, target)


def test_what_exotel_does_not_know_is_refused(account: Account) -> None:
    (end,) = account.steer("stop", Target(id="x", sid="0" * 32, token=TOKEN))
    assert (end.outcome, end.before, account.puts) == (End.REFUSED, None, [])


# --- doubles ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", STATUSES)
def test_a_campaign_is_resumed_only_beside_doubles_that_are_paused_or_archived(
    account: Account, status: str
) -> None:
    target = account.create(status="paused")
    double = account.create(status=status)

    (end,) = account.steer("resume", target)

    allowed = status in ("paused", "archived")
    assert (end.outcome is End.DONE, len(account.puts)) == (allowed, int(allowed))
    if not allowed:
        assert end.outcome is End.REFUSED
        assert f"{double.sid}, is {status}" in str(end.error)


def test_of_two_doubles_only_one_goes_on(account: Account) -> None:
    """However stale the list is: it shows both as paused."""
    made = [account.create(status="paused") for _ in range(2)]
    assert [account.steer("resume", one)[0].outcome.value for one in made] == ["done", "refused"]


def test_stop_names_the_doubles_and_leaves_them_alone(account: Account) -> None:
    double, target = account.create(), account.create()
    (step,) = steering.survey(CONTROLS["stop"], [target], account.exotel)
    assert [one.sid for one in step.doubles] == [double.sid]
    account.steer("stop", target)
    assert account.puts == [target.sid]


# --- properties ---------------------------------------------------------------------------------------------


#: The vendor's page, once more and by itself. "": by the schedule.
TABLE = {
    ("pause", "scheduled"): "paused",
    ("pause", "in-progress"): "paused",
    ("resume", "paused"): "",
    ("complete", "paused"): "completed",
    ("archive", "completed"): "archived",
}


class Remembered:
    """Exotel in memory, by its own table of transitions, with answers that get lost."""

    def __init__(self, statuses: list[str], lost: list[tuple[bool, bool]]) -> None:
        self.held = {f"s{n}": status for n, status in enumerate(statuses)}
        self.natural = {sid: status for sid, status in self.held.items() if status != "paused"}
        self.lost = lost

    def targets(self) -> list[Target]:
        return [Target(id=f"c{sid}", sid=sid, token=f"t-{sid}.") for sid in self.held]

    def remote(self, sid: str) -> Remote:
        return Remote(sid=sid, name=f"x t-{sid}.", status=self.held[sid])

    def find(self, tokens: frozenset[str]) -> dict[str, tuple[Remote, ...]]:
        return {
            token: tuple(self.remote(sid) for sid in self.held if token == f"t-{sid}.") for token in tokens
        }

    def details(self, sid: str) -> Remote:
        return self.remote(sid)

    def update(self, sid: str, action: str) -> Reply:
        lost, commits = self.lost.pop() if self.lost else (False, True)
        after = TABLE.get((action, self.held[sid]))
        if after is None:
            return Reply(heard=Heard.REFUSED, error="Invalid parameter")
        if commits or not lost:
            self.held[sid] = after or self.natural.get(sid, "scheduled")
        return (
            Reply(heard=Heard.UNCLEAR, error="reset")
            if lost
            else Reply(heard=Heard.ACCEPTED, status=self.held[sid])
        )


#: Whether each answer is lost, and whether the request was carried out all the same.
LOST = st.lists(st.tuples(st.booleans(), st.booleans()), max_size=12)


@given(st.lists(st.sampled_from(STATUSES), min_size=1, max_size=6), LOST)
def test_stop_then_resume_restores_everything_but_what_was_paused(
    statuses: list[str], lost: list[tuple[bool, bool]]
) -> None:
    exotel = Remembered(statuses, lost)
    before = dict(exotel.held)
    for command in ("stop", "resume"):
        for _ in range(5):  # by hand again, as the exit code asks for it
            ends = steered(command, exotel)
            if End.UNKNOWN not in {one.outcome for one in ends}:
                break
        if command == "stop":
            assert not {"scheduled", "in-progress"} & set(exotel.held.values())
    assert exotel.held == {sid: "scheduled" if was == "paused" else was for sid, was in before.items()}


@given(
    st.lists(st.sampled_from(STATUSES), min_size=1, max_size=4),
    st.lists(st.sampled_from(sorted(CONTROLS)), max_size=8),
    LOST,
)
def test_the_report_never_differs_from_what_stands_at_exotel(
    statuses: list[str], commands: list[str], lost: list[tuple[bool, bool]]
) -> None:
    exotel = Remembered(statuses, lost)
    for command in commands:
        before = dict(exotel.held)
        for end in steered(command, exotel):
            sid = end.sid or ""
            assert end.before == before[sid]
            if end.outcome is not End.UNKNOWN:
                assert end.after == exotel.held[sid]
            if end.outcome in (End.UNCHANGED, End.REFUSED, End.SKIPPED):
                assert exotel.held[sid] == before[sid]
            if end.outcome in (End.DONE, End.UNCHANGED):
                assert exotel.held[sid] in CONTROLS[command].ends


def steered(command: str, exotel: Remembered) -> list[Steered]:
    chosen: Control = CONTROLS[command]
    steps = steering.survey(chosen, exotel.targets(), exotel)
    return list(steering.carry_out(chosen, steps, exotel, lambda _: None))


def test_credentials_never_stand_in_what_is_said(waits: Waits) -> None:
    secret = Credentials(account_sid="kettle1", api_key="key-4711-secret", api_token="token-0815-secret")
    echo = failure(words="key-4711-secret token-0815-secret")
    with (
        vendor(says(answer(echo, "400 Bad Request"))) as server,
        Exotel(config(), secret, base_url=server.url, sleep=waits) as exotel,
    ):
        said = exotel.update("s1", "pause")
        assert "secret" not in str(said.error)
        with pytest.raises(VendorError) as raised:
            exotel.details("s1")
        assert "secret" not in str(raised.value)
