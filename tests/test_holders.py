"""The lock's words, waiting for it, and when it is not taken over."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest
from conftest import Run, start
from test_resolve import ant, clock, intent, leave, state  # noqa: F401

from campaignctl.cli import COMMANDS, cli
from campaignctl.errors import LockedError, StateError
from campaignctl.model import Delta
from campaignctl.sandbox import Sandbox
from campaignctl.state.holders import Waiting, patiently
from campaignctl.state.local import LocalStore

HERE = socket.gethostname()


@pytest.fixture
def store(tmp_path: Path) -> LocalStore:
    return LocalStore(tmp_path / "campaignctl.state.json", "kettle-5a1f0c")


def name(**changes: Any) -> dict[str, Any]:
    words = {"user": "asha", "host": HERE, "pid": os.getpid(), "command": "campaignctl apply"}
    return {**words, "since": "2034-06-01T06:00:00Z", **changes}


def says(store: LocalStore, words: dict[str, Any]) -> str:
    """Return what a second one is told while the lock is held under this name."""
    with store.lock("campaignctl apply"):
        store.lock_path.write_text(json.dumps(words), encoding="utf-8")
        with pytest.raises(LockedError) as refused, store.lock("campaignctl resolve"):
            pytest.fail("two hold the lock")
    return str(refused.value)


def ended() -> int:
    """Return the pid of a process of this machine that has ended."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


# --- words --------------------------------------------------------------------------------------------


def test_a_holder_is_named_in_full(store: LocalStore) -> None:
    assert says(store, name()) == (
        f"the state is locked by asha@{HERE}, pid {os.getpid()}, running 'campaignctl apply', since 2034-06-01T06:00:00Z; "
        f"wait until it is done, or let --lock-timeout wait ({store.lock_path})"
    )


def test_a_holder_on_another_machine_is_said_to_be_there(store: LocalStore) -> None:
    said = says(store, name(host="desk-7", pid=3))
    assert said.startswith(
        "the state is locked by asha@desk-7, pid 3, running 'campaignctl apply', since 2034-06-01T06:00:00Z on"
    )
    assert "on another machine; wait" in said


def test_a_dead_name_is_not_taken_for_the_holders(store: LocalStore) -> None:
    pid = ended()
    assert f"by another process that has not said its name yet (pid {pid}, which did, has ended)" in says(
        store, name(pid=pid)
    )


@pytest.mark.parametrize("pid", ["4", None, True, 0, -1, 10**12, 1])
def test_a_pid_that_cannot_be_asked_is_taken_to_live(store: LocalStore, pid: Any) -> None:
    assert f"pid {pid}, running 'campaignctl apply'" in says(store, name(pid=pid))


# --- a dead holder holds nothing ----------------------------------------------------------------------


@pytest.mark.parametrize("left", [b"", b"garbage", json.dumps(name()).encode()])
def test_a_name_of_this_machine_that_nobody_holds_is_taken_without_a_word(
    store: LocalStore, left: bytes, capfd: pytest.CaptureFixture[str]
) -> None:
    record(store)
    store.lock_path.write_bytes(left)
    with store.lock("campaignctl resolve") as session:
        assert session.state.intents
        assert json.loads(store.lock_path.read_bytes())["pid"] == os.getpid()
    assert (store.lock_path.read_bytes(), capfd.readouterr()) == (b"", ("", ""))


def record(store: LocalStore) -> None:
    with store.lock("campaignctl apply") as session:
        session.record(Delta(intents={"ant": intent(phase="intent")}))


def test_a_name_of_another_machine_is_not_taken_over_while_intents_are_open(store: LocalStore) -> None:
    """On a file system that keeps locks to one machine that run may be at its request this moment."""
    record(store)
    words = json.dumps(name(host="desk-7", pid=3)).encode()
    store.lock_path.write_bytes(words)
    for _ in range(2):  # asking does not wipe the name
        with (
            pytest.raises(LockedError, match="asha@desk-7, pid 3") as refused,
            store.lock("campaignctl apply"),
        ):
            pytest.fail("the lock was taken over")
    assert f"make sure on that machine that it has ended, then remove {store.lock_path}" in str(refused.value)
    assert store.lock_path.read_bytes() == words
    store.lock_path.unlink()
    with store.lock("campaignctl resolve") as session:
        session.record(Delta(intents={"ant": None}))
    store.lock_path.write_bytes(words)  # with nothing unclear there is nothing to send twice
    with store.lock("campaignctl apply") as session:
        assert not session.state.intents


