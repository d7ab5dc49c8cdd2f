"""What the crash matrix is made of: a world, the stories that a run can be in, and what must hold after it."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
import urllib.request
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

import pytest
import steps
from conftest import CONFIG, LISTS, NOW, campaign, write
from steps import Died, Steps, called, counted

from campaignctl.commands import options
from campaignctl.errors import StateError
from campaignctl.model import State, token
from campaignctl.sandbox import Fault, Sandbox
from campaignctl.state.local import LocalStore

PROJECT = "kettle-5a1f0c"
IDS = ("ant", "bee", "cat")
_KEYS: dict[str, Any] = {
    "account_sid": "kettle1",
    "api_key": "key-4711-secret",
    "api_token": "token-0815-secret",
}
#: How a list answers that shows nothing yet.
_NOTHING = json.dumps(
    {
        "request_id": "r-0",
        "method": "GET",
        "http_code": 200,
        "metadata": {"count": 0, "offset": 0, "total": 0, "limit": 50},
        "response": [],
    }
)
#: A refusal of Exotel's own.
_NO = '{"http_code": 422, "response": [{"code": 422, "error_data": {"code": 1002, "message": "Invalid value"}}]}'


def mark(id_: str) -> str:
    return token(PROJECT, id_)


class World:
    """A folder with campaigns, and Exotel. While `late`, its list shows nothing that is new."""

    def __init__(self, root: Path, sandbox: Sandbox) -> None:
        self.root = root
        self.sandbox = sandbox
        self.store = LocalStore(root / steps.STATE, PROJECT)
        self.posts: list[Fault | None] = []  #: what becomes of the next creates
        self._shown: set[str] | None = None
        sandbox.fault = self._fault

    def has(self, *ids: str) -> None:
        """Put these campaigns, and no others, into the folder."""
        for path in self.root.glob("*.yaml"):
            path.unlink()
        config = CONFIG + "policy:\n  settle: 0\n"
        files = {f"{id_}.yaml": campaign(id_, lists=f"[{name}]") for id_, name in _lists(ids)}
        write(self.root, {"campaignctl.yaml": config, "registry/lists.yaml": LISTS, **files})

    def be_late(self) -> None:
        self._shown = {mark(id_) for id_ in self.at_exotel()}

    def appear(self) -> None:
        self._shown = None

    def _fault(self, method: str, target: str) -> Fault | None:
        if method == "POST":
            return self.posts.pop(0) if self.posts else None
        name = parse_qs(urlsplit(target).query).get("name", [""])[0]
        hidden = self._shown is not None and name and name not in self._shown
        return Fault(body=_NOTHING, commit=True) if hidden else None

    def at_exotel(self) -> Counter[str]:
        """Return how often each campaign exists, asked past the client."""
        names = [one["name"] for one in self._listed()]
        return Counter({id_: n for id_ in (*IDS, "dog") if (n := sum(mark(id_) in one for one in names))})

    def sids(self) -> dict[str, str]:
        return {one["name"].split()[0]: one["sid"] for one in self._listed()}

    def _listed(self) -> list[dict[str, Any]]:
        shown, self._shown = self._shown, None
        secret = b64encode(f"{_KEYS['api_key']}:{_KEYS['api_token']}".encode()).decode()
        url = f"{self.sandbox.url}/v2/accounts/{_KEYS['account_sid']}/sms-campaigns?limit=50"
        request = urllib.request.Request(url, headers={"Authorization": f"Basic {secret}"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            found = [item["data"] for item in json.load(answer)["response"]]
        self._shown = shown
        return found


def _lists(ids: Sequence[str]) -> list[tuple[str, str]]:
    return [(id_, ("festival-north", "festival-south")[number % 2]) for number, id_ in enumerate(ids)]


@contextlib.contextmanager
def world() -> Iterator[World]:
    """Make a world, and be in its folder."""
    before, environment = Path.cwd(), dict(os.environ)
    with (
        pytest.MonkeyPatch.context() as patch,
        tempfile.TemporaryDirectory() as name,
        Sandbox(clock=lambda: NOW, **_KEYS) as sandbox,
    ):
        root = Path(name).resolve()
        os.chdir(root)
        os.environ.update(
            CAMPAIGNCTL_BASE_URL=sandbox.url, **{f"EXOTEL_{key.upper()}": word for key, word in _KEYS.items()}
        )
        patch.setattr(options, "now", lambda at: at or NOW)
        patch.setattr(os, "fsync", lambda handle: None)  # what is synced, `steps.Disk` knows
        try:
            yield World(root, sandbox)
        finally:
            os.chdir(before)
            os.environ.clear()
            os.environ.update(environment)


def do(*command: str, code: int = 0) -> None:
    """Run a command that must end like this."""
    found, said = called(*command)
    assert found == code, said


# --- stories ------------------------------------------------------------------------------------------


class Story(NamedTuple):
    """What was there before, the run that dies, and the exit code of one that does not."""

    prepare: Callable[[World], None]
    command: tuple[str, ...] = ("apply", "--yes")
    ends: int = 0


def _first(world: World) -> None:
    world.has(*IDS)


def _adopt(world: World) -> None:
    """The state was lost after ant had been created."""
    world.has("ant")
    do("apply", "--yes")
    world.store.path.unlink()
    world.has(*IDS)


def _left_and_there(world: World) -> None:
    """A run died before it saw the answer for ant: an intent is left, and the campaign is there."""
    world.has("ant")
    _die_at(world, "answer POST")
    world.has(*IDS)


def _left_and_absent(world: World) -> None:
    """A run died before it sent ant: an intent is left, and nothing is there."""
    world.has("ant")
    _die_at(world, "send POST")
    world.has(*IDS)


def _unfolded(world: World) -> None:
    """A run died when all was done but the folding: a journal is left over, a torn line at its end."""
    world.has("dog")
    do("apply", "--yes")
    world.has("dog", "ant")
    _die_at(world, "open temporary")
    with world.store.journal.open("ab") as handle:
        handle.write(b'{"account": null, "camp')
    world.has("dog", *IDS)


def _half_folded(world: World) -> None:
    """A run died with the new state in place, and the journal beside it still."""
    world.has("ant")
    _die_at(world, "rename old journal")
    world.has(*IDS)


def _saved(world: World) -> None:
    world.has(*IDS)
    do("plan", "--out", "plan.json")


def _answer_lost(world: World) -> None:
    world.has(*IDS)
    world.posts = [None, Fault(commit=True, close="before")]


def _refused(world: World) -> None:
    world.has(*IDS)
    world.posts = [None, Fault(status=422, body=_NO)]


def _die_at(world: World, name: str) -> None:
    """Let an apply die at the first step of this name. Found by counting, on a run that is then the real one."""
    the_steps = _DiesAt(name)
    with counted(the_steps, world.root), contextlib.suppress(Died):
        do("apply", "--yes")
    assert the_steps.dead


@dataclass
class _DiesAt(Steps):
    word: str = ""

    def __init__(self, word: str) -> None:
        super().__init__()
        self.word = word

    def step(self, name: str) -> None:
        if name == self.word and not self.dead:
            self.at = len(self.names) + 1
        super().step(name)


STORIES: dict[str, Story] = {
    "first apply, no state": Story(_first),
    "one to adopt": Story(_adopt),
    "an intent left, created": Story(_left_and_there),
    "an intent left, not created": Story(_left_and_absent),
    "a journal left": Story(_unfolded),
    "a journal left beside its state": Story(_half_folded),
    "a saved plan": Story(_saved, ("apply", "plan.json")),
    "an answer lost": Story(_answer_lost),
    "one refused": Story(_refused, ends=1),
}

#: What a death leaves: all that was written, or, when the power goes with it, less.
LOSSES: dict[str, dict[str, str] | None] = {
    "killed": None,
    "power: all that was not synced": {"names": "lost", "data": "lost"},
    "power: contents, not names": {"names": "kept", "data": "lost"},
    "power: half of the contents": {"names": "kept", "data": "torn"},
    "power: names, not contents": {"names": "lost", "data": "kept"},
}


class Case(NamedTuple):
    """One death: in which story, at which step, what it leaves, and whether Exotel's list lags behind."""

    story: str
    at: int
    loss: str
    late: bool


