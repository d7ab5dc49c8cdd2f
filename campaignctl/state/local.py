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
from typing import Any, NoReturn

from campaignctl.errors import LockedError, StateError
from campaignctl.model import Delta, State
from campaignctl.state import codec, holders
from campaignctl.state.files import (
    PLAIN,
    Identity,
    beside,
    identity,
    identity_of,
    is_at,
    leftovers,
    read,
    sync_folder,
    write_new,
)
from campaignctl.state.holders import Waiting
from campaignctl.words import why


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
        data, journal = self._files()
        state = State(project=self.project)
        if data is not None:
            state = codec.loads(data, str(self.path), self.project)
        if journal:
            if data is None and b"\n" in journal:
                self._first_line_is_the_first(journal)
            state = codec.replay(state, journal, str(self.journal))
        self.refuse_other_account(state, self.path)
        return state

    def refuse_other_account(self, state: State, where: Path) -> None:
        """Raise StateError for a state that is about another account than the one at work."""
        if self.account and state.account not in (None, self.account):
            raise StateError(
                f"{where} belongs to another Exotel account than EXOTEL_ACCOUNT_SID names; what it holds was "
                "never sent from this one: set the account's own credentials, or use `--sandbox` to rehearse"
            )

    def _files(self) -> tuple[bytes | None, bytes | None]:
        """Return snapshot and journal of one moment: `plan` reads without the lock, while others may fold."""
        for _ in range(5):
            before = self.identities()
            files = read(self.path), read(self.journal)
            if before == self.identities():
                break
        return files

    def identities(self) -> tuple[Identity | None, Identity | None]:
        """Return what tells whether snapshot and journal were written or replaced by somebody else."""
        return identity(self.path), identity(self.journal)

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
            _say_who(handle, self.lock_path, command)
            try:
                session = Session(self)
                session.begin()
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
    """The state while it is locked. `record` returns only when the change is on the disk.

    Locks can be broken: by a file system that has none, by a hand that removes the file. So every step
    compares as well, before and after it: of two sessions on one state only one gets an intent recorded.
    """

    def __init__(self, store: LocalStore) -> None:
        self._store = store
        self._seen = store.identities()
        self._growing = codec.Growing(store.read())
        self._file: int | None = None
        self._broken = False

    @property
    def state(self) -> State:
        """The state with all that was recorded."""
        return self._growing.state

    def begin(self) -> None:
        """Fold what a run has left that died, whatever this one will do. Raises StateError."""
        if self._seen[1] is not None:
            self._write_snapshot()
        for old in leftovers(self._store.journal, "old"):
            with contextlib.suppress(
                StateError, OSError
            ):  # one with more than the state has stays where it is
                if codec.replay(self.state, read(old) or b"", str(old)).serial == self.state.serial:
                    old.unlink()

    def record(self, delta: Delta) -> None:
        """Append one change durably. Raises StateError; then it must be taken as not recorded."""
        lineage = self.state.lineage or str(uuid.uuid4())
        account = self.state.account or self._store.account
        line = codec.line(delta, lineage, self.state.serial + 1, account, project=self.state.project)
        if self._broken:
            raise StateError(f"{self._store.journal} could not be written before; run the command again")
        try:
            self._refuse_foreign_change()
            self._append(self._file if self._file is not None else self._open(), line)
        except OSError as error:
            self._broken = True
            raise StateError(f"{self._store.journal} cannot be written: {why(error)}") from error
        except StateError:
            self._broken = True
            raise
        self._growing.add(delta, lineage, account)

    def replace(self, state: State) -> None:
        """Write another state in the place of this one, whole or not at all. Raises StateError.

        Only where nothing was recorded yet: a journal continues the state that it stands beside.
        """
        if self._file is not None or self._broken or self._seen[1] is not None:
            raise AssertionError("a state with a journal")
        before = self._growing
        self._growing = codec.Growing(state)
        try:
            self._write_snapshot()
        except StateError:
            self._growing, self._broken = before, True
            raise

    def _open(self) -> int:
        """Make the journal, which only one can do."""
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL | PLAIN
        self._file = os.open(self._store.journal, flags, 0o600)
        sync_folder(self._store.path.parent)
        self._seen = (self._seen[0], identity_of(self._file))
        self._refuse_foreign_change()
        return self._file

    def _append(self, handle: int, line: bytes) -> None:
        before = os.fstat(handle).st_size
        try:
            if os.write(handle, line) != len(line):
                raise OSError("the disk took only a part of the line")
            os.fsync(handle)
            now = identity_of(handle)
            if now.size != before + len(line):
                self._refuse(self._store.journal)
            self._seen = (self._seen[0], now)
            self._refuse_foreign_change()  # whoever took the state meanwhile has not seen this line
        except (OSError, StateError):
            with contextlib.suppress(OSError):  # what is not known to be there must not count later
                if os.fstat(handle).st_size <= before + len(line):
                    os.ftruncate(handle, before)
            raise

    def _refuse_foreign_change(self) -> None:
        """Compare: somebody may have replaced the files in spite of the lock."""
        files = (self._store.path, self._store.journal)
        for path, before, after in zip(files, self._seen, self._store.identities(), strict=True):
            if before != after:
                self._refuse(path)

    def _refuse(self, path: Path) -> NoReturn:
        self._broken = True
        raise StateError(f"{path} was changed by somebody else in spite of the lock; run the command again")

    def fold(self) -> None:
        """Write the snapshot and drop the journal, if there is anything to fold."""
        if self._file is None:
            return
        os.close(self._file)
        self._file = None
        if not self._broken:
            self._write_snapshot()

    def _write_snapshot(self) -> None:
        path = self._store.path
        temporary = beside(path, "tmp")
        try:
            for one in leftovers(path, "tmp"):
                one.unlink(missing_ok=True)
            made = write_new(temporary, codec.dumps(self.state))
            self._refuse_foreign_change()
            temporary.replace(path)
            sync_folder(path.parent)
            self._seen = (made, self._seen[1])
            if self._seen[1] is not None:
                self._drop_journal()
        except OSError as error:
            kept = f"; the changes are safe in {self._store.journal.name}" if self._seen[1] else ""
            raise StateError(f"{path} cannot be written: {why(error)}{kept}") from error
        finally:
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)

    def _drop_journal(self) -> None:
        """Remove the journal, and only the one that the snapshot holds.

        Looking and then removing could hit a journal that was made in between, with an intent in it. So it is
        moved away first, which only one can do, and then looked at.
        """
        journal = self._store.journal
        aside = beside(journal, "old")
        try:
            journal.rename(aside)
        except FileNotFoundError:
            self._refuse(journal)
        if identity(aside) != self._seen[1]:
            with contextlib.suppress(OSError):  # where a newer one stands already, it stays aside
                os.link(aside, journal)
                aside.unlink()
            self._refuse(journal)
        aside.unlink()
        sync_folder(journal.parent)
        self._seen = (self._seen[0], None)


# --- lock ---------------------------------------------------------------------------------------------


def _open_lock(path: Path) -> int:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return os.open(path, os.O_RDWR | os.O_CREAT | PLAIN, 0o600)
    except OSError as error:
        raise StateError(f"the state cannot be locked: {path}: {why(error)}") from error


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
            f"the state cannot be locked: {path}: {why(error)}{advice if holders.no_locks(error) else ''}"
        ) from error
    if not is_at(handle, path):
        raise StateError(f"the state cannot be locked: {path} was removed meanwhile; run the command again")


def _say_who(handle: int, path: Path, command: str) -> None:
    holder = {**whoami(), "command": command, "since": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}
    try:
        os.ftruncate(handle, 0)
        os.pwrite(handle, json.dumps(holder).encode() + b"\n", 0)
    except OSError as error:
        raise StateError(f"the state cannot be locked: {path}: {why(error)}") from error


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
