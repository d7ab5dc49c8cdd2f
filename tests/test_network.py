"""The network matrix: each transport event, with the create carried out or not, and with lists that lag.

Between client and sandbox stands a proxy; time is made up. After each run: at most one campaign for each id at
the vendor, no "not created" where it was, the state valid JSON. In the end each campaign is created, or
unresolved where nobody can know; and after `--not-created`, once.
"""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from conftest import NOW, start
from faults import ACTS, CREATED, DEAD, REFUSALS, SILENT, THROTTLES, Act, Clients, Dead, Proxy, over
from test_plan import campaign, linted

from campaignctl import plan as planning
from campaignctl.apply import Surroundings, apply
from campaignctl.commands import sandbox as command
from campaignctl.errors import VendorError
from campaignctl.exotel.client import Credentials, Exotel
from campaignctl.exotel.events import ROWS
from campaignctl.model import (
    Action,
    Config,
    CreateResult,
    Delta,
    Intent,
    Outcome,
    OutcomeKind,
    Remote,
    Sent,
    State,
    token,
)
from campaignctl.sandbox import Fault, Listing, Sandbox
from campaignctl.sandbox.chaos import Chaos
from campaignctl.state.local import LocalStore

LAGS = (0, 30, 120)  #: seconds; the settle window has 60
SETTLE = 60.0
NUMBERS = count()


class Clock:
    """The time of client, vendor and operator, which only passes where somebody sleeps."""

    def __init__(self) -> None:
        self.now = NOW

    def sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@dataclass(frozen=True, kw_only=True)
class Wire:
    """What all tests of this file share: starting it costs more than a run."""

    clock: Clock
    sandbox: Sandbox
    proxy: Proxy
    clients: Clients
    credentials: Credentials


@pytest.fixture(scope="module")
def wire() -> Iterator[Wire]:
    clock = Clock()
    with Sandbox(account_sid="kettle1", clock=lambda: clock.now) as sandbox:
        credentials = Credentials(account_sid="kettle1", api_key=sandbox.api_key, api_token=sandbox.api_token)
        proxy = Proxy(sandbox.url)
        clients = Clients(proxy.url, Config(project="kettle-5a1f0c"), credentials, clock.sleep)
        yield Wire(clock=clock, sandbox=sandbox, proxy=proxy, clients=clients, credentials=credentials)
        clients.close()
        proxy.close()


@dataclass(kw_only=True)
class World:
    """One project with two campaigns, its state, and an operator who comes back until all is at rest."""

    wire: Wire
    store: LocalStore
    config: Config
    first: Callable[[Mapping[str, Any], str], CreateResult] | None = None  #: how the first create ends
    ids: tuple[str, ...] = ("ant", "bee")
    denied: list[str] = field(default_factory=list)  #: ids said to be not created while they were

    # --- what apply sees of the vendor ---

    def find(self, tokens: frozenset[str]) -> dict[str, tuple[Remote, ...]]:
        return self.wire.clients[CREATED].find(tokens)

    def create(self, payload: Mapping[str, Any], token: str) -> CreateResult:
        if self.first is None:
            return self.wire.clients[CREATED].create(payload, token)
        ended, self.first = self.first, None
        return ended(payload, token)

    def through(self, act: Act, *, commit: bool, twice: bool = False) -> None:
        """Let the first create end like this."""

        def ended(payload: Mapping[str, Any], token: str) -> CreateResult:
            self.wire.proxy.expect(act, commit=commit, twice=twice)
            result = self.wire.clients[act].create(payload, token)
            over.set()
            assert self.wire.proxy.settled.wait(20)
            assert (result.event, self.wire.proxy.posts) == (act.event, 1)
            return result

        self.first = ended

    # --- what is true ---

    def counts(self) -> dict[str, int]:
        names = self.wire.sandbox.names()
        return {id_: sum(token(self.config.project, id_) in name for name in names) for id_ in self.ids}

    def state(self) -> State:
        if self.store.path.exists():
            json.loads(self.store.path.read_bytes())
        return self.store.read()

    # --- what the operator does ---

    def run(self) -> list[Outcome]:
        """Plan and apply under the lock, as the command does, and hold what must hold after every run."""
        outcomes: list[Outcome] = []
        with self.store.lock("campaignctl apply") as session:
            lint = linted(*(campaign(id_, template=f"Hello from Kettle, {id_}") for id_ in self.ids))
            tokens = planning.tokens(lint, session.state, self.config)
            plan = planning.plan(
                lint,
                session.state,
                self.config,
                now=self.wire.clock.now,
                plan_id=f"plan-{next(NUMBERS)}",
                observed=self.find(tokens) if tokens else {},
            )
            around = Surroundings(
                now=lambda: self.wire.clock.now,
                sleep=self.wire.clock.sleep,
                stop=lambda: False,
                actor="asha@mill, pid 7",
                settle=SETTLE,
            )
            outcomes.extend(apply(plan, session, self, around))
        counts, state = self.counts(), self.state()
        assert all(number <= 1 for number in counts.values()), counts
        unmade = {one.id for one in outcomes if one.outcome in (OutcomeKind.REJECTED, OutcomeKind.SKIPPED)}
        self.denied += [id_ for id_ in sorted(unmade) if counts[id_]]
        for id_ in self.ids:  # what exists is known, or known to be unknown
            assert not counts[id_] or id_ in state.campaigns or id_ in state.intents or id_ in self.denied
        return outcomes

    def rest(self) -> None:
        """Come back again and again, some minutes later each time, until only what is unknown holds us up."""
        for _ in range(6):
            self.wire.clock.sleep(300.0)
            outcomes = self.run()
            if not outcomes or any(one.outcome is OutcomeKind.UNKNOWN for one in outcomes):
                return
        raise AssertionError("it does not come to rest")

    def declare(self, id_: str) -> bool:
        """`resolve ID --not-created`: only after the window, and with a full list without the token."""
        with self.store.lock("campaignctl resolve") as session:
            intent = session.state.intents[id_]
            age = self.wire.clock.now - datetime.fromisoformat(intent.at)
            if self.find(frozenset((intent.token,)))[intent.token] or age.total_seconds() < SETTLE:
                return False
            session.record(Delta(intents={id_: None}))
            return True


