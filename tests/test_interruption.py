"""Long applies: the line on a terminal, the pace, signals, and the report of what was left undone."""

from __future__ import annotations

import io
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest
from conftest import Run, campaign, examples, start, write
from hypothesis import given, settings
from hypothesis import strategies as st
from test_apply import IDS, FakeVendor, desk, fake, kinds  # noqa: F401
from test_commands import Gate, Posts, at_exotel, gate, names, three  # noqa: F401

from campaignctl import unfinished
from campaignctl.commands.progress import Progress, wanted
from campaignctl.commands.stopping import Stopping, Undisturbed
from campaignctl.exotel.client import Credentials, Exotel
from campaignctl.model import (
    Action,
    ActionKind,
    Config,
    Delta,
    Entry,
    Intent,
    Outcome,
    OutcomeKind,
    Plan,
    State,
)
from campaignctl.render.ending import ending
from campaignctl.sandbox import Fault, Sandbox


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def plan_of(*ids: str, kind: ActionKind = ActionKind.CREATE, plan_id: str = "p") -> Plan:
    actions = tuple(
        Action(
            action=kind, id=id_, name=id_, token=f"cc{id_}", path=None, reason=None,
            payload={}, segments=1, recipients=1,
        )
        for id_ in ids
    )  # fmt: skip
    return Plan(
        plan_id=plan_id, digest="d", project="x", lineage=None, serial=0, created_at="", expires_at="",
        actions=actions, looked=True,
    )  # fmt: skip


def created(id_: str) -> Outcome:
    return Outcome(id=id_, outcome=OutcomeKind.CREATED, sid="s")


# --- the line -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("format_", "stream", "environment", "shown"),
    [
        ("text", Terminal, {}, True),
        ("text", Terminal, {"CI": "false"}, True),
        ("text", Terminal, {"CI": "true"}, False),
        ("text", Terminal, {"TERM": "dumb"}, False),
        ("text", io.StringIO, {}, False),
        ("json", Terminal, {}, False),
    ],
)
def test_only_a_terminal_that_somebody_looks_at_shows_it(
    monkeypatch: pytest.MonkeyPatch,
    format_: str,
    stream: type[io.StringIO],
    environment: dict[str, str],
    shown: bool,  # noqa: FBT001
) -> None:
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert wanted(format_, stream()) is shown


def lines(total: int, rate: int | None, each: float) -> list[str]:
    """Return the line before each creation, when one takes so many seconds."""
    now = [0.0]
    progress = Progress(
        plan_of(*(f"c{number}" for number in range(total))),
        shown=True, rate=rate, clock=lambda: now[0], stream=io.StringIO(),
    )  # fmt: skip
    found = []

    def outcomes() -> Iterator[Outcome]:
        for number in range(total):
            found.append(progress.words())
            now[0] += each
            yield created(f"c{number}")

    assert len(list(progress.beside(outcomes()))) == total
    return [*found, progress.words()]


def test_the_line_says_how_many_and_how_long() -> None:
    found = lines(40, None, 10.0)
    assert found[0] == "creating 1 of 40"
    assert found[11] == "creating 12 of 40, 5 min left"
    assert found[39] == "creating 40 of 40, less than a minute left"
    assert found[40] == ""


def test_the_line_knows_the_pace_before_it_is_felt() -> None:
    found = lines(1000, 200, 0.01)
    assert found[0] == "creating 1 of 1,000, 5 min left at 200 requests a minute"
    assert found[400] == "creating 401 of 1,000, 3 min left at 200 requests a minute"
    assert lines(40, 200, 0.01)[12] == "creating 13 of 40, less than a minute left at 200 requests a minute"


def test_the_line_is_gone_before_anything_else_is_said() -> None:
    stream = Terminal()
    progress = Progress(plan_of("a", "b"), shown=True, rate=None, stream=stream)
    for one in progress.beside(iter([created("a"), created("b")])):
        assert stream.getvalue().endswith("\r\x1b[K"), one
        assert progress.wipe() == ""
    assert stream.getvalue().count("creating") == 2


def test_nothing_is_written_where_nobody_looks_on() -> None:
    stream = Terminal()
    progress = Progress(plan_of("a"), shown=False, rate=200, stream=stream)
    progress.waiting(lambda _: None)(5.0)
    assert list(progress.beside(iter([created("a")]))) == [created("a")]
    assert stream.getvalue() == ""


