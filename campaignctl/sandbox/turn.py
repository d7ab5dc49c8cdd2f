"""Whose turn it is to post a database's events: one process at a time, until it stops or dies."""

from __future__ import annotations

import os
from pathlib import Path
from threading import Lock


class Turn:
    """A lock on a file beside the database, which the system takes back from whoever dies. None: always free."""

    def __init__(self, database: Path | None) -> None:
        self._path = None if database is None else database.with_name(f"{database.name}-webhooks")
        self._handle: int | None = None
        self._lock = Lock()

    def take(self) -> bool:
        """Whether it is this one's turn now. Never waits. Raises OSError where no file can be made."""
        with self._lock:
            if self._path is None or self._handle is not None:
                return True
            import fcntl

            handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                os.close(handle)
                return False
            self._handle = handle
            return True

    def give(self) -> None:
        """Leaves the turn to others. Idempotent."""
        with self._lock:
            handle, self._handle = self._handle, None
            if handle is not None:
                os.close(handle)
