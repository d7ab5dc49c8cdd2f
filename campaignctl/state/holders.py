"""Who holds a state's lock, in words, and waiting until it is let go.

The lock is the kernel's and goes with the process that holds it, so there is nothing to break and no option that
would: a dead holder on this machine holds nothing. The name in the file is for people. Only where a process on
*another* machine left its name is it unknown whether the kernel of this one would have noticed that it lives.
"""

from __future__ import annotations

import errno
import json
import os
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from campaignctl.errors import LockedError
from campaignctl.words import printable, shortened

#: Seconds between two tries for the lock.
_POLL = 0.5
_NAMELESS = "another process that has not said its name yet"
#: What a file system says that has no locks: NFS without its lock service, some FUSE and network mounts.
_NO_LOCKS = frozenset((errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS))


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """How long to wait for a lock that somebody holds, and whom to tell."""

    seconds: float
    tell: Callable[[str], None]
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic


def patiently(take: Callable[[], None], waiting: Waiting | None) -> None:
    """Take a lock, trying again until the time is over. Each holder is told of once. Raises what `take` raises."""
    if waiting is None:
        take()
        return
    end = waiting.clock() + waiting.seconds
    told = ""
    while True:
        try:
            take()
        except LockedError as error:
            left = end - waiting.clock()
            if left <= 0:
                if waiting.seconds:
                    raise LockedError(
                        f"{error}; it was not let go in {waiting.seconds:.0f} seconds"
                    ) from error
                raise
            if str(error) != told:
                told = str(error)
                waiting.tell(f"waiting up to {left:.0f} seconds: {error}")
            waiting.sleep(min(_POLL, left))
        else:
            return


def words(handle: int) -> str:
    """Return who holds the lock of an open lock file: user, host, pid, command, since when."""
    left = _left(handle)
    if left is None:
        return _NAMELESS
    if left["host"] == socket.gethostname() and not _lives(left["pid"]):
        return f"{_NAMELESS} (pid {printable(shortened(str(left['pid']), 20))}, which did, has ended)"
    there = "" if left["host"] == socket.gethostname() else " on another machine"
    return f"{_said(left)}{there}"


def stranger(handle: int) -> str | None:
    """Return who on another machine left its name in a lock file that nobody seems to hold; None for nobody."""
    left = _left(handle)
    return None if left is None or left["host"] == socket.gethostname() else _said(left)


def no_locks(error: OSError) -> bool:
    """Return whether a file system has no locks at all."""
    return error.errno in _NO_LOCKS


def refusal(who: str, path: Path) -> LockedError:
    """Return why a lock is not taken over from another machine while requests are without a clear end."""
    return LockedError(
        f"{who} has not let go of the state, and requests of it are without a clear end; from here it cannot be seen "
        f"whether that command still runs: make sure on that machine that it has ended, then remove {path} "
        "and run the command again"
    )


def _left(handle: int) -> dict[str, Any] | None:
    try:
        raw = json.loads(os.pread(handle, 4096, 0))
        return {key: raw[key] for key in ("user", "host", "pid", "command", "since")}
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def _said(left: dict[str, Any]) -> str:
    running = str(left["command"]).replace("`", "'")  # it is nothing to paste
    said = f"{left['user']}@{left['host']}, pid {left['pid']}, running '{running}', since {left['since']}"
    return printable(shortened(said, 300))


def _lives(pid: Any) -> bool:
    """Return whether a process of this machine lives; True where that cannot be known."""
    if type(pid) is not int or not 0 < pid < 2**31:
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:  # somebody else's
        return True
    return True
