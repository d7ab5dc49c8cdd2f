"""Hostile disks and clocks, and two hosts on one state: the invariant holds, or the run refuses."""

from __future__ import annotations

import contextlib
import errno
import os
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import crashes
import pytest
from conftest import NOW
from crashes import STORIES, broken_lock, recover, world
from hypothesis import given, settings
from hypothesis import strategies as st
from steps import STATE, Died, Steps, called, counted
from test_apply import CONFIG, Desk, FakeVendor
from test_state import LINEAGE, PROJECT, added, entry, intent, keep, state_of

from campaignctl.commands import options
from campaignctl.errors import CampaignctlError, StateError
from campaignctl.model import Delta
from campaignctl.state import codec, files, local
from campaignctl.state.local import LocalStore, Session

FIRST, FULL = "first apply, no state", "a journal left"


@pytest.fixture
def store(tmp_path: Path) -> LocalStore:
    return LocalStore(tmp_path / STATE, CONFIG.project)


# --- a disk that fails at one step ----------------------------------------------------------------------


@dataclass
class Failing(Steps):
    """From one step on, or at it alone, the disk fails."""

    error: int = errno.EIO
    forever: bool = True
    failed: list[str] = field(default_factory=list)

    def step(self, name: str) -> None:
        super().step(name)
        number = len(self.names)
        after = number > (self.at_disk or 0) if self.forever else False
        if "GET" not in name and "POST" not in name and (number == self.at_disk or after):
            self.failed.append(name)
            raise OSError(self.error, os.strerror(self.error))

    at_disk: int = 0


def fail_at(story: str, at: int, error: int, *, forever: bool, late: bool) -> list[str]:
    with world() as one:
        STORIES[story].prepare(one)
        if late:
            one.be_late()
        the_steps = Failing(error=error, forever=forever, at_disk=at)
        with counted(the_steps, one.root):
            code, said = called(*STORIES[story].command)
        one.posts = []
        bad = recover(one, STORIES[story].command)
        if code not in (STORIES[story].ends, 3, 4) or "this is a bug" in said:
            bad.append(f"ended with {code}: {said[-300:]}")
        if code == STORIES[story].ends and the_steps.failed and set(the_steps.failed) != {"truncate lock"}:
            bad.append(f"ended well though {the_steps.failed} failed")
        return [
            f"{story}, step {at} {the_steps.names[at - 1 : at]}, {forever=}, {late=}: {words}"
            for words in bad
        ]


def failures(story: str, every: int, start: int = 1) -> Iterator[str]:
    turns = [
        (error, forever) for error in (errno.ENOSPC, errno.EIO, errno.EROFS) for forever in (True, False)
    ]
    for number, at in enumerate(range(start, len(crashes.steps_of(story)) + 1, every)):
        error, forever = turns[number % len(turns)]
        yield from fail_at(story, at, error, forever=forever, late=number % 2 == 0)


@pytest.mark.parametrize("story", [FIRST, FULL])
def test_a_disk_that_fails_ends_the_run_and_loses_nothing(story: str) -> None:
    assert list(failures(story, every=3)) == []


@pytest.mark.slow
@pytest.mark.parametrize("forever", [True, False])
@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EIO, errno.EROFS, errno.EACCES])
@pytest.mark.parametrize("story", STORIES)
def test_a_disk_that_fails_at_any_step_ends_the_run_and_loses_nothing(
    story: str, error: int, *, forever: bool
) -> None:
    for at in range(1, len(crashes.steps_of(story)) + 1):
        assert fail_at(story, at, error, forever=forever, late=bool(at % 2)) == []


def test_nothing_is_sent_when_the_intent_cannot_be_written() -> None:
    names = crashes.steps_of(FIRST)
    before = names.index("send POST")
    for at in range(names.index("open journal") + 1, before + 1):
        with world() as one:
            STORIES[FIRST].prepare(one)
            with counted(Failing(at_disk=at, forever=True), one.root):
                code, said = called("apply", "--yes")
            assert (code, one.at_exotel()) == (3, {}), (names[at - 1], said)


# --- what stands in a file's place ------------------------------------------------------------------------


def _link_to_itself(path: Path) -> None:
    """The file is moved, and a link to it is put in its place."""
    _away(path)
    path.symlink_to(path.with_name("moved"))


def _link_elsewhere(path: Path) -> None:
    _away(path)
    path.symlink_to("/dev/null")


def _folder(path: Path) -> None:
    _away(path)
    path.mkdir()


def _pipe(path: Path) -> None:
    _away(path)
    os.mkfifo(path)


