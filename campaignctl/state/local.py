"""The state in a file beside the campaigns: a snapshot, a journal of changes since, and a lock.

Each change is one appended and fsynced line of `<state>.journal`; at the end of a run the journal is folded
into the snapshot (temporary file, fsync, replace, fsync of the folder) and dropped. So the cost of a change
does not grow with the state, and whatever moment the power goes, what was recorded is there.
"""

from __future__ import annotations

import contextlib
import getpass
import json
import os
import socket
import sys
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from campaignctl.errors import LockedError, StateError
from campaignctl.model import Delta, State
from campaignctl.state import codec, holders
from campaignctl.state.holders import Waiting

#: 100,000 campaigns make some 100 MB.
_MAX_BYTES = 512 * 1024 * 1024


class LocalStore:
    """The state of one project in one file."""

    def __init__(self, path: Path, project: str, account: str | None = None) -> None:
        """`account` is the mark of the Exotel account at work, None when there are no credentials."""
        self.path = path
        self.project = project
        self.account = account
        self.journal = path.with_name(path.name + ".journal")
        self.lock_path = path.with_name(path.name + ".lock")

    def read(self) -> State:
        """Return the state as it is now, the journal included. Raises StateError."""
        data = _read(self.path)
        state = State(project=self.project)
        if data is not None:
            state = codec.loads(data, str(self.path), self.project)
        journal = _read(self.journal)
        if journal:
            if data is None and b"\n" in journal:
                self._first_line_is_the_first(journal)
            state = codec.replay(state, journal, str(self.journal))
        if self.account and state.account not in (None, self.account):
            raise StateError(
                f"{self.path} belongs to another Exotel account than EXOTEL_ACCOUNT_SID names; what it holds was "
                "never sent from this one: set the account's own credentials, or use `--sandbox` to rehearse"
            )
        return state

    def _first_line_is_the_first(self, journal: bytes) -> None:
        with contextlib.suppress(ValueError, TypeError, KeyError, RecursionError):
            if json.loads(journal.split(b"\n", 1)[0])["serial"] == 1:
                return
        raise StateError(
            f"{self.path} is missing, and {self.journal.name} continues it; restore it from Git or a backup"
        )

    @contextlib.contextmanager
    def lock(self, command: str, waiting: Waiting | None = None) -> Iterator[Session]:
        """Hold the state for this process. Raises LockedError with the holder, StateError.

        The lock is the kernel's: a process that dies lets it go. The file only says who holds it.
        """
        handle = _open_lock(self.lock_path)
        try:
            holders.patiently(lambda: _lock_or_say_who(handle, self.lock_path), waiting)
            who = holders.stranger(handle)
            if who is not None and self.read().intents:
                raise holders.refusal(who, self.lock_path)
            _say_who(handle, command)
            try:
                session = Session(self)
                try:
                    yield session
                finally:
                    session.fold()
            finally:  # only the holder wipes its name
                with contextlib.suppress(OSError):
                    os.ftruncate(handle, 0)
        finally:
            os.close(handle)


