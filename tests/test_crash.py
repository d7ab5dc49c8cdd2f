"""The crash matrix: a run may die at any step, and still nothing is ever sent twice or believed absent.

And the proof that these tests can fail: with one of the promise's pillars taken away, they do.
"""

from __future__ import annotations

import itertools
import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import crashes
import pytest
from conftest import ROOT
from crashes import LOSSES, STORIES, World, complaints, intrude, recover, world
from steps import Died, Steps, called, counted

from campaignctl.exotel.client import Exotel
from campaignctl.model import CreateResult, Delta, Observation, Remote, Sent
from campaignctl.sandbox import Fault
from campaignctl.state import files, local
from campaignctl.state.local import Session

STEPS = Path(__file__).with_name("steps.py")


def none(found: Iterator[str]) -> None:
    """Hold that there is no complaint; show the first few otherwise."""
    few = list(itertools.islice(found, 5))
    assert not few, "\n".join(few)


# --- a death at every step ------------------------------------------------------------------------------


@pytest.mark.parametrize("story", STORIES)
def test_a_run_may_die_at_any_kind_of_step(story: str) -> None:
    none(complaints(crashes.some_cases(story)))


@pytest.mark.slow
@pytest.mark.parametrize("story", STORIES)
def test_a_run_may_die_at_every_step_whatever_that_leaves(story: str) -> None:
    none(complaints(crashes.all_cases(story)))


def dies_twice(story: str, first: int, second: int, loss: str) -> list[str]:
    """Let a run die, and the next one as well."""
    with world() as one:
        STORIES[story].prepare(one)
        for at in (first, second):
            the_steps = Steps(at=at)
            with counted(the_steps, one.root) as disk:
                try:
                    called("apply", "--yes")
                except Died:
                    the_steps.dead, the_steps.paused = False, True
                    if (left := LOSSES[loss]) is not None:
                        disk.lose_power(**left)
            one.posts = []
        return recover(one)


def deaths_in_a_row(seed: int, number: int) -> Iterator[str]:
    rng = random.Random(seed)
    for _ in range(number):
        story, loss = rng.choice(list(STORIES)), rng.choice(list(LOSSES))
        first, second = rng.randint(12, 56), rng.randint(1, 45)
        yield from (
            f"{story}, {loss}, {first}, {second}: {one}" for one in dies_twice(story, first, second, loss)
        )


def test_the_run_after_a_death_may_die_as_well() -> None:
    none(deaths_in_a_row(1, 10))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10))
def test_the_run_after_a_death_may_die_at_any_step_as_well(seed: int) -> None:
    none(deaths_in_a_row(seed, 150))


# --- real deaths ----------------------------------------------------------------------------------------


