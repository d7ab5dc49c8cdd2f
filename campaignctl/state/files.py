"""Single files of the state: read without surprises, written durably, recognised again."""

from __future__ import annotations

import os
import stat
import uuid
from pathlib import Path
from typing import NamedTuple

from campaignctl.errors import StateError
from campaignctl.words import why

#: 100,000 campaigns make some 100 MB.
_MAX_BYTES = 512 * 1024 * 1024
#: How a file is opened: no link is followed, no pipe waited for, no byte changed. Windows lacks some of these.
PLAIN = 0
for _name in ("O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "O_BINARY"):
    PLAIN |= getattr(os, _name, 0)
#: Characters that make the name of a temporary file its own.
_MARK = 12


class Identity(NamedTuple):
    """What changes when a file is replaced or written."""

    inode: int
    size: int  #: bytes
    written: int  #: nanoseconds since 1970


def identity(path: Path) -> Identity | None:
    """Return the identity of what stands at a path, itself and not what it links to; None for nothing."""
    try:
        return _identity(path.stat(follow_symlinks=False))
    except OSError:
        return None


def identity_of(handle: int) -> Identity:
    """Return the identity of an open file. Raises OSError."""
    return _identity(os.fstat(handle))


def _identity(status: os.stat_result) -> Identity:
    return Identity(status.st_ino, status.st_size, status.st_mtime_ns)


def is_at(handle: int, path: Path) -> bool:
    """Return whether an open file is the one that a path names."""
    found = identity(path)
    return found is not None and found.inode == os.fstat(handle).st_ino


def read(path: Path) -> bytes | None:
    """Return a file's bytes, None when there is none. Raises StateError.

    A link is not followed, and a pipe or device in its place is neither waited for nor read.
    """
    try:
        if path.is_symlink():
            raise StateError(f"{path} is a symbolic link; the state must be a file inside the folder")
        handle = os.open(path, os.O_RDONLY | PLAIN)
        with open(handle, "rb") as file:  # noqa: PTH123 - pathlib cannot open a handle
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise StateError(f"{path} is a pipe or a device; the state must be a file")
            data = file.read(_MAX_BYTES + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StateError(f"{path} cannot be read: {why(error)}") from error
    if len(data) > _MAX_BYTES:
        raise StateError(
            f"{path} is larger than {_MAX_BYTES // 1024**2} MiB; this cannot be a state of campaignctl"
        )
    return data


def head(path: Path, most: int) -> bytes:
    """Return the first bytes of a plain file; b"" for what is none, is not there or cannot be read. Waits for nothing."""
    try:
        handle = os.open(path, os.O_RDONLY | PLAIN)
    except OSError:
        return b""
    try:
        return os.read(handle, most) if stat.S_ISREG(os.fstat(handle).st_mode) else b""
    except OSError:
        return b""
    finally:
        os.close(handle)


def beside(path: Path, ending: str) -> Path:
    """Return a name beside a file that nobody else takes."""
    return path.with_name(f".{path.name}.{uuid.uuid4().hex[:_MARK]}.{ending}")


def leftovers(path: Path, ending: str) -> list[Path]:
    """Return what killed runs have left of the files that `beside` names. Raises OSError."""
    start, end = f".{path.name}.", f".{ending}"
    found = [one for one in path.parent.iterdir() if one.name.startswith(start) and one.name.endswith(end)]
    # A folder of such a name is none of ours, and cannot be removed as a file.
    return [one for one in found if len(one.name) == len(start) + _MARK + len(end) and one.is_file()]


def write_new(path: Path, data: bytes) -> Identity:
    """Write a file that is not there yet, durably but for its name. Raises OSError."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | PLAIN, 0o666)
    try:
        left = memoryview(data)
        while left:
            left = left[os.write(handle, left) :]
        os.fsync(handle)
        return identity_of(handle)
    finally:
        os.close(handle)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable. Raises OSError."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