def steps_of(story: str) -> list[str]:
    """Return the steps of a story's run that nothing disturbs."""
    with world() as one:
        STORIES[story].prepare(one)
        the_steps = Steps()
        with counted(the_steps, one.root):
            called(*STORIES[story].command)
        return the_steps.names


def survive(case: Case) -> list[str]:
    """Let one run die, do what people do then, and return what does not hold."""
    story = STORIES[case.story]
    with world() as one:
        story.prepare(one)
        if case.late:
            one.be_late()
        the_steps = Steps(at=case.at)
        with counted(the_steps, one.root) as disk:
            try:
                called(*story.command)
            except Died:
                the_steps.dead, the_steps.paused = False, True
                if (loss := LOSSES[case.loss]) is not None:
                    disk.lose_power(**loss)
        one.posts = []
        return recover(one, story.command)


# --- what must hold -----------------------------------------------------------------------------------


@dataclass
class Verdict:
    """Collects what does not hold."""

    world: World
    complaints: list[str] = field(default_factory=list)

    def must(self, holds: object, words: str) -> None:
        if not holds:
            self.complaints.append(words)

    def run(self, *command: str, codes: tuple[int, ...]) -> int:
        code, said = called(*command)
        self.must(code in codes, f"{' '.join(command)} ended with {code}: {said[-300:]}")
        self.look(" ".join(command))
        return code

    def look(self, after: str) -> State:
        """Hold the invariant against Exotel and the disk."""
        twice = {id_: number for id_, number in self.world.at_exotel().items() if number > 1}
        self.must(not twice, f"after {after}: sent more than once: {twice}")
        try:
            if self.world.store.path.exists():
                json.loads(self.world.store.path.read_bytes())
            return self.world.store.read()
        except (ValueError, StateError) as error:
            self.must(holds=False, words=f"after {after}: {error}")
            return State(project=PROJECT)


