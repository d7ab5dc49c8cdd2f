"""The file that keeps events: JSON Lines, each line on the disk before its sender is told so.

Whatever moment the power goes, each acknowledged event is a whole line. What a killed run may leave is the
beginning of one line more, which nobody was told of: it is cut at the next start, and its sender sends it again.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import stat
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

from campaignctl.callbacks import CAMPAIGN, SMS, Event
from campaignctl.errors import ReceiverError, UsageError
from campaignctl.words import count, why

VERSION = 1
#: How each line begins: by it a file is known to be ours.
_HEAD = b'{"version": 1, "at": "'
_is_newer = re.compile(rb'\{"version": (?:[2-9]|[1-9][0-9]+), "at": "').match
#: Bytes. The largest body in the most wordy escapes is shorter.
_LONGEST_LINE = 8 * 1024 * 1024
_FLAGS = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC

#: Is given each event that is kept already, and when it came.
Replay = Callable[[Event, str], None]


def line(event: Event, fields: Mapping[str, Any], at: str, sender: str) -> bytes:
    """Return the line of an event: what was read from it, then all that it held, as it was written."""
    record = {
        "version": VERSION,
        "at": at,
        "kind": event.kind,
        "campaign_sid": event.campaign_sid,
        "sms_sid": event.sms_sid,
        "number": event.number,
        "status": event.status,
        "report": event.report,
        "sender": sender,
        "fields": dict(fields),
    }
    return json.dumps(record).encode() + b"\n"


def parse(data: bytes) -> tuple[Event, str]:
    """Return the event of a line, as far as a tally needs it, and when it came. Raises ValueError."""
    try:
        record = json.loads(data)
        texts = {key: record[key] for key in ("kind", "campaign_sid", "sms_sid", "status", "report")}
        version, at = record["version"], record["at"]
    except (KeyError, TypeError, RecursionError) as error:
        raise ValueError("no event") from error
    known = version == VERSION and texts["kind"] in (CAMPAIGN, SMS)
    needed = (at, texts["status"], texts["sms_sid" if texts["kind"] == SMS else "campaign_sid"])
    sound = all(isinstance(one, str) for one in needed)
    if not known or not sound or not all(one is None or isinstance(one, str) for one in texts.values()):
        raise ValueError("no event")
    return Event(**texts), at


class Journal:
    """One file, and one process that writes it. Not safe for threads."""

    def __init__(self, path: Path, tell: Callable[[str], None], replay: Replay) -> None:
        """`tell` is given a line about what was found in the file, `replay` each event in it."""
        self.path = path
        self._tell = tell
        self._replay = replay
        self._file: int | None = None
        self._good = 0  # bytes that are whole lines on the disk
        self._unsure = False  # there may be more in the file than that

    def open(self) -> None:
        """Open or make the file, and mend what a killed run has left.

        Raises ReceiverError for a file that cannot be had, UsageError for one that is not ours.
        """
        try:
            handle = os.open(self.path, _FLAGS, 0o600)  # it holds telephone numbers
        except OSError as error:
            raise ReceiverError(f"{self.path} cannot be opened: {why(error)}") from error
        try:
            self._lock(handle)
            self._good = self._mend(handle)
            _sync_folder(self.path.parent)
        except OSError as error:
            os.close(handle)
            raise ReceiverError(f"{self.path} cannot be used: {why(error)}") from error
        except BaseException:
            os.close(handle)
            raise
        self._file, self._unsure = handle, False

    def _lock(self, handle: int) -> None:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise UsageError(f"{self.path} is a pipe or a device; name a file")
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ReceiverError(f"{self.path} is written by another `listen`; name another file") from error
        except OSError:  # a file system without locks
            self._tell(f"{self.path} cannot be locked; do not let two `listen` write it")

    def _mend(self, handle: int) -> int:
        """Replay the file, cut an unfinished line, and return how many bytes are whole lines."""
        with open(os.dup(handle), "rb") as file:  # noqa: PTH123 - pathlib cannot open a handle
            file.seek(0)
            good, tail, end, odd = self._read(file)
        last = _parsed(tail) if tail else None
        if last is not None:
            self._replay(*last)
        elif tail and not _is_torn(tail):
            odd += 1
        if odd:
            self._tell(f"{self.path} holds {count(odd, 'line')} that no `listen` has written; not counted")
        if not tail:
            return good
        if last is not None or not _is_torn(tail):  # an editor took away the last line break
            _write(handle, b"\n")
            end += 1
        else:
            os.ftruncate(handle, good)
            lost = f"{count(end - good, 'byte')} off {self.path}"
            self._tell(f"cut {lost}: the beginning of an event that was never acknowledged")
            end = good
        os.fsync(handle)
        return end

    def _read(self, file: BinaryIO) -> tuple[int, bytes, int, int]:
        """Return the length of all whole lines, how what follows begins, the file's length, and the odd lines."""
        good = odd = 0
        tail = b""
        while piece := file.readline(_LONGEST_LINE):
            if good == 0 and not tail:
                self._refuse_foreign(piece)
            if not piece.endswith(b"\n"):
                tail = tail or piece
                continue  # it is the last, or goes on, too long to be ours
            found = None if tail else _parsed(piece)
            good, tail = file.tell(), b""
            if found is not None:
                self._replay(*found)
            else:
                odd += 1
        return good, tail, file.tell(), odd

    def _refuse_foreign(self, first: bytes) -> None:
        """Raise for a file that does not begin with an event, or with the beginning of one."""
        if _is_newer(first):
            raise ReceiverError(f"{self.path} was written by a newer campaignctl; upgrade this one")
        torn = not first.endswith(b"\n") and _is_torn(first)
        if _parsed(first) is None and not torn:
            raise UsageError(f"{self.path} holds something else than events; name another file")

    def append(self, data: bytes) -> None:
        """Write a line durably. Raises OSError or ReceiverError; then it counts as not written.

        A file that was moved away, as for a rotation of logs, is made anew.
        """
        if self._file is None or not _is_at(self._file, self.path):
            self.close()
            self.open()
        handle = self._file
        assert handle is not None  # noqa: S101 - `open` has set it
        if self._unsure:
            os.ftruncate(handle, self._good)
        self._unsure = True
        try:
            _write(handle, data)
            os.fsync(handle)
        except OSError:
            with suppress(OSError):
                os.ftruncate(handle, self._good)
                self._unsure = False
            raise
        self._unsure = False
        self._good += len(data)

    def close(self) -> None:
        """Let the file go. Idempotent."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


def _write(handle: int, data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[os.write(handle, left) :]


def _parsed(data: bytes) -> tuple[Event, str] | None:
    try:
        return parse(data)
    except ValueError:
        return None


def _is_torn(data: bytes) -> bool:
    """Return whether this is the beginning of a line of ours; a power failure may leave zeros in its place."""
    if data.startswith(b"\0"):
        return True
    with suppress(ValueError, RecursionError):
        json.loads(data)
        return False
    return _HEAD.startswith(data[: len(_HEAD)])


def _is_at(handle: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), path.stat(follow_symlinks=False))
    except FileNotFoundError:
        return False


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