def _copy(path: Path) -> None:
    """The same bytes in another file, as from a sync tool."""
    data = path.read_bytes() if path.exists() else b""
    _away(path)
    path.write_bytes(data)


def _gone(path: Path) -> None:
    _away(path)


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _away(path: Path) -> None:
    with contextlib.suppress(FileNotFoundError):
        path.rename(path.with_name("moved"))


SWAPS = (_link_to_itself, _link_elsewhere, _folder, _pipe, _copy, _gone, _empty)


def put_back(path: Path) -> None:
    """Undo a swap, as somebody does who reads the message."""
    if path.is_dir() and not path.is_symlink():
        path.rmdir()
    else:
        path.unlink(missing_ok=True)
    if (moved := path.with_name("moved")).exists():
        moved.rename(path)


@pytest.mark.parametrize("swap", SWAPS)
@pytest.mark.parametrize("ending", ["", ".journal"])
def test_a_file_swapped_before_an_intent_stops_the_run_before_it_sends(
    swap: Callable[[Path], None], ending: str
) -> None:
    """Before the write of the second intent: the first campaign is created, no other is."""
    with world() as one:
        STORIES[FULL].prepare(one)
        names = crashes.steps_of(FULL)
        at = [number for number, name in enumerate(names, start=1) if name == "write journal"][2]
        target = one.root / (STATE + ending)
        with counted(Steps(at=at, meanwhile=lambda: swap(target)), one.root):
            code, said = called("apply", "--yes")
        assert (code, "changed by somebody else" in said) == (4, True), (
            said
        )  # what became of bee was not kept
        assert one.at_exotel() == {"dog": 1, "ant": 1, "bee": 1}
        if swap is not _empty:
            put_back(target)
            assert recover(one) == []


@pytest.mark.parametrize("ending", ["", ".journal", ".lock"])
@pytest.mark.parametrize("swap", [_link_to_itself, _link_elsewhere, _folder, _pipe])
@pytest.mark.parametrize("command", [("plan",), ("apply", "--yes"), ("resolve",)])
def test_what_is_no_file_is_refused_and_not_waited_for(
    command: tuple[str, ...], swap: Callable[[Path], None], ending: str
) -> None:
    with world() as one:
        one.has("ant")
        called("apply", "--yes")
        one.has("ant", "bee")
        swap(one.root / (STATE + ending))
        code, said = called(*command)
        if ending != ".lock":
            assert (code, STATE in said, "this is a bug" in said) == (3, True, False), said
            assert one.at_exotel() == {"ant": 1}
        else:  # `plan` needs no lock; a pipe can be locked like a file
            assert code in (0, 3), said
            assert "this is a bug" not in said