@pytest.mark.parametrize("command", [("apply", "--yes"), ("resolve", "ant", "--not-created")])
def test_a_lock_is_never_stolen_while_intents_are_open(
    run: Run,
    ant: Path,  # noqa: F811
    exotel: Sandbox,
    clock: list[Any],  # noqa: F811
    command: tuple[str, ...],
) -> None:
    leave(ant, intent("2020-01-01T00:00:00Z"))
    posts: list[str] = []
    exotel.fault = lambda method, target: posts.append(method)
    with LocalStore(ant / "campaignctl.state.json", "kettle-5a1f0c").lock("campaignctl apply"):
        ran = run(*command, "--lock-timeout", "0")
    assert (ran.code, "the state is locked by" in ran.err, posts) == (3, True, [])
    assert state(ant).intents


def options_of(command: click.Command, name: str) -> list[tuple[str, str]]:
    if isinstance(command, click.Group):
        context = click.Context(command)
        inner = {one: command.get_command(context, one) for one in command.list_commands(context)}
        return [pair for key, one in inner.items() if one for pair in options_of(one, f"{name} {key}")]
    return [(name, option) for one in command.params for option in one.opts]


def test_no_command_has_an_option_that_breaks_a_lock() -> None:
    known = options_of(cli, "campaignctl")
    assert ("campaignctl apply", "--lock-timeout") in known
    assert ("campaignctl resolve", "--lock-timeout") in known
    words = ("force", "unlock", "break", "steal", "no-lock")
    assert [pair for pair in known if any(word in pair[1] for word in words)] == []
    assert [one for one in COMMANDS if "lock" in one] == []


# --- a file system without locks ----------------------------------------------------------------------


@pytest.mark.parametrize("number", [errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS])
def test_a_file_system_without_locks_is_refused_with_advice(
    store: LocalStore, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def flock(handle: int, how: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(fcntl, "flock", flock)
    advice = "its file system has no locks, keep the folder on a disk of this machine"
    with pytest.raises(StateError, match=advice), store.lock("campaignctl apply"):
        pytest.fail("the lock was given")


# --- waiting ------------------------------------------------------------------------------------------


class Time:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.told: list[str] = []

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.now += seconds

    def waiting(self, seconds: float) -> Waiting:
        return Waiting(seconds=seconds, tell=self.told.append, sleep=self.sleep, clock=lambda: self.now)


def held(*holders: str) -> Callable[[], None]:
    """A lock that these hold one after the other, each for one try; then it is free."""
    left = list(holders)

    def take() -> None:
        if left:
            raise LockedError(f"the state is locked by {left.pop(0)}")

    return take


def test_a_lock_that_is_let_go_in_time_is_taken() -> None:
    time = Time()
    patiently(held("asha", "asha", "asha", "vik"), time.waiting(60))
    assert time.now == 1002.0
    assert time.told == [  # each holder once
        "waiting up to 60 seconds: the state is locked by asha",
        "waiting up to 58 seconds: the state is locked by vik",
    ]


@pytest.mark.parametrize("seconds", [0.2, 1.0, 7.0])
def test_a_lock_that_is_not_let_go_ends_the_wait_in_time(seconds: float) -> None:
    time = Time()
    with pytest.raises(LockedError, match=r"locked by asha; it was not let go in \d seconds"):
        patiently(held(*["asha"] * 100), time.waiting(seconds))
    assert time.now == pytest.approx(1000.0 + seconds)


def test_without_a_time_nobody_waits() -> None:
    time = Time()
    for waiting in (None, time.waiting(0)):
        with pytest.raises(LockedError, match=r"locked by asha$"):
            patiently(held("asha"), waiting)
    assert (time.now, time.told) == (1000.0, [])


def test_what_is_no_lock_is_not_waited_for() -> None:
    def broken() -> None:
        raise StateError("read-only")

    with pytest.raises(StateError, match="read-only"):
        patiently(broken, Time().waiting(60))


def test_apply_waits_for_another_one_and_goes_on(ant: Path, exotel: Sandbox) -> None:  # noqa: F811
    with LocalStore(ant / "campaignctl.state.json", "kettle-5a1f0c").lock("campaignctl resolve"):
        process = start("apply", "--yes", "--lock-timeout", "60", cwd=ant)
        assert process.stderr is not None
        line = process.stderr.readline()
    out, err = process.communicate(timeout=60)
    assert line.startswith("campaignctl: waiting up to 60 seconds: the state is locked by ")
    assert f"pid {os.getpid()}, running 'campaignctl resolve'" in line
    assert (process.returncode, "Apply: 1 created." in out, err) == (0, True, "")