@pytest.fixture
def world(wire: Wire, tmp_path: Path) -> Iterator[World]:
    project = f"kettle-{next(NUMBERS):06x}"
    wire.clock.now = NOW
    yield World(
        wire=wire,
        store=LocalStore(tmp_path / "campaignctl.state.json", project),
        config=Config(project=project),
    )
    wire.proxy.expect(None)
    wire.sandbox.fault, wire.sandbox.listing = None, Listing()


def all_once(world: World) -> None:
    state = world.state()
    assert world.counts() == {"ant": 1, "bee": 1}
    assert (sorted(state.campaigns), dict(state.intents)) == (["ant", "bee"], {})
    assert world.run() == []


# --- the matrix ---------------------------------------------------------------------------------------


def crossed(*things: Any) -> list[Any]:
    """Cross things with the lags: each with one lag in turn, the last of them with all; the rest by `make fuzz`."""
    return [
        pytest.param(
            thing,
            lag,
            id=f"{thing}, lag {lag}",
            marks=[] if thing is things[-1] or number % len(LAGS) == turn else pytest.mark.slow,
        )
        for number, thing in enumerate(things)
        for turn, lag in enumerate(LAGS)
    ]


@pytest.mark.parametrize("commit", [True, False], ids=["committed", "not committed"])
@pytest.mark.parametrize(("act", "lag"), crossed(*ACTS))
def test_an_unclear_end_leaves_one_campaign_or_an_open_question(
    world: World, act: Act, lag: int, *, commit: bool
) -> None:
    world.wire.sandbox.listing = Listing(lag=lag, unsorted=True)
    world.through(act, commit=commit)
    outcomes = {one.id: one.outcome for one in world.run()}
    found = commit and lag < SETTLE
    assert outcomes["ant"] is (OutcomeKind.ADOPTED if found else OutcomeKind.UNKNOWN)
    assert outcomes["bee"] is OutcomeKind.SKIPPED
    world.rest()
    if not commit:
        assert (world.counts(), list(world.state().intents)) == ({"ant": 0, "bee": 0}, ["ant"])
        assert world.declare("ant")
        world.rest()
    assert world.denied == []
    all_once(world)


@pytest.mark.parametrize(("dead", "lag"), crossed(*DEAD, SILENT))
def test_what_never_left_is_created_once_by_the_next_run(
    world: World, monkeypatch: pytest.MonkeyPatch, dead: Dead, lag: int
) -> None:
    def ended(payload: Mapping[str, Any], token: str) -> CreateResult:
        with (
            dead.open(monkeypatch, []) as url,
            Exotel(
                world.config, world.wire.credentials, base_url=url, sleep=world.wire.clock.sleep, timeout=0.15
            ) as exotel,
        ):
            return exotel.create(payload, token)

    world.wire.sandbox.listing = Listing(lag=lag)
    world.first = ended
    outcomes = {one.id: one.outcome for one in world.run()}
    if dead is SILENT:
        assert outcomes == {"ant": OutcomeKind.UNKNOWN, "bee": OutcomeKind.SKIPPED}
        assert world.declare("ant")
    else:
        assert outcomes == {"ant": OutcomeKind.SKIPPED, "bee": OutcomeKind.SKIPPED}
        assert world.state().intents == {}
    world.rest()
    assert world.denied == []
    all_once(world)