def test_a_lock_file_that_is_removed_while_it_is_taken_is_refused(
    store: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fcntl.flock", lambda handle, how: store.lock_path.unlink())
    with pytest.raises(StateError, match="was removed meanwhile"), store.lock("campaignctl test"):
        pytest.fail("the lock was given")


def test_the_name_in_the_lock_that_cannot_be_written_is_an_error(
    store: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(handle: int, data: bytes, offset: int) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "pwrite", full)
    with pytest.raises(StateError, match=r"cannot be locked: .*no space"), store.lock("campaignctl test"):
        pytest.fail("the lock was given")


# --- leftovers and torn lines -----------------------------------------------------------------------------


@pytest.mark.parametrize("cut", [1, 20, -2, -1])
def test_a_torn_last_line_is_harmless_wherever_it_is_torn(store: LocalStore, cut: int) -> None:
    state = keep(store, added(1))
    line = codec.line(added(2), str(state.lineage), 2, project=PROJECT)
    store.journal.write_bytes(line[:cut])
    assert store.read() == state
    assert keep(store, added(3)).serial == 2


@pytest.mark.parametrize("start", [0, 40, -30])
def test_a_last_line_with_a_hole_is_torn_as_well(store: LocalStore, start: int) -> None:
    """Where the later of two blocks came to the disk first, zero bytes stand for the earlier."""
    state = keep(store, added(1))
    whole, line = (
        codec.line(added(number), str(state.lineage), number, project=PROJECT) for number in (2, 3)
    )
    start %= len(line)
    holed = line[:start] + b"\0" * 20 + line[start + 20 :]
    store.journal.write_bytes(whole + holed)
    assert list(store.read().campaigns) == ["campaign-001", "campaign-002"]
    store.journal.write_bytes(holed + whole)
    with pytest.raises(StateError, match="line 1 is not JSON"):
        store.read()


def test_a_journal_left_over_is_folded_by_the_next_run_whatever_it_does(store: LocalStore) -> None:
    state = keep(store, added(1))
    store.journal.write_bytes(codec.line(added(2), str(state.lineage), 2, project=PROJECT))
    with store.lock("campaignctl test") as session:
        assert not store.journal.exists()
        assert codec.loads(store.path.read_bytes(), "", CONFIG.project) == session.state
        assert list(session.state.campaigns) == ["campaign-001", "campaign-002"]


def test_what_killed_runs_leave_goes_away_and_nothing_else(store: LocalStore) -> None:
    state = keep(store, added(1))
    mine = [f".{STATE}.0123456789ab.tmp", f".{STATE}.journal.0123456789ab.old"]
    others = [f".{STATE}.mine.tmp", f".{STATE}.journal.ab0123456789.old", "0123456789ab.tmp"]
    for name in (*mine, *others):
        store.path.with_name(name).write_bytes(codec.line(added(1), str(state.lineage), 1, project=PROJECT))
    newer = codec.line(added(2), str(state.lineage), 2, project=PROJECT)
    store.path.with_name(others[1]).write_bytes(newer)
    keep(store)
    assert store.path.with_name(mine[1]).exists() is False
    store.path.with_name(others[1]).write_bytes(codec.line(added(7), LINEAGE, 9, project=PROJECT))
    keep(store, added(2))
    left = {path.name for path in store.path.parent.iterdir()}
    assert left == {STATE, STATE + ".lock", *others}


def test_a_plan_that_reads_while_others_fold_sees_one_moment(
    store: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between reading the snapshot, which is not there yet, and the journal, the first apply folds."""
    real = files.read
    folded: list[bool] = []

    def read(path: Path) -> bytes | None:
        data = real(path)
        if path == store.path and not folded:
            folded.append(True)
            monkeypatch.setattr(local, "read", real)
            keep(store, added(1), added(2))
            monkeypatch.setattr(local, "read", read)
        return data

    monkeypatch.setattr(local, "read", read)
    assert list(store.read().campaigns) == ["campaign-001", "campaign-002"]


# --- a clock that jumps -----------------------------------------------------------------------------------


@pytest.mark.parametrize("jump", [timedelta(days=-400), timedelta(hours=-1), timedelta(days=30)])
def test_a_clock_that_jumps_after_a_death_sends_nothing_twice(jump: timedelta) -> None:
    """A run dies before it sees an answer; the next ones work by a clock that has jumped."""
    with (
        world() as one,
        pytest.MonkeyPatch.context() as patch,
    ):  # undone first: the world has a clock of its own
        STORIES[FIRST].prepare(one)
        one.be_late()
        names = crashes.steps_of(FIRST)
        at = [number for number, name in enumerate(names, start=1) if name == "answer POST"][1]
        with counted(Steps(at=at), one.root), contextlib.suppress(Died):
            called("apply", "--yes")
        patch.setattr(options, "now", lambda at: at or NOW + jump)
        assert called("apply", "--yes")[0] == 4
        assert one.at_exotel() == {"ant": 1, "bee": 1}
        if jump < timedelta():  # the intent lies in the future: its window has not even begun
            code, said = called("resolve", "bee", "--not-created")
            assert (code, list(one.store.read().intents)) == (4, ["bee"]), said
        assert recover(one) == []


@pytest.mark.parametrize("jump", [timedelta(hours=-1), timedelta(days=-400), timedelta(hours=24)])
def test_a_saved_plan_is_refused_when_the_clock_has_jumped(jump: timedelta) -> None:
    with world() as one, pytest.MonkeyPatch.context() as patch:
        STORIES["a saved plan"].prepare(one)
        patch.setattr(options, "now", lambda at: at or NOW + jump)
        code, said = called("apply", "plan.json")
        assert (code, one.at_exotel()) == (3, {}), said
        assert ("which is still to come" if jump < timedelta() else "has expired at ") in said


# --- two hosts on one state -------------------------------------------------------------------------------


class Baton:
    """Lets one of several threads make its next step, in the order that is drawn."""

    def __init__(self, order: list[int], number: int) -> None:
        self.order = order
        self.waiting: set[int] = set()
        self.alive = set(range(number))
        self.changed = threading.Condition()
        self.turn: int | None = None

    def wait(self, me: int) -> None:
        with self.changed:
            self.waiting.add(me)
            self._next()
            if not self.changed.wait_for(lambda: self.turn == me, timeout=30):
                raise AssertionError("the threads wait for each other")
            self.turn = None
            self.waiting.discard(me)

    def leave(self, me: int) -> None:
        with self.changed:
            self.alive.discard(me)
            self._next()

    def _next(self) -> None:
        if self.alive and self.waiting == self.alive and self.turn is None:
            ready = sorted(self.waiting)
            self.turn = ready[(self.order.pop(0) if self.order else 0) % len(ready)]
            self.changed.notify_all()


@dataclass
class InTurn(Steps):
    """Each step waits for the thread's turn."""

    baton: Baton | None = None
    threads: dict[int, int] = field(default_factory=dict)

    def step(self, name: str) -> None:
        me = self.threads.get(threading.get_ident())
        if me is not None and self.baton is not None:
            self.baton.wait(me)


class Shared(FakeVendor):
    """Exotel for several threads: each request and each answer is a step. What is new shows late."""

    def __init__(self, the_steps: InTurn) -> None:
        super().__init__()
        self.the_steps = the_steps

    def find(self, tokens: frozenset[str]) -> dict[str, tuple[Any, ...]]:
        self.the_steps.step("send GET")
        found = dict.fromkeys(tokens, ())
        self.the_steps.step("answer GET")
        return found

    def create(self, payload: Any, token: str) -> Any:
        self.the_steps.step("send POST")
        result = super().create(payload, token)
        self.the_steps.step("answer POST")
        return result


def in_any_order(folder: Path, order: list[int], *, left: bool) -> tuple[dict[str, int], list[BaseException]]:
    """Let two hosts apply on one state without a lock; return how often each campaign was sent, and refusals."""
    the_steps = InTurn()
    vendor = Shared(the_steps)
    desks = [Desk(LocalStore(folder / STATE, CONFIG.project), vendor) for _ in range(2)]
    ends: list[BaseException] = []
    if left:
        state = keep(desks[0].store, added(1))
        desks[0].store.journal.write_bytes(codec.line(added(2), str(state.lineage), 2, project=PROJECT))
    baton = the_steps.baton = Baton(order, 2)

    def work(me: int) -> None:
        the_steps.threads[threading.get_ident()] = me
        try:
            baton.wait(me)
            desks[me].run()
        except CampaignctlError as error:
            ends.append(error)
        except BaseException as error:
            ends.append(error)
            raise
        finally:
            baton.leave(me)

    with counted(the_steps, folder), broken_lock():
        threads = [threading.Thread(target=work, args=(me,)) for me in range(2)]
        for one in threads:
            one.start()
        for one in threads:
            one.join(60)
    sent = {id_: vendor.count(id_) for id_ in desks[0].ids}
    state = desks[0].store.read()
    forgotten = (
        {id_ for id_, number in sent.items() if number} - state.campaigns.keys() - state.intents.keys()
    )
    assert not forgotten, f"sent, and not in the state: {forgotten}"
    return sent, ends


ORDERS = st.lists(st.integers(0, 1), max_size=120)


@given(order=ORDERS, left=st.booleans())
@settings(max_examples=25, deadline=None)
def test_two_hosts_without_a_lock_send_nothing_twice_in_any_order(order: list[int], *, left: bool) -> None:
    """Exotel's list shows nothing new all the while: it is the state alone that keeps them apart."""
    with tempfile.TemporaryDirectory() as name:
        sent, ends = in_any_order(Path(name).resolve(), list(order), left=left)
    assert all(isinstance(one, CampaignctlError) for one in ends), ends
    assert max(sent.values()) <= 1, ends


@pytest.mark.slow
@given(order=ORDERS, left=st.booleans())
@settings(max_examples=3000, deadline=None)
def test_two_hosts_without_a_lock_send_nothing_twice_in_very_many_orders(
    order: list[int], *, left: bool
) -> None:
    with tempfile.TemporaryDirectory() as name:
        sent, ends = in_any_order(Path(name).resolve(), list(order), left=left)
    assert all(isinstance(one, CampaignctlError) for one in ends), ends
    assert max(sent.values()) <= 1, ends


# --- cost -------------------------------------------------------------------------------------------------


def test_a_record_costs_the_same_beside_ten_thousand_campaigns(
    store: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counted in calls of functions and in bytes, for a clock would not say."""
    costs = []
    for number in (10, 10_000):
        store.path.write_bytes(codec.dumps(state_of(number)))
        with store.lock("campaignctl test") as session:
            session.record(Delta(intents={"new": intent()}))  # opens the journal
            before = store.journal.stat().st_size
            calls = calls_of(session, Delta(campaigns={"new": entry(7)}, intents={"new": None}))
            costs.append((calls, store.journal.stat().st_size - before - len(str(session.state.serial))))
    assert costs[0] == costs[1]


def calls_of(session: Session, delta: Delta) -> int:
    """Return how many functions, Python's and C's, a record calls."""
    calls = 0

    def seen(frame: Any, event: str, argument: Any) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(seen)
    try:
        session.record(delta)
    finally:
        sys.setprofile(None)
    return calls