def test_a_terminal_that_goes_away_stops_nothing() -> None:
    class Gone(Terminal):
        def write(self, text: str) -> int:
            raise OSError(5, "Input/output error")

    progress = Progress(plan_of("a"), shown=True, rate=None, stream=Gone())
    assert list(progress.beside(iter([created("a")]))) == [created("a")]


def on_a_terminal(folder: Path, *arguments: str, env: dict[str, str] | None = None) -> tuple[int, str, str]:
    """Run a command whose standard error is a terminal; return exit code, output, and what the terminal got."""
    ours, theirs = pty.openpty()
    try:
        process = subprocess.Popen(
            [sys.executable, "-m", "campaignctl", *arguments],
            cwd=folder,
            env={**{k: v for k, v in os.environ.items() if k != "CI"}, "TERM": "xterm", **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=theirs,
        )
        out, _ = process.communicate(timeout=60)
        os.write(theirs, b"\x00")
        seen = b""
        while not seen.endswith(b"\x00"):
            seen += os.read(ours, 4096)
    finally:
        os.close(ours)
        os.close(theirs)
    return process.returncode, out.decode(), seen[:-1].decode()


def test_a_terminal_sees_how_far_it_is_and_keeps_nothing_of_it(three: Path, exotel: Sandbox) -> None:  # noqa: F811
    code, out, seen = on_a_terminal(three, "apply", "--yes")
    assert code == 0
    assert [word for word in ("1 of 3", "2 of 3", "3 of 3") if f"\rcreating {word}" in seen] == [
        "1 of 3",
        "2 of 3",
        "3 of 3",
    ]
    assert seen.endswith("\r\x1b[K")
    assert "creating" not in out


@pytest.mark.parametrize(
    ("more", "env"), [(("--format", "json"), {}), ((), {"CI": "1"}), ((), {"TERM": "dumb"})]
)
def test_no_log_sees_it(three: Path, exotel: Sandbox, more: Sequence[str], env: dict[str, str]) -> None:  # noqa: F811
    code, _, seen = on_a_terminal(three, "apply", "--yes", *more, env=env)
    assert (code, "creating" in seen, "\r\x1b" in seen) == (0, False, False)


# --- the pace -----------------------------------------------------------------------------------------


class Watch:
    """A clock that sleeping and requests move, and when each request left."""

    def __init__(self, rate: int, *, paced: bool = True) -> None:
        self.now = 1000.0
        self.left: list[float] = []
        self.told: list[str] = []
        account = Credentials(account_sid="a1", api_key="k", api_token="t")
        self.exotel = Exotel(
            Config(project="kettle-5a1f0c", requests_per_minute=rate),
            account,
            base_url="http://127.0.0.1:9",
            sleep=self.sleep,
            clock=lambda: self.now,
            paced=paced,
        )
        self.exotel._http.close()
        self.exotel._http = httpx.Client(transport=httpx.MockTransport(self.answer))
        self.exotel.pace.tell = self.told.append

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.left.append(self.now)
        self.now += 0.013
        if request.method == "GET":
            return httpx.Response(200, stream=httpx.ByteStream(b'{"metadata": {"total": 0}, "response": []}'))
        return httpx.Response(429, stream=httpx.ByteStream(b'{"http_code": 429, "response": []}'))


STEPS = st.one_of(st.sampled_from(["read", "create", "turn"]), st.floats(0, 70))


@settings(max_examples=examples(150), deadline=None)
@given(rate=st.integers(1, 5), steps=st.lists(STEPS, max_size=40))
def test_no_minute_has_more_requests_than_allowed_reading_and_creating_together(
    rate: int, steps: list[Any]
) -> None:
    watch = Watch(rate)
    with watch.exotel as exotel:
        for step in steps:
            if step == "read":
                exotel.find(frozenset(["ccaaaaaaaaaa"]))
            elif step == "create":
                exotel.create({"name": "x"}, "ccaaaaaaaaaa")
            elif step == "turn":
                exotel.pace.wait(lambda: False)
            else:
                watch.now += step
    for start_, end in zip(watch.left, watch.left[rate:], strict=False):
        assert end >= start_ + 60.0
    assert len(watch.told) <= 1, "it is said once"


def test_a_wait_for_the_pace_is_told_once() -> None:
    watch = Watch(2)
    with watch.exotel as exotel:
        for _ in range(2):
            exotel.find(frozenset(["ccaaaaaaaaaa"]))
        assert watch.told == []
        for _ in range(5):
            exotel.find(frozenset(["ccaaaaaaaaaa"]))
    assert watch.told == [
        "waiting 60 seconds now and then: no more than 2 requests a minute go to Exotel (api.requests_per_minute)"
    ]
    assert watch.exotel.pace.rate == 2
    assert Watch(2, paced=False).exotel.pace.rate is None


def test_who_waits_for_its_turn_can_give_up() -> None:
    watch = Watch(1)
    with watch.exotel as exotel:
        exotel.find(frozenset(["ccaaaaaaaaaa"]))
        exotel.pace.wait(lambda: watch.now > 1010)
        assert 1010 < watch.now < 1012
        exotel.pace.wait(lambda: False)
        assert watch.now == pytest.approx(1060, abs=0.01)


def test_who_stops_while_waiting_for_its_turn_leaves_no_intent(desk: Any) -> None:  # noqa: F811
    from dataclasses import replace

    from campaignctl.apply import apply as carry_out

    one = desk()
    wished: list[bool] = []
    around = replace(one.around(), stop=lambda: bool(wished), turn=lambda: wished.append(True))
    the_plan = one.plan()
    with one.store.lock("campaignctl test") as session:
        outcomes = list(carry_out(the_plan, session, one.vendor, around))
    assert kinds(outcomes) == [(id_, "skipped") for id_ in IDS]
    assert (fake(one).posts, one.state().intents) == ([], {})


# --- signals ------------------------------------------------------------------------------------------


class Recorder:
    """A session in memory, at whose every record these signals come in."""

    def __init__(self, stop: Stopping, signals: int) -> None:
        self.state = State(project="x")
        self.recorded = 0
        self._stop = stop
        self._signals = signals

    def record(self, delta: Delta) -> None:
        for _ in range(self._signals):
            self._stop.on_signal(signal.SIGINT, None)
        self.recorded += 1


@pytest.mark.parametrize("signals", [0, 1, 2, 3])
def test_no_signal_cuts_a_record_in_two(signals: int) -> None:
    stop = Stopping()
    recorder = Recorder(stop, signals)
    session = Undisturbed(recorder, stop)  # type: ignore[arg-type]
    if signals > 1:
        with pytest.raises(KeyboardInterrupt):
            session.record(Delta())
    else:
        session.record(Delta())
    assert (recorder.recorded, stop()) == (1, signals > 0)


def test_outside_of_a_record_the_second_signal_interrupts_at_once() -> None:
    stop = Stopping()
    stop.on_signal(signal.SIGTERM, None)
    with pytest.raises(KeyboardInterrupt):
        stop.on_signal(signal.SIGINT, None)


STOPPING = "campaignctl: stopping after the request in flight\n"


def test_the_first_signal_ends_in_a_report_with_the_next_command(
    three: Path, exotel: Sandbox, gate: Gate  # noqa: F811
) -> None:  # fmt: skip
    with start("apply", "--yes", "--var", "brand=Kettle", cwd=three) as process:
        assert gate.entered.wait(30)
        process.send_signal(signal.SIGTERM)
        assert process.stderr is not None
        assert process.stderr.readline() == STOPPING
        gate.open.set()
        out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (130, "")
    assert out.endswith(
        "Apply: 1 created, 2 skipped.\n"
        "Stopped with 1 campaign created or adopted:\n"
        "  2 not attempted: bee, cat\n"
        f"Next: `campaignctl apply --yes --base-url {exotel.url} --var brand=Kettle`\n"
    )


@pytest.mark.parametrize("second", [signal.SIGINT, signal.SIGTERM])
def test_the_second_signal_ends_at_once_and_tells_what_is_unknown(
    three: Path, exotel: Sandbox, gate: Gate, run: Run, second: signal.Signals  # noqa: F811
) -> None:  # fmt: skip
    with start("apply", "--yes", cwd=three) as process:
        assert gate.entered.wait(30)
        process.send_signal(signal.SIGTERM)
        assert process.stderr is not None
        assert process.stderr.readline() == STOPPING
        process.send_signal(second)
        out, err = process.communicate(timeout=60)
    base = f"--base-url {exotel.url}"
    assert (process.returncode, err) == (4, "")
    assert "  ? ant unknown: the run ended before its answer: interrupted\n" in out
    assert out.endswith(
        "Apply: 1 unknown, 2 skipped.\n"
        "Stopped with 0 campaigns created or adopted:\n"
        "  1 unknown, perhaps at Exotel: ant\n"
        "  2 not attempted: bee, cat\n"
        f"Next: `campaignctl resolve ant {base}`, then `campaignctl apply --yes {base}`\n"
    )
    gate.open.set()
    Posts(exotel)
    for _ in range(2000):  # the request that was under way arrives
        if names("ant")[0] in at_exotel(exotel):
            break
    assert run("resolve", "ant").code == 0
    assert run("apply", "--yes").code == 0
    assert at_exotel(exotel) == names("ant", "bee", "cat")


# --- the report ---------------------------------------------------------------------------------------


def test_an_unknown_outcome_ends_in_a_report(run: Run, three: Path, exotel: Sandbox) -> None:  # noqa: F811
    Posts(exotel, None, Fault(close="before"))
    ran = run("apply", "--yes", "--settle", "0")
    base = f"--base-url {exotel.url}"
    assert ran.out.endswith(
        "Stopped with 1 campaign created or adopted:\n"
        "  1 unknown, perhaps at Exotel: bee\n"
        "  1 not attempted: cat\n"
        f"Next: `campaignctl resolve bee {base}`, then `campaignctl apply --yes {base}`\n"
    )
    assert ran.code == 4


def test_after_a_saved_plan_the_next_command_is_a_new_plan(run: Run, three: Path, exotel: Sandbox) -> None:  # noqa: F811
    run("plan", "--out", "plan.json")
    Posts(exotel, Fault(status=401, body='{"http_code": 401}'))
    ran = run("apply", "plan.json")
    base = f"--base-url {exotel.url}"
    assert ran.out.endswith(
        f"Next: `campaignctl plan --out plan.json {base}`, then `campaignctl apply plan.json {base}`\n"
    )


def test_a_run_that_did_all_has_nothing_to_report(run: Run, three: Path, exotel: Sandbox) -> None:  # noqa: F811
    assert run("apply", "--yes").out.endswith("Apply: 3 created.\n")


def test_what_is_blocked_is_no_next_command() -> None:
    blocked = Outcome(id="a", outcome=OutcomeKind.SKIPPED, error="blocked: schedule-lead-time")
    assert ending([created("b"), blocked], lambda *_: "", []) is None


def test_many_ids_are_cut() -> None:
    left = [Outcome(id=f"c{one}", outcome=OutcomeKind.SKIPPED, error="not attempted: x") for one in range(40)]
    assert "40 not attempted: c0, c1, c2, c3, c4, c5, c6, c7 and 32 more\n" in str(
        ending(left, lambda *_: "", ["n"])
    )


def test_what_a_run_left_is_known_by_what_the_state_has() -> None:
    entry = Entry(token="t", sid="s1", payload={}, origin="created", at="2034-06-01T06:00:00Z", plan_id="p")
    open_ = Intent(token="t", payload={}, phase="intent", at="2034-06-01T06:00:00Z", plan_id="p", actor="x")
    state = State(project="x", campaigns={"b": entry}, intents={"c": open_}, used_plans=("p",))
    found = unfinished.outcomes(plan_of("a", "b", "c", "d"), [created("a")], state, "interrupted")
    assert kinds(list(found)) == [("b", "created"), ("c", "unknown"), ("d", "skipped")]
    assert (found[0].sid, found[2].error) == ("s1", "not attempted: interrupted")
    other = plan_of("a", plan_id="not begun")
    assert unfinished.outcomes(other, [], state, "x") == ()


#: A list without `contacts`: so many people at a time would be too much for the account.
NOBODY_KNOWS = '["00000000000000000000000000000000"]'


def test_the_names_of_a_report_come_from_files(run: Run, three: Path, exotel: Sandbox) -> None:  # noqa: F811
    write(
        three, {"more.yaml": "---\n".join(campaign(f"more-{one:02}", lists=NOBODY_KNOWS) for one in range(9))}
    )
    Posts(exotel, Fault(close="before"))
    ran = run("apply", "--yes", "--settle", "0")
    assert "11 not attempted: bee, cat, more-00" in ran.out
    assert " and 3 more\n" in ran.out