class Session:
    """The state while it is locked. `record` returns only when the change is on the disk."""

    def __init__(self, store: LocalStore) -> None:
        self._store = store
        self._seen = (_identity(store.path), _identity(store.journal))
        self._growing = codec.Growing(store.read())
        self._file: int | None = None
        self._broken = False

    @property
    def state(self) -> State:
        """The state with all that was recorded."""
        return self._growing.state

    def record(self, delta: Delta) -> None:
        """Append one change durably. Raises StateError; then it must be taken as not recorded."""
        lineage = self.state.lineage or str(uuid.uuid4())
        account = self.state.account or self._store.account
        line = codec.line(delta, lineage, self.state.serial + 1, account)
        if self._broken:
            raise StateError(f"{self._store.journal} could not be written before; run the command again")
        try:
            self._refuse_foreign_change()
            handle = self._file if self._file is not None else self._open()
            before = os.fstat(handle).st_size
            try:
                if os.write(handle, line) != len(line):
                    raise OSError("the disk took only a part of the line")
                os.fsync(handle)
            except OSError:
                with contextlib.suppress(OSError):  # what is not known to be there must not count later
                    os.ftruncate(handle, before)
                raise
        except OSError as error:
            self._broken = True
            raise StateError(f"{self._store.journal} cannot be written: {_why(error)}") from error
        self._look()
        self._growing.add(delta, lineage, account)

    def _open(self) -> int:
        # What a crashed run left in the journal goes into the snapshot first, a torn line goes away.
        if _identity(self._store.journal) is not None:
            self._write_snapshot()
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL
        self._file = os.open(self._store.journal, flags, 0o600)
        _sync_folder(self._store.path.parent)
        return self._file

    def _look(self) -> None:
        self._seen = (_identity(self._store.path), _identity(self._store.journal))

    def _refuse_foreign_change(self) -> None:
        """Compare before every write: somebody may have replaced the files in spite of the lock."""
        now = (_identity(self._store.path), _identity(self._store.journal))
        for path, before, after in zip((self._store.path, self._store.journal), self._seen, now, strict=True):
            if before != after:
                self._broken = True
                raise StateError(
                    f"{path} was changed by somebody else in spite of the lock; run the command again"
                )

    def fold(self) -> None:
        """Write the snapshot and drop the journal, if there is anything to fold."""
        if self._file is None:
            return
        os.close(self._file)
        self._file = None
        if not self._broken:
            self._refuse_foreign_change()
            self._write_snapshot()

    def _write_snapshot(self) -> None:
        path = self._store.path
        temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
        try:
            temporary.unlink(missing_ok=True)  # of a killed run with our pid; we hold the lock
            with temporary.open("xb") as handle:
                handle.write(codec.dumps(self.state))
                handle.flush()
                os.fsync(handle.fileno())
            temporary.replace(path)
            _sync_folder(path.parent)
            self._store.journal.unlink(missing_ok=True)
            _sync_folder(path.parent)
        except OSError as error:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)
            kept = f"; the changes are safe in {self._store.journal.name}"
            raise StateError(f"{path} cannot be written: {_why(error)}{kept}") from error
        self._look()


def _read(path: Path) -> bytes | None:
    try:
        with path.open("rb") as handle:
            data = handle.read(_MAX_BYTES + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StateError(f"{path} cannot be read: {_why(error)}") from error
    if len(data) > _MAX_BYTES:
        raise StateError(
            f"{path} is larger than {_MAX_BYTES // 1024**2} MiB; this cannot be a state of campaignctl"
        )
    return data


def _identity(path: Path) -> tuple[int, int, int] | None:
    """Return what changes when a file is replaced or written: inode, size, time of change."""
    try:
        status = path.stat(follow_symlinks=False)
    except OSError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _why(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


# --- lock ---------------------------------------------------------------------------------------------


def _open_lock(path: Path) -> int:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
    except OSError as error:
        raise StateError(f"the state cannot be locked: {path}: {_why(error)}") from error


def _lock_or_say_who(handle: int, path: Path) -> None:
    try:
        import fcntl
    except ImportError as error:  # pragma: no cover
        raise StateError("the local state needs a POSIX file lock; use WSL on Windows") from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise LockedError(
            f"the state is locked by {holders.words(handle)}; wait until it is done, or let --lock-timeout wait "
            f"({path})"
        ) from error
    except OSError as error:
        advice = "; its file system has no locks, keep the folder on a disk of this machine"
        raise StateError(
            f"the state cannot be locked: {path}: {_why(error)}{advice if holders.no_locks(error) else ''}"
        ) from error


def _say_who(handle: int, command: str) -> None:
    holder = {**whoami(), "command": command, "since": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}
    os.ftruncate(handle, 0)
    os.pwrite(handle, json.dumps(holder).encode() + b"\n", 0)


def whoami() -> dict[str, Any]:
    """Return user, host and pid of this process, for locks and intents."""
    try:
        user = getpass.getuser()
    except (OSError, KeyError, ImportError):
        user = "unknown"
    return {"user": user, "host": socket.gethostname(), "pid": os.getpid()}


def command_line() -> str:
    """Return the command without its values: what runs, not what was given to it."""
    return " ".join(["campaignctl", *[word for word in sys.argv[1:] if word.isalpha()][:2]])