@pytest.mark.parametrize(("act", "lag"), crossed(*REFUSALS, *THROTTLES, CREATED))
def test_a_documented_answer_is_believed(world: World, act: Act, lag: int) -> None:
    world.wire.sandbox.listing = Listing(lag=lag, unsorted=True)
    world.through(act, commit=act is CREATED)
    outcomes = {one.id: one.outcome for one in world.run()}
    refused = act in REFUSALS
    assert outcomes["ant"] is (OutcomeKind.REJECTED if refused else OutcomeKind.CREATED)
    assert world.state().intents == {}
    world.rest()
    assert world.denied == []
    all_once(world)


@pytest.mark.parametrize("act", [*REFUSALS, *THROTTLES], ids=str)
def test_a_refusal_of_what_was_created_is_found_out_while_lists_do_not_lag(world: World, act: Act) -> None:
    """A vendor that contradicts its own pages. With lists that lag, too, nothing but people can help."""
    world.through(act, commit=True)
    outcomes = {one.id: one.outcome for one in world.run()}
    assert outcomes["ant"] is OutcomeKind.ADOPTED
    world.rest()
    all_once(world)


def test_each_row_of_the_table_is_in_the_matrix() -> None:
    matrix = {one.event for one in (*ACTS, *REFUSALS, *THROTTLES, CREATED)} | {one.event for one in DEAD}
    assert matrix | {SILENT.event} == set(ROWS)


# --- lists --------------------------------------------------------------------------------------------

SILENCE = next(act for act in ACTS if act.name == "closed")


@pytest.mark.parametrize("lag", [1, 37, 59, 60])
def test_what_shows_within_the_window_is_adopted(world: World, lag: int) -> None:
    world.wire.sandbox.listing = Listing(lag=lag)
    world.through(SILENCE, commit=True)
    assert world.run()[0].outcome is OutcomeKind.ADOPTED
    world.rest()
    all_once(world)


@pytest.mark.parametrize(
    "fault",
    [
        Fault(status=500),
        Fault(close="reset"),
        Fault(status=403, body="{}"),
        Fault(body="<html>"),
        Fault(body="{}"),
    ],
    ids=["500", "reset", "403", "HTML", "no list"],
)
@pytest.mark.parametrize("page", [0, 50], ids=["first page", "second page"])
def test_a_list_that_fails_midway_creates_nothing(world: World, fault: Fault, page: int) -> None:
    """With this many tokens the whole list is read, which has several pages by now."""
    world.ids = tuple(f"ant-{number:02}" for number in range(30))
    for number in range(60):
        mark = token(world.config.project, f"other-{number}")
        payload = {**SOUND, "name": f"Another {mark}"}
        assert world.create(payload, mark).sid
    world.wire.sandbox.fault = lambda method, target: fault if f"offset={page}&" in target else None
    before = len(world.wire.sandbox.names())
    with pytest.raises(VendorError):
        world.run()
    assert len(world.wire.sandbox.names()) == before
    assert world.state().intents == {}


SOUND: dict[str, Any] = {
    "content_type": "static",
    "lists": ["9120d5962d214316b7721de55bb82e03"],
    "dlt_entity_id": "1101428740000012125",
    "dlt_template_id": "1107160086562376233",
    "sender_id": "KETTLE",
    "sms_type": "transactional",
    "template": "Hello from Kettle",
}


@pytest.mark.parametrize("lag", LAGS)
def test_a_list_that_fails_after_an_unclear_end_does_not_end_in_a_second_create(
    world: World, lag: int
) -> None:
    world.wire.sandbox.listing = Listing(lag=lag)
    world.through(SILENCE, commit=True)
    posted: list[str] = []

    def fault(method: str, target: str) -> Fault | None:
        posted.extend([method] if method == "POST" else [])
        return Fault(status=503) if posted and method == "GET" else None

    world.wire.sandbox.fault = fault
    assert world.run()[0].outcome is OutcomeKind.UNKNOWN
    with pytest.raises(VendorError):
        world.run()
    world.wire.sandbox.fault = None
    world.rest()
    all_once(world)


