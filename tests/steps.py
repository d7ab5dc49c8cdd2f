"""A process that dies at a chosen step, and a disk that forgets what was never synced.

A step is whatever changes the state's files, and each request and its answer: between two of them nothing
that lasts can happen, so a death at each step is a death at each moment. In a test the death is an exception
after which nothing reaches disk or vendor any more; as a program (`python tests/steps.py NUMBER COMMAND...`)
it is a real `kill -9`.
"""

from __future__ import annotations

import contextlib
import io
import os
import signal
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from campaignctl.exotel.client import Exotel

#: What the names of all files of a state begin with, after a dot for temporary ones.
STATE = "campaignctl.state.json"
_LOCK = STATE + ".lock"


class Died(BaseException):
    """The process is no more. Nothing may catch this."""


@dataclass
class Steps:
    """Counts the steps, and dies before the one that bears the number `at`."""

    at: int | None = None
    die: Callable[[], None] | None = None  #: None: by an exception
    meanwhile: Callable[[], None] | None = None  #: what happens before step `at`, in place of a death
    names: list[str] = field(default_factory=list)
    dead: bool = False
    paused: bool = False

    def step(self, name: str) -> None:
        """Say that the next step is about to be made."""
        if self.dead:
            raise Died
        if self.paused:
            return
        self.names.append(name)
        if len(self.names) != self.at:
            return
        if self.meanwhile is not None:
            self.paused = True
            try:
                self.meanwhile()
            finally:
                self.paused = False
            return
        if self.die is not None:
            self.die()
        self.dead = True
        raise Died


@dataclass
class _File:
    """What is known of one file: its content as of its last sync, and a way to read its present one."""

    durable: bytes
    handle: int

    def content(self) -> bytes:
        return os.pread(self.handle, os.fstat(self.handle).st_size, 0)


class Disk:
    """The folder of a state. Knows which names and contents would be there after a loss of power."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.names: dict[str, _File] = {}
        self.handles: dict[int, _File] = {}
        self._all: list[_File] = []
        for path in folder.iterdir():
            if self.is_ours(path) and path.is_file():
                self.found(path, path.read_bytes())
        self.durable_names = dict(self.names)

    def is_ours(self, path: Any) -> bool:
        """Return whether a path is one of the state's files."""
        try:
            where = Path(os.fsdecode(path))
        except TypeError:
            return False
        return where.name.lstrip(".").startswith(STATE) and where.absolute().parent == self.folder

    def found(self, path: Path, durable: bytes = b"") -> _File:
        """Take note of a file at a path."""
        one = self.names.get(path.name)
        if one is None:
            one = _File(durable, os.open(path, os.O_RDONLY))
            self._all.append(one)
            self.names[path.name] = one
        return one

    def close(self) -> None:
        """Let go of all files."""
        for one in self._all:
            os.close(one.handle)

    def lose_power(self, *, names: str, data: str) -> None:
        """Leave what a loss of power may leave.

        `names` are "kept" or "lost", as far as the folder was not synced; `data` is "kept", "lost" or "torn" in
        the middle, as far as the files were not.
        """
        left = self.names if names == "kept" else self.durable_names
        contents = {name: _survived(one, data) for name, one in left.items() if name != _LOCK}
        for path in self.folder.iterdir():
            if self.is_ours(path):
                path.unlink()
        for name, content in contents.items():
            (self.folder / name).write_bytes(content)