@contextlib.contextmanager
def a_minute_later() -> Iterator[None]:
    """Let the commands of this process run after the shortest window in which nobody is believed."""
    now = options.now
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(options, "now", lambda at: at or now(None) + timedelta(minutes=1))
        yield


def recover(world: World, command: tuple[str, ...] = ("apply", "--yes")) -> list[str]:
    """Do what people do after a crash: plan, apply, resolve, apply. Return what does not hold."""
    verdict = Verdict(world)
    verdict.look("the crash")
    verdict.run("plan", codes=(0, 4))
    if command != ("apply", "--yes"):
        verdict.run(*command, codes=(0, 3, 4))
    code = verdict.run("apply", "--yes", codes=(0, 4))
    state = verdict.look("apply")
    forgotten = world.at_exotel().keys() - state.campaigns.keys() - state.intents.keys()
    verdict.must(not forgotten, f"believed absent: {forgotten}")
    verdict.must(code == 4 or set(IDS) <= state.campaigns.keys(), "apply ended well without creating all")
    verdict.must((code == 4) == bool(state.intents), f"exit {code} with {sorted(state.intents)} unknown")

    world.appear()
    code = verdict.run("resolve", codes=(0, 4))
    state = verdict.look("resolve")
    verdict.must(not world.at_exotel().keys() - state.campaigns.keys(), "resolve left what is there")
    verdict.must((code == 4) == bool(state.intents), f"resolve: {code} with {sorted(state.intents)} unknown")

    with a_minute_later():
        for id_ in state.intents:
            verdict.run("resolve", id_, "--not-created", codes=(0,))
        verdict.run("apply", "--yes", codes=(0,))
    state = verdict.look("the last apply")
    found = world.at_exotel()
    verdict.must(all(found[id_] == 1 for id_ in IDS), f"not exactly one each: {dict(found)}")
    verdict.must(world.sids() == {id_: one.sid for id_, one in state.campaigns.items()}, "wrong SIDs")
    left = sorted(path.name for path in world.root.iterdir() if world.store.path.name in path.name)
    verdict.must(left == [steps.STATE, steps.STATE + ".lock"], f"files are left: {left}")
    return verdict.complaints


# --- which deaths ---------------------------------------------------------------------------------------


def all_cases(story: str) -> Iterator[Case]:
    """Yield each step with each loss, with a list that lags and with one that does not."""
    for at in range(1, len(steps_of(story)) + 1):
        for loss in LOSSES:
            yield from (Case(story, at, loss, late) for late in (False, True))


def some_cases(story: str) -> Iterator[Case]:
    """Yield a death at one step of each name, the first or the last; the losses take turns.

    Where nothing has changed yet one story stands for all.
    """
    names = steps_of(story)
    turns = [(loss, late) for late in (True, False) for loss in LOSSES]
    for number, name in enumerate(dict.fromkeys(names)):
        first, last = names.index(name), len(names) - 1 - names[::-1].index(name)
        loss, late = turns[(number + len(story)) % len(turns)]
        if story != "first apply, no state" and ("GET" in name or "lock" in name):
            continue
        yield Case(story, (first if (number + len(story)) % 3 else last) + 1, loss, late)


def complaints(cases: Iterable[Case]) -> Iterator[str]:
    """Yield what does not hold after each of these deaths."""
    for case in cases:
        yield from (f"{case}: {words}" for words in survive(case))


# --- two at once ----------------------------------------------------------------------------------------


@contextlib.contextmanager
def broken_lock() -> Iterator[None]:
    """Let everybody have the lock, as a file system does that has none."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("fcntl.flock", lambda handle, how: None)
        yield


def intrude(story: str, at: int, *, late: bool) -> list[str]:
    """Let a whole second apply happen before a step of the first one; return what does not hold."""
    with world() as one, broken_lock():
        STORIES[story].prepare(one)
        if late:
            one.be_late()
        ends: list[tuple[int, str]] = []
        the_steps = Steps(at=at, meanwhile=lambda: ends.append(called("apply", "--yes")))
        with counted(the_steps, one.root):
            ends.append(called(*STORIES[story].command))
        one.posts = []
        bad = [f"a run ended with {code}: {said[-300:]}" for code, said in ends if code not in (0, 3, 4)]
        return bad + recover(one, STORIES[story].command)