@pytest.mark.parametrize("many", [False, True], ids=["token by token", "whole list"])
def test_an_archived_campaign_is_found_when_the_state_is_lost(world: World, *, many: bool) -> None:
    if many:
        world.ids = tuple(f"ant-{number:02}" for number in range(26))
    world.run()
    sids = [one.sid for one in world.state().campaigns.values()]
    store = world.wire.sandbox._running.store  # type: ignore[union-attr]
    for sid in sids:
        run = store.run("kettle1", sid)
        assert run is not None
        run.status = "archived"
        store.keep(run)
    world.store.path.unlink()
    assert {one.outcome for one in world.run()} == {OutcomeKind.ADOPTED}
    assert set(world.counts().values()) == {1}


# --- what remains -------------------------------------------------------------------------------------


def test_a_declaration_within_the_window_is_refused(world: World) -> None:
    world.wire.sandbox.listing = Listing(lag=50)
    world.through(SILENCE, commit=True)
    with world.store.lock("campaignctl apply") as session:  # killed between the request and its answer
        lint = linted(campaign("ant"))
        plan = planning.plan(lint, session.state, world.config, now=world.wire.clock.now, plan_id="p")
        (action,) = plan.actions
        session.record(Delta(intents={"ant": _intent(action, world)}))
        world.create(action.payload or {}, action.token)
    world.wire.clock.sleep(SETTLE - 15)
    assert not world.declare("ant")
    world.rest()
    all_once(world)


def _intent(action: Action, world: World) -> Intent:
    return Intent(
        token=action.token,
        payload=action.payload or {},
        phase="intent",
        at=planning.rfc3339(world.wire.clock.now),
        plan_id="p",
        actor="asha@mill, pid 7",
    )


def test_a_list_that_lags_beyond_the_window_and_a_wrong_declaration_are_found_out(world: World) -> None:
    """The risk that no client can take away: a human says `not created` while the list still hides it.

    The window is over and the list is whole, so the declaration counts, and the next run creates a second
    campaign. Nothing hides it for long: every later look that needs this token, and the verification
    after the last create once the lag is over, sees two.
    """
    world.wire.sandbox.listing = Listing(lag=120)
    world.ids = ("ant",)
    world.through(SILENCE, commit=True)
    assert world.run()[0].outcome is OutcomeKind.UNKNOWN
    assert world.declare("ant")
    with pytest.raises(AssertionError, match="'ant': 2"):
        world.run()
    world.wire.clock.sleep(120.0)
    mark = token(world.config.project, "ant")
    assert len(world.find(frozenset((mark,)))[mark]) == 2


def test_a_create_that_is_delivered_twice_is_not_adopted(world: World) -> None:
    """A proxy that repeats requests. Both are named, and nothing else is created."""
    world.through(SILENCE, commit=True, twice=True)
    with pytest.raises(AssertionError, match="'ant': 2"):
        world.run()
    state = world.state()
    assert (list(state.intents), dict(state.campaigns)) == (["ant"], {})
    with pytest.raises(VendorError, match="Exotel has 2 campaigns with the token"):
        world.run()
    assert world.counts()["bee"] == 0


# --- chaos --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "seed", [pytest.param(seed, marks=[] if seed < 5 else pytest.mark.slow) for seed in range(60)]
)
def test_chaos_ends_in_one_campaign_for_each_id(world: World, seed: int) -> None:
    chaos = Chaos(seed, late=0.0)
    world.wire.sandbox.fault, world.wire.sandbox.listing = chaos.fault, chaos.listing
    world.ids = ("ant", "bee", "cat", "dog")
    for _ in range(60):
        try:
            outcomes = world.run()
        except VendorError:
            continue
        if not outcomes:
            break
        world.wire.clock.sleep(chaos.listing.lag)  # a person who knows how long lists lag
        for id_ in world.state().intents:
            try:
                world.declare(id_)
            except VendorError:
                continue
    assert world.denied == []
    assert world.counts() == dict.fromkeys(world.ids, 1)
    assert sorted(world.state().campaigns) == sorted(world.ids)


def test_the_same_seed_makes_the_same_faults_and_another_one_others() -> None:
    def faults(seed: int) -> list[Fault | None]:
        chaos = Chaos(seed)
        return [chaos.fault("POST" if number % 3 else "GET", "/") for number in range(60)]

    assert faults(7) == faults(7) != faults(8)
    assert Chaos(7).listing == Chaos(7).listing


def test_chaos_never_commits_what_it_refuses_as_documented() -> None:
    for seed in range(50):
        chaos = Chaos(seed)
        for _ in range(50):
            fault = chaos.fault("POST", "/")
            if fault is not None and fault.commit:
                assert fault.status not in (400, 401, 402, 403, 404, 409, 415, 422, 429)