def process(one: World, at: int, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a command as a program, which kills itself at a step."""
    return subprocess.run(
        [sys.executable, str(STEPS), str(at), *command],
        cwd=one.root,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_a_process_makes_the_very_steps_that_the_matrix_counts() -> None:
    with world() as one:
        STORIES["first apply, no state"].prepare(one)
        ran = process(one, 0, "apply", "--yes")
        assert ran.stdout.splitlines() == crashes.steps_of("first apply, no state"), ran.stderr


@pytest.mark.parametrize(
    ("name", "nth"),
    [
        ("sync folder", 0),
        ("sync journal", 1),
        ("send POST", 1),
        ("answer POST", 1),
        ("replace snapshot", 0),
    ],
)
def test_kill_9_at_a_step_is_survived(name: str, nth: int) -> None:
    names = crashes.steps_of("first apply, no state")
    at = [number for number, one in enumerate(names, start=1) if one == name][nth]
    with world() as one:
        STORIES["first apply, no state"].prepare(one)
        assert process(one, at, "apply", "--yes").returncode == -9
        none(iter(recover(one)))


@pytest.mark.slow
@pytest.mark.parametrize("story", STORIES)
def test_kill_9_at_every_step_is_survived(story: str) -> None:
    for at in range(1, len(crashes.steps_of(story)) + 1):
        with world() as one:
            STORIES[story].prepare(one)
            assert process(one, at, *STORIES[story].command).returncode == -9
            one.posts = []
            none(iter(recover(one, STORIES[story].command)))


@pytest.mark.parametrize("committed", [True, False], ids=["then created", "never created"])
def test_kill_9_while_exotel_has_the_request(*, committed: bool) -> None:
    """The request has wholly arrived, the client is dead, and Exotel carries it out, or does not."""
    with world() as one:
        STORIES["first apply, no state"].prepare(one)
        started = subprocess.Popen(
            [sys.executable, "-m", "campaignctl", "apply", "--yes"],
            cwd=one.root,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

        def kill(method: str, target: str) -> Fault | None:
            if method != "POST":
                return None
            started.kill()
            started.wait()
            return Fault(commit=committed, close="before")

        one.sandbox.fault = kill
        assert started.wait(60) == -9
        one.sandbox.fault = None
        if committed:
            wait_for(one, "ant")
        assert one.at_exotel() == ({"ant": 1} if committed else {})
        assert list(one.store.read().intents) == ["ant"]
        none(iter(recover(one)))


def wait_for(one: World, id_: str) -> None:
    for _ in range(2000):
        if one.at_exotel()[id_]:
            return
    pytest.fail("it was never created")


# --- two at once ----------------------------------------------------------------------------------------


def intrusions(story: str, every: int = 1) -> Iterator[str]:
    for at in range(1, len(crashes.steps_of(story)) + 1, every):
        late = bool(at // every % 2)
        yield from (f"{story}, step {at}, {late=}: {words}" for words in intrude(story, at, late=late))


@pytest.mark.parametrize("story", ["first apply, no state", "an intent left, created", "a journal left"])
def test_with_a_broken_lock_a_second_run_within_the_first_sends_nothing_twice(story: str) -> None:
    none(intrusions(story, every=3))


@pytest.mark.slow
@pytest.mark.parametrize("late", [True, False])
@pytest.mark.parametrize("story", STORIES)
def test_with_a_broken_lock_a_second_run_at_every_step_sends_nothing_twice(story: str, *, late: bool) -> None:
    for at in range(1, len(crashes.steps_of(story)) + 1):
        none(iter(intrude(story, at, late=late)))


# --- sabotage -------------------------------------------------------------------------------------------


class Blind:
    """What becomes of the promise without one of its pillars."""

    @staticmethod
    def no_sync_of_the_journal(patch: pytest.MonkeyPatch) -> None:
        patch.setattr(local, "os", _Os(fsync=lambda handle: None))

    @staticmethod
    def no_sync_of_the_folder(patch: pytest.MonkeyPatch) -> None:
        patch.setattr(local, "sync_folder", lambda folder: None)

    @staticmethod
    def no_sync_of_the_state(patch: pytest.MonkeyPatch) -> None:
        patch.setattr(files, "os", _Os(fsync=lambda handle: None))

    @staticmethod
    def no_listing(patch: pytest.MonkeyPatch) -> None:
        def find(client: Exotel, tokens: frozenset[str]) -> Mapping[str, tuple[Remote, ...]]:
            return dict.fromkeys(tokens, ())

        def observe(client: Exotel, tokens: frozenset[str], names: Mapping[str, str]) -> Observation:
            return Observation(find(client, tokens))

        patch.setattr(Exotel, "find", find)
        patch.setattr(Exotel, "observe", observe)

    @staticmethod
    def a_second_post(patch: pytest.MonkeyPatch) -> None:
        once = Exotel._post

        def post(client: Exotel, body: bytes, token: str) -> CreateResult:
            result = once(client, body, token)
            return once(client, body, token) if result.sent is Sent.UNKNOWN else result

        patch.setattr(Exotel, "_post", post)

    @staticmethod
    def no_intent(patch: pytest.MonkeyPatch) -> None:
        record = Session.record

        def later(session: Session, delta: Delta) -> None:
            if not any(one is not None and one.phase == "intent" for one in delta.intents.values()):
                record(session, delta)

        patch.setattr(Session, "record", later)

    @staticmethod
    def the_journal_goes_first(patch: pytest.MonkeyPatch) -> None:
        write = Session._write_snapshot

        def early(session: Session) -> None:
            session._store.journal.unlink(missing_ok=True)
            session._seen = (session._seen[0], None)
            write(session)

        patch.setattr(Session, "_write_snapshot", early)

    @staticmethod
    def no_comparison(patch: pytest.MonkeyPatch) -> None:
        patch.setattr(Session, "_refuse_foreign_change", lambda session: None)
        patch.setattr(Session, "_refuse", lambda session, path: None)


class _Os:
    """`os` with other functions in the place of some."""

    def __init__(self, **functions: Any) -> None:
        self.__dict__.update(functions)

    def __getattr__(self, name: str) -> Any:
        return getattr(os, name)


@pytest.mark.parametrize(
    ("pillar", "story", "words"),
    [
        (Blind.no_sync_of_the_journal, "first apply, no state", "sent more than once"),
        (Blind.no_sync_of_the_folder, "first apply, no state", "sent more than once"),
        (Blind.no_sync_of_the_state, "first apply, no state", "sent more than once"),
        (Blind.no_listing, "one to adopt", "sent more than once"),
        (Blind.a_second_post, "an answer lost", "sent more than once"),
        (Blind.no_intent, "first apply, no state", "sent more than once"),
        (Blind.the_journal_goes_first, "first apply, no state", "sent more than once"),
    ],
    ids=lambda one: getattr(one, "__name__", ""),
)
def test_without_one_of_its_pillars_the_matrix_fails(
    pillar: Callable[[pytest.MonkeyPatch], None], story: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Deaths that are survived above are not survived any more, seen best with a list that lags."""
    cases = [one._replace(late=True) for one in crashes.some_cases(story)]
    pillar(monkeypatch)
    assert any(words in one for one in complaints(cases))


def test_without_comparing_two_at_once_would_send_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    Blind.no_comparison(monkeypatch)
    assert any("sent more than once" in one for one in intrusions("first apply, no state"))