def _survived(one: _File, data: str) -> bytes:
    now = one.content()
    if data == "kept":
        return now
    if data == "torn" and now.startswith(one.durable):
        return now[: (len(one.durable) + len(now) + 1) // 2]
    return one.durable


@contextlib.contextmanager
def counted(steps: Steps, folder: Path) -> Iterator[Disk]:
    """Count each step that is made on a folder's state and towards Exotel while this lasts."""
    disk = Disk(folder)
    wrapped = _Wrapped(steps, disk)
    real = {name: getattr(os, name) for name in _Wrapped.NAMES}
    request = Exotel._request

    def asked(client: Exotel, method: str, *rest: Any, **more: Any) -> tuple[int, Any, bytes]:
        steps.step(f"send {method}")
        answer = request(client, method, *rest, **more)
        steps.step(f"answer {method}")
        return answer

    for name in _Wrapped.NAMES:
        setattr(os, name, getattr(wrapped, name))
    Exotel._request = asked  # type: ignore[method-assign, assignment]
    try:
        yield disk
    finally:
        for name, function in real.items():
            setattr(os, name, function)
        Exotel._request = request  # type: ignore[method-assign]
        disk.close()


class _Wrapped:
    """The functions of `os` that change files, each of which is a step when it is about the state's."""

    NAMES = ("open", "close", "write", "pwrite", "fsync", "ftruncate", "replace", "rename", "link", "unlink")

    def __init__(self, steps: Steps, disk: Disk) -> None:
        self.steps = steps
        self.disk = disk
        self.real = {name: getattr(os, name) for name in self.NAMES}
        self._folders: set[int] = set()

    def open(self, path: Any, flags: int, *more: Any, **named: Any) -> int:
        ours = self.disk.is_ours(path)
        if ours and flags & os.O_CREAT:
            self.steps.step(f"open {_kind(path)}")
        handle: int = self.real["open"](path, flags, *more, **named)
        if ours and flags & os.O_CREAT:
            self.disk.handles[handle] = self._track(Path(path))
        elif isinstance(path, (str, os.PathLike)) and Path(path).absolute() == self.disk.folder:
            self._folders.add(handle)
        return handle

    def _track(self, path: Path) -> _File:
        now, os.open = os.open, self.real["open"]
        try:
            return self.disk.found(path)
        finally:
            os.open = now

    def close(self, handle: int) -> None:
        """Not a step: the kernel closes what a dead process had open."""
        self.disk.handles.pop(handle, None)
        self._folders.discard(handle)
        self.real["close"](handle)

    def write(self, handle: int, data: Any) -> int:
        one = self.disk.handles.get(handle)
        if one is None:
            return int(self.real["write"](handle, data))
        half = len(data) // 2
        self.steps.step(f"write {self._name(one)}")
        done = int(self.real["write"](handle, data[:half]))
        self.steps.step(f"write on {self._name(one)}")  # a death here tears the line
        return done + int(self.real["write"](handle, data[half:])) if done == half else done

    def pwrite(self, handle: int, data: Any, offset: int) -> int:
        if (one := self.disk.handles.get(handle)) is not None:
            self.steps.step(f"write {self._name(one)}")
        return int(self.real["pwrite"](handle, data, offset))

    def fsync(self, handle: int) -> None:
        if (one := self.disk.handles.get(handle)) is not None:
            self.steps.step(f"sync {self._name(one)}")
            self.real["fsync"](handle)
            one.durable = one.content()
        elif handle in self._folders:
            self.steps.step("sync folder")
            self.real["fsync"](handle)
            self.disk.durable_names = dict(self.disk.names)
        else:
            self.real["fsync"](handle)

    def ftruncate(self, handle: int, length: int) -> None:
        if (one := self.disk.handles.get(handle)) is not None:
            self.steps.step(f"truncate {self._name(one)}")
        self.real["ftruncate"](handle, length)

    def replace(self, old: Any, new: Any, **more: Any) -> None:
        self._move("replace", old, new, **more)

    def rename(self, old: Any, new: Any, **more: Any) -> None:
        self._move("rename", old, new, **more)

    def _move(self, how: str, old: Any, new: Any, **more: Any) -> None:
        ours = self.disk.is_ours(new)
        if ours:
            self.steps.step(f"{how} {_kind(new)}")
        self.real[how](old, new, **more)
        if ours and (one := self.disk.names.pop(Path(old).name, None)) is not None:
            self.disk.names[Path(new).name] = one

    def link(self, old: Any, new: Any, **more: Any) -> None:
        ours = self.disk.is_ours(new)
        if ours:
            self.steps.step(f"link {_kind(new)}")
        self.real["link"](old, new, **more)
        if ours and (one := self.disk.names.get(Path(old).name)) is not None:
            self.disk.names[Path(new).name] = one

    def unlink(self, path: Any, **more: Any) -> None:
        ours = self.disk.is_ours(path)
        if ours and os.path.lexists(path):
            self.steps.step(f"unlink {_kind(path)}")
        self.real["unlink"](path, **more)
        if ours:
            self.disk.names.pop(Path(path).name, None)

    def _name(self, one: _File) -> str:
        return next((_kind(name) for name, known in self.disk.names.items() if known is one), "lost file")


def _kind(path: Any) -> str:
    """Return what a file of the state is for."""
    name = Path(os.fsdecode(path)).name
    for word in ("tmp", "old", "journal", "lock"):
        if name.endswith(word):
            return {"tmp": "temporary", "old": "old journal"}.get(word, word)
    return "snapshot"


def called(*arguments: str) -> tuple[int, str]:
    """Run a command line in this process; return its exit code and all that it printed. Raises Died."""
    from campaignctl.__main__ import main

    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        try:
            main(arguments)
        except SystemExit as ended:
            return int(ended.code or 0), said.getvalue()
    raise AssertionError("a command did not end")


def _kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    number = int(sys.argv[1])
    the_steps = Steps(at=number or None, die=_kill)
    with counted(the_steps, Path.cwd()):
        code, words = called(*sys.argv[2:])
    print("\n".join(the_steps.names))
    print(words, file=sys.stderr)
    sys.exit(code)