def test_the_log_says_what_the_client_cannot_know() -> None:
    lines: list[str] = []
    clock = datetime(2034, 6, 1, tzinfo=UTC)
    with Sandbox(account_sid="kettle1", clock=lambda: clock, log=lines.append) as sandbox:
        credentials = Credentials(account_sid="kettle1", api_key=sandbox.api_key, api_token=sandbox.api_token)
        with Exotel(
            Config(project="kettle-5a1f0c"), credentials, base_url=sandbox.url, sleep=lambda _: None
        ) as one:
            for fault in (
                Fault(close="before", commit=True),
                Fault(close="reset"),
                Fault(status=500, commit=True),
                Fault(close="inside", commit=True),
                Fault(body="<html>"),
                Fault(commit=True, wait=0.01),
            ):
                sandbox.fault = lambda method, target, fault=fault: fault
                one.create({**SOUND, "name": "Hello ccaaaaaaaaaa"}, "ccaaaaaaaaaa")
            one.create({**SOUND, "name": "no"}, "ccaaaaaaaaaa")
    assert [line for line in lines if line.startswith("fault: ")] == [
        "fault: POST: committed, answer dropped",
        "fault: POST: not committed, connection reset",
        "fault: POST: committed, answered 500",
        "fault: POST: committed, answer cut off half-way",
        "fault: POST: not committed, answered 200 with something else",
        "fault: POST: committed, answered 0.01 seconds late",
        "fault: POST: refused, answered 0.01 seconds late",
    ]
    assert sandbox.names() == ("Hello ccaaaaaaaaaa",) * 4


# --- the matrix itself --------------------------------------------------------------------------------


@pytest.mark.parametrize("known", [Sent.REJECTED, Sent.THROTTLED, Sent.NOT_SENT])
def test_the_matrix_notices_a_row_that_claims_too_much(
    world: World, monkeypatch: pytest.MonkeyPatch, known: Sent
) -> None:
    monkeypatch.setitem(ROWS, SILENCE.event, ROWS[SILENCE.event]._replace(known=known))
    world.wire.sandbox.listing = Listing(lag=30)
    world.through(SILENCE, commit=True)
    with pytest.raises(AssertionError):  # noqa: PT012 - wherever it is noticed
        world.run()
        assert world.denied == []


def test_the_matrix_notices_a_client_that_does_not_look(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.through(SILENCE, commit=True)
    monkeypatch.setattr(world, "find", lambda tokens: dict.fromkeys(tokens, ()))
    world.run()
    assert world.declare("ant")
    with pytest.raises(AssertionError, match="'ant': 2"):
        world.rest()


# --- the command --------------------------------------------------------------------------------------


def test_the_command_tells_each_fault_and_in_the_end_what_exists(tmp_path: Path) -> None:
    seed = next(
        number
        for number in range(1000)
        if (fault := Chaos(number).fault("POST", "/")) and fault.commit and fault.close == "before"
    )
    with start("sandbox", "--chaos", str(seed), cwd=tmp_path) as server:
        assert server.stdout is not None
        given = dict(server.stdout.readline().strip().removeprefix("export ").split("=", 1) for _ in range(4))
        credentials = Credentials(
            account_sid=given["EXOTEL_ACCOUNT_SID"],
            api_key=given["EXOTEL_API_KEY"],
            api_token=given["EXOTEL_API_TOKEN"],
        )
        config = Config(project="kettle-5a1f0c")
        with Exotel(config, credentials, base_url=given["CAMPAIGNCTL_BASE_URL"]) as exotel:
            assert (
                exotel.create({**SOUND, "name": "Hello \x1b ccaaaaaaaaaa"}, "ccaaaaaaaaaa").sent
                is Sent.UNKNOWN
            )
        server.send_signal(signal.SIGINT)
        _, err = server.communicate(timeout=60)
    lines = err.splitlines()
    assert lines[0].startswith(f"chaos {seed}: lists are ")
    told, opens = sorted(lines[1:3])  # by two threads
    assert "has nobody on it" in told
    assert opens == f"open {given['CAMPAIGNCTL_BASE_URL']}/ in a browser to watch"
    assert lines[3:] == [
        "fault: POST: committed, answer dropped",
        "1 campaign exists, none of them twice",
    ]
    assert server.returncode == 0


def test_the_command_names_what_exists_twice() -> None:
    assert command._summary(("a \x1b", "b", "a \x1b")) == "3 campaigns exist, a \x1b exists 2 times"
    assert command._summary(()) == "0 campaigns exist, none of them twice"
